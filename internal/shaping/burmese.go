package shaping

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
)

// Marks that decide where a Burmese syllable ends (Unicode core specification, chapter 16.3).
const (
	dotBelow = '\u1037' // may stand between a final consonant and its asat
	virama   = '\u1039' // stacks the next consonant under this one
	asat     = '\u103a' // silences the vowel of a consonant: it closes the syllable
	greatSa  = '\u103f' // two s in one letter: closes one syllable and opens the next
	zwsp     = '\u200b'
)

//go:embed burmese_words.txt
var wordList string

// maxWord is the length in syllables of the longest word in the list.
const maxWord = 4

// words holds the Burmese words that stay whole; burmese_words.py makes the list.
var words = sync.OnceValue(func() map[string]bool {
	m := make(map[string]bool)
	for word := range strings.Lines(wordList) {
		m[strings.TrimSpace(word)] = true
	}
	return m
})

// burmeseBreaks returns where a line may break in Burmese text because a syllable starts there and, where
// words are to stay whole, no word of the list goes on; nil when the text has no Burmese. The longest word
// wins, from left to right.
func burmeseBreaks(text []rune, whole bool) map[int]bool {
	var breaks map[int]bool
	for i := 0; i < len(text); i++ {
		if !burmeseLetter(text[i]) {
			continue
		}
		if breaks == nil {
			breaks = make(map[int]bool)
		}
		if syllableStart(text, i) {
			breaks[i] = true
		}
		if whole {
			i = wordEnd(text, i) - 1
		}
	}
	return breaks
}

// wordEnd returns where the longest word of the list that starts with the syllable at i ends, or that
// syllable where there is none.
func wordEnd(text []rune, i int) int {
	end := syllableEnd(text, i)
	for at, n := end, 2; n <= maxWord && at < len(text) && syllableStart(text, at); n++ {
		at = syllableEnd(text, at)
		if words()[string(text[i:at])] {
			end = at
		}
	}
	return end
}

// syllableEnd returns where the syllable that starts at i ends: at the next one, or where Burmese letters
// and marks end.
func syllableEnd(text []rune, i int) int {
	for j := i + 1; j < len(text); j++ {
		if !unicode.Is(unicode.Myanmar, text[j]) || !unicode.In(text[j], unicode.L, unicode.M) || syllableStart(text, j) {
			return j
		}
	}
	return len(text)
}

// syllableStart reports whether a line may break before rune i because a Burmese syllable starts there
// and Burmese text stands before it. The rule: a consonant or independent vowel starts a syllable unless
// it is stacked under another (virama before it), stacks another (virama after it) or closes a syllable
// (asat after it).
func syllableStart(text []rune, i int) bool {
	if i == 0 || !burmeseLetter(text[i]) || text[i] == greatSa {
		return false
	}
	before := text[i-1]
	if before == virama || !unicode.Is(unicode.Myanmar, before) || unicode.IsDigit(before) {
		return false
	}
	for _, r := range text[i+1:] {
		switch r {
		case dotBelow:
			continue
		case asat, virama:
			return false
		}
		break
	}
	return true
}

func burmeseLetter(r rune) bool { return unicode.Is(unicode.Myanmar, r) && unicode.Is(unicode.Lo, r) }
