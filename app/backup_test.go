package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"leeward/app/device"
	"leeward/internal/vault"
	"leeward/schema/instrument"
)

// TestBackupCommand copies a device, and goes on from the copy.
func TestBackupCommand(t *testing.T) {
	const words = "lantern harbour gentle window seven rivers"
	dir, to := t.TempDir(), filepath.Join(t.TempDir(), "copy")
	p, err := parseFlags([]string{"-data", dir, "-backup", to})
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	refused := func(doing, want string) {
		t.Helper()
		if err := p.backup(t.Context(), &said); err == nil || !strings.Contains(explain(err), want) || said.Len() > 0 {
			t.Errorf("%s: got %v, said %q; want %q", doing, err, said.String(), want)
		}
	}
	refused("nothing there", "-data")
	o := device.Options{Form: instrument.Form(), Vault: vault.Options{KDF: vault.FloorKDF, Weak: true}}
	dev := device.New(dir, o)
	if err := dev.Create(t.Context(), words); err != nil {
		t.Fatal(err)
	}
	refused("unlocked", "lock it")
	if err := dev.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := p.backup(t.Context(), &said); err != nil || !strings.Contains(said.String(), to) {
		t.Fatalf("said %q, %v", said.String(), err)
	}
	said.Reset()
	refused("a second time", "there already")
	p.Backup = filepath.Join(dir, "inside")
	refused("in the device's own folder", "own folder")
	copied := device.New(to, o)
	if err := copied.Unlock(t.Context(), words); err != nil {
		t.Fatal(err)
	}
	if err := copied.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(filepath.Dir(to)); err != nil || len(left) != 1 {
		t.Errorf("left beside the copy: %v, %v", left, err)
	}
}
