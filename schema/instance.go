package schema

import (
	"fmt"
	"iter"
	"math"
	"strconv"

	"leeward/schema/expr"
)

// Bounds of repeats, so that a slip in a repeat_count cannot fill the memory.
const (
	maxInstances = 1000    // of one repeat in one place
	maxNodes     = 1 << 17 // in an interview
)

// Items outside of repeats have one node each: its number is the slot. What an instance of a repeat
// brings comes after them, in blocks: the instance itself, then its items in document order, those of
// inner repeats left out, which have blocks of their own.

// instance says what a node after the slots is.
type instance struct {
	slot  int32
	root  int32 // the first node of its block
	outer int32 // of a root: the root of the block around it, or none
	index int32 // of a root: its place in the repeat, from 1
	path  Path
}

// tally is how many instances a repeat has in one place.
type tally struct {
	instances int
	parent    int32 // the node around it, or none
}

// within names the instances of one repeat inside one block.
type within struct{ repeat, root int32 }

func (s *State) slotOf(n int32) int32 {
	if int(n) < len(s.form.defs) {
		return n
	}
	return s.instances[int(n)-len(s.form.defs)].slot
}

func (s *State) def(n int32) *def { return &s.form.defs[s.slotOf(n)] }

func (s *State) pathOf(n int32) Path {
	if int(n) < len(s.form.defs) {
		return s.form.defs[n].path
	}
	return s.instances[int(n)-len(s.form.defs)].path
}

// rootOf returns the block that a node lies in, none outside of repeats.
func (s *State) rootOf(n int32) int32 {
	if int(n) < len(s.form.defs) {
		return none
	}
	return s.instances[int(n)-len(s.form.defs)].root
}

func (s *State) outerOf(root int32) int32 { return s.instances[int(root)-len(s.form.defs)].outer }

// nodeIn returns the node of an item in a block of its innermost repeat.
func (s *State) nodeIn(slot, root int32) int32 {
	if root == none {
		return slot
	}
	return root + s.form.defs[slot].offset
}

// parentOf returns the group or instance around a node, none at the top.
func (s *State) parentOf(n int32) int32 {
	d := s.def(n)
	if d.parent == none {
		return none
	}
	root := s.rootOf(n)
	if n == root {
		root = s.outerOf(root)
	}
	return s.nodeIn(d.parent, root)
}

// rootAt returns the block around a node that is so many repeats deep, none for depth 0.
func (s *State) rootAt(n int32, depth int) int32 {
	if depth == 0 {
		return none
	}
	root := s.rootOf(n)
	for level := len(s.def(n).chain); level > depth; level-- {
		root = s.outerOf(root)
	}
	return root
}

// spread appends the nodes of an item inside a block that is so many of its repeats deep.
func (s *State) spread(into []int32, slot, root int32, depth int) []int32 {
	chain := s.form.defs[slot].chain
	if depth == len(chain) {
		return append(into, s.nodeIn(slot, root))
	}
	for _, next := range s.inside[within{chain[depth], root}] {
		into = s.spread(into, slot, next, depth+1)
	}
	return into
}

// near returns the node that ${name} means in a text seen from another node: the one in the same
// instance, else the first.
func (s *State) near(slot, from int32) int32 {
	if len(s.form.defs[slot].chain) == 0 {
		return slot
	}
	depth := s.form.shared(s.slotOf(from), slot)
	nodes := s.spread(nil, slot, s.rootAt(from, depth), depth)
	if len(nodes) == 0 {
		return none
	}
	return nodes[0]
}

// nodes walks every node in document order.
func (s *State) nodes() iter.Seq[int32] {
	return func(yield func(int32) bool) {
		s.walk(0, int32(len(s.form.defs)), none, yield)
	}
}

// walk visits the items from one slot to another inside a block.
func (s *State) walk(slot, end, root int32, yield func(int32) bool) bool {
	for slot < end {
		d := &s.form.defs[slot]
		if d.item.Kind != Repeat {
			if !yield(s.nodeIn(slot, root)) {
				return false
			}
			slot++
			continue
		}
		for _, next := range s.inside[within{slot, root}] {
			if !yield(next) || !s.walk(slot+1, d.end, next, yield) {
				return false
			}
		}
		slot = d.end
	}
	return true
}

// find returns the node at a path, indexes included.
func (s *State) find(p Path) (int32, bool) {
	if slot, ok := s.form.slots[p]; ok {
		return slot, len(s.form.defs[slot].chain) == 0
	}
	n, ok := s.byPath[p]
	return n, ok
}

// grow makes the instances of a repeat, in every block that it lies in.
func (r *run) grow(slot int32, a given) {
	r.places(slot, func(parent, root int32, base Path) {
		n := r.howMany(slot, parent, base, a, 0)
		r.counts[base] = tally{n, parent}
		for i := range n {
			r.addInstance(slot, root, base, int32(i+1))
		}
	})
}

