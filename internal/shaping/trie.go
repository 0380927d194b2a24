package shaping

import (
	"embed"
	"encoding/binary"
	"sync"
)

//go:embed words/*.dict words/LICENCE.txt
var wordFiles embed.FS

// wordTrie is one of ICU's word lists, read where it lies: a string trie over bytes, one byte a letter. The
// format is ICU's (dictionarydata.h for the eight numbers at its head, bytestrie.h for the rest); the files are
// part of the program, so their insides are trusted, and a test walks all of them.
type wordTrie struct {
	nodes []byte
	base  rune // what is taken from a letter to make its byte
}

// Numbers at the head of the file, and the range of the trie's lead bytes.
const (
	headOffset    = 0 // index of the trie's place
	headTransform = 5 // index of the base; only this kind of transform occurs

	minLinear = 0x10 // below: a branch
	minValue  = 0x20 // below: letters that follow each other; from here: a value

	maxLinearBranch = 5 // longer branches are searched by halves
)

// WordLicence returns the terms under which ICU's lists of words are passed on.
func WordLicence() string {
	b, _ := wordFiles.ReadFile("words/LICENCE.txt")
	return string(b)
}

func loadTrie(name string) func() *wordTrie {
	return sync.OnceValue(func() *wordTrie {
		b, err := wordFiles.ReadFile("words/" + name + ".dict")
		if err != nil {
			panic("shaping: embedded words: " + err.Error())
		}
		head := func(i int) uint32 { return binary.LittleEndian.Uint32(b[4*i:]) }
		return &wordTrie{nodes: b[head(headOffset):], base: rune(head(headTransform) & 0x1fffff)}
	})
}

// words calls fn with the length of every word of the list that begins the text, shortest first.
func (t *wordTrie) words(text []rune, fn func(length int)) {
	at, left := 0, 0 // left counts letters that still follow in a row at this place
	for i, r := range text {
		c := r - t.base
		if c < 0 || c > 0xfd {
			return
		}
		var whole, more bool
		at, left, whole, more = t.next(at, left, byte(c))
		if whole {
			fn(i + 1)
		}
		if !more {
			return
		}
	}
}

// next goes on by one byte from a place. Whole says that a word ends here, more that others go on; neither,
// that there is no such word.
func (t *wordTrie) next(at, left int, c byte) (place, row int, whole, more bool) {
	n := t.nodes
	if left == 0 {
		lead := int(n[at])
		if lead >= minValue { // a word ended here and others go on
			at = skipValue(n, at+1, lead)
			lead = int(n[at])
		}
		if lead < minLinear {
			return t.branch(at+1, lead, c)
		}
		at, left = at+1, lead-minLinear+1
	}
	if n[at] != c {
		return 0, 0, false, false
	}
	at, left = at+1, left-1
	if left > 0 {
		return at, left, false, true
	}
	whole, more = state(n, at)
	return at, 0, whole, more
}

// branch finds a byte among several that may follow.
func (t *wordTrie) branch(at, length int, c byte) (place, row int, whole, more bool) {
	n := t.nodes
	if length == 0 {
		length = int(n[at])
		at++
	}
	length++
	for length > maxLinearBranch {
		half := n[at]
		at++
		if c < half {
			length >>= 1
			at = jump(n, at)
		} else {
			length -= length >> 1
			at = skipDelta(n, at)
		}
	}
	for ; length > 1; length-- {
		key, lead := n[at], int(n[at+1])
		switch {
		case key != c:
			at = skipValue(n, at+2, lead)
		case lead&1 == 1: // the last letter of a word that nothing goes on from
			return at + 1, 0, true, false
		default:
			delta, after := value(n, at+2, lead>>1)
			whole, more = state(n, after+delta)
			return after + delta, 0, whole, more
		}
	}
	if n[at] != c {
		return 0, 0, false, false
	}
	whole, more = state(n, at+1)
	return at + 1, 0, whole, more
}

// state says whether a word ends at a place, and whether others go on.
func state(n []byte, at int) (whole, more bool) {
	if n[at] < minValue {
		return false, true
	}
	return true, n[at]&1 == 0
}

// Lead bytes of values (halved) and of jumps, by how many bytes follow them.
const (
	oneByteValue, twoByteValue, threeByteValue, fourByteValue = 0x10, 0x51, 0x6c, 0x7e

	twoByteDelta, threeByteDelta, fourByteDelta = 0xc0, 0xf0, 0xfe
)

// value reads the value whose halved lead byte this is, and returns the place after it.
func value(n []byte, at, lead int) (v, after int) {
	switch {
	case lead < twoByteValue:
		return lead - oneByteValue, at
	case lead < threeByteValue:
		return (lead-twoByteValue)<<8 | int(n[at]), at + 1
	case lead < fourByteValue:
		return (lead-threeByteValue)<<16 | int(n[at])<<8 | int(n[at+1]), at + 2
	case lead == fourByteValue:
		return int(n[at])<<16 | int(n[at+1])<<8 | int(n[at+2]), at + 3
	}
	return int(binary.BigEndian.Uint32(n[at:])), at + 4
}

func skipValue(n []byte, at, lead int) int {
	_, after := value(n, at, lead>>1)
	return after
}

func jump(n []byte, at int) int {
	delta, after := delta(n, at)
	return after + delta
}

func skipDelta(n []byte, at int) int {
	_, after := delta(n, at)
	return after
}

func delta(n []byte, at int) (d, after int) {
	lead := int(n[at])
	at++
	switch {
	case lead < twoByteDelta:
		return lead, at
	case lead < threeByteDelta:
		return (lead-twoByteDelta)<<8 | int(n[at]), at + 1
	case lead < fourByteDelta:
		return (lead-threeByteDelta)<<16 | int(n[at])<<8 | int(n[at+1]), at + 2
	case lead == fourByteDelta:
		return int(n[at])<<16 | int(n[at+1])<<8 | int(n[at+2]), at + 3
	}
	return int(binary.BigEndian.Uint32(n[at:])), at + 4
}
