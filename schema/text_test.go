package schema_test

import (
	"testing"

	"leeward/schema"
)

func TestTextsFallBackAndSaySo(t *testing.T) {
	source := "Are you in pain?"
	q := sample(
		ask("pain", schema.SelectOne, from("yesno"), func(it *schema.Item) {
			it.Text = schema.Text{
				"en": {Text: source},
				"my": {Text: "နာကျင်နေပါသလား", State: schema.Reviewed, Source: schema.WordingHash(source)},
			}
			it.Hint = schema.Text{"ar": {Text: "تلميح", State: schema.MachineDraft}}
		}),
		ask("old", schema.TextKind, func(it *schema.Item) {
			it.Text = schema.Text{
				"en": {Text: "New words"},
				"my": {Text: "အဟောင်း", State: schema.Approved, Source: schema.WordingHash("Old words")},
				"ar": {Text: "كلمات"},
			}
		}),
	)
	s := beginWith(t, q)
	for _, c := range []struct {
		name string
		got  schema.Shown
		want schema.Shown
	}{
		{"source", s.state.Label("/data/pain", "en"), schema.Shown{Text: source, Lang: "en"}},
		{"translated", s.state.Label("/data/pain", "my"), schema.Shown{Text: "နာကျင်နေပါသလား", Lang: "my", Translation: schema.Reviewed}},
		{"fallback", s.state.Label("/data/pain", "ar"), schema.Shown{Text: source, Lang: "en", Fallback: true}},
		{"any", s.state.Hint("/data/pain", "my"), schema.Shown{Text: "تلميح", Lang: "ar", Fallback: true, Translation: schema.MachineDraft}},
		{"stale", s.state.Label("/data/old", "my"), schema.Shown{Text: "အဟောင်း", Lang: "my", Translation: schema.Approved, Stale: true}},
		{"unvouched", s.state.Label("/data/old", "ar"), schema.Shown{Text: "كلمات", Lang: "ar", Translation: schema.MachineDraft}},
		{"no hint", s.state.Hint("/data/old", "en"), schema.Shown{Lang: "en"}},
		{"choice", s.state.ChoiceLabel("/data/pain", "yes", "my"), schema.Shown{Text: "YES", Lang: "en", Fallback: true}},
	} {
		c.want.Wording = c.got.Wording
		if c.got.Text != "" && c.got.Wording != schema.WordingHash(c.got.Text) {
			t.Errorf("%s: the wording hash is not that of the text", c.name)
		}
		if c.got != c.want {
			t.Errorf("%s: got %q %s fallback %t %s stale %t, want %q %s fallback %t %s stale %t", c.name,
				c.got.Text, c.got.Lang, c.got.Fallback, c.got.Translation, c.got.Stale,
				c.want.Text, c.want.Lang, c.want.Fallback, c.want.Translation, c.want.Stale)
		}
	}
}

func TestChoiceWithoutLabelShowsItsName(t *testing.T) {
	q := sample(ask("x", schema.SelectOne, from("yesno")))
	q.Choices[0].Choices[0].Label = nil
	s := beginWith(t, q)
	if got := s.state.ChoiceLabel("/data/x", "yes", "en").Text; got != "yes" {
		t.Errorf("label: got %q, want the name", got)
	}
}

func TestValuesAndOfficeParametersInTexts(t *testing.T) {
	q := sample(
		ask("count", schema.Integer),
		ask("same", schema.Note, func(it *schema.Item) {
			it.Text = schema.Text{"en": {Text: "You said ${ count }. Call ${office.phone}."}, "my": {Text: "${office.phone} / ${count}", State: schema.Reviewed}}
		}),
	)
	q.Parameters = []schema.Parameter{{Name: "phone", Default: en("the office")}}
	s := beginWith(t, q)
	s.answer("/data/count", "3")
	note := schema.Path("/data/same")
	if got, want := s.state.Label(note, "en").Text, "You said 3. Call the office."; got != want {
		t.Errorf("label: got %q, want %q", got, want)
	}
	if got, want := s.state.Label(note, "en").Wording, schema.WordingHash("You said ${ count }. Call ${office.phone}."); got != want {
		t.Errorf("wording hash: got %s, want that of the wording before anything is put in", got)
	}
	if !s.state.Label(note, "my").Fallback {
		t.Error("an English parameter in a Burmese text is not marked as a fallback")
	}
	s.env.Office = map[string]schema.Text{"phone": {"en": {Text: "555"}, "my": {Text: "၅၅၅"}}}
	s.missing("/data/count", schema.Declined)
	if got, want := s.state.Label(note, "my").Text, "၅၅၅ / "; got != want {
		t.Errorf("label: got %q, want %q", got, want)
	}
}

