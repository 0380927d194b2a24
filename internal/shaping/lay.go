package shaping

import (
	"slices"
	"sync"
	"unicode"

	"github.com/go-text/render"
	"github.com/go-text/typesetting/bidi"
	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"

	"leeward/schema/codes"
)

// Align says where a line stands in its box.
type Align int

// The alignments. Start is the side on which the language begins to read.
const (
	Start Align = iota
	Center
	End
)

// Style says how to lay out a text.
type Style struct {
	Lang  string  // BCP 47; decides the base direction, the font and the forms of letters
	Bold  bool    // the bold weight
	Size  float32 // of the letters, in pixels; kept between 1 and 1024
	Width int     // of the box, in pixels; 0 or less: a line ends only where the text says so
	Align Align   // within the box that Paint is given
	Typed bool    // as a field shows it, each paragraph in its own direction; see [Layout.Caret]
	Fixed bool    // typed or not, every paragraph runs as the language does
}

// Layout is a text laid out. All measures are in pixels at scale 1. It does not change and may be shared.
type Layout struct {
	Lines    []Line // at least one
	Width    int    // of the widest line
	Height   int    // of all lines
	Baseline int    // of the first line, from the top; columns of different scripts align by it
	RTL      bool   // base direction
	size     float32
	align    Align
	stops    []int // of the caret; only of what is typed
}

// Line is one line with its runs in visual order, left to right.
type Line struct {
	Runs       []Run
	Width      fixed.Int26_6
	Top        int // from the top of the layout
	Baseline   int // from the top of the layout
	Height     int
	Start, End int  // range of runes of the text
	RTL        bool // direction of its paragraph
}

// Run is a stretch of glyphs of one font and one direction.
type Run struct {
	Start, End int  // range of runes of the text
	RTL        bool // direction of this run
	Advance    fixed.Int26_6
	level      bidi.Level
	face       faceID
	glyphs     []shaping.Glyph
	origin     []int // positions of the runes that glyphs count, in the text
}

const (
	minSize, maxSize = 1, 1024
	maxWidth         = 1 << 20 // pixels; what fixed point numbers can hold with room to spare
)

// engine is the reusable state of one layout or one painting. It serves one goroutine at a time.
type engine struct {
	faces     *faces
	shaper    shaping.HarfbuzzShaper
	segmenter shaping.Segmenter
	wrapper   shaping.LineWrapper
	bidi      bidi.Paragraph
	renderer  render.Renderer
}

var engines = sync.Pool{New: func() any { return &engine{faces: newFaces()} }}

// Lay lays out a text. It accepts every string and is safe for concurrent use.
func Lay(text string, s Style) *Layout {
	e := engines.Get().(*engine)
	defer engines.Put(e)
	s = s.bounded()
	l := &Layout{RTL: codes.RTL(s.Lang), size: s.Size, align: s.Align}
	all := []rune(text)
	direction := func([]rune) bool { return l.RTL }
	if s.Typed {
		l.stops = Stops(all)
	}
	if s.Typed && !s.Fixed {
		direction = func(text []rune) bool { return firstStrong(text, l.RTL) }
	}
	for _, p := range paragraphs(all, direction) {
		e.add(l, p, s)
	}
	l.Baseline = l.Lines[0].Baseline
	return l
}

func (s Style) bounded() Style {
	if !(s.Size >= minSize) { // also when it is not a number
		s.Size = minSize
	}
	s.Size = float32(fixed.Int26_6(min(s.Size, maxSize)*64)) / 64
	if s.Width <= 0 || s.Width > maxWidth {
		s.Width = maxWidth
	}
	return s
}

// add lays out one paragraph and appends its lines.
func (e *engine) add(l *Layout, p paragraph, s Style) {
	fonts := &chain{faces: e.faces, bold: s.Bold, lang: familyFor(s.Lang), script: -1}
	wrapped := e.wrap(p, s, fonts)
	if slices.ContainsFunc(wrapped[1:], func(line shaping.Line) bool { return p.torn(line[0].Runes.Offset) }) {
		p = p.syllables()
		wrapped = e.wrap(p, s, fonts)
	}
	levels := e.levels(p)
	for i, line := range wrapped {
		keep := s.Typed && i == len(wrapped)-1 // whoever types a space sees the caret move
		l.append(e.line(line, p, levels, fonts, s.Size, keep))
	}
}

// wrap shapes a paragraph and breaks it into lines of runs in logical order. The lines are valid until
// the next call.
func (e *engine) wrap(p paragraph, s Style, fonts *chain) []shaping.Line {
	direction := di.DirectionLTR
	if p.rtl {
		direction = di.DirectionRTL
	}
	var shaped []shaping.Output
	for _, in := range e.segmenter.Split(shaping.Input{
		Text: p.runes, RunEnd: len(p.runes), Direction: direction,
		Size: fixed.Int26_6(s.Size * 64), Language: language.NewLanguage(s.Lang),
	}, fonts) {
		shaped = append(shaped, e.shaper.Shape(in))
	}
	wrapped, _ := e.wrapper.WrapParagraphF(shaping.WrapConfig{
		Direction: direction, BreakPolicy: shaping.WhenNecessary,
		DisableTrailingWhitespaceTrim: true, // it trims the wrong end of a line with three levels
	}, fixed.I(s.Width), p.runes, shaping.NewSliceIterator(shaped))
	return wrapped
}

