package schema_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"leeward/schema"
)

func TestAlertsMarksAndGates(t *testing.T) {
	q := sample(
		ask("need", schema.SelectMultiple, from("needs")),
		group("rest", "not(selected(${need}, 'none'))",
			ask("watched", schema.SelectOne, from("yesno")),
			ask("private", schema.SelectOne, from("yesno"), func(it *schema.Item) {
				it.Gate = &schema.Gate{When: ". != 'yes'", Do: "stop", Text: en("Move, or postpone.")}
			}),
		),
	)
	needs := q.Choices[1].Choices
	needs[1].Alert, needs[3].Alert = "amber:basic", "red:safety"
	q.Choices[0].Choices[0].Indicators = []schema.IndicatorMark{{ID: "F3", As: "present"}, {ID: "F4", As: "possible"}}
	s := beginWith(t, q)
	if len(s.state.Gates()) != 0 {
		t.Error("the gate of an open question holds")
	}
	s.answer("/data/need", "water safety")
	if got, want := s.state.Alerts(), []schema.Alert{{Kind: "safety", Level: "red", Path: "/data/need"}, {Kind: "basic", Level: "amber", Path: "/data/need"}}; !slices.Equal(got, want) {
		t.Errorf("alerts: got %d, want red before amber", len(got))
	}
	s.answer("/data/rest/watched", "yes")
	if got, want := s.state.Marks(), []schema.Mark{{"F3", "present", "/data/rest/watched", "yes"}, {"F4", "possible", "/data/rest/watched", "yes"}}; !slices.Equal(got, want) {
		t.Errorf("marks: got %d, want the two of the choice", len(got))
	}
	s.missing("/data/rest/private", schema.Declined) // the most protective reading of a missing answer
	if g := s.state.Gates(); len(g) != 1 || g[0].Do != "stop" || g[0].Text.Text != "Move, or postpone." {
		t.Errorf("gates: got %d, want the one that stops", len(g))
	}
	s.answer("/data/need", "none")
	if len(s.state.Alerts())+len(s.state.Marks())+len(s.state.Gates()) != 0 {
		t.Error("what is no longer relevant still raises alerts, marks or gates")
	}
}

func TestNode(t *testing.T) {
	q := sample(group("g", "", ask("town", schema.SelectOne, from("town"), required("yes"), func(it *schema.Item) { it.ReadOnly = "1" })))
	q.Items[0].Stage = schema.StageTalk
	s := beginWith(t, q)
	n := s.state.Node("/data/g/town")
	if !n.Relevant || !n.Required || !n.ReadOnly || n.Stage != schema.StageTalk || n.Problem == nil || n.Problem.Reason != schema.BadRequired ||
		len(n.Choices) != 3 || !slices.Equal(n.Groups, []schema.Path{"/data/g"}) || n.Item.Name != "town" {
		t.Error("Node does not say what the questionnaire says")
	}
	if got := s.state.Node("/data/nothing"); got.Item != nil || got.Path != "" {
		t.Error("Node of an unknown path is not zero")
	}
	if got := s.form.Stage("/data/g/town"); got != schema.StageTalk {
		t.Errorf("Stage: got %q, want talk", got)
	}
	if got := s.form.Paths(); !slices.Equal(got, []schema.Path{"/data/g", "/data/g/town"}) {
		t.Errorf("Paths: got %v", got)
	}
}

