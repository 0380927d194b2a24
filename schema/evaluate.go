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
	Metadata map[Kind]string // deviceid, username, phonenumber, email: for the defaults
	Typed    map[Path]string // what a calculation gave when a person put another answer over it; that answer stands until it gives something else
}

// cell is what is known of one item after evaluation.
type cell struct {
	value   string // "" where it is not relevant, open or missing
	missing uint8  // index in reasons
	about   uint8  // index in abouts
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
	abouts   = [...]About{"", AboutDay, AboutMonth, AboutYear}
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
	return f.run(given{base: a}, env).State
}

// given are the answers to evaluate: those of over stand before those of base. A zero Answer in over opens
// the question again.
type given struct{ base, over Answers }

func (g given) at(p Path) (Answer, bool) {
	if a, ok := g.over[p]; ok {
		return a, !a.IsZero()
	}
	a, ok := g.base[p]
	return a, ok
}

// run evaluates and keeps the means to evaluate more.
func (f *Form) run(a given, env Env) *run {
	s := &State{form: f, env: env, cells: make([]cell, len(f.defs)), shape: &shape{}}
	if f.hasFilter {
		s.remaining = make([][]int32, len(f.defs))
	}
	if f.repeating {
		s.inside, s.byPath = map[within][]int32{}, map[Path]int32{}
		s.counts = map[Path]tally{}
	}
	r := newRun(s)
	for _, v := range f.order {
		r.work(v, a)
	}
	for n := range s.nodes() {
		r.judge(n)
	}
	return r
}

func newRun(s *State) *run {
	r := &run{State: s}
	r.frame.Env = r
	return r
}

// work does one step of the order, for every node of its item.
func (r *run) work(v vertex, a given) {
	if v.what == count {
		r.grow(v.slot, a)
		return
	}
	if len(r.form.defs[v.slot].chain) == 0 {
		r.step(v.what, v.slot, a)
		return
	}
	for _, n := range r.spread(nil, v.slot, none, 0) {
		r.step(v.what, n, a)
	}
}

func (r *run) step(what aspect, n int32, a given) {
	if what == relevance {
		r.relevance(n)
	} else {
		r.value(n, a)
	}
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
	roleCount
	roleSeed
)

// at moves the frame to a node.
func (r *run) at(n int32, role int) *expr.Frame {
	r.frame.Node, r.frame.Current = expr.Node(n), expr.Node(n)
	r.salt, r.draws = uint64(role), 0
	return &r.frame
}

func (r *run) relevance(n int32) {
	if parent := r.parentOf(n); parent != none && r.cells[parent].flags&isRelevant == 0 {
		return
	}
	if d := r.def(n); d.relevant == nil || d.relevant.Boolean(r.at(n, roleRelevant)) {
		r.cells[n].flags |= isRelevant
	}
}

// value takes the answer, computes it where there is a calculation, and drops choices that the filter
// no longer offers.
func (r *run) value(n int32, a given) {
	c, d := &r.cells[n], r.def(n)
	if c.flags&isRelevant == 0 || d.item.Kind.holdsItems() {
		return
	}
	if held, ok := a.at(r.pathOf(n)); ok {
		if c.missing = reasonIndex(held.Missing); c.missing == 0 {
			c.value, c.about = held.Value, uint8(max(0, slices.Index(abouts[:], held.About)))
		}
	}
	if d.calculation != nil && d.item.Trigger == "" {
		computed := r.form.known(d, r.calculate(n))
		if typed, ok := r.env.Typed[r.pathOf(n)]; !ok || typed != computed {
			c.value, c.missing, c.about = computed, 0, 0
		}
	}
	switch {
	case d.answers != none:
		r.remaining[n] = r.fromAnswers(n)
		c.value = r.withoutAnswers(d, c.value, r.remaining[n])
	case d.filter != nil:
		r.remaining[n] = r.filter(n)
		if l := r.form.lists[d.list]; !l.open() {
			c.value = l.without(d.item.Kind, c.value, r.remaining[n])
		}
	}
}

func reasonIndex(m Missing) uint8 {
	if i := slices.Index(reasons[:], m); i >= 0 {
		return uint8(i)
	}
	return unknownReason
}

