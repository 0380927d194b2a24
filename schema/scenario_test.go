package schema_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"leeward/schema"
)

// scenario is an interview in a test: answer, then say what you want to see.
type scenario struct {
	t       *testing.T
	form    *schema.Form
	env     schema.Env
	answers schema.Answers
	state   *schema.State
}

func begin(t *testing.T, items ...schema.Item) *scenario {
	t.Helper()
	return beginWith(t, sample(items...))
}

func beginWith(t *testing.T, q *schema.Questionnaire) *scenario {
	t.Helper()
	f, err := schema.Compile(q)
	if err != nil {
		t.Fatalf("Compile: %v", err)
	}
	s := &scenario{t: t, form: f, answers: schema.Answers{}, env: schema.Env{
		Now: time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC), Language: "en", Seed: 7,
	}}
	s.answers = f.Defaults(s.env)
	s.evaluate()
	return s
}

func (s *scenario) evaluate() { s.state = s.form.Evaluate(s.answers, s.env) }

// answer records a value as a screen would: only what the form admits.
func (s *scenario) answer(p schema.Path, value string) {
	s.t.Helper()
	s.give(p, schema.Answer{Value: value})
}

func (s *scenario) missing(p schema.Path, why schema.Missing) {
	s.t.Helper()
	s.give(p, schema.Answer{Missing: why})
}

func (s *scenario) give(p schema.Path, a schema.Answer) {
	s.t.Helper()
	if bad := s.form.Admits(p, a, s.answers, s.env); bad != nil {
		s.t.Errorf("Admits(%s) refuses it: %s", p, bad.Reason)
	}
	if s.answers[p] = a; a.IsZero() {
		delete(s.answers, p)
	}
	s.evaluate()
}

// refuse wants the form to refuse a value, and leaves the answers alone.
func (s *scenario) refuse(p schema.Path, value string, reason schema.Reason) {
	s.t.Helper()
	switch bad := s.form.Admits(p, schema.Answer{Value: value}, s.answers, s.env); {
	case bad == nil:
		s.t.Errorf("Admits(%s) takes a value that it should refuse as %s", p, reason)
	case bad.Reason != reason:
		s.t.Errorf("Admits(%s) refuses as %s, want %s", p, bad.Reason, reason)
	}
}

// want compares the value that counts at p.
func (s *scenario) want(p schema.Path, value string) {
	s.t.Helper()
	if got := s.state.Value(p); got != value {
		s.t.Errorf("value of %s: got %q, want %q", p, got, value)
	}
}

func (s *scenario) visible(want ...schema.Path) {
	s.t.Helper()
	if got := s.state.Visible(); !slices.Equal(got, want) {
		s.t.Errorf("visible: got %v, want %v", got, want)
	}
}

// problems compares "path reason" lines.
func (s *scenario) problems(want ...string) {
	s.t.Helper()
	var got []string
	for _, p := range s.state.Problems() {
		got = append(got, string(p.Path)+" "+string(p.Reason))
	}
	if !slices.Equal(got, want) {
		s.t.Errorf("problems: got %v, want %v", got, want)
	}
}

func (s *scenario) offered(p schema.Path, want ...string) {
	s.t.Helper()
	var got []string
	for _, c := range s.state.Node(p).Choices {
		got = append(got, c.Name)
	}
	if !slices.Equal(got, want) {
		s.t.Errorf("choices of %s: got %v, want %v", p, got, want)
	}
}

// sample makes a questionnaire of items around the choice lists that the tests share.
func sample(items ...schema.Item) *schema.Questionnaire {
	return &schema.Questionnaire{
		Format: schema.FormatV1, ID: "sample", Version: "1", Title: en("A sample"), Source: "en",
		Languages: []schema.Language{{Tag: "en", Name: "English"}, {Tag: "my", Name: "မြန်မာ"}, {Tag: "ar", Name: "العربية", RTL: true}},
		Choices: []schema.ChoiceList{
			{Name: "yesno", Choices: choices("yes no")},
			{Name: "needs", Choices: choices("none water doctor safety")},
			{Name: "country", Choices: choices("mm th")},
			{Name: "town", Choices: []schema.Choice{
				{Name: "yangon", Label: en("Yangon"), Columns: map[string]string{"country": "mm"}},
				{Name: "bago", Label: en("Bago"), Columns: map[string]string{"country": "mm"}},
				{Name: "ranong", Label: en("Ranong"), Columns: map[string]string{"country": "th"}},
			}},
		},
		Items: items,
	}
}

func choices(names string) (out []schema.Choice) {
	for name := range strings.FieldsSeq(names) {
		out = append(out, schema.Choice{Name: name, Label: en(strings.ToUpper(name))})
	}
	return out
}

func en(text string) schema.Text { return schema.Text{"en": {Text: text}} }

// ask makes a question; change may set more of it.
func ask(name string, kind schema.Kind, change ...func(*schema.Item)) schema.Item {
	it := schema.Item{Name: name, Kind: kind, Text: en("What about " + name + "?")}
	for _, c := range change {
		c(&it)
	}
	return it
}

func calculate(name, calculation string) schema.Item {
	return schema.Item{Name: name, Kind: schema.Calculate, Calculation: calculation}
}

func group(name string, relevant string, items ...schema.Item) schema.Item {
	return schema.Item{Name: name, Kind: schema.Group, Text: en(name), Relevant: relevant, Items: items}
}

func relevant(when string) func(*schema.Item) { return func(it *schema.Item) { it.Relevant = when } }

func required(when string) func(*schema.Item) { return func(it *schema.Item) { it.Required = when } }

func constraint(when string) func(*schema.Item) {
	return func(it *schema.Item) { it.Constraint = when }
}
func from(list string) func(*schema.Item)    { return func(it *schema.Item) { it.List = list } }
func filtered(by string) func(*schema.Item)  { return func(it *schema.Item) { it.ChoiceFilter = by } }
func byDefault(is string) func(*schema.Item) { return func(it *schema.Item) { it.Default = is } }
