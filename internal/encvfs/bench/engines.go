package main

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	_ "github.com/ncruces/go-sqlite3/driver"
	_ "github.com/ncruces/go-sqlite3/vfs/adiantum"
	_ "github.com/ncruces/go-sqlite3/vfs/xts"
	_ "modernc.org/sqlite"

	"leeward/internal/encvfs"
)

// key is what every engine that encrypts gets, raw: no passphrase is stretched in any figure.
var key = encvfs.Key{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32}

// settings of every engine; encvfs has the same by itself, and cannot be without them.
var settings = []string{
	"journal_mode(WAL)", "synchronous(FULL)", "temp_store(MEMORY)", "foreign_keys(1)", "secure_delete(ON)", "busy_timeout(5000)",
}

const schema = `CREATE TABLE IF NOT EXISTS answer(id INTEGER PRIMARY KEY, name TEXT, ref INT, body TEXT);
	CREATE INDEX IF NOT EXISTS answer_name ON answer(name)`

// session is one engine with its database open.
type session interface {
	bulk(from, rows, each int) error // inserts rows of about 500 bytes, each to a transaction
	commits(n int) error             // n durable transactions of one row of 200 bytes
	points(from, n, rows int) error  // n rows by primary key, all over the first rows
	ranges(from, n, width, rows int) error
	first() error // reads one row
	checkpoint() error
	close() error
}

type engine struct {
	name string
	open func(path string) (session, error)
}

// engines are measured in this order, round by round; the first one is what the others are compared with.
var engines = []engine{
	{"plain modernc", throughSQL("sqlite", "%s?_txlock=immediate", "&_pragma=page_size(4096)")},
	{"encvfs", openOurs},
	{"ncruces adiantum", throughSQL("sqlite3", "%s?vfs=adiantum&_txlock=immediate&_pragma=hexkey('"+hexKey(32)+"')", "")},
	{"ncruces xts", throughSQL("sqlite3", "%s?vfs=xts&_txlock=immediate&_pragma=hexkey('"+hexKey(32)+"')", "")},
}

func hexKey(n int) string { return fmt.Sprintf("%x", key[:n]) }

func throughSQL(driver, format, first string) func(string) (session, error) {
	return func(path string) (session, error) {
		dsn := "file:" + fmt.Sprintf(format, path) + first
		for _, s := range settings {
			dsn += "&_pragma=" + s
		}
		db, err := sql.Open(driver, dsn)
		if err != nil {
			return nil, err
		}
		return begin(db, db.Close)
	}
}

func openOurs(path string) (session, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := encvfs.Create(path, key); err != nil {
			return nil, err
		}
	}
	f, err := encvfs.Open(path, key)
	if err != nil {
		return nil, err
	}
	db, err := f.DB()
	if err != nil {
		return nil, err
	}
	return begin(db, f.Close)
}

// throughDriver is an engine behind database/sql, on one connection.
type throughDriver struct {
	db  *sql.DB
	end func() error
}

func begin(db *sql.DB, end func() error) (session, error) {
	db.SetMaxOpenConns(1)
	for _, q := range []string{"PRAGMA cache_size = -8192", schema} {
		if _, err := db.Exec(q); err != nil {
			return nil, errors.Join(err, end())
		}
	}
	return &throughDriver{db, end}, nil
}

var body500 = strings.Repeat("a synthetic answer ", 24)

func (s *throughDriver) bulk(from, rows, each int) error {
	for done := from; done < from+rows; {
		tx, err := s.db.Begin()
		if err != nil {
			return err
		}
		insert, err := tx.Prepare("INSERT INTO answer(name, ref, body) VALUES(?, ?, ?)")
		if err != nil {
			return err
		}
		for range min(each, from+rows-done) {
			if _, err := insert.Exec(fmt.Sprintf("synthetic name %07d", done*7919%1000003), done%97, body500); err != nil {
				return err
			}
			done++
		}
		if err := tx.Commit(); err != nil {
			return err
		}
	}
	return nil
}

func (s *throughDriver) commits(n int) error {
	insert, err := s.db.Prepare("INSERT INTO answer(name, ref, body) VALUES('a', 1, ?)")
	if err != nil {
		return err
	}
	defer insert.Close()
	for range n {
		if _, err := insert.Exec(body500[:200]); err != nil {
			return err
		}
	}
	return nil
}

func (s *throughDriver) points(from, n, rows int) error {
	get, err := s.db.Prepare("SELECT length(body) FROM answer WHERE id = ?")
	if err != nil {
		return err
	}
	defer get.Close()
	for i := from; i < from+n; i++ {
		var length int
		if err := get.QueryRow(1 + spread(i, rows)).Scan(&length); err != nil {
			return err
		}
	}
	return nil
}

func (s *throughDriver) ranges(first, n, width, rows int) error {
	sum, err := s.db.Prepare("SELECT sum(length(body)) FROM answer WHERE id > ? AND id <= ?")
	if err != nil {
		return err
	}
	defer sum.Close()
	for i := first; i < first+n; i++ {
		var length int
		from := spread(i, rows-width)
		if err := sum.QueryRow(from, from+width).Scan(&length); err != nil {
			return err
		}
	}
	return nil
}

// spread gives the i-th of numbers that are all over 0 to n-1, the same in Go and in C.
func spread(i, n int) int { return int(uint64(i+1) * 2654435761 % uint64(n)) }

func (s *throughDriver) first() error {
	var length int
	return s.db.QueryRow("SELECT length(body) FROM answer WHERE id = 5").Scan(&length)
}

func (s *throughDriver) checkpoint() error {
	_, err := s.db.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

func (s *throughDriver) close() error { return s.end() }