// levels returns the embedding level of each rune (UAX #9).
func (e *engine) levels(p paragraph) []bidi.Level {
	base := bidi.LeftToRight
	if p.rtl {
		base = bidi.RightToLeft
	}
	levels := make([]bidi.Level, len(p.runes))
	runs := e.bidi.Segment(p.runes, base)
	for i := range runs.NumRuns() {
		run := runs.Run(i)
		for j := run.Start; j < run.End; j++ {
			levels[j] = run.Level
		}
	}
	return levels
}

// line copies one wrapped line, whose memory belongs to the wrapper, and puts its runs in visual order. Keep
// lets the white space at its end take room.
func (e *engine) line(wrapped shaping.Line, p paragraph, levels []bidi.Level, fonts *chain, size float32, keep bool) Line {
	line := Line{Start: p.end, End: p.origin[0], RTL: p.rtl}
	// The language's own font always counts, so that a line of digits is as tall as its neighbours.
	ascent, descent := fonts.height(size)
	for _, out := range wrapped {
		first, last := out.Runes.Offset, out.Runes.Offset+out.Runes.Count
		run := Run{
			Start: p.origin[first], End: p.origin[last], RTL: out.Direction.Progression() == di.TowardTopLeft,
			Advance: out.Advance, level: levels[first], face: e.faces.ids[out.Face], glyphs: out.Glyphs, origin: p.origin,
		}
		line.Runs = append(line.Runs, run)
		line.Start, line.End = min(line.Start, run.Start), max(line.End, run.End)
		ascent, descent = max(ascent, out.LineBounds.Ascent), max(descent, -out.LineBounds.Descent)
	}
	if !keep {
		trim(line.Runs, p.runes)
	}
	for _, run := range line.Runs {
		line.Width += run.Advance
	}
	reorder(line.Runs)
	line.Baseline = ascent.Ceil()
	line.Height = line.Baseline + descent.Ceil()
	return line
}

// trim takes the width from the white space that ends a line. The runs are still in logical order.
func trim(runs []Run, text []rune) {
	for i := len(runs) - 1; i >= 0; i-- {
		run := &runs[i]
		for n := range run.glyphs {
			g := &run.glyphs[n] // an RTL run has its logical end on the left
			if !run.RTL {
				g = &run.glyphs[len(run.glyphs)-1-n]
			}
			if !unicode.IsSpace(text[g.TextIndex()]) && text[g.TextIndex()] != zwsp {
				return
			}
			run.Advance -= g.Advance
			g.Advance = 0
		}
	}
}

// append places a line under the ones before it.
func (l *Layout) append(line Line) {
	line.Top = l.Height
	line.Baseline += l.Height
	l.Height += line.Height
	l.Width = max(l.Width, line.Width.Ceil())
	l.Lines = append(l.Lines, line)
}

// reorder puts runs in visual order: UAX #9, rule L2. From the highest level down to the lowest odd one,
// each stretch of runs at that level or above is reversed. (The order that go-text's wrapper gives is
// right for two levels only.)
func reorder(runs []Run) {
	highest, lowestOdd := bidi.Level(0), bidi.Level(127)
	for _, r := range runs {
		highest = max(highest, r.level)
		if r.level%2 == 1 {
			lowestOdd = min(lowestOdd, r.level)
		}
	}
	for level := highest; level >= lowestOdd; level-- {
		for i := 0; i < len(runs); i++ {
			j := i
			for j < len(runs) && runs[j].level >= level {
				j++
			}
			for a, b := i, j-1; a < b; a, b = a+1, b-1 {
				runs[a], runs[b] = runs[b], runs[a]
			}
			i = max(i, j)
		}
	}
}

// height returns the ascent and descent of the language's own font, both positive.
func (c *chain) height(size float32) (ascent, descent fixed.Int26_6) {
	face := c.faces.face(faceID{c.lang, c.bold})
	extents, ok := face.FontHExtents()
	if !ok {
		return 0, 0
	}
	scale := size / float32(face.Upem()) * 64
	return fixed.Int26_6(extents.Ascender * scale), fixed.Int26_6(-extents.Descender * scale)
}

// Missing returns the runes of a text that no embedded font can draw, each once, in order. Catalogues are
// tested with it.
func Missing(text, lang string) []rune {
	all := []rune(text)
	var missing []rune
	seen := make(map[rune]bool)
	for _, bold := range []bool{false, true} {
		for _, line := range Lay(text, Style{Lang: lang, Bold: bold, Size: 16}).Lines {
			for _, run := range line.Runs {
				for _, r := range run.missing(all) {
					if !seen[r] {
						seen[r] = true
						missing = append(missing, r)
					}
				}
			}
		}
	}
	return missing
}

// missing returns the runes whose clusters contain glyph 0, the box.
func (r Run) missing(text []rune) (out []rune) {
	for _, g := range r.glyphs {
		if g.GlyphID != 0 {
			continue
		}
		for i := g.TextIndex(); i < g.TextIndex()+g.RunesCount(); i++ {
			if at := r.origin[i]; at < len(text) {
				out = append(out, text[at])
			}
		}
	}
	return out
}
