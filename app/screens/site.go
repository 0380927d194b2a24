package screens

import (
	"context"
	"errors"
	"time"

	"fyne.io/fyne/v2"

	"leeward/app/device"
	"leeward/app/typeset"
)

// shiftLength is for how long somebody who read the note about the place knows it.
const shiftLength = 12 * time.Hour

// newTalk leads to an interview: over the note about the dangers of this place, where whoever unlocked the device has
// not read it in this shift (REQ-03). Urgent needs wait for no note, and an invented person is in no danger.
func (s *Screens) newTalk() {
	site, err := s.Device.Site(context.Background())
	if err != nil || site.Note == "" || s.Device.Practice() || time.Since(site.Read) < shiftLength {
		s.show(s.prepare())
		return
	}
	s.show(s.siteNote(site))
}

// siteNote shows the note, to be read.
func (s *Screens) siteNote(site device.Site) view {
	note := s.label("")
	note.Set(site.Note, "") // in whatever language the team wrote it
	when := s.quiet("site.when.text", "When", site.Written.Local().Format(time.DateOnly))
	return s.ask("site.note.title", []fyne.CanvasObject{s.text("site.read.text"), card(note, when)},
		way{"app.read.button", typeset.Primary, func() {
			if err := s.Device.ReadSite(context.Background()); err != nil {
				s.show(s.home(s.trouble(err)))
				return
			}
			s.show(s.prepare())
		}},
		way{"site.write.button", typeset.Quiet, func() { s.show(s.siteForm(s.newTalk)) }},
		way{"app.back.button", typeset.Quiet, func() { s.show(s.home("")) }},
	)
}

// sitePart says in the settings whether a note is there, and leads to it.
func (s *Screens) sitePart() []fyne.CanvasObject {
	part := []fyne.CanvasObject{s.heading("site.note.title")}
	site, err := s.Device.Site(context.Background())
	switch {
	case err != nil:
		part = append(part, s.label(s.trouble(err)))
	case site.Note == "":
		part = append(part, s.text("site.none.text"))
	default:
		note := s.label("")
		note.Set(site.Note, "")
		part = append(part, note, s.quiet("site.when.text", "When", site.Written.Local().Format(time.DateOnly)))
	}
	return append(part, s.row(s.button("site.write.button", typeset.Quiet, func() {
		s.show(s.siteForm(func() { s.show(s.settings("")) }))
	})))
}

// siteForm takes the note down; on leads on from it.
func (s *Screens) siteForm(on func()) view {
	site, err := s.Device.Site(context.Background())
	note := s.notice()
	note.Set(s.trouble(err), s.words.Lang())
	typed := typeset.NewMultiLineEntry(5)
	typed.SetText(site.Note)
	typed.OnChanged = func(string) { s.touch() }
	keep := s.button("settings.save.button", typeset.Primary, func() {
		switch err := s.Device.WriteSite(context.Background(), typed.Text); {
		case errors.Is(err, device.ErrSite):
			s.tell(note, s.say("site.long.text"))
		case err != nil:
			s.tell(note, s.trouble(err))
		default:
			on()
		}
	})
	return s.form("site.note.title", on, typed, []fyne.CanvasObject{s.text("site.think.text"), s.quiet("site.people.text")},
		card(typed, note, s.row(keep)))
}
