package encvfs

import (
	"bytes"
	"database/sql"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

func TestUndamagedCopies(t *testing.T) {
	f, rows, err := readAll(crashed(t).place(t))
	if err != nil || rows != 50 {
		t.Fatalf("a crashed copy: got %d rows and %v, want 50", rows, err)
	}
	if w := f.Warnings(); len(w) > 0 {
		t.Errorf("warnings of a crashed copy: %v", w)
	}
	closeFile(t, f)
}

func TestEveryPageFlipIsNoticed(t *testing.T) {
	c := closed(t)
	r := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		at := headSize + r.IntN(len(c[""])-headSize)
		page := int64(at-headSize)/pageSize + 1
		f, err := Open(c.with("", flip(at)).place(t), testKey)
		if err != nil {
			t.Fatal(err)
		}
		db, err := f.DB()
		if err != nil {
			t.Fatal(err)
		}
		var got string
		err = f.Cause(db.QueryRow("PRAGMA integrity_check(1)").Scan(&got))
		if err == nil && got == "ok" {
			t.Errorf("flip at %d unnoticed", at)
		}
		if d := f.Damage(); d == nil || d.Number != page || !errors.Is(d, ErrDamaged) {
			t.Errorf("flip at %d: got %v, want page %d", at, d, page)
		}
		_ = f.Close() // the checkpoint at close may meet the page again
	}
}

