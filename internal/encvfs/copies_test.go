package encvfs

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// suffixes of everything that a database consists of.
var suffixes = []string{"", walSuffix, tableSuffix}

// copyOf is the content of a database's files at one moment; a file that is not there has no entry.
type copyOf map[string][]byte

func readCopy(t testing.TB, path string) copyOf {
	t.Helper()
	c := copyOf{}
	for _, s := range suffixes {
		if b, err := os.ReadFile(path + s); err == nil {
			c[s] = b
		}
	}
	return c
}

// place writes the copy into a new directory and returns the database's path.
func (c copyOf) place(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "store.db")
	for s, b := range c {
		if err := os.WriteFile(path+s, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// with returns a copy whose file with this suffix was changed.
func (c copyOf) with(suffix string, change func(b []byte) []byte) copyOf {
	n := copyOf{}
	for s, b := range c {
		n[s] = b
	}
	if b := change(bytes.Clone(n[suffix])); b != nil {
		n[suffix] = b
	} else {
		delete(n, suffix)
	}
	return n
}

func flip(at int) func([]byte) []byte {
	return func(b []byte) []byte {
		b[at] ^= 0x10
		return b
	}
}

// framesIn counts the frames of a copy's log.
func framesIn(c copyOf) int { return (len(c[walSuffix]) - logHead) / frameSize }

// newRows makes a database with an empty table r, over one connection, whose log grows until it is told otherwise.
func newRows(t testing.TB) (*File, *sql.DB) {
	t.Helper()
	f, db := newFile(t)
	db.SetMaxOpenConns(1)
	run(t, db, "PRAGMA wal_autocheckpoint = 0")
	run(t, db, "CREATE TABLE r(id INTEGER PRIMARY KEY, s TEXT)")
	return f, db
}

// crashed returns a copy as a crash leaves it: 30 rows in the main file, 20 more in the log only.
func crashed(t testing.TB) copyOf {
	t.Helper()
	f, db := newRows(t)
	rows := func(n int) {
		for range n {
			run(t, db, "INSERT INTO r(s) VALUES(?)", strings.Repeat("x", 2000))
		}
	}
	rows(30)
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	rows(20)
	return readCopy(t, f.path)
}

// closed returns a copy after a clean close, of 300 rows.
func closed(t testing.TB) copyOf {
	t.Helper()
	f, db := newFile(t)
	run(t, db, tables)
	fillRows(t, db, 300)
	closeFile(t, f)
	c := readCopy(t, f.path)
	if _, ok := c[walSuffix]; ok {
		t.Fatal("a log is left after a clean close")
	}
	return c
}

// readAll reads everything there is in the database.
func readAll(path string) (f *File, rows int, err error) {
	f, err = Open(path, testKey)
	if err != nil {
		return nil, 0, err
	}
	db, err := f.DB()
	if err != nil {
		return f, 0, err
	}
	err = db.QueryRow("SELECT count(s || id) FROM r").Scan(&rows)
	return f, rows, f.Cause(err)
}

// wantDamage checks that reading the copy names the unit and the reason.
func wantDamage(t *testing.T, c copyOf, unit Unit, number int64, reason error) {
	t.Helper()
	f, rows, err := readAll(c.place(t))
	if f != nil {
		defer func() { _ = f.Close() }()
	}
	d, ok := errors.AsType[*DamageError](err)
	if !ok {
		t.Fatalf("got %d rows and %v, want damage to %s %d", rows, err, unit, number)
	}
	if d.Unit != unit || (number > 0 && d.Number != number) || !errors.Is(d, reason) {
		t.Errorf("got %v, want %s %d: %v", d, unit, number, reason)
	}
}

// wantWarning checks that the copy opens with a warning of this unit and reason, and holds all rows.
func wantWarning(t *testing.T, c copyOf, rows int, unit Unit, reason error) {
	t.Helper()
	f, got, err := readAll(c.place(t))
	if err != nil || got != rows {
		t.Fatalf("got %d rows and %v, want %d", got, err, rows)
	}
	closeFile(t, f)
	for _, w := range f.Warnings() {
		if w.Unit == unit && errors.Is(w.Reason, reason) {
			return
		}
	}
	t.Errorf("warnings: got %v, want one of a %s: %v", f.Warnings(), unit, reason)
}
