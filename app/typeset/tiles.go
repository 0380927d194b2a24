package typeset

import "fyne.io/fyne/v2"

// tileEm is the width, in letter sizes, that a cell needs at most: longer captions wrap.
const tileEm = 10

// Tiles stands objects of equal weight in cells of one size: all in one row where they fit, else in half
// as many columns, down to one.
type Tiles struct {
	Gap float32
	RTL bool // the first stands on the right

	width float32 // the last one laid out for
}

// MinSize is one column wide, and as high as the cells are at the present width.
func (t *Tiles) MinSize(objects []fyne.CanvasObject) fyne.Size {
	width := t.width
	if width < 1 {
		width = unknownWidth
	}
	columns, cell := t.cells(objects, width)
	rows := (len(objects) + columns - 1) / columns
	var least float32
	for _, o := range objects {
		least = max(least, o.MinSize().Width)
	}
	return fyne.NewSize(least, float32(rows)*(cell.Height+t.Gap)-t.Gap)
}

// Layout fills rows from the side on which reading begins.
func (t *Tiles) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	t.width = size.Width
	columns, cell := t.cells(objects, size.Width)
	for i, o := range objects {
		column := i % columns
		if t.RTL {
			column = columns - 1 - column
		}
		o.Move(fyne.NewPos(float32(column)*(cell.Width+t.Gap), float32(i/columns)*(cell.Height+t.Gap)))
	}
}

// cells returns how many columns fit a width, and the size of a cell.
func (t *Tiles) cells(objects []fyne.CanvasObject, width float32) (columns int, cell fyne.Size) {
	var least float32
	for _, o := range objects {
		least = max(least, o.MinSize().Width)
	}
	least = min(least, tileEm*bodySize())
	for columns = max(1, len(objects)); columns > 1; columns = (columns + 1) / 2 {
		if (width+t.Gap)/float32(columns)-t.Gap >= least {
			break
		}
	}
	cell.Width = (width+t.Gap)/float32(columns) - t.Gap
	for _, o := range objects {
		fit(o, cell.Width)
		cell.Height = max(cell.Height, o.Size().Height)
	}
	for _, o := range objects { // asking for the height must not leave them unequal
		o.Resize(cell)
	}
	return columns, cell
}
