package screens

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"leeward/app/typeset"
)

// leastWidth is what every screen must do with: a small tablet held upright. A screen never asks the
// window for more, however long a word is; what does not fit beside something goes under it.
const leastWidth = 300

// fit gives an object a width, and the height that it needs at that width.
func fit(o fyne.CanvasObject, width float32) {
	o.Resize(fyne.NewSize(width, o.MinSize().Height))
	if height := o.MinSize().Height; height != o.Size().Height {
		o.Resize(fyne.NewSize(width, height))
	}
}

// flow stands objects beside each other, as wide as they want to be, and goes on in another line where
// they do not fit.
type flow struct {
	gap float32
	rtl bool // lines begin on the right
	end bool // lines stand at the side where reading ends

	width float32 // the last one laid out for
}

// lines deals the objects out to lines of a width and gives each its size.
func (f *flow) lines(objects []fyne.CanvasObject, width float32) (lines [][]fyne.CanvasObject) {
	var used float32
	for _, o := range objects {
		if !o.Visible() || o.MinSize().IsZero() {
			continue
		}
		fit(o, min(natural(o), width))
		if last := len(lines) - 1; last >= 0 && used+f.gap+o.Size().Width <= width+0.5 { // sums of lengths are not exact
			lines[last] = append(lines[last], o)
			used += f.gap + o.Size().Width
			continue
		}
		lines = append(lines, []fyne.CanvasObject{o})
		used = o.Size().Width
	}
	return lines
}

func (f *flow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	f.width = size.Width
	var y float32
	for _, line := range f.lines(objects, size.Width) {
		height, used := lineSize(line, f.gap)
		x := float32(0)
		if f.end {
			x = size.Width - used
		}
		for _, o := range line {
			at := x
			if f.rtl {
				at = size.Width - x - o.Size().Width
			}
			o.Move(fyne.NewPos(at, y+(height-o.Size().Height)/2))
			x += o.Size().Width + f.gap
		}
		y += height + f.gap
	}
}

// MinSize is as wide as the widest object, and as high as the lines are at the present width.
func (f *flow) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	width := f.width
	if width < 1 {
		width = f.natural(objects)
	}
	for i, line := range f.lines(objects, width) {
		if i > 0 {
			size.Height += f.gap
		}
		height, _ := lineSize(line, f.gap)
		size.Height += height
		for _, o := range line {
			size.Width = max(size.Width, o.Size().Width)
		}
	}
	return size
}

// natural is the width of all objects in one line.
func (f *flow) natural(objects []fyne.CanvasObject) (width float32) {
	for _, o := range objects {
		if least := o.MinSize(); o.Visible() && !least.IsZero() {
			width += natural(o) + f.gap
		}
	}
	return max(0, width-f.gap)
}

func lineSize(line []fyne.CanvasObject, gap float32) (height, width float32) {
	for i, o := range line {
		if i > 0 {
			width += gap
		}
		height, width = max(height, o.Size().Height), width+o.Size().Width
	}
	return height, width
}

// badgePad is a little more than a badge has on each side of its words.
const badgePad = 9

// natural is the width that an object takes where nothing has to wrap.
func natural(o fyne.CanvasObject) (width float32) {
	switch o := o.(type) {
	case *typeset.Label:
		return o.NaturalWidth() + 1
	case *typeset.Badge:
		words := typeset.NewLabel(o.Text(), "")
		words.Step = typeset.Caption
		return words.NaturalWidth() + 2*badgePad
	case *fyne.Container:
		if f, ok := o.Layout.(*flow); ok {
			return f.natural(o.Objects)
		}
		width = o.MinSize().Width // of what stands beside each other
		for _, child := range o.Objects {
			width = max(width, natural(child))
		}
		return width
	}
	return o.MinSize().Width
}

// bar stands its first object at the beginning of a line and its second at the end, or under it where the
// window is too narrow for both.
type bar struct {
	rtl   bool
	width float32 // the last one laid out for
}

const barGap = 16

func (b *bar) beside(objects []fyne.CanvasObject, width float32) bool {
	return natural(objects[0])+barGap+natural(objects[1]) <= width
}

// size gives both their sizes at a width and returns the height that they need together, and how far down
// the second begins where it does not stand beside the first.
func (b *bar) size(objects []fyne.CanvasObject, width float32) (height, drop float32, beside bool) {
	start, end := objects[0], objects[1]
	if b.beside(objects, width) {
		fit(end, natural(end))
		fit(start, width-end.Size().Width-barGap)
		return max(start.Size().Height, end.Size().Height), 0, true
	}
	fit(start, width)
	fit(end, width)
	drop = start.Size().Height + barGap/2
	if free, line := lastLine(start, width); natural(end)+barGap <= free {
		drop = start.Size().Height - line
	}
	return max(start.Size().Height, drop+end.Size().Height), drop, false
}

