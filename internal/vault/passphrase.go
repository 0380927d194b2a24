package vault

import (
	"bytes"
	"crypto/rand"
	_ "embed"
	"encoding/binary"
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/ccojocar/zxcvbn-go"
	"github.com/ccojocar/zxcvbn-go/matching"
	"golang.org/x/text/unicode/norm"
)

// normalise is what is derived from: the passphrase in Unicode form NFKC, with runs of white space made
// one space and none at the ends. So the same words typed on another keyboard, composed otherwise or with
// a full-width space, unlock. Letters keep their case. The caller clears the result.
func normalise(passphrase []byte) []byte {
	composed := norm.NFKC.Append(make([]byte, 0, 4*len(passphrase)), passphrase...)
	defer clear(composed)
	return bytes.Join(bytes.Fields(composed), []byte(" "))
}

// words.txt is the EFF's long list (words.LICENSE.txt): words of 3 to 9 letters that are easy to type.
//
//go:embed words.txt
var wordList string

var words = sync.OnceValue(func() []string { return strings.Fields(wordList) })

// GeneratedWords is how many words a generated passphrase has: 77.5 bits.
const GeneratedWords = 6

// ErrWords is for a number of words outside 1 to 24.
var ErrWords = errors.New("number of words out of bounds")

// Words chooses n different words from the list of 7,776 with crypto/rand, each equally likely. Joined by
// spaces, [GeneratedWords] of them are a passphrase that [Strength] always accepts.
func Words(n int) ([]string, error) {
	if n < 1 || n > 24 {
		return nil, ErrWords
	}
	list := words()
	chosen := make([]string, 0, n)
	for len(chosen) < n {
		var b [2]byte
		_, _ = rand.Read(b[:])                       // never fails (crypto/rand)
		i := int(binary.BigEndian.Uint16(b[:])) >> 3 // 0 … 8,191, of which those above the list are drawn anew
		if i < len(list) && !slices.Contains(chosen, list[i]) {
			chosen = append(chosen, list[i])
		}
	}
	return chosen, nil
}

// MinBits is the least that a passphrase may hold: about four random words (FORMAT.md, Passphrases).
const MinBits = 50

// Strength estimates how many bits an attacker has to guess and says whether they suffice. The estimate is
// zxcvbn's, except for generated passphrases: six or more different words of the list, in lower case, count
// as the dice would. The estimate is for advice; an attacker may know more about a person than it does.
func Strength(pass string) (ok bool, bits float64) {
	normal := string(normalise([]byte(pass)))
	if n := listed(normal); n >= GeneratedWords {
		bits = float64(n) * math.Log2(float64(len(words())))
		return true, bits
	}
	bits = estimate(normal)
	return bits >= MinBits, bits
}

// listed counts the words of a passphrase if all are of the list and no two are the same, or is 0.
func listed(normal string) int {
	fields := strings.Fields(normal)
	seen := make(map[string]bool, len(fields))
	for _, f := range fields {
		if _, found := slices.BinarySearch(words(), f); !found || seen[f] {
			return 0
		}
		seen[f] = true
	}
	return len(fields)
}

const (
	maxEstimated = 100 // characters that are looked at: the time it takes grows fast with the length
	foreignBits  = 2.5 // of a character for which zxcvbn has no words and no keyboards: that of a sentence
)

// estimate is zxcvbn's, made stricter and bounded:
//   - what is repeated counts once, which zxcvbn sees for single characters only;
//   - digits and signs that stand for letters are tried as such here: zxcvbn tries all combinations of
//     disguises, which takes seconds for some input;
//   - it sees printable ASCII only. It counts other scripts by their bytes, and would take four Burmese
//     letters for a good passphrase.
func estimate(normal string) float64 {
	var ascii strings.Builder
	foreign := 0
	for i, r := range []rune(once(normal)) {
		switch {
		case i >= maxEstimated:
		case ' ' <= r && r <= '~':
			ascii.WriteRune(r)
		case r > unicode.MaxASCII && unicode.IsPrint(r):
			foreign++
		}
	}
	s := ascii.String()
	bits := zxcvbn.PasswordStrength(s, nil, matching.FilterL33tMatcher).Entropy
	for _, open := range []*strings.Replacer{undisguiseI, undisguiseL} {
		if plain := open.Replace(s); plain != s {
			bits = min(bits, zxcvbn.PasswordStrength(plain, nil, matching.FilterL33tMatcher).Entropy+2)
		}
	}
	return max(0, bits) + foreignBits*float64(foreign)
}

var (
	undisguiseI = strings.NewReplacer("4", "a", "@", "a", "8", "b", "(", "c", "3", "e", "6", "g", "9", "g", "0", "o",
		"5", "s", "$", "s", "7", "t", "+", "t", "2", "z", "1", "i", "!", "i", "|", "i")
	undisguiseL = strings.NewReplacer("4", "a", "@", "a", "8", "b", "(", "c", "3", "e", "6", "g", "9", "g", "0", "o",
		"5", "s", "$", "s", "7", "t", "+", "t", "2", "z", "1", "l", "!", "l", "|", "l")
)

// once leaves each word once, and of a text that is one piece over and over, the piece.
func once(s string) string {
	var fields []string
	for _, f := range strings.Fields(s[:min(len(s), 16*maxEstimated)]) {
		if len(f) > 1 {
			f = f[:1+strings.Index((f + f)[1:], f)] // where f first meets itself again
		}
		if !slices.Contains(fields, f) {
			fields = append(fields, f)
		}
	}
	return strings.Join(fields, " ")
}
