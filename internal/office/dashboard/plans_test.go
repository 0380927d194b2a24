package dashboard

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/office/casework"
	"leeward/internal/office/engine"
	"leeward/internal/office/report"
)

// spy is a way to a database that remembers every statement that goes over it.
type spy struct {
	*sql.DB
	mu   sync.Mutex
	said map[string]bool
}

func (s *spy) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := s.Conn(ctx)
	return &spyConn{s, c}, err
}

func (s *spy) Driver() driver.Driver { return nil }

func (s *spy) note(query string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said[query] = true
}

// spyConn passes everything on to one connection.
type spyConn struct {
	s *spy
	c *sql.Conn
}

// through lends the connection of the driver beneath.
func through[C, R any](c *sql.Conn, do func(C) (R, error)) (result R, err error) {
	err = c.Raw(func(dc any) (err error) {
		result, err = do(dc.(C))
		return err
	})
	return result, err
}

func (c *spyConn) Close() error { return c.c.Close() }

func (c *spyConn) Begin() (driver.Tx, error) { return nil, errors.New("without a context") }

func (c *spyConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	return through(c.c, func(dc driver.ConnBeginTx) (driver.Tx, error) { return dc.BeginTx(ctx, o) })
}

func (c *spyConn) Prepare(query string) (driver.Stmt, error) {
	return c.PrepareContext(context.Background(), query)
}

func (c *spyConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	c.s.note(query)
	return through(c.c, func(dc driver.ConnPrepareContext) (driver.Stmt, error) { return dc.PrepareContext(ctx, query) })
}

func (c *spyConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.s.note(query)
	return through(c.c, func(dc driver.QueryerContext) (driver.Rows, error) { return dc.QueryContext(ctx, query, args) })
}

func (c *spyConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.s.note(query)
	return through(c.c, func(dc driver.ExecerContext) (driver.Result, error) { return dc.ExecContext(ctx, query, args) })
}

// spied is the engine's backend over a spy. The file stays with the engine that opened it.
type spied struct{ db *sql.DB }

func (b spied) DB() *sql.DB                                   { return b.db }
func (b spied) Lock(context.Context, *sql.Tx) error           { return nil }
func (b spied) Scrub(context.Context) error                   { return nil }
func (b spied) Explain(err error) error                       { return err }
func (b spied) Backup(context.Context, string) error          { return nil }
func (b spied) Look(context.Context) (engine.Database, error) { return engine.Database{}, nil }
func (b spied) Close() error                                  { return b.db.Close() }

// spyOn opens the database of the bench again, with somebody who listens.
func (b *bench) spyOn(t *testing.T) (*spy, *engine.Engine) {
	t.Helper()
	if err := b.records.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := encvfs.Open(b.path, b.key)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	beneath, err := file.DB()
	if err != nil {
		t.Fatal(err)
	}
	s := &spy{DB: beneath, said: map[string]bool{}}
	db := sql.OpenDB(s)
	t.Cleanup(func() { _ = db.Close() })
	e, err := engine.New(t.Context(), spied{db}, engine.Options{Now: func() time.Time { return b.now }})
	if err != nil {
		t.Fatal(err)
	}
	return s, e
}

// grows are the tables that a million people fill.
var grows = []string{
	"batches", "payloads", "records", "interviews", "versions", "cases", "case_links", "case_events", "duties", "facts", "likenesses",
	"audit", "log_nodes", "log_leaves", "capsules", "sessions", "heads",
}

// wholly are the statements of pages that the database plans as if it read all of a table that grows, by a part of them, and
// why that may be.
var wholly = map[string]string{
	"FROM audit ORDER BY n DESC LIMIT 1":               "the last line, from the end of the table",
	"FROM audit WHERE 1 = 1 ORDER BY n DESC LIMIT":     "the newest lines, from the end of the table",
	".code >= $1 AND":                                  "those whose code begins so, and then the newest of them",
	"SELECT id, copy, seq, made, received, bytes FROM": "what is held of one device",
}

