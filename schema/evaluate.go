package schema

import (
	"math"
	"slices"
	"strings"
	"time"

	"leeward/schema/expr"
)

// Env is everything besides the answers that a State depends on.
type Env struct {
	Now      time.Time       // today() and now(); its location is the time zone of the interview
	Language Lang            // of jr:choice-name() and of the texts in Problems and Gates
	Seed     int64           // of random() and uuid(); keep it with the interview
	Office   map[string]Text // parameters that the office supplied
}

// cell is what is known of one item after evaluation.
type cell struct {
	value   string // "" where it is not relevant, open or missing
	missing uint8  // index in reasons
	flags   uint8
	problem uint8 // index in problems
}

const (
	isRelevant uint8 = 1 << iota
	isRequired
	isReadOnly
	isGateOpen
)

var (
	reasons  = [...]Missing{"", Declined, DoesNotKnow, NotAsked, NotApplicable}
	problems = [...]Reason{"", BadKind, BadChoice, BadConstraint, BadRequired}
)

const (
	unknownReason = uint8(len(reasons))

	noProblem uint8 = iota - 1
	kindProblem
	choiceProblem
	constraintProblem
	requiredProblem
)

// Evaluate works out what follows from the answers: what is relevant, computed, required and valid, and
// which choices remain. It changes nothing and keeps no reference to a. Answers at unknown paths are
// left alone.
func (f *Form) Evaluate(a Answers, env Env) *State {
	return f.run(a, env).State
}

// run evaluates and keeps the means to evaluate more.
func (f *Form) run(a Answers, env Env) *run {
	s := &State{form: f, env: env, cells: make([]cell, len(f.defs))}
	if f.hasFilter {
		s.remaining = make([][]int32, len(f.defs))
	}
	r := &run{State: s}
	r.frame.Env = r
	for _, v := range f.order {
		if v.value {
			r.value(v.slot, a)
		} else {
			r.relevance(v.slot)
		}
	}
	for slot := range f.defs {
		r.judge(int32(slot))
	}
	return r
}

// run is one evaluation under way. It is the expr.Env of every expression in it.
type run struct {
	*State
	frame expr.Frame
	salt  uint64 // what is being evaluated, for random()
	draws uint64
}

// Roles keep the random numbers of an item's expressions apart.
const (
	roleRelevant = iota
	roleCalculation
	roleFilter
	roleRequired
	roleReadOnly
	roleConstraint
	roleGate
	roleDefault
)

// at moves the frame to an item.
func (r *run) at(slot int32, role int) *expr.Frame {
	r.frame.Node, r.frame.Current = expr.Node(slot), expr.Node(slot)
	r.salt, r.draws = uint64(role), 0
	return &r.frame
}

func (r *run) relevance(slot int32) {
	d := &r.form.defs[slot]
	if d.parent != none && r.cells[d.parent].flags&isRelevant == 0 {
		return
	}
	if d.relevant == nil || d.relevant.Boolean(r.at(slot, roleRelevant)) {
		r.cells[slot].flags |= isRelevant
	}
}

// value takes the answer, computes it where there is a calculation, and drops choices that the filter
// no longer offers.
func (r *run) value(slot int32, a Answers) {
	c, d := &r.cells[slot], &r.form.defs[slot]
	if c.flags&isRelevant == 0 || d.item.Kind == Group || d.item.Kind == Note {
		return
	}
	if given, ok := a[d.path]; ok {
		if c.missing = reasonIndex(given.Missing); c.missing == 0 {
			c.value = given.Value
		}
	}
	if d.calculation != nil {
		c.value, c.missing = r.calculate(slot), 0
	}
	if d.filter != nil {
		r.remaining[slot] = r.filter(slot)
		c.value = r.form.lists[d.list].without(c.value, r.remaining[slot])
	}
}

func reasonIndex(m Missing) uint8 {
	if i := slices.Index(reasons[:], m); i >= 0 {
		return uint8(i)
	}
	return unknownReason
}

func (r *run) calculate(slot int32) string {
	d := &r.form.defs[slot]
	f := r.at(slot, roleCalculation)
	if d.item.Kind != Integer {
		return d.calculation.Text(f)
	}
	n := d.calculation.Number(f)
	if math.IsNaN(n) || math.IsInf(n, 0) {
		return ""
	}
	return expr.FormatNumber(math.Trunc(n))
}

// filter returns the rows of the choice list for which the choice_filter holds.
func (r *run) filter(slot int32) []int32 {
	d := &r.form.defs[slot]
	l := r.form.lists[d.list]
	f := r.at(slot, roleFilter)
	rows := make([]int32, 0, len(l.choices))
	for i := range l.choices {
		f.Node = l.at(i, columnRow)
		if d.filter.Boolean(f) {
			rows = append(rows, int32(i))
		}
	}
	return rows
}

// without removes from a value those choices of the list that are not among rows. A name that is not in
// the list at all stays: it is a mistake to report, not a choice that went away.
func (l *list) without(value string, rows []int32) string {
	if value == "" {
		return ""
	}
	kept := make([]string, 0, 4)
	for name := range strings.FieldsSeq(value) {
		i, known := l.index[name]
		if _, offered := slices.BinarySearch(rows, i); offered || !known {
			kept = append(kept, name)
		}
	}
	return strings.Join(kept, " ")
}

// judge finds what is wrong with an item, in the order kind, choice, constraint, required; only for what
// is relevant.
func (r *run) judge(slot int32) {
	c, d := &r.cells[slot], &r.form.defs[slot]
	if c.flags&isRelevant == 0 {
		return
	}
	if d.readOnly != nil && d.readOnly.Boolean(r.at(slot, roleReadOnly)) || d.item.Kind == Note {
		c.flags |= isReadOnly
	}
	if d.required != nil && d.required.Boolean(r.at(slot, roleRequired)) {
		c.flags |= isRequired
	}
	c.problem = r.problem(slot)
	settled := c.value != "" || c.missing != 0 || !d.item.Kind.asked()
	if d.gate != nil && settled && d.gate.Boolean(r.at(slot, roleGate)) {
		c.flags |= isGateOpen
	}
}

func (r *run) problem(slot int32) uint8 {
	c, d := &r.cells[slot], &r.form.defs[slot]
	switch {
	case c.missing == unknownReason:
		return kindProblem
	case c.missing != 0:
		return noProblem
	case c.value == "":
		if c.flags&isRequired != 0 && d.item.Kind != Group {
			return requiredProblem
		}
		return noProblem
	}
	if p := r.form.fits(d, c.value); p != noProblem {
		return p
	}
	if d.constraint != nil && !d.constraint.Boolean(r.at(slot, roleConstraint)) {
		return constraintProblem
	}
	return noProblem
}

// asked reports whether somebody gives an answer to an item of this kind.
func (k Kind) asked() bool {
	switch k {
	case Group, Note, Calculate, Hidden:
		return false
	}
	return true
}
