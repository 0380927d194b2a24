package export

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/schema"
	"leeward/schema/instrument"
)

// MostPeople is how many people one export of interviews holds: their rows are held in memory to be shuffled.
const MostPeople = 50_000

// Errors of an export that was asked for rightly.
var (
	ErrNobody  = errors.New("nobody of whom this was asked agreed to it")
	ErrTooMany = errors.New("more people than one export holds")
)

// Store is where people are, and the register of exports.
type Store interface {
	Told(ctx context.Context, q casework.ToldQuery, show func(casework.Told) error) error
	Facts(ctx context.Context, lanes int, show func(lane int, f casework.Facts)) error
	Withdrawals(ctx context.Context) (int64, error)
	AddExport(ctx context.Context, x casework.Exported, withdrawn int64, entry func(head [32]byte) []byte) (casework.Exported, error)
}

// Office is what an export needs of the office.
type Office struct {
	Store
	Name  string // of the office
	Demo  bool
	Form  func(ctx context.Context, ref schema.Ref) (*schema.Form, error) // casework.ErrNotFound for one that is not known
	Entry func(head [32]byte) []byte                                      // of the office's log, for the head of the audit log
	Now   func() time.Time
}

// Made is an export as it may leave the office: it stands in the register.
type Made struct {
	casework.Exported
	File   []byte // a ZIP file, sealed unless it was asked otherwise
	Refuse int    // people who were left out, because they did not agree or nothing of them can be read
}

// gathered is what was read for an export.
type gathered struct {
	people, left int
	one          casework.CaseID
	files        []file
	questions    int // versions of questionnaires
}

// Make gathers people who agreed, writes them, seals the file and enters it into the register; only then is it
// returned. Where somebody withdraws meanwhile it begins anew. Errors: those of a wrong Ask, ErrNobody, ErrTooMany,
// casework.ErrNotFound for a case that is not there, seal.ErrTooLarge.
func (o Office) Make(ctx context.Context, actor string, a Ask) (Made, error) {
	to, err := a.check()
	if err != nil {
		return Made{}, err
	}
	for range 3 {
		m, err := o.try(ctx, actor, a, to)
		if !errors.Is(err, casework.ErrChanged) {
			return m, err
		}
	}
	return Made{}, casework.ErrChanged
}

func (o Office) try(ctx context.Context, actor string, a Ask, to seal.Recipient) (m Made, err error) {
	withdrawn, err := o.Withdrawals(ctx)
	if err != nil {
		return m, err
	}
	gather := o.records
	switch a.Shape {
	case CTDC:
		gather = o.categories
	case AnswersCSV, AnswersXLSX:
		gather = o.answers
	}
	g, err := gather(ctx, a)
	if err != nil {
		return m, err
	}
	if g.people == 0 {
		return m, ErrNobody
	}
	now := o.Now().UTC()
	if m.File, err = bundle(append(g.files, file{"about.txt", []byte(o.about(a, g, now))}), now); err != nil {
		return m, err
	}
	if !a.Clear {
		if m.File, err = seal.Seal(m.File, []seal.Recipient{to}); err != nil {
			return m, err
		}
	}
	m.Refuse = g.left
	m.Exported, err = o.AddExport(ctx, casework.Exported{
		Actor: actor, Shape: string(a.Shape), Scope: string(a.Scope), People: g.people, Sealed: !a.Clear, Sum: sha256.Sum256(m.File),
		Purpose: a.Purpose, To: a.To, Key: KeyPrint(a.Key), Case: g.one,
	}, withdrawn, o.Entry)
	if err != nil {
		return Made{}, err // what is not registered does not leave
	}
	return m, nil
}

// KeyPrint is how registers name a key: 16 digits of its SHA-256, "" for none.
func KeyPrint(key string) string {
	if key == "" {
		return ""
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(key)))[:16]
}

