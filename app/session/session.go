package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"leeward/internal/screening"
	"leeward/schema"
)

// Keeper is what a session needs of the device's store. Each call is durable when it returns nil, and
// may be repeated after an error.
type Keeper interface {
	// Begin keeps an interview with its consent and the answers given before; for a draft that is there it
	// takes over the consent and appends the answers.
	Begin(ctx context.Context, iv screening.Interview, first []screening.Recorded) error
	// SaveAnswers keeps an answer with everything that it set off, all or nothing.
	SaveAnswers(ctx context.Context, id screening.InterviewID, given []screening.Recorded) error
	SetPlace(ctx context.Context, id screening.InterviewID, at schema.Path, who screening.Setting) error
	Strike(ctx context.Context, id screening.InterviewID, path schema.Path) error
	// StrikeEarlier erases what was said to a question before its last answer.
	StrikeEarlier(ctx context.Context, id screening.InterviewID, path schema.Path) error
	Complete(ctx context.Context, id screening.InterviewID, finished time.Time, drop []schema.Path) error
	Withdraw(ctx context.Context, id screening.InterviewID, at time.Time) (sealedAlready bool, err error)
	Erase(ctx context.Context, id screening.InterviewID) error
	CountOnly(ctx context.Context, t screening.Tally) error
}

// Reasons on which a screen branches.
var (
	ErrEnded        = errors.New("the interview has ended here")
	ErrNotSaved     = errors.New("an answer is not saved yet")
	ErrWelcomeBack  = errors.New("the questions of privacy come first")
	ErrConsentFirst = errors.New("the questions of consent come first")
	ErrStopped      = errors.New("an answer says that the talk cannot go on now")
	ErrStaffClosed  = errors.New("the pages of the staff are closed")
	ErrNotHere      = errors.New("no such question now")
	ErrKept         = errors.New("answers are kept: stop or withdraw")
	ErrNeeds        = errors.New("nobody noted yet what was done about a need")
)

// Params are what a session is made of.
type Params struct {
	Form    *schema.Form
	Keeper  Keeper
	Now     func() time.Time     // its location is the form's time zone; time.Now where nil
	Elapsed func() time.Duration // monotonic, since this run of the interview began; from time.Now where nil
	Setting screening.Setting    // languages may be empty: the questionnaire's first
	Office  map[string]schema.Text
	Place   string // what a count-only person is counted under: a country
	Log     *slog.Logger
}

// phase is how an interview stands with the disk.
type phase string

const (
	inMemory phase = "in memory" // no consent yet, or refused
	counted  phase = "counted"   // to be counted only: in memory to the end
	kept     phase = "kept"      // on the disk, answer by answer
	over     phase = "over"
)

// Session is one interview in progress.
type Session struct {
	id      screening.InterviewID
	code    screening.RespondentCode
	started time.Time
	form    *schema.Form
	keeper  Keeper
	now     func() time.Time
	elapsed func() time.Duration
	setting screening.Setting
	office  map[string]schema.Text
	place   string
	log     *slog.Logger
	places  map[schema.Path]int // where each item stands in the questionnaire

	phase   phase
	onDisk  bool // something may be on the disk: set before the first write is tried
	seq     uint64
	given   []screening.Recorded // saved, or in memory by right
	pending []*step              // not saved though they should be, oldest first, one a question
	saveErr error
	answers schema.Answers // what given says now
	state   *schema.State
	walk    *walk // what can be reached in that state; nil until somebody asks

	at        schema.Path // a question of the page that is shown
	urgentTo  schema.Path // where to go back to from the urgent questions; empty when not there
	staffOpen bool
	again     map[schema.Path]bool // questions of privacy to ask again, true when answered since
	removed   *removal             // the round that was removed last
}

// New starts an interview in memory. A questionnaire without a step of consent is refused with
// no_consent: nobody is interviewed with it.
//
// The caller keeps the questionnaire itself (store.PutQuestionnaire) before the first interview with it.
func New(p Params) (*Session, error) {
	s, err := assemble(p)
	if err != nil {
		return nil, err
	}
	s.id, s.code = screening.NewInterviewID(), screening.NewRespondentCode()
	s.started = s.stamp()
	s.setting = s.fullSetting(p.Setting)
	s.takeDefaults()
	s.evaluate()
	s.settle()
	return s, nil
}

