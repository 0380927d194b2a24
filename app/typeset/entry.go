package typeset

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/driver/mobile"
	"fyne.io/fyne/v2/widget"
)

// Entry is a field to type into. It is Fyne's own, which writes every script of the house without boxes
// but puts Arabic next to digits or Latin in the wrong order while typing; what was typed is stored as it
// was typed and shown right by [Label]. It differs in what it leaves to the screen: Tab always moves on,
// and keys that mean nothing here reach the canvas.
type Entry struct {
	widget.Entry
	// Accept, where set, refuses runes as they are typed; pasted text does not pass it.
	Accept func(rune) bool
	// Mobile is the keyboard that a phone shows.
	Mobile mobile.KeyboardType
}

// NewEntry makes a field of one line.
func NewEntry() *Entry {
	e := &Entry{Mobile: mobile.SingleLineKeyboard}
	e.ExtendBaseWidget(e)
	return e
}

// NewMultiLineEntry makes a field that wraps, with room for so many lines.
func NewMultiLineEntry(lines int) *Entry {
	e := &Entry{Mobile: mobile.DefaultKeyboard}
	e.MultiLine, e.Wrapping = true, fyne.TextWrapWord
	e.ExtendBaseWidget(e)
	e.SetMinRowsVisible(lines)
	return e
}

// MinSize is never lower than what a finger needs.
func (e *Entry) MinSize() fyne.Size {
	e.ExtendBaseWidget(e)
	return e.Entry.MinSize().Max(fyne.NewSize(Target, Target))
}

// AcceptsTab lets Tab move on from fields of several lines, too: nobody is caught in a field.
func (e *Entry) AcceptsTab() bool { return false }

// Keyboard is Fyne's.
func (e *Entry) Keyboard() mobile.KeyboardType { return e.Mobile }

// TypedRune types a rune that the field accepts.
func (e *Entry) TypedRune(r rune) {
	Touched(e)
	if e.Accept == nil || e.Accept(r) {
		e.Entry.TypedRune(r)
	}
}

// TypedKey edits; what is no key of editing goes to the canvas.
func (e *Entry) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyEscape, fyne.KeyPageUp, fyne.KeyPageDown, fyne.KeyF1, fyne.KeyF2, fyne.KeyF3, fyne.KeyF4, fyne.KeyF5, fyne.KeyF6, fyne.KeyF7, fyne.KeyF8,
		fyne.KeyF9, fyne.KeyF10, fyne.KeyF11, fyne.KeyF12:
		PassKey(e, key)
	default:
		Touched(e)
		e.Entry.TypedKey(key)
	}
}

// FocusGained is Fyne's.
func (e *Entry) FocusGained() {
	e.Entry.FocusGained()
	focused(e)
}

// Tapped gives the field the keyboard.
func (e *Entry) Tapped(at *fyne.PointEvent) {
	Touched(e)
	e.Entry.Tapped(at)
}

// TypedShortcut edits; combinations that are not for moving in a text go to the canvas.
func (e *Entry) TypedShortcut(s fyne.Shortcut) {
	if custom, ok := s.(*desktop.CustomShortcut); ok {
		switch custom.KeyName {
		case fyne.KeyLeft, fyne.KeyRight, fyne.KeyUp, fyne.KeyDown, fyne.KeyHome, fyne.KeyEnd, fyne.KeyBackspace, fyne.KeyDelete:
		default:
			if c, ok := fyne.CurrentApp().Driver().CanvasForObject(e).(fyne.Shortcutable); ok {
				c.TypedShortcut(s)
			}
			return
		}
	}
	e.Entry.TypedShortcut(s)
}
