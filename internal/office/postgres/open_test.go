package postgres

import (
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"leeward/internal/encvfs"
	"leeward/internal/office/casework"
	"leeward/internal/office/engine"
	"leeward/internal/office/postgres/pgtest"
	"leeward/internal/screening"
)

var cluster *pgtest.Server

func TestMain(m *testing.M) {
	var err error
	if cluster, err = pgtest.Start(); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = cluster.Remove()
	os.Exit(code)
}

// TestDatabaseAway: while the server is gone callers are told to come again, nothing that was acknowledged is
// lost, and the same engine goes on when it is back.
func TestDatabaseAway(t *testing.T) {
	e, err := Open(t.Context(), cluster.Database(t), encvfs.Key{1}, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if err := e.SetSetting(t.Context(), "kept", "before"); err != nil {
		t.Fatal(err)
	}
	if err := cluster.Halt(); err != nil {
		t.Fatal(err)
	}
	for what, do := range map[string]func() error{
		"read":  func() error { _, err := e.Setting(t.Context(), "kept"); return err },
		"write": func() error { return e.SetSetting(t.Context(), "kept", "lost") },
	} {
		err := do()
		if screening.CodeOf(err) != screening.EBusy || strings.Contains(err.Error(), "host=") {
			t.Errorf("%s while the server is away: %v, want E_BUSY without its address", what, err)
		}
	}
	if err := cluster.Serve(); err != nil {
		t.Fatal(err)
	}
	if got, err := e.Setting(t.Context(), "kept"); err != nil || got != "before" {
		t.Errorf("after it is back: %q (%v), want what was kept", got, err)
	}
	if err := e.Note(t.Context(), casework.Program, casework.ActUser, "x"); err != nil {
		t.Errorf("after it is back: %v", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	dsn := cluster.Database(t)
	e, err := Open(t.Context(), dsn, encvfs.Key{1}, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	refused := func(what, dsn string, key encvfs.Key, want screening.Code) {
		t.Helper()
		if e, err := Open(t.Context(), dsn, key, engine.Options{}); screening.CodeOf(err) != want {
			t.Errorf("%s: got %v, want %s", what, err, want)
			if err == nil {
				_ = e.Close()
			}
		} else if strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: the error holds the password", what)
		}
	}
	refused("another office's key", dsn, encvfs.Key{2}, screening.CodeDamaged)
	refused("no such database", strings.Replace(dsn, "/office", "/nothing", 1), encvfs.Key{1}, screening.CodeForeign)
	refused("nobody there", "postgres://office:s3cret@127.0.0.1:1/x?sslmode=disable", encvfs.Key{1}, screening.EBusy)
	refused("no address", "postgres://office:s3cret@%zz", encvfs.Key{1}, screening.CodeForeign)
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	rows := stdlib.OpenDB(*config)
	defer rows.Close()
	if _, err = rows.Exec(`INSERT INTO leeward.goose_db_version (version_id, is_applied) VALUES (9999, true)`); err != nil {
		t.Fatal(err)
	}
	refused("a newer schema", dsn, encvfs.Key{1}, screening.CodeNewer)
}
