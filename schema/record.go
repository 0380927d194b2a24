package schema

import (
	"maps"
	"math"
	"strconv"
	"strings"
	"time"

	"leeward/schema/expr"
)

// trigger notes that the calculation of an item runs when others are answered (XLSForm column trigger).
func (c *compiler) trigger(slot int32) {
	d := &c.defs[slot]
	if d.item.Trigger == "" {
		return
	}
	for part := range strings.SplitSeq(d.item.Trigger, ",") {
		part = strings.TrimSpace(part)
		name, ref := strings.CutPrefix(part, "${")
		name, closed := strings.CutSuffix(name, "}")
		if !ref || !closed {
			c.refuse(d.path, "trigger", "not a reference", "${question}")
			return
		}
		from, err := c.lookup(strings.TrimSpace(name))
		if err != nil {
			c.refuseName(d.path, "trigger", err)
			return
		}
		c.defs[from].triggers = append(c.defs[from].triggers, slot)
	}
}

func (c *compiler) refuseName(p Path, member string, err error) {
	e, ok := err.(*nameError)
	if !ok {
		c.refuse(p, member, err.Error(), "")
		return
	}
	c.refuse(p, member, e.message, e.suggest)
}

// Begin returns the answers of a new interview as ODK has them: [Form.Defaults], and what follows from
// them (see [Form.Record]).
func (f *Form) Begin(env Env) Answers {
	out := f.Defaults(env)
	c := &recording{form: f, env: env, given: given{out, Answers{}}, now: f.run(given{base: out}, env)}
	c.settle(nil)
	return c.answers()
}

// Record returns the answers after a was given at p, with everything that an answer sets off: the
// calculations that it triggers run once, instances that a repeat_count brings begin with their defaults,
// and what once() computed is kept. The zero Answer opens the question again. It does not ask whether a is
// admissible ([Form.Admits]).
func (f *Form) Record(p Path, a Answer, current Answers, env Env) Answers {
	changes, _ := f.Evaluate(current, env).Record(p, a, current, env)
	return current.With(changes)
}

// Record is [Form.Record] for a caller that has what followed from the current answers: it works out only
// what depends on the answer. It returns the answers that change, p among them, and what follows then; a zero
// Answer opens a question again ([Answers.With]). current stays as it is.
func (s *State) Record(p Path, a Answer, current Answers, env Env) (changes Answers, next *State) {
	over := given{current, Answers{p: a}}
	c := &recording{form: s.form, env: env, given: over, now: s.after(over, env, []Path{p})}
	c.setOff(s)
	c.settle(s)
	return c.over, c.now.State
}

// With returns the answers with changes made; a zero Answer takes one away. a stays as it is.
func (a Answers) With(changes Answers) Answers {
	out := cloned(a)
	for p, changed := range changes {
		if out[p] = changed; changed.IsZero() {
			delete(out, p)
		}
	}
	return out
}

// Settle returns the answers with everything that follows from them as they stand (see [Form.Record]):
// after an instance was added or removed, or another language was chosen.
func (f *Form) Settle(a Answers, env Env) Answers {
	c := &recording{form: f, env: env, given: given{a, Answers{}}, now: f.run(given{base: a}, env)}
	c.settle(c.now.State)
	return c.answers()
}

// recording is one step of an interview under way: the answers before it, what changed, which it owns, and
// what follows.
type recording struct {
	form *Form
	env  Env
	given
	now *run
}

func (c *recording) answers() Answers { return c.base.With(c.over) }

// set changes answers and works out what follows.
func (c *recording) set(change Answers) {
	changed := make([]Path, 0, len(change))
	for p, a := range change {
		if held, _ := c.at(p); held != a {
			changed = append(changed, p)
			c.over[p] = a
		}
	}
	if len(changed) > 0 {
		c.now = c.now.after(c.given, c.env, changed)
	}
}

// setOff runs the calculations whose trigger has another value than before, each once.
func (c *recording) setOff(before *State) {
	done := map[Path]bool{}
	for range len(c.form.sources) * maxInstances { // one that was set off may trigger others
		n := c.now.changedTrigger(before, done)
		if n == none {
			return
		}
		done[c.now.pathOf(n)] = true
		from, change := c.now.slotOf(n), Answers{}
		for _, slot := range c.form.defs[from].triggers {
			depth := c.form.shared(from, slot)
			for _, at := range c.now.spread(nil, slot, c.now.rootAt(n, depth), depth) {
				if c.now.cells[at].flags&isRelevant == 0 {
					continue
				}
				v := ""
				if c.now.def(at).calculation != nil {
					v = c.now.calculate(at)
				}
				change[c.now.pathOf(at)] = Answer{Value: v}
			}
		}
		c.set(change)
	}
}

