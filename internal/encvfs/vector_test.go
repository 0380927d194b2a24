package encvfs

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var writeVector = flag.Bool("write-vector", false, "write testdata/v1 anew: only before version 1 is released")

const vector = "testdata/v1/store.db"

// TestReleasedFile opens a copy of a file that was written when version 1 was released, with part of its content
// still in the log. It must open for ever: a change that breaks this test makes people's interviews unreadable.
func TestReleasedFile(t *testing.T) {
	if *writeVector {
		makeVector(t)
	}
	c := readCopy(t, vector)
	if len(c) != len(suffixes) {
		t.Fatalf("got %d files in testdata/v1, want %d", len(c), len(suffixes))
	}
	f, db := openFile(t, c.place(t))
	want(t, db, "SELECT group_concat(id || ' ' || body, '; ') FROM note",
		"1 in the main file; 2 in the main file; 3 in the log; 4 in the log")
	want(t, db, "PRAGMA integrity_check", "ok")
	if w := f.Warnings(); len(w) > 0 {
		t.Errorf("warnings: %v", w)
	}
	if n, _ := f.Generation(); n != 2 {
		t.Errorf("generation: got %d, want 2", n)
	}
	closeFile(t, f)

	if _, err := Open(c.place(t), Key{}); !errors.Is(err, ErrWrongKey) {
		t.Errorf("another key: got %v, want ErrWrongKey", err)
	}
	newer := c.with("", func(b []byte) []byte {
		b[19], b[headerSize+19] = 2, 2
		return b
	})
	if _, err := Open(newer.place(t), testKey); !errors.Is(err, ErrVersion) {
		t.Errorf("version 2: got %v, want ErrVersion", err)
	}
}

func makeVector(t *testing.T) {
	t.Helper()
	f, db := newFile(t)
	db.SetMaxOpenConns(1)
	run(t, db, "CREATE TABLE note(id INTEGER PRIMARY KEY, body TEXT) STRICT")
	run(t, db, "INSERT INTO note(body) VALUES('in the main file'), ('in the main file')")
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	run(t, db, "INSERT INTO note(body) VALUES('in the log')")
	run(t, db, "INSERT INTO note(body) VALUES('in the log')")
	if err := os.MkdirAll(filepath.Dir(vector), 0o755); err != nil {
		t.Fatal(err)
	}
	for s, b := range readCopy(t, f.path) {
		if err := os.WriteFile(vector+s, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// FuzzHead gives Open's first readers any 16 KiB: they must refuse or find exactly what was written.
func FuzzHead(f *testing.F) {
	released, err := os.ReadFile(vector)
	if err != nil {
		f.Fatal(err)
	}
	whole := released[:headSize]
	f.Add(whole, 0, byte(0))
	f.Add(whole, 17, byte(1))
	f.Add(whole, headerSize+60, byte(0xff))
	f.Add(whole, markOffset+5, byte(2))
	f.Add(make([]byte, 100), 3, byte(7))
	f.Add([]byte("SQLite format 3\x00"), 0, byte(0))
	wantHead, err := readHeaders(whole, testKey)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte, at int, x byte) {
		head := make([]byte, headSize)
		copy(head, b)
		if at >= 0 && at < headSize {
			head[at] ^= x
		}
		h, err := readHeaders(head, testKey)
		if err != nil {
			return
		}
		if h.keys.id != wantHead.keys.id || h.state != wantHead.state {
			t.Fatalf("a forged header was accepted: %+v", h.state)
		}
		m, _, err := readMarks(h.keys, head, &h.state)
		if err == nil && m.log != h.state.log {
			t.Fatalf("a mark of another log was accepted: %+v", m)
		}
	})
}

// TestHeadRoundTrip: what is parsed encodes to the same bytes, so nothing has two forms.
func TestHeadRoundTrip(t *testing.T) {
	s := state{
		seq: 1, generation: 2, openID: [16]byte{3}, log: logID{4}, lastLog: logID{14}, logHeader: [32]byte{5},
		pages: 6, tableHalf: 1, tableSum: [32]byte{8}, mark: mark{seq: 9, frames: 10, digest: [32]byte{11}, log: logID{12}, state: 13, already: 14, earliest: [32]byte{15}},
	}
	b := s.append(nil)
	if got := parseState(b); got != s {
		t.Errorf("state: got %+v, want %+v", got, s)
	}
	if len(b) != 256 {
		t.Errorf("state: got %d bytes, want 256", len(b))
	}
	c := clearPart{version: version, pageSize: pageSize, id: fileID{1}, check: [16]byte{2}}
	got, err := parseClear(c.append(nil))
	if err != nil || got != c || !bytes.Equal(got.append(nil), c.append(nil)) {
		t.Errorf("clear part: got %+v, %v; want %+v", got, err, c)
	}
	k := newKeyring(testKey, fileID{1})
	head := make([]byte, headSize)
	m := mark{seq: 7, frames: 3, log: logID{4}, state: 1}
	copy(head[markOffset+headerSize:], sealMark(k, &m, inMain))
	if x, ok := openMark(k, head, inMain, 1); !ok || x != m {
		t.Errorf("mark: got %+v, %v; want %+v", x, ok, m)
	}
	copy(head[markOffset:], sealMark(k, &m, inMain))
	if _, ok := openMark(k, head, inMain, 0); ok {
		t.Error("a mark was accepted in the other slot")
	}
	copy(head[noteAt(1):], sealMark(k, &m, inMain))
	if _, ok := openMark(k, head, inLog, 1); ok {
		t.Error("a mark was accepted as a note")
	}
}
