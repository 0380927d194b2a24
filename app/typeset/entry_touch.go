package typeset

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"leeward/internal/shaping"
)

// clicks counts clicks that follow each other in one place: two select a word, three everything.
type clicks struct {
	n    int
	at   fyne.Position
	when time.Time
}

const clickSlop = 4 // units

func (c *clicks) count(at fyne.Position, now time.Time) int {
	near := at.X-c.at.X < clickSlop && c.at.X-at.X < clickSlop && at.Y-c.at.Y < clickSlop && c.at.Y-at.Y < clickSlop
	if !near || now.Sub(c.when) > fyne.CurrentApp().Driver().DoubleTapDelay() {
		c.n = 0
	}
	c.n, c.at, c.when = c.n+1, at, now
	return c.n
}

// under returns the caret nearest to a point of the field.
func (e *Entry) under(at fyne.Position) shaping.Caret {
	origin := e.origin()
	return e.lay().At(at.X-origin.X, at.Y-origin.Y, e.box())
}

// request gives the field the keyboard, on a phone too.
func (e *Entry) request() {
	if c := fyne.CurrentApp().Driver().CanvasForObject(e); c != nil && !e.Disabled() && !e.focused {
		c.Focus(e)
	}
}

// MouseDown puts the caret under the pointer, or selects up to it while Shift is held; clicked again it selects
// the word, then everything.
func (e *Entry) MouseDown(m *desktop.MouseEvent) {
	e.request()
	if m.Button == desktop.MouseButtonSecondary {
		return
	}
	switch caret := e.under(m.Position); e.clicks.count(m.Position, e.now()) {
	case 1:
		e.to(caret, m.Modifier&fyne.KeyModifierShift != 0)
	case 2:
		e.selectWord(caret.Pos)
	default:
		e.selectAll()
	}
}

// MouseUp is Fyne's.
func (e *Entry) MouseUp(*desktop.MouseEvent) {}

// Dragged selects from where the drag began. A finger selects only in the field that has the keyboard.
func (e *Entry) Dragged(d *fyne.DragEvent) {
	if e.focused {
		e.to(e.under(d.Position), true)
	}
}

// DragEnd is Fyne's.
func (e *Entry) DragEnd() {}

// Tapped gives the field the keyboard; a finger puts the caret, too. (The mouse has done so when it went down.)
func (e *Entry) Tapped(at *fyne.PointEvent) {
	Touched(e)
	e.request()
	if fyne.CurrentDevice().IsMobile() {
		e.to(e.under(at.Position), false)
	}
}

// TappedSecondary offers what can be done with the clipboard. Where nothing is selected, as after a long touch,
// it selects the word; held again, everything.
func (e *Entry) TappedSecondary(at *fyne.PointEvent) {
	Touched(e)
	e.request()
	caret := e.under(at.Position)
	from, to := e.edit.selection()
	switch {
	case from == to:
		e.selectWord(caret.Pos)
	case from <= caret.Pos && caret.Pos <= to && fyne.CurrentDevice().IsMobile():
		e.selectAll()
	}
	e.offer(at.AbsolutePosition)
}

func (e *Entry) selectWord(pos int) {
	from, to := 0, len(e.edit.text)
	if !e.Password {
		from, to = shaping.Word(e.edit.text, pos)
	}
	e.edit.selectRange(from, to)
	e.Refresh()
}

// offer shows cut, copy and paste as signs: they are the same in every language.
func (e *Entry) offer(at fyne.Position) {
	c := fyne.CurrentApp().Driver().CanvasForObject(e)
	if c == nil || e.Disabled() {
		return
	}
	row := container.NewHBox()
	popUp := widget.NewPopUp(row, c)
	add := func(icon fyne.Resource, do func()) {
		row.Add(container.NewGridWrap(fyne.NewSquareSize(Target), widget.NewButtonWithIcon("", icon, func() {
			popUp.Hide()
			do()
			e.request()
		})))
	}
	if !e.ReadOnly && !e.Password {
		add(theme.ContentCutIcon(), e.cut)
	}
	if !e.Password {
		add(theme.ContentCopyIcon(), e.copy)
	}
	if !e.ReadOnly {
		add(theme.ContentPasteIcon(), e.paste)
	}
	if len(row.Objects) == 0 {
		return
	}
	popUp.ShowAtPosition(at)
}
