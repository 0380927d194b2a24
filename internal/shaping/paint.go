package shaping

import (
	"image"
	"image/color"
	"image/draw"

	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
)

// Overhang is how far, in pixels, glyphs of a size may reach out of the layout's box on every side:
// swashes, stacked marks. Give the image that much more room.
func Overhang(size float32) int { return int(size/3) + 1 }

// Paint draws the layout with its top left corner at the corner of box; box.Dx() is the width in which
// lines are aligned. Glyphs may reach out of the box by [Overhang]. It is safe for concurrent use with
// different images.
func (l *Layout) Paint(dst draw.Image, box image.Rectangle, c color.Color) {
	e := engines.Get().(*engine)
	defer engines.Put(e)
	e.renderer.FontSize, e.renderer.PixScale, e.renderer.Color = l.size, 1, c
	over := Overhang(l.size)
	for _, line := range l.Lines {
		x := box.Min.X + l.left(line, box.Dx())
		at := image.Rect(x, box.Min.Y+line.Top, x+line.Width.Ceil(), box.Min.Y+line.Top+line.Height).Inset(-over)
		if !at.Overlaps(dst.Bounds()) {
			continue
		}
		strip := image.NewRGBA(image.Rect(0, 0, at.Dx(), at.Dy()))
		e.paint(line, strip, over)
		draw.Draw(dst, at, strip, image.Point{}, draw.Over)
	}
}

// left returns the left edge of a line in a box of that width.
func (l *Layout) left(line Line, width int) int {
	free := width - line.Width.Ceil()
	switch {
	case l.align == Center:
		return free / 2
	case (l.align == End) != l.RTL:
		return free
	}
	return 0
}

// paint draws one line into its strip. The glyphs of each face go in one stroke, each moved to its exact
// place, because the renderer rounds the place of every call to whole pixels.
func (e *engine) paint(line Line, strip *image.RGBA, over int) {
	byFace := make(map[faceID][]shaping.Glyph)
	var x fixed.Int26_6
	for _, run := range line.Runs {
		for _, g := range run.glyphs {
			advance := g.Advance
			g.XOffset += x
			g.Advance = 0
			byFace[run.face] = append(byFace[run.face], g)
			x += advance
		}
	}
	for id, glyphs := range byFace {
		out := shaping.Output{Face: e.faces.face(id), Glyphs: glyphs}
		e.renderer.DrawShapedRunAt(out, strip, over, over+line.Baseline-line.Top)
	}
}
