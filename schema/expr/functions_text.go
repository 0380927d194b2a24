package expr

import (
	"math"
	"strings"
	"unicode/utf8"
)

func textFunctions() map[string]function {
	return map[string]function{
		"string":           {0, 1, true, buildString},
		"jr:itext":         {1, 1, true, buildItext},
		"concat":           {0, -1, false, buildConcat},
		"join":             {1, -1, false, buildJoin},
		"contains":         textTest(strings.Contains),
		"starts-with":      textTest(strings.HasPrefix),
		"ends-with":        textTest(strings.HasSuffix),
		"substring-before": textPair(func(s, sep string) string { before, _, ok := strings.Cut(s, sep); return keep(before, ok) }),
		"substring-after":  textPair(func(s, sep string) string { _, after, ok := strings.Cut(s, sep); return keep(after, ok) }),
		"substring":        {2, 3, false, buildSubstring},
		"substr":           {2, 3, false, buildSubstr},
		"translate":        {3, 3, false, buildTranslate},
		"normalize-space":  contextText(func(s string) string { return strings.Join(strings.FieldsFunc(s, isSpace), " ") }),
		"string-length":    {0, 1, true, buildStringLength},
		"regex":            {2, 2, false, buildRegex},
	}
}

func keep(s string, ok bool) string {
	if !ok {
		return ""
	}
	return s
}

func isSpace(r rune) bool { return r == ' ' || r == '\t' || r == '\r' || r == '\n' }

func textTest(fn func(a, b string) bool) function {
	return function{2, 2, false, func(_ *compiler, _ *call, a []code) (code, *Error) {
		return ofBoolean(func(f *Frame) bool { return fn(a[0].text(f), a[1].text(f)) }), nil
	}}
}

func textPair(fn func(a, b string) string) function {
	return function{2, 2, false, func(_ *compiler, _ *call, a []code) (code, *Error) {
		return ofText(func(f *Frame) string { return fn(a[0].text(f), a[1].text(f)) }), nil
	}}
}

// contextText makes a function of one text, by default that of the context node.
func contextText(fn func(string) string) function {
	return function{0, 1, true, func(c *compiler, s *call, a []code) (code, *Error) {
		arg := c.orContext(s, a)
		return fold(ofText(func(f *Frame) string { return fn(arg.text(f)) }), arg), nil
	}}
}

// orContext returns the only argument, or the context node where there is none.
func (c *compiler) orContext(s *call, args []code) code {
	if len(args) > 0 {
		return args[0]
	}
	return c.reference(&path{at: s.at}, c.context)
}

func buildString(c *compiler, s *call, a []code) (code, *Error) {
	arg := c.orContext(s, a)
	return fold(ofText(arg.text), arg), nil
}

func buildStringLength(c *compiler, s *call, a []code) (code, *Error) {
	arg := c.orContext(s, a)
	return fold(ofNumber(func(f *Frame) float64 { return float64(utf8.RuneCountInString(arg.text(f))) }), arg), nil
}

func buildConcat(_ *compiler, _ *call, a []code) (code, *Error) {
	return ofText(func(f *Frame) string { return strings.Join(texts(f, a), "") }), nil
}

func buildJoin(_ *compiler, _ *call, a []code) (code, *Error) {
	return ofText(func(f *Frame) string { return strings.Join(texts(f, a[1:]), a[0].text(f)) }), nil
}

// texts evaluates arguments and lays the nodes of sets side by side.
func texts(f *Frame, args []code) []string {
	out := make([]string, 0, len(args))
	for _, a := range args {
		if a.kind != Nodes && a.kind != dynamic {
			out = append(out, a.text(f))
			continue
		}
		for _, v := range members(f, a.value(f)) {
			out = append(out, v.Text())
		}
	}
	return out
}

// buildSubstring is XPath's: positions from 1, both ends rounded, a NaN end gives nothing.
func buildSubstring(_ *compiler, _ *call, a []code) (code, *Error) {
	return ofText(func(f *Frame) string {
		start, end := halfUp(a[1].number(f)), math.Inf(1)
		if len(a) == 3 {
			end = start + halfUp(a[2].number(f))
		}
		var b strings.Builder
		place := 1.0
		for _, r := range a[0].text(f) {
			if place >= start && place < end {
				b.WriteRune(r)
			}
			place++
		}
		return b.String()
	}), nil
}

func halfUp(f float64) float64 { return math.Floor(f + 0.5) }

// buildSubstr is ODK's: places from 0, the end exclusive, negative places from the end.
func buildSubstr(_ *compiler, _ *call, a []code) (code, *Error) {
	return ofText(func(f *Frame) string {
		runes := []rune(a[0].text(f))
		start := slicePlace(a[1].number(f), len(runes))
		end := len(runes)
		if len(a) == 3 {
			end = slicePlace(a[2].number(f), len(runes))
		}
		if start >= end {
			return ""
		}
		return string(runes[start:end])
	}), nil
}

func slicePlace(f float64, length int) int {
	f = math.Trunc(f)
	if f < 0 {
		f += float64(length)
	}
	switch {
	case f > float64(length):
		return length
	case f > 0: // false for NaN
		return int(f)
	}
	return 0
}

func buildTranslate(_ *compiler, _ *call, a []code) (code, *Error) {
	return ofText(func(f *Frame) string {
		from, to := []rune(a[1].text(f)), []rune(a[2].text(f))
		change := make(map[rune]rune, len(from))
		for i, r := range from {
			if _, done := change[r]; done {
				continue // the first place of a repeated letter counts
			}
			change[r] = -1
			if i < len(to) {
				change[r] = to[i]
			}
		}
		return strings.Map(func(r rune) rune {
			if n, ok := change[r]; ok {
				return n
			}
			return r
		}, a[0].text(f))
	}), nil
}

// buildItext is jr:itext(): the column itextId of a choice already reads as its label here.
func buildItext(_ *compiler, _ *call, a []code) (code, *Error) { return ofText(a[0].text), nil }
