package typeset

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Target is the least height, in Fyne's units, of whatever is tapped.
const Target = 44

// Choice is one row that can be chosen, alone (radio) or with others (check), captioned in the
// interview's and the screener's language. The whole row takes taps; with the keyboard, Tab reaches it,
// Space and Enter choose, arrows, Home and End move within its [Group]. It holds no answer: whoever made
// it keeps the choice's code, and says what is chosen with SetOn.
type Choice struct {
	widget.DisableableWidget
	Captions *Pair
	OnTapped func()

	mark    *mark
	picture *canvas.Image
	group   *Group
	focused bool
	hovered bool
}

// NewChoice makes a row; round is for one of many (radio), square for any number (check).
func NewChoice(round bool, tapped func()) *Choice {
	first, second := NewLabel("", ""), NewLabel("", "")
	first.Step, second.Step, second.Color = Large, Body, ColorMuted
	c := &Choice{Captions: NewPair(first, second), OnTapped: tapped, mark: newMark(round)}
	c.ExtendBaseWidget(c)
	return c
}

// SetPicture stands a picture between the mark and the words; nil for none.
func (c *Choice) SetPicture(img image.Image) {
	if img == nil && c.picture == nil || c.picture != nil && c.picture.Image == img {
		return
	}
	if c.picture = nil; img != nil {
		c.picture = canvas.NewImageFromImage(img)
		c.picture.FillMode, c.picture.ScaleMode = canvas.ImageFillContain, canvas.ImageScaleSmooth
	}
	c.Refresh()
}

// SetOn shows the row as chosen or not.
func (c *Choice) SetOn(on bool) {
	if c.mark.on != on {
		c.mark.on = on
		c.Refresh()
	}
}

// On reports whether the row is shown as chosen.
func (c *Choice) On() bool { return c.mark.on }

// Focused reports whether the row has the keyboard.
func (c *Choice) Focused() bool { return c.focused }

func (c *Choice) choose() {
	if !c.Disabled() && c.OnTapped != nil {
		c.OnTapped()
	}
}

// Tapped chooses the row and gives it the keyboard.
func (c *Choice) Tapped(*fyne.PointEvent) {
	if c.Disabled() {
		return
	}
	focus(c)
	Touched(c)
	c.choose()
}

// FocusGained is Fyne's.
func (c *Choice) FocusGained() {
	c.focused = true
	c.Refresh()
	focused(c)
}

// FocusLost is Fyne's.
func (c *Choice) FocusLost() { c.focused = false; c.Refresh() }

// TypedRune leaves letters and digits to the window.
func (c *Choice) TypedRune(r rune) { PassRune(c, r) }

// TypedKey chooses, or moves to a neighbour.
func (c *Choice) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		c.choose()
	default:
		if c.group == nil || !c.group.move(c, key.Name) {
			PassKey(c, key)
		}
	}
}

// MouseIn is Fyne's.
func (c *Choice) MouseIn(*desktop.MouseEvent) { c.hovered = true; c.Refresh() }

// MouseMoved is Fyne's.
func (c *Choice) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is Fyne's.
func (c *Choice) MouseOut() { c.hovered = false; c.Refresh() }

// Cursor is Fyne's.
func (c *Choice) Cursor() desktop.Cursor { return desktop.PointerCursor }

// AccessibilityLabel is what a screen reader says.
func (c *Choice) AccessibilityLabel() string { return c.Captions.AccessibilityLabel() }

// AccessibilityRole is the nearest role that Fyne knows.
func (c *Choice) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// focus gives a widget the keyboard where there is one; on a phone it would only hide the keyboard that
// another field had called up.
func focus(w fyne.Focusable) {
	if fyne.CurrentDevice().IsMobile() {
		return
	}
	if c := fyne.CurrentApp().Driver().CanvasForObject(w.(fyne.CanvasObject)); c != nil {
		c.Focus(w)
	}
}

// CreateRenderer is Fyne's.
func (c *Choice) CreateRenderer() fyne.WidgetRenderer {
	c.ExtendBaseWidget(c)
	r := &choiceRenderer{choice: c, row: canvas.NewRectangle(nil), veil: canvas.NewRectangle(nil), ring: canvas.NewRectangle(nil)}
	r.colours()
	return again(r, c)
}

type choiceRenderer struct {
	choice          *Choice
	row, veil, ring *canvas.Rectangle
}

