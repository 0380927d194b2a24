package dashboard

import (
	"cmp"
	"slices"
	"strings"

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

// reading turns one record into lines with the questionnaire it was asked with.
type reading struct {
	form    *schema.Form
	state   *schema.State
	rec     casework.Record
	tongues [2]tongue  // reader, person
	d       *Dashboard // speaks for it
	history map[schema.Path][]screening.Recorded
	flags   map[schema.Path][]string
	shown   map[schema.Path]bool
}

func (d *Dashboard) newReading(form *schema.Form, rec casework.Record, reader, person tongue) *reading {
	iv := rec.Interview
	answers := iv.Current()
	for p := range answers {
		if _, ok := form.Item(p); !ok {
			delete(answers, p) // shown among the rest
		}
	}
	v := &reading{
		form: form, rec: rec, tongues: [2]tongue{reader, person}, d: d,
		state:   form.Evaluate(answers, schema.Env{Now: held(iv).UTC(), Language: iv.Setting.Language, Seed: iv.ID.Seed()}),
		history: map[schema.Path][]screening.Recorded{}, flags: map[schema.Path][]string{}, shown: map[schema.Path]bool{},
	}
	for _, r := range iv.Answers {
		v.history[r.Path] = append(v.history[r.Path], r)
	}
	for _, f := range rec.Flags {
		key := "interview.flag." + f.Reason
		if v.d.words.Has(key) {
			v.flags[f.Path] = append(v.flags[f.Path], d.say(key))
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
			s.Statements = append(s.Statements, v.label(p, v.tongues))
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
	for _, l := range v.d.rawLines(v.rec.Interview) {
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
	w := words{Text: shown.Text, Lang: shown.Lang, Dir: v.d.tongueOf(shown.Lang).Dir, Draft: shown.Translation == schema.MachineDraft}
	if shown.Fallback {
		w.Fallback = v.d.say("interview.text.fallback", "language", v.d.languageName(shown.Lang), "wanted", t.Name)
	}
	return w
}

func (v *reading) label(p schema.Path, tongues [2]tongue) (both [2]words) {
	for i, t := range tongues {
		both[i] = v.words(t, v.state.Label(p, t.Tag))
	}
	return both
}

// asked are the two languages of one question: the reader's, and the one in which it was asked. Where the
// reader reads that one, the other language of the page keeps its place.
func (v *reading) asked(r screening.Recorded) [2]tongue {
	if r.Lang == "" || r.Lang == v.tongues[0].Tag {
		return v.tongues
	}
	return [2]tongue{v.tongues[0], v.d.tongueOf(r.Lang)}
}

// heading is the label of a group. Nobody is asked a heading, so it goes without the mark of a draft.
func (v *reading) heading(p schema.Path) [2]words {
	both := v.label(p, v.tongues)
	both[0].Draft, both[1].Draft = false, false
	return both
}

func (v *reading) line(p schema.Path, node schema.Node) line {
	l := line{Anchor: anchor(p), Code: node.Item.Code, Staff: node.Item.Staff, Path: string(p), Flags: v.flags[p]}
	all := v.history[p]
	if len(all) == 0 { // worked out by the form, or left open
		l.Text, l.Now = v.label(p, v.tongues), v.given(p, node, screening.Recorded{Answer: node.Answer})
		l.Level = l.Now.level()
		return l
	}
	last, same := all[len(all)-1], 0
	for i, r := range all[:len(all)-1] {
		if r.Answer == all[i+1].Answer { // asked again, after an interruption
			same++
			continue
		}
		g := v.given(p, node, r)
		g.Removed = r.Answer.IsZero()
		l.Earlier = append(l.Earlier, g)
	}
	l.Text, l.Now = v.label(p, v.asked(last)), v.given(p, node, last)
	l.Now.Removed, l.Level = l.Now.Open, l.Now.level()
	if same > 0 {
		l.Now.Notes = append(l.Now.Notes, v.d.many(same, "interview.line.same"))
	}
	for i := range l.Text { // the line below the answer says it already
		l.Text[i].Draft = l.Text[i].Draft && !(l.Now.Draft && l.Text[i].Lang == last.Lang)
	}
	return l
}

// code is the number that people use for a question: its own, or that of the group around it.
func (v *reading) code(p schema.Path) string {
	node := v.state.Node(p)
	if node.Item != nil && node.Item.Code != "" {
		return node.Item.Code
	}
	for _, group := range slices.Backward(node.Groups) {
		if item, ok := v.form.Item(group); ok && item.Code != "" {
			return item.Code
		}
	}
	return v.d.say("interview.needs.answer")
}

// placeNeeds finds for each need the answers that it rests on.
func (v *reading) placeNeeds(needs []needView) []needView {
	for _, a := range v.state.Alerts() {
		kind := v.d.needKind(a.Kind)
		i := slices.IndexFunc(needs, func(n needView) bool { return n.Kind == kind })
		if i < 0 || !v.shown[a.Path] {
			continue
		}
		needs[i].Done = v.done(a.Kind)
		place := needPlace{Anchor: anchor(a.Path), Code: v.code(a.Path)}
		if !slices.Contains(needs[i].Places, place) {
			needs[i].Places = append(needs[i].Places, place)
		}
	}
	return needs
}

// done is what the screener noted as done about needs of a kind: the questionnaire has a hidden question for it,
// action_safety for the kind safety.
func (v *reading) done(kind string) string {
	for p := range v.history {
		if item, ok := v.form.Item(p); ok && item.Kind == schema.Hidden && item.Name == "action_"+kind {
			return v.state.Value(p)
		}
	}
	return ""
}
