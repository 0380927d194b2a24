package schema_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"leeward/schema"
)

// author invents questionnaires: groups and repeats inside one another, every kind of logic, references to
// what stands before.
type author struct {
	t     *rapid.T
	n     int
	names []string // all questions so far, those of other instances too
	ints  []string
	picks []string
}

func (w *author) pick(label string, from []string) string {
	return rapid.SampledFrom(from).Draw(w.t, label)
}

func (w *author) ref() string {
	if len(w.names) == 0 {
		return "'nothing'"
	}
	return "${" + w.pick("reference", w.names) + "}"
}

func (w *author) whole() string {
	if len(w.ints) == 0 {
		return "2"
	}
	return "${" + w.pick("number", w.ints) + "}"
}

func (w *author) expression() string {
	return strings.NewReplacer("#", w.whole(), "@", w.ref(), "&", w.ref()).Replace(w.pick("expression", []string{
		"@", "# + 1", "concat(@, '-', &)", "coalesce(@, &)", "count(@)", "sum(#)", "if(@ = 'yes', #, &)", "count-selected(@)", "string-length(@)",
		"today()", "once(concat(@, #))", "join(' ', @)", "position(..)", "random()", "format-date(now(), '%H:%M')", "jr:choice-name(@, '&')",
		"max(#)", "date('2020-01-01') + #", "number(@) div #",
	}))
}

func (w *author) condition() string {
	return strings.NewReplacer("#", w.whole(), "@", w.ref(), "&", w.ref()).Replace(w.pick("condition", []string{
		"", "", "@ = 'yes'", "# > 1", "@ != &", "selected(@, 'water')", "not(@ = '')", "@ = 'yes' or # < 3", "count(@) > 1", "true()",
	}))
}

func (w *author) items(depth int, in bool) []schema.Item {
	var out []schema.Item
	for range rapid.IntRange(1, 5).Draw(w.t, "items") {
		w.n++
		kind := rapid.IntRange(0, 11).Draw(w.t, "kind")
		switch {
		case kind == 0 && depth < 3:
			g := schema.Item{Name: fmt.Sprintf("g%d", w.n), Kind: schema.Group, Text: en("g"), Relevant: w.condition(), ReadOnly: w.pick("lock", []string{"", "", "", "@"})}
			g.ReadOnly = strings.Replace(g.ReadOnly, "@", w.ref()+" = 'no'", 1)
			g.Items = w.items(depth+1, in)
			out = append(out, g)
		case kind == 1 && depth < 3:
			r := schema.Item{Name: fmt.Sprintf("r%d", w.n), Kind: schema.Repeat, Text: en("r"), Relevant: w.condition()}
			r.RepeatCount = w.pick("count", []string{"", "2", w.whole()})
			r.Items = w.items(depth+1, true)
			out = append(out, r)
		default:
			out = append(out, w.question(in))
		}
	}
	return out
}

func (w *author) question(in bool) schema.Item {
	it := ask(fmt.Sprintf("q%d", w.n), rapid.SampledFrom([]schema.Kind{
		schema.TextKind, schema.Integer, schema.SelectOne, schema.SelectMultiple, schema.Calculate, schema.Calculate, schema.Note, schema.Date,
	}).Draw(w.t, "question"))
	expression := func() string {
		e := w.expression()
		if !in {
			e = strings.ReplaceAll(e, "position(..)", "1")
		}
		return e
	}
	it.Relevant = w.condition()
	switch it.Kind {
	case schema.SelectOne:
		it.List = w.pick("list", []string{"yesno", "town"})
		if it.List == "town" {
			it.ChoiceFilter = "country = " + w.ref() + " or name = " + w.ref()
		}
	case schema.SelectMultiple:
		it.List, it.ChoiceFilter = "needs", w.pick("filter", []string{"", "name != 'none' or "})
		if it.ChoiceFilter != "" {
			it.ChoiceFilter += w.whole() + " > 2"
		}
	case schema.Calculate:
		it.Text, it.Calculation = nil, expression()
		if len(w.picks) > 0 && rapid.IntRange(0, 3).Draw(w.t, "triggered") == 0 {
			it.Trigger = "${" + w.pick("trigger", w.picks) + "}"
		}
	case schema.Integer, schema.TextKind:
		it.Default = w.pick("default", []string{"", "", "3", "concat('1', " + w.whole() + ")"})
		it.Constraint = w.pick("constraint", []string{"", ". > " + w.whole(), ". != " + w.ref(), "string-length(.) < 3"})
	}
	if it.Kind != schema.Calculate {
		it.Required, it.ReadOnly = w.condition(), w.pick("read only", []string{"", "", "", w.ref() + " = 'no'"})
	}
	w.names = append(w.names, it.Name)
	switch it.Kind {
	case schema.Integer:
		w.ints = append(w.ints, it.Name)
	case schema.SelectOne:
		w.picks = append(w.picks, it.Name)
	}
	return it
}

