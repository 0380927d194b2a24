package shaping

import (
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
)

// Strong marks without width; the first rune decides the direction of a paragraph (UAX #9, P2).
const (
	leftToRightMark = '\u200e'
	rightToLeftMark = '\u200f'
	isolateLTR      = '\u2066'
	isolateEnd      = '\u2069'
	noBreakSpace    = '\u00a0'
)

// paragraph is one paragraph as it is laid out: the caller's runes with a direction mark in front and
// break hints in between.
type paragraph struct {
	runes  []rune
	origin []int // for each rune its position in the caller's text (for a rune put in, that of the next one); then end
	end    int   // where the paragraph ends in the caller's text, its separator left out
	text   []rune
	rtl    bool
}

// paragraphs splits a text at its paragraph and line separators and prepares each part; direction says which
// way a part runs. There is always at least one, possibly empty, paragraph. Bytes that are not UTF-8 become
// U+FFFD.
func paragraphs(all []rune, direction func([]rune) bool) []paragraph {
	var out []paragraph
	start := 0
	for i, r := range all {
		if !separator(r) {
			continue
		}
		if r == '\n' && i > 0 && all[i-1] == '\r' {
			start = i + 1 // the second half of one separator
			continue
		}
		out = append(out, prepare(all[start:i], start, direction(all[start:i]), true))
		start = i + 1
	}
	return append(out, prepare(all[start:], start, direction(all[start:]), true))
}

// firstStrong returns the direction of the first rune that has one (UAX #9, P2 and P3), otherwise where there
// is none.
func firstStrong(text []rune, otherwise bool) bool {
	for _, r := range text {
		switch p, _ := bidi.LookupRune(r); p.Class() {
		case bidi.L:
			return false
		case bidi.R, bidi.AL:
			return true
		}
	}
	return otherwise
}

// separator reports whether a rune ends a paragraph (bidi class B) or forces a new line (UAX #14, BK).
func separator(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', '\u001c', '\u001d', '\u001e', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}

// prepare makes a paragraph ready; whole keeps words in one piece.
func prepare(text []rune, offset int, rtl, whole bool) paragraph {
	mark := leftToRightMark
	if rtl {
		mark = rightToLeftMark
	}
	p := paragraph{
		runes:  append(make([]rune, 0, len(text)+len(text)/4+1), mark),
		origin: append(make([]int, 0, len(text)+len(text)/4+1), offset),
		end:    offset + len(text),
		text:   text,
		rtl:    rtl,
	}
	var breaks map[int]bool
	if !slices.Contains(text, zwsp) { // else whoever wrote it has said where it breaks
		breaks = wordBreaks(text, whole)
	}
	number := 0 // end of the grouped number at hand
	for i, r := range text {
		if n := grouped(text, i); i >= number && n > 0 {
			number = i + n
			if rtl {
				p.runes, p.origin = append(p.runes, isolateLTR), append(p.origin, offset+i)
			}
		}
		switch {
		case r == ' ' && (i < number || pair(text, i)):
			r = noBreakSpace
		case unicode.IsControl(r) || r > unicode.MaxRune || !utf8.ValidRune(r):
			r = ' ' // a tab, or something that no font can draw
		case breaks[i]:
			p.runes, p.origin = append(p.runes, zwsp), append(p.origin, offset+i)
		}
		p.runes, p.origin = append(p.runes, r), append(p.origin, offset+i)
		if rtl && i+1 == number {
			p.runes, p.origin = append(p.runes, isolateEnd), append(p.origin, offset+i+1)
		}
	}
	p.origin = append(p.origin, p.end)
	return p
}

// syllables returns the paragraph with breaks between all Burmese syllables, listed words or not.
func (p paragraph) syllables() paragraph {
	return prepare(p.text, p.end-len(p.text), p.rtl, false)
}

// torn reports whether a line begins at rune i of the prepared paragraph only because what stands there
// fits on no line: in the middle of a Burmese word.
func (p paragraph) torn(i int) bool {
	return i > 0 && unicode.Is(unicode.Myanmar, p.runes[i]) && unicode.Is(unicode.Myanmar, p.runes[i-1]) &&
		!unicode.IsPunct(p.runes[i-1])
}

// grouped returns the length of a number that is written in groups and starts at i, 0 when there is none:
// an international telephone number, or three or more groups joined by hyphens (2024-05-17). It stays
// on one line, and in right-to-left text its groups would otherwise stand in reverse order, and whoever dials
// or writes down what is shown is wrong.
func grouped(text []rune, i int) int {
	plus := text[i] == '+'
	if !plus && (!unicode.IsDigit(text[i]) || i > 0 && unicode.IsDigit(text[i-1])) {
		return 0
	}
	end, groups := i, 0
	for j := i; j < len(text); j++ {
		switch r := text[j]; {
		case unicode.IsDigit(r):
			if j == i || !unicode.IsDigit(text[j-1]) {
				groups++
			}
			end = j + 1
		case j == i || end == j && (r == '-' || plus && r == ' '):
		default:
			j = len(text)
		}
	}
	if plus && groups > 0 || groups > 2 {
		return end - i
	}
	return 0
}

// pair reports whether the space at i stands inside one thing that people read as a whole, a number with
// its letters: "AB 12345", "2,500 USD". Only short groups of capitals count.
func pair(text []rune, i int) bool {
	if i == 0 || i+1 == len(text) {
		return false
	}
	before, after := text[i-1], text[i+1]
	switch {
	case unicode.IsDigit(after):
		return capitals(text[:i], -1)
	case unicode.IsDigit(before):
		return capitals(text[i+1:], 1)
	}
	return false
}

// capitals reports whether one to three Latin capitals, and no further letter or digit, end the text
// (step -1) or begin it (step 1).
func capitals(text []rune, step int) bool {
	at := 0
	if step < 0 {
		at = len(text) - 1
	}
	n := 0
	for ; at >= 0 && at < len(text) && (unicode.IsLetter(text[at]) || unicode.IsDigit(text[at])); at += step {
		if text[at] < 'A' || text[at] > 'Z' || n == 3 {
			return false
		}
		n++
	}
	return n > 0
}
