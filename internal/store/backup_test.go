package store

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"leeward/internal/screening"
)

// A backup that is made while answers are saved and people withdraw, put back on another device.
func TestBackupAndRestore(t *testing.T) {
	s, path := newStore(t)
	for range 40 {
		begun(t, s, 20)
	}
	talk, stays := begun(t, s, 3), begun(t, s, 5)
	saved, stop := make(chan uint64, 1), make(chan struct{})
	go func() {
		for seq := uint64(4); ; seq++ {
			select {
			case <-stop:
				saved <- seq - 1
				return
			default:
			}
			if err := s.SaveAnswer(t.Context(), talk.ID, said(seq, "/data/q1", "")); err != nil {
				t.Errorf("save while a backup is made: %v", err)
				saved <- 0
				return
			}
			if seq%25 == 0 {
				gone := begun(t, s, 2)
				if _, err := s.Withdraw(t.Context(), gone.ID, noon); err != nil {
					t.Errorf("withdraw while a backup is made: %v", err)
				}
			}
		}
	}()
	backup := filepath.Join(filepath.Dir(path), "device.backup")
	for i := range 5 {
		_ = os.Remove(backup)
		if err := s.Backup(t.Context(), backup); err != nil {
			t.Fatalf("backup %d: %v", i, err)
		}
	}
	close(stop)
	newest := <-saved
	hidden(t, path)
	ok(t, s.Close())

	elsewhere := filepath.Join(t.TempDir(), "device.lwd")
	warnings, err := Restore(t.Context(), backup, elsewhere, testKey)
	if err != nil || len(warnings) > 0 {
		t.Fatalf("restore: %v, warnings %v", err, warnings)
	}
	hidden(t, elsewhere)
	r := openAt(t, elsewhere)
	for _, iv := range []screening.Interview{talk, stays} {
		got, err := r.Interview(t.Context(), iv.ID)
		ok(t, err)
		n := uint64(len(got.Answers))
		if n < uint64(len(iv.Answers)) || n > max(newest, 5) {
			t.Errorf("restored interview: %d answers, want %d to %d", n, len(iv.Answers), newest)
		}
		for i, a := range got.Answers {
			if a.Seq != uint64(i+1) {
				t.Errorf("restored answer %d has number %d: one is missing", i+1, a.Seq)
			}
		}
	}
	before, _ := s.Generation()
	if after, _ := r.Generation(); after > before+1 {
		t.Errorf("generation: got %d after restoring one of %d: the office would not notice", after, before)
	}
}

func TestRestoreRefuses(t *testing.T) {
	s, path := newStore(t)
	finished(t, s, 30)
	backup := filepath.Join(t.TempDir(), "device.backup")
	ok(t, s.Backup(t.Context(), backup))
	if err := s.Backup(t.Context(), backup); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over another backup: got %v, want fs.ErrExist", err)
	}
	if _, err := Restore(t.Context(), backup, path, testKey); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a store: got %v, want fs.ErrExist", err)
	}
	b, err := os.ReadFile(backup)
	ok(t, err)
	bad := bytes.Clone(b)
	bad[len(bad)-300] ^= 4
	ok(t, os.WriteFile(backup, bad, 0o600))
	elsewhere := filepath.Join(t.TempDir(), "device.lwd")
	_, err = Restore(t.Context(), backup, elsewhere, testKey)
	wantCode(t, err, screening.CodeDamaged)
	if _, err := os.Lstat(elsewhere); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a refused backup left a store: %v", err)
	}
}