// TestNoPageReadsWholeTables asks for every page, follows every list, filter and report, and has the database say how it would
// answer each statement that they needed: by an index, and in its order, whatever the office holds.
func TestNoPageReadsWholeTables(t *testing.T) {
	b := newBench(t)
	iv := invented()
	b.arrive(iv, casework.Need{Kind: "safety", Level: casework.Red})
	b.arrive(invented())
	kase, err := b.records.CaseOf(t.Context(), iv.ID)
	if err != nil {
		t.Fatal(err)
	}
	s, seen := b.spyOn(t)
	o := &b.o
	o.Records, o.Staff, o.Cases, o.Helpers, o.House, o.Gate, o.Reports = seen, seen, seen, seen, seen, seen, seen
	me := b.in()
	if _, err := report.Release(t.Context(), seen, testName, 2023, 2025, b.now); err != nil {
		t.Fatal(err)
	}
	asked := 0
	paths := strings.NewReplacer("{id}", iv.ID.String(), "{case}", kase.ID.String(), "{device}", b.device.ID.String(), "{service}", "new", "{person}", "1",
		"{table}", "T3.csv", "{$}", "")
	for _, rt := range b.routes() {
		method, pattern, _ := strings.Cut(rt.pattern, " ")
		if method != http.MethodGet {
			continue
		}
		filters := []string{""}
		switch pattern {
		case "/triage":
			filters = append(filters, "?until=all", "?until=all&after=m7k84x4h.01953c3848b17271948f8447207f7225")
		case "/cases":
			filters = append(filters, "?status=closed", "?status=open", "?owner=1", "?code=7K2F", "?owner=1&status=open", "?after=m7k84x4h.01953c3848b17271948f8447207f7225", "?status=closed&after=m7k84x4h.01953c3848b17271948f8447207f7225")
		case "/interviews":
			filters = append(filters, "?need=any", "?code=7K2F", "?after=m7k84x4h.01953c3848b17271948f8447207f7224", "?need=any&after=m7k84x4h.01953c3848b17271948f8447207f7224")
		case "/audit":
			filters = append(filters, "?object="+kase.ID.String(), "?actor=noor", "?actor=noor&before=9", "?object="+kase.ID.String()+"&actor=noor")
		}
		for _, f := range filters {
			a := b.get(paths.Replace(pattern)+f, me)
			if asked++; a.StatusCode >= http.StatusInternalServerError {
				t.Errorf("%s%s: status %d\n%s", pattern, f, a.StatusCode, b.log.String())
			}
		}
	}
	if asked < 35 || len(s.said) < 40 {
		t.Errorf("%d pages and %d statements: that proves nothing", asked, len(s.said))
	}
	partial := partialIndexes(t, s.DB)
	for _, query := range slices.Sorted(maps.Keys(s.said)) {
		for _, fault := range badPlan(t, s.DB, query, partial) {
			t.Errorf("%s\n%s", fault, query)
		}
	}
}

// partialIndexes are those that hold what matters of a table, and not all of it.
func partialIndexes(t *testing.T, db *sql.DB) (names []string) {
	t.Helper()
	rows, err := db.Query(`SELECT name FROM sqlite_schema WHERE type = 'index' AND sql LIKE '% WHERE %'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}

var (
	scanned = regexp.MustCompile(`^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?`)
	limited = regexp.MustCompile(`(?i)\blimit\b`)
)

// badPlan says what of a statement's plan grows with the office.
func badPlan(t *testing.T, db *sql.DB, query string, partial []string) (faults []string) {
	t.Helper()
	if !strings.HasPrefix(strings.TrimSpace(query), "SELECT") && !strings.HasPrefix(strings.TrimSpace(query), "WITH") {
		return nil
	}
	for part := range wholly {
		if strings.Contains(query, part) {
			return nil
		}
	}
	args := make([]any, strings.Count(query, "$"))
	rows, err := db.Query(`EXPLAIN QUERY PLAN `+query, args...)
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		if step == "USE TEMP B-TREE FOR ORDER BY" && limited.MatchString(query) {
			faults = append(faults, "plan: everything is sorted before the first rows of it are shown")
		}
		m := scanned.FindStringSubmatch(step)
		if m == nil || !growing(query, m[1]) || m[2] != "" && (limited.MatchString(query) || slices.Contains(partial, m[2])) {
			continue
		}
		faults = append(faults, fmt.Sprintf("plan: %s", step))
	}
	return faults
}

// growing says whether a name in a plan stands for a table that grows.
func growing(query, name string) bool {
	if m := regexp.MustCompile(`(\w+) AS ` + name + `\b`).FindStringSubmatch(query); m != nil {
		name = m[1]
	}
	return slices.Contains(grows, name)
}
