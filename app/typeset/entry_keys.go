package typeset

import (
	"math"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"leeward/internal/shaping"
)

// KeyDown learns that Shift is held.
func (e *Entry) KeyDown(key *fyne.KeyEvent) {
	if key.Name == desktop.KeyShiftLeft || key.Name == desktop.KeyShiftRight {
		e.shift = true
	}
}

// KeyUp learns that Shift is let go.
func (e *Entry) KeyUp(key *fyne.KeyEvent) {
	if key.Name == desktop.KeyShiftLeft || key.Name == desktop.KeyShiftRight {
		e.shift = false
	}
}

// TypedKey edits and moves; what is no key of editing goes to the window.
func (e *Entry) TypedKey(key *fyne.KeyEvent) {
	if !e.edits(key.Name) && !e.moves(key.Name, e.shift) {
		PassKey(e, key)
		return
	}
	Touched(e)
}

// edits follows the keys that change the text.
func (e *Entry) edits(key fyne.KeyName) bool {
	switch key {
	case fyne.KeyBackspace:
		e.change(e.edit.backspace)
	case fyne.KeyDelete:
		e.change(e.edit.erase)
	case fyne.KeyReturn, fyne.KeyEnter:
		switch {
		case e.MultiLine:
			e.put([]rune{'\n'}, false)
		case e.OnSubmitted != nil:
			e.OnSubmitted(e.Text)
		default:
			return false
		}
	default:
		return false
	}
	return true
}

// moves follows the keys that move the caret.
func (e *Entry) moves(key fyne.KeyName, selecting bool) bool {
	l, caret := e.lay(), e.edit.caret
	from, to := e.edit.selection()
	start, end := l.Ends(caret)
	switch key {
	case fyne.KeyLeft, fyne.KeyRight:
		right := key == fyne.KeyRight
		if from < to && !selecting { // to the end of what is selected, as it is seen
			caret = shaping.Caret{Pos: from}
			if right != l.RTLAt(caret) {
				caret = shaping.Caret{Pos: to, After: true}
			}
			e.to(caret, false)
			return true
		}
		e.to(l.Step(caret, right), selecting)
	case fyne.KeyUp, fyne.KeyDown:
		return e.vertical(key == fyne.KeyDown, selecting)
	case fyne.KeyHome:
		e.to(start, selecting)
	case fyne.KeyEnd:
		e.to(end, selecting)
	default:
		return false
	}
	return true
}

// vertical moves by one line and keeps to the column in which such moving began. In a field of one line it
// does nothing.
func (e *Entry) vertical(down, selecting bool) bool {
	l := e.lay()
	if len(l.Lines) == 1 {
		return false
	}
	x, line := l.Caret(e.edit.caret, e.box())
	if !math.IsNaN(float64(e.upX)) {
		x = e.upX
	}
	switch {
	case !down && line == 0:
		e.to(shaping.Caret{}, selecting)
	case down && line == len(l.Lines)-1:
		e.to(e.last(), selecting)
	case down:
		e.to(l.Vertical(e.edit.caret, x, 1, e.box()), selecting)
	default:
		e.to(l.Vertical(e.edit.caret, x, -1, e.box()), selecting)
	}
	e.upX = x
	return true
}

// last is the caret after the text.
func (e *Entry) last() shaping.Caret {
	return shaping.Caret{Pos: len(e.edit.text), After: len(e.edit.text) > 0}
}

// to moves the caret and shows it.
func (e *Entry) to(caret shaping.Caret, selecting bool) {
	e.edit.move(caret, selecting)
	e.upX = nowhere()
	e.Refresh()
}

// TypedShortcut copies, undoes and moves by words; combinations that are not for texts go to the window.
func (e *Entry) TypedShortcut(s fyne.Shortcut) {
	Touched(e)
	switch s := s.(type) {
	case *fyne.ShortcutCopy:
		e.copy()
	case *fyne.ShortcutCut:
		e.cut()
	case *fyne.ShortcutPaste:
		e.paste()
	case *fyne.ShortcutSelectAll:
		e.selectAll()
	case *fyne.ShortcutUndo:
		e.change(func() { e.edit.undo() })
	case *fyne.ShortcutRedo:
		e.change(func() { e.edit.redo() })
	case *desktop.CustomShortcut:
		if !e.combination(s) {
			e.pass(s)
		}
	default:
		e.pass(s)
	}
}

// pass gives a combination of keys to the window.
func (e *Entry) pass(s fyne.Shortcut) {
	if c, ok := fyne.CurrentApp().Driver().CanvasForObject(e).(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
}

// combination follows keys that are held together with Control, or Alt on a Mac.
func (e *Entry) combination(s *desktop.CustomShortcut) bool {
	selecting := s.Modifier&fyne.KeyModifierShift != 0
	switch s.KeyName {
	case fyne.KeyLeft, fyne.KeyRight:
		e.to(e.word((s.KeyName == fyne.KeyRight) != e.lay().RTLAt(e.edit.caret)), selecting)
	case fyne.KeyHome, fyne.KeyUp:
		e.to(shaping.Caret{}, selecting)
	case fyne.KeyEnd, fyne.KeyDown:
		e.to(e.last(), selecting)
	case fyne.KeyBackspace:
		e.change(func() { e.edit.eraseTo(e.word(false).Pos) })
	case fyne.KeyDelete:
		e.change(func() { e.edit.eraseTo(e.word(true).Pos) })
	case fyne.KeyZ:
		if !selecting {
			return false
		}
		e.change(func() { e.edit.redo() })
	default:
		return false
	}
	return true
}

// word returns the caret at the end of the next word, or at the beginning of the one before, in the order of
// reading. A password is one word: where its words end is part of the secret.
func (e *Entry) word(forward bool) shaping.Caret {
	pos := e.edit.caret.Pos
	switch {
	case e.Password && forward:
		pos = len(e.edit.text)
	case e.Password:
		pos = 0
	case forward:
		pos = shaping.WordEnd(e.edit.text, pos)
	default:
		pos = shaping.WordStart(e.edit.text, pos)
	}
	return shaping.Caret{Pos: pos, After: forward && pos > 0}
}

func (e *Entry) selectAll() {
	e.edit.selectRange(0, len(e.edit.text))
	e.Refresh()
}

// copy puts what is selected into the clipboard; never a password.
func (e *Entry) copy() {
	if text := e.SelectedText(); text != "" {
		fyne.CurrentApp().Clipboard().SetContent(text)
	}
}

func (e *Entry) cut() {
	if e.Password || e.ReadOnly || e.Disabled() {
		return
	}
	e.copy()
	if from, to := e.edit.selection(); from < to {
		e.change(func() { e.edit.replace(from, to, nil, false) })
	}
}

// paste puts what is in the clipboard in the place of what is selected: in a field of one line with spaces for
// new lines, and everywhere without signs of control.
func (e *Entry) paste() {
	text := strings.ReplaceAll(fyne.CurrentApp().Clipboard().Content(), "\r\n", "\n")
	e.put([]rune(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && e.MultiLine:
			return r
		case unicode.IsSpace(r) && unicode.IsControl(r):
			return ' '
		case unicode.IsControl(r) || r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, text)), false)
}
