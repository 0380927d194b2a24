package schema

import "leeward/schema/expr"

// dependents is the dependency graph the other way round, fixed at Compile: what has to be worked out again
// when something changes. Vertices are named by their place in the order of evaluation.
type dependents struct {
	at       [][aspects]int32 // by slot: the place of each vertex, or none
	readers  [][]int32        // by slot: the vertices that read its value
	judges   [][]int32        // by slot: the slots whose constraint, required, read_only or gate reads it
	children [][]int32        // by slot: the items directly inside
	clocks   [2]clocked       // what changes with the day, and with each moment
}

// clocked lists what depends on the time.
type clocked struct{ vertices, judges []int32 }

// findDependents turns the reads of every expression round.
func (c *compiler) findDependents() {
	n := len(c.defs)
	d := dependents{at: make([][aspects]int32, n), readers: make([][]int32, n), judges: make([][]int32, n), children: make([][]int32, n)}
	for slot := range d.at {
		d.at[slot] = [aspects]int32{none, none, none}
	}
	c.depend = d
	for i, v := range c.order {
		d.at[v.slot][v.what] = int32(i)
		for _, from := range c.readBy(v) {
			d.readers[from] = append(d.readers[from], int32(i))
		}
	}
	for slot := range c.defs {
		def := &c.defs[slot]
		if def.parent != none {
			d.children[def.parent] = append(d.children[def.parent], int32(slot))
		}
		if def.calculation != nil && def.item.Trigger == "" && def.calculation.ReadsSelf() {
			c.keepers = append(c.keepers, int32(slot))
		}
		if len(def.triggers) > 0 {
			c.sources = append(c.sources, int32(slot))
		}
		for _, p := range []*expr.Program{def.required, def.readOnly, def.constraint, def.gate} {
			for _, from := range c.itemsOf(p) {
				d.judges[from] = append(d.judges[from], int32(slot))
			}
			c.clocked(p, func(on *clocked) { on.judges = append(on.judges, int32(slot)) })
		}
	}
}

// readBy lists the slots whose value a vertex reads, and notes which vertices hang on the time.
func (c *compiler) readBy(v vertex) []int32 {
	d := &c.defs[v.slot]
	var out []int32
	for _, p := range d.programs(v.what) {
		out = append(out, c.itemsOf(p)...)
		c.clocked(p, func(on *clocked) { on.vertices = append(on.vertices, c.depend.at[v.slot][v.what]) })
	}
	if v.what == value && d.answers != none {
		out = append(out, d.answers)
	}
	return out
}

// programs lists the expressions of a vertex.
func (d *def) programs(what aspect) []*expr.Program {
	switch {
	case what == count:
		return []*expr.Program{d.count}
	case what == relevance:
		return []*expr.Program{d.relevant}
	case d.item.Trigger == "":
		return []*expr.Program{d.calculation, d.filter}
	}
	return []*expr.Program{d.filter}
}

func (c *compiler) itemsOf(p *expr.Program) []int32 {
	if p == nil {
		return nil
	}
	var out []int32
	for _, t := range p.Reads() {
		if at := c.places[t]; at.kind == placeItem {
			out = append(out, at.slot)
		}
	}
	return out
}

func (c *compiler) clocked(p *expr.Program, note func(*clocked)) {
	if p != nil && p.Clock() != expr.Timeless {
		note(&c.depend.clocks[p.Clock()-expr.Daily])
	}
}
