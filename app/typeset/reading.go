package typeset

import "fyne.io/fyne/v2"

// NewReading makes a text that may be selected and copied, by mouse, finger and keyboard, and cannot be changed.
// It looks and runs as a [Label] does; unlike a label it takes the keyboard, so use it where somebody copies.
func NewReading(text, lang string, step fyne.ThemeSizeName, bold bool) *Entry {
	e := NewMultiLineEntry(1)
	e.ReadOnly, e.plain, e.look = true, true, look{step: step, bold: bold}
	e.SetLang(lang)
	e.SetText(text)
	return e
}