// places goes through the blocks in which a repeat lies: the node around it, none at the top; the block; and
// its path there without an index of its own.
func (s *State) places(slot int32, do func(parent, root int32, base Path)) {
	d := &s.form.defs[slot]
	outer := d.chain[:len(d.chain)-1]
	blocks := []int32{none}
	if len(outer) > 0 {
		blocks = s.spread(nil, outer[len(outer)-1], none, 0)
	}
	for _, root := range blocks {
		base := d.path
		if root != none {
			base = s.pathOf(root) + d.path[len(s.form.defs[outer[len(outer)-1]].path):]
		}
		parent := d.parent
		if parent != none {
			parent = s.nodeIn(parent, root)
		}
		do(parent, root, base)
	}
}

// howMany follows repeat_count where there is one, else what the caller keeps at the repeat's path; a
// repeat begins with one instance. Blanks and what is no number of instances count as none. has is how many
// of them are there already.
func (r *run) howMany(slot, parent int32, base Path, a given, has int) int {
	d := &r.form.defs[slot]
	n := 1.0
	if held, ok := a.at(base); d.count == nil && ok {
		n = expr.ParseNumber(held.Value, r.env.Now.Location())
	}
	if d.count != nil {
		n = d.count.Number(r.at(max(parent, 0), roleCount)) // at the top any node will do: nothing is relative to it
	}
	if !(n >= 1) {
		n = 0
	}
	room := (maxNodes-len(r.cells))/len(d.block) + has
	return min(int(math.Min(n, maxInstances)), max(room, 0))
}

func (r *run) addInstance(slot, outer int32, base Path, index int32) {
	root := int32(len(r.cells))
	at := base + Path("["+strconv.Itoa(int(index))+"]")
	d := &r.form.defs[slot]
	for _, s := range d.block {
		n := int32(len(r.cells))
		p := at + r.form.defs[s].path[len(d.path):]
		r.instances = append(r.instances, instance{slot: s, root: root, outer: outer, index: index, path: p})
		r.cells = append(r.cells, cell{})
		r.byPath[p] = n
	}
	key := within{slot, outer}
	r.inside[key] = append(r.inside[key], root)
	if r.remaining != nil {
		r.remaining = append(r.remaining, make([][]int32, len(d.block))...)
	}
}

// Counts returns how many instances each repeat has, by its path without the index of its own.
func (s *State) Counts() map[Path]int {
	out := make(map[Path]int, len(s.counts))
	for p, c := range s.counts {
		out[p] = c.instances
	}
	return out
}

// keptCounts adds the counts that the caller keeps, where they are not the one that a repeat has of
// itself and the repeat is relevant.
func (s *State) keptCounts(out Answers) {
	for p, c := range s.counts {
		relevant := c.parent == none || s.cells[c.parent].flags&isRelevant != 0
		if slot, ok := s.form.slot(p); ok && relevant && c.instances != 1 && s.form.defs[slot].count == nil {
			out[p] = Answer{Value: strconv.Itoa(c.instances)}
		}
	}
}

// AddInstance returns the answers with one instance more of the repeat at p (without an index of its
// own), its defaults filled in. Repeats inside it begin empty, as in the peers. It does not look at
// repeat_count, which decides alone where it is set.
func (f *Form) AddInstance(p Path, current Answers, env Env) Answers {
	slot, ok := f.slot(p)
	if !ok || f.defs[slot].item.Kind != Repeat {
		return cloned(current)
	}
	n := f.Evaluate(current, env).Counts()[p] + 1
	out := cloned(current)
	out[p] = Answer{Value: strconv.Itoa(n)}
	at := p + Path(fmt.Sprintf("[%d]", n))
	f.emptyInside(given{base: out}, out, slot, at)
	return f.defaults(out, env, at+"/")
}

// emptyInside notes that the repeats inside a new instance have no instance of their own yet; those with a
// repeat_count follow it.
func (f *Form) emptyInside(held given, out Answers, slot int32, instance Path) {
	d := &f.defs[slot]
	for _, inner := range f.defs[slot+1 : d.end] {
		p := instance + inner.path[len(d.path):]
		if _, kept := held.at(p); !kept && inner.item.Kind == Repeat && len(inner.chain) == len(d.chain)+1 && inner.count == nil {
			out[p] = Answer{Value: "0"}
		}
	}
}

// RemoveInstance returns the answers without the instance at p, as in /data/child[2]: what stood in later
// instances moves up by one.
func (f *Form) RemoveInstance(p Path, current Answers, env Env) Answers {
	base, index, ok := lastIndex(p)
	n := f.Evaluate(current, env).Counts()[base]
	if !ok || index < 1 || index > n {
		return cloned(current)
	}
	out := make(Answers, len(current))
	for at, a := range current {
		rest, inside := cutPath(at, base)
		if !inside {
			out[at] = a
			continue
		}
		i, tail := rest.index, rest.tail
		if i == index {
			continue
		}
		if i > index {
			i--
		}
		out[base+Path(fmt.Sprintf("[%d]", i))+tail] = a
	}
	out[base] = Answer{Value: strconv.Itoa(n - 1)}
	return out
}
