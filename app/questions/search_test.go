package questions_test

import (
	"fmt"
	"testing"

	"leeward/app/questions"
	"leeward/app/typeset"
	"leeward/schema"
)

// longQuestion offers so many choices, captioned "Place 0" and "مكان 0" and so on.
func longQuestion(t testing.TB, choices int) questions.Question {
	t.Helper()
	q := question(t, schema.Item{Kind: schema.SelectOne, List: "places"}, "ar")
	for i := range choices {
		q.Node.Choices = append(q.Node.Choices, schema.Choice{Name: fmt.Sprintf("p%d", i)})
	}
	q.Caption = func(choice string, lang schema.Lang) schema.Shown {
		return schema.Shown{Text: map[schema.Lang]string{"en": "Place ", "ar": "مكان "}[lang] + choice[1:], Lang: lang}
	}
	return q
}

func TestLongListIsSearchedInBothLanguages(t *testing.T) {
	for typed, want := range map[string]string{"place 4711": "p4711", "مكان 4711": "p4711", "PLACE 9999": "p9999"} {
		s := show(t, longQuestion(t, 10_000))
		if rows := all[*typeset.Choice](s.block.Object()); len(rows) > 8 {
			t.Fatalf("%d rows stand before anything is typed, want at most 8", len(rows))
		}
		s.block.Focus(s.canvas)
		s.typed(typed)
		rows := all[*typeset.Choice](s.block.Object())
		if len(rows) != 1 {
			t.Fatalf("%q leaves %d rows, want 1", typed, len(rows))
		}
		rows[0].Tapped(nil)
		s.expect(want, "")
	}
}

func TestSearchKeepsWhatIsChosenInSight(t *testing.T) {
	q := longQuestion(t, 100)
	q.Node.Answer = schema.Answer{Value: "p77"}
	s := show(t, q)
	if on := chosenRows(s); on != 1 {
		t.Fatalf("%d chosen rows stand, want 1", on)
	}
	for _, e := range all[*typeset.Entry](s.block.Object()) {
		e.SetText("place 12")
	}
	if on := chosenRows(s); on != 1 {
		t.Errorf("a search for something else hides the chosen row")
	}
}

func chosenRows(s *shown) (n int) {
	for _, row := range all[*typeset.Choice](s.block.Object()) {
		if row.On() {
			n++
		}
	}
	return n
}

func BenchmarkSearch(b *testing.B) {
	q := longQuestion(b, 10_000)
	block := questions.NewBlock(q, func(schema.Answer) {})
	field := all[*typeset.Entry](block.Object())[0]
	for b.Loop() {
		field.SetText("place 99")
		field.SetText("place 999")
	}
}
