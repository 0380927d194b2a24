package screens

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"leeward/app/typeset"
	"leeward/internal/vault"
)

// firstStart asks for a passphrase to be made: six drawn words by default, one's own on request. Typed
// a second time, so that a slip does not lock the device for ever.
func (s *Screens) firstStart() view {
	words := s.label(drawWords())
	words.Step, words.Bold = typeset.Large, true
	note, strength := s.notice(), s.quiet("first.words.hint")

	var create func()
	confirm := s.secret(func() { create() })
	own := s.secret(func() { s.Window.Canvas().Focus(confirm) })
	chosen := func() string { return own.Text }
	own.OnChanged = func(p string) {
		s.tell(strength, s.strength(p))
		s.touch()
	}
	button := s.button("first.create.button", typeset.Primary, func() { create() })
	create = func() {
		if ok, _ := vault.Strength(chosen()); !ok {
			s.tell(note, s.say("first.weak.text"))
			s.Window.Canvas().Focus(own)
			return
		}
		if strings.TrimSpace(chosen()) != strings.TrimSpace(confirm.Text) {
			s.tell(note, s.say("first.differ.text"))
			s.Window.Canvas().Focus(confirm)
			return
		}
		note.Color = theme.ColorNameForeground
		s.tell(note, s.say("first.working.text"))
		passphrase := chosen()
		s.work(func(ctx context.Context) error { return s.Device.Create(ctx, passphrase) }, func(err error) {
			note.Color = theme.ColorNameError
			if err != nil {
				s.tell(note, s.trouble(err))
				return
			}
			s.opened()
		})
	}
	again := s.button("first.again.button", typeset.Quiet, func() { words.Set(drawWords(), "en") })
	use := s.button("first.words.button", typeset.Quiet, func() {
		own.SetText(words.Text())
		s.Window.Canvas().Focus(confirm)
	})
	body := page(
		s.mark(), s.title("first.welcome.title"), s.text("first.welcome.text"), s.quiet("first.shared.text"),
		card(
			s.heading("first.passphrase.title"), s.text("first.passphrase.text"),
			s.quiet("first.words.label"), words, s.row(use, again),
		),
		card(s.quiet("first.passphrase.label"), own, strength, s.quiet("first.confirm.label"), confirm, note, button),
	)
	return view{body: body, focus: fyne.Focusable(own)}
}

func (s *Screens) strength(passphrase string) string {
	if passphrase == "" {
		return s.say("first.words.hint")
	}
	if ok, _ := vault.Strength(passphrase); ok {
		return s.say("first.strong.text")
	}
	return s.say("first.weak.text")
}

// drawWords draws six words; the list is part of the program, so this cannot fail in a program that starts.
func drawWords() string {
	words, err := vault.Words(vault.GeneratedWords)
	if err != nil {
		panic("leeward: internal error: " + err.Error())
	}
	return strings.Join(words, " ")
}
