package encvfs

import (
	"errors"
	"math/rand/v2"
	"syscall"
	"testing"
)

var freshKey = Key{7, 7, 7}

// TestRekey: everything is there under the new key, nothing under the old one, and pages of the old file are not
// taken for pages of the new.
func TestRekey(t *testing.T) {
	c := crashed(t) // with work in the log
	path := c.place(t)
	var steps, last int64
	err := Rekey(path, testKey, freshKey, func(done, of int64) {
		if done <= last || done > of {
			t.Errorf("told %d of %d after %d", done, of, last)
		}
		steps, last = steps+1, done
	})
	if err != nil || steps == 0 {
		t.Fatalf("told %d times; %v", steps, err)
	}
	if _, err := Open(path, testKey); !errors.Is(err, ErrWrongKey) {
		t.Errorf("the old key: got %v, want ErrWrongKey", err)
	}
	fresh := readCopy(t, path)
	generation := uint64(0)
	for range 2 { // the second time, without a table that was ever written
		f, err := Open(path, freshKey)
		if err != nil {
			t.Fatal(err)
		}
		if got := countRows(t, f); got != 50 {
			t.Errorf("got %d rows, want 50", got)
		}
		if w := f.Warnings(); len(w) > 0 {
			t.Errorf("warnings: %v", w)
		}
		n, _ := f.Generation()
		if n <= generation || n < 3 {
			t.Errorf("generation: got %d after %d, want it to go on counting", n, generation)
		}
		generation = n
		closeFile(t, f)
	}
	mixed := fresh.with("", func(b []byte) []byte {
		copy(b[headSize+pageSize:headSize+2*pageSize], c[""][headSize+pageSize:])
		return b
	})
	f, err := Open(mixed.place(t), freshKey)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	db, err := f.DB()
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := f.Cause(db.QueryRow("SELECT count(s || id) FROM r").Scan(&n)); !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrStale) {
		t.Errorf("a page of the old file: got %d rows, %v; want it refused", n, err)
	}
}

func TestRekeyRefuses(t *testing.T) {
	c := closed(t)
	path := c.place(t)
	if err := Rekey(path, freshKey, testKey, nil); !errors.Is(err, ErrWrongKey) {
		t.Errorf("wrong key: got %v, want ErrWrongKey", err)
	}
	f, _ := openFile(t, path)
	if err := Rekey(path, testKey, freshKey, nil); !errors.Is(err, ErrInUse) {
		t.Errorf("an open file: got %v, want ErrInUse", err)
	}
	closeFile(t, f)
	bad := c.with("", flip(len(c[""])-100)).place(t)
	if err := Rekey(bad, testKey, freshKey, nil); !errors.Is(err, ErrDamaged) {
		t.Errorf("a damaged page: got %v, want ErrDamaged", err)
	}
	if _, err := Open(bad, testKey); err != nil {
		t.Errorf("the old file after a refusal: %v", err)
	}
}

// TestRekeyCut cuts the power, and lets the disk fill up, at every step: there is the old file or the new one.
func TestRekeyCut(t *testing.T) {
	disk := newSim()
	if err := create(disk, "/sim/store.db", testKey); err != nil {
		t.Fatal(err)
	}
	f, db := openSim(t, disk)
	run(t, db, "CREATE TABLE r(id INTEGER PRIMARY KEY, s TEXT)")
	run(t, db, "INSERT INTO r(s) SELECT hex(randomblob(900)) FROM (VALUES (1), (2), (3), (4), (5), (6), (7), (8))")
	closeFile(t, f)
	disk.mu.Lock()
	start := disk.cut(rand.New(rand.NewPCG(1, 1))) // all of it is durable
	disk.mu.Unlock()

	r := rand.New(rand.NewPCG(12, 13))
	var cuts []*sim
	disk.onOp = func() {
		for range 3 {
			cuts = append(cuts, disk.cut(r))
		}
	}
	if err := rekey(disk, "/sim/store.db", testKey, freshKey, nil); err != nil {
		t.Fatal(err)
	}
	disk.onOp = nil
	steps := len(cuts) / 3
	for range 6 {
		cuts = append(cuts, disk.cut(r))
	}
	found := map[Key]int{}
	for i, c := range cuts {
		found[eightRows(t, c)]++
		if t.Failed() {
			t.Fatalf("cut %d of %d", i, len(cuts))
		}
	}
	if found[testKey] == 0 || found[freshKey] == 0 {
		t.Errorf("got %d old files and %d new ones, want some of each", found[testKey], found[freshKey])
	}
	for at := range steps {
		c := start.cut(r)
		op := 0
		c.fail = func(what, _ string) error {
			if what == "read" {
				return nil
			}
			if op++; op == at+1 {
				return syscall.ENOSPC
			}
			return nil
		}
		err := rekey(c, "/sim/store.db", testKey, freshKey, nil)
		c.fail = nil
		if err != nil && !errors.Is(err, ErrDiskFull) {
			t.Errorf("full at step %d: got %v, want ErrDiskFull", at, err)
		}
		if key := eightRows(t, c); (key == freshKey) != (err == nil) && err == nil {
			t.Errorf("full at step %d: no error, and the old file", at)
		}
	}
}

// eightRows opens the database under whichever key is its, and says which.
func eightRows(t *testing.T, c *sim) Key {
	t.Helper()
	key := freshKey
	f, err := open(c, "/sim/store.db", key, false)
	if errors.Is(err, ErrWrongKey) {
		key = testKey
		f, err = open(c, "/sim/store.db", key, false)
	}
	if err != nil {
		t.Fatal(err)
	}
	db, err := f.DB()
	if err != nil {
		t.Fatal(err)
	}
	want(t, db, "SELECT count(*) FROM r WHERE length(s) = 1800", "8")
	want(t, db, "PRAGMA integrity_check", "ok")
	closeFile(t, f)
	return key
}

// BenchmarkRekey writes a database of 20 MB anew.
func BenchmarkRekey(b *testing.B) {
	f, db := newFile(b)
	run(b, db, tables)
	fillRows(b, db, 30000)
	closeFile(b, f)
	size, err := (system{}).size(f.path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(size)
	key, other := testKey, freshKey
	for b.Loop() {
		if err := Rekey(f.path, key, other, nil); err != nil {
			b.Fatal(err)
		}
		key, other = other, key
	}
}
