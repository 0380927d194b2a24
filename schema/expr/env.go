package expr

import "time"

// Target is a place in a questionnaire, known when an expression is compiled. Its number is the
// Scope's own; Env gets it back at evaluation.
type Target int32

// Node is one node of an interview, known at evaluation only: where there are repeats, one Target has
// many nodes. Its number is the Env's own.
type Node int32

// NoNode stands for a node that does not exist or is not relevant.
const NoNode Node = -1

// Scope says what the names in an expression mean. Its errors become the Message of an [Error]; an
// error that has a method Suggest() string brings a suggestion along.
type Scope interface {
	// Context is what "." stands for: the node that carries the expression, or, in a choice_filter,
	// one row of the choice list.
	Context() Target
	// Current is what current() stands for: always the node that carries the expression.
	Current() Target
	// Root is the node above the outermost element, from which absolute paths start.
	Root() Target
	// Nothing is a place without nodes.
	Nothing() Target
	// Named resolves ${name}.
	Named(name string) (Target, error)
	// Step goes from a place to its child of that name, or with ".." to its parent; from the root with
	// "//name" to what has that name anywhere.
	Step(from Target, name string) (Target, error)
	// Instance resolves instance('name'): a choice list or another secondary instance.
	Instance(name string) (Target, error)
	// Many reports whether t may stand for any number of nodes.
	Many(t Target) bool
	// Pin returns the place that stands for one node of t: "." inside t[…].
	Pin(t Target) Target
}

// Env holds the nodes of one interview while expressions are evaluated.
type Env interface {
	// One returns the node that t stands for, seen from a node; NoNode where there is none or where it
	// is not relevant.
	One(t Target, from Node) Node
	// All appends every relevant node that t stands for, seen from a node, in document order.
	All(into []Node, t Target, from Node) []Node
	// Step appends the relevant children of n with that name, or its parent for "..".
	Step(into []Node, n Node, name string) []Node
	// Text returns the value of a node, "" for a blank one and for NoNode.
	Text(n Node) string
	// Position returns the place of n among its siblings of the same name, from 1.
	Position(n Node) int
	// Indexed appends the relevant nodes of t inside the given instances of repeats (indexed-repeat).
	Indexed(into []Node, t Target, in []Instance) []Node
	// Label returns the label of a choice of the question t in the active language, or "".
	Label(t Target, from Node, choice string) string
	// Now is the time of the evaluation; its location is the time zone of the interview.
	Now() time.Time
	// Bits returns pseudo-random bits: the same for the same seed, node and count of calls.
	Bits(from Node) uint64
}

// Instance names the Index-th instance, from 1, of a repeat.
type Instance struct {
	Repeat Target
	Index  int
}

// Frame is where an evaluation stands. One goroutine may use one Frame for any number of evaluations.
type Frame struct {
	Env     Env
	Node    Node // the context node, "."
	Current Node // the node that carries the expression, current()

	place, size int // within a predicate: position() and last()
}
