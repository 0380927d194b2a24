package typeset

import (
	"slices"
	"unicode"

	"leeward/internal/shaping"
)

// maxUndo bounds how many steps a field takes back.
const maxUndo = 100

// editor is the text of a field with its caret, what is selected, and what can be taken back. It knows runes
// only; where they stand on the screen is the layout's.
type editor struct {
	text   []rune
	caret  shaping.Caret
	anchor int  // where the selection began; at the caret, nothing is selected
	secret bool // nothing is kept that was taken out

	past, future []step
	typing       bool // the last change was typing, which the next letter goes on with
}

// step is a state to go back to.
type step struct {
	text  []rune
	caret shaping.Caret
}

// selection returns the range that is selected; empty at the caret where nothing is.
func (e *editor) selection() (from, to int) {
	return min(e.anchor, e.caret.Pos), max(e.anchor, e.caret.Pos)
}

func (e *editor) selected() string {
	from, to := e.selection()
	return string(e.text[from:to])
}

// move puts the caret somewhere; selecting keeps the anchor.
func (e *editor) move(to shaping.Caret, selecting bool) {
	e.caret, e.typing = to, false
	if !selecting {
		e.anchor = to.Pos
	}
}

func (e *editor) selectRange(from, to int) {
	e.anchor, e.caret, e.typing = from, shaping.Caret{Pos: to, After: to > from}, false
}

// replace puts runes in the place of a range, with the caret after them. Typing is joined into one step.
func (e *editor) replace(from, to int, with []rune, typing bool) {
	if from == to && len(with) == 0 {
		return
	}
	if !e.secret && !(typing && e.typing && !e.wordBegins(from, with)) {
		e.past = append(e.past, e.now())
		if len(e.past) > maxUndo {
			e.past = slices.Delete(e.past, 0, 1)
		}
	}
	e.future = nil
	e.text = slices.Concat(e.text[:from], with, e.text[to:])
	e.move(shaping.Caret{Pos: from + len(with), After: len(with) > 0 || from == len(e.text)}, false)
	e.typing = typing
}

// wordBegins reports whether what is typed begins a word after a space: a step that can be taken back.
func (e *editor) wordBegins(at int, with []rune) bool {
	return at > 0 && unicode.IsSpace(e.text[at-1]) && !unicode.IsSpace(with[0])
}

// insert puts runes in the place of what is selected.
func (e *editor) insert(with []rune, typing bool) {
	from, to := e.selection()
	e.replace(from, to, with, typing && from == to)
}

// backspace takes out what is selected, else the rune before the caret: of a letter with marks the last mark,
// so that a wrong one can be corrected.
func (e *editor) backspace() {
	from, to := e.selection()
	if from == to && from > 0 {
		from--
	}
	e.replace(from, to, nil, false)
}

// erase takes out what is selected, else the whole letter after the caret.
func (e *editor) erase() {
	from, to := e.selection()
	if from == to {
		for _, stop := range shaping.Stops(e.text) {
			if to = stop; stop > from {
				break
			}
		}
	}
	e.replace(from, max(from, to), nil, false)
}

// eraseTo takes out what is selected, else what stands between the caret and a place.
func (e *editor) eraseTo(pos int) {
	from, to := e.selection()
	if from == to {
		from, to = min(from, pos), max(from, pos)
	}
	e.replace(from, to, nil, false)
}

func (e *editor) now() step { return step{e.text, e.caret} }

// undo and redo report whether there was a step to go.
func (e *editor) undo() bool { return e.back(&e.past, &e.future) }
func (e *editor) redo() bool { return e.back(&e.future, &e.past) }

func (e *editor) back(from, to *[]step) bool {
	n := len(*from)
	if n == 0 {
		return false
	}
	*to = append(*to, e.now())
	last := (*from)[n-1]
	*from = (*from)[:n-1]
	e.text = last.text
	e.move(last.caret, false)
	return true
}

// set replaces everything; there is no way back.
func (e *editor) set(text string) {
	e.text, e.past, e.future = []rune(text), nil, nil
	e.move(shaping.Caret{Pos: len(e.text), After: len(e.text) > 0}, false)
}
