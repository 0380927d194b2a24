package vault

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
)

// A recovery passphrase in three shares, of which any two give it back and one alone says nothing (FORMAT.md, Shares).
const (
	ShareCount  = 3 // shares of one recovery passphrase
	ShareNeeded = 2 // of them that give it back
	ShareWords  = 1 + shareValue + shareCheck
)

const (
	shareField = 7759 // the largest prime that the list has words for: each word is a number below it
	shareValue = 10   // words of the passphrase: 129 bits
	shareCheck = 3    // words that find one wrong word, and notice two
	shareSets  = shareField / ShareCount
)

// Errors of shares.
var (
	ErrShareSame = errors.New("the same share twice")
	ErrShareSets = errors.New("shares of two different recoveries")
)

// ShareError says what is wrong with a share as somebody typed it. It quotes no more of it than one word.
type ShareError struct {
	Count int    // how many words there are, where that is not ShareWords; else 0
	Word  int    // which word is wrong, from 1; 0 where no single one is
	Said  string // that word
	Mean  string // what it should be, or is nearest to it in the list
}

// Error says which word is wrong, and quotes none.
func (e *ShareError) Error() string {
	switch {
	case e.Count > 0:
		return fmt.Sprintf("%d words, want %d", e.Count, ShareWords)
	case e.Word > 0:
		return fmt.Sprintf("word %d is wrong", e.Word)
	}
	return "two words or more are wrong, or in another order"
}

// Share is one share. It prints nothing of itself; Text is what its holder writes down.
type Share struct {
	Number int // from 1 to ShareCount
	set    int // the same for all shares of one recovery
	value  [shareValue]int
}

// Format keeps the share out of every fmt verb.
func (s Share) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[share]") }

// LogValue keeps the share out of logs.
func (s Share) LogValue() slog.Value { return slog.StringValue("[share]") }

// NewShares draws a recovery passphrase, for [Vault.AddPassphrase], and its shares. The caller clears the passphrase.
func NewShares() (passphrase []byte, shares [ShareCount]Share) {
	return split(below)
}

// below draws a number from 0 to n - 1, each equally likely; n is at most 8,192.
func below(n int) int {
	for {
		var b [2]byte
		_, _ = rand.Read(b[:]) // never fails (crypto/rand)
		if i := int(binary.BigEndian.Uint16(b[:])) >> 3; i < n {
			return i
		}
	}
}

// split makes each word of the passphrase the value at 0 of a line of its own; a share is a point on each line. No two
// words of the passphrase are the same, so that it counts as drawn (Strength).
func split(draw func(n int) int) (passphrase []byte, shares [ShareCount]Share) {
	var secret, slope []int
	for len(secret) < shareValue {
		if w := draw(shareField); !slices.Contains(secret, w) {
			secret, slope = append(secret, w), append(slope, draw(shareField))
		}
	}
	set := draw(shareSets)
	for i := range shares {
		shares[i].Number, shares[i].set = i+1, set
		for j := range secret {
			shares[i].value[j] = (secret[j] + (i+1)*slope[j]) % shareField
		}
	}
	return said(secret), shares
}

// said writes numbers as words.
func said(numbers []int) []byte {
	var b []byte
	for i, n := range numbers {
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(b, words()[n]...)
	}
	return b
}

// Text is the share in words: which one of which set it is, its value, and what finds a typing error.
func (s Share) Text() string {
	code := append([]int{s.set*ShareCount + s.Number - 1}, s.value[:]...)
	for at := len(code); at < ShareWords; at++ {
		code = append(code, through(code[:ShareWords-shareCheck], 1, at+1))
	}
	return string(said(code))
}

// through is the value at x of the one polynomial of the least degree whose values at from, from + 1, … are given, in
// the field of shareField numbers (Lagrange).
func through(values []int, from, x int) int {
	points := make([]int, len(values))
	for i := range points {
		points[i] = from + i
	}
	return lagrange(points, values, x)
}

