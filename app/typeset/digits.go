package typeset

import "unicode"

// Digit returns the value of a decimal digit of any script: Arabic-Indic, Persian, Burmese and so on.
func Digit(r rune) (value int, ok bool) {
	switch {
	case r >= '0' && r <= '9':
		return int(r - '0'), true
	case !unicode.Is(unicode.Nd, r) || r >= 0x1d7ce && r <= 0x1d7ff: // letters of mathematics, five sets in a row
		return 0, false
	}
	// Unicode keeps each set of ten together and in order, with something else before its zero.
	for value < 9 && unicode.Is(unicode.Nd, r-rune(value)-1) {
		value++
	}
	return value, true
}
