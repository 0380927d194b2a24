package screens

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
)

// undertakingHolds is for how long a promise of confidentiality is good (REQ-14: renewed yearly).
const undertakingHolds = 365 * 24 * time.Hour

// promised says when confidentiality was promised last: by an interpreter, or where the code is empty by whoever
// unlocked the device. due is whether it has to be promised anew.
func (s *Screens) promised(interpreter string) (day time.Time, due bool) {
	day, err := s.Device.Undertaking(context.Background(), interpreter)
	return day, err == nil && time.Since(day) > undertakingHolds
}

// promise asks whoever is new on this device, or promised long ago, to keep things private. Nobody is kept from helping
// by it: later is as easy.
func (s *Screens) promise() view {
	home := func() { s.show(s.home("")) }
	return s.ask("undertaking.mine.title", []fyne.CanvasObject{s.text("undertaking.mine.text"), s.quiet("undertaking.paper.text")},
		way{"undertaking.give.button", typeset.Primary, func() {
			if err := s.Device.Undertake(context.Background(), ""); err != nil {
				s.show(s.home(s.trouble(err)))
				return
			}
			home()
		}},
		way{"gate.later.button", typeset.Quiet, home},
	)
}

// promiseButton leads home to a promise that is due; nil where none is.
func (s *Screens) promiseButton() fyne.CanvasObject {
	if _, due := s.promised(""); !due || s.Device.Practice() {
		return nil
	}
	return s.button("undertaking.due.button", typeset.Quiet, func() { s.show(s.promise()) })
}

// promiseOf says under the field for an interpreter's code when that interpreter promised confidentiality, and notes a
// promise that is given now. It follows what is typed.
func (s *Screens) promiseOf(code *typeset.Entry) fyne.CanvasObject {
	line := s.label("")
	line.Color = typeset.ColorMuted
	var say func()
	who := func() string { return strings.TrimSpace(code.Text) }
	given := s.button("undertaking.interpreter.button", typeset.Quiet, func() {
		if err := s.Device.Undertake(context.Background(), who()); err != nil {
			s.tell(line, s.trouble(err))
			return
		}
		say()
	})
	say = func() {
		day, due := s.promised(who())
		given.Hide()
		switch {
		case who() == "" || day.IsZero() && !due: // nobody, or what cannot be read
			line.Set("", s.words.Lang())
		case due:
			line.Set(s.say("undertaking.interpreter_due.text"), s.words.Lang())
			given.Show()
		default:
			line.Set(s.say("undertaking.interpreter.text", "When", day.Format(time.DateOnly)), s.words.Lang())
		}
		if c := s.Window.Content(); c != nil {
			c.Refresh()
		}
	}
	code.OnChanged = func(string) {
		s.touch()
		say()
	}
	say()
	return column(8, line, s.row(given))
}