// evaluated shows everybody who agreed, with what follows from their answers.
func (o Office) evaluated(ctx context.Context, a Ask, g *gathered, show func(t casework.Told, s *schema.State) error) error {
	q := casework.ToldQuery{Code: a.Case}
	if a.Case == "" {
		q.From, q.To = time.Date(a.From, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(a.Until+1, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	found := false
	err := o.Told(ctx, q, func(t casework.Told) error {
		found = true
		form, err := o.Form(ctx, t.Interview.Questionnaire)
		if errors.Is(err, casework.ErrNotFound) {
			g.left++
			return nil
		}
		if err != nil {
			return err
		}
		s := stateOf(form, t.Interview)
		if !a.Scope.covers(s) {
			g.left++
			return nil
		}
		if g.people++; g.people > MostPeople {
			return ErrTooMany
		}
		return show(t, s)
	})
	if err == nil && !found && a.Case != "" {
		err = casework.ErrNotFound
	}
	return err
}

// stateOf evaluates an interview with its own questionnaire. What does not fit it is left out, as at intake.
func stateOf(form *schema.Form, iv screening.Interview) *schema.State {
	answers := iv.Current()
	for path := range answers {
		if _, known := form.Item(path); !known {
			delete(answers, path)
		}
	}
	return form.Evaluate(answers, schema.Env{Now: iv.Finished, Language: iv.Setting.Language, Seed: iv.ID.Seed()})
}

// records gathers records of HTCDS.
func (o Office) records(ctx context.Context, a Ask) (g gathered, err error) {
	var all []Record
	err = o.evaluated(ctx, a, &g, func(t casework.Told, s *schema.State) error {
		r := HTCDS(string(t.Code), s, Options{Identity: a.Scope.One() && s.Value(s.Form().Questionnaire().Consent.Keep) == "named", Office: found(t.Finding)})
		if a.Scope.One() {
			g.one, r = t.Case, r.forHelper()
		}
		all = append(all, r)
		return nil
	})
	if err != nil || g.people == 0 {
		return g, err
	}
	if !a.Scope.One() {
		rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for i := range all {
			all[i] = all[i].deidentified(fmt.Sprintf("P%06d", i+1))
		}
	}
	g.files, err = recordFiles(a.Shape, all)
	return g, err
}

// found is what the office found, as its own form says it; nil where that says nothing.
func found(f casework.Finding) *schema.State {
	if !slices.Contains([]casework.Finding{casework.FindingPossible, casework.FindingActual, casework.FindingNot}, f) {
		return nil
	}
	return instrument.OfficeForm().Evaluate(schema.Answers{"/data/office/l7": {Value: string(f)}}, schema.Env{})
}

// categories gathers people as CTDC's codebook classes them.
func (o Office) categories(ctx context.Context, a Ask) (g gathered, err error) {
	var mu sync.Mutex
	people := ctdcPeople{}
	err = o.Facts(ctx, 1, func(_ int, f casework.Facts) {
		year := time.Unix(f.Opened*24*60*60, 0).UTC().Year()
		if year < a.From || year > a.Until || f.Finding != a.Finding {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if !f.Counted {
			g.left++
			return
		}
		g.people++
		people.add(&f)
	})
	g.files = []file{people.file()}
	return g, err
}

// answers gathers coded answers, a set of tables for each version of a questionnaire.
func (o Office) answers(ctx context.Context, a Ask) (g gathered, err error) {
	var forms []schema.Ref
	by := map[schema.Ref]*Answers{}
	err = o.evaluated(ctx, a, &g, func(t casework.Told, s *schema.State) error {
		ref := t.Interview.Questionnaire
		if by[ref] == nil {
			forms, by[ref] = append(forms, ref), NewAnswers(s.Form(), a.Lang)
		}
		by[ref].Add(s)
		return nil
	})
	if err != nil {
		return g, err
	}
	g.questions = len(forms)
	for _, ref := range forms {
		by[ref].shuffled(rand.Perm(by[ref].people))
		folder := "questionnaire-" + ref.String()[:8] + "/"
		if a.Shape == AnswersXLSX {
			body, err := by[ref].book()
			if err != nil {
				return g, err
			}
			g.files = append(g.files, file{folder + "answers.xlsx", body})
			continue
		}
		files, err := by[ref].files()
		if err != nil {
			return g, err
		}
		for _, f := range files {
			g.files = append(g.files, file{folder + f.name, f.body})
		}
	}
	return g, nil
}
