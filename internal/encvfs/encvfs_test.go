package encvfs

import (
	"bytes"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

var testKey = Key{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32}

// needle is what a respondent might have said; it must never be found on disk.
const needle = "PLANTED-NEEDLE he took my passport"

const tables = `CREATE TABLE answer(id INTEGER PRIMARY KEY, name TEXT, ref INT, body TEXT);
	CREATE INDEX answer_name ON answer(name);
	CREATE INDEX answer_ref ON answer(ref)`

// newFile creates and opens a database in a new directory.
func newFile(t testing.TB) (*File, *sql.DB) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "store.db")
	if err := Create(path, testKey); err != nil {
		t.Fatal(err)
	}
	return openFile(t, path)
}

// openFile opens a database whose log ends with its last frame: tests count frames by its length.
func openFile(t testing.TB, path string) (*File, *sql.DB) {
	t.Helper()
	f, err := Open(path, testKey)
	if err != nil {
		t.Fatal(err)
	}
	f.reserve = 0
	t.Cleanup(func() { _ = f.Close() })
	db, err := f.DB()
	if err != nil {
		t.Fatal(err)
	}
	return f, db
}

// forgetFrames makes the next reader of the log read it from the disk.
func forgetFrames(f *File) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.log.recent.forget()
}

func closeFile(t testing.TB, f *File) {
	t.Helper()
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

func run(t testing.TB, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func text(t testing.TB, db *sql.DB, query string, args ...any) string {
	t.Helper()
	var s string
	if err := db.QueryRow(query, args...).Scan(&s); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return s
}

func want(t testing.TB, db *sql.DB, query, value string) {
	t.Helper()
	if got := text(t, db, query); got != value {
		t.Errorf("%s: got %s, want %s", query, got, value)
	}
}

// fill adds n rows of about 500 bytes in transactions of 500.
func fillRows(t testing.TB, db *sql.DB, n int) {
	t.Helper()
	for i := 0; i < n; {
		tx, err := db.Begin()
		if err != nil {
			t.Fatal(err)
		}
		for range min(500, n-i) {
			_, err := tx.Exec("INSERT INTO answer(name, ref, body) VALUES(?, ?, ?)",
				fmt.Sprintf("%s %d", needle, i), i%97, strings.Repeat(needle+" ", 12))
			if err != nil {
				t.Fatal(err)
			}
			i++
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestEverydayUse(t *testing.T) {
	f, db := newFile(t)
	run(t, db, tables)
	fillRows(t, db, 3000)
	want(t, db, "PRAGMA journal_mode", "wal")
	want(t, db, "PRAGMA page_size", "4096")
	want(t, db, "PRAGMA secure_delete", "1")
	want(t, db, "PRAGMA foreign_keys", "1")
	want(t, db, "PRAGMA synchronous", "2")
	want(t, db, "SELECT count(*) FROM answer", "3000")

	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		"UPDATE answer SET body = upper(body) WHERE id < 1000", "SAVEPOINT s", "DELETE FROM answer WHERE id > 2000",
		"ROLLBACK TO s", "RELEASE s", "DELETE FROM answer WHERE id BETWEEN 101 AND 600",
	} {
		if _, err := tx.Exec(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	run(t, db, "VACUUM")
	want(t, db, "PRAGMA integrity_check", "ok")
	blob := make([]byte, 3<<20)
	_, _ = rand.Read(blob)
	run(t, db, "CREATE TABLE picture(x BLOB)")
	run(t, db, "INSERT INTO picture VALUES(?)", blob)
	closeFile(t, f)

	f, db = openFile(t, f.path)
	var got []byte
	if err := db.QueryRow("SELECT x FROM picture").Scan(&got); err != nil || !bytes.Equal(got, blob) {
		t.Errorf("blob after reopening: %d bytes, %v; want the %d written", len(got), err, len(blob))
	}
	want(t, db, "SELECT count(*) FROM answer", "2500")
	want(t, db, "PRAGMA integrity_check", "ok")
	if w := f.Warnings(); len(w) > 0 {
		t.Errorf("warnings after a clean close: %v", w)
	}
}

func TestConcurrentConnections(t *testing.T) {
	f, db := newFile(t)
	db.SetMaxOpenConns(6)
	db.SetMaxIdleConns(6)
	run(t, db, "PRAGMA wal_autocheckpoint=40")
	run(t, db, tables)
	run(t, db, "CREATE TABLE purse(id INTEGER PRIMARY KEY, coins INT); INSERT INTO purse VALUES(1, 500), (2, 500)")
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for i := range 50 {
				if err := moveCoin(db, i); err != nil {
					t.Error(f.Cause(err))
				}
			}
		})
		wg.Go(func() {
			for range 200 {
				var n int
				if err := db.QueryRow("SELECT sum(coins) FROM purse").Scan(&n); err != nil || n != 1000 {
					t.Errorf("coins: got %d, %v; want 1000", n, err)
				}
			}
		})
	}
	wg.Wait()
	want(t, db, "PRAGMA integrity_check", "ok")
	want(t, db, "SELECT count(*) FROM answer", "150")
	closeFile(t, f)
	_, db = openFile(t, f.path)
	want(t, db, "SELECT coins FROM purse WHERE id = 1", "350")
}

func moveCoin(db *sql.DB, i int) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit: no effect
	for _, q := range []string{
		"UPDATE purse SET coins = coins - 1 WHERE id = 1",
		fmt.Sprintf("INSERT INTO answer(ref, body) VALUES(%d, hex(randomblob(1500)))", i),
		"UPDATE purse SET coins = coins + 1 WHERE id = 2",
	} {
		if _, err := tx.Exec(q); err != nil {
			return err
		}
	}
	return tx.Commit()
}

func TestKeyAndOwner(t *testing.T) {
	f, db := newFile(t)
	run(t, db, tables)
	if err := Create(f.path, testKey); !errors.Is(err, fs.ErrExist) {
		t.Errorf("create over a file: got %v, want fs.ErrExist", err)
	}
	if _, err := Open(f.path, testKey); !errors.Is(err, ErrInUse) {
		t.Errorf("open twice: got %v, want ErrInUse", err)
	}
	n, id := f.Generation()
	closeFile(t, f)
	if _, err := db.Exec("SELECT 1 FROM answer"); err == nil {
		t.Error("a statement after Close did not fail")
	}
	if _, err := f.DB(); !errors.Is(err, ErrClosed) {
		t.Errorf("DB after Close: got %v, want ErrClosed", err)
	}
	if _, err := Open(f.path, Key{9}); !errors.Is(err, ErrWrongKey) {
		t.Errorf("wrong key: got %v, want ErrWrongKey", err)
	}
	f, _ = openFile(t, f.path)
	if m, other := f.Generation(); m != n+1 || other == id {
		t.Errorf("generation after reopening: got %d and %x; want %d and not %x", m, other, n+1, id)
	}
}

func TestPlainDatabaseIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plain.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	run(t, db, tables)
	fillRows(t, db, 50)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, testKey); !errors.Is(err, ErrNotEncrypted) {
		t.Errorf("plain database: got %v, want ErrNotEncrypted", err)
	}
}

func TestPathsThatURLsDislike(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?c#d%41&e=ü.db")
	if err := Create(path, testKey); err != nil {
		t.Fatal(err)
	}
	f, db := openFile(t, path)
	run(t, db, tables)
	closeFile(t, f)
	_, db = openFile(t, path)
	want(t, db, "SELECT count(*) FROM answer", "0")
}
