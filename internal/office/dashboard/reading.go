package dashboard

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/schema"
)

func compareText(a, b string) int { return cmp.Compare(a, b) }

// section is one top-level group of the questionnaire.
type section struct {
	Anchor     string
	Title      [2]words
	Statements [][2]words // notes that were read out
	Lines      []line
}

// words is a text in one language, with what a reader has to know of it.
type words struct {
	Text     string
	Lang     schema.Lang
	Dir      string
	Fallback string // a remark where the text stands in another language than wanted, or ""
	Draft    bool   // a machine draft that nobody reviewed
}

// line is one question with what was answered.
type line struct {
	Anchor  string
	Code    string
	Staff   bool
	Group   [2]words // the inner group that it opens, or empty
	InGroup string   // the code of that group
	Text    [2]words
	Path    string // where there are no words
	Now     given
	Earlier []given // answers that stood before, oldest first
	Flags   []string
	Level   string // of the need that rests on it
}

// given is one recorded answer.
type given struct {
	Missing string      // reason in words, or ""
	Choices [][2]choice // of select questions
	Value   string      // of others, as typed or counted
	Prose   bool        // Value is free text
	Open    bool        // nothing was answered
	Removed bool        // an earlier answer was taken away again
	At      string
	Notes   []string // language ledger of this answer
	Draft   bool     // one of Notes says that the text was a machine draft
}

type choice struct {
	words
	Level string
}

// reading turns one record into lines with the questionnaire it was asked with.
type reading struct {
	form    *schema.Form
	state   *schema.State
	rec     casework.Record
	tongues [2]tongue // reader, person
	clock   func(time.Time) string
	history map[schema.Path][]screening.Recorded
	flags   map[schema.Path][]string
	shown   map[schema.Path]bool
}

func newReading(form *schema.Form, rec casework.Record, reader, person tongue, clock func(time.Time) string) *reading {
	iv := rec.Interview
	answers := iv.Current()
	for p := range answers {
		if _, ok := form.Item(p); !ok {
			delete(answers, p) // shown among the rest
		}
	}
	v := &reading{
		form: form, rec: rec, tongues: [2]tongue{reader, person}, clock: clock,
		state:   form.Evaluate(answers, schema.Env{Now: held(iv).UTC(), Language: iv.Setting.Language}),
		history: map[schema.Path][]screening.Recorded{}, flags: map[schema.Path][]string{}, shown: map[schema.Path]bool{},
	}
	for _, r := range iv.Answers {
		v.history[r.Path] = append(v.history[r.Path], r)
	}
	for _, f := range rec.Flags {
		key := "interview.flag." + f.Reason
		if _, ok := english[key]; ok {
			v.flags[f.Path] = append(v.flags[f.Path], say(key))
		}
	}
	return v
}

// trafficking is the HTCDS field of the screener's result.
const trafficking = "vic_TraffickingStatus"

func (v *reading) fill(data *interviewData) {
	var group schema.Path
	for _, p := range v.state.Visible() {
		node := v.state.Node(p)
		if node.Item == nil {
			continue
		}
		v.shown[p] = true
		root, inner := groupsOf(node)
		if n := len(data.Sections); n == 0 || data.Sections[n-1].Anchor != anchor(root) {
			data.Sections = append(data.Sections, section{Anchor: anchor(root), Title: v.heading(root)})
		}
		s := &data.Sections[len(data.Sections)-1]
		if node.Item.Kind == schema.Note {
			s.Statements = append(s.Statements, v.label(p))
			continue
		}
		l := v.line(p, node)
		if inner != root && inner != group {
			l.Group = v.heading(inner)
			if item, ok := v.form.Item(inner); ok {
				l.InGroup = item.Code
			}
		}
		group = inner
		s.Lines = append(s.Lines, l)
		if node.Item.HTCDS == trafficking {
			data.Results = append(data.Results, l)
		}
	}
	data.Needs = v.placeNeeds(data.Needs)
	for _, l := range rawLines(v.rec.Interview) {
		if p := schema.Path(l.Path); !v.shown[p] && !v.computed(p) {
			data.Rest = append(data.Rest, l)
		}
	}
}

// computed reports whether p holds what the form works out by itself.
func (v *reading) computed(p schema.Path) bool {
	item, ok := v.form.Item(p)
	return ok && (item.Kind == schema.Calculate || item.Kind == schema.Hidden)
}

// groupsOf returns the top-level group and the innermost group of a question.
func groupsOf(node schema.Node) (root, inner schema.Path) {
	if len(node.Groups) == 0 {
		return node.Path, node.Path
	}
	return node.Groups[0], node.Groups[len(node.Groups)-1]
}

// anchor names a place on the page. Paths hold letters, digits and signs that need no escape.
func anchor(p schema.Path) string {
	return "q" + strings.Map(func(r rune) rune {
		if r == '/' || r == '[' || r == ']' {
			return '-'
		}
		return r
	}, strings.TrimPrefix(string(p), "/data"))
}

func (v *reading) words(t tongue, shown schema.Shown) words {
	w := words{Text: shown.Text, Lang: shown.Lang, Dir: tongueOf(shown.Lang).Dir, Draft: shown.Translation == schema.MachineDraft}
	if shown.Fallback {
		w.Fallback = say("interview.text.fallback", "language", languageName(shown.Lang), "wanted", t.Name)
	}
	return w
}

