package schema

import (
	"hash/fnv"
	"slices"
	"sort"
	"time"

	"leeward/schema/expr"
)

// The methods of this file make a run the expr.Env of its expressions. Nodes below listNodes are items,
// the others are cells of choice lists.

// One returns the node of a place that can only stand for one.
func (r *run) One(t expr.Target, from expr.Node) expr.Node {
	p := &r.form.places[t]
	switch p.kind {
	case placeItem:
		n := p.slot
		if p.depth > 0 {
			n = r.nodeIn(n, r.rootAt(int32(from), p.depth))
		}
		if r.cells[n].flags&isRelevant != 0 {
			return expr.Node(n)
		}
	case placeRow:
		return from
	case placeColumn:
		if p.column >= 0 && r.isRow(from, p.list) {
			return from + expr.Node(p.column)
		}
	}
	return expr.NoNode
}

// All appends the nodes of a place.
func (r *run) All(into []expr.Node, t expr.Target, from expr.Node) []expr.Node {
	p := &r.form.places[t]
	switch p.kind {
	case placeItem:
		return r.relevantOf(into, r.spread(nil, p.slot, r.rootAt(int32(from), p.depth), p.depth))
	case placeRows, placeColumns:
		if p.column < 0 {
			return into
		}
		l := r.form.lists[p.list]
		for i := range l.choices {
			into = append(into, l.at(i, p.column))
		}
		return into
	}
	if n := r.One(t, from); n != expr.NoNode {
		into = append(into, n)
	}
	return into
}

func (r *run) relevantOf(into []expr.Node, nodes []int32) []expr.Node {
	for _, n := range nodes {
		if r.cells[n].flags&isRelevant != 0 {
			into = append(into, expr.Node(n))
		}
	}
	return into
}

// Step goes from a row to one of its columns, from a group to what it holds, and up with "..".
func (r *run) Step(into []expr.Node, n expr.Node, name string) []expr.Node {
	if n < listNodes {
		at := int32(n)
		if name == ".." {
			if parent := r.parentOf(at); parent != none {
				into = r.relevantOf(into, []int32{parent})
			}
			return into
		}
		d := r.def(at)
		if slot, ok := r.form.slots[d.path+Path("/"+name)]; ok {
			into = r.relevantOf(into, r.spread(nil, slot, r.rootOf(at), len(d.chain)))
		}
		return into
	}
	l := r.listAt(n)
	if name == itextID && !slices.Contains(l.columns, name) {
		name = "label"
	}
	if i := slices.Index(l.columns, name); i > 0 {
		into = append(into, n+expr.Node(i))
	}
	return into
}

// Text returns the value of an item or of a cell of a choice list.
func (r *run) Text(n expr.Node) string {
	switch {
	case n < 0:
		return ""
	case n < listNodes:
		return r.cells[n].value
	}
	l := r.listAt(n)
	i := int(n - l.base)
	choice := &l.choices[i/len(l.columns)]
	switch column := i % len(l.columns); column {
	case columnRow:
		return ""
	case columnName:
		return choice.Name
	case columnLabel:
		w, _, _ := r.form.q.pick(choice.Label, r.env.Language)
		return w.Text
	default:
		return choice.Columns[l.columns[column]]
	}
}

// listAt finds the choice list that a node lies in: the last one whose base is not above it.
func (r *run) listAt(n expr.Node) *list {
	lists := r.form.lists
	i := sort.Search(len(lists), func(i int) bool { return lists[i].base > n }) - 1
	for lists[i].nodes() == 0 { // an empty list shares its base with the next one
		i--
	}
	return lists[i]
}

func (r *run) isRow(n expr.Node, list int32) bool {
	l := r.form.lists[list]
	i := int(n - l.base)
	return i >= 0 && i < l.nodes() && i%len(l.columns) == columnRow
}

// Position counts the instances of a repeat and the rows of a choice list; nothing else has siblings of
// its own name.
func (r *run) Position(n expr.Node) int {
	switch {
	case n < listNodes && r.rootOf(int32(n)) == int32(n):
		return int(r.instances[int(n)-len(r.form.defs)].index)
	case n < listNodes:
		return 1
	}
	l := r.listAt(n)
	return int(n-l.base)/len(l.columns) + 1
}

// Indexed finds a question inside numbered instances; repeats around it that are not named count with
// all of theirs.
func (r *run) Indexed(into []expr.Node, t expr.Target, in []expr.Instance) []expr.Node {
	slot := r.form.places[t].slot
	blocks := []int32{none}
	for _, repeat := range r.form.defs[slot].chain {
		var next []int32
		for _, root := range blocks {
			next = append(next, r.numbered(repeat, root, in)...)
		}
		blocks = next
	}
	for _, root := range blocks {
		into = r.relevantOf(into, []int32{r.nodeIn(slot, root)})
	}
	return into
}

func (r *run) numbered(repeat, root int32, in []expr.Instance) []int32 {
	all := r.inside[within{repeat, root}]
	for _, i := range in {
		if r.form.places[i.Repeat].slot != repeat {
			continue
		}
		if i.Index > len(all) {
			return nil
		}
		return all[i.Index-1 : i.Index]
	}
	return all
}

// Label is jr:choice-name.
func (r *run) Label(t expr.Target, _ expr.Node, choice string) string { return r.labelOf(t, choice) }

// Now returns the time of the evaluation.
func (r *run) Now() time.Time { return r.env.Now }

// Bits draws from a sequence of its own for each expression of each item, so that neither the order of
// evaluation nor another question changes it (splitmix64).
func (r *run) Bits(from expr.Node) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(r.pathOf(int32(from)))) // never fails (hash.Hash)
	x := uint64(r.env.Seed) ^ h.Sum64() ^ r.salt<<56
	r.draws++
	x += r.draws * 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
