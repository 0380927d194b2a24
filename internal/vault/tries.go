package vault

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"time"
)

// tries counts the tries at a passphrase that did not end well, and says how long the next has to wait
// (FORMAT.md, Tries). It is on disk before a try begins, so that a killed program made one try more.
type tries struct {
	seq   uint64 // +1 with every write; the higher of the two copies counts
	count uint32
	at    int64 // when the last try was made, Unix milliseconds of the device's clock
	back  int64 // at, or where the clock stood when it was first seen to be before at

	places [Places]uint8 // tries in a row at each place that did not end well, where a limit is set
}

// MinLimit is the least number of wrong tries after which a slot may be destroyed: no office can set less.
const MinLimit = 10

func isLimit(n int) bool { return n == 0 || n >= MinLimit && n <= 255 }

// Anyone stands for no place in particular: a passphrase is tried at all of them.
const Anyone = -1

const (
	triesMagic = "LWTRIES\n"
	triesSize  = len(triesMagic) + 8 + 4 + 8 + 8 + Places + triesSum
	triesSum   = 16

	freeTries = 5
	longest   = 15 * time.Minute
	worst     = freeTries + 4 // the count from which the wait is the longest
)

// delay is the wait after count wrong tries: none for the first five tries, then 1, 2, 4, 8 and 15 minutes.
func delay(count uint32) time.Duration {
	if count < freeTries {
		return 0
	}
	if count >= worst {
		return longest
	}
	return time.Minute << (count - freeTries)
}

// wait is how long a try has to wait at time now. A device's clock may be set while somebody waits:
//   - set back to before the last try, the wait begins anew from there (see settle) and is never longer
//     than the delay, since a clock may also fall back by itself, for years, and must not lock for years;
//   - set back less far, the wait grows by as much;
//   - set forward, the wait shrinks: without a clock of its own the device cannot know better. Having
//     gone back and forth it is as if it had not gone, for at stays.
func (t tries) wait(now time.Time) time.Duration {
	ms, d := now.UnixMilli(), delay(t.count)
	from := t.at
	if ms < t.at {
		from = min(t.back, ms)
	}
	return max(0, d-time.Duration(ms-from)*time.Millisecond)
}

// settle notes where the clock stands when it has gone back further than was known, so that the wait
// runs from there; without it the wait would last until the clock has caught up. It says whether the
// counter changed and must be written.
func (t tries) settle(now time.Time) (tries, bool) {
	if ms := now.UnixMilli(); delay(t.count) > 0 && ms < t.at && ms < t.back {
		t.back = ms
		return t, true
	}
	return t, false
}

// another is the counter with one more try at time now, at a place or Anyone.
func (t tries) another(now time.Time, place int) tries {
	t.count = min(t.count, worst) + 1 // more than the worst changes nothing, and must not wrap
	t.at, t.back = now.UnixMilli(), now.UnixMilli()
	if place != Anyone && t.places[place] < 255 {
		t.places[place]++
	}
	return t
}

// none is the counter after a try that ended well, at a place or Anyone.
func (t tries) none(now time.Time, place int) tries {
	t.count, t.at, t.back = 0, now.UnixMilli(), now.UnixMilli()
	if place != Anyone {
		t.places[place] = 0
	}
	return t
}

var errTries = errors.New("not a try counter")

func (t tries) marshal() []byte {
	b := append(make([]byte, 0, triesSize), triesMagic...)
	b = binary.BigEndian.AppendUint64(b, t.seq)
	b = binary.BigEndian.AppendUint32(b, t.count)
	b = binary.BigEndian.AppendUint64(b, uint64(t.at))
	b = binary.BigEndian.AppendUint64(b, uint64(t.back))
	b = append(b, t.places[:]...)
	sum := sha256.Sum256(b)
	return append(b, sum[:triesSum]...)
}

func parseTries(b []byte) (tries, error) {
	if len(b) < triesSize || string(b[:len(triesMagic)]) != triesMagic {
		return tries{}, errTries
	}
	end := triesSize - triesSum
	if sum := sha256.Sum256(b[:end]); string(sum[:triesSum]) != string(b[end:triesSize]) {
		return tries{}, errTries
	}
	b = b[len(triesMagic):]
	return tries{
		seq:   binary.BigEndian.Uint64(b),
		count: binary.BigEndian.Uint32(b[8:]),
		at:    int64(binary.BigEndian.Uint64(b[12:])),
		back:  int64(binary.BigEndian.Uint64(b[20:])),

		places: [Places]uint8(b[28:]),
	}, nil
}

// readTries reads the two copies. It returns the counter that rules, the place (0 or 1) that the next
// write goes to, never that of the last good copy, and whether the result must be written because it
// says more than the file. Damage never gives a free try and never locks for good:
//   - one copy lost: a write was cut short, perhaps that of one more try, so one more is counted;
//   - both lost: the longest wait, from now.
func readTries(a, b []byte, now time.Time) (t tries, next int, changed bool) {
	first, errA := parseTries(a)
	second, errB := parseTries(b)
	switch {
	case errA != nil && errB != nil:
		return tries{count: worst, at: now.UnixMilli(), back: now.UnixMilli()}, 0, true
	case errA != nil:
		return second.another(now, Anyone), 0, true
	case errB != nil:
		return first.another(now, Anyone), 1, true
	case first.seq > second.seq:
		return first, 1, false
	default:
		return second, 0, false
	}
}
