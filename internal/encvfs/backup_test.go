package encvfs

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// TestBackupWhileWriting backs a file up again and again while transactions of two rows are written and the log is
// reset: each backup is whole, and holds what was acknowledged when it began.
func TestBackupWhileWriting(t *testing.T) {
	f, db := newFile(t)
	run(t, db, tables)
	fillRows(t, db, 2000)
	var acked, begun atomic.Int64
	stop, stopped := make(chan struct{}), make(chan error, 1)
	go func() {
		for i := int64(1); ; i++ {
			select {
			case <-stop:
				stopped <- nil
				return
			default:
			}
			begun.Store(i)
			if err := addPair(db, i); err != nil {
				stopped <- f.Cause(err)
				return
			}
			acked.Store(i)
		}
	}()
	dir := t.TempDir()
	for i := range 8 {
		path := filepath.Join(dir, fmt.Sprint(i, ".backup"))
		for acked.Load() < int64(3*i) && len(stopped) == 0 { // however slow this disk is
			time.Sleep(time.Millisecond)
		}
		least := acked.Load()
		if err := f.Backup(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		most := begun.Load()
		got := pairsIn(t, path)
		if got < least || got > most {
			t.Errorf("backup %d: newest transaction %d, want %d to %d", i, got, least, most)
		}
	}
	close(stop)
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if acked.Load() < 20 {
		t.Errorf("%d transactions were written meanwhile: too few to tell", acked.Load())
	}
	want(t, db, "PRAGMA integrity_check", "ok")
	left, err := filepath.Glob(filepath.Join(dir, "*"+draftSuffix))
	if err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}

func addPair(db *sql.DB, i int64) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit: no effect
	for range 2 {
		if _, err := tx.Exec("INSERT INTO answer(name, ref, body) VALUES('pair', ?, ?)", i, strings.Repeat(needle, 20)); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// pairsIn opens a backup, checks that no transaction is torn or missing, and returns the newest.
func pairsIn(t *testing.T, path string) (newest int64) {
	t.Helper()
	f, db := openFile(t, path)
	defer closeFile(t, f)
	if w := f.Warnings(); len(w) > 0 {
		t.Errorf("warnings: %v", w)
	}
	want(t, db, "PRAGMA integrity_check", "ok")
	want(t, db, "SELECT count(*) FROM answer WHERE name <> 'pair'", "2000")
	want(t, db, "SELECT count(*) FROM (SELECT 1 FROM answer WHERE name = 'pair' GROUP BY ref HAVING count(*) <> 2)", "0")
	want(t, db, "SELECT coalesce(max(ref), 0) - count(DISTINCT ref) FROM answer WHERE name = 'pair'", "0")
	if err := db.QueryRow("SELECT coalesce(max(ref), 0) FROM answer WHERE name = 'pair'").Scan(&newest); err != nil {
		t.Fatal(err)
	}
	return newest
}

// TestBackupIsSealed: a backup is a file like every other, and nobody's pages are taken for another file's.
func TestBackupIsSealed(t *testing.T) {
	f, db := newFile(t)
	run(t, db, tables)
	fillRows(t, db, 1500)
	path := filepath.Join(t.TempDir(), "backup.db")
	if err := f.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	generation, id := f.Generation()
	closeFile(t, f)
	backup, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	le, be := inUTF16(needle)
	for _, s := range [][]byte{[]byte(needle), le, be, []byte("CREATE TABLE"), []byte("SQLite format 3")} {
		if bytes.Contains(backup, s) {
			t.Errorf("%q in plain form in a backup", s)
		}
	}
	if got := entropy(backup[headSize:]); got < 7.99 {
		t.Errorf("entropy: got %.4f bits a byte, want 7.99 or more", got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("the backup is open to others: %v, %v", info.Mode(), err)
	}
	original := readCopy(t, f.path)[""]
	mixed := bytes.Clone(backup)
	copy(mixed[headSize+2*pageSize:][:pageSize], original[headSize+2*pageSize:])
	if err := os.WriteFile(path, mixed, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = Restore(t.Context(), path, filepath.Join(t.TempDir(), "again.db"), testKey)
	if d, ok := errors.AsType[*DamageError](err); !ok || d.Unit != UnitPage || d.Number != 3 {
		t.Errorf("a page of the original in its backup: got %v, want page 3 refused", err)
	}
	if _, err := Open(path, freshKey); !errors.Is(err, ErrWrongKey) {
		t.Errorf("another key: got %v, want ErrWrongKey", err)
	}
	if err := os.WriteFile(path, backup, 0o600); err != nil {
		t.Fatal(err)
	}
	copied, _ := openFile(t, path)
	if n, other := copied.Generation(); n != generation+1 || other == id {
		t.Errorf("generation of the backup: got %d with the same id %t, want %d under an id of its own", n, other == id, generation+1)
	}
}

var freshKey = Key{7, 7, 7}

// TestBackupUnderAnotherKey: everything is in the copy, nothing of it opens under the old key, and it goes on counting
// generations, so that it can take the file's place.
func TestBackupUnderAnotherKey(t *testing.T) {
	c := crashed(t) // with work in the log
	f, _ := openFile(t, c.place(t))
	path := filepath.Join(t.TempDir(), "other.db")
	var steps, last int64
	err := f.BackupUnder(t.Context(), path, freshKey, func(done, of int64) {
		if done <= last || done > of {
			t.Errorf("told %d of %d after %d", done, of, last)
		}
		steps, last = steps+1, done
	})
	if err != nil || steps == 0 {
		t.Fatalf("told %d times; %v", steps, err)
	}
	generation, _ := f.Generation()
	closeFile(t, f)
	if _, err := Open(path, testKey); !errors.Is(err, ErrWrongKey) {
		t.Errorf("the old key: got %v, want ErrWrongKey", err)
	}
	for range 2 { // the second time with a table
		fresh, err := Open(path, freshKey)
		if err != nil {
			t.Fatal(err)
		}
		if got := countRows(t, fresh); got != 50 {
			t.Errorf("got %d rows, want 50", got)
		}
		if w := fresh.Warnings(); len(w) > 0 {
			t.Errorf("warnings: %v", w)
		}
		if n, _ := fresh.Generation(); n != generation+1 {
			t.Errorf("generation: got %d after %d, want it to go on counting", n, generation)
		}
		generation++
		closeFile(t, fresh)
	}
	old := readCopy(t, f.path)[""]
	mixed := readCopy(t, path).with("", func(b []byte) []byte {
		copy(b[headSize+pageSize:][:pageSize], old[headSize+pageSize:])
		return b
	})
	fresh, err := Open(mixed.place(t), freshKey)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = fresh.Close() }()
	db, err := fresh.DB()
	if err != nil {
		t.Fatal(err)
	}
	var n int
	err = fresh.Cause(db.QueryRow("SELECT count(s || id) FROM r").Scan(&n))
	if d, ok := errors.AsType[*DamageError](err); !ok || d.Number != 2 || !errors.Is(err, ErrDamaged) {
		t.Errorf("a page of the file under the old key: got %d rows, %v; want page 2 refused", n, err)
	}
}

func TestRestore(t *testing.T) {
	f, db := newFile(t)
	run(t, db, tables)
	fillRows(t, db, 800)
	dir := t.TempDir()
	backup := filepath.Join(dir, "backup.db")
	if err := f.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), f.path, filepath.Join(dir, "live.db"), testKey); !errors.Is(err, ErrInUse) {
		t.Errorf("restore from an open database: got %v, want ErrInUse", err)
	}
	unclosed := crashed(t).place(t)
	if _, err := Restore(t.Context(), unclosed, filepath.Join(dir, "unclosed.db"), testKey); !errors.Is(err, ErrRefused) {
		t.Errorf("restore from a file with work in its log: got %v, want ErrRefused", err)
	}
	if err := os.Chmod(backup, 0o400); err != nil {
		t.Fatal(err)
	}
	before := readCopy(t, backup)
	path := filepath.Join(dir, "restored.db")
	if warnings, err := Restore(t.Context(), backup, path, testKey); err != nil || len(warnings) > 0 {
		t.Fatalf("restore: %v, warnings %v", err, warnings)
	}
	if after := readCopy(t, backup); len(after) != len(before) || !bytes.Equal(after[""], before[""]) {
		t.Errorf("restoring changed the backup: %d files, were %d", len(after), len(before))
	}
	restored, db := openFile(t, path)
	want(t, db, "SELECT count(*) FROM answer", "800")
	want(t, db, "PRAGMA integrity_check", "ok")
	run(t, db, "INSERT INTO answer(name) VALUES('after')")
	closeFile(t, restored)
	if _, err := Restore(t.Context(), backup, path, testKey); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a database: got %v, want fs.ErrExist", err)
	}
	for _, suffix := range []string{walSuffix, tableSuffix} {
		left := filepath.Join(t.TempDir(), "store.db")
		if err := os.WriteFile(left+suffix, []byte("left"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Restore(t.Context(), backup, left, testKey); !errors.Is(err, fs.ErrExist) {
			t.Errorf("beside a left %s: got %v, want fs.ErrExist", suffix, err)
		}
		if err := restored.Backup(t.Context(), left); !errors.Is(err, ErrClosed) {
			t.Errorf("backup of a closed file: got %v, want ErrClosed", err)
		}
	}
}

// TestDamagedBackup: what was done to a backup is named, and nothing comes of it.
func TestDamagedBackup(t *testing.T) {
	c := closed(t)
	pages := (len(c[""]) - headSize) / pageSize
	for name, x := range map[string]struct {
		change func(b []byte) []byte
		unit   Unit
		number int64
		reason error
	}{
		"flip":      {flip(headSize + 3*pageSize + 77), UnitPage, 4, ErrDamaged},
		"flip tag":  {flip(headSize + 4*pageSize - 40), UnitPage, 4, ErrDamaged},
		"truncated": {func(b []byte) []byte { return b[:headSize+5*pageSize+9] }, UnitPage, 6, ErrTruncated},
		"swapped": {func(b []byte) []byte {
			x := bytes.Clone(b[headSize:][:pageSize])
			copy(b[headSize:], b[headSize+pageSize:][:pageSize])
			copy(b[headSize+pageSize:], x)
			return b
		}, UnitPage, 1, ErrDamaged},
		"both headers": {func(b []byte) []byte { return flip(99)(flip(99 + headerSize)(b)) }, UnitHeader, 0, ErrHeader},
	} {
		path := filepath.Join(t.TempDir(), "restored.db")
		_, err := Restore(t.Context(), c.with("", x.change).place(t), path, testKey)
		d, ok := errors.AsType[*DamageError](err)
		if !ok || d.Unit != x.unit || d.Number != x.number || !errors.Is(err, x.reason) {
			t.Errorf("%s: got %v, want %s %d of %d pages: %v", name, err, x.unit, x.number, pages, x.reason)
		}
		if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) > 0 {
			t.Errorf("%s: left %v, %v", name, left, err)
		}
	}
	path := filepath.Join(t.TempDir(), "restored.db")
	warnings, err := Restore(t.Context(), c.with("", flip(99)).place(t), path, testKey)
	if err != nil || len(warnings) != 1 || warnings[0].Unit != UnitHeader {
		t.Errorf("one damaged header copy: got %v, %v; want a warning", warnings, err)
	}
}

// TestOldPageInABackup puts a page of an earlier state into a closed file: authentic, in its place, and too old.
func TestOldPageInABackup(t *testing.T) {
	f, db := newRows(t)
	run(t, db, "INSERT INTO r(s) VALUES('at risk')")
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	old := readCopy(t, f.path)
	run(t, db, "UPDATE r SET s = 'safe'")
	closeFile(t, f)
	mixed := readCopy(t, f.path).with("", func(b []byte) []byte {
		copy(b[headSize+pageSize:][:pageSize], old[""][headSize+pageSize:])
		return b
	})
	_, err := Restore(t.Context(), mixed.place(t), filepath.Join(t.TempDir(), "restored.db"), testKey)
	if !errors.Is(err, ErrStale) {
		t.Errorf("got %v, want ErrStale", err)
	}
}

// TestBackupFailures lets every step of a backup fail, and the context and the file end: there is no backup then,
// and the database goes on.
func TestBackupFailures(t *testing.T) {
	disk := newSim()
	if err := create(disk, "/sim/store.db", testKey); err != nil {
		t.Fatal(err)
	}
	f, db := openSim(t, disk)
	run(t, db, "CREATE TABLE r(s TEXT)")
	run(t, db, "INSERT INTO r WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) SELECT hex(randomblob(3000)) FROM n")
	steps := 0
	for n := 1; ; n++ {
		steps = 0
		disk.fail = func(op, name string) error {
			if op == "read" || op == "remove" || !strings.Contains(name, "backup") {
				return nil
			}
			if steps++; steps == n {
				return syscall.ENOSPC
			}
			return nil
		}
		err := f.Backup(t.Context(), "/sim/backup.db")
		disk.fail = nil
		if err == nil {
			break
		}
		if !errors.Is(err, ErrDiskFull) {
			t.Errorf("step %d: got %v, want ErrDiskFull", n, err)
		}
		for name := range disk.names {
			if strings.Contains(name, "backup") {
				t.Errorf("step %d: %s is left", n, name)
			}
		}
		run(t, db, "INSERT INTO r VALUES('after')")
	}
	if steps < 5 {
		t.Errorf("a backup took %d steps: nothing failed", steps)
	}
	for _, x := range []struct {
		end  func(context.CancelFunc)
		want error
	}{
		{func(cancel context.CancelFunc) { cancel() }, context.Canceled},
		{func(context.CancelFunc) { f.end() }, ErrClosed}, // as Close does
	} {
		ctx, cancel := context.WithCancel(t.Context())
		disk.onOp = func() { x.end(cancel) }
		err := f.Backup(ctx, "/sim/cut.db")
		disk.onOp = nil
		cancel()
		if !errors.Is(err, x.want) {
			t.Errorf("cut short: got %v, want %v", err, x.want)
		}
		if _, err := disk.size("/sim/cut.db"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v: a backup is left: %v", x.want, err)
		}
	}
	closeFile(t, f)
}