func (r *run) calculate(node int32) string {
	d := r.def(node)
	f := r.at(node, roleCalculation)
	switch {
	case d.item.Kind == Integer || d.item.Stored == Integer:
		n := d.calculation.Number(f)
		if math.IsNaN(n) || math.IsInf(n, 0) {
			return ""
		}
		return expr.FormatNumber(math.Trunc(n))
	case d.item.Kind == Decimal || d.item.Stored == Decimal:
		n := d.calculation.Number(f)
		if math.IsNaN(n) || math.IsInf(n, 0) {
			return ""
		}
		return decimalText(n)
	}
	s := d.calculation.Text(f)
	switch {
	case d.item.Kind == Date:
		return expr.DateText(s, r.env.Now.Location())
	case len(s) <= maxAnswer:
		return s
	}
	return "" // concat() of concat() of … would fill the memory
}

// filter returns the rows of the choice list for which the choice_filter holds.
func (r *run) filter(n int32) []int32 {
	d := r.def(n)
	l := r.form.lists[d.list]
	f := r.at(n, roleFilter)
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
func (l *list) without(kind Kind, value string, rows []int32) string {
	if value == "" {
		return ""
	}
	names := []string{value}
	if kind != SelectOne {
		names = strings.Fields(value)
	}
	kept := make([]string, 0, 4)
	for _, name := range names {
		i, known := l.index[name]
		_, offered := slices.BinarySearch(rows, i)
		if offered || !known || l.twice && slices.ContainsFunc(rows, func(row int32) bool { return l.choices[row].Name == name }) {
			kept = append(kept, name)
		}
	}
	return strings.Join(kept, " ")
}

// known drops from a value that nobody typed, a default or a calculation, the names that its list does
// not have: they could be neither seen nor taken back.
func (f *Form) known(d *def, value string) string {
	if d.list == none || value == "" || f.lists[d.list].open() {
		return value
	}
	l := f.lists[d.list]
	if d.item.Kind == SelectOne {
		if _, ok := l.index[value]; ok {
			return value
		}
		return ""
	}
	return strings.Join(slices.DeleteFunc(strings.Fields(value), func(name string) bool {
		_, ok := l.index[name]
		return !ok
	}), " ")
}

// judge finds what is wrong with an item, in the order kind, choice, constraint, required; only for what
// is relevant.
func (r *run) judge(n int32) {
	c, d := &r.cells[n], r.def(n)
	if c.flags&isRelevant == 0 {
		return
	}
	around := r.parentOf(n)
	if d.readOnly != nil && d.readOnly.Boolean(r.at(n, roleReadOnly)) || d.readOnly == nil && d.item.Kind == Note ||
		around != none && r.cells[around].flags&isReadOnly != 0 {
		c.flags |= isReadOnly
	}
	if d.required != nil && d.required.Boolean(r.at(n, roleRequired)) {
		c.flags |= isRequired
	}
	c.problem = r.problem(n)
	settled := c.value != "" || c.missing != 0 || !d.item.Kind.asked()
	if d.gate != nil && settled && d.gate.Boolean(r.at(n, roleGate)) {
		c.flags |= isGateOpen
	}
}

func (r *run) problem(n int32) uint8 {
	c, d := &r.cells[n], r.def(n)
	switch {
	case c.missing == unknownReason:
		return kindProblem
	case c.missing != 0:
		return noProblem
	case c.value == "":
		if c.flags&isRequired != 0 && !d.item.Kind.holdsItems() {
			return requiredProblem
		}
		return noProblem
	}
	if p := r.form.fits(d, c.value); p != noProblem {
		return p
	}
	if d.answers != none && !r.answersAllow(n, c.value) {
		return choiceProblem
	}
	if d.constraint != nil && !d.constraint.Boolean(r.at(n, roleConstraint)) {
		return constraintProblem
	}
	return noProblem
}

// asked reports whether somebody gives an answer to an item of this kind.
func (k Kind) asked() bool {
	switch k {
	case Group, Repeat, Note, Calculate, Hidden:
		return false
	}
	return !k.Metadata()
}