// seen is all that a State tells, in a form that can be compared.
func seen(s *schema.State) map[string]any {
	out := map[string]any{"counts": s.Counts(), "kept": lines(s.Kept())}
	for p, n := range s.Overview() {
		var names []string
		for _, c := range n.Choices {
			names = append(names, c.Name)
		}
		problem := schema.Reason("")
		if n.Problem != nil {
			problem = n.Problem.Reason
		}
		out[string(p)] = []any{n.Relevant, n.Required, n.ReadOnly, n.Answer.Value, n.Answer.Missing, names, problem, s.Label(p, "en").Text}
	}
	return out
}

func lines(a schema.Answers) []string {
	var out []string
	for _, p := range slices.Sorted(maps.Keys(a)) {
		out = append(out, fmt.Sprintf("%s=%s/%s", p, a[p].Value, a[p].Missing))
	}
	return out
}

func differ(t *rapid.T, what string, got, want map[string]any) {
	t.Helper()
	for key := range want {
		if !reflect.DeepEqual(got[key], want[key]) {
			t.Fatalf("%s: %s: got %v, want %v", what, key, got[key], want[key])
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%s: got %d items, want %d", what, len(got), len(want))
	}
}

// TestAfterIsEvaluate walks invented interviews step by step and wants the same State, problem and answers
// as when everything is worked out anew.
func TestAfterIsEvaluate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &author{t: t}
		q := sample(w.items(0, false)...)
		f, err := schema.Compile(q)
		if err != nil {
			t.Skip("not sound: " + err.Error())
		}
		env := schema.Env{Now: time.Date(2026, 1, 15, 23, 50, 0, 0, time.UTC), Language: "en", Seed: 7}
		answers := f.Begin(env)
		state := f.Evaluate(answers, env)
		for step := range rapid.IntRange(1, 12).Draw(t, "steps") {
			env.Now = env.Now.Add(time.Duration(rapid.SampledFrom([]int{0, 1, 900}).Draw(t, "seconds")) * time.Second)
			var open []schema.Path
			for p, n := range state.Overview() {
				if n.Item.Kind != schema.Group {
					open = append(open, p)
				}
			}
			at := rapid.SampledFrom(open).Draw(t, "at")
			a := schema.Answer{Value: rapid.SampledFrom([]string{"", "yes", "no", "1", "4", "water", "water doctor", "mm", "yangon", "2020-01-01", "x"}).Draw(t, "answer")}
			if rapid.IntRange(0, 9).Draw(t, "missing") == 0 {
				a = schema.Answer{Missing: schema.Declined}
			}
			got, want := state.Admits(at, a, answers, env), f.Admits(at, a, answers, env)
			if (got == nil) != (want == nil) || got != nil && got.Reason != want.Reason {
				t.Fatalf("step %d: Admits %s: got %v, want %v", step, at, got, want)
			}
			before := answers
			var changes schema.Answers
			changes, state = state.Record(at, a, before, env)
			answers = before.With(changes)
			differ(t, fmt.Sprintf("step %d at %s", step, at), seen(state), seen(f.Evaluate(answers, env)))
			if again := f.Record(at, a, before, env); !slices.Equal(lines(again), lines(answers)) {
				t.Fatalf("step %d: got answers %v, want %v", step, lines(answers), lines(again))
			}
		}
	})
}

// TestOrderOfItemsDoesNotMatter declares the same questions in another order.
func TestOrderOfItemsDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &author{t: t}
		items := w.items(0, false)
		f, err := schema.Compile(sample(items...))
		if err != nil {
			t.Skip("not sound: " + err.Error())
		}
		answers := schema.Answers{}
		for _, p := range f.Paths() {
			answers[p] = schema.Answer{Value: rapid.SampledFrom([]string{"", "yes", "2", "water", "yangon"}).Draw(t, "answer")}
		}
		shuffled := slices.Clone(items)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		g, err := schema.Compile(sample(shuffled...))
		if err != nil {
			t.Fatalf("another order does not compile: %v", err)
		}
		env := schema.Env{Now: time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC), Language: "en"}
		differ(t, "another order", seen(g.Evaluate(answers, env)), seen(f.Evaluate(answers, env)))
	})
}
