package screens

import (
	"context"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
	"leeward/schema"
)

// switchLanguage changes between the person's language and the one before it, at first the screener's: the
// person's words change where they stand, and nothing else does.
func (t *talk) switchLanguage() {
	who := t.session.Setting()
	to := t.before
	if to == "" || to == who.Language {
		to = who.ScreenerLang
	}
	if to == who.Language {
		to = t.nextLanguage()
	}
	t.speak(to)
	t.showAgain()
}

// speak makes a language the person's.
func (t *talk) speak(lang schema.Lang) {
	was := t.session.Setting().Language
	if lang == was {
		return
	}
	t.hush()
	t.before = was
	if err := t.session.Language(context.Background(), lang); err != nil && t.frame != nil {
		t.frame.tell(t.trouble(err))
	}
}

// nextLanguage is the one after the person's in the questionnaire.
func (t *talk) nextLanguage() schema.Lang {
	langs := t.session.Form().Questionnaire().Languages
	for i, l := range langs {
		if l.Tag == t.session.Setting().Language {
			return langs[(i+1)%len(langs)].Tag
		}
	}
	return t.session.Setting().Language
}

// languages lists the languages by their names in their own script, for the person to point at; a second
// list is the screener's.
func (t *talk) languages() {
	t.flush()
	if t.session.Over() {
		return
	}
	t.over(func(back func()) view {
		leave := func() {
			back()
			t.showAgain()
			if o, ok := t.hands.(fyne.CanvasObject); ok && t.answering(o) {
				t.Window.Canvas().Focus(t.hands)
			}
		}
		langs := t.session.Form().Questionnaire().Languages
		person, first := t.languageRows(langs, t.session.Setting().Language, func(l schema.Lang) {
			t.speak(l)
			leave()
		})
		mine, _ := t.languageRows(langs, t.session.Setting().ScreenerLang, func(l schema.Lang) {
			if err := t.session.ScreenerLanguage(context.Background(), l); err != nil && t.frame != nil {
				t.frame.tell(t.trouble(err))
			}
			leave()
		})
		body := page(
			card(t.heading("prepare.person_language.label"), column(6, person...)),
			card(t.heading("prepare.screener_language.label"), column(6, mine...)),
		)
		on := t.button("app.back.button", typeset.Primary, leave)
		v := t.here(view{body: frameAround(nil, body, t.footer(t.out(), t.rowEnd(on))), key: t.escape(leave)})
		if first != nil {
			v.focus = first
		}
		v.digit = digitOf(person)
		return v
	})
}

// digitOf chooses a row by its number.
func digitOf(rows []fyne.CanvasObject) func(n int) bool {
	return func(n int) bool {
		if n > len(rows) {
			return false
		}
		rows[n-1].(*typeset.Choice).OnTapped()
		return true
	}
}

// languageRows makes a row a language; the one in force is marked and returned.
func (s *Screens) languageRows(langs []schema.Language, now schema.Lang, choose func(schema.Lang)) (rows []fyne.CanvasObject, at *typeset.Choice) {
	var choices []*typeset.Choice
	for _, l := range langs {
		c := typeset.NewChoice(true, func() { choose(l.Tag) })
		c.Captions.Set(l.Name, string(l.Tag), "", s.words.Lang())
		if c.SetOn(l.Tag == now); l.Tag == now {
			at = c
		}
		choices, rows = append(choices, c), append(rows, c)
	}
	typeset.NewGroup(choices...)
	return rows, at
}
