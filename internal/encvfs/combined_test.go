package encvfs

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
)

// TestOneHeaderCopyIsEnough damages or puts back one copy of the header, whichever of the two is newer, together with
// something that the header is there to find out: the other copy finds it out all the same.
func TestOneHeaderCopyIsEnough(t *testing.T) {
	f, db := newRows(t)
	run(t, db, "INSERT INTO r(s) VALUES('at risk')")
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	old := readCopy(t, f.path)
	run(t, db, "UPDATE r SET s = 'safe'")
	log := readCopy(t, f.path)[walSuffix]
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	run(t, db, "CREATE TABLE later(x)") // leaves page 2, which holds r, where it is
	after := readCopy(t, f.path)
	closeFile(t, f)
	closed := readCopy(t, f.path)

	oldPage := func(b []byte) []byte {
		copy(b[headSize+pageSize:][:pageSize], old[""][headSize+pageSize:])
		return b
	}
	oldLog := func([]byte) []byte { return bytes.Clone(log) }
	noLog := func([]byte) []byte { return nil }
	for copy := range 2 {
		at := copy*headerSize + 100
		putBack := func(b []byte) []byte {
			return append(b[:copy*headerSize], append(bytes.Clone(old[""][copy*headerSize:][:headerSize]), b[(copy+1)*headerSize:]...)...)
		}
		for _, spoil := range []func([]byte) []byte{flip(at), putBack} {
			crashed, closed := after.with("", spoil), closed.with("", spoil)
			wantDamage(t, crashed.with("", oldPage), UnitPage, 2, ErrStale)
			wantDamage(t, closed.with("", oldPage), UnitPage, 2, ErrStale)
			wantDamage(t, crashed.with(walSuffix, oldLog), UnitFrame, 1, ErrWALOther)
			wantDamage(t, crashed.with(walSuffix, noLog), UnitFrame, 1, ErrWALMissing)
			wantWarning(t, closed.with(walSuffix, oldLog), 1, UnitFrame, ErrWALOther)
		}
	}
}

// TestMovedFrames changes whole frames of the log: each is bound to its number and to this life of the log.
func TestMovedFrames(t *testing.T) {
	c, other := crashed(t), crashed(t)
	frame := func(b []byte, k uint64) []byte { return b[frameAt(k):][:frameSize] }
	for name, change := range map[string]func(b []byte){
		"swapped": func(b []byte) {
			x := bytes.Clone(frame(b, 5))
			copy(frame(b, 5), frame(b, 6))
			copy(frame(b, 6), x)
		},
		"duplicated": func(b []byte) { copy(frame(b, 5), frame(b, 4)) },
		"zeroed":     func(b []byte) { clear(frame(b, 5)) },
		"foreign":    func(b []byte) { copy(frame(b, 5), frame(other[walSuffix], 5)) },
	} {
		t.Run(name, func(t *testing.T) {
			wantDamage(t, c.with(walSuffix, func(b []byte) []byte { change(b); return b }), UnitFrame, 5, ErrDamaged)
		})
	}
}

// TestStateIsInBothCopies opens what every write of the head leaves, with either copy alone.
func TestStateIsInBothCopies(t *testing.T) {
	f, db := newRows(t)
	for n, change := range []string{
		"INSERT INTO r(s) VALUES('a')", "PRAGMA wal_checkpoint(TRUNCATE)", "INSERT INTO r(s) VALUES('b')", "PRAGMA wal_checkpoint(TRUNCATE)",
	} {
		run(t, db, change)
		for copy := range 2 {
			c := readCopy(t, f.path).with("", func(b []byte) []byte { clear(b[copy*headerSize:][:headerSize]); return b })
			wantWarning(t, c, n/2+1, UnitHeader, ErrDamaged)
		}
	}
}

// TestPlantedJournal plants a rollback journal, which an ordinary SQLite would replay, beside a file of every kind.
func TestPlantedJournal(t *testing.T) {
	journal := append([]byte{0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7}, make([]byte, 8000)...)
	crash := crashed(t)
	for name, c := range map[string]copyOf{"after a crash": crash, "after a close": crash.settled(t)} {
		t.Run(name, func(t *testing.T) {
			path := c.place(t)
			if err := os.WriteFile(path+journalSuffix, journal, 0o600); err != nil {
				t.Fatal(err)
			}
			f, rows, err := readAll(path)
			if err != nil || rows != 50 {
				t.Fatalf("got %d rows and %v, want 50", rows, err)
			}
			defer closeFile(t, f)
			if w := f.Warnings(); len(w) != 1 || w[0].Unit != UnitJournal || !errors.Is(w[0].Reason, ErrRefused) {
				t.Errorf("warnings: got %v, want one of a journal", w)
			}
			if b, err := os.ReadFile(path + journalSuffix); err != nil || !bytes.Equal(b, journal) {
				t.Errorf("the planted journal was touched: %d bytes, %v", len(b), err)
			}
		})
	}
}

// TestOpenReadsNoPages: what Open reads does not grow with the pages of a file, only with the table of their tags.
func TestOpenReadsNoPages(t *testing.T) {
	disk := newSim()
	if err := create(disk, "/sim/store.db", testKey); err != nil {
		t.Fatal(err)
	}
	f, db := openSim(t, disk)
	run(t, db, "CREATE TABLE r(s BLOB); INSERT INTO r VALUES(zeroblob(8000000))")
	closeFile(t, f)
	reads := 0
	disk.fail = func(op, name string) error {
		if op == "read" && strings.HasSuffix(name, ".db") {
			reads++
		}
		return nil
	}
	f, err := open(disk, "/sim/store.db", testKey, false)
	if err != nil {
		t.Fatal(err)
	}
	if pages := f.table.count(); reads != 1 || pages < 1900 {
		t.Errorf("got %d reads of the main file of %d pages; want one, of its head", reads, pages)
	}
	closeFile(t, f)
}

// TestPagesThatCannotBeKept: a page with its reserved bytes in use, and a first page that leaves the write-ahead log or
// has pages of another size, are refused although the log holds them.
func TestPagesThatCannotBeKept(t *testing.T) {
	f, db := newRows(t)
	run(t, db, "INSERT INTO r(s) VALUES('x')")
	p := newPageFile(f)
	first := firstPage()
	for name, c := range map[string]struct {
		page int64
		at   int
		to   byte
	}{
		"reserved bytes":                 {2, pageSize - 1, 1},
		"rollback journal, for writing":  {1, 18, 1},
		"rollback journal, for reading":  {1, 19, 1},
		"pages of 512 bytes":             {1, 16, 2},
		"pages of 65,536 bytes":          {1, 17, 1},
		"32 bytes reserved on each page": {1, 20, 32},
	} {
		b := make([]byte, pageSize)
		if c.page == 1 {
			copy(b, first)
		}
		f.mu.Lock()
		f.log.held[uint32(c.page)] = struct{}{}
		f.mu.Unlock()
		b[c.at] = c.to
		if rc := p.write(b, (c.page-1)*pageSize); rc == 0 {
			t.Errorf("%s: was written", name)
		}
	}
	good := make([]byte, pageSize)
	copy(good, first)
	if rc := p.write(good, 0); rc != 0 {
		t.Errorf("a first page as it has to be: result code %d", rc)
	}
}
