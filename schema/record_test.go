package schema_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"testing"

	"leeward/schema"
)

// record answers as ODK would take it.
func (s *scenario) record(p schema.Path, value string) {
	s.t.Helper()
	s.answers = s.form.Record(p, schema.Answer{Value: value}, s.answers, s.env)
	s.evaluate()
}

func triggered(name, by, calculation string) schema.Item {
	return schema.Item{Name: name, Kind: schema.Calculate, Trigger: by, Calculation: calculation}
}

func TestTriggersRunOnce(t *testing.T) {
	s := begin(t,
		ask("a", schema.TextKind), ask("b", schema.TextKind), calculate("c", "${b}"),
		triggered("seen", "${a}", "concat(${a}, ${b})"),
		triggered("chain", "${seen}", "concat('<', ${seen}, '>')"),
		triggered("computed", "${c}", "'c'"),
		repeat("r", "", ask("x", schema.TextKind), triggered("y", "${x}", "position(..)")),
	)
	s.want("/data/seen", "")
	s.record("/data/b", "1")
	s.want("/data/seen", "") // b is no trigger of it
	s.want("/data/computed", "c")
	s.record("/data/a", "x")
	s.want("/data/seen", "x1")
	s.want("/data/chain", "<x1>")
	s.record("/data/b", "2")
	s.want("/data/seen", "x1") // and does not follow what it read
	s.record("/data/a", "x")
	s.want("/data/seen", "x1") // the same answer again changes nothing
	s.add("/data/r")
	s.record("/data/r[2]/x", "v")
	s.want("/data/r[2]/y", "2")
	s.want("/data/r[1]/y", "")
}

func TestTriggerRefusals(t *testing.T) {
	for _, trigger := range []string{"a", "${nobody}", "${a"} {
		if _, err := schema.Compile(sample(ask("a", schema.TextKind), triggered("b", trigger, "1"))); err == nil {
			t.Errorf("Compile takes the trigger %s", trigger)
		}
	}
}

func TestTypedOverACalculation(t *testing.T) {
	s := begin(t, ask("n", schema.Integer), ask("sum", schema.Integer, func(it *schema.Item) { it.Calculation = "${n} + 1" }))
	s.record("/data/n", "1")
	s.want("/data/sum", "2")
	s.env.Typed = map[schema.Path]string{"/data/sum": "2"}
	s.record("/data/sum", "9")
	s.want("/data/sum", "9")
	s.record("/data/n", "5")
	s.want("/data/sum", "6")
}

func TestCountedInstancesBeginWithDefaults(t *testing.T) {
	s := begin(t, ask("n", schema.Integer), repeat("r", "${n}", ask("x", schema.TextKind, byDefault("concat('x', position(..))"))))
	s.record("/data/n", "2")
	s.want("/data/r[2]/x", "x2")
	s.record("/data/r[2]/x", "mine")
	s.record("/data/n", "1")
	s.record("/data/n", "2")
	s.want("/data/r[2]/x", "mine") // it was out of sight, not gone
}

func TestRankRangeAndPlaces(t *testing.T) {
	s := begin(t,
		ask("order", schema.Rank, from("town")),
		ask("pain", schema.Range, func(it *schema.Item) {
			it.Parameters = map[string]string{"start": "-2", "end": "2", "step": "0.5"}
		}),
	)
	s.refuse("/data/order", "a b", schema.BadChoice)
	for _, v := range []string{"3", "0.3", "x"} {
		s.refuse("/data/pain", v, schema.BadKind)
	}
	s.answer("/data/pain", "-1.5")
	for in, want := range map[string]string{"1 2": "1.0 2.0 0.0 0.0", "1 2 3 4; 5 6 7 8;": "1.0 2.0 3.0 4.0;5.0 6.0 7.0 8.0", "north": "north"} {
		f := compiled(t, sample(ask("p", schema.Geotrace)))
		if got := f.Normal("/data/p", in); got != want {
			t.Errorf("Normal(%q): got %q, want %q", in, got, want)
		}
	}
}

func TestChoicesFromAnswers(t *testing.T) {
	s := begin(t,
		repeat("m", "", ask("who", schema.TextKind), ask("age", schema.Integer)),
		ask("head", schema.SelectOne, from("${who}"), filtered("${age} >= ${least}")), ask("least", schema.Integer, byDefault("18")),
		calculate("name", "jr:choice-name(${head}, '${head}')"),
	)
	s.add("/data/m")
	s.record("/data/m[1]/who", "ann")
	s.record("/data/m[2]/who", "bob")
	s.record("/data/m[1]/age", "30")
	s.record("/data/m[2]/age", "7")
	s.offered("/data/head", "ann")
	s.refuse("/data/head", "bob", schema.BadChoice)
	s.answer("/data/head", "ann")
	s.want("/data/name", "ann")
	s.record("/data/least", "5")
	s.offered("/data/head", "ann", "bob")
	s.record("/data/least", "40")
	s.want("/data/head", "")
}

