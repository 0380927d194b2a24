package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
)

const (
	pageSize = 4096
	headSize = 4 * pageSize // encvfs FORMAT.md, main file
)

// filled is the closed store of a busy device, and what is in it.
func filled(t *testing.T) (path string, all []screening.Interview) {
	t.Helper()
	s, path := newStore(t)
	ok(t, s.SetSetting(t.Context(), "place", "kept"))
	for i := range 60 {
		if i%3 == 0 {
			all = append(all, finished(t, s, 30))
		} else {
			all = append(all, begun(t, s, 30))
		}
		if i%20 == 19 {
			sealed(t, s)
		}
	}
	ok(t, s.Close())
	return path, all
}

func salvaged(t *testing.T, path string) (got Salvaged, s *Store) {
	t.Helper()
	before, err := os.ReadFile(path)
	ok(t, err)
	aside := filepath.Join(t.TempDir(), "aside")
	got, err = Salvage(t.Context(), path, aside, testKey, Options{})
	ok(t, err)
	if kept, err := os.ReadFile(filepath.Join(aside, filepath.Base(path))); err != nil || !bytes.Equal(kept, before) {
		t.Errorf("the damaged file was not kept as it was: %v", err)
	}
	left, err := filepath.Glob(path + "*")
	if err != nil || len(left) != 2 { // itself and its table
		t.Errorf("beside the new store: %v, %v", left, err)
	}
	hidden(t, path)
	s = openAt(t, path)
	if w := s.Warnings(); len(w) > 0 {
		t.Errorf("warnings of the new store: %v", w)
	}
	var verdict string
	ok(t, s.db.QueryRow(`PRAGMA integrity_check`).Scan(&verdict))
	if verdict != "ok" {
		t.Errorf("integrity: %s", verdict)
	}
	return got, s
}

// account checks that every interview is there as it was, or was named; it returns how many are there whole.
func account(t *testing.T, got Salvaged, s *Store, all []screening.Interview) (whole int) {
	t.Helper()
	for _, iv := range all {
		found, err := s.Interview(t.Context(), iv.ID)
		switch {
		case errors.Is(err, ErrNotFound):
			if !slices.Contains(got.Lost, iv.ID) && !slices.Contains(got.Gone, "interview") {
				t.Errorf("an interview is gone and nobody says so: %+v", got)
			}
		case err != nil:
			t.Error(err)
		case len(found.Answers) == len(iv.Answers):
			whole++
			for i := range iv.Answers {
				if found.Answers[i] != iv.Answers[i] {
					t.Errorf("answer %d is not what was saved", i+1)
				}
			}
		case !slices.Contains(got.Torn, iv.ID):
			t.Errorf("%d of %d answers are there, and nobody says so", len(found.Answers), len(iv.Answers))
		}
	}
	return whole
}

// TestSalvageOfAWholeStore: nothing is lost on the way, and the store goes on.
func TestSalvageOfAWholeStore(t *testing.T) {
	path, all := filled(t)
	got, s := salvaged(t, path)
	if n := account(t, got, s, all); n != len(all) || got.Interviews != 60 || got.Answers != 1800 || got.Batches != 3 {
		t.Errorf("%d of %d interviews are whole, %+v", n, len(all), got)
	}
	if len(got.Torn)+len(got.Lost)+len(got.Gone)+len(got.Met) > 0 {
		t.Errorf("of a whole store something is said to be lost: %+v", got)
	}
	if place, err := s.Setting(t.Context(), "place"); err != nil || place != "kept" {
		t.Errorf("setting: got %q, %v", place, err)
	}
	unsent, err := s.Unsent(t.Context())
	if err != nil || len(unsent) != 3 {
		t.Errorf("outbox: got %d batches, %v; want 3", len(unsent), err)
	}
	finished(t, s, 2)
	if b := sealed(t, s); b.Seq != 4 {
		t.Errorf("the chain of batches goes on with %d, want 4", b.Seq)
	}
}

// TestSalvageOfDamagedPages damages one page after the other: as a rule what is not on it is there, and the rest is named.
func TestSalvageOfDamagedPages(t *testing.T) {
	path, all := filled(t)
	whole, err := os.ReadFile(path)
	ok(t, err)
	pages := (len(whole) - headSize) / pageSize
	var there []int // whole interviews, by damaged page
	for page := 5; page < pages; page += 13 {
		bad := bytes.Clone(whole)
		bad[headSize+page*pageSize+99] ^= 1
		at := filepath.Join(t.TempDir(), "device.lwd")
		ok(t, os.WriteFile(at, bad, 0o600))
		got, err := Salvage(t.Context(), at, at+".aside", testKey, Options{})
		if screening.CodeOf(err) == screening.CodeDamaged {
			continue // the schema itself: counted below
		}
		ok(t, err)
		s := openAt(t, at)
		n := account(t, got, s, all)
		there = append(there, n)
		if n < len(all) && len(got.Met) == 0 {
			t.Errorf("page %d: %d interviews are whole and no damage is named", page+1, n)
		}
		ok(t, s.Close())
	}
	slices.Sort(there)
	if median := there[len(there)/2]; median < 55 {
		t.Errorf("whole interviews of %d with one page of %d damaged: %v; want nearly all as a rule", len(all), pages, there)
	}
}

