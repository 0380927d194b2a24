package shaping

import (
	"image"
	"slices"
	"unicode"

	"golang.org/x/image/math/fixed"
)

// Caret is a place between two letters of a text, and to which of them it belongs: where two directions meet,
// or a line was wrapped, one place in the text is two on the screen. The zero Caret stands before the text.
type Caret struct {
	Pos   int  // runes before it
	After bool // it belongs to the letter before it, not to the one after it
}

// cell is what a reader takes for one letter, where it stands on its line.
type cell struct {
	start, end  int
	rtl         bool
	left, right fixed.Int26_6
}

// edge returns the caret at the left or the right side of the cell.
func (c cell) edge(right bool) Caret {
	if right == c.rtl {
		return Caret{Pos: c.start}
	}
	return Caret{Pos: c.end, After: true}
}

// cells returns the letters of a line in visual order, from left to right. Their borders are the stops of the
// text: glyphs that make one letter are taken together, and what is drawn as one glyph for several letters, as
// lam and alef are, is divided evenly.
func (l *Layout) cells(line Line) []cell {
	var cells []cell
	for _, c := range line.clusters() {
		if n := len(cells) - 1; n >= 0 && l.joined(cells[n], c) {
			last := &cells[n]
			last.start, last.end, last.right = min(last.start, c.start), max(last.end, c.end), c.right
			continue
		}
		cells = append(cells, c)
	}
	var out []cell
	for _, c := range cells {
		out = append(out, l.divided(c)...)
	}
	return out
}

// clusters returns the clusters of glyphs of a line, in visual order. Runes that were only put in to lay the
// text out have none.
func (line Line) clusters() (out []cell) {
	var x fixed.Int26_6
	for _, run := range line.Runs {
		for i := 0; i < len(run.glyphs); {
			g := run.glyphs[i]
			c := cell{start: run.origin[g.TextIndex()], end: run.origin[g.TextIndex()+g.RunesCount()], rtl: run.RTL, left: x}
			for ; i < len(run.glyphs) && run.glyphs[i].TextIndex() == g.TextIndex(); i++ {
				x += run.glyphs[i].Advance
			}
			if c.right = x; c.start < c.end {
				out = append(out, c)
			}
		}
	}
	return out
}

// joined reports whether two neighbours are parts of one letter.
func (l *Layout) joined(left, right cell) bool {
	border := left.end
	if left.rtl {
		border = left.start
	}
	return left.rtl == right.rtl && (left.end == right.start || left.start == right.end) && !l.stop(border)
}

func (l *Layout) stop(pos int) bool {
	_, ok := slices.BinarySearch(l.stops, pos)
	return ok
}

// divided returns the letters of one cluster.
func (l *Layout) divided(c cell) []cell {
	borders := []int{c.start}
	for pos := c.start + 1; pos < c.end; pos++ {
		if l.stop(pos) {
			borders = append(borders, pos)
		}
	}
	n := len(borders)
	if n == 1 {
		return []cell{c}
	}
	borders = append(borders, c.end)
	out := make([]cell, n)
	for i := range n {
		part := cell{start: borders[i], end: borders[i+1], rtl: c.rtl}
		at := i
		if c.rtl {
			at = n - 1 - i
		}
		width := c.right - c.left
		part.left, part.right = c.left+width*fixed.Int26_6(at)/fixed.Int26_6(n), c.left+width*fixed.Int26_6(at+1)/fixed.Int26_6(n)
		out[at] = part
	}
	return out
}

// line returns the number of the line on which a caret stands.
func (l *Layout) line(c Caret) int {
	at := 0
	for i, line := range l.Lines {
		if line.Start > c.Pos || c.After && i > 0 && l.Lines[i-1].End >= c.Pos {
			break
		}
		at = i
	}
	return at
}

// border returns how many cells of its line stand to the left of a caret.
func border(cells []cell, c Caret) int {
	for _, after := range [...]bool{c.After, !c.After} {
		for i, cell := range cells {
			if after && cell.end == c.Pos || !after && cell.start == c.Pos {
				if cell.rtl == after {
					return i
				}
				return i + 1
			}
		}
	}
	for i, cell := range cells { // inside a letter that is not finished
		if cell.start < c.Pos && c.Pos < cell.end {
			if cell.rtl {
				return i
			}
			return i + 1
		}
	}
	return 0
}

// Caret returns where a caret stands, in pixels at scale 1 from the left of a box of that width, and on which
// line. Only a layout of a [Style] with Typed knows.
func (l *Layout) Caret(c Caret, width int) (x float32, line int) {
	line = l.line(c)
	cells := l.cells(l.Lines[line])
	at := l.origin(line, width)
	if b := border(cells, c); b > 0 {
		at += cells[b-1].right
	}
	return float32(at) / 64, line
}

