package screens

import (
	"fyne.io/fyne/v2"

	"leeward/app/typeset"
)

// impact says what is kept, where, for how long, who can see it, and what can go wrong (REQ-48): before the first
// passphrase is made, and whenever somebody wants to know. It is the device's share of the assessment that the office
// writes for its place. button leads on.
func (s *Screens) impact(button string, on func()) view {
	var lines []fyne.CanvasObject
	for _, part := range []string{"what", "never", "where", "who", "long", "risk", "office"} {
		lines = append(lines, card(s.heading("impact."+part+".title"), s.text("impact."+part+".text")))
	}
	return s.ask("impact.list.title", lines, way{button, typeset.Primary, on})
}
