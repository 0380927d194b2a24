package screens

import (
	"fmt"
	"strconv"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"leeward/app/typeset"
	"leeward/schema"
)

// These say how long it takes from a key to the painted letters, without a display: laying the page out, and
// painting every text that can be seen. Putting them together is the graphics card's work; .ci/measure says how
// long a real window takes. What to reach: next question 50 ms, switch 60 ms, of 20 questions 120 ms.

// paint paints every text that stands in the window, as its driver would.
func (at *sitting) paint() {
	size := at.w.Canvas().Size()
	for _, x := range at.everything() {
		r, ok := x.object.(*canvas.Raster)
		if ok && x.at.Y < size.Height && x.bottom() > 0 {
			r.Generator(int(r.Size().Width), int(r.Size().Height))
		}
	}
}

// bigForm is a page of twenty questions in two languages, and a question with 10,000 choices.
func bigForm(t testing.TB) *schema.Form {
	t.Helper()
	both := func(s string) schema.Text {
		return schema.Text{"en": {Text: s}, "ar": {Text: "سؤال " + s, State: schema.MachineDraft}}
	}
	yes := schema.ChoiceList{Name: "yes", Choices: []schema.Choice{{Name: "yes", Label: both("Yes")}, {Name: "no", Label: both("No")}}}
	long := schema.ChoiceList{Name: "long"}
	for i := range 10000 {
		long.Choices = append(long.Choices, schema.Choice{Name: "c" + strconv.Itoa(i), Label: both("Place " + strconv.Itoa(i))})
	}
	page := schema.Item{Name: "page", Kind: schema.Group, Appearance: "field-list", Text: both("Twenty")}
	for i := range 20 {
		page.Items = append(page.Items, schema.Item{
			Name: fmt.Sprintf("q%d", i), Kind: schema.SelectOne, List: "yes", Text: both(fmt.Sprintf("Is this question number %d?", i)),
		})
	}
	f, err := schema.Compile(&schema.Questionnaire{
		Format: schema.FormatV1, ID: "big", Version: "1", Title: both("Big"), Source: "en",
		Languages: []schema.Language{{Tag: "en", Name: "English"}, {Tag: "ar", Name: "العربية", RTL: true}},
		Consent:   &schema.Consent{Agree: "/data/consent/agree", Yes: []string{"yes"}},
		Choices:   []schema.ChoiceList{yes, long},
		Items: []schema.Item{
			{Name: "consent", Kind: schema.Group, Stage: schema.StageConsent, Items: []schema.Item{
				{Name: "agree", Kind: schema.SelectOne, List: "yes", Text: both("Do you want to talk?")},
			}},
			{Name: "talk", Kind: schema.Group, Stage: schema.StageTalk, Items: []schema.Item{
				page, {Name: "where", Kind: schema.SelectOne, List: "long", Text: both("Where?")},
			}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// talkAt begins an interview with the big form and shows the page after so many.
func talkAt(b *testing.B, pages int) *sitting {
	at := entered(b, &fake{form: bigForm(b)}, plain)
	at.begin(1)
	at.write("1")
	for range pages {
		at.key(fyne.KeyPageDown)
	}
	at.paint()
	return at
}

// BenchmarkNextQuestion goes on and back, painted each time: two questions.
func BenchmarkNextQuestion(b *testing.B) {
	at := entered(b, &fake{}, plain)
	at.begin(2)
	at.skipTo("d2")
	for b.Loop() {
		at.key(fyne.KeyPageUp)
		at.paint()
		at.key(fyne.KeyPageDown)
		at.paint()
	}
}

func BenchmarkSwitchOneQuestion(b *testing.B) {
	at := entered(b, &fake{}, plain)
	at.begin(2)
	at.skipTo("c3")
	for b.Loop() {
		at.key(fyne.KeyF2)
		at.paint()
	}
}

func BenchmarkSwitchTwentyQuestions(b *testing.B) {
	at := talkAt(b, 1)
	if len(at.s.talking.asked) != 20 {
		b.Fatalf("%d questions on the page", len(at.s.talking.asked))
	}
	at.s.talking.before = "ar"
	for b.Loop() {
		at.key(fyne.KeyF2)
		at.paint()
	}
}

// BenchmarkSearchTenThousand types one letter into the search of a list of 10,000 choices.
func BenchmarkSearchTenThousand(b *testing.B) {
	at := talkAt(b, 2)
	field, ok := at.w.Canvas().Focused().(*typeset.Entry)
	if !ok {
		b.Fatalf("the search has not the keyboard: %q", at.texts())
	}
	for b.Loop() {
		at.write("7")
		at.paint()
		field.SetText("")
	}
}
