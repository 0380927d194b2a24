package expr

import (
	"math"
	"time"
)

// Kind says what a Value is.
type Kind uint8

// The kinds of values. The zero Value is the empty text.
const (
	Text Kind = iota
	Number
	Boolean
	Nodes
	dynamic // at compile time: known only at evaluation
)

// Value is the result of an expression. It may hold what a person answered; print it nowhere.
type Value struct {
	kind  Kind
	first Node    // Nodes: the first one
	num   float64 // Number; Boolean: 1 or 0
	str   string  // Text; Nodes: the value of the first one
	many  []Node  // Nodes: nil where the reference can only stand for one node
}

// TextValue makes a text.
func TextValue(s string) Value { return Value{str: s} }

// NumberValue makes a number.
func NumberValue(f float64) Value { return Value{kind: Number, num: f} }

// BooleanValue makes a boolean.
func BooleanValue(b bool) Value {
	if b {
		return Value{kind: Boolean, num: 1}
	}
	return Value{kind: Boolean}
}

// single makes the value of a reference that can only stand for one node. A node that is not relevant
// reads as blank, and compares as one.
func single(n Node, text string) Value { return Value{kind: Nodes, first: n, str: text} }

// several makes a node-set.
func several(env Env, nodes []Node) Value {
	v := Value{kind: Nodes, first: NoNode, many: nodes}
	if len(nodes) == 0 {
		v.many = []Node{}
		return v
	}
	v.first, v.str = nodes[0], env.Text(nodes[0])
	return v
}

// Kind returns what v is.
func (v Value) Kind() Kind { return v.kind }

// Text returns XPath's string(v): the first node of a set, "true", "false", a plain decimal; a number that
// is none is blank, as in web-forms (schema/FORMAT.md, Policies).
func (v Value) Text() string {
	switch v.kind {
	case Number:
		return numberText(v.num)
	case Boolean:
		return formatBoolean(v.num != 0)
	}
	return v.str
}

// Number returns XPath's number(v), and for a text that is a date its days since 1970-01-01 in zone.
func (v Value) Number(zone *time.Location) float64 {
	if v.kind == Number || v.kind == Boolean {
		return v.num
	}
	return ParseNumber(v.str, zone)
}

// Boolean returns XPath's boolean(v). A reference to one node is true where that node has a value: the
// peers disagree on it, and authors mean this (schema/FORMAT.md, Policies).
func (v Value) Boolean() bool {
	switch v.kind {
	case Number, Boolean:
		return truth(v.num)
	case Nodes:
		if v.many != nil {
			return len(v.many) > 0
		}
	}
	return v.str != ""
}

// nodes returns the nodes of a set; a single node that is not relevant is left out.
func (v Value) nodes() []Node {
	if v.many != nil || v.kind != Nodes || v.first == NoNode {
		return v.many
	}
	return []Node{v.first}
}

func numberText(f float64) string {
	if math.IsNaN(f) {
		return ""
	}
	return FormatNumber(f)
}

func truth(f float64) bool { return f != 0 && !math.IsNaN(f) }

func formatBoolean(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// zoneOf returns the time zone of an evaluation; constant folding has no Env.
func zoneOf(f *Frame) *time.Location {
	if f.Env == nil {
		return time.UTC
	}
	return f.Env.Now().Location()
}
