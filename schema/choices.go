package schema

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"leeward/schema/expr"
)

// Choices that are not rows of a list as they stand: answers of a repeat, shuffled ones, lists whose rows
// come from a file, and the scale of a range.

// answerList returns the question that "${question}" in place of a list names, or "".
func (it *Item) answerList() string {
	name, ref := strings.CutPrefix(it.List, "${")
	name, closed := strings.CutSuffix(name, "}")
	if !ref || !closed {
		return ""
	}
	return strings.TrimSpace(name)
}

// open reports whether the choices are elsewhere, so that any name may be one.
func (l *list) open() bool { return l.file != "" && len(l.choices) == 0 }

// Open reports whether the choices of the question at p are in a file that is not at hand, so that any
// name may be one.
func (f *Form) Open(p Path) bool {
	slot, ok := f.slot(p)
	return ok && f.defs[slot].list != none && f.lists[f.defs[slot].list].open()
}

// choicesFromAnswers finds the question whose answers are the choices.
func (c *compiler) choicesFromAnswers(slot int32) {
	d := &c.defs[slot]
	if !d.item.Kind.chooses() || d.item.answerList() == "" {
		return
	}
	source, err := c.lookup(d.item.answerList())
	switch {
	case err != nil:
		c.refuseName(d.path, "list", err)
	case len(c.defs[source].chain) == 0 || c.defs[source].item.Kind.holdsItems():
		c.refuse(d.path, "list", "choices come from a question inside a repeat only", "")
	default:
		d.answers = source
	}
}

func (c *compiler) innermost(slot int32) int32 {
	chain := c.defs[slot].chain
	return chain[len(chain)-1]
}

// fromAnswers returns the nodes whose answers are the choices: relevant, not blank, and let through by
// the filter, which looks at the instance around each.
func (r *run) fromAnswers(n int32) []int32 {
	d := r.def(n)
	depth := r.form.shared(r.slotOf(n), d.answers)
	if len(r.form.defs[d.answers].chain) == depth {
		depth-- // from inside the same repeat all its instances are meant
	}
	f := r.at(n, roleFilter)
	out := []int32{}
	for _, at := range r.spread(nil, d.answers, r.rootAt(n, depth), depth) {
		if r.cells[at].value == "" {
			continue
		}
		f.Node = expr.Node(r.rootOf(at))
		f.Current = f.Node
		if d.filter == nil || d.filter.Boolean(f) {
			out = append(out, at)
		}
	}
	return out
}

func (s *State) offeredAnswers(at []int32) []string {
	out := make([]string, len(at))
	for i, n := range at {
		out[i] = s.cells[n].value
	}
	return out
}

func (r *run) withoutAnswers(d *def, value string, at []int32) string {
	offered := r.offeredAnswers(at)
	if d.item.Kind == SelectOne {
		if slices.Contains(offered, value) {
			return value
		}
		return ""
	}
	kept := slices.DeleteFunc(strings.Fields(value), func(name string) bool { return !slices.Contains(offered, name) })
	return strings.Join(kept, " ")
}

func (r *run) answersAllow(n int32, value string) bool {
	return r.withoutAnswers(r.def(n), value, r.remaining[n]) == value
}

// parameters compiles the settings that change what is offered: the seed of a random order and the scale
// of a range.
func (c *compiler) parameters(slot int32) {
	d := &c.defs[slot]
	if d.item.randomized() && d.item.Parameters["seed"] != "" {
		d.seed = c.program(slot, "parameters", d.item.Parameters["seed"], none)
	}
	if d.item.Kind == Range {
		d.scale = newScale(d.item.Parameters)
		if d.scale == nil {
			c.refuse(d.path, "parameters", "start, end and step of a range have to be numbers, and step not 0", "start=1 end=10 step=1")
		}
	}
}

func (it *Item) randomized() bool {
	return it.Kind.chooses() && strings.EqualFold(it.Parameters["randomize"], "true")
}

// shuffled puts choices into a random order where the question asks for one: that of its seed, else one
// that is the same for the interview's seed and this question.
func (s *State) shuffled(n int32, choices []Choice) []Choice {
	d := s.def(n)
	if !d.item.randomized() {
		return choices
	}
	r := newRun(s)
	f := r.at(n, roleSeed)
	seed := float64(r.Bits(expr.Node(n)) >> 33)
	if d.seed != nil {
		seed = d.seed.Number(f)
	}
	out := make([]Choice, len(choices))
	for i, row := range expr.Shuffle(len(choices), seed) {
		out[i] = choices[row]
	}
	return out
}

// scale is what a range offers: from start to end, both included, by steps.
type scale struct{ start, end, step float64 }

// newScale reads the parameters of a range; they are 1 to 10 by 1 where nothing else is said.
func newScale(p map[string]string) *scale {
	ok := true
	number := func(name string, other float64) float64 {
		text := strings.TrimSpace(p[name])
		if text == "" {
			return other
		}
		f, err := strconv.ParseFloat(text, 64)
		ok = ok && err == nil && !math.IsInf(f, 0) && !math.IsNaN(f)
		return f
	}
	s := &scale{number("start", 1), number("end", 10), math.Abs(number("step", 1))}
	if !ok || s.step == 0 {
		return nil
	}
	return s
}

// Scale returns the values that a range offers, from its start to its end, in the form in which one of them is
// stored; nil where there are more than so many.
func (it *Item) Scale(most int) (values []string) {
	s := newScale(it.Parameters)
	if s == nil {
		return nil
	}
	n := int(min(math.Floor(math.Abs(s.end-s.start)/s.step+1e-9), math.MaxInt32))
	if n >= most {
		return nil
	}
	step := math.Copysign(s.step, s.end-s.start)
	for i := range n + 1 {
		values = append(values, expr.FormatNumber(s.start+float64(i)*step))
	}
	return values
}

// OnScale reports whether a number, as it is stored, is one that a range offers.
func (it *Item) OnScale(value string) bool {
	s := newScale(it.Parameters)
	return s != nil && s.has(value)
}

// has reports whether a value lies on a step of the scale.
func (s *scale) has(value string) bool {
	f, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return false
	}
	steps := math.Abs(f-s.start) / s.step
	const slack = 1e-9 // of binary fractions
	return f >= min(s.start, s.end)-slack && f <= max(s.start, s.end)+slack && math.Abs(steps-math.Round(steps)) < 1e-6
}
