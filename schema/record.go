package schema

import (
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
		c.triggered = true
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
	return f.settle(f.Defaults(env), nil, env)
}

// Record returns the answers after a was given at p, with everything that an answer sets off: the
// calculations that it triggers run once, instances that a repeat_count brings begin with their defaults,
// and what once() computed is kept. The zero Answer opens the question again. It does not ask whether a is
// admissible ([Form.Admits]).
func (f *Form) Record(p Path, a Answer, current Answers, env Env) Answers {
	before := f.run(current, env)
	out := cloned(current)
	if a.IsZero() {
		delete(out, p)
	} else {
		out[p] = a
	}
	return f.settle(f.setOff(before, out, env), before.Counts(), env)
}

// setOff runs the calculations whose trigger has another value than before, each once.
func (f *Form) setOff(before *run, out Answers, env Env) Answers {
	if !f.triggered {
		return out
	}
	done := map[Path]bool{}
	for range len(f.defs) { // one that was set off may trigger others
		r := f.run(out, env)
		n := r.changedTrigger(before, done)
		if n == none {
			break
		}
		done[r.pathOf(n)] = true
		from := r.slotOf(n)
		for _, slot := range f.defs[from].triggers {
			depth := f.shared(from, slot)
			for _, at := range r.spread(nil, slot, r.rootAt(n, depth), depth) {
				if r.cells[at].flags&isRelevant == 0 {
					continue
				}
				v := ""
				if r.def(at).calculation != nil {
					v = r.calculate(at)
				}
				out[r.pathOf(at)] = Answer{Value: v}
			}
		}
	}
	return out
}

// changedTrigger finds the first question that triggers something and has another value than before.
func (r *run) changedTrigger(before *run, done map[Path]bool) int32 {
	for n := range r.nodes() {
		if len(r.def(n).triggers) == 0 {
			continue
		}
		p := r.pathOf(n)
		if !done[p] && r.cells[n].value != before.Value(p) {
			return n
		}
	}
	return none
}

// settle repeats until nothing changes what an answer sets off. before is how many instances each
// repeat had, nil at the beginning.
func (f *Form) settle(out Answers, before map[Path]int, env Env) Answers {
	const rounds = 8 // instances that bring instances, and so on
	for range rounds {
		r := f.run(out, env)
		next, counts := r.followUp(out), r.Counts()
		for p, n := range counts {
			slot, _ := f.slot(p)
			if f.defs[slot].count == nil {
				continue
			}
			first := before[p] + 1
			if before == nil {
				first = 2 // the one to begin with has its defaults
			}
			for i := first; i <= n; i++ {
				at := p + Path("["+strconv.Itoa(i)+"]")
				if i > 1 { // the first one is that of the questionnaire itself, with one instance of what is inside
					f.emptyInside(next, slot, at)
				}
				if before != nil {
					next = f.defaults(next, env, at+"/")
				}
			}
		}
		same := len(next) == len(out)
		for p, a := range next {
			same = same && out[p] == a
		}
		if out, before = next, counts; same {
			break
		}
	}
	return out
}

// followUp returns the answers with what once() computed.
func (r *run) followUp(a Answers) Answers {
	out := cloned(a)
	for n := range r.nodes() {
		c, d := &r.cells[n], r.def(n)
		if c.flags&isRelevant == 0 || c.missing != 0 {
			continue
		}
		computed := d.calculation != nil && d.item.Trigger == ""
		once := computed && d.calculation.ReadsSelf()
		if p := r.pathOf(n); once && out[p].Value != c.value {
			if out[p] = (Answer{Value: c.value}); c.value == "" {
				delete(out, p)
			}
		}
	}
	return out
}

// Settle returns the answers with everything that follows from them as they stand (see [Form.Record]):
// after an instance was added or removed, or another language was chosen.
func (f *Form) Settle(a Answers, env Env) Answers {
	return f.settle(cloned(a), f.Evaluate(a, env).Counts(), env)
}

// Normal returns a value in the one spelling of its kind, as ODK stores it: numbers without needless
// digits, places with all of their numbers. What is no value of the kind becomes a blank where that kind
// is a number, and is left as it is elsewhere.
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
	case Geopoint, Geotrace, Geoshape:
		return normalPlaces(value)
	}
	return value
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
