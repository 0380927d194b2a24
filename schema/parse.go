package schema

import (
	"bytes"
	"fmt"
	"unicode/utf8"
)

// Bounds of a questionnaire. The instrument that ships with Leeward uses a tenth of each.
const (
	MaxSize  = 8 << 20 // bytes
	maxDepth = 64      // brackets inside brackets: about 20 groups inside one another
	maxItems = 20000
)

// ParseError says what is wrong with the bytes of a questionnaire. Path is where, as in
// "items[3].text.en", empty for the whole; Hint is what to do, or empty.
type ParseError struct {
	Path    string
	Message string
	Hint    string
}

// Error returns "items[3].text.en: message (hint)".
func (e *ParseError) Error() string {
	s := e.Message
	if e.Path != "" {
		s = e.Path + ": " + s
	}
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

// Parse reads a questionnaire. It is strict and bounded: it refuses what it does not know, what is given
// twice, what is damaged and what contradicts itself. The order of the checks is that of FORMAT.md; the
// first failure is returned, as a *[ParseError]. Expressions are checked by [Compile].
func Parse(b []byte) (*Questionnaire, error) {
	if len(b) > MaxSize {
		return nil, &ParseError{Message: fmt.Sprintf("larger than %d bytes", MaxSize)}
	}
	if !utf8.Valid(b) {
		return nil, &ParseError{Message: "not UTF-8"}
	}
	if bytes.HasPrefix(b, []byte("\xef\xbb\xbf")) {
		return nil, &ParseError{Message: "begins with a byte order mark", Hint: "save it as UTF-8 without BOM"}
	}
	q := new(Questionnaire)
	if err := readJSON(b, q); err != nil {
		return nil, err
	}
	if err := check(q); err != nil {
		return nil, err
	}
	return q, nil
}