const rowPad, rowRadius, ringWidth = 12, 10, 3

func (r *choiceRenderer) side() float32 {
	return theme.SizeForWidget(theme.SizeNameInlineIcon, r.choice)
}

// Layout mirrors the row for an interview language that reads from right to left.
func (r *choiceRenderer) Layout(size fyne.Size) {
	for _, o := range []*canvas.Rectangle{r.row, r.veil} {
		o.Move(fyne.Position{})
		o.Resize(size)
	}
	r.ring.Move(fyne.NewSquareOffsetPos(-ringWidth))
	r.ring.Resize(size.AddWidthHeight(2*ringWidth, 2*ringWidth))

	side, captions, shown := r.side(), r.choice.Captions, r.pictured()
	width := size.Width - side - 3*rowPad - shown.Width
	fit(captions, width)
	top := (size.Height - captions.Size().Height) / 2
	x, markX, pictureX := side+2*rowPad+shown.Width, float32(rowPad), side+2*rowPad
	if captions.First.RTL() {
		x, markX = rowPad, size.Width-rowPad-side
		pictureX = markX - shown.Width
	}
	if p := r.choice.picture; p != nil {
		p.Resize(fyne.NewSquareSize(shown.Height))
		p.Move(fyne.NewPos(pictureX, (size.Height-shown.Height)/2))
	}
	captions.Move(fyne.NewPos(x, top))
	// The mark stands at the middle of the first line's letters, wherever the caption wraps.
	middle := captions.Position().Y + captions.First.Position().Y + captions.First.Baseline() - captions.First.size()*0.36
	r.choice.mark.place(fyne.NewPos(markX, middle-side/2), side)
}

func (r *choiceRenderer) MinSize() fyne.Size {
	least := r.choice.Captions.MinSize()
	shown := r.pictured()
	return fyne.NewSize(least.Width+r.side()+3*rowPad+shown.Width, max(Target, least.Height+rowPad, shown.Height+rowPad))
}

// pictureEm is the side of a picture in letters.
const pictureEm = 5

// pictured is the room that a picture takes: its side, and with the gap beside it the width; zero for none.
func (r *choiceRenderer) pictured() fyne.Size {
	if r.choice.picture == nil {
		return fyne.Size{}
	}
	side := pictureEm * theme.SizeForWidget(Body, r.choice)
	return fyne.NewSize(side+rowPad, side)
}

func (r *choiceRenderer) Refresh() {
	r.choice.Captions.Refresh()
	r.Layout(r.choice.Size())
	r.colours()
}

func (r *choiceRenderer) colours() {
	c := r.choice
	fill, edge := ColorSurface, theme.ColorNameSeparator
	if c.mark.on {
		fill, edge = ColorSelected, theme.ColorNamePrimary
	}
	for _, o := range []*canvas.Rectangle{r.row, r.veil, r.ring} {
		o.CornerRadius = rowRadius
	}
	r.row.FillColor, r.row.StrokeColor = colour(fill, c), colour(edge, c)
	r.row.StrokeWidth = 1
	if c.mark.on {
		r.row.StrokeWidth = 2
	}
	r.veil.FillColor = colour(theme.ColorNameHover, c)
	r.veil.Hidden = !c.hovered || c.Disabled()
	ringColours(r.ring, c, c.focused)
	ink := theme.ColorNameForeground
	if c.Disabled() {
		ink = theme.ColorNameDisabled
	}
	if c.Captions.First.Color != ink {
		c.Captions.First.Color = ink
		c.Captions.First.Refresh()
	}
	c.mark.paint(c, !c.Disabled())
	for _, o := range []*canvas.Rectangle{r.row, r.veil, r.ring} {
		o.Refresh()
	}
}

// ringColours draws the outline of what has the keyboard.
func ringColours(ring *canvas.Rectangle, w fyne.Widget, focused bool) {
	ring.CornerRadius = rowRadius + ringWidth
	ring.StrokeWidth = ringWidth
	ring.StrokeColor = colour(ColorRing, w)
	ring.Hidden = !focused
}

func (r *choiceRenderer) Objects() []fyne.CanvasObject {
	objects := append([]fyne.CanvasObject{r.row, r.veil, r.ring, r.choice.Captions}, r.choice.mark.objects()...)
	if r.choice.picture != nil {
		objects = append(objects, r.choice.picture)
	}
	return objects
}
func (r *choiceRenderer) Destroy() {}
