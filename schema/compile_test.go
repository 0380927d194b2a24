package schema_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"

	"leeward/schema"

	"pgregory.net/rapid"
)

func TestCompileRefuses(t *testing.T) {
	hint := func(text string) func(*schema.Item) { return func(it *schema.Item) { it.Hint = en(text) } }
	for _, c := range []struct {
		name  string
		items []schema.Item
		want  []string
	}{
		{
			"unknown name",
			[]schema.Item{ask("age", schema.Integer), ask("b", schema.Note, relevant("${agge} > 3"))},
			[]string{"/data/b relevant: there is no ${agge}; did you mean ${age}?"},
		},
		{
			"two mistakes",
			[]schema.Item{ask("a", schema.Note, relevant("${x} = 1"), required("1 +"))},
			[]string{"/data/a relevant: there is no ${x}", "/data/a required at 3: ends where a value should follow"},
		},
		{
			"duplicate name",
			[]schema.Item{ask("a", schema.Note), ask("a", schema.Note)},
			[]string{"/data/a name: duplicate name in this group"},
		},
		{
			"ambiguous name",
			[]schema.Item{group("g", "", ask("a", schema.Note)), group("h", "", ask("a", schema.Note)), calculate("c", "${a}")},
			[]string{"/data/c calculation: ${a} is the name of 2 items; did you mean /data/g/a?"},
		},
		{
			"bare name",
			[]schema.Item{ask("a", schema.Integer), calculate("c", "a + 1")},
			[]string{"/data/c calculation: a question holds no a; did you mean ${a}?"},
		},
		{
			"unknown path",
			[]schema.Item{calculate("c", "/data/g/x")},
			[]string{"/data/c calculation at 6: there is no /data/g"},
		},
		{"list", []schema.Item{ask("a", schema.SelectOne, from("yesn"))}, []string{`/data/a list: no choice list "yesn"`}},
		{"name in a label", []schema.Item{ask("a", schema.Note, hint("see ${b}"))}, []string{"/data/a hint.en: there is no ${b}"}},
		{"parameter in a label", []schema.Item{ask("a", schema.Note, hint("${office.tel}"))}, []string{"/data/a hint.en: there is no parameter tel"}},
		{"open brace in a label", []schema.Item{ask("a", schema.Note, hint("${a"))}, []string{"/data/a hint.en: ${ without }"}},
		{
			"question for column",
			[]schema.Item{ask("x", schema.TextKind), ask("t", schema.SelectOne, from("town"), filtered("x = country"))},
			[]string{"/data/t choice_filter: list town has no column x; did you mean ${x}?"},
		},
		{"self", []schema.Item{calculate("n", "${n} + 1")}, []string{"/data/n: cycle: n -> n"}},
		{"two", []schema.Item{calculate("a", "${b}"), calculate("b", "${a}")}, []string{"/data/a: cycle: a -> b -> a"}},
		{
			"relevance",
			[]schema.Item{ask("a", schema.Note, relevant("${b} = ''")), ask("b", schema.TextKind, relevant("${c} = 1")), calculate("c", "count(${a})")},
			[]string{"/data/a: cycle: a -> b -> c -> a"},
		},
		{"own relevance", []schema.Item{ask("a", schema.TextKind, relevant(". = 'x'"))}, []string{"/data/a: cycle: a -> a"}},
		{"group on its child", []schema.Item{group("g", "${q} != 'no'", ask("q", schema.TextKind))}, []string{"/data/g: cycle: g -> q -> g"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := schema.Compile(sample(c.items...))
			var first *schema.CompileError
			if !errors.As(err, &first) {
				t.Fatalf("Compile: got %v, want a *CompileError", err)
			}
			if got, want := err.Error(), strings.Join(c.want, "\n"); got != want {
				t.Errorf("Compile:\ngot  %s\nwant %s", got, want)
			}
		})
	}
}

func TestCompileRefusesATableOfColumns(t *testing.T) {
	q := sample(ask("a", schema.SelectOne, from("yesno")))
	q.Choices[0].Choices[0].Columns = map[string]string{}
	for i := range 201 {
		q.Choices[0].Choices[0].Columns[fmt.Sprint("c", i)] = "x"
	}
	if _, err := schema.Compile(q); err == nil || !strings.Contains(err.Error(), "list yesno has 201 columns") {
		t.Errorf("Compile: got %v, want a refusal of the columns", err)
	}
}

func TestCompileAllows(t *testing.T) {
	s := begin(t,
		ask("a", schema.TextKind, constraint("string-length(.) < 5 and ${b} != .")), // constraints may look anywhere
		ask("b", schema.TextKind, constraint("${a} != .")),
		calculate("kept", "once(concat('x', ${a}))"),
		ask("m", schema.SelectMultiple, from("needs"), filtered("not(selected(${m}, 'none')) or name = 'none'")),
		ask("odd", schema.SelectOne, from("town"), filtered("colour = 'red'")),
		ask("bare", schema.Note, relevant("${a}")),
		ask("cell", schema.Note, relevant("instance('town')/root/item[name = 'bago']/country = 'mm'")),
		calculate("pulled", "pulldata('town', 'label', 'name', 'bago')"),
		calculate("counted", "count(instance('town')/root/item[country = ${mm}])"),
		calculate("mm", "'mm'"),
	)
	s.answer("/data/a", "one")
	s.want("/data/kept", "xone")
	s.answer("/data/m", "water none")
	s.offered("/data/m", "none")
	s.offered("/data/odd")
	s.want("/data/pulled", "Bago")
	s.want("/data/counted", "2")
	s.visible("/data/a", "/data/b", "/data/m", "/data/odd", "/data/bare", "/data/cell")
	var about []string
	for _, r := range s.form.Remarks() {
		about = append(about, string(r.Path)+" "+r.Member)
	}
	if got, want := strings.Join(about, ", "), "/data/odd choice_filter, /data/bare relevant"; got != want {
		t.Errorf("remarks: got %s, want %s", got, want)
	}
}

// TestOrderOfDeclarationDoesNotMatter shuffles questions, calculations and groups whose logic hangs on
// one another, and wants the same values.
func TestOrderOfDeclarationDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 12).Draw(t, "items")
		var items []schema.Item
		answers := schema.Answers{}
		for i := range n {
			name := fmt.Sprintf("q%d", i)
			earlier := fmt.Sprintf("${q%d}", rapid.IntRange(0, max(0, i-1)).Draw(t, "reads"))
			it := ask(name, schema.Integer)
			switch kind := rapid.IntRange(0, 3).Draw(t, "kind"); {
			case i > 0 && kind == 0:
				it = calculate(name, earlier+" + 1")
			case i > 0 && kind == 1:
				it.Relevant = earlier + " mod 2 = 1"
			case kind == 2:
				it = calculate(name, "round(random() * 1000)")
			}
			if it.Kind == schema.Integer {
				answers[schema.Path("/data/"+name)] = schema.Answer{Value: fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "answer"))}
			}
			items = append(items, it)
		}
		values := func(items []schema.Item) map[schema.Path]string {
			f, err := schema.Compile(sample(items...))
			if err != nil {
				t.Fatalf("Compile: %v", err)
			}
			return f.Evaluate(answers, schema.Env{Seed: 1}).Values()
		}
		if want, got := values(items), values(rapid.Permutation(items).Draw(t, "order")); !maps.Equal(got, want) {
			t.Errorf("values differ: got %v, want %v", got, want)
		}
	})
}