// TestMovedPages changes whole pages after a crash, after a clean close, and under a running program.
func TestMovedPages(t *testing.T) {
	afterCrash := crashed(t)
	afterClose := afterCrash.settled(t)
	page := func(b []byte, n int) []byte { return b[headSize+(n-1)*pageSize:][:pageSize] }
	foreign, older := crashed(t), older(t, afterCrash)
	for _, c := range []struct {
		name   string
		change func(b []byte) []byte
		reason error
	}{
		{"flipped", flip(headSize + 4*pageSize + 1000), ErrDamaged},
		{"swapped", func(b []byte) []byte {
			x := bytes.Clone(page(b, 5))
			copy(page(b, 5), page(b, 6))
			copy(page(b, 6), x)
			return b
		}, ErrDamaged},
		{"duplicated", func(b []byte) []byte { copy(page(b, 5), page(b, 6)); return b }, ErrDamaged},
		{"zeroed", func(b []byte) []byte { clear(page(b, 5)); return b }, ErrDamaged},
		{"foreign", func(b []byte) []byte { copy(page(b, 5), page(foreign[""], 5)); return b }, ErrDamaged},
		{"old", func(b []byte) []byte { copy(page(b, 5), page(older, 5)); return b }, ErrStale},
		{"truncated", func(b []byte) []byte { return b[:headSize+4*pageSize] }, ErrTruncated},
	} {
		t.Run(c.name+" after a crash", func(t *testing.T) { wantDamage(t, afterCrash.with("", c.change), UnitPage, 5, c.reason) })
		t.Run(c.name+" after a close", func(t *testing.T) { wantDamage(t, afterClose.with("", c.change), UnitPage, 5, c.reason) })
		t.Run(c.name+" while running", func(t *testing.T) {
			f, db := openFile(t, afterCrash.place(t))
			b, err := os.ReadFile(f.path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(f.path, c.change(b), 0o600); err != nil {
				t.Fatal(err)
			}
			var n int
			err = f.Cause(db.QueryRow("SELECT count(s || id) FROM r").Scan(&n))
			if d, ok := errors.AsType[*DamageError](err); !ok || d.Unit != UnitPage || d.Number != 5 || !errors.Is(d, c.reason) {
				t.Errorf("got %d rows, %v; want page 5: %v", n, err, c.reason)
			}
		})
	}
	short := func(b []byte) []byte { return b[:5000] }
	if _, _, err := readAll(afterCrash.with("", short).place(t)); !errors.Is(err, ErrNotEncrypted) {
		t.Errorf("a file of half a header: got %v, want ErrNotEncrypted", err)
	}
}

// settled is what the copy is after it was opened and closed.
func (c copyOf) settled(t *testing.T) copyOf {
	t.Helper()
	f, rows, err := readAll(c.place(t))
	if err != nil || rows != 50 {
		t.Fatalf("got %d rows, %v; want 50", rows, err)
	}
	closeFile(t, f)
	return readCopy(t, f.path)
}

// older gives the copy's content as it might have been before: all pages of the main file sealed once more, so
// authentic, in their places, and not what was written last.
func older(t *testing.T, c copyOf) []byte {
	t.Helper()
	f, _ := openFile(t, c.place(t))
	b := bytes.Clone(c[""])
	for n := int64(1); n <= f.table.count(); n++ {
		unit := b[pageAt(n):][:pageSize]
		aad := pageAAD(nil, f.keys.id, n)
		if !f.keys.pages.open(unit, aad) {
			t.Fatalf("page %d does not open", n)
		}
		f.keys.pages.seal(unit, unit[:pageSize-overhead], aad)
	}
	closeFile(t, f)
	return b
}

func TestLogDamage(t *testing.T) {
	c := crashed(t)
	frames := framesIn(c)
	if frames < 20 {
		t.Fatalf("got a log of %d frames, want 20 or more", frames)
	}
	for k := range frames {
		at := int(frameAt(uint64(k)+1)) + (k*571)%frameSize
		wantDamage(t, c.with(walSuffix, flip(at)), UnitFrame, int64(k)+1, ErrDamaged)
	}
	for at := 0; at < logHeaderSize; at += 5 {
		wantWarning(t, c.with(walSuffix, flip(at)), 50, UnitFrame, ErrDamaged)
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range 30 {
		n := r.IntN(len(c[walSuffix]))
		short := func(b []byte) []byte { return b[:n] }
		lost := int64(max(0, n-logHead)/frameSize) + 1
		wantDamage(t, c.with(walSuffix, short), UnitFrame, lost, ErrWALShort)
	}
	gone := func([]byte) []byte { return nil }
	wantDamage(t, c.with(walSuffix, gone), UnitFrame, 1, ErrWALMissing)
}

func TestOtherLogs(t *testing.T) {
	f, db := newRows(t)
	run(t, db, "INSERT INTO r(s) VALUES('old'), ('old')")
	first := readCopy(t, f.path)
	run(t, db, "INSERT INTO r(s) VALUES('more')")
	later := readCopy(t, f.path)
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	run(t, db, "UPDATE r SET s = 'new'")
	now := readCopy(t, f.path)
	closeFile(t, f)
	atRest := readCopy(t, f.path)

	use := func(b []byte) func([]byte) []byte { return func([]byte) []byte { return bytes.Clone(b) } }
	wantDamage(t, later.with(walSuffix, use(first[walSuffix])), UnitFrame, 0, ErrWALShort)
	wantDamage(t, now.with(walSuffix, use(later[walSuffix])), UnitFrame, 1, ErrWALOther)
	wantDamage(t, now.with(walSuffix, use(crashed(t)[walSuffix])), UnitFrame, 1, ErrWALOther)
	wantWarning(t, atRest.with(walSuffix, use(later[walSuffix])), 3, UnitFrame, ErrWALOther)
	wantWarning(t, atRest.with(walSuffix, use(crashed(t)[walSuffix])), 3, UnitFrame, ErrWALOther)
}

// TestOldPages puts one page back to what it was: authentic, in its place, and too old.
func TestOldPages(t *testing.T) {
	f, db := newRows(t)
	run(t, db, "INSERT INTO r(s) VALUES('at risk')")
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	old := readCopy(t, f.path)
	run(t, db, "UPDATE r SET s = 'safe'")
	run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
	back := func(b []byte) []byte {
		at := headSize + pageSize // page 2 holds r
		copy(b[at:at+pageSize], old[""][at:])
		return b
	}
	wantDamage(t, readCopy(t, f.path).with("", back), UnitPage, 2, ErrStale) // as after a crash

	b, err := os.ReadFile(f.path)
	if err != nil {
		t.Fatal(err)
	}
	whole := bytes.Clone(b)
	if err := os.WriteFile(f.path, back(b), 0o600); err != nil {
		t.Fatal(err)
	}
	var s string
	pool, err := f.DB()
	if err != nil {
		t.Fatal(err)
	}
	pool.SetMaxOpenConns(2) // a new connection has nothing in its cache
	tx, err := pool.Begin()
	if err != nil {
		t.Fatal(err)
	}
	err = f.Cause(pool.QueryRow("SELECT s FROM r").Scan(&s))
	if !errors.Is(err, ErrStale) {
		t.Errorf("old page while running: got %q, %v; want ErrStale", s, err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(f.path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	closeFile(t, f)
	wantDamage(t, readCopy(t, f.path).with("", back), UnitPage, 2, ErrStale) // after a clean close
}

// TestTornCheckpoint tears every page of the main file while the log still holds its good copy.
func TestTornCheckpoint(t *testing.T) {
	f, db := newRows(t)
	for range 40 {
		run(t, db, "INSERT INTO r(s) VALUES(?)", strings.Repeat("x", 1500))
	}
	before := readCopy(t, f.path)
	run(t, db, "PRAGMA wal_checkpoint(PASSIVE)")
	c := readCopy(t, f.path)
	c[walSuffix] = before[walSuffix]
	wantWarning(t, c.with(tableSuffix, func([]byte) []byte { return nil }), 40, UnitTable, ErrStale)
	for at := headSize; at < len(c[""]); at += pageSize {
		torn := func(b []byte) []byte {
			for i := at + 512; i < at+pageSize; i++ {
				b[i] ^= 0xff
			}
			return b
		}
		f, rows, err := readAll(c.with("", torn).place(t))
		if err != nil || rows != 40 {
			t.Fatalf("page %d torn: got %d rows and %v, want 40", (at-headSize)/pageSize+1, rows, err)
		}
		closeFile(t, f)
	}
}

// TestOldFrames puts frames back that a transaction wrote before it was rolled back: authentic, in their place and
// of this log, and since then written over.
func TestOldFrames(t *testing.T) {
	f, db := newRows(t)
	run(t, db, "PRAGMA cache_size = 10")
	spill := "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) INSERT INTO r(s) SELECT hex(randomblob(1000)) FROM n"
	run(t, db, "BEGIN IMMEDIATE; "+spill)
	old := readCopy(t, f.path)
	run(t, db, "ROLLBACK")
	run(t, db, "BEGIN IMMEDIATE; "+spill+"; COMMIT")
	now := readCopy(t, f.path)
	back := func(b []byte) []byte {
		at := frameAt(40)
		copy(b[at:at+frameSize], old[walSuffix][at:])
		return b
	}
	wantDamage(t, now.with(walSuffix, back), UnitFrame, 0, ErrStale)
	if err := os.WriteFile(f.path+walSuffix, back(bytes.Clone(now[walSuffix])), 0o600); err != nil {
		t.Fatal(err)
	}
	forgetFrames(f)
	var n int
	err := f.Cause(db.QueryRow("SELECT count(s || id) FROM r").Scan(&n))
	if d, ok := errors.AsType[*DamageError](err); !ok || d.Number != 40 || !errors.Is(err, ErrStale) {
		t.Errorf("old frame while running: got %d rows and %v, want ErrStale of log frame 40", n, err)
	}
}

// TestLogDamageWhileRunning changes the log under an open database.
func TestLogDamageWhileRunning(t *testing.T) {
	f, db := newFile(t)
	run(t, db, "PRAGMA wal_autocheckpoint = 0")
	run(t, db, "CREATE TABLE r(id INTEGER PRIMARY KEY, s TEXT)")
	for range 30 {
		run(t, db, "INSERT INTO r(s) VALUES(?)", strings.Repeat("x", 2000))
	}
	b, err := os.ReadFile(f.path + walSuffix)
	if err != nil {
		t.Fatal(err)
	}
	for i := logHead + 100; i < len(b); i += frameSize {
		b[i] ^= 1
	}
	if err := os.WriteFile(f.path+walSuffix, b, 0o600); err != nil {
		t.Fatal(err)
	}
	forgetFrames(f)
	_, err = db.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	if err == nil {
		err = onNewConnection(db)
	}
	if err = f.Cause(err); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "log frame") {
		t.Errorf("damaged log while running: got %v, want ErrDamaged of a log frame", err)
	}
}

func onNewConnection(db *sql.DB) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	var n int
	return db.QueryRow("SELECT count(s || id) FROM r").Scan(&n)
}
