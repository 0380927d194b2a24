package shaping

import (
	"unicode"
	"unicode/utf8"
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
	origin []int // for each rune its position in the caller's text; for a rune put in, that of the next one
	end    int   // where the paragraph ends in the caller's text, its separator left out
}

// paragraphs splits a text at its paragraph and line separators and prepares each part. There is always
// at least one, possibly empty, paragraph. Bytes that are not UTF-8 become U+FFFD.
func paragraphs(text string, rtl bool) []paragraph {
	all := []rune(text)
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
		out = append(out, prepare(all[start:i], start, rtl))
		start = i + 1
	}
	return append(out, prepare(all[start:], start, rtl))
}

// separator reports whether a rune ends a paragraph (bidi class B) or forces a new line (UAX #14, BK).
func separator(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', '\u001c', '\u001d', '\u001e', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}

func prepare(text []rune, offset int, rtl bool) paragraph {
	mark := leftToRightMark
	if rtl {
		mark = rightToLeftMark
	}
	p := paragraph{
		runes:  append(make([]rune, 0, len(text)+len(text)/4+1), mark),
		origin: append(make([]int, 0, len(text)+len(text)/4+1), offset),
		end:    offset + len(text),
	}
	hinted := false
	for _, r := range text {
		hinted = hinted || r == zwsp
	}
	number := 0 // end of the telephone number at hand
	for i, r := range text {
		if n := telephone(text[i:]); rtl && i >= number && n > 0 {
			number = i + n
			p.runes, p.origin = append(p.runes, isolateLTR), append(p.origin, offset+i)
		}
		switch {
		case r == ' ' && (i < number || pair(text, i)):
			r = noBreakSpace
		case unicode.IsControl(r) || r > unicode.MaxRune || !utf8.ValidRune(r):
			r = ' ' // a tab, or something that no font can draw
		case !hinted && syllableStart(text, i):
			p.runes, p.origin = append(p.runes, zwsp), append(p.origin, offset+i)
		}
		p.runes, p.origin = append(p.runes, r), append(p.origin, offset+i)
		if i+1 == number {
			p.runes, p.origin = append(p.runes, isolateEnd), append(p.origin, offset+i+1)
		}
	}
	return p
}

// telephone returns the length of an international telephone number at the start of the text, 0 when
// there is none: a plus sign, then digits with single spaces or hyphens between. In right-to-left text its
// groups would otherwise stand in reverse order, and whoever dials what is shown reaches a stranger.
func telephone(text []rune) int {
	if len(text) < 2 || text[0] != '+' {
		return 0
	}
	n := 0
	for i := 1; i < len(text); i++ {
		switch {
		case unicode.IsDigit(text[i]):
			n = i + 1
		case n != i || text[i] != ' ' && text[i] != '-':
			return n
		}
	}
	return n
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
