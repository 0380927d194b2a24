package screens

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"leeward/app/typeset"
)

// firstStart asks for a passphrase to be made. Whoever makes the first one has the first sign.
func (s *Screens) firstStart() view {
	var create func()
	c := s.choose(func() { create() })
	button := s.button("first.create.button", typeset.Primary, func() { create() })
	create = func() {
		passphrase, ok := c.chosen()
		if !ok {
			return
		}
		c.note.Color = theme.ColorNameForeground
		s.tell(c.note, s.say("first.working.text"))
		s.work(func(ctx context.Context) error { return s.Device.Create(ctx, passphrase) }, func(err error) {
			c.note.Color = theme.ColorNameError
			if err != nil {
				s.tell(c.note, s.trouble(err))
				return
			}
			s.opened()
		})
	}
	offer := append([]fyne.CanvasObject{s.heading("first.passphrase.title"), s.text("first.passphrase.text")}, c.offered()...)
	offer = append(offer, s.text("people.sign.text", "Sign", s.sign(0)))
	body := page(
		s.mark(), s.title("first.welcome.title"), s.text("first.welcome.text"), s.quiet("first.shared.text"),
		card(offer...), card(append(c.fields(), button)...),
	)
	return view{body: body, focus: fyne.Focusable(c.own)}
}
