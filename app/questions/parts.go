package questions

import (
	"fyne.io/fyne/v2"

	"leeward/app/typeset"
)

// parts stands the fields of a date beside each other, and goes on under them where large letters leave no room.
type parts struct {
	seen float32 // the width last laid out for
}

const partGap = 6

// place deals the objects out to a width and returns the height that they need; without one they stand in one line.
func (p *parts) place(objects []fyne.CanvasObject, width float32, at func(o fyne.CanvasObject, pos fyne.Position)) (height float32) {
	var x, y float32
	for _, o := range objects {
		least := o.MinSize()
		if x > 0 && width > 0 && x+least.Width > width+0.5 { // sums of lengths are not exact
			x, y = 0, height+partGap
		}
		at(o, fyne.NewPos(x, y))
		x += least.Width + partGap
		height = max(height, y+least.Height)
	}
	return height
}

// Layout is Fyne's.
func (p *parts) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	p.seen = size.Width
	p.place(objects, size.Width, func(o fyne.CanvasObject, pos fyne.Position) {
		o.Resize(o.MinSize())
		o.Move(pos)
	})
}

// MinSize is as wide as the widest field, and as high as they are at the present width.
func (p *parts) MinSize(objects []fyne.CanvasObject) (least fyne.Size) {
	for _, o := range objects {
		least.Width = max(least.Width, o.MinSize().Width)
	}
	least.Height = p.place(objects, p.seen, func(fyne.CanvasObject, fyne.Position) {})
	return least
}

func newParts() *typeset.Mirror { return &typeset.Mirror{Inner: &parts{}} }
