package device_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"leeward/internal/screening"
)

// TestBackup copies a device that was locked, and goes on from the copy; what is unlocked is not copied, nor anything over
// what is there.
func TestBackup(t *testing.T) {
	ctx, dir, to := t.Context(), t.TempDir(), filepath.Join(t.TempDir(), "copy")
	d := newDevice(t, dir)
	if _, _, err := d.Backup(ctx, to); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("where there is no device: got %v", err)
	}
	if err := d.Create(ctx, passphrase); err != nil {
		t.Fatal(err)
	}
	belong(t, dir, d)
	kept := keep(t, d)
	if _, _, err := d.Backup(ctx, to); screening.CodeOf(err) != screening.CodeInUse {
		t.Errorf("while it is unlocked: got %v, want %s", err, screening.CodeInUse)
	}
	if _, _, err := newDevice(t, dir).Backup(ctx, to); screening.CodeOf(err) != screening.CodeInUse {
		t.Errorf("while another program has it unlocked: got %v, want %s", err, screening.CodeInUse)
	}
	if err := d.Lock(ctx); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Backup(ctx, filepath.Join(dir, "in", "itself")); err == nil {
		t.Error("a backup in the device's own folder was made")
	}
	if err := os.MkdirAll(to+".part", 0o700); err != nil { // left by a backup that was cut short
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(to+".part", "vault"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := sealedFiles(t, dir)
	files, size, err := d.Backup(ctx, to)
	if err != nil || files < len(before) || size == 0 {
		t.Fatalf("%d files, %d bytes, %v", files, size, err)
	}
	if _, _, err := d.Backup(ctx, to); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over another: got %v, want %v", err, fs.ErrExist)
	}
	for _, half := range []string{"0", "1"} {
		if got, want := listing(t, to, half), listing(t, dir, half); !slices.Equal(got, want) || len(want) < 64 {
			t.Errorf("files of half %s: got %d, want %d, or they are not alike", half, len(got), len(want))
		}
	}
	if left, err := filepath.Glob(to + "?*"); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}

	if err := d.Unlock(ctx, passphrase); err != nil {
		t.Fatal(err)
	}
	keep(t, d) // is not in the copy
	again := newDevice(t, to)
	if err := again.Unlock(ctx, passphrase); err != nil {
		t.Fatal(err)
	}
	if drafts, err := again.Drafts(ctx); err != nil || len(drafts) != kept {
		t.Errorf("%d drafts in the copy, %v; want %d", len(drafts), err, kept)
	}
}