func assemble(p Params) (*Session, error) {
	if c := p.Form.Questionnaire().Consent; c == nil || c.Agree == "" {
		return nil, screening.Fail(screening.CodeNoConsent, fmt.Errorf("questionnaire %s has no step of consent", p.Form.Ref()))
	}
	s := &Session{
		form: p.Form, keeper: p.Keeper, now: p.Now, elapsed: p.Elapsed,
		office: p.Office, place: p.Place, log: cmp.Or(p.Log, slog.New(slog.DiscardHandler)),
		phase: inMemory, answers: make(schema.Answers), places: make(map[schema.Path]int),
	}
	for i, path := range p.Form.Paths() {
		s.places[path] = i
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.elapsed == nil {
		begun := time.Now()
		s.elapsed = func() time.Duration { return time.Since(begun) }
	}
	return s, nil
}

// ID returns the id of the interview.
func (s *Session) ID() screening.InterviewID { return s.id }

// Code returns what stands for the person's name.
func (s *Session) Code() screening.RespondentCode { return s.code }

// Form returns the form that is asked.
func (s *Session) Form() *schema.Form { return s.form }

// Setting returns who takes part, and in which languages, from now on.
func (s *Session) Setting() screening.Setting { return s.setting }

// State returns what follows from the answers that stand. An answer that waits to be saved is not in it.
func (s *Session) State() *schema.State { return s.state }

// Gates returns the open gates: what the answers so far say about going on, to the screener in the screener's language.
func (s *Session) Gates() []schema.OpenGate { return s.state.GatesIn(s.setting.ScreenerLang) }

// Over reports whether this session has ended; it then holds nothing any more.
func (s *Session) Over() bool { return s.phase == over }

// Format prints a session without anything about the person, whatever the verb.
func (s Session) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "[session %s %s, %d answers]", s.id, s.phase, len(s.answers))
}

// LogValue keeps the person out of logs.
func (s Session) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(s)) }

// fullSetting fills languages that were left open with the questionnaire's first.
func (s *Session) fullSetting(who screening.Setting) screening.Setting {
	first := s.form.Questionnaire().Source
	if langs := s.form.Questionnaire().Languages; len(langs) > 0 {
		first = langs[0].Tag
	}
	who.Language = cmp.Or(who.Language, first)
	who.ScreenerLang = cmp.Or(who.ScreenerLang, first)
	return who
}

// takeDefaults records the form's defaults with what follows from them, and the office's values of hidden questions (an item
// "office_x" holds the office's parameter x), so that the office evaluates what the device evaluated.
func (s *Session) takeDefaults() {
	first := s.form.Defaults(s.env())
	for _, path := range s.form.Paths() {
		if item, _ := s.form.Item(path); item.Kind == schema.Hidden {
			if text, ok := s.officeValue(item.Name); ok {
				first[path] = schema.Answer{Value: text}
			}
		}
	}
	first = s.form.Settle(first, s.env())
	paths := slices.SortedFunc(maps.Keys(first), s.order)
	for _, path := range paths {
		r := s.record(path, first[path], shown{})
		r.Seq = s.nextSeq()
		s.apply(r)
	}
}

// stamp is the device's time as it is kept: UTC, milliseconds.
func (s *Session) stamp() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

// env is what the form engine needs beside the answers.
func (s *Session) env() schema.Env {
	return schema.Env{Now: s.now(), Language: s.setting.Language, Office: s.office, Seed: s.id.Seed()}
}

func (s *Session) evaluate() { s.state = s.form.Evaluate(s.answers, s.env()) }

// follow is evaluate after the answers at some paths became others, and works out only what depends on them.
func (s *Session) follow(changed []schema.Path) {
	s.state = s.state.After(s.answers, s.env(), changed...)
}

// apply makes r the answer that stands.
func (s *Session) apply(r screening.Recorded) {
	s.given = append(s.given, r)
	if r.Answer.IsZero() {
		delete(s.answers, r.Path)
	} else {
		s.answers[r.Path] = r.Answer
	}
}

// with returns the answers that would stand with one more.
func (s *Session) with(path schema.Path, a schema.Answer) schema.Answers {
	next := maps.Clone(s.answers)
	next[path] = a
	if a.IsZero() {
		delete(next, path)
	}
	return next
}

// close forgets everything that was said.
func (s *Session) close() {
	s.phase = over
	s.given, s.pending, s.saveErr = nil, nil, nil
	s.answers = make(schema.Answers)
	s.again, s.at, s.urgentTo, s.staffOpen, s.removed, s.walk = nil, "", "", false, nil, nil
	s.evaluate()
}
