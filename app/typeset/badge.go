package typeset

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Badge is a short remark about what stands beside it: "machine draft, not reviewed". It stands on the
// side on which its language begins to read.
type Badge struct {
	widget.BaseWidget
	Color   fyne.ThemeColorName // of edge and words: muted when empty, warning, error, success
	caption *Label
}

// NewBadge makes a badge; an empty text takes no room.
func NewBadge(text, lang string, colour fyne.ThemeColorName) *Badge {
	b := &Badge{Color: colour, caption: NewLabel(text, lang)}
	b.caption.Step = Caption
	b.ExtendBaseWidget(b)
	return b
}

// Set replaces the words and their language.
func (b *Badge) Set(text, lang string) {
	b.caption.Set(text, lang)
	b.Refresh()
}

// Text returns the words.
func (b *Badge) Text() string { return b.caption.Text() }

// AccessibilityLabel is what a screen reader says.
func (b *Badge) AccessibilityLabel() string { return b.caption.Text() }

// AccessibilityRole says that this is text.
func (b *Badge) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer is Fyne's.
func (b *Badge) CreateRenderer() fyne.WidgetRenderer {
	b.ExtendBaseWidget(b)
	r := &badgeRenderer{badge: b, edge: canvas.NewRectangle(nil)}
	r.colours()
	return again(r, b)
}

type badgeRenderer struct {
	badge *Badge
	edge  *canvas.Rectangle
}

const badgePadX, badgePadY = 8, 2

// Layout draws the edge around the words only, however wide the badge is.
func (r *badgeRenderer) Layout(size fyne.Size) {
	caption := r.badge.caption
	r.edge.Hidden = caption.Text() == ""
	caption.Hidden = r.edge.Hidden
	width := min(size.Width, caption.NaturalWidth()+1+2*badgePadX)
	fit(caption, width-2*badgePadX)
	x := float32(0)
	if caption.RTL() {
		x = size.Width - width
	}
	r.edge.Move(fyne.NewPos(x, 0))
	r.edge.Resize(fyne.NewSize(width, size.Height))
	caption.Move(fyne.NewPos(x+badgePadX, badgePadY))
}

func (r *badgeRenderer) MinSize() fyne.Size {
	if r.badge.caption.Text() == "" {
		return fyne.Size{}
	}
	return r.badge.caption.MinSize().AddWidthHeight(2*badgePadX, 2*badgePadY)
}

func (r *badgeRenderer) Refresh() {
	r.colours()
	r.badge.caption.Refresh()
	r.Layout(r.badge.Size())
}

func (r *badgeRenderer) colours() {
	name := r.badge.Color
	if name == "" {
		name = ColorMuted
	}
	r.badge.caption.Color = name
	r.edge.StrokeColor, r.edge.FillColor = colour(name, r.badge), colour(ColorSurface, r.badge)
	r.edge.StrokeWidth, r.edge.CornerRadius = 1, 6
	r.edge.Refresh()
}

func (r *badgeRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.edge, r.badge.caption}
}
func (r *badgeRenderer) Destroy() {}
