package encvfs

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestLogIsLengthened: small commits grow into room that was made for them, which looks like more of the same, and
// which no reader takes for frames.
func TestLogIsLengthened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	if err := Create(path, testKey); err != nil {
		t.Fatal(err)
	}
	f, err := Open(path, testKey)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	db, err := f.DB()
	if err != nil {
		t.Fatal(err)
	}
	run(t, db, "CREATE TABLE r(id INTEGER PRIMARY KEY, s TEXT)")
	lengths := map[int]bool{}
	for i := range 12 {
		run(t, db, "INSERT INTO r(s) VALUES(?)", fmt.Sprint("saved ", i))
		c := readCopy(t, path)
		lengths[len(c[walSuffix])] = true
		if got := entropy(c[walSuffix][logHead:]); got < 7.99 {
			t.Errorf("entropy of the log: got %.4f bits a byte, want 7.99 or more", got)
		}
		after, rows, err := readAll(c.place(t))
		if err != nil || rows != i+1 || len(after.Warnings()) > 0 {
			t.Fatalf("after a crash: got %d rows, %v, %v; want %d", rows, err, after.Warnings(), i+1)
		}
		closeFile(t, after)
	}
	if len(lengths) != 1 {
		t.Errorf("the log had %d lengths during 12 commits, want 1", len(lengths))
	}
	before := len(readCopy(t, path)[walSuffix])
	run(t, db, "INSERT INTO r(s) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT hex(randomblob(900)) FROM n")
	end := int(frameAt(f.log.last + 1))
	if got := len(readCopy(t, path)[walSuffix]); got != end || end <= before {
		t.Errorf("after a large commit the log has %d bytes, want %d: its frames and no more", got, end)
	}
}

// TestNoRoomToLengthen: where the disk is full, a commit that fits goes through without room for others.
func TestNoRoomToLengthen(t *testing.T) {
	disk := newSim()
	if err := create(disk, "/sim/store.db", testKey); err != nil {
		t.Fatal(err)
	}
	f, db := openSim(t, disk)
	run(t, db, "CREATE TABLE r(s TEXT)")
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	writes, refused := 0, 0
	disk.fail = func(op, name string) error {
		if op != "write" || !strings.HasSuffix(name, walSuffix) {
			return nil
		}
		if writes++; writes == 3 { // label, frames, room, note
			refused++
			return syscall.ENOSPC
		}
		return nil
	}
	run(t, db, "INSERT INTO r VALUES('kept')")
	size, err := disk.size("/sim/store.db" + walSuffix)
	if want := frameAt(f.log.last + 1); err != nil || size != want || refused != 1 {
		t.Errorf("the log has %d bytes, %v, want %d: the room was not what was refused", size, err, want)
	}
	run(t, db, "INSERT INTO r VALUES('kept')")
	disk.fail = nil
	closeFile(t, f)
	_, db = openSim(t, disk)
	want(t, db, "SELECT count(*) FROM r", "2")
}

// TestBatchFails lets each write of a large transaction fail: nothing of it is there, and the next goes well.
func TestBatchFails(t *testing.T) {
	large := "INSERT INTO r(s) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) SELECT hex(randomblob(900)) FROM n"
	for n := 1; ; n++ {
		disk := newSim()
		if err := create(disk, "/sim/store.db", testKey); err != nil {
			t.Fatal(err)
		}
		f, db := openSim(t, disk)
		run(t, db, "CREATE TABLE r(id INTEGER PRIMARY KEY, s TEXT); INSERT INTO r(s) VALUES('kept')")
		seen := 0
		disk.fail = func(op, name string) error {
			if op != "write" || !strings.HasSuffix(name, walSuffix) {
				return nil
			}
			if seen++; seen == n {
				return syscall.ENOSPC
			}
			return nil
		}
		_, err := db.Exec(large)
		disk.fail = nil
		if seen < n {
			if err != nil || n < 5 {
				t.Errorf("%v after %d writes: a large transaction takes more", err, seen)
			}
			closeFile(t, f)
			return
		}
		if !errors.Is(f.Cause(err), ErrDiskFull) {
			t.Errorf("write %d: got %v, want ErrDiskFull", n, err)
		}
		want(t, db, "SELECT count(*) FROM r", "1")
		run(t, db, large)
		want(t, db, "PRAGMA integrity_check", "ok")
		disk.mu.Lock()
		crash := newSim()
		for name, file := range disk.names {
			crash.names[name] = &simFile{name: name, now: bytes.Clone(file.now)}
		}
		disk.mu.Unlock()
		again, db := openSim(t, crash)
		want(t, db, "SELECT count(*) FROM r", "301")
		want(t, db, "PRAGMA integrity_check", "ok")
		if w := again.Warnings(); len(w) > 0 {
			t.Errorf("write %d: warnings %v", n, w)
		}
		closeFile(t, again)
		closeFile(t, f)
	}
}

