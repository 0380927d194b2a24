package encvfs

import (
	"bytes"
	"errors"
	"syscall"
	"testing"

	sqlite3 "modernc.org/sqlite/lib"
)

// counted is a disk that counts how often it is read, and cannot read a bad place together with others.
type counted struct {
	disk
	reads, failed int
	bad           int64 // page; 0 for none
}

func (c *counted) ReadAt(p []byte, off int64) (int, error) {
	c.reads++
	if at := pageAt(c.bad); len(p) > pageSize && off <= at && at < off+int64(len(p)) {
		c.failed++
		return 0, syscall.EIO
	}
	return c.disk.ReadAt(p, off)
}

// TestReadAhead goes through a database from beginning to end: many pages are read at once. What cannot be read so is
// read page by page, without a word; and a disk that may take seconds over it is asked a few times.
func TestReadAhead(t *testing.T) {
	f, db := newFile(t)
	run(t, db, tables)
	fillRows(t, db, 2000)
	closeFile(t, f)
	for _, bad := range []int64{0, 150, 153, 156, 159, 162} { // one of them is at the end of what is read at once
		f, db := openFile(t, f.path)
		pages := int(f.table.count())
		c := &counted{disk: f.main, bad: bad}
		f.main = c
		want(t, db, "SELECT count(body || id) FROM answer", "2000")
		if c.reads > pages/4 {
			t.Errorf("%d reads of %d pages: they are not read many at once", c.reads, pages)
		}
		if (c.failed > 0) != (bad > 0) || c.failed > 6 {
			t.Errorf("page %d of %d is a bad place: it was met %d times in reading several", bad, pages, c.failed)
		}
		closeFile(t, f)
	}
}

// TestReadAheadIsNotTrusted: a page that was read ahead and then written, cut off or damaged is read as it is now.
func TestReadAheadIsNotTrusted(t *testing.T) {
	f, db := newFile(t)
	run(t, db, "CREATE TABLE r(id INTEGER PRIMARY KEY, s TEXT)")
	run(t, db, "INSERT INTO r(s) SELECT hex(randomblob(1900)) FROM json_each('['||substr(replace(hex(zeroblob(40)), '00', ',1'), 2)||']')")
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	reader, writer, page := newPageFile(f), newPageFile(f), make([]byte, pageSize)
	t.Cleanup(reader.ahead.forget) // before the keys go
	goThrough := func(from, to int64) {
		t.Helper()
		for n := from; n <= to; n++ {
			if rc := reader.load(page, n); rc != sqlite3.SQLITE_OK {
				t.Fatalf("page %d: result code %d", n, rc)
			}
		}
	}
	goThrough(4, 6)
	if !reader.ahead.holds(8) {
		t.Fatalf("pages are read ahead from %d on, %d bytes; want page 8 among them", reader.ahead.first, len(reader.ahead.units))
	}

	fresh := bytes.Repeat([]byte{42}, pageSize)
	clear(fresh[pageSize-overhead:])
	if writer.store(fresh, 8) != sqlite3.SQLITE_OK || writer.flush() != sqlite3.SQLITE_OK {
		t.Fatal("page 8 was not written")
	}
	goThrough(7, 8)
	if !bytes.Equal(page, fresh) {
		t.Error("page 8 is not what was last written there")
	}

	n := reader.ahead.first + int64(len(reader.ahead.units)/pageSize) - 1
	at := (n - reader.ahead.first) * pageSize
	reader.ahead.helper.Wait()
	reader.ahead.units[at+5] ^= 1 // as where the disk was read while somebody wrote
	goThrough(9, n)

	goThrough(4, 6)
	at30 := make([]byte, 1)
	if _, err := f.main.ReadAt(at30, pageAt(30)+9); err != nil {
		t.Fatal(err)
	}
	at30[0] ^= 1
	if _, err := f.main.WriteAt(at30, pageAt(30)+9); err != nil {
		t.Fatal(err)
	}
	goThrough(7, 29)
	if rc := reader.load(page, 30); rc != sqlite3.SQLITE_IOERR_DATA || !zero(page) {
		t.Errorf("a damaged page: result code %d, want %d and nothing of it", rc, sqlite3.SQLITE_IOERR_DATA)
	}
	if d := f.Damage(); d == nil || d.Number != 30 || !errors.Is(d, ErrDamaged) {
		t.Errorf("damage: got %v, want page 30", d)
	}
	f.table.cut(30)
	if rc := reader.load(page, 31); rc != sqlite3.SQLITE_IOERR_SHORT_READ {
		t.Errorf("a page that was cut off: result code %d, want %d", rc, sqlite3.SQLITE_IOERR_SHORT_READ)
	}
}

