package schema

import (
	"slices"
	"strings"

	"leeward/schema/expr"
)

// vertex is one thing to work out about an item.
type vertex struct {
	slot int32
	what aspect
}

// aspect is what there is to work out, in this order for one item.
type aspect uint8

const (
	count     aspect = iota // how many instances a repeat has
	relevance               // whether it is relevant
	value                   // what value it has
	aspects
)

func (v vertex) id() int { return int(v.slot)*int(aspects) + int(v.what) }

// sorter orders vertices so that each comes after all that it reads. Constraints, required, read_only
// and gates are read by nothing, so they are no vertices and may refer to anything.
type sorter struct {
	*compiler
	mark []uint8 // by vertex id
	path []vertex
}

const (
	unseen = iota
	open
	done
)

// sortVertices fills order, in document order as far as dependencies let it, and refuses a cycle.
func (c *compiler) sortVertices() {
	s := &sorter{compiler: c, mark: make([]uint8, int(aspects)*len(c.defs))}
	for slot := range c.defs {
		for what := range aspects {
			if !s.visit(vertex{int32(slot), what}) {
				return
			}
		}
	}
}

func (s *sorter) visit(v vertex) bool {
	switch s.mark[v.id()] {
	case done:
		return true
	case open:
		s.refuseCycle(v)
		return false
	}
	s.mark[v.id()] = open
	s.path = append(s.path, v)
	for _, next := range s.needs(v) {
		if !s.visit(next) {
			return false
		}
	}
	s.path = s.path[:len(s.path)-1]
	s.mark[v.id()] = done
	if v.what != count || s.defs[v.slot].item.Kind == Repeat {
		s.order = append(s.order, v)
	}
	return true
}

// needs lists what has to be known before v.
func (s *sorter) needs(v vertex) []vertex {
	d := &s.defs[v.slot]
	switch v.what {
	case count:
		if d.parent == none {
			return s.reads(d.count, none)
		}
		return append(s.reads(d.count, none), vertex{d.parent, relevance})
	case relevance:
		out := append(s.reads(d.relevant, none), vertex{v.slot, count})
		if d.relevant != nil && d.relevant.ReadsSelf() {
			out = append(out, vertex{v.slot, value})
		}
		if d.parent != none {
			out = append(out, vertex{d.parent, relevance})
		}
		return out
	}
	out := []vertex{{v.slot, relevance}}
	if d.item.Trigger == "" {
		out = append(out, s.reads(d.calculation, none)...)
	}
	if d.answers != none {
		out = append(out, vertex{d.answers, value})
	}
	out = append(out, s.reads(d.seed, v.slot)...)
	// A filter may look at the very answer that it filters: it sees what was chosen before.
	return append(out, s.reads(d.filter, v.slot)...)
}

func (s *sorter) reads(p *expr.Program, except int32) []vertex {
	if p == nil {
		return nil
	}
	var out []vertex
	for _, t := range p.Reads() {
		if pl := s.places[t]; pl.kind == placeItem && pl.slot != except {
			out = append(out, vertex{pl.slot, value})
		}
	}
	return out
}

// refuseCycle names the loop: "a -> b -> a".
func (s *sorter) refuseCycle(back vertex) {
	loop := s.path[slices.Index(s.path, back):]
	var names []string
	for _, v := range loop {
		name := s.defs[v.slot].item.Name
		if len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	if first := s.defs[back.slot].item.Name; len(names) == 1 || names[len(names)-1] != first {
		names = append(names, first)
	}
	s.refuse(s.defs[back.slot].path, "", "cycle: "+strings.Join(names, " -> "), "")
}
