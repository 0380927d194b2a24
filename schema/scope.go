package schema

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"leeward/schema/expr"
)

// placeKind says what a Target of an expression stands for.
type placeKind uint8

const (
	placeItem     placeKind = iota // an item of the questionnaire
	placeRoot                      // above /data
	placeData                      // /data
	placeRow                       // the row of a choice list that a choice_filter looks at
	placeColumn                    // a column of that row, or of one that a predicate looks at
	placeInstance                  // instance('list')
	placeTable                     // instance('list')/root
	placeRows                      // instance('list')/root/item
	placeColumns                   // instance('list')/root/item/column
	placeNothing                   // a relative path that leads nowhere
	placeBlank                     // one node that never holds anything
)

type place struct {
	kind   placeKind
	slot   int32 // placeItem
	depth  int   // placeItem: so many of the repeats around it are those around the node that looks
	list   int32 // the kinds of lists
	column int
}

// listNodes is the first node of the choice lists; those below are items and their instances.
const listNodes expr.Node = 1 << 24

// placeEverything gives each item the Target of its slot, and each list its nodes.
func (c *compiler) placeEverything() {
	for s := range c.defs {
		c.places = append(c.places, place{kind: placeItem, slot: int32(s), list: none, depth: len(c.defs[s].chain)})
	}
	base := listNodes
	for _, l := range c.lists {
		l.base = base
		base += expr.Node(l.nodes())
	}
}

// target returns the Target of a place, the same for the same place.
func (c *compiler) target(p place) expr.Target {
	if p.kind == placeItem && p.depth == len(c.defs[p.slot].chain) {
		return expr.Target(p.slot)
	}
	t, ok := c.targets[p]
	if !ok {
		t = expr.Target(len(c.places))
		c.targets[p] = t
		c.places = append(c.places, p)
	}
	return t
}

// scope is the expr.Scope of one expression of one item. In a choice_filter list is set, or instance,
// the repeat whose answers are the choices.
type scope struct {
	c        *compiler
	slot     int32
	list     int32
	instance int32
}

// nameError is an unknown name with what was probably meant.
type nameError struct{ message, suggest string }

func (e *nameError) Error() string   { return e.message }
func (e *nameError) Suggest() string { return e.suggest }

func (s *scope) Current() expr.Target { return expr.Target(s.origin()) }

// origin is the item from which names are seen: in the filter of choices from answers, as pyxform has it,
// the instance that is looked at, and not the question.
func (s *scope) origin() int32 {
	if s.instance != none {
		return s.instance
	}
	return s.slot
}

func (s *scope) Context() expr.Target {
	if s.list != none {
		return s.c.target(place{kind: placeRow, list: s.list, slot: none})
	}
	return expr.Target(s.origin())
}

func (s *scope) Root() expr.Target {
	return s.c.target(place{kind: placeRoot, slot: none, list: none})
}

func (s *scope) Nothing() expr.Target {
	return s.c.target(place{kind: placeBlank, slot: none, list: none})
}

func (s *scope) Named(name string) (expr.Target, error) {
	slot, err := s.c.lookup(name)
	if err != nil {
		return 0, err
	}
	return s.item(slot, s.c.shared(s.origin(), slot)), nil
}

func (s *scope) item(slot int32, depth int) expr.Target {
	return s.c.target(place{kind: placeItem, slot: slot, list: none, depth: depth})
}

// shared counts the repeats that lie around both items: a reference between them stays inside these
// instances. From inside a repeat, the repeat itself means all of its instances.
func (f *Form) shared(from, to int32) int {
	a, b := f.defs[from].chain, f.defs[to].chain
	if f.defs[to].item.Kind == Repeat {
		b = b[:len(b)-1]
	}
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// lookup finds the one item of a name.
func (c *compiler) lookup(name string) (int32, error) {
	found := c.named[name]
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		err := &nameError{message: fmt.Sprintf("there is no ${%s}", name)}
		if len(c.errs) < maxSuggested {
			if near := expr.Nearest(name, slices.Sorted(maps.Keys(c.named))); near != "" {
				err.suggest = "${" + near + "}"
			}
		}
		return none, err
	}
	return none, &nameError{message: fmt.Sprintf("${%s} is the name of %d items", name, len(found)), suggest: string(c.defs[found[0]].path)}
}

func (s *scope) Instance(name string) (expr.Target, error) {
	if i, ok := s.c.listOf[name]; ok {
		return s.c.target(place{kind: placeInstance, list: i, slot: none}), nil
	}
	return 0, &nameError{message: fmt.Sprintf("there is no choice list %q", name)}
}

