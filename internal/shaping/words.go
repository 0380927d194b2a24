package shaping

import (
	"slices"
	"unicode"

	"github.com/go-text/typesetting/segmenter"
)

// spaceless is a script without spaces between words: its letters, the list of its words, and where a line
// may break between two pieces that are in no word of the list.
type spaceless struct {
	letters *unicode.RangeTable
	words   func() *wordTrie
	loose   bool // between any two pieces; otherwise what is unknown stays in one piece
}

// scripts without spaces. Burmese is divided into syllables (burmese.go), the others into clusters.
var spacelessScripts = []spaceless{
	{letters: unicode.Thai, words: loadTrie("thai")},
	{letters: unicode.Lao, words: loadTrie("lao")},
	{letters: unicode.Khmer, words: loadTrie("khmer")},
	{letters: unicode.Myanmar, words: loadTrie("burmese"), loose: true},
}

// Signs that repeat or shorten the word before them and never stand at the head of a line.
const (
	thaiShort, thaiRepeat, laoShort, laoRepeat = '\u0e2f', '\u0e46', '\u0eaf', '\u0ec6'
)

// Signs that hold the next consonant to this one; no cluster ends with them.
const (
	khmerCoeng      = '\u17d2'
	zeroWidthJoiner = '\u200d'

	zeroWidthNonJoiner = '\u200c'
)

// wordBreaks returns where a line may break between words that have no space between them, nil when the text
// has no such words. Where words are not to stay whole, it may break between any two pieces.
func wordBreaks(text []rune, whole bool) map[int]bool {
	var breaks map[int]bool
	for i := 0; i < len(text); i++ {
		s := spacelessAt(text[i])
		if s == nil {
			continue
		}
		end := i + 1
		for end < len(text) && s.letter(text[end]) {
			end++
		}
		if breaks == nil {
			breaks = make(map[int]bool)
		}
		s.divide(text[i:end], whole, func(at int) { breaks[i+at] = true })
		i = end - 1
	}
	return breaks
}

func spacelessAt(r rune) *spaceless {
	for i := range spacelessScripts {
		if s := &spacelessScripts[i]; s.letter(r) {
			return s
		}
	}
	return nil
}

// letter reports whether a rune is part of a word: digits and punctuation are not.
func (s *spaceless) letter(r rune) bool {
	return unicode.Is(s.letters, r) && (unicode.In(r, unicode.L, unicode.M) || repeats(r))
}

// way is the best way to read a stretch from one piece on: as few unknown pieces as can be, then as few words.
type way struct {
	unknown, words int
	next           int  // piece at which the next word begins
	known          bool // the first word is in the list
}

func (w way) better(than way) bool {
	return w.unknown < than.unknown || w.unknown == than.unknown && w.words < than.words
}

// divide calls fn with each place inside a stretch of letters where a line may break.
func (s *spaceless) divide(text []rune, whole bool, fn func(at int)) {
	pieces := s.pieces(text)
	if !whole {
		for _, at := range pieces[1 : len(pieces)-1] {
			fn(at)
		}
		return
	}
	ways := s.ways(text, pieces)
	known := true
	for i := 0; i < len(pieces)-1; {
		w := ways[i]
		if i > 0 && (s.loose || known || w.known) {
			fn(pieces[i])
		}
		i, known = w.next, w.known
	}
}

// ways fills in the best way from each piece to the end, from the last piece on. Among equals the longest
// first word wins, as with ICU.
func (s *spaceless) ways(text []rune, pieces []int) []way {
	piece := make(map[int]int, len(pieces)) // which piece begins at a place
	for i, at := range pieces {
		piece[at] = i
	}
	ways := make([]way, len(pieces))
	for i := len(pieces) - 2; i >= 0; i-- {
		rest := ways[i+1]
		best := way{unknown: rest.unknown + 1, words: rest.words + 1, next: i + 1}
		s.words().words(text[pieces[i]:], func(length int) {
			end := pieces[i] + length
			for end < len(text) && repeats(text[end]) {
				end++
			}
			j, ok := piece[end]
			if !ok {
				return // the list's word ends inside a cluster of this text
			}
			if w := (way{ways[j].unknown, ways[j].words + 1, j, true}); !best.better(w) {
				best = w
			}
		})
		ways[i] = best
	}
	return ways
}

// pieces returns the places in a stretch of letters between which there may be a break, its ends included:
// syllables of Burmese, else clusters, with the signs of repetition that follow them.
func (s *spaceless) pieces(text []rune) []int {
	return slices.DeleteFunc(Stops(text), func(at int) bool {
		switch {
		case at == 0 || at == len(text):
			return false
		case s.letters == unicode.Myanmar:
			return !syllableStart(text, at)
		}
		return repeats(text[at])
	})
}

func repeats(r rune) bool {
	return r == thaiShort || r == thaiRepeat || r == laoShort || r == laoRepeat
}

// Stops returns the places in a text between which a reader sees one letter, from 0 to len(text): where a caret
// may stand. They are extended grapheme clusters (UAX #29), held together further where readers see one thing:
// no stop before any mark (UAX #29 has one before a few of Burmese), nor before a consonant that stands under
// the one before it or is joined to it.
func Stops(text []rune) []int {
	var s segmenter.Segmenter
	s.Init(text)
	stops := make([]int, 1, len(text)+1)
	for it := s.GraphemeIterator(); it.Next(); {
		g := it.Grapheme()
		end := g.Offset + len(g.Text)
		if end == len(text) || !held(text, end) {
			stops = append(stops, end)
		}
	}
	return stops
}

// held reports whether the runes before and after a place make one letter.
func held(text []rune, at int) bool {
	switch before := text[at-1]; before {
	case virama, khmerCoeng:
		return unicode.Is(unicode.L, text[at])
	case zeroWidthJoiner:
		return at > 1 && unicode.Is(unicode.M, text[at-2]) // half forms of Sinhala and its neighbours
	default:
		return unicode.Is(unicode.M, text[at]) && !unicode.IsSpace(before) && !unicode.IsControl(before)
	}
}
