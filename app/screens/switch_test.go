package screens

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"leeward/schema"
)

// wordsIn are the texts of the page that is shown in a language, as far as the person reads them.
func (at *sitting) wordsIn(lang schema.Lang) map[string]bool {
	state, texts := at.s.talking.session.State(), map[string]bool{}
	add := func(s schema.Shown) {
		if s.Text != "" && s.Lang == lang {
			texts[s.Text] = true
		}
	}
	for _, a := range at.s.talking.asked {
		if a.item.Staff {
			continue
		}
		add(state.Label(a.path, lang))
		add(state.Hint(a.path, lang))
		for _, c := range state.Node(a.path).Choices {
			add(state.ChoiceLabel(a.path, c.Name, lang))
		}
	}
	return texts
}

// On every page of a whole interview a switch of the language changes no answer and no place, and leaves no
// string of the language before.
func TestALanguageSwitchChangesNothingElse(t *testing.T) {
	alone(t)
	at := entered(t, &fake{}, plain)
	at.begin(2)
	langs := at.s.Form.Questionnaire().Languages
	pages := 0
	at.walkTo("", answers, func() {
		talk := at.s.talking
		if len(talk.asked) == 0 {
			return
		}
		pages++
		kept, place := talk.session.State().Kept(), talk.session.Page().Paths
		from := talk.session.Setting().Language
		to := langs[pages%len(langs)].Tag
		if to == from {
			return
		}
		old := at.wordsIn(from)
		talk.speak(to)
		talk.showAgain()
		for text := range at.wordsIn(to) {
			delete(old, text)
		}
		for text := range at.wordsIn(talk.session.Setting().ScreenerLang) {
			delete(old, text)
		}
		for _, shown := range at.texts() {
			if old[shown] {
				t.Errorf("%v: after a switch from %s to %s %q still stands there", place, from, to, shown)
			}
		}
		if !maps.Equal(kept, talk.session.State().Kept()) || !slices.Equal(place, talk.session.Page().Paths) {
			t.Errorf("%v: a switch from %s to %s changed an answer or the place", place, from, to)
		}
		talk.speak("ar") // for the digits of the walk nothing depends on it
		talk.showAgain()
	})
	if pages < 40 {
		t.Errorf("only %d pages were looked at", pages)
	}
}

// What the questionnaire has to say about an answer is for the screener: it stands in their language, not in the person's.
func TestRemarksAreInTheScreenersLanguage(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(2)
	at.answer(map[string]string{"a1": "2"})
	gate := func(lang schema.Lang) string { return at.s.talking.session.State().GatesIn(lang)[0].Text.Text }
	at.want(gate("en"))
	at.wantNot(gate("ar"))
	at.key(fyne.KeyPageDown)
	at.want(gate("en"))
	at.wantNot(gate("ar"))
}

// roundsForm is a questionnaire with a repeat, for what the shipped one has no use for.
func roundsForm(t testing.TB) *schema.Form {
	t.Helper()
	en := func(s string) schema.Text { return schema.Text{"en": {Text: s}} }
	yes := schema.ChoiceList{Name: "yes", Choices: []schema.Choice{{Name: "yes", Label: en("Yes")}, {Name: "no", Label: en("No")}}}
	f, err := schema.Compile(&schema.Questionnaire{
		Format: schema.FormatV1, ID: "rounds", Version: "1", Title: en("Rounds"), Source: "en",
		Languages: []schema.Language{{Tag: "en", Name: "English"}},
		Consent:   &schema.Consent{Agree: "/data/consent/agree", Yes: []string{"yes"}},
		Choices:   []schema.ChoiceList{yes},
		Items: []schema.Item{
			{Name: "consent", Kind: schema.Group, Stage: schema.StageConsent, Items: []schema.Item{
				{Name: "agree", Kind: schema.SelectOne, List: "yes", Text: en("Do you want to talk?")},
			}},
			{Name: "talk", Kind: schema.Group, Stage: schema.StageTalk, Items: []schema.Item{
				{Name: "child", Kind: schema.Repeat, Text: en("Child"), Items: []schema.Item{
					{Name: "name", Kind: schema.TextKind, Text: en("What may we call the child?")},
				}},
				{Name: "end", Kind: schema.TextKind, Text: en("Anything else?")},
			}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Rounds of a repeat are added, taken away and brought back with the keyboard and with the finger.
func TestRounds(t *testing.T) {
	d := &fake{form: roundsForm(t)}
	at := entered(t, d, plain)
	at.begin(1)
	at.write("1")
	at.key(fyne.KeyPageDown)
	at.want("Child", at.say("rounds.number.text", "Number", 1, "Of", 1))
	at.write("Ko")
	at.key(fyne.KeyPageDown)
	at.want(at.say("rounds.so_far.text", "Number", 1))
	at.press("rounds.add.button")
	at.want(at.say("rounds.number.text", "Number", 2, "Of", 2))
	at.write("Ma")
	at.key(fyne.KeyPageUp)
	at.press("rounds.remove.button")
	at.want(at.say("rounds.so_far.text", "Number", 1))
	name := func() string {
		a, _ := at.s.talking.session.Standing("/data/talk/child[1]/name")
		return a.Value
	}
	if name() != "Ma" {
		t.Errorf("the later round did not move up: %q", name())
	}
	at.press("rounds.undo.button")
	if name() != "Ko" {
		t.Errorf("the round that was taken away did not come back: %q", name())
	}
	at.key(fyne.KeyPageDown)
	at.asked("/data/talk/end")
	at.key(fyne.KeyPageUp, fyne.KeyPageUp)
	at.want(at.say("rounds.number.text", "Number", 2, "Of", 2))
}

// On the telephone each clause stands on a line of its own.
func TestClauses(t *testing.T) {
	for text, want := range map[string]string{
		"One clause.":                    "One clause.",
		"First, then the second. Third?": "First,|then the second.|Third?",
		"3.5 hours":                      "3.5 hours",
		"هل أنت بخير؟ نعم، قليلًا.":              "هل أنت بخير؟|نعم،|قليلًا.",
		"သင် နေကောင်းလား။ ဟုတ်ကဲ့၊ ကောင်းပါတယ်။": "သင် နေကောင်းလား။|ဟုတ်ကဲ့၊|ကောင်းပါတယ်။",
	} {
		if got := strings.ReplaceAll(clauses(text), "\n", "|"); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// A call that was cut asks for privacy and the interpreter's checks again, and the person whether to go on.
func TestACallThatWasCut(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(2)
	at.skipTo("d1")
	if p, err := at.s.talking.session.Answer(t.Context(), "/data/prepare/a3", schema.Answer{Value: "phone"}); p != nil || err != nil {
		t.Fatal(p, err)
	}
	at.key(fyne.KeyF5)
	at.press("menu.dropped.button")
	at.want(at.say("interview.paused.title"), at.s.Catalogue.For("ar").Say("interview.go_on.title"))
	for _, path := range []schema.Path{"/data/prepare/a1", "/data/prepare/a2", "/data/prepare/a4"} {
		at.asked(path)
	}
	at.goOn()
	at.asked("/data/about/d1")

	at.key(fyne.KeyF5)
	at.press("menu.interpreter.button")
	at.want(at.say("interpreter.brief.title"))
	at.write("I-77")
	at.key(fyne.KeyPageDown)
	at.want(at.say("interview.paused.title")) // another interpreter: privacy is asked again
	if got := at.s.talking.session.Setting().Interpreter; got != "I-77" {
		t.Errorf("the interpreter is %q, want I-77", got)
	}
}