func (s *scope) Many(t expr.Target) bool {
	switch p := s.c.places[t]; p.kind {
	case placeRows, placeColumns, placeNothing:
		return true
	case placeItem:
		return p.depth < len(s.c.defs[p.slot].chain)
	}
	return false
}

func (s *scope) Pin(t expr.Target) expr.Target {
	switch p := s.c.places[t]; p.kind {
	case placeRows:
		return s.c.target(place{kind: placeRow, list: p.list, slot: none})
	case placeItem:
		return expr.Target(p.slot)
	}
	return t
}

func (s *scope) Step(from expr.Target, name string) (expr.Target, error) {
	p := s.c.places[from]
	switch p.kind {
	case placeRoot:
		if name == "data" {
			return s.c.target(place{kind: placeData, slot: none, list: none}), nil
		}
		if name, anywhere := strings.CutPrefix(name, "//"); anywhere {
			slot, err := s.c.lookup(name)
			if err != nil {
				return 0, err
			}
			return s.item(slot, 0), nil
		}
		return 0, &nameError{message: fmt.Sprintf("there is no /%s", name), suggest: "/data"}
	case placeData:
		return s.child(none, "/data", name, 0)
	case placeItem:
		return s.fromItem(p.slot, p.depth, name)
	case placeNothing, placeBlank:
		return from, nil
	case placeRow:
		return s.column(p.list, placeColumn, name)
	case placeInstance:
		if name == "root" {
			return s.c.target(place{kind: placeTable, list: p.list, slot: none}), nil
		}
	case placeTable:
		if name == "item" {
			return s.c.target(place{kind: placeRows, list: p.list, slot: none}), nil
		}
	case placeRows:
		return s.column(p.list, placeColumns, name)
	}
	return 0, &nameError{message: fmt.Sprintf("there is no %s here", name)}
}

func (s *scope) fromItem(slot int32, depth int, name string) (expr.Target, error) {
	d := &s.c.defs[slot]
	if name == ".." {
		if d.parent == none {
			return s.c.target(place{kind: placeData, slot: none, list: none}), nil
		}
		return s.item(d.parent, min(depth, len(s.c.defs[d.parent].chain))), nil
	}
	if !d.item.Kind.holdsItems() {
		message := fmt.Sprintf("a question holds no %s", name)
		if len(s.c.named[name]) > 0 {
			return 0, &nameError{message: message, suggest: "${" + name + "}"}
		}
		// XPath finds nothing there, and workbooks have such slips in columns that hold yes or no.
		s.c.remarks = append(s.c.remarks, Remark{d.path, "", 0, message + ": it reads as blank and is never true"})
		return s.c.target(place{kind: placeNothing, slot: none, list: none}), nil
	}
	return s.child(slot, d.path, name, depth)
}

func (s *scope) child(parent int32, base Path, name string, depth int) (expr.Target, error) {
	if name == ".." && parent == none {
		return s.Root(), nil
	}
	path := base + Path("/"+name)
	if slot, ok := s.c.slots[path]; ok {
		return s.item(slot, depth), nil
	}
	return 0, &nameError{message: fmt.Sprintf("there is no %s", path)}
}

// column resolves a bare name in a choice_filter or a predicate over choices. A column that no choice
// fills in reads as blank, with a remark: workbooks have such columns, and they empty the list.
func (s *scope) column(list int32, kind placeKind, name string) (expr.Target, error) {
	l := s.c.lists[list]
	i := slices.Index(l.columns, name)
	if i < 0 && name == itextID {
		i = columnLabel
	}
	switch {
	case name == "..":
		s.c.remarks = append(s.c.remarks, Remark{
			s.c.defs[s.slot].path, "choice_filter", 0,
			"a choice has nothing above it: .. reads as blank; ${name} or current()/.. are meant for questions",
		})
		return s.c.target(place{kind: placeNothing, slot: none, list: none}), nil
	case i < 0 && len(s.c.named[name]) > 0:
		return 0, &nameError{message: fmt.Sprintf("list %s has no column %s", l.name, name), suggest: "${" + name + "}"}
	case i < 0:
		s.c.remarks = append(s.c.remarks, Remark{
			s.c.defs[s.slot].path, "choice_filter", 0,
			fmt.Sprintf("list %s has no column %s: it reads as blank", l.name, name),
		})
	}
	return s.c.target(place{kind: kind, list: list, column: i, slot: none}), nil
}
