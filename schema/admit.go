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
	slot, ok := f.slot(p)
	if !ok {
		return &Problem{Path: p, Reason: BadKind}
	}
	d := &f.defs[slot]
	if a.IsZero() {
		return nil
	}
	if d.item.Kind == Repeat && d.count == nil && a.Missing == "" && integer(a.Value) {
		return nil // how many instances there are
	}
	if d.item.Kind.holdsItems() || d.item.Kind == Note || d.item.Kind == Calculate || d.item.Kind.Metadata() ||
		a.Missing != "" && (!a.Missing.Valid() || a.Value != "") {
		return &Problem{Path: p, Reason: BadKind}
	}
	if a.Missing != "" {
		return nil
	}
	if bad := f.fits(d, a.Value); bad != noProblem {
		return &Problem{Path: p, Reason: problems[bad]}
	}
	answers := cloned(current)
	answers[p] = a
	s := f.run(answers, env)
	n, ok := s.find(p)
	if !ok { // an instance that there is not
		return &Problem{Path: p, Reason: BadKind}
	}
	c := &s.cells[n]
	switch {
	case c.flags&isRelevant == 0 || d.calculation != nil && d.item.Trigger == "":
		return nil
	case (d.filter != nil || d.answers != none) && !f.offers(s, n, a.Value, current, env):
		return &Problem{Path: p, Reason: BadChoice}
	case c.problem == constraintProblem:
		return &Problem{Path: p, Reason: BadConstraint, Text: s.show(n, d.item.ConstText, env.Language)}
	}
	return nil
}

// offers reports whether the filter leaves every choice of a value. A filter that reads its own question
// is asked before the value is given: that is when the choices were on the screen.
func (f *Form) offers(s *run, n int32, value string, current Answers, env Env) bool {
	d, slot := s.def(n), s.slotOf(n)
	if d.filter != nil && slices.ContainsFunc(d.filter.Reads(), func(t expr.Target) bool { return f.places[t].kind == placeItem && f.places[t].slot == slot }) {
		s = f.run(current, env)
	}
	if d.answers != none {
		return s.answersAllow(n, value)
	}
	return f.lists[d.list].open() || f.lists[d.list].without(d.item.Kind, value, s.remaining[n]) == value
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
