package screens

import (
	"fyne.io/fyne/v2"

	"leeward/app/typeset"
	"leeward/schema"
)

// caret is where somebody was typing: in which field of which question, and behind how many runes. It tells nothing
// of the text, and waits in memory while the device is locked.
type caret struct {
	path  schema.Path
	field int
	runes int
}

// caret returns where the keyboard is in the text fields of the page, or nil.
func (t *talk) caret() *caret {
	typing, ok := t.Window.Canvas().Focused().(*typeset.Entry)
	if !ok {
		return nil
	}
	for _, a := range t.asked {
		if a.block == nil {
			continue
		}
		for i, e := range entries(a.block.Object()) {
			if e == typing {
				return &caret{path: a.path, field: i, runes: e.CaretAt()}
			}
		}
	}
	return nil
}

// typeOn puts the caret back where it was before the lock, if that question is on the page.
func (t *talk) typeOn() {
	at := t.Screens.caret
	t.Screens.caret = nil
	if at == nil {
		return
	}
	for _, a := range t.asked {
		if a.path != at.path || a.block == nil {
			continue
		}
		if fields := entries(a.block.Object()); at.field < len(fields) {
			t.Window.Canvas().Focus(fields[at.field])
			fields[at.field].SetCaret(at.runes)
		}
	}
}

// entries are the text fields within something, in the order in which they stand.
func entries(root fyne.CanvasObject) (all []*typeset.Entry) {
	find(root, func(o fyne.CanvasObject) bool {
		if e, ok := o.(*typeset.Entry); ok {
			all = append(all, e)
		}
		return false
	})
	return all
}