// lastLine returns how much room the last line of a row leaves, and how high it is; none for anything else.
func lastLine(o fyne.CanvasObject, width float32) (free, height float32) {
	row, ok := o.(*fyne.Container)
	if !ok {
		return 0, 0
	}
	f, ok := row.Layout.(*flow)
	if !ok {
		return 0, 0
	}
	lines := f.lines(row.Objects, width)
	if len(lines) == 0 {
		return 0, 0
	}
	height, used := lineSize(lines[len(lines)-1], f.gap)
	return width - used, height
}

func (b *bar) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	b.width = size.Width
	start, end := objects[0], objects[1]
	if _, drop, beside := b.size(objects, size.Width); !beside {
		start.Move(fyne.Position{})
		end.Move(fyne.NewPos(0, drop))
		return
	}
	x1, x2 := float32(0), size.Width-end.Size().Width
	if b.rtl {
		x1, x2 = end.Size().Width+barGap, 0
	}
	start.Move(fyne.NewPos(x1, (size.Height-start.Size().Height)/2))
	end.Move(fyne.NewPos(x2, (size.Height-end.Size().Height)/2))
}

// MinSize is as high as both are at the present width.
func (b *bar) MinSize(objects []fyne.CanvasObject) (least fyne.Size) {
	width := b.width
	if width < 1 {
		width = natural(objects[0]) + barGap + natural(objects[1])
	}
	least.Height, _, _ = b.size(objects, width)
	least.Width = max(objects[0].MinSize().Width, objects[1].MinSize().Width)
	return least
}

// framed stands its middle object between a top and a bottom that stay in sight; either may be nil. Unlike
// Fyne's border it asks both for their height after it has given them their width.
type framed struct{ top, middle, bottom fyne.CanvasObject }

func frameAround(top, middle, bottom fyne.CanvasObject) *fyne.Container {
	f := &framed{top: top, middle: middle, bottom: bottom}
	var objects []fyne.CanvasObject
	for _, o := range []fyne.CanvasObject{top, middle, bottom} {
		if o != nil {
			objects = append(objects, o)
		}
	}
	return container.New(f, objects...)
}

func (f *framed) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	var above, below float32
	if f.top != nil {
		fit(f.top, size.Width)
		f.top.Move(fyne.Position{})
		above = f.top.Size().Height
	}
	if f.bottom != nil {
		fit(f.bottom, size.Width)
		below = f.bottom.Size().Height
		f.bottom.Move(fyne.NewPos(0, size.Height-below))
	}
	f.middle.Resize(fyne.NewSize(size.Width, max(0, size.Height-above-below)))
	f.middle.Move(fyne.NewPos(0, above))
}

func (f *framed) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	for _, o := range objects {
		size.Height += o.MinSize().Height
	}
	size.Width = leastWidth
	return size
}

// narrow centres its one object, not wider than width (0: as wide as there is), with an inset.
type narrow struct {
	width, inset float32
	middle       bool    // a little above the middle of the height, too
	seen         float32 // the last width laid out for
}

// at is the inset in a width: less in a narrow window.
func (n *narrow) at(width float32) float32 { return min(n.inset, max(8, width/26)) }

func (n *narrow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	n.seen = size.Width
	inset := n.at(size.Width)
	width := size.Width - 2*inset
	if n.width > 0 {
		width = min(width, n.width)
	}
	for _, o := range objects {
		fit(o, width)
		y, free := inset, size.Height-2*inset-o.Size().Height
		if n.middle && free > 0 {
			y += free / 3
		}
		o.Move(fyne.NewPos((size.Width-width)/2, y))
	}
}

func (n *narrow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		size = size.Max(o.MinSize())
	}
	inset := n.inset
	if n.seen > 0 {
		inset = n.at(n.seen)
	}
	size = size.AddWidthHeight(2*inset, 2*inset)
	return fyne.NewSize(min(size.Width, leastWidth), size.Height)
}

// beside stands a short first object in a column of its own before the second, which takes the rest; where that is less
// than the column, the second goes under it.
type beside struct {
	width float32
	rtl   bool
	seen  float32 // the width last laid out for
}

func (b *beside) under() bool { return b.seen > 0 && b.seen < 2*b.width }

func (b *beside) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	b.seen = size.Width
	if b.under() {
		fit(objects[0], size.Width)
		fit(objects[1], size.Width)
		objects[0].Move(fyne.Position{})
		objects[1].Move(fyne.NewPos(0, objects[0].Size().Height))
		return
	}
	fit(objects[0], b.width)
	fit(objects[1], size.Width-b.width)
	x1, x2 := float32(0), b.width
	if b.rtl {
		x1, x2 = size.Width-b.width, 0
	}
	objects[0].Move(fyne.NewPos(x1, (size.Height-objects[0].Size().Height)/2))
	objects[1].Move(fyne.NewPos(x2, (size.Height-objects[1].Size().Height)/2))
}

func (b *beside) MinSize(objects []fyne.CanvasObject) fyne.Size {
	one, two := objects[0].MinSize(), objects[1].MinSize()
	if b.under() {
		return fyne.NewSize(max(one.Width, two.Width), one.Height+two.Height)
	}
	return fyne.NewSize(b.width+two.Width, max(one.Height, two.Height))
}
