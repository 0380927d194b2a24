package schema_test

import (
	"fmt"
	"testing"
	"time"

	"leeward/schema"
)

// large makes a questionnaire of n questions of which each hangs on earlier ones: three expressions a
// question, as long forms have.
func large(n int) (*schema.Questionnaire, schema.Answers) {
	var items []schema.Item
	answers := schema.Answers{}
	for i := range n {
		name, before := fmt.Sprintf("q%d", i), fmt.Sprintf("q%d", max(0, i-i%10))
		at := schema.Path(fmt.Sprintf("/data/g%d/%s", i/50, name))
		var it schema.Item
		switch i % 10 {
		case 0:
			it = ask(name, schema.SelectOne, from("yesno"), required("yes"))
			answers[at] = schema.Answer{Value: "yes"}
		case 1, 2, 3:
			it = ask(name, schema.SelectMultiple, from("needs"), relevant("selected(${"+before+"}, 'yes')"), required("${"+before+"} = 'yes'"))
			answers[at] = schema.Answer{Value: "water safety"}
		case 4, 5, 6:
			it = ask(name, schema.Integer, relevant("${"+before+"} = 'yes' or ${"+before+"} = ''"), constraint(". >= 0 and . < 120"), required("yes"))
			answers[at] = schema.Answer{Value: "34"}
		case 7:
			it = calculate(name, fmt.Sprintf("if(${q%d} > 17, 'adult', coalesce(${%s}, 'unknown'))", i-1, before))
		case 8:
			it = ask(name, schema.Date, relevant(fmt.Sprintf("${q%d} = 'adult'", i-1)), constraint(". <= today()"))
			answers[at] = schema.Answer{Value: "2001-02-03"}
		default:
			it = ask(name, schema.TextKind, relevant(fmt.Sprintf("count-selected(${q%d}) > 1", i-7)), constraint("regex(., '^[^0-9]*$')"))
			answers[at] = schema.Answer{Missing: schema.Declined}
		}
		if i%50 == 0 {
			items = append(items, group(fmt.Sprintf("g%d", i/50), ""))
		}
		g := &items[len(items)-1]
		g.Items = append(g.Items, it)
	}
	return sample(items...), answers
}

func compiled(tb testing.TB, q *schema.Questionnaire) *schema.Form {
	tb.Helper()
	f, err := schema.Compile(q)
	if err != nil {
		tb.Fatalf("Compile: %v", err)
	}
	return f
}

func BenchmarkEvaluate(b *testing.B) {
	for _, n := range []int{100, 1000} {
		b.Run(fmt.Sprintf("questions=%d", n), func(b *testing.B) {
			q, answers := large(n)
			f := compiled(b, q)
			env := schema.Env{Now: time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC), Language: "en"}
			if got := len(f.Evaluate(answers, env).Problems()); got != 0 {
				b.Fatalf("the sample has %d problems, want none", got)
			}
			b.ReportAllocs()
			for b.Loop() {
				f.Evaluate(answers, env)
			}
		})
	}
}

func BenchmarkParseAndCompile(b *testing.B) {
	q, _ := large(1000)
	raw := q.Canonical()
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		parsed, err := schema.Parse(raw)
		if err != nil {
			b.Fatal(err)
		}
		compiled(b, parsed)
	}
}