// changedTrigger finds the first question that triggers something and has another value than before.
func (r *run) changedTrigger(before *State, done map[Path]bool) int32 {
	for _, slot := range r.form.sources {
		for _, n := range r.spread(nil, slot, none, 0) {
			if p := r.pathOf(n); !done[p] && r.cells[n].value != before.Value(p) {
				return n
			}
		}
	}
	return none
}

// settle repeats until nothing changes what an answer sets off. before is what was there until then, nil at
// the beginning.
func (c *recording) settle(before *State) {
	const rounds = 8 // instances that bring instances, and so on
	for range rounds {
		was, change := c.now.State, c.now.followUp(c.given)
		c.arrivals(before, change)
		c.set(change)
		if before = was; c.now.State == was {
			return
		}
	}
}

// followUp returns what once() computed where it is not kept yet.
func (r *run) followUp(a given) Answers {
	out := Answers{}
	for _, slot := range r.form.keepers {
		for _, n := range r.spread(nil, slot, none, 0) {
			c := &r.cells[n]
			if c.flags&isRelevant == 0 || c.missing != 0 {
				continue
			}
			p := r.pathOf(n)
			if held, _ := a.at(p); held.Value != c.value {
				out[p] = Answer{Value: c.value}
			}
		}
	}
	return out
}

// arrivals adds what the instances begin with that a repeat_count has brought.
func (c *recording) arrivals(before *State, change Answers) {
	if before != nil && before.shape == c.now.shape {
		return
	}
	for p, is := range c.now.counts {
		slot, _ := c.form.slot(p)
		if c.form.defs[slot].count == nil {
			continue
		}
		first := 2 // at the beginning the first one has its defaults
		if before != nil {
			first = before.counts[p].instances + 1
		}
		for i := first; i <= is.instances; i++ {
			at := p + Path("["+strconv.Itoa(i)+"]")
			if i > 1 { // the first one is that of the questionnaire itself, with one instance of what is inside
				c.form.emptyInside(c.given, change, slot, at)
			}
			if before != nil {
				maps.Copy(change, c.form.begun(c.answers(), c.env, at+"/"))
			}
		}
	}
}

// Normal returns a value in the one spelling of its kind, as ODK stores it: numbers without needless
// digits, a date without its time, places with all of their numbers. What is no value of the kind becomes a
// blank where that kind is a number, a date or a time, and is left as it is elsewhere.
func (f *Form) Normal(p Path, value string) string {
	slot, ok := f.slot(p)
	if !ok {
		return value
	}
	return normal(f.defs[slot].item.Kind, value)
}

func normal(k Kind, value string) string {
	switch k {
	case Integer, Decimal, Range:
		n := expr.ParseNumber(value, time.UTC)
		if math.IsNaN(n) || math.IsInf(n, 0) {
			return ""
		}
		switch k {
		case Integer:
			n = math.Trunc(n)
		case Decimal:
			return decimalText(n)
		}
		return expr.FormatNumber(n)
	case Date:
		if date, _, timed := strings.Cut(value, "T"); timed && expr.ValidDateTime(value) {
			return date
		}
		return only(expr.ValidDate(value), value)
	case DateTime:
		return only(expr.ValidDateTime(value), value)
	case Time:
		return only(expr.ValidTime(value), value)
	case Geopoint, Geotrace, Geoshape:
		return normalPlaces(value)
	}
	return value
}

func only(valid bool, value string) string {
	if valid {
		return value
	}
	return ""
}

// decimalText writes a decimal as both peers store it: "7.0", "0.25".
func decimalText(f float64) string {
	s := expr.FormatNumber(f)
	if !strings.Contains(s, ".") && !math.IsInf(f, 0) {
		s += ".0"
	}
	return s
}

// normalPlaces writes "0 1 0 0; 0 91 0 0;" as "0.0 1.0 0.0 0.0;0.0 91.0 0.0 0.0".
func normalPlaces(value string) string {
	var points []string
	for point := range strings.SplitSeq(value, ";") {
		numbers := strings.Fields(point)
		for i, n := range numbers {
			f, err := strconv.ParseFloat(n, 64)
			if err != nil {
				return value
			}
			numbers[i] = decimalText(f)
		}
		for len(numbers) == 2 || len(numbers) == 3 {
			numbers = append(numbers, "0.0")
		}
		if len(numbers) > 0 {
			points = append(points, strings.Join(numbers, " "))
		}
	}
	return strings.Join(points, ";")
}
