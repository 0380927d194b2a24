package screens

import (
	"context"

	"fyne.io/fyne/v2"

	"leeward/app/device"
)

// wipe names what would be lost and what stays, and asks for the passphrase.
func (s *Screens) wipe() view {
	lines := []fyne.CanvasObject{s.text("wipe.device.text")}
	loss, err := s.Device.Loss(context.Background())
	switch {
	case err != nil:
		lines = append(lines, s.label(s.trouble(err)))
	case loss == (device.Loss{}):
		lines = append(lines, s.text("wipe.nothing.text"))
	default:
		for _, l := range []struct {
			key string
			n   int
		}{{"wipe.drafts.text", loss.Drafts}, {"wipe.unsealed.text", loss.Unsealed}, {"wipe.sealed.text", loss.Sealed}, {"wipe.copied.text", loss.Copied}} {
			if l.n > 0 {
				line := s.text(l.key, "N", l.n)
				line.Bold = true
				lines = append(lines, line)
			}
		}
	}
	lines = append(lines, s.text("wipe.stays.text"), s.quiet("wipe.flash.text"))
	back := func() { s.show(s.settings("")) }
	return s.confirmed("wipe.device.title", "wipe.device.button", back, lines, s.Device.Wipe, s.gone)
}

// gone forgets everything of a device that is no more, and shows it as it is now: fresh.
func (s *Screens) gone() {
	s.idle.Stop()
	s.letGo()
	s.talking, s.resume, s.dropped = nil, nil, false
	s.open, s.office, s.me = false, device.Office{}, ""
	s.begin()
}
