package expr_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"leeward/schema/expr"
)

// world is a small interview for tests: the questions a, b, name and so on, and a repeat child with the
// questions age and pet in each instance. Target and Node numbers are chosen to be easy to read.
type world struct {
	values  map[string]string
	ages    []string
	hidden  map[string]bool
	zone    *time.Location
	context string
}

const (
	tRoot    expr.Target = 0
	tData    expr.Target = 1
	tChild   expr.Target = 2 // the repeat
	tAge     expr.Target = 3 // inside it
	tOne     expr.Target = 4 // one child, inside a predicate
	tItsAge  expr.Target = 5
	tNothing expr.Target = 6
	tFirst   expr.Target = 10
)

var questions = []string{"a", "b", "dob", "name", "list", "blank"}

func newWorld() *world {
	return &world{
		values: map[string]string{"a": "3", "b": "yes", "dob": "2008-01-16", "name": "Nilar", "list": "red  green blue"},
		ages:   []string{"4", "17", "30"}, hidden: map[string]bool{}, zone: time.UTC, context: "a",
	}
}

func (w *world) Context() expr.Target { t, _ := w.Named(w.context); return t }
func (w *world) Current() expr.Target { return w.Context() }
func (w *world) Root() expr.Target    { return tRoot }

func (w *world) Nothing() expr.Target { return tNothing }

func (w *world) Named(name string) (expr.Target, error) {
	for i, q := range questions {
		if q == name {
			return tFirst + expr.Target(i), nil
		}
	}
	switch name {
	case "child":
		return tChild, nil
	case "age":
		return tAge, nil
	}
	return 0, fmt.Errorf("there is no ${%s}", name)
}

func (w *world) Step(from expr.Target, name string) (expr.Target, error) {
	switch {
	case from == tRoot && name == "//a":
		return w.Named("a")
	case from == tRoot && name == "data", from >= tFirst && name == "..":
		return tData, nil
	case from == tData && name != "age":
		return w.Named(name)
	case from == tChild && name == "age":
		return tAge, nil
	case from == tOne && name == "age":
		return tItsAge, nil
	case from == tAge && name == "..":
		return tChild, nil
	}
	return 0, fmt.Errorf("there is no %s here", name)
}

func (w *world) Instance(string) (expr.Target, error) { return 0, fmt.Errorf("no instances here") }

func (w *world) Many(t expr.Target) bool { return t == tChild || t == tAge }

func (w *world) Pin(t expr.Target) expr.Target {
	if t == tChild {
		return tOne
	}
	return t
}

// Nodes: the Target itself for questions, 100+i for children, 200+i for their ages.
func (w *world) One(t expr.Target, from expr.Node) expr.Node {
	switch {
	case t == tItsAge && from >= 100 && from < 200:
		return from + 100
	case t >= tFirst && !w.hidden[questions[t-tFirst]]:
		return expr.Node(t)
	}
	return expr.NoNode
}

func (w *world) All(into []expr.Node, t expr.Target, from expr.Node) []expr.Node {
	switch t {
	case tChild, tAge:
		for i := range w.ages {
			n := expr.Node(100 + i)
			if t == tAge {
				n += 100
			}
			into = append(into, n)
		}
		return into
	}
	if n := w.One(t, from); n != expr.NoNode {
		into = append(into, n)
	}
	return into
}

func (w *world) Step2(n expr.Node, name string) (expr.Node, bool) {
	switch {
	case n >= 100 && n < 200 && name == "age":
		return n + 100, true
	case n >= 200 && name == "..":
		return n - 100, true
	}
	return 0, false
}

func (w *world) Text(n expr.Node) string {
	switch {
	case n >= 200:
		return w.ages[n-200]
	case n >= expr.Node(tFirst) && n < 100:
		return w.values[questions[n-expr.Node(tFirst)]]
	}
	return ""
}

// env adds the methods whose names Scope and Env share.
type env struct{ *world }

func (e env) Step(into []expr.Node, n expr.Node, name string) []expr.Node {
	if m, ok := e.Step2(n, name); ok {
		into = append(into, m)
	}
	return into
}

func (e env) Position(n expr.Node) int {
	if n >= 100 && n < 200 {
		return int(n) - 99
	}
	return 1
}

func (e env) Indexed(into []expr.Node, t expr.Target, in []expr.Instance) []expr.Node {
	if t == tAge && len(in) == 1 && in[0].Repeat == tChild && in[0].Index <= len(e.ages) {
		into = append(into, expr.Node(199+in[0].Index))
	}
	return into
}

func (e env) Label(_ expr.Target, _ expr.Node, choice string) string {
	return map[string]string{"yes": "Yes, please"}[choice]
}

func (e env) Now() time.Time {
	return time.Date(2026, 1, 15, 10, 20, 30, 400e6, time.UTC).In(e.zone)
}

func (e env) Bits(n expr.Node) uint64 { return uint64(n) * 0x9e3779b97f4a7c15 }

func (w *world) frame() *expr.Frame {
	n := expr.Node(w.Context())
	return &expr.Frame{Env: env{w}, Node: n, Current: n}
}

func (w *world) compile(t testing.TB, src string) *expr.Program {
	t.Helper()
	p, err := expr.Compile(src, w)
	if err != nil {
		t.Fatalf("Compile(%q): %v", src, err)
	}
	return p
}

// written writes a value so that its kind can be seen: 'text', 3, true().
func written(v expr.Value) string {
	switch v.Kind() {
	case expr.Number:
		if f := v.Number(time.UTC); !math.IsNaN(f) {
			return expr.FormatNumber(math.Round(f*1e6) / 1e6)
		}
		return "NaN"
	case expr.Boolean:
		return fmt.Sprintf("%t()", v.Boolean())
	}
	return "'" + v.Text() + "'"
}

// table evaluates "expression => value" lines.
func table(t *testing.T, w *world, lines string) {
	t.Helper()
	for line := range strings.Lines(lines) {
		src, want, found := strings.Cut(strings.TrimSpace(line), " => ")
		if !found {
			continue
		}
		got := written(w.compile(t, src).Value(w.frame()))
		if got != want {
			t.Errorf("%s: got %s, want %s", src, got, want)
		}
	}
}
