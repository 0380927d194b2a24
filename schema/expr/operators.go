package expr

import "math"

func (c *compiler) binary(s *binary) (code, *Error) {
	l, err := c.compile(s.left)
	if err != nil {
		return code{}, err
	}
	r, err := c.compile(s.right)
	if decided := l.constant && (s.op == "or" && l.boolean(nil) || s.op == "and" && !l.boolean(nil)); decided {
		return constantOf(BooleanValue(s.op == "or")), nil // what is never reached may be wrong: the peers never look
	}
	if err != nil {
		return code{}, err
	}
	switch s.op {
	case "and":
		return fold(ofBoolean(func(f *Frame) bool { return l.boolean(f) && r.boolean(f) }), l, r), nil
	case "or":
		return fold(ofBoolean(func(f *Frame) bool { return l.boolean(f) || r.boolean(f) }), l, r), nil
	case "|":
		if l.kind != Nodes || r.kind != Nodes {
			return code{}, fail(s.position(), "| joins nodes only")
		}
		return ofNodes(func(f *Frame) Value {
			return several(f.Env, append(append([]Node{}, l.value(f).nodes()...), r.value(f).nodes()...))
		}), nil
	}
	if fn := arithmetic(s.op); fn != nil {
		return fold(ofNumber(func(f *Frame) float64 { return fn(l.number(f), r.number(f)) }), l, r), nil
	}
	return fold(comparison(s.op, l, r), l, r), nil
}

func arithmetic(op string) func(a, b float64) float64 {
	switch op {
	case "+":
		return func(a, b float64) float64 { return a + b }
	case "-":
		return func(a, b float64) float64 { return a - b }
	case "*":
		return func(a, b float64) float64 { return a * b }
	case "div":
		return func(a, b float64) float64 { return a / b }
	case "mod":
		return math.Mod // the sign of the dividend, as XPath has it
	}
	return nil
}

// comparison compiles = != < <= > >=. Where both kinds are known, it avoids the general way.
func comparison(op string, l, r code) code {
	if op != "=" && op != "!=" {
		order := ordering(op)
		if l.kind != Nodes && l.kind != dynamic && r.kind != Nodes && r.kind != dynamic {
			return ofBoolean(func(f *Frame) bool { return order(l.number(f), r.number(f)) })
		}
		return ofBoolean(func(f *Frame) bool {
			a, b := l.value(f), r.value(f)
			if a.many == nil && b.many == nil {
				return order(valueNumber(f, a), valueNumber(f, b))
			}
			return anyPair(f, a, b, func(a, b Value) bool { return order(valueNumber(f, a), valueNumber(f, b)) })
		})
	}
	wanted := op == "="
	if l.kind == Text && r.kind == Text {
		return ofBoolean(func(f *Frame) bool { return (l.text(f) == r.text(f)) == wanted })
	}
	return ofBoolean(func(f *Frame) bool {
		a, b := l.value(f), r.value(f)
		if a.many == nil && b.many == nil || a.kind == Boolean || b.kind == Boolean {
			return equal(f, a, b) == wanted
		}
		return anyPair(f, a, b, func(a, b Value) bool { return equal(f, a, b) == wanted })
	})
}

func ordering(op string) func(a, b float64) bool {
	switch op {
	case "<":
		return func(a, b float64) bool { return a < b }
	case "<=":
		return func(a, b float64) bool { return a <= b }
	case ">":
		return func(a, b float64) bool { return a > b }
	}
	return func(a, b float64) bool { return a >= b }
}

// equal compares two values of which neither is a set of several nodes: as booleans where one is a
// boolean, else as numbers where one is a number, else as texts. NaN equals nothing.
func equal(f *Frame, a, b Value) bool {
	switch {
	case a.kind == Boolean || b.kind == Boolean:
		return a.Boolean() == b.Boolean()
	case a.kind == Number || b.kind == Number:
		return valueNumber(f, a) == valueNumber(f, b)
	}
	return a.str == b.str
}

func valueNumber(f *Frame, v Value) float64 {
	if v.kind == Number || v.kind == Boolean {
		return v.num
	}
	return number(f, v.str)
}

// anyPair reports whether any member of a and any member of b satisfy test: XPath's rule for node-sets.
func anyPair(f *Frame, a, b Value, test func(a, b Value) bool) bool {
	bs := members(f, b)
	for _, x := range members(f, a) {
		for _, y := range bs {
			if test(x, y) {
				return true
			}
		}
	}
	return false
}

// members returns the nodes of a set as texts, and any other value as itself.
func members(f *Frame, v Value) []Value {
	if v.many == nil {
		return []Value{v}
	}
	out := make([]Value, len(v.many))
	for i, n := range v.many {
		out[i] = TextValue(f.Env.Text(n))
	}
	return out
}
