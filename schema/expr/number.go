package expr

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// space is XPath's white space.
const space = " \t\r\n"

// ParseNumber returns number(s): decimal digits with one sign and one point, or a date or dateTime as
// days since 1970-01-01. Everything else, blanks, exponents and hexadecimal digits included, is NaN.
func ParseNumber(s string, zone *time.Location) float64 {
	if n, ok := small(s); ok {
		return n
	}
	s = strings.Trim(s, space)
	if plainDecimal(s) {
		f, _ := strconv.ParseFloat(s, 64) // out of range gives infinity with the right sign
		return f
	}
	if d, ok := parseDate(s, zone); ok {
		return d.days()
	}
	return math.NaN()
}

// small reads the whole numbers that most answers are, without an allocation or a scan for a point.
func small(s string) (float64, bool) {
	if len(s) == 0 || len(s) > 9 {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int(c)
	}
	return float64(n), true
}

func plainDecimal(s string) bool {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	digits, points := 0, 0
	for i := range len(s) {
		switch {
		case s[i] >= '0' && s[i] <= '9':
			digits++
		case s[i] == '.':
			points++
		default:
			return false
		}
	}
	return digits > 0 && points <= 1
}

// FormatNumber returns string(f): no exponent, no trailing zeros, "0" for minus zero.
func FormatNumber(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	case f == 0:
		return "0"
	}
	if i := int64(f); float64(i) == f && i > -1e15 && i < 1e15 {
		return strconv.FormatInt(i, 10)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// round rounds half away from zero to a number of decimals, which may be negative.
func round(f, decimals float64) float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) || math.IsNaN(decimals) {
		return math.NaN()
	}
	const most = 20 // more decimals than a float64 has: nothing to round
	d := math.Trunc(decimals)
	if d >= most {
		return f
	}
	if d < -most*16 {
		return 0
	}
	if d >= 0 {
		scale := math.Pow(10, d)
		if scaled := f * scale; !math.IsInf(scaled, 0) {
			return math.Round(scaled) / scale
		}
		return f
	}
	scale := math.Pow(10, -d)
	return math.Round(f/scale) * scale
}
