package questions

import (
	"strconv"
	"strings"

	"leeward/app/typeset"
)

// ASCII writes the digits of a text in ASCII and leaves everything else.
func ASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if v, ok := typeset.Digit(r); ok {
			return '0' + rune(v)
		}
		return r
	}, strings.TrimSpace(s))
}

// Signs of minus and of the decimal point that keyboards have.
const (
	minusSign     = '\u2212'
	arabicDecimal = '\u066b'
	arabicGroups  = '\u066c'

	numberSigns = "-.," + string(minusSign) + string(arabicDecimal) + string(arabicGroups)
)

// integer reads a whole number as typed and returns it in the form that is stored.
func integer(s string) (string, bool) {
	s = strings.Replace(ASCII(s), string(minusSign), "-", 1)
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return "", false
	}
	return strconv.FormatInt(n, 10), true
}

// decimal reads a number as typed and returns it in the form that is stored, keeping the digits as they
// are. A comma counts as the decimal sign, unless three digits follow: 2,500 is two and a half to some
// and two thousand five hundred to others, and nobody may have to guess what was meant.
func decimal(s string) (string, bool) {
	s = strings.Replace(ASCII(s), string(minusSign), "-", 1)
	s = strings.ReplaceAll(strings.Replace(s, string(arabicDecimal), ".", 1), string(arabicGroups), "")
	if whole, part, found := strings.Cut(s, ","); found {
		if len(part) == 3 {
			return "", false
		}
		s = whole + "." + part
	}
	unsigned := strings.TrimPrefix(s, "-")
	whole, part, found := strings.Cut(unsigned, ".")
	if !number(whole) || found && !number(part) || len(unsigned) > 30 {
		return "", false
	}
	return s, true
}

// number reports whether a text is one or more ASCII digits.
func number(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
