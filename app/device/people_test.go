package device_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"leeward/app/device"
	"leeward/internal/screening"
	"leeward/internal/vault"
)

const (
	colleague = "mirror candle distant orchard nine boats"
	leaving   = "pebble morning copper letter quiet hills"
)

// TestRemovePerson removes a colleague: what was kept is there, for everybody who stays; who left opens neither the
// device nor, with an old copy of the vault, the store.
func TestRemovePerson(t *testing.T) {
	ctx, dir := t.Context(), filepath.Join(t.TempDir(), "device")
	d := newDevice(t, dir)
	if err := d.Create(ctx, passphrase); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{colleague, leaving} {
		if _, err := d.AddPerson(ctx, vault.Passphrase(passphrase), p); err != nil {
			t.Fatal(err)
		}
	}
	kept := keep(t, d)
	old, err := os.ReadFile(filepath.Join(dir, "vault"))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.RemovePerson(ctx, vault.Passphrase(passphrase), 0); !errors.Is(err, vault.ErrOneself) {
		t.Errorf("remove oneself: got %v, want %v", err, vault.ErrOneself)
	}
	if err := d.RemovePerson(ctx, vault.Passphrase(passphrase), 2); err != nil {
		t.Fatal(err)
	}
	got := keep(t, d) // while the store is written anew
	rekeyed(t, d)
	if got != kept+1 {
		t.Errorf("kept afterwards: got %d, want %d", got, kept+1)
	}
	if people, err := d.People(ctx); err != nil || !slices.Equal(people, []device.Person{{Place: 0, Me: true}, {Place: 1}}) {
		t.Errorf("people: got %v, %v", people, err)
	}
	if err := d.Lock(ctx); err != nil {
		t.Fatal(err)
	}
	if err := d.Unlock(ctx, leaving); screening.CodeOf(err) != screening.CodeWrongPassphrase {
		t.Errorf("who left: got %v, want %s", err, screening.CodeWrongPassphrase)
	}
	if err := d.Unlock(ctx, colleague); err != nil {
		t.Fatal(err)
	}
	if got := keep(t, d); got != kept+2 {
		t.Errorf("kept for a colleague: got %d, want %d", got, kept+2)
	}
	if err := d.Lock(ctx); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "vault"), old, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := newDevice(t, dir).Unlock(ctx, leaving); screening.CodeOf(err) != screening.CodeDamaged {
		t.Errorf("who left, with an old copy of the vault: got %v, want %s", err, screening.CodeDamaged)
	}
}

// rekeyed waits until the store is written anew.
func rekeyed(t *testing.T, d *device.Device) {
	t.Helper()
	for begun := time.Now(); time.Since(begun) < 3*time.Minute; time.Sleep(5 * time.Millisecond) {
		r := d.Rekeying()
		if r.Failed != "" {
			t.Fatalf("the change of key failed: %s", r.Failed)
		}
		if !r.Running {
			return
		}
		if r.Done > r.Of {
			t.Errorf("progress is at %d of %d", r.Done, r.Of)
		}
	}
	t.Fatal("the change of key does not end")
}

// keep keeps one more draft, and says how many there are.
func keep(t *testing.T, d *device.Device) int {
	t.Helper()
	keepDraft(t, d)
	drafts, err := d.Drafts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return len(drafts)
}
