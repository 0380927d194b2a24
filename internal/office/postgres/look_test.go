package postgres

import (
	"strings"
	"testing"

	"leeward/internal/encvfs"
	"leeward/internal/office/engine"
)

// TestServerIsJudged: each thing that endangers what was acknowledged is named, and a sound server has nothing against it.
func TestServerIsJudged(t *testing.T) {
	sound := standing{version: "17.6 (Debian 17.6-1)", number: 170006, fsync: true, fullPages: true}
	if d := sound.judge(); len(d.Doubts) != 0 || d.Version != "PostgreSQL 17.6" {
		t.Errorf("a sound server: %+v", d)
	}
	for name, c := range map[string]struct {
		spoil func(*standing)
		bad   bool
		want  string
	}{
		"old":       {func(s *standing) { s.number = 140012 }, true, "older than 15"},
		"no fsync":  {func(s *standing) { s.fsync = false }, true, "fsync is off"},
		"torn":      {func(s *standing) { s.fullPages = false }, true, "full_page_writes"},
		"collation": {func(s *standing) { s.collations = 1 }, true, "sorts text otherwise"},
		"restart":   {func(s *standing) { s.pending = "shared_buffers" }, false, "shared_buffers"},
	} {
		now := sound
		c.spoil(&now)
		d := now.judge()
		if len(d.Doubts) != 1 || d.Doubts[0].Bad != c.bad || !strings.Contains(d.Doubts[0].Found, c.want) || d.Doubts[0].Advice == "" {
			t.Errorf("%s: %+v, want one doubt with %q, bad %v", name, d.Doubts, c.want, c.bad)
		}
	}
}

// TestServerIsLookedAt: the server of these tests does not wait for the disk, and an office on it is told so.
func TestServerIsLookedAt(t *testing.T) {
	e, err := Open(t.Context(), cluster.Database(t), encvfs.Key{1}, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	d, err := e.Look(t.Context())
	if err != nil || len(d.Doubts) != 2 || !d.Doubts[0].Bad || !strings.Contains(d.Doubts[0].Found, "fsync") || !strings.HasPrefix(d.Version, "PostgreSQL 1") {
		t.Errorf("%+v (%v), want a server of which fsync and full_page_writes are off", d, err)
	}
}
