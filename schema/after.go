package schema

import (
	"maps"
	"math/bits"
	"slices"
)

// After returns what follows from the answers, given that s is what followed from them before the answers
// at the changed paths became what they are now in a. It is [Form.Evaluate] of a and env, and works out
// only what depends on the change, or on the time that has passed.
func (s *State) After(a Answers, env Env, changed ...Path) *State {
	return s.after(given{base: a}, env, changed).State
}

func (s *State) after(a given, env Env, changed []Path) *run {
	if !s.sameWorld(env) {
		return s.form.run(a, env)
	}
	next := *s
	next.env, next.cells, next.remaining = env, slices.Clone(s.cells), slices.Clone(s.remaining)
	u := &update{run: newRun(&next), answers: a, was: s, vertices: newMarks(len(s.form.order)), judges: newMarks(len(s.form.defs))}
	for _, p := range changed {
		n, ok := s.find(p)
		switch {
		case ok && s.def(n).item.Kind != Repeat:
			u.vertices.add(s.form.depend.at[s.slotOf(n)][value])
		case !ok && s.keptCount(p):
			return s.form.run(a, env) // the number of instances
		}
	}
	u.time(env)
	for p, computed := range s.env.Typed {
		if now, ok := env.Typed[p]; !ok || now != computed {
			u.retype(p)
		}
	}
	for p := range env.Typed {
		if _, ok := s.env.Typed[p]; !ok {
			u.retype(p)
		}
	}
	if !u.work() {
		return s.form.run(a, env)
	}
	return u.run
}

// keptCount reports whether a path is that of a repeat, where the caller keeps the number of instances.
func (s *State) keptCount(p Path) bool {
	slot, ok := s.form.slot(p)
	return ok && s.form.defs[slot].item.Kind == Repeat
}

// sameWorld reports whether env differs from that of s in nothing that every expression may depend on.
func (s *State) sameWorld(env Env) bool {
	_, was := s.env.Now.Zone()
	_, is := env.Now.Zone()
	return s.env.Language == env.Language && s.env.Seed == env.Seed && was == is && s.env.Now.Location().String() == env.Now.Location().String() &&
		maps.Equal(s.env.Metadata, env.Metadata)
}

// update is one evaluation of what depends on a change.
type update struct {
	*run
	answers  given
	was      *State
	vertices marks // places in the order of evaluation
	judges   marks // slots
}

func (u *update) retype(p Path) {
	if n, ok := u.find(p); ok {
		u.vertices.add(u.form.depend.at[u.slotOf(n)][value])
	}
}

// time marks what depends on the time.
func (u *update) time(env Env) {
	day, moment := &u.form.depend.clocks[0], &u.form.depend.clocks[1]
	if !env.Now.Equal(u.was.env.Now) {
		u.vertices.add(moment.vertices...)
		u.judges.add(moment.judges...)
	}
	if env.Now.Format("2006-01-02") != u.was.env.Now.Format("2006-01-02") {
		u.vertices.add(day.vertices...)
		u.judges.add(day.judges...)
	}
}

// work goes through what is marked in the order of evaluation; what changes marks what comes later. It
// gives up where the number of instances changes.
func (u *update) work() bool {
	for i := u.vertices.next(0); i != none; i = u.vertices.next(i + 1) {
		v := u.form.order[i]
		if v.what == count {
			if !u.sameCount(v.slot) {
				return false
			}
			continue
		}
		if len(u.form.defs[v.slot].chain) == 0 {
			u.redo(v, v.slot)
			continue
		}
		for _, n := range u.spread(nil, v.slot, none, 0) {
			u.redo(v, n)
		}
	}
	for slot := u.judges.next(0); slot != none; slot = u.judges.next(slot + 1) {
		for _, n := range u.spread(nil, slot, none, 0) {
			u.rejudge(slot, n)
		}
	}
	return true
}

// sameCount reports whether every repeat of a slot keeps its number of instances.
func (u *update) sameCount(slot int32) bool {
	same := true
	u.places(slot, func(parent, _ int32, base Path) {
		same = same && u.howMany(slot, parent, base, u.answers, u.counts[base].instances) == u.counts[base].instances
	})
	return same
}

// redo works out one node again and marks what reads it where it is not as it was.
func (u *update) redo(v vertex, n int32) {
	c := &u.cells[n]
	old := *c
	if v.what == relevance {
		c.flags &^= isRelevant
		u.relevance(n)
		if (c.flags^old.flags)&isRelevant == 0 {
			return
		}
		u.vertices.add(u.form.depend.at[v.slot][value])
		for _, child := range u.form.depend.children[v.slot] {
			u.vertices.add(u.form.depend.at[child][relevance])
		}
	} else {
		c.value, c.missing, c.about = "", 0, 0
		var rows []int32
		if u.remaining != nil {
			rows, u.remaining[n] = u.remaining[n], nil
		}
		u.value(n, u.answers)
		if c.value == old.value && c.missing == old.missing && (u.remaining == nil || slices.Equal(rows, u.remaining[n])) {
			return
		}
	}
	u.judges.add(v.slot)
	u.judges.add(u.form.depend.judges[v.slot]...)
	u.vertices.add(u.form.depend.readers[v.slot]...)
}

// rejudge judges one node again; what lies in a group that became read-only is judged again too.
func (u *update) rejudge(slot, n int32) {
	c := &u.cells[n]
	before := c.flags & isReadOnly
	c.flags &= isRelevant
	c.problem = noProblem
	u.judge(n)
	if c.flags&isReadOnly != before {
		u.judges.add(u.form.depend.children[slot]...)
	}
}

// marks is a set of small numbers, gone through from the lowest up while it grows.
type marks []uint64

func newMarks(n int) marks { return make(marks, (n+63)/64) }

func (m marks) add(numbers ...int32) {
	for _, n := range numbers {
		if n >= 0 {
			m[n/64] |= 1 << (n % 64)
		}
	}
}

// next returns the lowest number from n on, or none.
func (m marks) next(n int32) int32 {
	for word := int(n / 64); word < len(m); word++ {
		w := m[word]
		if word == int(n/64) {
			w &= ^uint64(0) << (n % 64)
		}
		if w != 0 {
			return int32(word*64 + bits.TrailingZeros64(w))
		}
	}
	return none
}