// TestBackInATransaction goes back to savepoints after the cache has spilled: frames are written in the place of
// others that wait in a batch or are on the disk.
func TestBackInATransaction(t *testing.T) {
	f, db := newRows(t)
	run(t, db, "PRAGMA cache_size = 10")
	some := func(n int) string {
		return fmt.Sprintf("INSERT INTO r(s) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) SELECT hex(randomblob(700)) FROM n;", n)
	}
	for i := range 6 {
		run(t, db, "BEGIN IMMEDIATE;"+some(40+7*i)+"SAVEPOINT a;"+some(90+11*i)+"ROLLBACK TO a;"+some(20+3*i)+
			"SAVEPOINT b; UPDATE r SET s = s || 'x' WHERE id % 3 = 0; ROLLBACK TO b; DELETE FROM r WHERE id % 5 = 0; COMMIT")
		forgetFrames(f)
		want(t, db, "PRAGMA integrity_check", "ok")
		rows := text(t, db, "SELECT count(s || id) FROM r")
		after, got, err := readAll(readCopy(t, f.path).place(t))
		if err != nil || fmt.Sprint(got) != rows || len(after.Warnings()) > 0 {
			t.Fatalf("after a crash: got %d rows, %v, %v; want %s", got, err, after.Warnings(), rows)
		}
		closeFile(t, after)
	}
}

// TestFramesAreForgotten: what was said does not outlast the log in this package's memory.
func TestFramesAreForgotten(t *testing.T) {
	f, db := newFile(t)
	run(t, db, tables)
	fillRows(t, db, 100)
	holds := func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		for _, b := range f.log.recent.frames {
			if bytes.Contains(b, []byte("PLANTED")) {
				return true
			}
		}
		return false
	}
	if !holds() {
		t.Fatal("no frame is kept in memory: this test cannot fail")
	}
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	if holds() {
		t.Error("frames are in memory after the log was emptied")
	}
	fillRows(t, db, 100)
	closeFile(t, f)
	if holds() {
		t.Error("frames are in memory after Close")
	}
}

// TestCheckpointCutShort lets a checkpoint fail with pages that wait to be written, and their writing too: its locks
// are given back, and the next one does it.
func TestCheckpointCutShort(t *testing.T) {
	disk := newSim()
	if err := create(disk, "/sim/store.db", testKey); err != nil {
		t.Fatal(err)
	}
	f, db := openSim(t, disk)
	run(t, db, "PRAGMA wal_autocheckpoint = 0")
	run(t, db, "CREATE TABLE r(s TEXT)")
	run(t, db, "INSERT INTO r WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 30) SELECT hex(randomblob(900)) FROM n")
	db.SetMaxOpenConns(2)
	broken, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for after := range 12 {
		forgetFrames(f)
		reads := 0
		disk.fail = func(op, name string) error {
			log := strings.HasSuffix(name, walSuffix)
			if op == "read" && log {
				reads++
			}
			if op == "read" && log && reads > after || op == "write" && !log {
				return syscall.EIO
			}
			return nil
		}
		_, err := broken.ExecContext(t.Context(), "PRAGMA wal_checkpoint(TRUNCATE)")
		disk.fail = nil
		if !errors.Is(f.Cause(err), ErrDisk) {
			t.Fatalf("read %d: got %v, want ErrDisk", after+1, err)
		}
		run(t, db, "INSERT INTO r VALUES('after')")
		if got := text(t, db, "SELECT count(*) FROM r"); got != fmt.Sprint(31+after) {
			t.Fatalf("another connection: got %s rows, want %d", got, 31+after)
		}
	}
	var busy, frames, done int
	if err := db.QueryRow("PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &done); err != nil || busy != 0 {
		t.Errorf("the next checkpoint: busy %d, %v", busy, err)
	}
	want(t, db, "SELECT count(*) FROM r", "42")
	want(t, db, "PRAGMA integrity_check", "ok")
	if err := broken.Close(); err != nil {
		t.Fatal(err)
	}
	closeFile(t, f)
}
