// Package bench makes the questionnaire that the engine is measured on: as long as the longest of real ones,
// with a chain of calculations through it. The benchmarks stand beside it; peer/ measures another engine on
// the same questionnaire.
package bench

import (
	"fmt"

	"leeward/schema"
)

// Large is the size that figures are reported for.
const (
	Questions = 1000
	Chain     = 100 // calculations of which each needs the one before
)

// Questionnaire makes a questionnaire of so many questions in groups of fifty, of which chain are a chain of
// calculations that begins at the first question. Nine of ten others hang on an earlier one.
func Questionnaire(questions, chain int) *schema.Questionnaire {
	q := &schema.Questionnaire{
		Format: schema.FormatV1, ID: "large", Version: "1", Title: en("A large questionnaire"), Source: "en",
		Languages: []schema.Language{{Tag: "en", Name: "English"}},
		Choices: []schema.ChoiceList{
			{Name: "yesno", Choices: choices("yes", "no")},
			{Name: "needs", Choices: choices("none", "water", "doctor", "safety", "food", "shelter")},
		},
	}
	every := questions / max(chain, 1)
	link := ""
	for i := range questions {
		if i%50 == 0 {
			q.Items = append(q.Items, schema.Item{Name: fmt.Sprintf("g%d", i/50), Kind: schema.Group, Text: en("Part")})
		}
		it := question(i)
		if i > 0 && i%every == every-1 {
			it = schema.Item{Name: fmt.Sprintf("q%d", i), Kind: schema.Calculate, Calculation: fmt.Sprintf("%s + 1", link)}
		}
		if i == 0 || it.Kind == schema.Calculate && i%every == every-1 {
			link = fmt.Sprintf("${q%d}", i)
		}
		g := &q.Items[len(q.Items)-1]
		g.Items = append(g.Items, it)
	}
	return q
}

// question makes the i-th question; the first is a number.
func question(i int) schema.Item {
	before := fmt.Sprintf("${q%d}", max(0, i-i%10))
	it := schema.Item{Name: fmt.Sprintf("q%d", i), Text: en(fmt.Sprintf("Question %d?", i))}
	switch i % 10 {
	case 0:
		it.Kind, it.Required = schema.Integer, "yes"
	case 1, 2:
		it.Kind, it.List, it.Relevant = schema.SelectMultiple, "needs", before+" != ''"
	case 3, 4:
		it.Kind, it.List, it.Required = schema.SelectOne, "yesno", before+" > 17"
	case 5, 6:
		it.Kind, it.Relevant, it.Constraint = schema.Integer, before+" > 17 or "+before+" = ''", ". >= 0 and . < 120"
	case 7:
		it.Kind, it.Relevant = schema.TextKind, fmt.Sprintf("selected(${q%d}, 'water')", i-6)
	case 8:
		it.Kind, it.Constraint = schema.Date, ". <= today()"
	default:
		it.Kind, it.Relevant, it.Constraint = schema.TextKind, fmt.Sprintf("count-selected(${q%d}) > 1", i-7), "string-length(.) < 200"
	}
	return it
}

// Answers fills in every question that is asked.
func Answers(f *schema.Form) schema.Answers {
	values := map[schema.Kind]string{
		schema.Integer: "34", schema.SelectMultiple: "water safety", schema.SelectOne: "yes", schema.TextKind: "as said", schema.Date: "2001-02-03",
	}
	out := schema.Answers{}
	for _, p := range f.Paths() {
		it, _ := f.Item(p)
		if v, ok := values[it.Kind]; ok {
			out[p] = schema.Answer{Value: v}
		}
	}
	return out
}

func en(s string) schema.Text { return schema.Text{"en": {Text: s}} }

func choices(names ...string) []schema.Choice {
	var out []schema.Choice
	for _, n := range names {
		out = append(out, schema.Choice{Name: n, Label: en(n)})
	}
	return out
}
