package screens

import (
	"fyne.io/fyne/v2"

	"leeward/app/typeset"
)

// Preferences about how the screen looks and behaves.
const (
	prefMode     = "brightness"
	prefLeftHand = "left_hand"
	prefHide     = "hide_behind"
)

// modes in the order in which they are offered.
var modes = []struct {
	mode typeset.Mode
	key  string
}{
	{typeset.Light, "settings.mode_light.label"},
	{typeset.Dark, "settings.mode_dark.label"},
	{typeset.Sun, "settings.mode_sun.label"},
}

// mode is how bright the screen is.
func (s *Screens) mode() typeset.Mode {
	return typeset.Mode(s.App.Preferences().IntWithFallback(prefMode, int(typeset.Light)))
}

// leftHanded reports whether the way on stands where the left thumb is.
func (s *Screens) leftHanded() bool { return s.App.Preferences().BoolWithFallback(prefLeftHand, false) }

// hidesBehindLeaflet reports whether hiding shows a leaflet about health in place of the lock screen: what the office
// says goes before what somebody chose.
func (s *Screens) hidesBehindLeaflet() bool {
	if s.rules.Hide != "" {
		return s.rules.Hide == "leaflet"
	}
	return s.App.Preferences().BoolWithFallback(prefHide, false)
}

// viewChoices are brightness, hand, and what hides the screen.
func (s *Screens) viewChoices() []fyne.CanvasObject {
	lang := []string{s.words.Lang()}
	var names []string
	now := 0
	for i, m := range modes {
		names = append(names, s.say(m.key))
		if m.mode == s.mode() {
			now = i
		}
	}
	return []fyne.CanvasObject{
		s.quiet("settings.mode.label"),
		s.choices(names, lang, now, func(i int) {
			s.App.Preferences().SetInt(prefMode, int(modes[i].mode))
			s.useTextSize()
		}),
		s.quiet("settings.hand.label"),
		s.choices([]string{s.say("settings.hand_right.label"), s.say("settings.hand_left.label")}, lang, index(s.leftHanded()), func(i int) {
			s.App.Preferences().SetBool(prefLeftHand, i == 1)
		}),
		s.quiet("settings.hide.label"),
		s.choices([]string{s.say("settings.hide_lock.label"), s.say("settings.hide_leaflet.label")}, lang, index(s.hidesBehindLeaflet()), func(i int) {
			s.App.Preferences().SetBool(prefHide, i == 1)
		}),
	}
}

// index is the place of yes among no and yes.
func index(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
