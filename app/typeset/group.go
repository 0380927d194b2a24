package typeset

import (
	"slices"

	"fyne.io/fyne/v2"
)

// Group is the rows among which the arrow keys move. Moving does not choose: an answer is never given by
// passing over it.
type Group struct {
	rows []*Choice
}

// NewGroup joins rows in the order in which they stand.
func NewGroup(rows ...*Choice) *Group {
	g := &Group{rows: rows}
	for _, row := range rows {
		row.group = g
	}
	return g
}

// move gives the keyboard to the row that a key leads to from here, and reports whether it was a key that
// moves. It stops at both ends.
func (g *Group) move(from *Choice, key fyne.KeyName) bool {
	at := slices.Index(g.rows, from)
	switch key {
	case fyne.KeyDown:
		at++
	case fyne.KeyUp:
		at--
	case fyne.KeyHome:
		at = 0
	case fyne.KeyEnd:
		at = len(g.rows) - 1
	default:
		return false
	}
	if at >= 0 && at < len(g.rows) && g.rows[at] != from {
		focus(g.rows[at])
	}
	return true
}
