package typeset

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"leeward/internal/shaping"
	"leeward/schema/codes"
)

// The steps in size; each is a size of the theme, so all of them follow the text scale.
const (
	Caption = theme.SizeNameCaptionText
	Body    = theme.SizeNameText
	Large   = theme.SizeNameSubHeadingText
	Title   = theme.SizeNameHeadingText
)

// Alignments of a label. Start is the side on which its language begins to read.
const (
	Start  = shaping.Start
	Center = shaping.Center
	End    = shaping.End
)

// Label shows a text in its language: right order, right forms, line breaks where the language has them.
// The exported fields may be set before it is shown; call Refresh after setting them later.
type Label struct {
	widget.BaseWidget
	Step   fyne.ThemeSizeName  // Caption, Body, Large, Title; Body when empty
	Color  fyne.ThemeColorName // foreground when empty
	Bold   bool
	Align  shaping.Align
	NoWrap bool // a line ends only where the text says so

	text, lang string
	layout     *shaping.Layout
	laid       shaping.Style // the style that layout was made with
	natural    float32       // the width without wrapping; 0 while unknown
	measured   shaping.Style // the style that natural was measured with
	raster     *canvas.Raster
}

// NewLabel makes a label of body size that shows a text in a language (BCP 47).
func NewLabel(text, lang string) *Label {
	l := &Label{text: text, lang: lang}
	l.ExtendBaseWidget(l)
	return l
}

// Set replaces text and language in one go, in place.
func (l *Label) Set(text, lang string) {
	if l.text == text && l.lang == lang {
		return
	}
	l.text, l.lang, l.layout, l.natural = text, lang, nil, 0
	l.Refresh()
}

// Text returns what the label shows.
func (l *Label) Text() string { return l.text }

// Lang returns the language of what the label shows.
func (l *Label) Lang() string { return l.lang }

// RTL reports whether the label reads from right to left.
func (l *Label) RTL() bool { return codes.RTL(l.lang) }

// Baseline returns how far below its top the first line stands, in Fyne's units.
func (l *Label) Baseline() float32 { return float32(l.lay(l.Size().Width).Baseline) }

// NaturalWidth returns the width that the text takes without wrapping, in Fyne's units. Layouts ask for it
// at every turn, so it is kept.
func (l *Label) NaturalWidth() float32 {
	if style := l.style(0); l.natural == 0 || l.measured != style {
		l.natural, l.measured = float32(shaping.Lay(l.text, style).Width), style
	}
	return l.natural
}

// AccessibilityLabel is what a screen reader says.
func (l *Label) AccessibilityLabel() string { return l.text }

// AccessibilityRole says that this is text.
func (l *Label) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

func (l *Label) size() float32 {
	if l.Step == "" {
		return theme.SizeForWidget(Body, l)
	}
	return theme.SizeForWidget(l.Step, l)
}

// lay returns the layout for a width in Fyne's units, 0 for no wrapping. Layouts do not depend on the
// scale of the screen, so that a line breaks at the same word on every screen. The last one is kept.
func (l *Label) lay(width float32) *shaping.Layout {
	style := l.style(width)
	if l.layout != nil && l.laid == style {
		return l.layout
	}
	layout := shaping.Lay(l.text, style)
	if width > 0 || l.NoWrap { // measuring without a width is rare and must not push the shown one out
		l.layout, l.laid = layout, style
	}
	return layout
}

func (l *Label) style(width float32) shaping.Style {
	style := shaping.Style{Lang: l.lang, Bold: l.Bold, Size: l.size(), Width: int(width), Align: l.Align}
	if l.NoWrap {
		style.Width = 0
	}
	return style
}

// unknownWidth is what a label assumes about its width until it is told; never "no wrapping", which would
// ask for a window as wide as the longest question.
const unknownWidth = 300

// MinSize returns the height of the text at the present width. An empty label takes no room.
func (l *Label) MinSize() fyne.Size {
	l.ExtendBaseWidget(l)
	if l.text == "" {
		return fyne.Size{}
	}
	width := l.BaseWidget.Size().Width
	if width < 1 {
		width = unknownWidth
	}
	layout := l.lay(width)
	if l.NoWrap {
		return fyne.NewSize(float32(layout.Width), float32(layout.Height))
	}
	return fyne.NewSize(min(l.size()*3, float32(layout.Width)), float32(layout.Height))
}

// Resize wraps the text anew when the width changes; the refresh makes the window ask for the new height.
func (l *Label) Resize(size fyne.Size) {
	before := l.BaseWidget.Size().Width
	l.BaseWidget.Resize(size)
	if before != size.Width {
		l.Refresh()
	}
}

// CreateRenderer is Fyne's.
func (l *Label) CreateRenderer() fyne.WidgetRenderer {
	l.ExtendBaseWidget(l)
	l.raster = canvas.NewRaster(l.paint)
	return again(&labelRenderer{l}, l)
}

// paint draws the text into an image of w by h pixels, which reaches out of the label by the overhang.
func (l *Label) paint(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	size := l.BaseWidget.Size()
	if l.text == "" || w == 0 || size.Width < 1 {
		return img
	}
	scale := pixels(l, l.raster, w)
	over := int(math.Round(float64(l.overhang() * scale)))
	box := image.Rect(over, over, over+int(size.Width*scale), h)
	name := l.Color
	if name == "" {
		name = theme.ColorNameForeground
	}
	var ink color.Color = colour(name, l)
	l.lay(size.Width).Paint(img, box, scale, ink)
	return img
}

// pixels returns pixels per unit for an image of that width: the canvas's own scale, times whole numbers
// where the screen has more pixels than the canvas says. The width alone would do but for its rounding,
// which makes short labels larger than long ones.
func pixels(o fyne.CanvasObject, raster *canvas.Raster, w int) float32 {
	exact := float32(w) / raster.Size().Width
	c := fyne.CurrentApp().Driver().CanvasForObject(o)
	if c == nil || c.Scale() <= 0 {
		return exact
	}
	times := max(1, math.Round(float64(exact/c.Scale())))
	return c.Scale() * float32(times)
}

func (l *Label) overhang() float32 { return float32(shaping.Overhang(l.size())) }

// again lays out a renderer that takes the place of one that Fyne has dropped: it drops those that it has not
// painted for a minute, and asks nobody for the places of what the new one draws.
func again(r fyne.WidgetRenderer, w fyne.Widget) fyne.WidgetRenderer {
	if size := w.Size(); !size.IsZero() {
		r.Layout(size)
	}
	return r
}

type labelRenderer struct{ label *Label }

func (r *labelRenderer) Layout(size fyne.Size) {
	over := r.label.overhang()
	r.label.raster.Move(fyne.NewPos(-over, -over))
	r.label.raster.Resize(size.Add(fyne.NewSize(2*over, 2*over)))
}

func (r *labelRenderer) MinSize() fyne.Size { return r.label.MinSize() }

// Refresh also follows a new theme: the text may have another size.
func (r *labelRenderer) Refresh() {
	r.Layout(r.label.BaseWidget.Size())
	r.label.raster.Refresh()
}

func (r *labelRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.label.raster} }
func (r *labelRenderer) Destroy()                     {}
