package expr

import (
	"math"
	"slices"
	"strings"
	"time"
)

// Program is a compiled expression. It is immutable and safe for concurrent use.
type Program struct {
	src     string
	code    code
	reads   []Target
	self    bool
	clock   Clock
	remarks []Remark
}

// Clock says how the passing of time changes what an expression gives.
type Clock uint8

// From never to always.
const (
	Timeless  Clock = iota
	Daily           // with the day: today()
	Momentary       // with each moment: now()
)

// Compile parses src and resolves its names in scope. A non-nil error is an *[Error].
func Compile(src string, scope Scope) (*Program, error) {
	s, err := parse(src)
	if err != nil {
		return nil, err
	}
	c := &compiler{scope: scope, context: scope.Context()}
	out, err := c.compile(s)
	if err != nil {
		return nil, err
	}
	return &Program{src: src, code: out, reads: c.reads, self: c.self, clock: c.clock, remarks: c.remarks}, nil
}

// Source returns the text that was compiled.
func (p *Program) Source() string { return p.src }

// Reads returns every place that the expression may read, each once, in the order of appearance.
func (p *Program) Reads() []Target { return p.reads }

// ReadsSelf reports whether the expression uses the value of its own context node, by "." or once();
// that one is among Reads only if it is also named.
func (p *Program) ReadsSelf() bool { return p.self }

// Clock says how the passing of time changes the result.
func (p *Program) Clock() Clock { return p.clock }

// Remarks returns what is legal and probably not meant.
func (p *Program) Remarks() []Remark { return p.remarks }

// Bare reports whether the expression is nothing but one reference.
func (p *Program) Bare() bool { return p.code.bare }

// Value evaluates to whatever the expression gives.
func (p *Program) Value(f *Frame) Value { return p.code.value(f) }

// Boolean evaluates as a condition.
func (p *Program) Boolean(f *Frame) bool { return p.code.boolean(f) }

// Number evaluates as a number, NaN where there is none.
func (p *Program) Number(f *Frame) float64 { return p.code.number(f) }

// Text evaluates to what a calculation stores.
func (p *Program) Text(f *Frame) string { return p.code.text(f) }

// code is a compiled piece in all four views. The native one does the work; [complete] adds the others.
type code struct {
	kind     Kind
	constant bool // the same at every evaluation
	bare     bool // a single reference
	value    func(*Frame) Value
	number   func(*Frame) float64
	text     func(*Frame) string
	boolean  func(*Frame) bool
}

func complete(c code) code {
	switch c.kind {
	case Number:
		n := c.number
		c.value = func(f *Frame) Value { return NumberValue(n(f)) }
		c.text = func(f *Frame) string { return numberText(n(f)) }
		c.boolean = func(f *Frame) bool { return truth(n(f)) }
	case Text:
		s := c.text
		c.value = func(f *Frame) Value { return TextValue(s(f)) }
		c.number = func(f *Frame) float64 { return number(f, s(f)) }
		c.boolean = func(f *Frame) bool { return s(f) != "" }
	case Boolean:
		b := c.boolean
		c.value = func(f *Frame) Value { return BooleanValue(b(f)) }
		c.text = func(f *Frame) string { return formatBoolean(b(f)) }
		c.number = func(f *Frame) float64 {
			if b(f) {
				return 1
			}
			return 0
		}
	default:
		v := c.value
		c.text = func(f *Frame) string { return v(f).Text() }
		c.boolean = func(f *Frame) bool { return v(f).Boolean() }
		c.number = func(f *Frame) float64 {
			w := v(f)
			if w.kind == Number || w.kind == Boolean {
				return w.num
			}
			return number(f, w.str)
		}
	}
	return c
}

// number asks for the zone only where a text is not a small whole number: most are.
func number(f *Frame, s string) float64 {
	if n, ok := small(s); ok {
		return n
	}
	if s == "" {
		return math.NaN()
	}
	return ParseNumber(s, zoneOf(f))
}

func ofNumber(fn func(*Frame) float64) code { return complete(code{kind: Number, number: fn}) }
func ofText(fn func(*Frame) string) code    { return complete(code{kind: Text, text: fn}) }
func ofBoolean(fn func(*Frame) bool) code   { return complete(code{kind: Boolean, boolean: fn}) }
func ofValue(fn func(*Frame) Value) code    { return complete(code{kind: dynamic, value: fn}) }
func ofNodes(fn func(*Frame) Value) code    { return complete(code{kind: Nodes, value: fn}) }

func constantOf(v Value) code {
	var c code
	switch v.kind {
	case Number:
		c = ofNumber(func(*Frame) float64 { return v.num })
	case Boolean:
		b := v.num != 0
		c = ofBoolean(func(*Frame) bool { return b })
	default:
		c = ofText(func(*Frame) string { return v.str })
	}
	c.constant = true
	return c
}

// fold replaces a pure piece over constants by its result. A constant with a time of day is no constant
// as a number: its days depend on the zone of the evaluation.
func fold(c code, args ...code) code {
	for _, a := range args {
		if !a.constant {
			return c
		}
		if m, ok := parseDate(strings.Trim(a.text(nil), space), time.UTC); ok && m.timed {
			return c
		}
	}
	return constantOf(c.value(&Frame{Node: NoNode, Current: NoNode}))
}

type compiler struct {
	scope   Scope
	context Target // what "." stands for at this point; changes inside predicates
	inside  int    // depth of predicates
	reads   []Target
	self    bool
	clock   Clock
	remarks []Remark
}

func (c *compiler) read(t Target) {
	if !slices.Contains(c.reads, t) {
		c.reads = append(c.reads, t)
	}
}

func (c *compiler) remark(offset int, message string) {
	c.remarks = append(c.remarks, Remark{offset, message})
}

func (c *compiler) compile(s syntax) (code, *Error) {
	switch s := s.(type) {
	case *literal:
		return constantOf(s.value), nil
	case *negation:
		of, err := c.compile(s.of)
		if err != nil {
			return code{}, err
		}
		return fold(ofNumber(func(f *Frame) float64 { return -of.number(f) }), of), nil
	case *binary:
		return c.binary(s)
	case *call:
		return c.call(s)
	case *path:
		return c.path(s)
	}
	return code{}, fail(s.position(), "internal: unknown syntax %T", s)
}

func (c *compiler) all(args []syntax) ([]code, *Error) {
	out := make([]code, len(args))
	for i, a := range args {
		var err *Error
		if out[i], err = c.compile(a); err != nil {
			return nil, err
		}
	}
	return out, nil
}
