package encvfs

import (
	"errors"
	"flag"
	"math"
	"math/rand/v2"
	"testing"
)

var flips = flag.Int("flips", 1000, "bits that TestFlips flips, one at a time")

// flipped is what one flipped bit came to.
type flipped string

const (
	refused  flipped = "refused"  // an error that says which unit
	reported flipped = "reported" // a warning; everything is there
	harmless flipped = "harmless" // nothing depends on that bit
)

// TestFlips flips random bits in every part of a database in three states: after a crash, after a clean close, and
// after a power cut that left the marks behind. What can be read is what was written; what cannot is named.
func TestFlips(t *testing.T) {
	states := []struct {
		name  string
		copy  copyOf
		count string // of rows, in SQL
		rows  int
	}{
		{"crashed", crashed(t), "SELECT count(*) FROM r WHERE s = replace(hex(zeroblob(1000)), '0', 'x')", 50},
		{"closed", closed(t), "SELECT count(*) FROM answer WHERE body LIKE 'PLANTED-NEEDLE%' AND name = 'PLANTED-NEEDLE he took my passport ' || (id - 1)", 300},
		{"lagging", lagging(t), "SELECT count(*) FROM r WHERE s = 'first' OR s = replace(hex(zeroblob(1000)), '0', 'x')", 10},
	}
	r := rand.New(rand.NewPCG(8, 9))
	got := map[string]map[flipped]int{}
	for i := range *flips {
		s := states[i%len(states)]
		suffix, at := somewhere(r, s.copy)
		bit := byte(1) << r.IntN(8)
		c := s.copy.with(suffix, func(b []byte) []byte { b[at] ^= bit; return b })
		kind := afterFlip(t, c, s.count, s.rows)
		if t.Failed() {
			t.Fatalf("%s: bit %#x of byte %d in %q", s.name, bit, at, "store.db"+suffix)
		}
		part := s.name + " " + partOf(suffix, at)
		if got[part] == nil {
			got[part] = map[flipped]int{}
		}
		got[part][kind]++
	}
	for part, n := range got {
		t.Logf("%-19s %v", part, n)
	}
	// A page whose newest version is in the log is not read from the main file, and written before it is.
	for _, part := range []string{"closed page", "crashed frame", "lagging frame"} {
		if got[part][harmless] > 0 || got[part][refused] == 0 {
			t.Errorf("flips in a %s: got %v, want each of them noticed", part, got[part])
		}
	}
}

// somewhere chooses a byte: half of them anywhere, half in the small parts that matter most.
func somewhere(r *rand.Rand, c copyOf) (suffix string, at int) {
	suffix = suffixes[r.IntN(len(suffixes))]
	for c[suffix] == nil {
		suffix = suffixes[r.IntN(len(suffixes))]
	}
	limit := len(c[suffix])
	if r.IntN(2) == 0 {
		switch suffix {
		case "":
			limit = []int{headerSize, 2 * headerSize}[r.IntN(2)]
			if r.IntN(2) == 0 {
				return suffix, markOffset + r.IntN(2)*headerSize + r.IntN(markUnitSize)
			}
		case walSuffix:
			return suffix, []int{0, noteAt(0), noteAt(1)}[r.IntN(3)] + r.IntN(logHeaderSize)
		}
	}
	return suffix, r.IntN(limit)
}

func partOf(suffix string, at int) string {
	switch {
	case suffix == tableSuffix:
		return "table"
	case suffix == walSuffix && at >= logHead:
		return "frame"
	case suffix == walSuffix:
		return "log's head"
	case at >= headSize:
		return "page"
	case at >= markOffset:
		return "mark"
	}
	return "header"
}

// afterFlip opens the copy, reads everything, writes, closes and reads again.
func afterFlip(t *testing.T, c copyOf, count string, rows int) flipped {
	t.Helper()
	path := c.place(t)
	f, err := Open(path, testKey)
	if err != nil {
		if f, ok := errors.AsType[*DamageError](err); !ok || f.Reason == nil {
			t.Errorf("refused without naming a unit: %v", err)
		}
		return refused
	}
	defer func() { _ = f.Close() }() // where a page is damaged, the checkpoint may meet it
	db, err := f.DB()
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := db.QueryRow(count).Scan(&n); err != nil {
		if f.Damage() == nil {
			t.Errorf("an error without a damaged unit: %v", err)
		}
		return refused
	}
	unfinished := 0
	for _, w := range f.Warnings() {
		if errors.Is(w.Reason, ErrUnfinished) {
			unfinished = 1
		}
	}
	if n != rows-unfinished {
		t.Errorf("got %d rows as they were written, want %d; warnings %v", n, rows, f.Warnings())
	}
	var verdict string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		if f.Damage() == nil {
			t.Errorf("integrity: %s, %v, and no damaged unit", verdict, err)
		}
		return refused // a page that the query did not need
	}
	run(t, db, "CREATE TABLE later(x)")
	closeFile(t, f)
	kind := harmless
	if len(f.Warnings()) > 0 {
		kind = reported
	}
	f, db = openFile(t, path)
	var again int
	if err := db.QueryRow(count).Scan(&again); err != nil || again != n {
		t.Errorf("after going on: got %d rows, %v; want %d", again, f.Cause(err), n)
	}
	if w := f.Warnings(); len(w) > 0 {
		t.Errorf("after going on: warnings %v", w)
	}
	closeFile(t, f)
	return kind
}

// TestLooksRandom: no part of what is sealed can be told from random bytes, as far as counting bytes tells.
func TestLooksRandom(t *testing.T) {
	f, db := newFile(t)
	db.SetMaxOpenConns(1)
	run(t, db, "PRAGMA wal_autocheckpoint = 0")
	run(t, db, tables)
	fillRows(t, db, 4000)
	log := readCopy(t, f.path)[walSuffix][logHead:]
	closeFile(t, f)
	main := readCopy(t, f.path)[""][headSize:]
	for name, b := range map[string][]byte{"log": log, "pages": main} {
		if len(b) < 1<<20 {
			t.Fatalf("%s: %d bytes are too few to tell", name, len(b))
		}
		if got := entropy(b); got < 7.99 {
			t.Errorf("%s: got %.4f bits a byte, want 7.99 or more", name, got)
		}
	}
	if got := entropy([]byte(needle)); got > 5 {
		t.Errorf("English words: got %.4f bits a byte: this test cannot fail", got)
	}
}

// entropy is Shannon's, in bits a byte.
func entropy(b []byte) (bits float64) {
	var count [256]float64
	for _, c := range b {
		count[c]++
	}
	for _, n := range count {
		if n > 0 {
			p := n / float64(len(b))
			bits -= p * math.Log2(p)
		}
	}
	return bits
}
