package encvfs

import (
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"strings"
	"syscall"
	"testing"
)

// TestDiskFullIsRecognised fills the disk under each of the files that a commit or a checkpoint writes.
func TestDiskFullIsRecognised(t *testing.T) {
	for _, c := range []struct {
		op, suffix string
		err        error
		want       error
	}{
		{"write", walSuffix, syscall.ENOSPC, ErrDiskFull},
		{"write", tableSuffix, syscall.ENOSPC, ErrDiskFull},
		{"write", ".db", syscall.ENOSPC, ErrDiskFull},
		{"write", walSuffix, syscall.EIO, ErrDisk},
		{"sync", walSuffix, syscall.EIO, ErrDisk},
		{"sync", ".db", syscall.EIO, ErrDisk},
		{"sync", tableSuffix, syscall.EIO, ErrDisk},
		{"truncate", walSuffix, syscall.EIO, ErrDisk},
		{"read", walSuffix, syscall.EIO, ErrDisk},
	} {
		t.Run(fmt.Sprint(c.op, c.suffix, c.err), func(t *testing.T) {
			disk := newSim()
			if err := create(disk, "/sim/store.db", testKey); err != nil {
				t.Fatal(err)
			}
			f, db := openSim(t, disk)
			run(t, db, "CREATE TABLE r(id INTEGER PRIMARY KEY, s TEXT); INSERT INTO r(s) VALUES('kept')")
			forgetFrames(f)
			disk.fail = func(op, name string) error {
				if op == "read" {
					forgetFrames(f)
				}
				if op == c.op && strings.HasSuffix(name, c.suffix) {
					return c.err
				}
				return nil
			}
			_, err := db.Exec("INSERT INTO r(s) VALUES('perhaps')")
			if err == nil {
				_, err = db.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
			}
			if got := f.Cause(err); !errors.Is(got, c.want) || !errors.Is(got, c.err) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			disk.fail = nil
			run(t, db, "INSERT INTO r(s) VALUES('after')")
			closeFile(t, f)
			f, db = openSim(t, disk)
			want(t, db, "SELECT count(*) FROM r WHERE s <> 'perhaps'", "2")
			want(t, db, "PRAGMA integrity_check", "ok")
			if w := f.Warnings(); len(w) > 0 {
				t.Errorf("warnings: %v", w)
			}
			closeFile(t, f)
		})
	}
}

func TestCreateOnAFullDisk(t *testing.T) {
	disk := newSim()
	disk.fail = func(op, _ string) error {
		if op == "write" {
			return syscall.ENOSPC
		}
		return nil
	}
	if err := create(disk, "/sim/store.db", testKey); !errors.Is(err, ErrDiskFull) {
		t.Errorf("got %v, want ErrDiskFull", err)
	}
	if len(disk.names) > 0 {
		t.Errorf("files left by a failed Create: %v", disk.names)
	}
	disk.fail = nil
	if err := create(disk, "/sim/store.db", testKey); err != nil {
		t.Errorf("create again once there is room: %v", err)
	}
}

// TestCreateCut cuts the power at every step of Create: there is no database, or an empty one.
func TestCreateCut(t *testing.T) {
	disk := newSim()
	r := rand.New(rand.NewPCG(5, 6))
	var cuts []*sim
	disk.onOp = func() {
		for range 4 {
			cuts = append(cuts, disk.cut(r))
		}
	}
	if err := create(disk, "/sim/store.db", testKey); err != nil {
		t.Fatal(err)
	}
	disk.onOp = nil
	cuts = append(cuts, disk.cut(r))
	for i, c := range cuts {
		if _, err := c.size("/sim/store.db"); errors.Is(err, fs.ErrNotExist) && i < len(cuts)-1 {
			if err := create(c, "/sim/store.db", testKey); err != nil {
				t.Fatalf("cut %d: create again: %v", i, err)
			}
		}
		f, db := openSim(t, c)
		want(t, db, "PRAGMA integrity_check", "ok")
		if w := f.Warnings(); len(w) > 0 {
			t.Errorf("cut %d: warnings %v", i, w)
		}
		closeFile(t, f)
	}
}

var faultRounds = flag.Int("faults", 60, "lives that TestFaultsThenCut spoils")

