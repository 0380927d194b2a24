package questions_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"leeward/app/questions"
	"leeward/app/typeset"
	"leeward/schema"
	"leeward/schema/codes"
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

func TestSearchForgives(t *testing.T) {
	for typed, want := range map[string]string{
		"sao": "São Tomé", "SÃO": "São Tomé", "ایران": "إيران", "مكه": "مكّة", "12": "١٢ شارع", "ญี่ปุ่น": "ญี่ปุ่น",
	} {
		q := longQuestion(t, 100)
		q.Node.Choices = append(q.Node.Choices, schema.Choice{Name: "wanted"})
		caption := q.Caption
		q.Caption = func(choice string, lang schema.Lang) schema.Shown {
			if choice == "wanted" {
				return schema.Shown{Text: want, Lang: lang}
			}
			return caption(choice, lang)
		}
		s := show(t, q)
		s.typed(typed)
		found := false
		for _, row := range all[*typeset.Choice](s.block.Object()) {
			found = found || row.Captions.First.Text() == want
		}
		if !found {
			t.Errorf("%q does not find %q", typed, want)
		}
	}
}

// A country or a language is found by whatever somebody calls it, also where no caption says so.
func TestCodesAreFoundByOtherNames(t *testing.T) {
	countries, languages := map[string]string{}, map[string]string{}
	for _, c := range codes.Countries("en") {
		countries[c.Code] = c.Name
	}
	for _, l := range codes.Spoken() {
		languages[l.Tag] = l.English
	}
	for _, tt := range []struct {
		list  map[string]string
		typed string
		want  string
	}{
		{countries, "burma", "MM"},
		{countries, "Phillipines", "PH"},
		{countries, "Birmanie", "MM"},
		{countries, "ไทย", "TH"},
		{countries, "မြန်မာ", "MM"},
		{countries, "zaire", "CD"},
		{languages, "farsi", "fa"},
		{languages, "Burmesse", "my"},
	} {
		q := question(t, schema.Item{Kind: schema.SelectOne, List: "codes"}, "en")
		for _, code := range slices.Sorted(maps.Keys(tt.list)) {
			q.Node.Choices = append(q.Node.Choices, schema.Choice{Name: code})
		}
		q.Caption = func(choice string, lang schema.Lang) schema.Shown {
			return schema.Shown{Text: tt.list[choice], Lang: "en"}
		}
		s := show(t, q)
		s.block.Focus(s.canvas)
		s.typed(tt.typed)
		var found []string
		for _, row := range all[*typeset.Choice](s.block.Object()) {
			found = append(found, row.Captions.First.Text())
		}
		if !slices.Contains(found, tt.list[tt.want]) {
			t.Errorf("%q finds %q, want %q among them", tt.typed, found, tt.list[tt.want])
		}
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

// Each round is two keystrokes in a list of ten thousand, with the rows laid out.
func BenchmarkSearch(b *testing.B) {
	test.NewTempApp(b).Settings().SetTheme(typeset.NewTheme(typeset.Light, 1))
	block := questions.NewBlock(longQuestion(b, 10_000), func(schema.Answer) {})
	w := test.NewTempWindow(b, block.Object())
	w.Resize(fyne.NewSize(700, 900))
	field := all[*typeset.Entry](block.Object())[0]
	field.SetText("place 9")
	for b.Loop() {
		field.SetText("place 99")
		field.SetText("place 999")
	}
}
