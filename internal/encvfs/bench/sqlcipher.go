//go:build sqlcipher

package main

/*
#cgo CFLAGS: -O2 -DSQLITE_HAS_CODEC -I/usr/include/sqlcipher
#cgo LDFLAGS: -lsqlcipher
#include <stdio.h>
#include <stdlib.h>
#include <sqlite3.h>

static int text(sqlite3 *db, const char *q) { return sqlite3_exec(db, q, 0, 0, 0); }

static int ended(sqlite3_stmt *s) {
	int rc = sqlite3_step(s);
	sqlite3_reset(s);
	return rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
}

static int bulk(sqlite3 *db, int from, int rows, int each, const char *body) {
	sqlite3_stmt *s;
	char name[40];
	int rc = sqlite3_prepare_v2(db, "INSERT INTO answer(name, ref, body) VALUES(?, ?, ?)", -1, &s, 0);
	for (int done = from; rc == SQLITE_OK && done < from + rows;) {
		rc = text(db, "BEGIN IMMEDIATE");
		for (int i = 0; rc == SQLITE_OK && i < each && done < from + rows; i++, done++) {
			snprintf(name, sizeof name, "synthetic name %07d", (int)((long long)done * 7919 % 1000003));
			sqlite3_bind_text(s, 1, name, -1, SQLITE_TRANSIENT);
			sqlite3_bind_int(s, 2, done % 97);
			sqlite3_bind_text(s, 3, body, -1, SQLITE_TRANSIENT);
			rc = ended(s);
		}
		if (rc == SQLITE_OK) rc = text(db, "COMMIT");
	}
	sqlite3_finalize(s);
	return rc;
}

static int commits(sqlite3 *db, int n, const char *body) {
	sqlite3_stmt *s;
	int rc = sqlite3_prepare_v2(db, "INSERT INTO answer(name, ref, body) VALUES('a', 1, ?)", -1, &s, 0);
	for (int i = 0; rc == SQLITE_OK && i < n; i++) {
		sqlite3_bind_text(s, 1, body, -1, SQLITE_TRANSIENT);
		rc = ended(s);
	}
	sqlite3_finalize(s);
	return rc;
}

static long long spread_of(int i, int n) { return (long long)((unsigned long long)(i + 1) * 2654435761ull % (unsigned long long)n); }

static int points(sqlite3 *db, int from, int n, int rows) {
	sqlite3_stmt *s;
	int rc = sqlite3_prepare_v2(db, "SELECT length(body) FROM answer WHERE id = ?", -1, &s, 0);
	for (int i = from; rc == SQLITE_OK && i < from + n; i++) {
		sqlite3_bind_int64(s, 1, 1 + spread_of(i, rows));
		rc = ended(s);
	}
	sqlite3_finalize(s);
	return rc;
}

static int ranges(sqlite3 *db, int first, int n, int width, int rows) {
	sqlite3_stmt *s;
	int rc = sqlite3_prepare_v2(db, "SELECT sum(length(body)) FROM answer WHERE id > ? AND id <= ?", -1, &s, 0);
	for (int i = first; rc == SQLITE_OK && i < first + n; i++) {
		long long from = spread_of(i, rows - width);
		sqlite3_bind_int64(s, 1, from);
		sqlite3_bind_int64(s, 2, from + width);
		rc = ended(s);
	}
	sqlite3_finalize(s);
	return rc;
}
*/
import "C"

import (
	"fmt"
	"strings"
	"unsafe"
)

func init() { engines = append(engines, engine{"SQLCipher in C", openSQLCipher}) }

// inC is SQLCipher without database/sql on top: its loops are in C, so it has an advantage that no Go program
// would have.
type inC struct {
	db   *C.sqlite3
	body *C.char
	less *C.char
}

func openSQLCipher(path string) (session, error) {
	s := &inC{body: C.CString(body500), less: C.CString(body500[:200])}
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	if rc := C.sqlite3_open(name, &s.db); rc != 0 {
		return nil, fmt.Errorf("open: %d", rc)
	}
	queries := []string{fmt.Sprintf(`PRAGMA key = "x'%s'"`, hexKey(32)), "PRAGMA cipher_page_size = 4096", "PRAGMA cache_size = -8192"}
	for _, q := range settings {
		queries = append(queries, "PRAGMA "+strings.ReplaceAll(strings.ReplaceAll(q, "(", " = "), ")", ""))
	}
	for _, q := range append(queries, schema) {
		if err := s.exec(q); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *inC) exec(q string) error {
	text := C.CString(q)
	defer C.free(unsafe.Pointer(text))
	return s.done(q, C.text(s.db, text))
}

func (s *inC) done(what string, rc C.int) error {
	if rc != 0 {
		return fmt.Errorf("%s: %d: %s", what, rc, C.GoString(C.sqlite3_errmsg(s.db)))
	}
	return nil
}

func (s *inC) bulk(from, rows, each int) error {
	return s.done("bulk", C.bulk(s.db, C.int(from), C.int(rows), C.int(each), s.body))
}

func (s *inC) commits(n int) error { return s.done("commits", C.commits(s.db, C.int(n), s.less)) }

func (s *inC) points(from, n, rows int) error {
	return s.done("points", C.points(s.db, C.int(from), C.int(n), C.int(rows)))
}

func (s *inC) ranges(from, n, width, rows int) error {
	return s.done("ranges", C.ranges(s.db, C.int(from), C.int(n), C.int(width), C.int(rows)))
}

func (s *inC) first() error { return s.points(0, 1, 5) }

func (s *inC) checkpoint() error { return s.exec("PRAGMA wal_checkpoint(TRUNCATE)") }

func (s *inC) close() error {
	defer C.free(unsafe.Pointer(s.body))
	defer C.free(unsafe.Pointer(s.less))
	return s.done("close", C.sqlite3_close(s.db))
}
