package questions

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"leeward/app/typeset"
	"leeward/schema"
	"leeward/schema/codes"
)

// MissingRow offers the four reasons why there is no answer, equal in weight, and marks the one that
// stands. Pressing that one again takes it back.
type MissingRow struct {
	buttons map[schema.Missing]*typeset.Button
	current schema.Missing
	tiles   *typeset.Tiles
	box     *fyne.Container
	changed func(schema.Missing)
}

// NewMissingRow makes the row. Changed is called when a person chooses a reason, or takes it back (empty).
func NewMissingRow(words Words, changed func(schema.Missing)) *MissingRow {
	r := &MissingRow{buttons: make(map[schema.Missing]*typeset.Button), tiles: &typeset.Tiles{Gap: 8}, changed: changed}
	r.box = container.New(r.tiles)
	for _, reason := range schema.MissingReasons() {
		b := typeset.NewButton("", "", func() { r.choose(reason) })
		r.buttons[reason] = b
		r.box.Add(b)
	}
	r.Show(words)
	return r
}

// Object is what stands on the screen.
func (r *MissingRow) Object() fyne.CanvasObject { return r.box }

// Show says the reasons in other words.
func (r *MissingRow) Show(words Words) {
	for reason, b := range r.buttons {
		b.Set(words.Say("missing."+string(reason)+".label"), words.Lang())
	}
	r.tiles.RTL = codes.RTL(words.Lang())
	r.box.Refresh()
}

// Set marks a reason, or none, without calling back.
func (r *MissingRow) Set(reason schema.Missing) {
	r.current = reason
	for of, b := range r.buttons {
		b.SetMarked(of == reason)
	}
}

// Current returns the reason that is marked, or none.
func (r *MissingRow) Current() schema.Missing { return r.current }

// SetReadOnly says whether reasons may be chosen.
func (r *MissingRow) SetReadOnly(readOnly bool) {
	for _, b := range r.buttons {
		if readOnly {
			b.Disable()
		} else {
			b.Enable()
		}
	}
}

func (r *MissingRow) choose(reason schema.Missing) {
	if reason == r.current {
		reason = ""
	}
	r.Set(reason)
	r.changed(reason)
}
