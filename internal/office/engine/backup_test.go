package engine_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"leeward/internal/office/engine"
	"leeward/internal/office/sqlite"
)

// A backup is made while batches arrive; restored, it is an office's database again.
func TestBackupAndRestore(t *testing.T) {
	b := newFile(t)
	d := b.device()
	dir := t.TempDir()
	iv := interview(1)
	b.take(arrival(d, 1, ""), held(iv))
	backup := filepath.Join(dir, "office.backup")
	if err := b.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	if err := b.Backup(t.Context(), backup); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over another backup: got %v, want fs.ErrExist", err)
	}
	if sealed, err := os.ReadFile(backup); err != nil || bytes.Contains(sealed, []byte(marker)) || bytes.Contains(sealed, []byte("CREATE TABLE")) {
		t.Errorf("the backup is not sealed: %v", err)
	}
	path := filepath.Join(dir, "office.db")
	if warnings, err := sqlite.Restore(t.Context(), backup, path, b.key); err != nil || len(warnings) > 0 {
		t.Fatalf("restore: %v, warnings %v", err, warnings)
	}
	again, err := sqlite.Open(t.Context(), path, b.key, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	got, err := again.View(t.Context(), "tester", iv.ID)
	if err != nil || got.Interview.Answers[0] != iv.Answers[0] {
		t.Errorf("the interview after restoring is not what was kept: %v", err)
	}
}
