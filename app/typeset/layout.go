package typeset

import "fyne.io/fyne/v2"

// Mirror turns a layout around for languages that read from right to left.
type Mirror struct {
	Inner fyne.Layout
	RTL   bool
}

// MinSize is the inner layout's.
func (m *Mirror) MinSize(objects []fyne.CanvasObject) fyne.Size { return m.Inner.MinSize(objects) }

// Layout lays out with the inner layout, then moves every object to the other side.
func (m *Mirror) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	m.Inner.Layout(objects, size)
	if !m.RTL {
		return
	}
	for _, o := range objects {
		o.Move(fyne.NewPos(size.Width-o.Position().X-o.Size().Width, o.Position().Y))
	}
}

// Column stands objects under each other, each as wide as the column and as high as it needs to be at
// that width. (Fyne's VBox asks for the height first and sets the width afterwards.)
type Column struct {
	Gap float32 // between two objects, in Fyne's units
}

// MinSize is the widest object and the sum of the heights, at the widths that the objects have now.
func (c *Column) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		least := o.MinSize()
		if !o.Visible() || least.IsZero() {
			continue
		}
		if size.Height > 0 {
			size.Height += c.Gap
		}
		size = fyne.NewSize(max(size.Width, least.Width), size.Height+least.Height)
	}
	return size
}

// Layout places visible objects from the top; what needs no room gets no gap either.
func (c *Column) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	var y float32
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		fit(o, size.Width)
		if o.Size().Height == 0 {
			continue
		}
		if y > 0 {
			y += c.Gap
		}
		o.Move(fyne.NewPos(0, y))
		y += o.Size().Height
	}
}

// Side stands one object on the side on which a language begins to read, no wider than it needs to be.
type Side struct {
	RTL bool
}

// MinSize is the object's.
func (s *Side) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

// Layout places the object; there is only one.
func (s *Side) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	o := objects[0]
	o.Resize(o.MinSize())
	x := float32(0)
	if s.RTL {
		x = size.Width - o.Size().Width
	}
	o.Move(fyne.NewPos(x, 0))
}

// fit gives an object a width, and the height that it needs at that width.
func fit(o fyne.CanvasObject, width float32) {
	o.Resize(fyne.NewSize(width, o.MinSize().Height))
	if height := o.MinSize().Height; height != o.Size().Height {
		o.Resize(fyne.NewSize(width, height))
	}
}
