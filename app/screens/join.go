package screens

import (
	"context"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
)

// join asks the office of a code to admit this device. Where people there compare words first, the words take the place
// of the screen until they have, or somebody stops it; refused is told what the office said at once.
func (s *Screens) join(code string, refused func(error)) {
	if s.working {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	shown := ""
	s.comparing = func(words string) {
		if words != shown {
			shown = words
			s.show(s.compare(words, stop))
		}
	}
	s.work(func(context.Context) error { return s.Device.Enrol(ctx, code) }, func(err error) {
		stopped := ctx.Err() != nil
		stop()
		s.comparing = nil
		switch {
		case !s.open: // locked meanwhile
		case err == nil:
			s.learnOffice()
			s.show(s.settings(""))
		case shown == "":
			refused(err)
		case stopped:
			s.show(s.settings(""))
		default:
			s.show(s.settings(s.trouble(err)))
		}
	})
}

// compare shows the words that the office shows too, if nobody stands in between.
func (s *Screens) compare(words string, stop func()) view {
	said := typeset.NewLabel(words, "en") // the list is English, so that the office reads the same
	said.Step, said.Bold = typeset.Large, true
	return s.form("settings.compare.title", stop, nil, []fyne.CanvasObject{s.text("settings.compare.text")}, card(said), s.quiet("settings.compare.wait"))
}

// Compare is to be called, from any goroutine, with the words that people at the office compare before they admit this
// device.
func (s *Screens) Compare(words string) {
	fyne.Do(func() {
		if s.open && s.comparing != nil {
			s.comparing(words)
		}
	})
}
