package encvfs

import (
	"bytes"
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"
)

// lagging returns a copy as a power cut leaves it at the worst moment: frames of every commit and their notes are on
// disk, and of the marks in the main file only the first, which is durable at once.
func lagging(t *testing.T) copyOf {
	t.Helper()
	f, db := newRows(t)
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	run(t, db, "INSERT INTO r(s) VALUES('first')")
	first := readCopy(t, f.path)
	for range 9 {
		run(t, db, "INSERT INTO r(s) VALUES(?)", strings.Repeat("x", 2000))
	}
	c := readCopy(t, f.path)
	closeFile(t, f)
	return c.with("", func(b []byte) []byte {
		copy(b[markOffset:headSize], first[""][markOffset:headSize])
		return b
	})
}

// TestNotesVouch damages a log whose marks in the main file are behind: everything but the newest transaction is
// missed by name, and the newest with a warning.
func TestNotesVouch(t *testing.T) {
	c := lagging(t)
	f, rows, err := readAll(c.place(t))
	if err != nil || rows != 10 || len(f.Warnings()) > 0 {
		t.Fatalf("undamaged: got %d rows, %v and warnings, want 10 and none", rows, err)
	}
	closeFile(t, f)
	frames := framesIn(c)
	unfinished := 0
	for k := range frames {
		at := int(frameAt(uint64(k)+1)) + (k*571)%frameSize
		f, rows, err := readAll(c.with(walSuffix, flip(at)).place(t))
		switch {
		case f == nil:
			if e, ok := errors.AsType[*DamageError](err); !ok || e.Number != int64(k)+1 || !errors.Is(e, ErrDamaged) {
				t.Errorf("flip in frame %d: got %v", k+1, err)
			}
		default:
			unfinished++
			if err != nil || rows != 9 || f.Damage() != nil || len(f.Warnings()) != 1 || !errors.Is(f.Warnings()[0].Reason, ErrUnfinished) {
				t.Errorf("flip in frame %d: got %d rows, %v, %v; want 9 and a warning", k+1, rows, err, f.Warnings())
			}
			closeFile(t, f)
		}
	}
	if unfinished == 0 || unfinished > 4 {
		t.Errorf("got %d of %d frames only warned of, want those of the newest transaction", unfinished, frames)
	}
	gone := func([]byte) []byte { return nil }
	wantDamage(t, c.with(walSuffix, gone), UnitFrame, 1, ErrWALMissing)
	short := func(b []byte) []byte { return b[:frameAt(3)] }
	wantDamage(t, c.with(walSuffix, short), UnitFrame, 3, ErrWALShort)
	for slot := range 2 {
		wantWarning(t, c.with(walSuffix, flip(noteAt(slot)+7)), 10, UnitNote, ErrDamaged)
	}
	wantWarning(t, c.with(walSuffix, func(b []byte) []byte { clear(b[logHeaderSize:logHead]); return b }), 10, UnitNote, ErrDamaged)
}

// TestMarksAreConfirmed: a mark is synced soon after its commit; where that fails, the next commit does it.
func TestMarksAreConfirmed(t *testing.T) {
	disk := newSim()
	if err := create(disk, "/sim/store.db", testKey); err != nil {
		t.Fatal(err)
	}
	f, db := openSim(t, disk)
	f.confirmAfter = time.Millisecond
	run(t, db, "CREATE TABLE r(id INTEGER PRIMARY KEY, s TEXT)")
	confirmed := func() bool {
		f.mu.Lock()
		known := !f.log.unsynced && !f.log.doubtful // a timer that comes late would meet the failure below
		f.mu.Unlock()
		disk.mu.Lock()
		defer disk.mu.Unlock()
		main := disk.names["/sim/store.db"]
		return known && bytes.Equal(main.now, main.durable)
	}
	wait := func(what string, done func() bool) {
		t.Helper()
		for end := time.Now().Add(time.Minute); !done(); time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%s: not within a minute", what)
			}
		}
	}
	run(t, db, "INSERT INTO r(s) VALUES('first')")
	run(t, db, "INSERT INTO r(s) VALUES('second')")
	wait("mark of the second commit", confirmed)

	disk.mu.Lock()
	disk.fail = func(op, name string) error {
		if op == "sync" && strings.HasSuffix(name, ".db") {
			return syscall.EIO
		}
		return nil
	}
	disk.mu.Unlock()
	run(t, db, "INSERT INTO r(s) VALUES('third')") // its note is durable, and says so
	wait("failure of the sync", func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return f.log.doubtful
	})
	if _, err := db.Exec("INSERT INTO r(s) VALUES('fourth')"); !errors.Is(f.Cause(err), ErrDisk) {
		t.Errorf("commit after a mark could not be confirmed: got %v, want ErrDisk", err)
	}
	disk.mu.Lock()
	disk.fail = nil
	disk.mu.Unlock()
	run(t, db, "INSERT INTO r(s) VALUES('fifth')")
	wait("mark after a failure", confirmed)
	closeFile(t, f)
}
