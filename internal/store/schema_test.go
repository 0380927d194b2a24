package store

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"leeward/internal/encvfs"
	"leeward/internal/records"
	"leeward/internal/screening"
)

var writeSchema = flag.Int("write-schema", 0, "write testdata/schema-N.lwd, a store of this schema version: once, when it is released")

// kept are the versions of the schema of which a store lies in testdata. A release adds its own.
var kept = []int{1, 100}

// TestEveryKeptSchemaOpens: a device that was last used with an old program loses nothing when it gets this one.
func TestEveryKeptSchemaOpens(t *testing.T) {
	if *writeSchema > 0 {
		makeSchema(t, *writeSchema)
	}
	for _, version := range kept {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			b, err := os.ReadFile(keptAt(version))
			ok(t, err)
			path := filepath.Join(t.TempDir(), "device.lwd")
			ok(t, os.WriteFile(path, b, 0o600))
			s := openAt(t, path)
			list, err := s.List(t.Context())
			if err != nil || len(list) != 2 {
				t.Fatalf("got %d interviews, %v; want 2", len(list), err)
			}
			for _, one := range list {
				iv, err := s.Interview(t.Context(), one.ID)
				ok(t, err)
				if len(iv.Answers) != 2 || iv.Answers[1].Answer.Value != "an answer" || iv.Consent.Keep != "code" {
					t.Errorf("interview of version %d: %d answers, or not as they were", version, len(iv.Answers))
				}
			}
			if got, err := s.Setting(t.Context(), "place"); err != nil || got != "kept" {
				t.Errorf("setting: got %q, %v", got, err)
			}
			unsent, err := s.Unsent(t.Context())
			if err != nil || len(unsent) != 1 || string(unsent[0].File) != "sealed bytes" {
				t.Errorf("outbox: got %d batches, %v; want the one that was sealed", len(unsent), err)
			}
			iv := begun(t, s, 3) // and it goes on
			ok(t, s.Complete(t.Context(), iv.ID, noon, nil))
			s = reopen(t, s, path)
			var verdict string
			ok(t, s.db.QueryRow(`PRAGMA integrity_check`).Scan(&verdict))
			if verdict != "ok" {
				t.Errorf("integrity: %s", verdict)
			}
		})
	}
}

func keptAt(version int) string { return fmt.Sprintf("testdata/schema-%d.lwd", version) }

// makeSchema writes a store as the program of that version did: by SQL, since the functions are of today.
func makeSchema(t *testing.T, version int) {
	t.Helper()
	all, err := fs.Glob(migrations, "migration/*.sql")
	ok(t, err)
	steps := fstest.MapFS{}
	for _, name := range all {
		var n int
		_, err := fmt.Sscanf(filepath.Base(name), "%d_", &n)
		ok(t, err)
		if b, err := fs.ReadFile(migrations, name); n <= version {
			ok(t, err)
			steps[filepath.Base(name)] = &fstest.MapFile{Data: b}
		}
	}
	path := filepath.Join(t.TempDir(), "device.lwd")
	ok(t, encvfs.Create(path, testKey))
	f, err := encvfs.Open(path, testKey)
	ok(t, err)
	db, err := f.DB()
	ok(t, err)
	ok(t, records.Schema{Application: applicationID, Steps: steps}.Migrate(t.Context(), db))
	run := func(query string, args ...any) {
		_, err := db.Exec(query, args...)
		ok(t, err)
	}
	ref := []byte(strings.Repeat("q", 32))
	run(`INSERT INTO questionnaire (ref, canonical) VALUES (?, ?)`, ref, []byte("canonical"))
	run(`INSERT INTO setting (name, value) VALUES ('place', 'kept')`)
	for i, status := range []string{"draft", "final"} {
		id := screening.NewInterviewID()
		run(`INSERT INTO interview (id, version, code, questionnaire, status, screener, language, screener_lang, consent_agreed,
			consent_keep, started) VALUES (?, 1, ?, ?, ?, 'S1', 'my', 'en', 1, 'code', 1)`, id[:], fmt.Sprint("AAAA-000", i), ref, status)
		for seq := range 2 {
			run(`INSERT INTO answer (interview, seq, path, value, missing, lang, wording, fallback, unreviewed, at, elapsed, screener,
				interpreter) VALUES (?, ?, '/data/q1', 'an answer', '', 'my', 'w', 0, 0, 1, 1, 'S1', '')`, id[:], seq+1)
		}
	}
	run(`INSERT INTO batch (id, epoch, seq, file, proof, rung, made, file_name) VALUES (?, 0, 1, ?, ?, 2, 1, 'a.lwb')`,
		[]byte(strings.Repeat("b", 32)), []byte("sealed bytes"), make([]byte, 32))
	run(`UPDATE head SET seq = 1, prev = ?`, []byte(strings.Repeat("b", 32)))
	ok(t, f.Close())
	b, err := os.ReadFile(path)
	ok(t, err)
	ok(t, os.MkdirAll("testdata", 0o755))
	ok(t, os.WriteFile(keptAt(version), b, 0o644))
}
