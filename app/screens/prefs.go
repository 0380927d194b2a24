package screens

import (
	"time"

	"leeward/app/typeset"
)

// Preferences are about the device, never about a person; they stand in Fyne's own file in clear.
const (
	prefLanguage = "language"
	prefTextSize = "text_size"
	prefLock     = "lock_minutes"
	prefScreener = "screener_language"
)

// defaultLockMinutes is how long a device may lie open untouched.
const defaultLockMinutes = 3

var (
	textSizes = []float64{1, 1.4, 2, 3}
	lockTimes = []int{1, 3, 5, 10}
)

// lockAfter is what somebody chose, and never more than the office allows.
func (s *Screens) lockAfter() time.Duration {
	minutes := s.App.Preferences().IntWithFallback(prefLock, defaultLockMinutes)
	if most := s.rules.LockMinutes; most > 0 {
		minutes = min(minutes, most)
	}
	return time.Duration(minutes) * time.Minute
}

func (s *Screens) textSize() float64 { return s.App.Preferences().FloatWithFallback(prefTextSize, 1) }

func (s *Screens) useTextSize() {
	s.App.Settings().SetTheme(typeset.NewTheme(s.mode(), float32(s.textSize())))
}

func (s *Screens) useLanguage(tag string) { s.words = s.Catalogue.For(tag) }
