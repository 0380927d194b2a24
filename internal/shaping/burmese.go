package shaping

import "unicode"

// Marks that decide where a Burmese syllable ends (Unicode core specification, chapter 16.3).
const (
	dotBelow = '\u1037' // may stand between a final consonant and its asat
	virama   = '\u1039' // stacks the next consonant under this one
	asat     = '\u103a' // silences the vowel of a consonant: it closes the syllable
	greatSa  = '\u103f' // two s in one letter: closes one syllable and opens the next
	zwsp     = '\u200b'
)

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