func (v *reading) label(p schema.Path) (both [2]words) {
	for i, t := range v.tongues {
		both[i] = v.words(t, v.state.Label(p, t.Tag))
	}
	return both
}

// heading is the label of a group. Nobody is asked a heading, so it goes without the mark of a draft.
func (v *reading) heading(p schema.Path) [2]words {
	both := v.label(p)
	both[0].Draft, both[1].Draft = false, false
	return both
}

func (v *reading) line(p schema.Path, node schema.Node) line {
	l := line{
		Anchor: anchor(p), Code: node.Item.Code, Staff: node.Item.Staff, Text: v.label(p), Path: string(p), Flags: v.flags[p],
	}
	all := v.history[p]
	if len(all) == 0 { // worked out by the form
		l.Now = v.given(p, node, screening.Recorded{Answer: node.Answer})
		l.Level = l.Now.level()
		return l
	}
	for _, r := range all[:len(all)-1] {
		g := v.given(p, node, r)
		g.Removed = r.Answer.IsZero()
		l.Earlier = append(l.Earlier, g)
	}
	last := all[len(all)-1]
	l.Now = v.given(p, node, last)
	l.Now.Removed = l.Now.Open
	for i := range l.Text { // the line below the answer says it already
		l.Text[i].Draft = l.Text[i].Draft && !(l.Now.Draft && l.Text[i].Lang == last.Lang)
	}
	l.Level = l.Now.level()
	return l
}

func (g given) level() string {
	level := ""
	for _, c := range g.Choices {
		if c[0].Level == casework.Red {
			return casework.Red
		}
		level = cmp.Or(level, c[0].Level)
	}
	return level
}

func (v *reading) given(p schema.Path, node schema.Node, r screening.Recorded) given {
	g := given{Open: r.Answer.IsZero()}
	if !r.At.IsZero() {
		g.At = v.clock(r.At)
	}
	g.Notes, g.Draft = v.notes(p, r)
	switch {
	case r.Answer.Missing != "":
		g.Missing = missing(r.Answer.Missing)
	case node.Item.Kind == schema.SelectOne || node.Item.Kind == schema.SelectMultiple:
		for _, name := range strings.Fields(r.Answer.Value) {
			g.Choices = append(g.Choices, v.choice(p, name))
		}
	default:
		g.Value, g.Prose = r.Answer.Value, node.Item.Kind == schema.TextKind
	}
	return g
}

func (v *reading) choice(p schema.Path, name string) (both [2]choice) {
	list := v.form.Choices(p)
	at := slices.IndexFunc(list, func(c schema.Choice) bool { return c.Name == name })
	for i, t := range v.tongues {
		if at < 0 {
			both[i] = choice{words: words{Text: say("interview.answer.unread", "name", name), Dir: "auto"}}
			continue
		}
		level, _, _ := strings.Cut(list[at].Alert, ":")
		both[i] = choice{words: v.words(t, v.state.ChoiceLabel(p, name, t.Tag)), Level: level}
	}
	return both
}

// notes is the language ledger of one answer: in which language it was asked and what to know of the
// text that was shown.
func (v *reading) notes(p schema.Path, r screening.Recorded) (all []string, draft bool) {
	if r.Lang != "" {
		all = append(all, say("interview.line.asked", "language", languageName(r.Lang)))
	}
	if r.Fallback {
		all = append(all, say("interview.line.fallback"))
	}
	if r.Unreviewed {
		all, draft = append(all, say("interview.line.draft")), true
	}
	if r.Wording != "" && v.state.Label(p, r.Lang).Wording != r.Wording {
		all = append(all, say("interview.line.other_wording"))
	}
	if r.Interpreter != "" && r.Interpreter != v.rec.Interview.Setting.Interpreter {
		all = append(all, say("interview.line.interpreter", "code", r.Interpreter))
	}
	return all, draft
}

func missing(m schema.Missing) string {
	switch m {
	case schema.Declined:
		return say("interview.missing.declined")
	case schema.DoesNotKnow:
		return say("interview.missing.dont_know")
	case schema.NotApplicable:
		return say("interview.missing.na")
	case schema.NotAsked:
		return say("interview.missing.not_asked")
	}
	return string(m)
}

// placeNeeds finds for each need the answers that it rests on.
func (v *reading) placeNeeds(needs []needView) []needView {
	for _, a := range v.state.Alerts() {
		kind := needKind(a.Kind)
		i := slices.IndexFunc(needs, func(n needView) bool { return n.Kind == kind })
		if i < 0 || !v.shown[a.Path] {
			continue
		}
		place := needPlace{Anchor: anchor(a.Path), Code: say("interview.needs.answer")}
		if item, ok := v.form.Item(a.Path); ok && item.Code != "" {
			place.Code = item.Code
		}
		if !slices.Contains(needs[i].Places, place) {
			needs[i].Places = append(needs[i].Places, place)
		}
	}
	return needs
}

// rawLines shows the answers that stand, without the words of a questionnaire.
func rawLines(iv screening.Interview) (all []line) {
	now := iv.Current()
	paths := make([]string, 0, len(now))
	for p := range now {
		paths = append(paths, string(p))
	}
	slices.Sort(paths)
	for i, p := range paths {
		a := now[schema.Path(p)]
		l := line{Anchor: "r" + strconv.Itoa(i), Path: p, Now: given{Value: a.Value, Prose: true}}
		if a.Missing != "" {
			l.Now = given{Missing: missing(a.Missing)}
		}
		all = append(all, l)
	}
	return all
}