// TestHelp: what another processor opened ahead is what is there, and no more trusted than what was read ahead.
func TestHelp(t *testing.T) {
	f, db := newFile(t)
	run(t, db, tables)
	fillRows(t, db, 2000)
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	reader, writer, page, direct := newPageFile(f), newPageFile(f), make([]byte, pageSize), make([]byte, pageSize)
	a := &reader.ahead
	t.Cleanup(a.forget)
	helped := func(n int64) bool { return a.holds(n) && a.who[n-a.first].Load() == opened }
	n, met := int64(4), 0
	for ; n < 200; n++ {
		if rc := reader.load(page, n); rc != sqlite3.SQLITE_OK {
			t.Fatalf("page %d: result code %d", n, rc)
		}
		a.helper.Wait() // it is always in time here
		if helped(n) {
			met++
		}
		if rc := newPageFile(f).load(direct, n); rc != sqlite3.SQLITE_OK || !bytes.Equal(page, direct) {
			t.Errorf("page %d, opened ahead %t, is not what is there", n, helped(n))
		}
	}
	if met < 100 {
		t.Errorf("%d of %d pages were opened ahead", met, n)
	}

	for ; !helped(n+1) && n < f.table.count(); n++ {
		reader.load(page, n)
		a.helper.Wait()
	}
	fresh := bytes.Repeat([]byte{42}, pageSize)
	clear(fresh[pageSize-overhead:])
	if writer.store(fresh, n+1) != sqlite3.SQLITE_OK || writer.flush() != sqlite3.SQLITE_OK {
		t.Fatal("the page was not written")
	}
	reader.load(page, n)
	if rc := reader.load(page, n+1); rc != sqlite3.SQLITE_OK || !bytes.Equal(page, fresh) {
		t.Errorf("a page that was written after it was opened ahead: result code %d, or it is as before", rc)
	}
	a.forget()
	if !zero(a.plain) {
		t.Error("what was opened ahead is still there after the close")
	}
}

// TestHelpLate: a helper that the system keeps waiting is not waited for, and there is never more than one.
func TestHelpLate(t *testing.T) {
	f, db := newFile(t)
	run(t, db, tables)
	fillRows(t, db, 2000)
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	reader, page := newPageFile(f), make([]byte, pageSize)
	t.Cleanup(reader.ahead.forget)
	c := &counted{disk: f.main}
	f.main = c
	for n := int64(1); n <= f.table.count(); n++ {
		if rc := reader.load(page, n); rc != sqlite3.SQLITE_OK {
			t.Fatalf("page %d: result code %d", n, rc)
		}
		if a := &reader.ahead; a.window != nil && a.other == nil && len(a.units) == aheadPages*pageSize {
			a.helper.Wait()
			a.helps.Store(true) // as if it had not come to do anything
			for i := range a.who {
				a.who[i].Store(taken)
			}
		}
	}
	reader.ahead.helper.Wait()
	if a := &reader.ahead; a.other == nil || !a.other.helps.Load() || a.window.plain != nil {
		t.Fatal("no second window was used, or a second helper")
	}
	if pages := int(f.table.count()); c.reads > pages/8 {
		t.Errorf("%d reads of %d pages", c.reads, pages)
	}
}
