package screens

import (
	"time"

	"fyne.io/fyne/v2"

	"leeward/internal/screening"
)

// tiring is after how many talks of a day home says that they wear people out (staff care, REQ-52).
const tiring = 3

// led is how many talks each screener led today. It stays in memory: a device that is seized does not tell it.
type led struct {
	day   string
	talks map[string]map[screening.InterviewID]bool // by the screener's code
}

func (l *led) of(me string) map[screening.InterviewID]bool {
	if today := time.Now().Format(time.DateOnly); l.day != today {
		l.day, l.talks = today, make(map[string]map[screening.InterviewID]bool)
	}
	if l.talks[me] == nil {
		l.talks[me] = make(map[screening.InterviewID]bool)
	}
	return l.talks[me]
}

// lead counts a talk with somebody real who agreed to it, once.
func (t *talk) lead() {
	if !t.practising() && (t.session.Kept() || t.counted()) {
		t.led.of(t.me)[t.session.ID()] = true
	}
}

// wear says to somebody who led many talks today that they need rest, and the interpreter does; nil before.
func (s *Screens) wear() fyne.CanvasObject {
	if n := len(s.led.of(s.me)); n >= tiring {
		return s.text("home.led.text", "Number", n)
	}
	return s.row()
}
