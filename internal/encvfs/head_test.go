package encvfs

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

func TestHeadDamage(t *testing.T) {
	c := crashed(t)
	both := func(at int) func([]byte) []byte {
		return func(b []byte) []byte { return flip(at)(flip(at + headerSize)(b)) }
	}
	for _, at := range []int{0, 15, 16, 20, 24, 39, 40, 55, 56, 100, 4000, 4080, 4095} {
		wantWarning(t, c.with("", flip(at)), 50, UnitHeader, ErrDamaged)
		wantWarning(t, c.with("", flip(headerSize+at)), 50, UnitHeader, ErrDamaged)
		_, _, err := readAll(c.with("", both(at)).place(t))
		wanted := ErrHeader
		switch {
		case at < 16:
			wanted = ErrNotEncrypted
		case at < 24:
			wanted = ErrVersion
		case at < 56:
			wanted = ErrWrongKey
		}
		if !errors.Is(err, wanted) {
			t.Errorf("both header copies flipped at %d: got %v, want %v", at, err, wanted)
		}
	}
	for _, at := range []int{0, 50, markUnitSize - 1} {
		wantWarning(t, c.with("", flip(markOffset+at)), 50, UnitMark, ErrDamaged)
		wantWarning(t, c.with("", flip(markOffset+headerSize+at)), 50, UnitMark, ErrDamaged)
		wantDamage(t, c.with("", both(markOffset+at)), UnitMark, 0, ErrMark)
	}
	f, _, err := readAll(c.with("", flip(markOffset)).place(t))
	if err != nil {
		t.Fatal(err)
	}
	closeFile(t, f)
	f, _ = openFile(t, f.path)
	if w := f.Warnings(); len(w) > 0 {
		t.Errorf("warnings of a mark that was damaged before: %v", w)
	}
	halves := func(b []byte) []byte { return flip(3)(flip(3 + chunkSize)(b)) }
	wantWarning(t, c.with(tableSuffix, halves), 50, UnitTable, ErrDamaged)
	wantWarning(t, c.with(tableSuffix, func([]byte) []byte { return nil }), 50, UnitTable, ErrDamaged)
}

// TestPartsPutBack puts single parts of the head back to an older state.
func TestPartsPutBack(t *testing.T) {
	f, db := newRows(t)
	run(t, db, "INSERT INTO r(s) VALUES('old')")
	old := readCopy(t, f.path)
	run(t, db, "INSERT INTO r(s) VALUES('new')")
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	run(t, db, "INSERT INTO r(s) VALUES('newer')")
	now := readCopy(t, f.path)
	part := func(from, to int) func([]byte) []byte {
		return func(b []byte) []byte {
			copy(b[from:to], old[""][from:to])
			return b
		}
	}
	wantDamage(t, now.with("", part(0, markOffset)), UnitMark, 0, ErrRolledBack)
	wantDamage(t, now.with("", part(markOffset, headSize)), UnitMark, 0, ErrRolledBack)
	wantWarning(t, now.with("", part(0, headerSize)), 3, UnitHeader, ErrStale)
	wantWarning(t, now.with("", part(headerSize, 2*headerSize)), 3, UnitHeader, ErrStale)
	wantWarning(t, now.with(tableSuffix, func([]byte) []byte { return nil }), 3, UnitTable, ErrDamaged)
}

func TestMessagesNameNoFolder(t *testing.T) {
	c := crashed(t)
	path := c.with(walSuffix, func([]byte) []byte { return nil }).place(t)
	_, err := Open(path, testKey)
	if err == nil || strings.Contains(err.Error(), filepath.Dir(path)) {
		t.Errorf("message: got %v, want one without a folder", err)
	}
	if got, want := fmt.Sprintf("%v %+v %#v", testKey, testKey, testKey), "[key] [key] [key]"; got != want {
		t.Errorf("key in a message: got %s, want %s", got, want)
	}
}
