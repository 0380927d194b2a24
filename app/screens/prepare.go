package screens

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
	"leeward/internal/screening"
	"leeward/schema"
)

// prepare asks what has to be known before the first question: both languages and who takes part, by
// code. Who is present and whether the place is private are the questionnaire's first questions.
func (s *Screens) prepare() view {
	langs := s.Form.Questionnaire().Languages
	p := &preparation{screens: s, langs: langs, person: langs[0].Tag, screener: s.screenerLanguage()}
	note := s.notice()
	p.draft = s.quiet("prepare.unreviewed.text")
	me, interpreter := s.entry(func() {}), s.entry(func() {})
	me.SetText(s.me)
	begin := s.button("prepare.start.button", typeset.Primary, func() {
		s.App.Preferences().SetString(prefScreener, string(p.screener))
		if s.me = strings.TrimSpace(me.Text); s.me != "" {
			s.remember(note)
		}
		who := screening.Setting{
			Screener: s.me, Interpreter: strings.TrimSpace(interpreter.Text),
			Language: p.person, ScreenerLang: p.screener,
		}
		talk, err := s.Device.Start(context.Background(), who)
		if err != nil {
			s.tell(note, s.trouble(err))
			return
		}
		s.talk(talk)
	})
	leave := s.button("prepare.leave.button", typeset.Quiet, func() { s.show(s.home("")) })
	first := p.rows(&p.person, &p.personRows)
	second := p.rows(&p.screener, &p.screenerRows)
	p.mark()
	body := []fyne.CanvasObject{
		s.title("prepare.interview.title"),
		card(s.heading("prepare.person_language.label"), column(6, first...), p.draft),
		card(s.heading("prepare.screener_language.label"), column(6, second...), s.quiet("prepare.languages.hint")),
		card(s.heading("prepare.screener.label"), s.quiet("prepare.screener.hint"), me),
		card(s.heading("prepare.interpreter.label"), s.quiet("prepare.interpreter.hint"), interpreter, s.promiseOf(interpreter)),
	}
	around := frameAround(nil, page(body...), column(0, padded(note), s.footer(s.row(leave), s.rowEnd(begin))))
	return view{body: around, focus: p.personRows[0], key: p.key(begin, s), digit: p.digit}
}

// preparation holds the two languages while they are chosen.
type preparation struct {
	screens                  *Screens
	langs                    []schema.Language
	person, screener         schema.Lang
	personRows, screenerRows []*typeset.Choice
	draft                    *typeset.Label
}

// rows makes one row a language, each in its own script, which sets *lang.
func (p *preparation) rows(lang *schema.Lang, into *[]*typeset.Choice) (objects []fyne.CanvasObject) {
	for _, l := range p.langs {
		c := typeset.NewChoice(true, func() {
			*lang = l.Tag
			p.mark()
		})
		c.Captions.Set(l.Name, string(l.Tag), "", p.screens.words.Lang())
		*into = append(*into, c)
		objects = append(objects, c)
	}
	typeset.NewGroup(*into...)
	return objects
}

// mark shows what is chosen, and warns when the person's language is a machine draft.
func (p *preparation) mark() {
	for i, l := range p.langs {
		p.personRows[i].SetOn(l.Tag == p.person)
		p.screenerRows[i].SetOn(l.Tag == p.screener)
	}
	drafted := p.screens.Form.Questionnaire().Title[p.person].State == schema.MachineDraft
	text := ""
	if drafted {
		text = p.screens.say("prepare.unreviewed.text")
	}
	p.draft.Set(text, p.screens.words.Lang())
}

// digit chooses the person's language by its number.
func (p *preparation) digit(n int) bool {
	if n > len(p.langs) {
		return false
	}
	p.person = p.langs[n-1].Tag
	p.mark()
	p.screens.Window.Canvas().Focus(p.personRows[n-1])
	return true
}

func (p *preparation) key(begin *typeset.Button, s *Screens) func(fyne.KeyName) bool {
	return func(k fyne.KeyName) bool {
		switch k {
		case fyne.KeyPageDown:
			begin.OnTapped()
		case fyne.KeyEscape:
			s.show(s.home(""))
		default:
			return false
		}
		return true
	}
}

// remember keeps the screener's code for the next time that the same person unlocks the device.
func (s *Screens) remember(note *typeset.Label) {
	here, err := s.Device.Local(context.Background())
	if here.Me == s.me {
		return
	}
	if here.Me = s.me; err == nil {
		err = s.Device.SetLocal(context.Background(), here)
	}
	if err != nil {
		s.tell(note, s.trouble(err))
	}
}

// codeCard asks whose talk it is, when it was begun with an urgent need before anything else.
func (t *talk) codeCard() view {
	note := t.notice()
	code := t.entry(func() {})
	on := func() {
		t.uncoded = false
		if t.me = strings.TrimSpace(code.Text); t.me != "" {
			t.remember(note)
			if err := t.session.ChangeScreener(context.Background(), t.me); err != nil {
				t.tell(note, t.trouble(err))
				return
			}
		}
		t.present()
	}
	code.OnSubmitted = func(string) { on() }
	body := page(t.title("prepare.interview.title"), card(t.heading("prepare.screener.label"), t.quiet("prepare.screener.hint"), code), note)
	way := t.button("interview.next.button", typeset.Primary, on)
	key := func(k fyne.KeyName) bool {
		if k == fyne.KeyPageDown {
			on()
			return true
		}
		return false
	}
	return t.here(view{body: frameAround(nil, body, t.footer(t.out(), t.rowEnd(way))), focus: code, key: key})
}

// screenerLanguage is the language that was beside the person's last time, or the program's.
func (s *Screens) screenerLanguage() schema.Lang {
	want := s.App.Preferences().StringWithFallback(prefScreener, s.words.Lang())
	for _, l := range s.Form.Questionnaire().Languages {
		if string(l.Tag) == want {
			return l.Tag
		}
	}
	return s.Form.Questionnaire().Source
}