// TestSalvageRefuses: what cannot be opened at all stays as it is.
func TestSalvageRefuses(t *testing.T) {
	path, _ := filled(t)
	before, err := os.ReadFile(path)
	ok(t, err)
	aside := func(i int) string { return filepath.Join(t.TempDir(), fmt.Sprint(i)) }
	first := aside(1)
	_, err = Salvage(t.Context(), path, first, encvfs.Key{9}, Options{})
	wantErr(t, err, encvfs.ErrWrongKey)
	if _, err := os.Lstat(first); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a wrong key left a folder: %v", err)
	}
	_, err = Salvage(t.Context(), path, t.TempDir(), testKey, Options{})
	wantErr(t, err, fs.ErrExist)
	_, err = Salvage(t.Context(), path+"x", aside(2), testKey, Options{})
	wantErr(t, err, fs.ErrNotExist)
	if after, err := os.ReadFile(path); err != nil || !bytes.Equal(before, after) {
		t.Errorf("a refusal changed the store: %v", err)
	}
	s := openAt(t, path)
	_, err = Salvage(t.Context(), path, aside(3), testKey, Options{})
	wantCode(t, err, screening.CodeInUse)
	ok(t, s.Close())
}

// TestSalvageOfAShortLog: what stands in the log up to the damage is there.
func TestSalvageOfAShortLog(t *testing.T) {
	s, path := newStore(t)
	iv := begun(t, s, 0)
	for seq := uint64(1); seq <= 40; seq++ {
		ok(t, s.SaveAnswer(t.Context(), iv.ID, said(seq, "/data/q1", "")))
	}
	crashed := filepath.Join(t.TempDir(), "device.lwd")
	ok(t, copyAll(path, crashed))
	log, err := os.ReadFile(crashed + "-wal")
	ok(t, err)
	ok(t, os.WriteFile(crashed+"-wal", log[:len(log)/2], 0o600))
	_, err = Open(t.Context(), crashed, testKey, Options{})
	wantCode(t, err, screening.CodeDamaged)
	got, r := salvaged(t, crashed)
	found, err := r.Interview(t.Context(), iv.ID)
	if err != nil || len(found.Answers) == 0 || len(found.Answers) >= 40 {
		t.Errorf("with half of the log: got %d answers, %v; want some", len(found.Answers), err)
	}
	if len(got.Met) == 0 {
		t.Error("nothing is said of the log")
	}
}

// TestSalvageCutShort: between the new store's coming into place and the old one's log and table leaving it, a cut leaves
// those beside it. Neither is taken for its own.
func TestSalvageCutShort(t *testing.T) {
	s, path := newStore(t)
	iv := begun(t, s, 20)
	crashed := filepath.Join(t.TempDir(), "device.lwd")
	ok(t, copyAll(path, crashed))
	aside := filepath.Join(t.TempDir(), "aside")
	_, err := Salvage(t.Context(), crashed, aside, testKey, Options{})
	ok(t, err)
	for _, suffix := range []string{"-wal", "-tags"} {
		ok(t, removeFile(crashed+suffix))
		ok(t, copyFile(filepath.Join(aside, "device.lwd"+suffix), crashed+suffix))
	}
	r := openAt(t, crashed)
	if found, err := r.Interview(t.Context(), iv.ID); err != nil || len(found.Answers) != 20 {
		t.Errorf("got %d answers, %v; want 20", len(found.Answers), err)
	}
}

// TestSalvageKnowsEveryTable: whatever a migration adds is read out too.
func TestSalvageKnowsEveryTable(t *testing.T) {
	s, _ := newStore(t)
	rows, err := s.db.Query(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
		AND name NOT IN ('goose_db_version', 'unclean')`) // what a new store has of its own
	ok(t, err)
	defer rows.Close()
	for rows.Next() {
		var name string
		ok(t, rows.Scan(&name))
		if !slices.ContainsFunc(keptTables, func(k keptTable) bool { return k.name == name }) {
			t.Errorf("table %s is not read out of a damaged store", name)
		}
	}
	ok(t, rows.Err())
}
