package expr

import (
	"encoding/hex"
	"fmt"
	"math"
)

func nodeFunctions() map[string]function {
	return map[string]function{
		"count":           {1, 1, false, buildCount},
		"count-non-empty": {1, 1, false, buildCountNonEmpty},
		"position":        {0, 1, true, buildPosition},
		"last":            {0, 0, true, buildLast},
		"indexed-repeat":  {3, 7, true, buildIndexedRepeat},
		"current":         {0, 0, true, buildPlace},
		"instance":        {1, 1, true, buildPlace},
		"pulldata":        {4, 4, true, buildPullData},
		"random":          {0, 0, true, buildRandom},
		"randomize":       {1, 2, true, buildRandomize},
		"uuid":            {0, 1, true, buildUUID},
	}
}

func needsNodes(s *call, a code) *Error {
	if a.kind == Nodes || a.kind == dynamic {
		return nil
	}
	return fail(s.args[0].position(), "%s() counts nodes, such as ${name}", s.name)
}

func buildCount(_ *compiler, s *call, a []code) (code, *Error) {
	if err := needsNodes(s, a[0]); err != nil {
		return code{}, err
	}
	return ofNumber(func(f *Frame) float64 { return float64(len(a[0].value(f).nodes())) }), nil
}

func buildCountNonEmpty(_ *compiler, s *call, a []code) (code, *Error) {
	if err := needsNodes(s, a[0]); err != nil {
		return code{}, err
	}
	return ofNumber(func(f *Frame) float64 {
		n := 0.0
		for _, node := range a[0].value(f).nodes() {
			if f.Env.Text(node) != "" {
				n++
			}
		}
		return n
	}), nil
}

// buildPosition is position(node) among its siblings, or without argument the place in a predicate.
func buildPosition(c *compiler, s *call, a []code) (code, *Error) {
	if len(a) == 1 {
		return ofNumber(func(f *Frame) float64 {
			v := a[0].value(f)
			if v.first == NoNode || v.kind != Nodes {
				return math.NaN()
			}
			return float64(f.Env.Position(v.first))
		}), nil
	}
	if c.inside > 0 {
		return ofNumber(func(f *Frame) float64 { return float64(f.place) }), nil
	}
	return code{}, fail(s.position(), "position() needs a node outside of [ ]").suggest("position(..)")
}

func buildLast(c *compiler, s *call, _ []code) (code, *Error) {
	if c.inside == 0 {
		return code{}, fail(s.position(), "last() has a meaning inside [ ] only")
	}
	return ofNumber(func(f *Frame) float64 { return float64(f.size) }), nil
}

// buildIndexedRepeat is indexed-repeat(question, repeat, index[, repeat, index]…).
func buildIndexedRepeat(c *compiler, s *call, a []code) (code, *Error) {
	if len(a)%2 == 0 {
		return code{}, fail(s.position(), "indexed-repeat() takes a question and pairs of a repeat and an index")
	}
	question, err := c.start(s.args[0])
	if err != nil {
		return code{}, err
	}
	var repeats []Target
	for i := 1; i < len(a); i += 2 {
		t, err := c.start(s.args[i])
		if err != nil {
			return code{}, err
		}
		repeats = append(repeats, t)
	}
	return ofNodes(func(f *Frame) Value {
		in := make([]Instance, len(repeats))
		for i, r := range repeats {
			n := a[2+2*i].number(f)
			if !(n >= 1 && n < 1e6) {
				return several(f.Env, nil)
			}
			in[i] = Instance{r, int(n)}
		}
		return several(f.Env, f.Env.Indexed(nil, question, in))
	}), nil
}

// buildPlace is current() or instance() with no step after it.
func buildPlace(c *compiler, s *call, _ []code) (code, *Error) {
	t, err := c.start(s)
	if err != nil {
		return code{}, err
	}
	return c.reference(&path{at: s.at, origin: fromValue}, t), nil
}

// buildPullData is pulldata(list, column, key column, key): instance(list)/root/item[key column = key]/column.
func buildPullData(c *compiler, s *call, a []code) (code, *Error) {
	var names [3]string
	for i := range names {
		lit, ok := s.args[i].(*literal)
		if !ok || lit.value.kind != Text {
			return code{}, fail(s.args[i].position(), "pulldata() needs names in quotes")
		}
		names[i] = lit.value.str
	}
	key := at(s.args[3].position())
	p := &path{at: s.at, origin: fromValue, base: &call{s.at, "instance", s.args[:1]}, steps: []step{
		{at: s.at, name: "root"},
		{at: s.at, name: "item", predicates: []syntax{&binary{key, "=", &path{at: key, steps: []step{{at: key, name: names[2]}}}, s.args[3]}}},
		{at: s.at, name: names[1]},
	}}
	out, err := c.path(p)
	if err != nil {
		return code{}, err
	}
	return ofText(out.text), nil
}

// buildRandom gives the same number for the same seed and node at every evaluation, so that a question
// does not jump about. Authors still need once() to keep it when the seed changes.
func buildRandom(*compiler, *call, []code) (code, *Error) {
	return ofNumber(func(f *Frame) float64 { return float64(f.Env.Bits(f.Current)>>11) / (1 << 53) }), nil
}

func buildUUID(*compiler, *call, []code) (code, *Error) {
	return ofText(func(f *Frame) string {
		var b [16]byte
		for i := range 2 {
			bits := f.Env.Bits(f.Current)
			for j := range 8 {
				b[8*i+j] = byte(bits >> (8 * j))
			}
		}
		b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
		h := hex.EncodeToString(b[:])
		return fmt.Sprintf("%s-%s-%s-%s-%s", h[:8], h[8:12], h[12:16], h[16:20], h[20:])
	}), nil
}
