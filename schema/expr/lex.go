package expr

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind is a kind of token; operators and punctuation are told apart by their text.
type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenNumber
	tokenString
	tokenName // also and, or, div, mod: the parser tells them apart by place
	tokenRef  // ${name}; text is the name
	tokenMark // operators and punctuation
)

type token struct {
	kind   tokenKind
	text   string
	offset int // runes from the start of the source
}

// lexer cuts a source into tokens. It keeps two counts: bytes to cut, runes to report.
type lexer struct {
	src   string
	at    int
	runes int
}

// marks are tried in this order, so the longer come first.
var marks = []string{"!=", "<=", ">=", "//", "..", "::", "(", ")", "[", "]", ",", ".", "/", "@", "|", "+", "-", "*", "=", "<", ">"}

// slips are what people write from the habit of other languages, with what XPath has instead.
var slips = []struct{ wrote, means string }{
	{"==", "="},
	{"<>", "!="},
	{"=>", ">="},
	{"=<", "<="},
	{"&&", "and"},
	{"||", "or"},
	{"&", "and"},
	{"!", "not(…)"},
	{"%", "mod"},
	{"≠", "!="},
	{"≤", "<="},
	{"≥", ">="},
	{"÷", "div"},
	{"×", "*"},
	{"‘", "'"},
	{"’", "'"},
	{"“", "\""},
	{"”", "\""},
	{"−", "-"},
	{"–", "-"},
	{"{", "${"},
	{"$", "${…}"},
}

func tokenise(src string) ([]token, *Error) {
	l := lexer{src: src}
	out := make([]token, 0, len(src)/3+2)
	for {
		t, err := l.next()
		if err != nil {
			return nil, err
		}
		out = append(out, t)
		if t.kind == tokenEnd {
			return out, nil
		}
	}
}

func (l *lexer) next() (token, *Error) {
	l.skipSpace()
	start := l.runes
	rest := l.src[l.at:]
	if rest == "" {
		return token{offset: start}, nil
	}
	c := rest[0]
	switch {
	case c == '\'' || c == '"':
		end := strings.IndexByte(rest[1:], c)
		if end < 0 {
			return token{}, fail(start, "a text begins with %c and does not end", c)
		}
		l.take(end + 2)
		return token{tokenString, rest[1 : end+1], start}, nil
	case strings.HasPrefix(rest, "${"):
		end := strings.IndexByte(rest, '}')
		if end < 0 {
			return token{}, fail(start, "${ without }")
		}
		l.take(end + 1)
		return token{tokenRef, strings.TrimSpace(rest[2:end]), start}, nil
	case c >= '0' && c <= '9', c == '.' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
		n := numberLength(rest)
		l.take(n)
		return token{tokenNumber, rest[:n], start}, nil
	}
	if n := nameLength(rest); n > 0 {
		l.take(n)
		return token{tokenName, rest[:n], start}, nil
	}
	return l.mark(rest, start)
}

func (l *lexer) mark(rest string, start int) (token, *Error) {
	if c := rest[0]; c == '(' || c == ')' || c == ',' || c == '[' || c == ']' { // most of them
		l.take(1)
		return token{tokenMark, rest[:1], start}, nil
	}
	for _, s := range slips {
		if strings.HasPrefix(rest, s.wrote) && !strings.HasPrefix(rest, "!=") {
			return token{}, fail(start, "%s is not part of the language", s.wrote).suggest(s.means)
		}
	}
	for _, m := range marks {
		if strings.HasPrefix(rest, m) {
			l.take(len(m))
			return token{tokenMark, m, start}, nil
		}
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return token{}, fail(start, "unexpected character %q", r)
}

func (l *lexer) skipSpace() {
	for l.at < len(l.src) {
		r, n := utf8.DecodeRuneInString(l.src[l.at:])
		if !unicode.IsSpace(r) {
			return
		}
		l.at += n
		l.runes++
	}
}

func (l *lexer) take(n int) {
	l.runes += utf8.RuneCountInString(l.src[l.at : l.at+n])
	l.at += n
}

// numberLength measures digits with at most one point: "5", ".5", "5.", "5.5".
func numberLength(s string) int {
	n, point := 0, false
	for n < len(s) && (s[n] >= '0' && s[n] <= '9' || s[n] == '.' && !point) {
		point = point || s[n] == '.'
		n++
	}
	return n
}

// nameLength measures a name: a letter or _, then letters, digits, _ - and ., with one colon inside
// for prefixes such as jr:choice-name. Axes (child::x) are left to the parser.
func nameLength(s string) int {
	n, colon := 0, false
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		first := r == '_' || unicode.IsLetter(r)
		switch {
		case first, n > 0 && (r == '-' || r == '.' || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Mc, r)):
		case r == ':' && n > 0 && !colon:
			next, _ := utf8.DecodeRuneInString(s[n+1:])
			if next != '_' && !unicode.IsLetter(next) {
				return n
			}
			colon = true
		default:
			return n
		}
		n += size
	}
	return n
}
