package device_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

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
		if err := d.AddPerson(ctx, passphrase, p); err != nil {
			t.Fatal(err)
		}
	}
	kept := keep(t, d)
	old, err := os.ReadFile(filepath.Join(dir, "vault"))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.RemovePerson(ctx, passphrase, 0, nil); !errors.Is(err, vault.ErrOneself) {
		t.Errorf("remove oneself: got %v, want %v", err, vault.ErrOneself)
	}
	var done, all int64
	if err := d.RemovePerson(ctx, passphrase, 2, func(n, of int64) { done, all = n, of }); err != nil {
		t.Fatal(err)
	}
	if done == 0 || done != all {
		t.Errorf("progress ended at %d of %d", done, all)
	}
	if got := keep(t, d); got != kept+1 {
		t.Errorf("kept afterwards: got %d, want %d", got, kept+1)
	}
	if slots, me, err := d.People(); err != nil || me != 0 || !slices.Equal(slots, []int{0, 1}) {
		t.Errorf("people: got %v, me %d, %v", slots, me, err)
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