func TestMetadata(t *testing.T) {
	s := begin(t, ask("t", schema.Today), ask("d", schema.DeviceID), ask("s", schema.Start))
	s.env.Metadata = map[schema.Kind]string{schema.DeviceID: "d-1"}
	s.answers = s.form.Begin(s.env)
	s.evaluate()
	s.want("/data/t", "2026-01-15")
	s.want("/data/d", "d-1")
	s.want("/data/s", "2026-01-15T10:00:00.000+00:00")
	s.visible()
}

func TestRandomOrderIsThatOfTheSeed(t *testing.T) {
	q := sample(ask("need", schema.SelectOne, from("needs"), func(it *schema.Item) {
		it.Parameters = map[string]string{"randomize": "true", "seed": "42"}
	}))
	first, second := beginWith(t, q), beginWith(t, q)
	second.env.Seed = 99
	second.evaluate()
	a, b := first.state.Node("/data/need").Choices, second.state.Node("/data/need").Choices
	for i := range a {
		if a[i].Name != b[i].Name {
			t.Fatal("the same seed gives two orders")
		}
	}
	if fmt.Sprint(names(a)) == fmt.Sprint(names(first.form.Choices("/data/need"))) {
		t.Error("the order is that of the list")
	}
}

func names(list []schema.Choice) (out []string) {
	for _, c := range list {
		out = append(out, c.Name)
	}
	return out
}

// TestRandomOrdersOfDeclaration declares random questionnaires twice, the second time shuffled, and
// gives both the same answers.
func TestRandomOrdersOfDeclaration(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		var items []schema.Item
		for i := range 25 {
			name := fmt.Sprintf("q%d", i)
			it := ask(name, schema.Integer)
			if i > 3 && r.IntN(2) == 0 {
				it = calculate(name, fmt.Sprintf("coalesce(${q%d}, 0) + ${q%d}", r.IntN(i), r.IntN(i)))
			}
			if i > 0 && r.IntN(3) == 0 {
				it.Relevant = fmt.Sprintf("not(${q%d} > 3)", r.IntN(i))
			}
			items = append(items, it)
		}
		answers := schema.Answers{}
		for i := range items {
			if items[i].Kind == schema.Integer && r.IntN(3) > 0 {
				answers[schema.Path("/data/"+items[i].Name)] = schema.Answer{Value: fmt.Sprint(r.IntN(8))}
			}
		}
		want := compiled(t, sample(items...)).Evaluate(answers, schema.Env{}).Values()
		r.Shuffle(len(items), func(i, j int) { items[i], items[j] = items[j], items[i] })
		if got := compiled(t, sample(items...)).Evaluate(answers, schema.Env{}).Values(); !maps.Equal(got, want) {
			t.Fatal("another order of declaration gives other values")
		}
	}
}

func TestMigrate(t *testing.T) {
	old := compiled(t, sample(
		ask("same", schema.TextKind), ask("reworded", schema.TextKind), ask("gone", schema.TextKind),
		ask("town", schema.SelectOne, from("town")), ask("kind", schema.TextKind),
	))
	q := sample(
		ask("same", schema.TextKind),
		ask("reworded", schema.TextKind, func(it *schema.Item) { it.Text = en("In other words?") }),
		ask("town", schema.SelectOne, from("yesno")), ask("kind", schema.Integer), ask("new", schema.TextKind),
	)
	now := compiled(t, q)
	say := func(v string) schema.Answer { return schema.Answer{Value: v} }
	m := schema.Migrate(old, now, schema.Answers{
		"/data/same": say("1"), "/data/reworded": {Missing: schema.Declined}, "/data/gone": say("3"), "/data/town": say("a"), "/data/kind": say("text"),
	})
	if len(m.Carried) != 2 || m.Carried["/data/same"].Value != "1" || m.Carried["/data/reworded"].Missing != schema.Declined {
		t.Errorf("carried: got %d answers, want those to same and reworded", len(m.Carried))
	}
	if len(m.Look) != 1 || m.Look[0] != "/data/reworded" {
		t.Errorf("look: got %v, want the reworded question", m.Look)
	}
	if len(m.Gone) != 3 || m.Gone["/data/gone"].Value != "3" {
		t.Errorf("gone: got %d answers, want 3: no question, other choices, other kind", len(m.Gone))
	}
	c := schema.Compare(old, now)
	if len(c.New) != 1 || c.New[0] != "/data/new" || len(c.Gone) != 1 || len(c.Changed) != 3 {
		t.Errorf("Compare: got %+v", c)
	}
	if got := fmt.Sprintf("%v %+v", m, &m); got != "[migration] [migration]" && got != "[migration] &[migration]" {
		t.Errorf("a migration prints as %s", got)
	}
}