// TestNothingPrintsAnswers fills every type that may hold an answer and prints it in every way.
func TestNothingPrintsAnswers(t *testing.T) {
	const marker = "PERSONAL"
	q := sample(
		ask("name", schema.TextKind, constraint(". = 'x'")),
		ask("said", schema.SelectOne, from("marked"), func(it *schema.Item) {
			it.Text = en("You said ${name}")
			it.Gate = &schema.Gate{When: "true()", Do: "warn", Text: en("So ${name}")}
		}),
	)
	q.Items[0].ConstText = en("Not ${name}")
	q.Choices = append(q.Choices, schema.ChoiceList{Name: "marked", Choices: []schema.Choice{{
		Name: marker, Label: en("x"), Alert: "red:" + marker, Indicators: []schema.IndicatorMark{{ID: marker, As: "present"}},
	}}})
	s := beginWith(t, q)
	s.answers = schema.Answers{"/data/name": {Value: marker}, "/data/said": {Value: marker}}
	s.evaluate()
	values := []any{
		s.answers, s.answers["/data/name"], s.state, *s.state, s.state.Kept(), s.state.Node("/data/name"), s.state.Node("/data/name").Answer,
		s.state.Problems(), s.state.Problems()[0], s.state.Problems()[0].Text, s.state.Label("/data/said", "en"),
		s.state.Alerts(), s.state.Alerts()[0], s.state.Marks(), s.state.Marks()[0], s.state.Gates(), s.state.Gates()[0],
		struct{ Inner any }{s.state.Node("/data/name")},
	}
	var out bytes.Buffer
	asJSON, asText := slog.New(slog.NewJSONHandler(&out, nil)), slog.New(slog.NewTextHandler(&out, nil))
	for _, v := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			if got := fmt.Sprintf(verb, v); strings.Contains(got, marker) || strings.Contains(got, fmt.Sprintf("%x", marker)) {
				t.Errorf("%s of %T shows an answer", verb, v)
			}
		}
		asText.Info("test", "v", v)
		if lv, ok := v.(slog.LogValuer); ok {
			asJSON.Info("test", "v", lv)
		}
	}
	if strings.Contains(out.String(), marker) {
		t.Error("a log shows an answer")
	}
	if s.state.Label("/data/said", "en").Text != "You said "+marker {
		t.Error("the marker is not where the test looks for it")
	}
}

// A rough date stands beside its value: it comes back where the answer does, an expression does not see it, and nothing
// but a date has one.
func TestRoughDates(t *testing.T) {
	s := begin(t,
		schema.Item{Name: "left", Kind: schema.Date, Text: en("When?")}, schema.Item{Name: "who", Kind: schema.TextKind, Text: en("Who?")},
		schema.Item{Name: "year", Kind: schema.Calculate, Calculation: "format-date(${left}, '%Y')"})
	rough := schema.Answer{Value: "2019-01-01", About: schema.AboutYear}
	for about, want := range map[schema.Answer]bool{
		rough: true, {Value: "2019-05-07", About: schema.AboutDay}: true, {Value: "2019-05-01", About: "week"}: false,
		{About: schema.AboutDay}: false, {Missing: schema.Declined, About: schema.AboutDay}: false,
	} {
		if got := s.form.Admits("/data/left", about, s.answers, s.env) == nil; got != want {
			t.Errorf("a date %q about %q is admitted: %v", about.Value, about.About, got)
		}
	}
	if s.form.Admits("/data/who", schema.Answer{Value: "x", About: schema.AboutYear}, s.answers, s.env) == nil {
		t.Error("a text can be rough")
	}
	s.answers = s.form.Record("/data/left", rough, s.answers, s.env)
	was := s.form.Evaluate(s.answers, s.env)
	if was.Node("/data/left").Answer != rough || was.Kept()["/data/left"] != rough || was.Value("/data/year") != "2019" {
		t.Error("a rough date does not come back as it was given")
	}
	changed := s.answers.With(schema.Answers{"/data/left": {Value: "2019-01-01"}})
	if got := was.After(changed, s.env, "/data/left").Node("/data/left").Answer; got.About != "" {
		t.Errorf("an exact date is about %q", got.About)
	}
	if got := rough.Known() + (schema.Answer{Value: "2019-05-01", About: schema.AboutMonth}).Known(); got != "20192019-05" {
		t.Errorf("known: %s", got)
	}
}
