package schema

import (
	"hash/fnv"
	"slices"
	"sort"
	"time"

	"leeward/schema/expr"
)

// The methods of this file make a run the expr.Env of its expressions. Nodes below len(defs) are items,
// the others are cells of choice lists.

// One returns the node of a place that can only stand for one.
func (r *run) One(t expr.Target, from expr.Node) expr.Node {
	p := &r.form.places[t]
	switch p.kind {
	case placeItem:
		if r.cells[p.slot].flags&isRelevant != 0 {
			return expr.Node(p.slot)
		}
	case placeRow:
		return from
	case placeColumn, placeColumns:
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
	case placeRows, placeColumns:
		if p.column < 0 || r.isRow(from, p.list) && p.kind == placeRows {
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

// Step goes from a row to one of its columns, from a group to what it holds, and up with "..".
func (r *run) Step(into []expr.Node, n expr.Node, name string) []expr.Node {
	if int(n) < len(r.form.defs) {
		d := &r.form.defs[n]
		next, ok := d.parent, d.parent != none
		if name != ".." {
			next, ok = r.form.slots[d.path+Path("/"+name)]
		}
		if ok && r.cells[next].flags&isRelevant != 0 {
			into = append(into, expr.Node(next))
		}
		return into
	}
	l := r.listAt(n)
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
	case int(n) < len(r.cells):
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

// Position is 1: without repeats, nothing has a sibling of its own name. Rows of a choice list count.
func (r *run) Position(n expr.Node) int {
	if int(n) < len(r.form.defs) {
		return 1
	}
	l := r.listAt(n)
	return int(n-l.base)/len(l.columns) + 1
}

// Indexed finds a question inside the first instance of what is no repeat.
func (r *run) Indexed(t expr.Target, from expr.Node, in []expr.Instance) expr.Node {
	for _, i := range in {
		if i.Index != 1 {
			return expr.NoNode
		}
	}
	return r.One(t, from)
}

// Label is jr:choice-name.
func (r *run) Label(t expr.Target, _ expr.Node, choice string) string { return r.labelOf(t, choice) }

// Now returns the time of the evaluation.
func (r *run) Now() time.Time { return r.env.Now }

// Bits draws from a sequence of its own for each expression of each item, so that neither the order of
// evaluation nor another question changes it (splitmix64).
func (r *run) Bits(from expr.Node) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(r.form.defs[from].path)) // never fails (hash.Hash)
	x := uint64(r.env.Seed) ^ h.Sum64() ^ r.salt<<56
	r.draws++
	x += r.draws * 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
