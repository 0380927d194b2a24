package encvfs

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
)

// engines are what every benchmark runs on: plain SQLite with the same settings, and ours.
var engines = []struct {
	name string
	open func(b *testing.B, path string) (*sql.DB, func())
}{
	{"plain", openPlain},
	{"sealed", openSealed},
}

func openPlain(b *testing.B, path string) (*sql.DB, func()) {
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)"+settings)
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, func() {
		if err := db.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func openSealed(b *testing.B, path string) (*sql.DB, func()) {
	if _, err := (system{}).size(path); err != nil {
		if err := Create(path, testKey); err != nil {
			b.Fatal(err)
		}
	}
	f, err := Open(path, testKey)
	if err != nil {
		b.Fatal(err)
	}
	db, err := f.DB()
	if err != nil {
		b.Fatal(err)
	}
	return db, func() { closeFile(b, f) }
}

// onEach runs a benchmark on every engine, with n rows of about 500 bytes in place.
func onEach(b *testing.B, n int, body func(b *testing.B, db *sql.DB)) {
	for _, e := range engines {
		b.Run(e.name, func(b *testing.B) {
			db, end := e.open(b, filepath.Join(b.TempDir(), "store.db"))
			defer end()
			run(b, db, tables)
			fillRows(b, db, n)
			run(b, db, "PRAGMA wal_checkpoint(TRUNCATE)")
			b.ReportAllocs()
			body(b, db)
		})
	}
}

func BenchmarkDurableCommit(b *testing.B) {
	onEach(b, 1000, func(b *testing.B, db *sql.DB) {
		body := strings.Repeat("x", 200)
		for b.Loop() {
			run(b, db, "INSERT INTO answer(name, ref, body) VALUES('a', 1, ?)", body)
		}
	})
}

func BenchmarkBulkInsert1000(b *testing.B) {
	onEach(b, 1000, func(b *testing.B, db *sql.DB) {
		for b.Loop() {
			tx, err := db.Begin()
			if err != nil {
				b.Fatal(err)
			}
			for i := range 1000 {
				_, err := tx.Exec("INSERT INTO answer(name, ref, body) VALUES(?, ?, ?)", fmt.Sprint("n", i), i, needle)
				if err != nil {
					b.Fatal(err)
				}
			}
			if err := tx.Commit(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkPointRead reads single rows of a database four times as large as the page cache.
func BenchmarkPointRead(b *testing.B) {
	onEach(b, 30000, func(b *testing.B, db *sql.DB) {
		db.SetMaxOpenConns(1)
		run(b, db, "PRAGMA cache_size = -4096")
		r := rand.New(rand.NewPCG(1, 2))
		for b.Loop() {
			var s string
			if err := db.QueryRow("SELECT body FROM answer WHERE id = ?", 1+r.IntN(30000)).Scan(&s); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkRangeScan10000(b *testing.B) {
	onEach(b, 30000, func(b *testing.B, db *sql.DB) {
		db.SetMaxOpenConns(1)
		run(b, db, "PRAGMA cache_size = -4096")
		r := rand.New(rand.NewPCG(3, 4))
		for b.Loop() {
			var n int
			from := r.IntN(20000)
			err := db.QueryRow("SELECT sum(length(body)) FROM answer WHERE id > ? AND id <= ?", from, from+10000).Scan(&n)
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkOpen opens a database of 20 MB that the system has in memory, reads one row and closes it.
func BenchmarkOpen(b *testing.B) {
	for _, e := range engines {
		b.Run(e.name, func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "store.db")
			db, end := e.open(b, path)
			run(b, db, tables)
			fillRows(b, db, 20000)
			end()
			for b.Loop() {
				db, end := e.open(b, path)
				if got := text(b, db, "SELECT count(*) FROM (SELECT 1 FROM answer WHERE id = 5)"); got != "1" {
					b.Fatalf("got %s rows, want 1", got)
				}
				end()
			}
		})
	}
}

func BenchmarkUnit(b *testing.B) {
	s := newSealer(testKey, fileID{}, "pages")
	unit := make([]byte, pageSize)
	plain := make([]byte, pageSize-overhead)
	aad := pageAAD(nil, fileID{}, 1)
	b.Run("seal", func(b *testing.B) {
		b.SetBytes(pageSize)
		for b.Loop() {
			s.seal(unit, plain, aad)
		}
	})
	s.seal(unit, plain, aad)
	work := make([]byte, pageSize)
	b.Run("open", func(b *testing.B) {
		b.SetBytes(pageSize)
		for b.Loop() {
			copy(work, unit)
			if !s.open(work, aad) {
				b.Fatal("does not open")
			}
		}
	})
}