// TestFaultsThenCut lets single operations of the disk fail at random, goes on, and cuts the power. What was
// acknowledged is there; what failed may be there, whole.
func TestFaultsThenCut(t *testing.T) {
	for seed := range uint64(*faultRounds) {
		r := rand.New(rand.NewPCG(seed, 11))
		disk := newSim()
		if err := create(disk, "/sim/store.db", testKey); err != nil {
			t.Fatal(err)
		}
		f, db := openSim(t, disk)
		run(t, db, "CREATE TABLE t(id INTEGER PRIMARY KEY, g INT, rows INT, body TEXT); CREATE INDEX tg ON t(g)")
		run(t, db, "CREATE TABLE n(g INT); INSERT INTO n VALUES(0)")
		rate := 3 + r.IntN(40)
		disk.fail = func(string, string) error {
			if r.IntN(rate) == 0 {
				return syscall.EIO
			}
			return nil
		}
		acked, tried := 0, 0
		for range 40 {
			tried++
			if addGroup(db, r, tried) == nil {
				acked = tried
			}
		}
		disk.mu.Lock()
		after := disk.cut(r)
		disk.mu.Unlock()
		_ = f.Close() // the disk still fails
		f, db = openSim(t, after)
		want(t, db, "PRAGMA integrity_check", "ok")
		want(t, db, "SELECT count(*) FROM (SELECT g FROM t GROUP BY g HAVING count(*) <> max(rows))", "0")
		var found int
		if err := db.QueryRow("SELECT g FROM n").Scan(&found); err != nil || found < acked {
			t.Errorf("newest transaction: got %d, %v; want %d or more", found, err, acked)
		}
		closeFile(t, f)
		if t.Failed() {
			t.Fatalf("seed %d: one in %d failed, %d tried, %d acknowledged", seed, rate, tried, acked)
		}
	}
}

// TestDoubtfulMark lets the first mark of a log reach the disk although its sync fails, and no other mark after
// it: the header must not be written in ignorance of that mark.
func TestDoubtfulMark(t *testing.T) {
	disk := newSim()
	if err := create(disk, "/sim/store.db", testKey); err != nil {
		t.Fatal(err)
	}
	f, db := openSim(t, disk)
	run(t, db, "CREATE TABLE r(id INTEGER PRIMARY KEY, s TEXT); INSERT INTO r(s) VALUES('kept')")
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	syncs := 0
	disk.fail = func(op, name string) error {
		if op == "sync" && strings.HasSuffix(name, ".db") {
			if syncs++; syncs > 2 { // after both header copies
				return syscall.EIO
			}
		}
		return nil
	}
	if _, err := db.Exec("INSERT INTO r(s) VALUES('perhaps')"); !errors.Is(f.Cause(err), ErrDisk) {
		t.Fatalf("commit with a failing mark: got %v, want ErrDisk", err)
	}
	disk.fail = nil
	closeFile(t, f)
	f, db = openSim(t, disk)
	want(t, db, "SELECT count(*) FROM r WHERE s = 'kept'", "1")
	if w := f.Warnings(); len(w) > 0 {
		t.Errorf("warnings: %v", w)
	}
	closeFile(t, f)
}

func addGroup(db *sql.DB, r *rand.Rand, g int) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit: no effect
	rows := 1 + r.IntN(60)
	for range rows {
		if _, err := tx.Exec("INSERT INTO t(g, rows, body) VALUES(?, ?, hex(randomblob(200)))", g, rows); err != nil {
			return err
		}
	}
	if _, err := tx.Exec("UPDATE n SET g = ?", g); err != nil {
		return err
	}
	return tx.Commit()
}

// TestOneFailureWhileClosing lets each write and sync of the main file fail once while a file is closed. SQLite goes
// on after such a failure and asks for the log to be removed all the same.
func TestOneFailureWhileClosing(t *testing.T) {
	for _, op := range []string{"write", "sync"} {
		for n := 1; ; n++ {
			disk := newSim()
			if err := create(disk, "/sim/store.db", testKey); err != nil {
				t.Fatal(err)
			}
			f, db := openSim(t, disk)
			run(t, db, "CREATE TABLE r(s TEXT); INSERT INTO r(s) VALUES('kept')")
			seen := 0
			disk.fail = func(got, name string) error {
				if got != op || !strings.HasSuffix(name, ".db") {
					return nil
				}
				if seen++; seen == n {
					return syscall.ENOSPC
				}
				return nil
			}
			_ = f.Close() // it says so, or SQLite's second try went well
			disk.fail = nil
			again, db := openSim(t, disk)
			want(t, db, "SELECT s FROM r", "kept")
			closeFile(t, again)
			if seen < n {
				if n < 3 {
					t.Errorf("%d operations of %s were seen: nothing failed", seen, op)
				}
				break
			}
		}
	}
}
