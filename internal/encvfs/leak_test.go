package encvfs

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

// inUTF16 gives s in both byte orders.
func inUTF16(s string) (le, be []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		le = append(le, byte(u), byte(u>>8))
		be = append(be, byte(u>>8), byte(u))
	}
	return le, be
}

// scan looks for plain text in everything in the file's directory, and in files without a name that this
// process has open. It returns how many bytes it read.
func scan(t *testing.T, f *File) (n int) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(f.dir(), "*"))
	if err != nil {
		t.Fatal(err)
	}
	fds, _ := filepath.Glob("/proc/self/fd/*") // none on other systems
	for _, fd := range fds {
		if target, err := os.Readlink(fd); err == nil && strings.HasSuffix(target, " (deleted)") {
			names = append(names, fd)
		}
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Errorf("read %s: %v", name, err)
		}
		n += len(b)
		for _, s := range []string{needle, "PLANTED", "passport", "CREATE TABLE", "SQLite format 3", "answer_ref"} {
			le, be := inUTF16(s)
			for _, x := range [][]byte{[]byte(s), le, be} {
				if at := bytes.Index(b, x); at >= 0 {
					t.Errorf("%s holds %q in plain form at %d", filepath.Base(name), s, at)
				}
			}
		}
	}
	return n
}

func TestNothingInPlainFormOnDisk(t *testing.T) {
	f, db := newFile(t)
	db.SetMaxOpenConns(1)
	run(t, db, "PRAGMA temp_store = FILE") // not as DB sets it: to see temporary files
	run(t, db, "PRAGMA cache_size = 30")
	run(t, db, tables)
	fillRows(t, db, 4000)
	scan(t, f)
	run(t, db, "BEGIN IMMEDIATE; UPDATE answer SET body = body || 'x', name = name || 'y'")
	scan(t, f)
	run(t, db, "ROLLBACK")
	run(t, db, "CREATE TEMP TABLE draft AS SELECT name || body AS x FROM answer; CREATE INDEX temp.draft_x ON draft(x)")
	rows, err := db.Query("SELECT x || random() AS r FROM draft ORDER BY r")
	if err != nil {
		t.Fatal(err)
	}
	rows.Next() // the sorter has spilled by now
	during := scan(t, f)
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	run(t, db, "VACUUM")
	scan(t, f)
	run(t, db, "DELETE FROM answer")
	closeFile(t, f)
	if after := scan(t, f); after < headSize || during <= after {
		t.Errorf("scanned %d bytes during use and %d after: the scan misses files", during, after)
	}
	if left, _ := filepath.Glob(filepath.Join(f.dir(), "*")); len(left) != 2 {
		t.Errorf("files after Close: got %v, want the database and its table", left)
	}
}

// TestDeletedRowsAreGone reads the pages with the key: what was deleted is not in free pages either.
func TestDeletedRowsAreGone(t *testing.T) {
	f, db := newFile(t)
	run(t, db, tables)
	fillRows(t, db, 500)
	count := func() (n int) {
		b := make([]byte, pageSize)
		for p := int64(1); p <= f.table.count(); p++ {
			if rc := newPageFile(f).load(b, p); rc != 0 {
				t.Fatalf("page %d: result code %d", p, rc)
			}
			n += bytes.Count(b, []byte("PLANTED"))
		}
		return n
	}
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	if count() == 0 {
		t.Fatal("the pages do not hold what was saved: this test cannot fail")
	}
	run(t, db, "DELETE FROM answer")
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	if n := count(); n > 0 {
		t.Errorf("%d deleted rows are still in the file", n)
	}
}

func TestCloseForgetsTheKey(t *testing.T) {
	f, db := newFile(t)
	run(t, db, tables)
	s := f.keys.pages
	state := s.held()
	if *state != s.key || *state == [32]byte{} {
		t.Fatal("the AEAD does not keep its key where forget looks for it")
	}
	closeFile(t, f)
	if *state != [32]byte{} || s.key != [32]byte{} {
		t.Error("the key is still in memory after Close")
	}
}

// TestOtherFilesAreRefused: nothing can be attached or written out through our connections.
func TestOtherFilesAreRefused(t *testing.T) {
	f, db := newFile(t)
	run(t, db, tables)
	other := filepath.Join(f.dir(), "other.db")
	for _, q := range []string{"ATTACH '" + other + "' AS o", "VACUUM INTO '" + other + "'"} {
		if _, err := db.Exec(q); err == nil {
			t.Errorf("%s: not refused", q)
		}
	}
	for _, mode := range []string{"DELETE", "TRUNCATE", "PERSIST", "MEMORY", "OFF"} {
		_, first := db.Exec("PRAGMA journal_mode = " + mode)
		_, then := db.Exec("INSERT INTO answer(name) VALUES('after')")
		if _, err := os.Stat(f.path + journalSuffix); err == nil {
			t.Errorf("journal_mode = %s made a rollback journal (%v, %v)", mode, first, then)
		}
	}
	closeFile(t, f)
	_, db = openFile(t, f.path)
	want(t, db, "PRAGMA journal_mode", "wal")
	want(t, db, "PRAGMA integrity_check", "ok")
}
