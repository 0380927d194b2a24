package schema

import (
	"slices"
	"strings"
	"unicode/utf8"

	"leeward/schema/expr"
)

// maxAnswer bounds one answer, in bytes.
const maxAnswer = 64 << 10

// Admits says whether a may be recorded for the question at p: nil, or what is wrong with it. current are
// the other answers; what current holds for p is ignored. Any of the four missing reasons is always
// admitted, and so is the zero Answer, which opens the question again; whether a blank is allowed at the
// end is for [State.Problems] to say.
func (f *Form) Admits(p Path, a Answer, current Answers, env Env) *Problem {
	if problem, decided := f.decides(p, a); decided {
		return problem
	}
	return f.Evaluate(current, env).admits(p, a, current, env)
}

// Admits is [Form.Admits] for a caller that has what followed from the current answers: only what depends
// on the answer is worked out.
func (s *State) Admits(p Path, a Answer, current Answers, env Env) *Problem {
	if problem, decided := s.form.decides(p, a); decided {
		return problem
	}
	return s.admits(p, a, current, env)
}

// decides says what can be said of an answer without looking at the others.
func (f *Form) decides(p Path, a Answer) (problem *Problem, decided bool) {
	slot, ok := f.slot(p)
	if !ok {
		return &Problem{Path: p, Reason: BadKind}, true
	}
	d := &f.defs[slot]
	if a.IsZero() {
		return nil, true
	}
	if d.item.Kind == Repeat && d.count == nil && a.Missing == "" && integer(a.Value) {
		return nil, true // how many instances there are
	}
	if d.item.Kind.holdsItems() || d.item.Kind == Note || d.item.Kind == Calculate || d.item.Kind.Metadata() ||
		a.Missing != "" && (!a.Missing.Valid() || a.Value != "") ||
		a.About != "" && (!a.About.Valid() || d.item.Kind != Date || a.Value == "") {
		return &Problem{Path: p, Reason: BadKind}, true
	}
	if a.Missing != "" {
		return nil, true
	}
	if bad := f.fits(d, a.Value); bad != noProblem {
		return &Problem{Path: p, Reason: problems[bad]}, true
	}
	return nil, false
}

func (s *State) admits(p Path, a Answer, current Answers, env Env) *Problem {
	r := s.after(given{current, Answers{p: a}}, env, []Path{p})
	n, ok := r.find(p)
	if !ok { // an instance that there is not
		return &Problem{Path: p, Reason: BadKind}
	}
	c, d := &r.cells[n], r.def(n)
	switch {
	case c.flags&isRelevant == 0 || d.calculation != nil && d.item.Trigger == "":
		return nil
	case (d.filter != nil || d.answers != none) && !s.offers(r, n, a.Value, current, env):
		return &Problem{Path: p, Reason: BadChoice}
	case c.problem == constraintProblem:
		return &Problem{Path: p, Reason: BadConstraint, Text: r.show(n, d.item.ConstText, env.Language)}
	}
	return nil
}

// offers reports whether the filter leaves every choice of a value. A filter that reads its own question
// is asked before the value is given: that is when the choices were on the screen.
func (s *State) offers(r *run, n int32, value string, current Answers, env Env) bool {
	f, d, slot := s.form, r.def(n), r.slotOf(n)
	if d.filter != nil && slices.ContainsFunc(d.filter.Reads(), func(t expr.Target) bool { return f.places[t].kind == placeItem && f.places[t].slot == slot }) {
		r = s.after(given{base: current}, env, nil)
	}
	if d.answers != none {
		return r.answersAllow(n, value)
	}
	return f.lists[d.list].open() || f.lists[d.list].without(d.item.Kind, value, r.remaining[n]) == value
}

// fits checks a value against the kind and the choice list of its item.
func (f *Form) fits(d *def, value string) uint8 {
	if len(value) > maxAnswer || !utf8.ValidString(value) || !wellFormed(d.item.Kind, value) {
		return kindProblem
	}
	if d.list != none && !f.lists[d.list].open() && !f.lists[d.list].allows(d.item, value) {
		if d.item.Kind == SelectOne && strings.Contains(value, " ") {
			return kindProblem
		}
		return choiceProblem
	}
	if d.scale != nil && !d.scale.has(value) {
		return kindProblem
	}
	return noProblem
}

func wellFormed(k Kind, value string) bool {
	switch k {
	case Integer:
		return integer(value)
	case Decimal:
		whole, fraction, point := strings.Cut(strings.TrimPrefix(value, "-"), ".")
		return len(value) <= 32 && allDigits(whole) && allDigits(fraction) && whole+fraction != "" && (!point || fraction != "")
	case Date:
		return expr.ValidDate(value)
	case Acknowledge:
		return value == "OK"
	}
	return true
}

// integer accepts up to 18 ASCII digits: what a float64 and an int64 can still tell apart from text.
func integer(s string) bool {
	s = strings.TrimPrefix(s, "-")
	return s != "" && len(s) <= 18 && allDigits(s)
}

func allDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// allows checks names of choices: known, each once, with one space between them, and none beside a
// choice that stands alone.
func (l *list) allows(it *Item, value string) bool {
	if it.Kind == SelectOne {
		_, known := l.index[value]
		return known
	}
	names := strings.Split(value, " ")
	if it.Kind == Rank && it.ChoiceFilter == "" && len(names) != len(l.choices) {
		return false // an order of all of them
	}
	for i, name := range names {
		_, known := l.index[name]
		if !known || slices.Contains(names[:i], name) || len(names) > 1 && slices.Contains(it.Alone, name) {
			return false
		}
	}
	return true
}
