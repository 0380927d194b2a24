package screens

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"leeward/app/typeset"
	"leeward/internal/screening"
)

// cover hides at once what is on the screen behind a leaflet about health, because somebody came in. In a
// talk one tap leads back to the questions of privacy, then to where it was; outside of one the device is
// locked beneath the leaflet.
func (s *Screens) cover() {
	t, lang := s.talking, s.words.Lang()
	lift := s.begin
	switch {
	case t != nil:
		t.flush()
		if t.session.Over() {
			return
		}
		lang = s.Catalogue.For(string(t.session.Setting().Language)).Lang()
		if err := t.session.Pause(context.Background()); err != nil { // covering does not wait for the disk
			s.Log.Error("cover", "code", screening.CodeOf(err))
		}
		lift = t.present
	case s.open:
		s.lock("")
	}
	s.leaflet(lang, lift)
	if s.open { // who comes in may stay: then the way back is the passphrase
		s.idle.Reset(min(coverFor, s.lockAfter()))
	}
}

// coverFor is how long the leaflet alone covers a talk before the device is locked beneath it.
const coverFor = time.Minute

// hide locks the device at once, from anywhere. What is seen then is the lock screen, or a leaflet about health
// with the lock beneath it; the way back is the passphrase.
func (s *Screens) hide() {
	if s.hidesBehindLeaflet() {
		lang := s.words.Lang()
		if s.talking != nil {
			lang = s.Catalogue.For(string(s.talking.session.Setting().Language)).Lang()
		}
		s.leaflet(lang, s.begin)
	}
	s.lock("")
}

// leaflet shows what anybody may see, in a language, until a tap or a key lifts it.
func (s *Screens) leaflet(lang string, lift func()) {
	words := s.Catalogue.For(lang)
	title := typeset.NewLabel(words.Say("cover.health.title"), words.Lang())
	title.Step, title.Bold = typeset.Title, true
	lines := []fyne.CanvasObject{title}
	for _, key := range []string{"cover.health.line1", "cover.health.line2", "cover.health.line3", "cover.health.line4"} {
		l := typeset.NewLabel(words.Say(key), words.Lang())
		l.Step = typeset.Large
		lines = append(lines, l)
	}
	v := newVeil(column(18, lines...), lift)
	s.show(view{body: v, focus: v, bare: true})
	s.covered, s.leafletLang = true, lang
}

// veil covers the window. It looks like nothing that can be pressed.
type veil struct {
	widget.BaseWidget
	words fyne.CanvasObject
	lift  func()
}

func newVeil(words fyne.CanvasObject, lift func()) *veil {
	v := &veil{words: words, lift: lift}
	v.ExtendBaseWidget(v)
	return v
}

// Tapped lifts the veil.
func (v *veil) Tapped(*fyne.PointEvent) { v.lift() }

// FocusGained is Fyne's.
func (v *veil) FocusGained() {}

// FocusLost is Fyne's.
func (v *veil) FocusLost() {}

// TypedRune lets nothing happen by a hand that wipes over the keyboard.
func (v *veil) TypedRune(rune) {}

// TypedKey lifts the veil with the keys that go on and back.
func (v *veil) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeyEscape, fyne.KeyF8:
		v.lift()
	default:
		typeset.PassKey(v, key)
	}
}

// CreateRenderer is Fyne's.
func (v *veil) CreateRenderer() fyne.WidgetRenderer {
	back := canvas.NewRectangle(theme.Color(theme.ColorNameBackground))
	sheet := container.New(&narrow{width: 640, inset: 28, middle: true}, v.words)
	return widget.NewSimpleRenderer(container.NewStack(back, sheet))
}