func lagrange(points, values []int, x int) int {
	sum := 0
	for i, v := range values {
		above, beneath := v, 1
		for j, p := range points {
			if j != i {
				above = above * modulo(x-p) % shareField
				beneath = beneath * modulo(points[i]-p) % shareField
			}
		}
		sum = (sum + above*inverse(beneath)) % shareField
	}
	return sum
}

func modulo(n int) int { return (n%shareField + shareField) % shareField }

// inverse is n to the power of shareField - 2 (Fermat).
func inverse(n int) int {
	out := 1
	for e := shareField - 2; e > 0; e >>= 1 {
		if e&1 == 1 {
			out = out * n % shareField
		}
		n = n * n % shareField
	}
	return out
}

// ParseShare reads a share as its holder typed it, in whatever case and with whatever spaces. Errors are *ShareError: a
// word that is not in the list, or one wrong word among right ones, is named, with what it should be.
func ParseShare(typed string) (Share, error) {
	fields := strings.Fields(strings.ToLower(typed))
	if len(fields) != ShareWords {
		return Share{}, &ShareError{Count: max(1, len(fields))}
	}
	code := make([]int, ShareWords)
	for i, word := range fields {
		n, found := slices.BinarySearch(words(), word)
		if !found || n >= shareField {
			return Share{}, &ShareError{Word: i + 1, Said: word, Mean: nearest(word)}
		}
		code[i] = n
	}
	if wrong := wrongWord(code); wrong != nil {
		if wrong.Word > 0 {
			wrong.Said = fields[wrong.Word-1]
		}
		return Share{}, wrong
	}
	s := Share{Number: code[0]%ShareCount + 1, set: code[0] / ShareCount}
	copy(s.value[:], code[1:])
	return s, nil
}

// wrongWord returns nil where all words lie on one polynomial of the degree of a share, or else says which one word
// does not, if it is only one. Two such codes differ in more than shareCheck words: so one is always found, two never
// pass for one.
func wrongWord(code []int) *ShareError {
	if fits(code, -1) {
		return nil
	}
	for i := range code {
		if fits(code, i) {
			points, values := without(code, i)
			n := lagrange(points[:ShareWords-shareCheck], values[:ShareWords-shareCheck], i+1)
			return &ShareError{Word: i + 1, Mean: words()[n]}
		}
	}
	return &ShareError{}
}

// without lists the places and words of a code, but one.
func without(code []int, skip int) (points, values []int) {
	for i, v := range code {
		if i != skip {
			points, values = append(points, i+1), append(values, v)
		}
	}
	return points, values
}

func fits(code []int, skip int) bool {
	points, values := without(code, skip)
	const k = ShareWords - shareCheck
	for i := k; i < len(points); i++ {
		if lagrange(points[:k], values[:k], points[i]) != values[i] {
			return false
		}
	}
	return true
}

// nearest is the word of the list that takes the fewest changes of letters.
func nearest(typed string) string {
	best, least := "", len(typed)+16
	for _, w := range words()[:shareField] {
		if d := changes(typed, w); d < least {
			best, least = w, d
		}
	}
	return best
}

// changes counts letters to add, drop or replace (Levenshtein).
func changes(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost = 1 + min(before, row[j], row[j+1])
			}
			before, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}

// JoinShares gives the recovery passphrase back from two shares. The caller clears it. Errors: ErrShareSame,
// ErrShareSets.
func JoinShares(a, b Share) (passphrase []byte, err error) {
	switch {
	case a.set != b.set:
		return nil, ErrShareSets
	case a.Number == b.Number:
		return nil, ErrShareSame
	}
	secret := make([]int, shareValue)
	for i := range secret {
		secret[i] = lagrange([]int{a.Number, b.Number}, []int{a.value[i], b.value[i]}, 0)
	}
	return said(secret), nil
}
