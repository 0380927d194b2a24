package expr

import (
	"errors"
	"strings"
)

// path compiles a reference. Without predicates it is one Target, resolved now; with predicates the
// part before the first one is, and the rest is walked at evaluation.
func (c *compiler) path(s *path) (code, *Error) {
	t, err := c.origin(s)
	if err != nil {
		return code{}, err
	}
	fixed := 0
	for fixed < len(s.steps) {
		st := s.steps[fixed]
		if t, err = c.step(t, st); err != nil {
			return code{}, err
		}
		fixed++
		if len(st.predicates) > 0 {
			return c.walk(s, t, fixed)
		}
	}
	return c.reference(s, t), nil
}

// reference compiles a place. A relative path is seen from the context node; ${name} and absolute paths
// are always seen from the node that carries the expression.
func (c *compiler) reference(s *path, t Target) code {
	relative := s.origin == fromContext
	if relative && t == c.context && c.inside == 0 {
		c.self = true
	} else {
		c.read(t)
	}
	from := func(f *Frame) Node { return f.Current }
	if relative {
		from = func(f *Frame) Node { return f.Node }
	}
	var out code
	switch {
	case relative && t == c.context:
		out = ofNodes(func(f *Frame) Value { return single(f.Node, f.Env.Text(f.Node)) })
		out.text = func(f *Frame) string { return f.Env.Text(f.Node) }
	case c.scope.Many(t):
		out = ofNodes(func(f *Frame) Value { return several(f.Env, f.Env.All(nil, t, from(f))) })
	default:
		out = ofNodes(func(f *Frame) Value {
			n := f.Env.One(t, from(f))
			return single(n, f.Env.Text(n))
		})
		out.text = func(f *Frame) string { return f.Env.Text(f.Env.One(t, from(f))) }
	}
	out.bare = true
	return out
}

func (c *compiler) origin(s *path) (Target, *Error) {
	switch s.origin {
	case fromRoot:
		return c.scope.Root(), nil
	case fromName:
		return c.named(s.name, s.position())
	case fromValue:
		return c.start(s.base)
	}
	return c.context, nil
}

func (c *compiler) named(name string, offset int) (Target, *Error) {
	if strings.HasPrefix(name, "last-saved#") {
		c.remark(offset, "${last-saved#…} reads as blank: answers of other interviews are never read")
		return c.scope.Nothing(), nil
	}
	t, err := c.scope.Named(name)
	if err != nil {
		return 0, scopeError(offset, err)
	}
	return t, nil
}

// start resolves the calls and brackets from which a path may go on.
func (c *compiler) start(s syntax) (Target, *Error) {
	switch s := s.(type) {
	case *path:
		for _, st := range s.steps {
			if len(st.predicates) > 0 {
				return 0, fail(s.position(), "a bracketed path with a predicate cannot be continued")
			}
		}
		t, err := c.origin(s)
		for i := 0; err == nil && i < len(s.steps); i++ {
			t, err = c.step(t, s.steps[i])
		}
		return t, err
	case *call:
		switch {
		case s.name == "current" && len(s.args) == 0:
			return c.scope.Current(), nil
		case s.name == "instance" && len(s.args) == 1:
			name, ok := s.args[0].(*literal)
			if !ok || name.value.kind != Text {
				return 0, fail(s.position(), "instance() needs a name in quotes")
			}
			t, err := c.scope.Instance(name.value.str)
			if err != nil {
				return 0, scopeError(s.position(), err)
			}
			return t, nil
		}
	}
	return 0, fail(s.position(), "a path cannot start from this")
}

func (c *compiler) step(from Target, s step) (Target, *Error) {
	if s.name == "." {
		return from, nil
	}
	t, err := c.scope.Step(from, s.name)
	if err != nil {
		return 0, scopeError(s.position(), err)
	}
	return t, nil
}

func scopeError(offset int, err error) *Error {
	out := fail(offset, "%s", err.Error())
	var helpful interface{ Suggest() string }
	if errors.As(err, &helpful) {
		out.Suggest = helpful.Suggest()
	}
	return out
}

// stride is one step of a walk at evaluation.
type stride struct {
	name       string
	predicates []code
}

// walk compiles a path with predicates. t is the place that the steps before fixed lead to.
func (c *compiler) walk(s *path, t Target, fixed int) (code, *Error) {
	base, here := t, t
	first, err := c.predicates(here, s.steps[fixed-1].predicates)
	if err != nil {
		return code{}, err
	}
	c.read(here)
	var strides []stride
	for _, st := range s.steps[fixed:] {
		if here, err = c.step(here, st); err != nil {
			return code{}, err
		}
		c.read(here)
		tests, err := c.predicates(here, st.predicates)
		if err != nil {
			return code{}, err
		}
		strides = append(strides, stride{st.name, tests})
	}
	relative := s.origin == fromContext
	return ofNodes(func(f *Frame) Value {
		from := f.Current
		if relative {
			from = f.Node
		}
		nodes := filter(f, f.Env.All(nil, base, from), first)
		for _, st := range strides {
			var next []Node
			for _, n := range nodes {
				if st.name == "." {
					next = append(next, n)
					continue
				}
				next = f.Env.Step(next, n, st.name)
			}
			nodes = filter(f, next, st.predicates)
		}
		return several(f.Env, nodes)
	}), nil
}

// predicates compiles tests whose context is one node of the place here.
func (c *compiler) predicates(here Target, list []syntax) ([]code, *Error) {
	outer := c.context
	c.context = c.scope.Pin(here)
	c.inside++
	defer func() { c.context, c.inside = outer, c.inside-1 }()
	return c.all(list)
}

// filter keeps the nodes for which every test holds; a number is a place in the set, from 1.
func filter(f *Frame, nodes []Node, tests []code) []Node {
	for _, test := range tests {
		inner := *f
		inner.size = len(nodes)
		kept := make([]Node, 0, len(nodes))
		for i, n := range nodes {
			inner.Node, inner.place = n, i+1
			v := test.value(&inner)
			if v.kind == Number && v.num == float64(i+1) || v.kind != Number && v.Boolean() {
				kept = append(kept, n)
			}
		}
		nodes = kept
	}
	return nodes
}
