// Package synthetic invents people who answer a questionnaire, for tests, for the load tool and for
// practice. Nobody in it exists: names, places and sentences come from short lists and a seed, and the
// same seed gives the same interview on every machine.
//
// An invented person walks the form as a real one would, in document order, decides anew after each
// answer what applies, sometimes declines or does not know, sometimes corrects an earlier answer. They
// always agree to the interview and to its being kept, because an interview without that is kept
// nowhere; tests that need a refusal write it themselves.
package synthetic

import (
	"maps"
	"slices"
	"strings"
	"time"

	"leeward/schema"
)

// Step is one answer as it was given. A path may come again: a correction.
type Step struct {
	Path   schema.Path
	Answer schema.Answer
}

// Language returns the language that the invented person of a seed speaks: one of the questionnaire's.
func Language(seed uint64, f *schema.Form) schema.Lang {
	langs := f.Questionnaire().Languages
	if len(langs) == 0 {
		return f.Questionnaire().Source
	}
	return langs[seed%uint64(len(langs))].Tag
}

// Interview returns the answers of one invented person, in the order in which they were given. Every
// question that is relevant and required at the end has a value or a missing reason, no constraint is
// broken and no gate says stop. Marker stands in every free-text answer, so that a test can look for it
// where no answer may be.
func Interview(seed uint64, f *schema.Form, marker string) []Step {
	w := &walk{
		form: f, marker: marker, lang: Language(seed, f),
		dice: dice(seed),
		said: f.Defaults(env), open: map[schema.Path]bool{},
	}
	w.state = f.Evaluate(w.said, env)
	for range 4 * len(f.Paths()) { // each question, corrections, and room for what a correction opens
		p, ok := w.next()
		if !ok {
			break
		}
		if len(w.steps) > 10 && w.chance(2) {
			w.correct()
			continue
		}
		w.say(p, w.answer(w.state.Node(p)))
	}
	return w.steps
}

// env is when and where invented interviews take place.
var env = schema.Env{Now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), Language: "en"}

// walk is one invented interview under way.
type walk struct {
	form   *schema.Form
	dice   dice
	lang   schema.Lang
	marker string
	said   schema.Answers
	state  *schema.State        // what follows from them
	open   map[schema.Path]bool // left open on purpose
	steps  []Step
}

func (w *walk) chance(percent int) bool { return w.dice.below(100) < percent }

func (w *walk) say(p schema.Path, a schema.Answer) {
	if a.IsZero() {
		w.open[p] = true
		return
	}
	w.said[p] = a
	w.state = w.state.After(w.said, env, p)
	w.steps = append(w.steps, Step{Path: p, Answer: a})
}

// next finds the first question without an answer.
func (w *walk) next() (schema.Path, bool) {
	for _, p := range w.state.Visible() {
		if w.state.Value(p) != "" { // the most, and the cheapest to see
			continue
		}
		if n := w.state.Node(p); n.Answer.IsZero() && w.answerable(n) && (n.Required || !w.open[p]) {
			return p, true
		}
	}
	return "", false
}

func (w *walk) answerable(n schema.Node) bool {
	return n.Item.Kind != schema.Note && n.Item.Calculation == "" && !n.ReadOnly
}

// correct gives one earlier answer anew. What opens a gate, consent among it, is left as it is.
func (w *walk) correct() {
	said := w.steps[w.dice.below(len(w.steps))].Path
	n := w.state.Node(said)
	if !n.Relevant || n.Item.Gate != nil || w.isConsent(said) {
		return
	}
	if a := w.answer(n); !a.IsZero() {
		w.say(said, a)
	}
}

func (w *walk) isConsent(p schema.Path) bool {
	c := w.form.Questionnaire().Consent
	return c != nil && (p == c.Agree || p == c.Keep)
}

// answer invents an answer that the form admits: a value, a missing reason, or none at all for a
// question that nobody has to answer.
func (w *walk) answer(n schema.Node) schema.Answer {
	if c := w.form.Questionnaire().Consent; c != nil {
		switch n.Path {
		case c.Agree:
			return schema.Answer{Value: c.Yes[0]}
		case c.Keep:
			return schema.Answer{Value: w.kept(n, c.Tally)}
		}
	}
	if n.Item.Gate == nil {
		switch {
		case w.chance(8):
			reasons := schema.MissingReasons()
			return schema.Answer{Missing: reasons[w.dice.below(len(reasons))]}
		case !n.Required && w.chance(4):
			return schema.Answer{}
		}
	}
	const tries = 24
	for try := range tries {
		a := schema.Answer{Value: w.value(n, try)}
		if a.Value != "" && w.state.Admits(n.Path, a, w.said, env) == nil && !w.stops(n, a) {
			return a
		}
	}
	return schema.Answer{Missing: schema.NotAsked}
}

func (w *walk) kept(n schema.Node, tally []string) string {
	for _, c := range n.Choices {
		if !slices.Contains(tally, c.Name) && w.chance(80) {
			return c.Name
		}
	}
	return n.Choices[0].Name
}

// stops reports whether an answer would end the interview.
func (w *walk) stops(n schema.Node, a schema.Answer) bool {
	if n.Item.Gate == nil || n.Item.Gate.Do != "stop" {
		return false
	}
	said := maps.Clone(w.said)
	said[n.Path] = a
	return slices.ContainsFunc(w.state.After(said, env, n.Path).Gates(), func(g schema.OpenGate) bool { return g.Path == n.Path })
}

// value invents a value of the item's kind. Later tries reach for what stricter constraints want.
func (w *walk) value(n schema.Node, try int) string {
	switch n.Item.Kind {
	case schema.SelectOne:
		return w.one(n)
	case schema.SelectMultiple:
		return w.several(n)
	case schema.Integer:
		return w.number(try)
	case schema.Decimal:
		return w.number(try) + ".5"
	case schema.Date:
		return w.date()
	case schema.Acknowledge:
		return "OK"
	case schema.TextKind:
		return w.text(n, try)
	}
	return ""
}

// one takes the person's own language where the choices are languages, else any choice.
func (w *walk) one(n schema.Node) string {
	if len(n.Choices) == 0 {
		return ""
	}
	languages := w.form.Questionnaire().Languages
	all := len(languages) == len(n.Choices)
	for i, c := range n.Choices {
		all = all && string(languages[i].Tag) == c.Name
	}
	if all {
		return string(w.lang)
	}
	return n.Choices[w.dice.below(len(n.Choices))].Name
}

// several takes one to three choices in the order of the list; a choice that stands alone stays alone.
func (w *walk) several(n schema.Node) string {
	if len(n.Choices) == 0 {
		return ""
	}
	picked := w.dice.pick(len(n.Choices), min(len(n.Choices), 1+w.dice.below(3)))
	slices.Sort(picked)
	var names []string
	for _, i := range picked {
		if name := n.Choices[i].Name; !slices.Contains(n.Item.Alone, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return n.Choices[picked[0]].Name
	}
	return strings.Join(names, " ")
}
