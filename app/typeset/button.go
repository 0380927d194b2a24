package typeset

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Weight is how much a button asks for attention.
type Weight int

// The weights of buttons.
const (
	Quiet   Weight = iota // one of several equal ways
	Primary               // the way on
	Danger                // urgent, or not to be undone
)

// Button is a large button whose caption is right in every script. Space and Enter press it.
type Button struct {
	widget.DisableableWidget
	Weight   Weight
	Marked   bool // shown as the one in force among equals: filled, with a heavy edge
	OnTapped func()

	caption *Label
	focused bool
	hovered bool
}

// NewButton makes a quiet button; set Weight before it is shown.
func NewButton(text, lang string, tapped func()) *Button {
	b := &Button{OnTapped: tapped, caption: NewLabel(text, lang)}
	b.caption.Align = Center
	b.ExtendBaseWidget(b)
	return b
}

// Set replaces the caption and its language.
func (b *Button) Set(text, lang string) {
	b.caption.Set(text, lang)
	b.Refresh()
}

// Text returns the caption.
func (b *Button) Text() string { return b.caption.Text() }

// SetMarked shows the button as the one in force among equals, or not.
func (b *Button) SetMarked(marked bool) {
	if b.Marked != marked {
		b.Marked = marked
		b.Refresh()
	}
}

// Focused reports whether the button has the keyboard.
func (b *Button) Focused() bool { return b.focused }

// Tapped presses the button.
func (b *Button) Tapped(*fyne.PointEvent) {
	if b.Disabled() {
		return
	}
	focus(b)
	Touched(b)
	b.press()
}

func (b *Button) press() {
	if !b.Disabled() && b.OnTapped != nil {
		b.OnTapped()
	}
}

// FocusGained is Fyne's.
func (b *Button) FocusGained() {
	b.focused = true
	b.Refresh()
	focused(b)
}

// FocusLost is Fyne's.
func (b *Button) FocusLost() { b.focused = false; b.Refresh() }

// TypedRune leaves letters and digits to the window.
func (b *Button) TypedRune(r rune) { PassRune(b, r) }

// TypedKey presses the button with Space or Enter.
func (b *Button) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		b.press()
	default:
		PassKey(b, key)
	}
}

// MouseIn is Fyne's.
func (b *Button) MouseIn(*desktop.MouseEvent) { b.hovered = true; b.Refresh() }

// MouseMoved is Fyne's.
func (b *Button) MouseMoved(*desktop.MouseEvent) {}

// MouseOut is Fyne's.
func (b *Button) MouseOut() { b.hovered = false; b.Refresh() }

// Cursor is Fyne's.
func (b *Button) Cursor() desktop.Cursor { return desktop.PointerCursor }

// AccessibilityLabel is what a screen reader says.
func (b *Button) AccessibilityLabel() string { return b.caption.Text() }

// AccessibilityRole says that this is a button.
func (b *Button) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// CreateRenderer is Fyne's.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	b.ExtendBaseWidget(b)
	r := &buttonRenderer{button: b, face: canvas.NewRectangle(nil), veil: canvas.NewRectangle(nil), ring: canvas.NewRectangle(nil)}
	r.colours()
	return again(r, b)
}

type buttonRenderer struct {
	button           *Button
	face, veil, ring *canvas.Rectangle
}

const (
	buttonPadX, buttonPadY = 10, 8
	captionEm              = 14 // longer captions wrap where the button is not wider
)

func (r *buttonRenderer) Layout(size fyne.Size) {
	for _, o := range []*canvas.Rectangle{r.face, r.veil} {
		o.Move(fyne.Position{})
		o.Resize(size)
	}
	r.ring.Move(fyne.NewSquareOffsetPos(-ringWidth))
	r.ring.Resize(size.AddWidthHeight(2*ringWidth, 2*ringWidth))
	fit(r.button.caption, size.Width-2*buttonPadX)
	r.button.caption.Move(fyne.NewPos(buttonPadX, (size.Height-r.button.caption.Size().Height)/2))
}

// MinSize takes the width that short captions need, and the height of the caption at the present width,
// which may be less.
func (r *buttonRenderer) MinSize() fyne.Size {
	caption := r.button.caption
	width := min(caption.NaturalWidth()+1, captionEm*caption.size())
	at := r.button.Size().Width - 2*buttonPadX
	if at < 1 {
		at = width
	}
	fit(caption, at)
	return fyne.NewSize(max(Target, width+2*buttonPadX), max(Target, caption.Size().Height+2*buttonPadY))
}

func (r *buttonRenderer) Refresh() {
	r.colours()
	r.button.caption.Refresh()
	r.Layout(r.button.Size())
}

func (r *buttonRenderer) colours() {
	b := r.button
	fill, edge, ink := theme.ColorNameButton, theme.ColorNameInputBorder, theme.ColorNameForeground
	switch b.Weight {
	case Primary:
		fill, edge, ink = theme.ColorNamePrimary, theme.ColorNamePrimary, theme.ColorNameForegroundOnPrimary
	case Danger:
		fill, edge, ink = theme.ColorNameError, theme.ColorNameError, theme.ColorNameForegroundOnError
	}
	r.face.StrokeWidth = 1
	if b.Marked {
		fill, edge, ink = ColorSelected, theme.ColorNamePrimary, theme.ColorNameForeground
		r.face.StrokeWidth = 3
	}
	if b.Disabled() {
		fill, edge, ink = theme.ColorNameDisabledButton, theme.ColorNameSeparator, theme.ColorNameDisabled
	}
	r.face.FillColor, r.face.StrokeColor = colour(fill, b), colour(edge, b)
	r.face.CornerRadius, r.veil.CornerRadius = rowRadius, rowRadius
	r.veil.FillColor = colour(theme.ColorNameHover, b)
	r.veil.Hidden = !b.hovered || b.Disabled()
	ringColours(r.ring, b, b.focused)
	b.caption.Color, b.caption.Bold = ink, b.Weight != Quiet
	for _, o := range []*canvas.Rectangle{r.face, r.veil, r.ring} {
		o.Refresh()
	}
}

func (r *buttonRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.face, r.veil, r.ring, r.button.caption}
}
func (r *buttonRenderer) Destroy() {}
