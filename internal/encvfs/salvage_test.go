package encvfs

import (
	"database/sql"
	"errors"
	"testing"
	"time"
)

func TestSalvage(t *testing.T) {
	c := crashed(t)
	frames := framesIn(c)
	for _, s := range []struct {
		name   string
		copy   copyOf
		least  int
		most   int
		reason error
	}{
		{"short log", c.with(walSuffix, func(b []byte) []byte { return b[:len(b)-1] }), 49, 49, ErrWALShort},
		{"half a log", c.with(walSuffix, func(b []byte) []byte { return b[:len(b)/2] }), 31, 48, ErrWALShort},
		{"no log", c.with(walSuffix, func([]byte) []byte { return nil }), 30, 30, ErrWALMissing},
		{"other log", c.with(walSuffix, func([]byte) []byte { return crashed(t)[walSuffix] }), 30, 30, ErrWALOther},
		{"damaged frame", c.with(walSuffix, flip(int(frameAt(uint64(frames)))+9)), 49, 49, ErrDamaged},
		{"no marks", c.with("", func(b []byte) []byte {
			clear(b[markOffset:headSize])
			return b
		}), 50, 50, ErrMark},
	} {
		t.Run(s.name, func(t *testing.T) {
			path := s.copy.place(t)
			if _, err := Open(path, testKey); !errors.Is(err, s.reason) {
				t.Fatalf("open: got %v, want %v", err, s.reason)
			}
			f, err := Salvage(path, testKey)
			if err != nil {
				t.Fatal(err)
			}
			if w := f.Warnings(); len(w) == 0 || !errors.Is(w[0].Reason, s.reason) {
				t.Errorf("warnings: got %v, want one of %v", w, s.reason)
			}
			kept := countRows(t, f)
			if kept < s.least || kept > s.most {
				t.Errorf("got %d rows, want %d to %d", kept, s.least, s.most)
			}
			closeFile(t, f)
			f, rows, err := readAll(path)
			if err != nil || rows != kept {
				t.Fatalf("opened after it was salvaged: got %d rows and %v, want %d", rows, err, kept)
			}
			if w := f.Warnings(); len(w) > 0 {
				t.Errorf("warnings after it was salvaged: %v", w)
			}
			closeFile(t, f)
		})
	}
}

func countRows(t *testing.T, f *File) (n int) {
	t.Helper()
	db, err := f.DB()
	if err != nil {
		t.Fatal(err)
	}
	want(t, db, "PRAGMA integrity_check", "ok")
	if err := db.QueryRow("SELECT count(s || id) FROM r").Scan(&n); err != nil {
		t.Fatal(f.Cause(err))
	}
	return n
}

// TestSalvageDoesNotInvent: what the key does not open stays closed, and a page that is gone stays an error.
func TestSalvageDoesNotInvent(t *testing.T) {
	c := crashed(t)
	if _, err := Salvage(c.place(t), Key{}); !errors.Is(err, ErrWrongKey) {
		t.Errorf("wrong key: got %v, want ErrWrongKey", err)
	}
	path := c.with("", func(b []byte) []byte { return b[:headSize+6*pageSize] }).place(t)
	f, err := Salvage(path, testKey)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // fails: the page is still gone
	db, err := f.DB()
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := f.Cause(db.QueryRow("SELECT count(s || id) FROM r").Scan(&n)); !errors.Is(err, ErrTruncated) {
		t.Errorf("pages that are gone: got %d rows and %v, want ErrTruncated", n, err)
	}
}

