package screens

import (
	"context"
	"errors"
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"leeward/app/typeset"
	"leeward/assets"
	"leeward/internal/screening"
	"leeward/internal/vault"
)

// unlock asks for the passphrase. why says what happened, or is empty.
func (s *Screens) unlock(why string) view {
	note := s.notice()
	note.Set(why, s.words.Lang())
	var try func()
	passphrase := s.secret(func() { try() })
	button := s.button("unlock.open.button", typeset.Primary, func() { try() })
	try = func() {
		typed := passphrase.Text
		if typed == "" || button.Disabled() {
			return
		}
		note.Color = theme.ColorNameForeground
		s.tell(note, s.say("unlock.working.text"))
		s.work(func(ctx context.Context) error { return s.Device.Unlock(ctx, typed) }, func(err error) {
			if err == nil {
				s.opened()
				return
			}
			passphrase.SetText("")
			s.refuse(note, button, err)
		})
	}
	body := gate(
		s.mark(), s.title("app.name.title"),
		card(s.heading("unlock.locked.title"), s.quiet("unlock.passphrase.label"), passphrase, note, button),
		s.quiet("unlock.kept.text"),
	)
	return view{body: body, focus: fyne.Focusable(passphrase)}
}

// mark is the sign of the house.
func (s *Screens) mark() fyne.CanvasObject {
	sign := canvas.NewImageFromResource(icon)
	sign.FillMode = canvas.ImageFillContain
	sign.SetMinSize(fyne.NewSquareSize(64))
	return s.row(sign)
}

var icon = fyne.NewStaticResource("leeward.png", assets.Icon)

// refuse says why the vault stayed closed, and keeps the button shut as long as no try is allowed.
func (s *Screens) refuse(note *typeset.Label, button *typeset.Button, err error) {
	note.Color = theme.ColorNameError
	var wait *vault.WaitError
	if !errors.As(err, &wait) {
		s.tell(note, s.trouble(err))
		return
	}
	button.Disable()
	s.countDown(note, button, int(math.Ceil(wait.Left.Seconds())))
}

// countDown shows the seconds that are left. It ends by itself when the device is open.
func (s *Screens) countDown(note *typeset.Label, button *typeset.Button, left int) {
	if left <= 0 {
		button.Enable()
		s.tell(note, "")
		return
	}
	s.tell(note, s.say("unlock.wait.text", "Count", left))
	s.after(time.Second, func() {
		if !s.open {
			s.countDown(note, button, left-1)
		}
	})
}

// opened shows where the screener was before the lock, or home.
func (s *Screens) opened() {
	s.open = true
	s.learnOffice()
	back, waited := s.resume, s.takeUp()
	dropped := s.dropped
	s.resume, s.dropped = nil, false
	switch {
	case waited != nil:
		s.talking = waited
		waited.present()
	case back != nil:
		s.goOn(back.id)
	case dropped:
		s.show(s.home(s.say("stop.erased.text")))
	default:
		s.show(s.home(""))
	}
}

// goOn opens a kept interview again.
func (s *Screens) goOn(id screening.InterviewID) {
	talk, err := s.Device.Resume(context.Background(), id)
	if err != nil {
		s.show(s.home(s.trouble(err)))
		return
	}
	s.talk(talk)
}
