package screens

import (
	"context"
	"errors"
	"math"
	"time"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
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
	body := page(
		s.title("app.name.title"), s.heading("unlock.locked.title"),
		s.quiet("unlock.passphrase.label"), passphrase, note, button, s.quiet("unlock.kept.text"),
	)
	return view{body: body, focus: fyne.Focusable(passphrase)}
}

// refuse says why the vault stayed closed, and keeps the button shut as long as no try is allowed.
func (s *Screens) refuse(note *typeset.Label, button *typeset.Button, err error) {
	var wait *vault.WaitError
	if !errors.As(err, &wait) {
		s.tell(note, s.trouble(err))
		return
	}
	button.Disable()
	s.countDown(note, button, time.Now().Add(wait.Left))
}

// countDown shows the seconds that are left. It ends by itself when the screen has changed.
func (s *Screens) countDown(note *typeset.Label, button *typeset.Button, until time.Time) {
	left := int(math.Ceil(time.Until(until).Seconds()))
	if left <= 0 {
		button.Enable()
		s.tell(note, "")
		return
	}
	s.tell(note, s.say("unlock.wait.text", "Count", left))
	time.AfterFunc(time.Second, func() {
		fyne.Do(func() {
			if !s.open {
				s.countDown(note, button, until)
			}
		})
	})
}

// opened shows where the screener was before the lock, or home.
func (s *Screens) opened() {
	s.open = true
	back := s.resume
	s.resume = nil
	if back == nil {
		s.show(s.home(""))
		return
	}
	s.goOn(back.id)
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