// TestFoundIsSaved: transactions that Open found beyond the mark count as saved from then on.
func TestFoundIsSaved(t *testing.T) {
	before := crashed(t)
	path := before.place(t)
	f, db := openFile(t, path)
	db.SetMaxOpenConns(1)
	run(t, db, "PRAGMA wal_autocheckpoint = 0")
	first := readCopy(t, path)
	run(t, db, "INSERT INTO r(s) VALUES('saved, and its mark lost')")
	c := readCopy(t, path)
	closeFile(t, f)
	copy(c[""][markOffset:headSize], first[""][markOffset:headSize]) // as if killed before the mark
	f, rows, err := readAll(c.place(t))
	if err != nil || rows != 51 {
		t.Fatalf("got %d rows and %v, want 51", rows, err)
	}
	found := readCopy(t, f.path)
	closeFile(t, f)
	wantDamage(t, found.with(walSuffix, func(b []byte) []byte { return b[:len(b)-frameSize] }), UnitFrame, 0, ErrWALShort)
}

func TestCloseDuringAStatement(t *testing.T) {
	f, db := newFile(t)
	f.patience = 30 * time.Millisecond
	run(t, db, tables)
	fillRows(t, db, 500)
	rows, err := db.Query("SELECT body FROM answer")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); !errors.Is(err, ErrInUse) {
		t.Errorf("close during a statement: got %v, want ErrInUse", err)
	}
	n := 0
	for rows.Next() {
		var s sql.RawBytes
		if err := rows.Scan(&s); err != nil {
			t.Fatal(err)
		}
		n++
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil || n != 500 {
		t.Errorf("the statement read %d rows, %v; want 500", n, err)
	}
	select {
	case <-f.done:
	case <-time.After(time.Minute):
		t.Fatal("the key is still in memory after the last statement")
	}
	_, db = openFile(t, f.path)
	want(t, db, "SELECT count(*) FROM answer", "500")
}

// TestFramesOutOfTurn: a frame is refused where no header names its log, or where frames before it are missing.
func TestFramesOutOfTurn(t *testing.T) {
	f, _ := newFile(t)
	if !f.hold() {
		t.Fatal("the file is closing")
	}
	defer f.release()
	l, rc := f.openLog()
	if rc != 0 {
		t.Fatalf("open the log: result code %d", rc)
	}
	frame := func(k int64) int32 {
		at := logHeaderSize + (k-1)*frameSize
		if rc := l.write(make([]byte, frameHeaderSize), at); rc != 0 {
			return rc
		}
		return l.write(make([]byte, pageSize), at+frameHeaderSize)
	}
	if frame(1) == 0 {
		t.Error("a frame was written before the header of its log")
	}
	header := make([]byte, logHeaderSize)
	header[0] = 0x37
	if rc := l.write(header, 0); rc != 0 {
		t.Fatalf("header: result code %d", rc)
	}
	if rc := frame(1); rc != 0 {
		t.Errorf("frame 1: result code %d", rc)
	}
	if frame(3) == 0 {
		t.Error("frame 3 was written before frame 2")
	}
	if rc := l.close(); rc != 0 {
		t.Errorf("close: result code %d", rc)
	}
}

// TestHolesAreSealed writes a page beyond the end of the file, as a checkpoint does after pages that were never
// written: what lies between reads as zeros and is sealed.
func TestHolesAreSealed(t *testing.T) {
	f, db := newFile(t)
	run(t, db, tables)
	p := newPageFile(f)
	end := f.table.count()
	f.mu.Lock()
	f.log.held[uint32(end+4)] = struct{}{}
	f.mu.Unlock()
	b := make([]byte, pageSize)
	b[0] = 7
	if rc := p.write(b, (end+3)*pageSize); rc != 0 {
		t.Fatalf("write beyond the end: result code %d", rc)
	}
	for n := end + 1; n <= end+3; n++ {
		if rc := p.load(b, n); rc != 0 || !zero(b) {
			t.Errorf("page %d: result code %d, zero %v; want a page of zeros", n, rc, zero(b))
		}
	}
	if rc := p.truncate((end + 6) * pageSize); rc != 0 || f.table.count() != end+6 {
		t.Errorf("longer file: result code %d, %d pages; want %d", rc, f.table.count(), end+6)
	}
	if rc := p.write(b, (end+9)*pageSize); rc == 0 {
		t.Error("a page that the log does not hold was written")
	}
	if rc := p.write(b[:100], 0); rc == 0 {
		t.Error("part of a page was written")
	}
}
