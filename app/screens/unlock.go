package screens

import (
	"context"
	"errors"
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"

	"leeward/app/device"
	"leeward/app/typeset"
	"leeward/assets"
	"leeward/internal/screening"
	"leeward/internal/vault"
)

// unlock asks for the passphrase, and where a limit of tries is set, first for the sign of who has it: all signs are
// there, whether or not anybody has them. why says what happened, or is empty.
func (s *Screens) unlock(why string) view {
	note := s.notice()
	note.Set(why, s.words.Lang())
	var try func()
	mine := s.proof("unlock.passphrase.label", func() { try() })
	passphrase := mine.passphrase
	button := s.button("unlock.open.button", typeset.Primary, func() { try() })
	place, lines, focus := vault.Anyone, []fyne.CanvasObject{s.heading("unlock.locked.title")}, fyne.Focusable(passphrase)
	limit, err := s.Device.Limit(context.Background())
	if err == nil && limit > 0 {
		choice, first := s.signChoice(func(chosen int) {
			place = chosen
			s.Window.Canvas().Focus(passphrase)
		})
		lines = append(lines, s.quiet("unlock.sign.label"), choice, s.quiet("unlock.limit.text", "N", limit))
		focus = first
	}
	try = func() {
		shown := mine.secret()
		if len(shown.Passphrase) == 0 || button.Disabled() {
			return
		}
		if limit > 0 && place == vault.Anyone {
			s.tell(note, s.say("unlock.sign.hint"))
			return
		}
		note.Color = theme.ColorNameForeground
		s.tell(note, s.say("unlock.working.text"))
		s.work(func(ctx context.Context) error { return s.Device.UnlockAt(ctx, place, shown) }, func(err error) {
			switch {
			case err == nil:
				mine.forget()
				s.opened()
				return
			case errors.Is(err, device.ErrWiped): // Wiped shows it
				return
			}
			passphrase.SetText("")
			s.refuse(note, button, err)
		})
	}
	body := gate(
		s.mark(), s.title("app.name.title"),
		card(append(append(lines, s.quiet(mine.label), passphrase, note, button), mine.keyFile()...)...),
		s.quiet("unlock.kept.text"), s.forgotten(),
	)
	return view{body: body, focus: focus}
}

// signChoice is a row of all signs, of which one is chosen. It returns the first too, for the keyboard.
func (s *Screens) signChoice(choose func(place int)) (row fyne.CanvasObject, first fyne.Focusable) {
	list := make([]*typeset.Button, len(signs))
	objects := make([]fyne.CanvasObject, len(signs))
	for i, key := range signs {
		list[i] = s.button(key, typeset.Quiet, func() {
			for j, b := range list {
				b.SetMarked(i == j)
			}
			choose(i)
		})
		objects[i] = list[i]
	}
	return s.row(objects...), list[0]
}

// forgotten leads to the ways over the office, where there is one: back in, or only out of here.
func (s *Screens) forgotten() fyne.CanvasObject {
	if !s.Device.Recoverable() {
		return s.row()
	}
	return s.row(s.button("recover.device.button", typeset.Quiet, func() { s.show(s.recover()) }),
		s.button("handin.device.button", typeset.Quiet, func() { s.show(s.handIn()) }))
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
		s.tell(note, s.passphraseTrouble(err))
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
	dropped, owed := s.dropped, s.owed
	s.resume, s.dropped, s.owed = nil, false, false
	if waited == nil && back == nil {
		s.caret = nil
	}
	switch {
	case waited != nil:
		s.talking = waited
		waited.present()
	case back != nil:
		s.goOn(back.id)
	case dropped && owed:
		s.show(s.debrief(s.say("stop.erased.text")))
	case dropped:
		s.show(s.home(s.say("stop.erased.text")))
	default:
		s.arrive()
	}
}

// arrive shows home, or to somebody who is new on this device first what they promise.
func (s *Screens) arrive() {
	if day, due := s.promised(""); due && day.IsZero() {
		s.show(s.promise())
		return
	}
	s.show(s.home(""))
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