// origin returns where a line begins on the left of a box of that width.
func (l *Layout) origin(line, width int) fixed.Int26_6 {
	return fixed.I(l.left(l.Lines[line], width-l.Lines[line].Width.Ceil()))
}

// At returns the caret nearest to a point, in pixels at scale 1 from the top left corner of a box of that width.
func (l *Layout) At(x, y float32, width int) Caret {
	line := len(l.Lines) - 1
	for line > 0 && y < float32(l.Lines[line].Top) {
		line--
	}
	cells := l.cells(l.Lines[line])
	if len(cells) == 0 {
		return Caret{Pos: l.Lines[line].Start}
	}
	at := fixed.Int26_6(x*64) - l.origin(line, width)
	for _, c := range cells {
		if at < (c.left+c.right)/2 {
			return c.edge(false)
		}
	}
	return cells[len(cells)-1].edge(true)
}

// Step moves a caret over one letter to the right, or to the left, as the letters are seen, and on to the line
// on which reading goes on.
func (l *Layout) Step(c Caret, right bool) Caret {
	line := l.line(c)
	cells := l.cells(l.Lines[line])
	b := border(cells, c)
	switch {
	case right && b < len(cells):
		return cells[b].edge(true)
	case !right && b > 0:
		return cells[b-1].edge(false)
	}
	next := line + 1
	if right == l.Lines[line].RTL {
		next = line - 1
	}
	if next < 0 || next == len(l.Lines) {
		return c
	}
	cells = l.cells(l.Lines[next])
	switch {
	case len(cells) == 0:
		return Caret{Pos: l.Lines[next].Start}
	case right:
		return entered(cells[0], c, right)
	}
	return entered(cells[len(cells)-1], c, right)
}

// entered returns the caret at the near side of the first cell of another line, or at the far side where that
// is the place in the text from which the caret came.
func entered(first cell, from Caret, right bool) Caret {
	if near := first.edge(!right); near.Pos != from.Pos {
		return near
	}
	return first.edge(right)
}

// Vertical moves a caret by so many lines, to the letter nearest to x.
func (l *Layout) Vertical(c Caret, x float32, lines, width int) Caret {
	line := min(max(l.line(c)+lines, 0), len(l.Lines)-1)
	return l.At(x, float32(l.Lines[line].Top), width)
}

// Ends returns the carets at the beginning and at the end of a caret's line.
func (l *Layout) Ends(c Caret) (start, end Caret) {
	line := l.Lines[l.line(c)]
	return Caret{Pos: line.Start}, Caret{Pos: line.End, After: line.End > line.Start}
}

// RTLAt reports whether the paragraph of a caret runs from right to left.
func (l *Layout) RTLAt(c Caret) bool { return l.Lines[l.line(c)].RTL }

// Selected returns the areas that the runes from start to end cover, in pixels at scale 1 of a box of that
// width. There are several where directions mix, or lines were wrapped.
func (l *Layout) Selected(start, end, width int) (areas []image.Rectangle) {
	for i, line := range l.Lines {
		origin := l.origin(i, width)
		for _, c := range l.cells(line) {
			if c.start < start || c.end > end {
				continue
			}
			area := image.Rect((origin + c.left).Floor(), line.Top, (origin + c.right).Ceil(), line.Top+line.Height)
			if n := len(areas) - 1; n >= 0 && areas[n].Min.Y == area.Min.Y && areas[n].Max.X >= area.Min.X-1 {
				areas[n].Max.X = area.Max.X
				continue
			}
			areas = append(areas, area)
		}
	}
	return areas
}

// Word returns the word at a place in a text, or what stands between two words. Words are stretches of letters,
// marks and digits, divided where the script has no spaces.
func Word(text []rune, pos int) (start, end int) {
	breaks := wordBreaks(text, true)
	if pos == len(text) && pos > 0 {
		pos--
	}
	start, end = pos, pos
	for start > 0 && start < len(text) && wordy(text[start-1]) == wordy(text[start]) && !breaks[start] {
		start--
	}
	for end < len(text) && (end == pos || wordy(text[end]) == wordy(text[end-1]) && !breaks[end]) {
		end++
	}
	return start, end
}

// WordEnd returns where the next word after a place ends.
func WordEnd(text []rune, pos int) int {
	for pos < len(text) && !wordy(text[pos]) {
		pos++
	}
	if pos == len(text) {
		return pos
	}
	_, end := Word(text, pos)
	return end
}

// WordStart returns where the word before a place begins.
func WordStart(text []rune, pos int) int {
	for pos > 0 && !wordy(text[pos-1]) {
		pos--
	}
	if pos == 0 {
		return 0
	}
	start, _ := Word(text, pos-1)
	return start
}

func wordy(r rune) bool {
	return unicode.In(r, unicode.L, unicode.M, unicode.N) || r == zeroWidthJoiner || r == zeroWidthNonJoiner
}
