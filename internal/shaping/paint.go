package shaping

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
)

// Overhang is how far, in pixels, glyphs of a size may reach out of the layout's box on every side:
// swashes, stacked marks. Give the image that much more room.
func Overhang(size float32) int { return int(size/3) + 1 }

// Paint draws the layout enlarged by scale, with its top left corner at the corner of box; box.Dx() is the
// width in which lines are aligned. Box is in pixels of dst, the layout's measures times scale. Glyphs may
// reach out of the box by the scaled [Overhang]. It is safe for concurrent use with different images.
func (l *Layout) Paint(dst draw.Image, box image.Rectangle, scale float32, c color.Color) {
	e := engines.Get().(*engine)
	defer engines.Put(e)
	e.renderer.FontSize, e.renderer.PixScale, e.renderer.Color = l.size, scale, c
	over := Overhang(l.size * scale)
	for _, line := range l.Lines {
		width := scaled(line.Width.Ceil(), scale)
		x, y := box.Min.X+l.left(line, box.Dx()-width), box.Min.Y+scaled(line.Top, scale)
		at := image.Rect(x, y, x+width, y+scaled(line.Height, scale)).Inset(-over)
		if !at.Overlaps(dst.Bounds()) {
			continue
		}
		strip := image.NewRGBA(image.Rect(0, 0, at.Dx(), at.Dy()))
		e.paint(line, l.size, strip, over, over+scaled(line.Baseline-line.Top, scale))
		draw.Draw(dst, at, strip, image.Point{}, draw.Over)
	}
}

func scaled(n int, scale float32) int { return int(math.Round(float64(n) * float64(scale))) }

// left returns where a line begins when so much of the box's width is free.
func (l *Layout) left(line Line, free int) int {
	switch {
	case l.align == Center:
		return free / 2
	case (l.align == End) != line.RTL:
		return free
	}
	return 0
}

// fakedBold is the part of the letter size by which strokes of a font without a bold weight grow.
const fakedBold = 26

// paint draws one line into its strip, from x and on the baseline. The glyphs of each face go in one
// stroke, each moved to its exact place, because the renderer rounds the place of every call to whole
// pixels.
func (e *engine) paint(line Line, size float32, strip *image.RGBA, x, baseline int) {
	byFace := make(map[faceID][]shaping.Glyph)
	var at fixed.Int26_6
	for _, run := range line.Runs {
		for _, g := range run.glyphs {
			advance := g.Advance
			g.XOffset += at
			g.Advance = 0
			byFace[run.face] = append(byFace[run.face], g)
			if run.face.faked() {
				g.XOffset += fixed.Int26_6(size * 64 / fakedBold)
				byFace[run.face] = append(byFace[run.face], g)
			}
			at += advance
		}
	}
	for id, glyphs := range byFace {
		out := shaping.Output{Face: e.faces.face(id), Glyphs: glyphs}
		e.renderer.DrawShapedRunAt(out, strip, x, baseline)
	}
}
