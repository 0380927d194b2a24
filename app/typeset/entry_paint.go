package typeset

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"leeward/internal/shaping"
)

const caretWidth = 2

// CreateRenderer is Fyne's.
func (e *Entry) CreateRenderer() fyne.WidgetRenderer {
	e.ExtendBaseWidget(e)
	e.raster, e.caret = canvas.NewRaster(e.paint), canvas.NewRectangle(nil)
	r := &entryRenderer{entry: e, face: canvas.NewRectangle(nil), ring: canvas.NewRectangle(nil), wheel: newWheel(e.scrolled)}
	r.Refresh()
	return r
}

type entryRenderer struct {
	entry      *Entry
	face, ring *canvas.Rectangle
	wheel      *wheel
}

func (r *entryRenderer) Layout(size fyne.Size) {
	for _, o := range []fyne.CanvasObject{r.face, r.entry.raster, r.wheel} {
		o.Move(fyne.Position{})
		o.Resize(size)
	}
	r.ring.Move(fyne.NewSquareOffsetPos(-ringWidth))
	r.ring.Resize(size.AddWidthHeight(2*ringWidth, 2*ringWidth))
	r.entry.reveal()
	r.place()
	r.wheel.Hidden = float32(r.entry.lay().Height) <= r.entry.inner(size).Height
}

// place stands the caret; it does not blink.
func (r *entryRenderer) place() {
	e := r.entry
	l, origin := e.lay(), e.origin()
	x, line := l.Caret(e.edit.caret, e.box())
	at := l.Lines[line]
	e.caret.Move(fyne.NewPos(origin.X+x-caretWidth/2, origin.Y+float32(at.Top)))
	e.caret.Resize(fyne.NewSize(caretWidth, float32(at.Height)))
	e.caret.Hidden = !e.focused || e.Disabled() || e.ReadOnly
}

func (r *entryRenderer) MinSize() fyne.Size { return r.entry.MinSize() }

func (r *entryRenderer) Refresh() {
	e := r.entry
	r.face.Hidden, r.face.CornerRadius, r.face.StrokeWidth = e.plain, rowRadius, theme.SizeForWidget(theme.SizeNameInputBorder, e)
	r.face.FillColor, r.face.StrokeColor = colour(theme.ColorNameInputBackground, e), colour(theme.ColorNameInputBorder, e)
	if e.Disabled() || e.ReadOnly {
		r.face.FillColor, r.face.StrokeColor = colour(theme.ColorNameDisabledButton, e), colour(theme.ColorNameSeparator, e)
	}
	ringColours(r.ring, e, e.focused && !e.plain)
	e.caret.FillColor = colour(theme.ColorNamePrimary, e)
	r.Layout(e.BaseWidget.Size())
	for _, o := range r.Objects() {
		o.Refresh()
	}
}

func (r *entryRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.face, r.ring, r.entry.raster, r.entry.caret, r.wheel}
}
func (r *entryRenderer) Destroy() {}

// origin is where the text begins in the field, scrolled as it is. One line stands in the middle.
func (e *Entry) origin() fyne.Position {
	if e.plain {
		return fyne.Position{}
	}
	at := fyne.NewPos(entryPadX, entryPadY).Subtract(e.scroll)
	if free := e.inner(e.BaseWidget.Size()).Height - float32(e.lay().Height); !e.MultiLine && free > 0 {
		at.Y += free / 2
	}
	return at
}

// reveal scrolls as little as it takes to show the caret, and no further than the text goes.
func (e *Entry) reveal() {
	if e.plain {
		return
	}
	l, inner, box := e.lay(), e.inner(e.BaseWidget.Size()), float32(e.box())
	x, line := l.Caret(e.edit.caret, int(box))
	top, bottom := float32(l.Lines[line].Top), float32(l.Lines[line].Top+l.Lines[line].Height)
	e.scroll.X = min(max(e.scroll.X, x+caretWidth-inner.Width), max(0, x-caretWidth))
	e.scroll.Y = min(max(e.scroll.Y, bottom-inner.Height), top)
	e.scroll.X = max(0, min(e.scroll.X, box-inner.Width))
	e.scroll.Y = max(0, min(e.scroll.Y, float32(l.Height)-inner.Height))
}

// scrolled follows the wheel; the next key shows the caret again.
func (e *Entry) scrolled(dy float32) {
	e.scroll.Y = max(0, min(e.scroll.Y-dy, float32(e.lay().Height)-e.inner(e.BaseWidget.Size()).Height))
	e.raster.Refresh()
	e.caret.Hidden = true
	e.caret.Refresh()
}

// paint draws what is selected and the text over it, into an image as large as the field.
func (e *Entry) paint(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	size := e.BaseWidget.Size()
	if w == 0 || size.Width < 1 {
		return img
	}
	scale := pixels(e, e.raster, w)
	origin, box := e.origin(), e.box()
	at := func(v float32) int { return int(math.Round(float64(v * scale))) }
	if from, to := e.edit.selection(); from < to && e.focused {
		fill := image.NewUniform(colour(theme.ColorNameSelection, e))
		for _, area := range e.lay().Selected(from, to, box) {
			r := image.Rect(at(origin.X+float32(area.Min.X)), at(origin.Y+float32(area.Min.Y)),
				at(origin.X+float32(area.Max.X)), at(origin.Y+float32(area.Max.Y)))
			draw.Draw(img, r, fill, image.Point{}, draw.Over)
		}
	}
	layout, ink := e.lay(), e.ink()
	if len(e.edit.text) == 0 {
		layout = shaping.Lay(e.hint, e.laidStyle)
	}
	layout.Paint(img, image.Rect(at(origin.X), at(origin.Y), at(origin.X+float32(box)), h), scale, ink)
	return img
}

func (e *Entry) ink() color.Color {
	switch {
	case len(e.edit.text) == 0:
		return colour(theme.ColorNamePlaceHolder, e)
	case e.Disabled():
		return colour(theme.ColorNameDisabled, e)
	}
	return colour(theme.ColorNameForeground, e)
}

// wheel takes the mouse wheel for a field whose text is higher than the field; otherwise it is hidden, and the
// page scrolls.
type wheel struct {
	widget.BaseWidget
	turned func(dy float32)
}

func newWheel(turned func(dy float32)) *wheel {
	w := &wheel{turned: turned}
	w.ExtendBaseWidget(w)
	return w
}

// Scrolled is Fyne's.
func (w *wheel) Scrolled(s *fyne.ScrollEvent) { w.turned(s.Scrolled.DY) }

// CreateRenderer is Fyne's.
func (w *wheel) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(canvas.NewRectangle(color.Transparent))
}
