package device_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"leeward/internal/screening"
	"leeward/internal/vault"
)

// TestSalvage damages a device's store until it does not open, and has it read out: what can be read is there at the
// next unlocking, and the damaged files are kept.
func TestSalvage(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	d := newDevice(t, dir)
	if err := d.Create(ctx, passphrase); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		keep(t, d)
	}
	aside := filepath.Join(t.TempDir(), "aside")
	if _, err := d.Salvage(ctx, vault.Anyone, vault.Passphrase(passphrase), aside); screening.CodeOf(err) != screening.CodeInUse {
		t.Errorf("an open device: got %v, want %s", err, screening.CodeInUse)
	}
	if err := d.Lock(ctx); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"store0.db", "store1.db"} { // whichever is in use
		f, err := os.OpenFile(filepath.Join(dir, path), os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		for at := int64(2 * 4096); at < 4*4096; at += 8 { // both marks
			if _, err := f.WriteAt([]byte{1, 2, 3, 4}, at); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Unlock(ctx, passphrase); screening.CodeOf(err) != screening.CodeDamaged {
		t.Fatalf("a damaged store: got %v, want %s", err, screening.CodeDamaged)
	}
	if _, err := d.Salvage(ctx, vault.Anyone, vault.Passphrase("another one"), aside); screening.CodeOf(err) != screening.CodeWrongPassphrase {
		t.Errorf("a wrong passphrase: got %v", err)
	}
	if _, err := os.Lstat(aside); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a wrong passphrase left a folder: %v", err)
	}
	got, err := d.Salvage(ctx, vault.Anyone, vault.Passphrase(passphrase), aside)
	if err != nil || got.Interviews != 3 || got.Answers == 0 || len(got.Met) == 0 {
		t.Fatalf("got %+v, %v; want 3 interviews and the damage named", got, err)
	}
	if kept, err := filepath.Glob(filepath.Join(aside, "store?.db")); err != nil || len(kept) != 1 {
		t.Errorf("damaged files that were kept: %v, %v", kept, err)
	}
	sizes := map[int64]bool{}
	for _, path := range []string{"store0.db", "store1.db"} {
		info, err := os.Stat(filepath.Join(dir, path))
		if err != nil {
			t.Fatal(err)
		}
		sizes[info.Size()] = true
	}
	if len(sizes) != 1 {
		t.Errorf("sizes %v of the two stores tell which one was read out", sizes)
	}
	if err := d.Unlock(ctx, passphrase); err != nil {
		t.Fatal(err)
	}
	if list, err := d.Drafts(ctx); err != nil || len(list) != 3 {
		t.Errorf("got %d drafts, %v; want 3", len(list), err)
	}
	keep(t, d)
}
