package encvfs

import (
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"time"
)

// snapshot is the disk after a cut, and how many transactions had been acknowledged.
type snapshot struct {
	disk  *sim
	acked int64
}

func openSim(t *testing.T, s *sim) (*File, *sql.DB) {
	t.Helper()
	f, err := open(s, "/sim/store.db", testKey, false)
	if err != nil {
		t.Fatal(err)
	}
	db, err := f.DB()
	if err != nil {
		t.Fatal(err)
	}
	f.confirmAfter = time.Hour // marks become durable as late as they ever may
	db.SetMaxOpenConns(1)
	run(t, db, "PRAGMA cache_size = 12")
	run(t, db, "PRAGMA wal_autocheckpoint = 25")
	return f, db
}

// churn runs numbered transactions, some of which spill SQLite's cache into the log before they commit or
// roll back. While some of them are under way, another connection moves what was committed into the main file.
func churn(t *testing.T, f *File, db *sql.DB, r *rand.Rand, from, n int, acked *atomic.Int64) {
	t.Helper()
	beside, err := f.openPool()
	if err != nil {
		t.Fatal(err)
	}
	defer beside.Close()
	for g := from + 1; g <= from+n; g++ {
		tx, err := db.Begin()
		if err != nil {
			t.Fatal(f.Cause(err))
		}
		rows := 1 + r.IntN(12)
		if g%5 == 0 {
			rows = 150
		}
		for range rows {
			if _, err := tx.Exec("INSERT INTO t(g, rows, body) VALUES(?, ?, hex(randomblob(?)))", g, rows, 50+r.IntN(400)); err != nil {
				t.Fatal(f.Cause(err))
			}
		}
		if _, err := tx.Exec("UPDATE t SET body = body || 'u' WHERE id % 7 = ?", g%7); err != nil {
			t.Fatal(f.Cause(err))
		}
		if g%3 != 1 {
			run(t, beside, "PRAGMA wal_checkpoint(PASSIVE)")
		}
		if g%6 == 0 {
			if err := tx.Rollback(); err != nil {
				t.Fatal(f.Cause(err))
			}
			continue
		}
		if _, err := tx.Exec("DELETE FROM t WHERE g < ?", g-15); err != nil {
			t.Fatal(f.Cause(err))
		}
		if _, err := tx.Exec("UPDATE n SET g = ?", g); err != nil {
			t.Fatal(f.Cause(err))
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(f.Cause(err))
		}
		acked.Store(int64(g))
		switch {
		case g%17 == 0:
			run(t, db, "VACUUM")
		case g%13 == 0:
			run(t, db, "PRAGMA wal_checkpoint(TRUNCATE)")
		case g%11 == 0:
			run(t, db, "PRAGMA wal_checkpoint(RESTART)")
		}
	}
}

// verify opens a disk after a cut and checks that what was acknowledged is there, whole.
func (s snapshot) verify(t *testing.T) (found int64) {
	t.Helper()
	f, db := openSim(t, s.disk)
	defer func() {
		if err := f.Close(); err != nil {
			t.Errorf("close after a cut: %v", err)
		}
	}()
	if got := text(t, db, "PRAGMA integrity_check"); got != "ok" {
		t.Errorf("integrity after a cut: %s", got)
	}
	if err := db.QueryRow("SELECT g FROM n").Scan(&found); err != nil {
		t.Fatal(f.Cause(err))
	}
	inFlight := s.acked + 1
	if inFlight%6 == 0 {
		inFlight++ // churn rolls every sixth back
	}
	if found != s.acked && found != inFlight {
		t.Errorf("newest transaction after a cut: got %d, want %d or %d", found, s.acked, inFlight)
	}
	if got := text(t, db, "SELECT count(*) FROM (SELECT g FROM t GROUP BY g HAVING count(*) <> max(rows))"); got != "0" {
		t.Errorf("%s transactions are there in part", got)
	}
	for _, w := range f.Warnings() {
		twoCopies := w.Unit == UnitHeader // they are written in turn
		if unfinished := errors.Is(w.Reason, ErrUnfinished) && found == s.acked; !twoCopies && !unfinished {
			t.Errorf("warning after a cut: %v", w)
		}
	}
	return found
}

var cutRounds = flag.Int("cuts", 2, "rounds of power cuts, about 300 cuts each")

// TestPowerCut cuts the power at many moments of a busy life, opens what is left, goes on from there and cuts
// again.
func TestPowerCut(t *testing.T) {
	for seed := range uint64(*cutRounds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { cutRepeatedly(t, seed) })
	}
}

func cutRepeatedly(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 7))
	disk := newSim()
	if err := create(disk, "/sim/store.db", testKey); err != nil {
		t.Fatal(err)
	}
	f, db := openSim(t, disk)
	run(t, db, "CREATE TABLE t(id INTEGER PRIMARY KEY, g INT, rows INT, body TEXT); CREATE INDEX tg ON t(g)")
	run(t, db, "CREATE TABLE n(g INT); INSERT INTO n VALUES(0)")
	closeFile(t, f)
	var acked atomic.Int64
	for range 4 {
		var cuts []snapshot
		ops, next := 0, 1
		disk.onOp = func() {
			if ops++; ops >= next {
				next = ops + 1 + r.IntN(60)
				cuts = append(cuts, snapshot{disk.cut(rand.New(rand.NewPCG(seed, uint64(ops)))), acked.Load()})
			}
		}
		f, db := openSim(t, disk)
		churn(t, f, db, r, int(acked.Load()), 25, &acked)
		closeFile(t, f)
		disk.onOp = nil
		t.Logf("%d cuts", len(cuts))
		for i, c := range cuts {
			found := c.verify(t)
			if i == len(cuts)*2/3 {
				disk = c.disk // life goes on from here
				acked.Store(found)
			}
			if t.Failed() {
				t.Fatalf("seed %d, cut %d of %d", seed, i, len(cuts))
			}
		}
	}
}
