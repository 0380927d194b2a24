package questions_test

import (
	"encoding/json"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/image/math/fixed"

	"leeward/internal/shaping"
	"leeward/schema"
	"leeward/schema/codes"
	"leeward/schema/instrument"
	"leeward/schema/instrument/cases"
	"leeward/translations"
)

// catalogue calls fn with every text that a person can be shown: the program's words, the questionnaire that
// ships with it and the cases of practice, in each of their languages.
func catalogue(t *testing.T, fn func(text, lang, where string)) {
	t.Helper()
	words, err := translations.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range words.Languages() {
		file := filepath.Join("..", "..", "translations", lang+".json")
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var messages map[string]any
		if err := json.Unmarshal(b, &messages); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for key, message := range messages {
			plain(message, func(text string) { fn(text, lang, file+" "+key) })
		}
	}
	for _, lang := range words.Languages() {
		for _, c := range cases.All() {
			told, in := c.In(lang)
			said := slices.Concat([]string{told.Title, told.Story}, told.Lesson.Notice, told.Lesson.Say, told.Lesson.Avoid)
			for _, check := range told.Checks {
				said = append(append(said, check.Ask, check.Why), check.Choices...)
			}
			for _, text := range said {
				fn(text, in, c.ID)
			}
		}
	}
	for _, tag := range codes.LanguageTags() {
		fn(codes.LanguageName(tag), tag, "the language's own name")
	}
	q := instrument.Screening()
	each := func(text schema.Text, where string) {
		for lang, wording := range text {
			fn(wording.Text, string(lang), where)
		}
	}
	each(q.Title, "title")
	for _, list := range q.Choices {
		for _, choice := range list.Choices {
			each(choice.Label, list.Name+" "+choice.Name)
		}
	}
	for _, p := range q.Parameters {
		each(p.Default, "parameter "+p.Name)
	}
	var walk func(items []schema.Item)
	walk = func(items []schema.Item) {
		for _, item := range items {
			for _, text := range []schema.Text{item.Text, item.Hint, item.Guidance, item.ChildText, item.RequiredText, item.ConstText} {
				each(text, item.Name)
			}
			if item.Gate != nil {
				each(item.Gate.Text, item.Name)
			}
			walk(item.Items)
		}
	}
	walk(q.Items)
}

// plain calls fn with each text of a message, its plural forms included.
func plain(message any, fn func(string)) {
	switch m := message.(type) {
	case string:
		fn(m)
	case map[string]any:
		for _, form := range m {
			plain(form, fn)
		}
	}
}

// No string that ships shows a box.
func TestEveryShippedTextHasItsGlyphs(t *testing.T) {
	texts := make(map[string]int)
	catalogue(t, func(text, lang, where string) {
		texts[lang]++
		if got := shaping.Missing(text, lang); len(got) > 0 {
			t.Errorf("%s in %s: no glyph for %q", where, lang, got)
		}
	})
	words, err := translations.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range words.Languages() {
		if texts[lang] < 100 {
			t.Errorf("looked at %d texts in %s, want hundreds: the catalogue is not read as it should be", texts[lang], lang)
		}
	}
}

// Every text that ships fits the width of a phone, and the ink of each of its words stays where labels paint, should it
// stand at an end of a line.
func TestEveryShippedTextFits(t *testing.T) {
	const size, width = 16, 200
	over := shaping.Overhang(size)
	lay := func(text, lang, where string) (l *shaping.Layout, widest int) {
		l = shaping.Lay(text, shaping.Style{Lang: lang, Size: size, Width: width, Bold: true})
		for _, line := range l.Lines {
			if line.Width > fixed.I(width) {
				t.Errorf("%s in %s: a line is %v wide, want %d at most", where, lang, line.Width, width)
			}
			widest = max(widest, line.Width.Ceil())
		}
		return l, widest
	}
	painted := make(map[[2]string]bool) // by language and word
	catalogue(t, func(text, lang, where string) {
		words := strings.Fields(text)
		if len(words) > 1 {
			lay(text, lang, where)
		}
		for _, word := range words {
			if painted[[2]string{lang, word}] {
				continue
			}
			painted[[2]string{lang, word}] = true
			l, widest := lay(word, lang, where)
			img := image.NewRGBA(image.Rect(-over-1, -over-1, widest+over+1, l.Height+over+1))
			l.Paint(img, image.Rect(0, 0, widest, l.Height), 1, color.Black)
			if framed(img, img.Rect) {
				t.Errorf("%s in %s: ink of %q reaches out of the label", where, lang, word)
			}
		}
	})
}

// framed reports whether anything is painted on the outermost pixels of a rectangle.
func framed(img *image.RGBA, r image.Rectangle) bool {
	for x := r.Min.X; x < r.Max.X; x++ {
		if img.RGBAAt(x, r.Min.Y).A > 0 || img.RGBAAt(x, r.Max.Y-1).A > 0 {
			return true
		}
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		if img.RGBAAt(r.Min.X, y).A > 0 || img.RGBAAt(r.Max.X-1, y).A > 0 {
			return true
		}
	}
	return false
}
