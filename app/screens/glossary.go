package screens

import (
	"slices"

	"fyne.io/fyne/v2"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"leeward/app/typeset"
	"leeward/schema"
	"leeward/schema/instrument"
)

// glossary is the words that matter most, for the interpreter and the screener: each in the person's language with what
// it means, and below it in the screener's, in whose alphabet they stand. The person never hears some of them, so the
// hand-over view cannot reach it.
func (t *talk) glossary(back func()) view {
	person, screener := t.session.Setting().Language, t.session.Setting().ScreenerLang
	terms := instrument.Terms()
	order := collate.New(language.Make(string(screener)))
	slices.SortStableFunc(terms, func(a, b string) int {
		return order.CompareString(instrument.Word(a, screener).Text, instrument.Word(b, screener).Text)
	})
	objects := []fyne.CanvasObject{t.title("interpreter.words.button"), t.quiet("interpreter.words.text")}
	drafted := func(term string) bool {
		return unreviewed(instrument.Word(term, person)) || unreviewed(instrument.Word(term, screener))
	}
	if slices.ContainsFunc(terms, drafted) {
		objects = append(objects, t.quiet("interview.draft.badge"))
	}
	for _, term := range terms {
		objects = append(objects, column(2, t.term(term, person, screener)...))
	}
	done := t.button("app.back.button", typeset.Primary, back)
	body := frameAround(nil, page(objects...), t.footer(t.out(), t.rowEnd(done)))
	return t.here(view{body: body, focus: done, key: t.escape(back)})
}

// term is one word and what it means, in both languages, or once where they are one.
func (t *talk) term(key string, person, screener schema.Lang) (rows []fyne.CanvasObject) {
	word, meaning := instrument.Word(key, person), instrument.Word(key+".meaning", person)
	name := typeset.NewLabel(word.Text, string(word.Lang))
	name.Bold = true
	rows = append(rows, name, typeset.NewLabel(meaning.Text, string(meaning.Lang)))
	if second := instrument.Word(key, screener); second.Lang != word.Lang {
		own := typeset.NewLabel(second.Text+": "+instrument.Word(key+".meaning", screener).Text, string(second.Lang))
		own.Step, own.Color = typeset.Caption, typeset.ColorMuted
		rows = append(rows, own)
	}
	return rows
}

// unreviewed reports whether nobody who knows the subject has read a wording over.
func unreviewed(w schema.Shown) bool {
	return w.Fallback || w.Stale || w.Translation == schema.MachineDraft
}
