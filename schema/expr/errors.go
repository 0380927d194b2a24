package expr

import (
	"fmt"
	"strings"
)

// Bounds of an expression. The longest of 58 real workbooks has 2,100 characters and is 40 levels deep.
const (
	MaxLength = 32 << 10 // runes
	MaxDepth  = 200      // of brackets, calls and predicates
)

// Error is a mistake in an expression. Offset counts runes from 0; Suggest is what the author probably
// meant, or empty.
type Error struct {
	Offset  int
	Message string
	Suggest string
}

// Error returns "at 4: message; did you mean and?".
func (e *Error) Error() string {
	s := fmt.Sprintf("at %d: %s", e.Offset, e.Message)
	if e.Suggest != "" {
		s += "; did you mean " + e.Suggest + "?"
	}
	return s
}

// Remark is something legal that its author may not have meant. Offset counts runes from 0.
type Remark struct {
	Offset  int
	Message string
}

func fail(offset int, format string, args ...any) *Error {
	return &Error{Offset: offset, Message: fmt.Sprintf(format, args...)}
}

func (e *Error) suggest(s string) *Error {
	e.Suggest = s
	return e
}

// Nearest returns the candidate that is closest to name: equal but for case, or at most a third of its
// letters away. It returns "" where none is.
func Nearest(name string, candidates []string) string {
	best, bestDistance := "", len(name)/3+1
	for _, c := range candidates {
		if strings.EqualFold(c, name) {
			return c
		}
		if d := distance(name, c); d < bestDistance || d == bestDistance && best != "" && c < best {
			best, bestDistance = c, d
		}
	}
	return best
}

// distance is Levenshtein's, in bytes, bounded to names of a sane length.
func distance(a, b string) int {
	const longest = 64
	if len(a) > longest || len(b) > longest {
		return longest
	}
	var row [longest + 1]int
	for j := range len(b) + 1 {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