func TestChildText(t *testing.T) {
	child := func(it *schema.Item) { it.ChildText = en("Who looks after you?") }
	s := begin(t,
		ask("age", schema.Integer),
		calculate("treated_as_child", "if(${age} < 18, 'yes', 'no')"),
		ask("care", schema.TextKind, child),
	)
	label := func(want string) {
		t.Helper()
		if got := s.state.Label("/data/care", "my").Text; got != want {
			t.Errorf("label: got %q, want %q", got, want)
		}
	}
	label("What about care?")
	s.answer("/data/age", "17")
	label("Who looks after you?")
	s.answer("/data/age", "18")
	label("What about care?")
}

func TestLanguageSwitchRecomputesLabelsNotAnswers(t *testing.T) {
	q := sample(ask("x", schema.SelectOne, from("yesno")), calculate("said", "jr:choice-name(${x}, '${x}')"))
	q.Choices[0].Choices[0].Label = schema.Text{"en": {Text: "Yes"}, "ar": {Text: "نعم", State: schema.Reviewed}}
	s := beginWith(t, q)
	s.answer("/data/x", "yes")
	s.want("/data/said", "Yes")
	s.env.Language = "ar"
	s.evaluate()
	s.want("/data/said", "نعم")
	s.want("/data/x", "yes")
}

func TestLabelOfAChoiceInAText(t *testing.T) {
	q := sample(
		ask("x", schema.SelectOne, from("yesno")),
		ask("same", schema.Note, func(it *schema.Item) {
			it.Text = schema.Text{"en": {Text: "Said ${choice.x}."}, "ar": {Text: "[${choice.x}]", State: schema.Reviewed}, "my": {Text: "<${choice.x}>", State: schema.Reviewed}}
		}),
	)
	q.Choices[0].Choices[0].Label = schema.Text{"en": {Text: "Yes"}, "ar": {Text: "نعم", State: schema.Reviewed}}
	q.Choices[0].Choices[1].Label = en("No")
	s := beginWith(t, q)
	say := func(lang schema.Lang, want string, fallback bool) {
		t.Helper()
		if got := s.state.Label("/data/same", lang); got.Text != want || got.Fallback != fallback {
			t.Errorf("%s: got %q fallback %v, want %q %v", lang, got.Text, got.Fallback, want, fallback)
		}
	}
	say("en", "Said Yes.", false) // before the answer: the first choice
	s.answer("/data/x", "no")
	say("en", "Said No.", false)
	say("my", "<No>", true)
	s.answer("/data/x", "yes")
	say("ar", "[نعم]", false)
	s.missing("/data/x", schema.Declined)
	say("en", "Said Yes.", false)

	q.Items[1].Text = en("Said ${choice.same}.")
	if _, err := schema.Compile(q); err == nil {
		t.Error("a question without choices was taken for one with")
	}
}

func TestFormsForSpeakerAndListener(t *testing.T) {
	q := sample(
		ask("to", schema.TextKind), calculate("address_form", "${to}"),
		ask("x", schema.TextKind, func(it *schema.Item) {
			it.Text = schema.Text{"en": {Text: "x"}, "ar": {Text: "plain", State: schema.Reviewed, Forms: map[string]string{"f": "to her", "_m": "by him", "f_f": "woman to woman ${to}"}}}
		}),
	)
	s := beginWith(t, q)
	for form, want := range map[string]string{"": "plain", "n": "plain", "m": "plain", "f": "to her", "f_m": "to her", "m_m": "by him", "n_m": "by him", "f_f": "woman to woman f_f", "n_f": "plain"} {
		s.answer("/data/to", form)
		got := s.state.Label("/data/x", "ar")
		if got.Text != want {
			t.Errorf("%q: got %q, want %q", form, got.Text, want)
		}
		if form == "f" && got.Wording != schema.WordingHash("to her") {
			t.Error("the hash is not that of the form that was shown")
		}
	}
	again, err := schema.Parse(q.Canonical())
	if err != nil || again.Ref() != q.Ref() {
		t.Errorf("forms do not survive the canonical form: %v", err)
	}
	q.Items[2].Text["ar"] = schema.Wording{Text: "plain", State: schema.Reviewed, Forms: map[string]string{"x": "?"}}
	if _, err := schema.Parse(q.Canonical()); err == nil {
		t.Error("an unknown form was taken")
	}
}
