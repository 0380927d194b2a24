package vault

import (
	"errors"
	"path/filepath"
	"testing"

	"leeward/internal/encvfs"
)

// TestKeysOfASecondEnrolment: fresh keys stand beside the first, survive a lock, are made once, and go for ever.
func TestKeysOfASecondEnrolment(t *testing.T) {
	device := []string{"device"}
	o := newClock().options()
	path := filepath.Join(t.TempDir(), "vault")
	v, err := Create(t.Context(), path, right, Spec{Sign: device, TLS: device, Seal: device, Data: true}, o)
	if err != nil {
		t.Fatal(err)
	}
	first, ctx := v.Signer("device").Public(), t.Context()
	for range 2 { // the second time as after a cut
		if err := v.AddKeys(ctx, "device-2"); err != nil {
			t.Fatal(err)
		}
	}
	second, to, leaf := v.Signer("device-2").Public(), v.Recipient("device-2"), v.TLS("device-2").Leaf
	if second == first || second == v.Signer("nobody").Public() || to.String() == "" || leaf == nil {
		t.Fatal("the new name has no keys of its own")
	}
	if _, err := v.Signer("device").Sign("leeward/test/v1", []byte("x")); err != nil {
		t.Errorf("the old key: %v", err)
	}
	v.Lock()
	if err := v.AddKeys(ctx, "device-3"); !errors.Is(err, ErrLocked) {
		t.Errorf("locked: got %v", err)
	}
	v, err = Unlock(ctx, path, Passphrase(right), o)
	if err != nil {
		t.Fatal(err)
	}
	if v.Signer("device-2").Public() != second || v.Signer("device").Public() != first {
		t.Error("a key changed over a lock")
	}
	if err := v.DropKeys(ctx, "device"); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Signer("device").Sign("leeward/test/v1", []byte("x")); !errors.Is(err, ErrNoKey) {
		t.Errorf("a dropped key signs: %v", err)
	}
	if err := v.LendDataKey(func(k encvfs.Key) error {
		if k == (encvfs.Key{}) {
			t.Error("the store's key was cleared")
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	if err := v.AddKeys(ctx, "device"); err != nil || v.Signer("device").Public() == first {
		t.Errorf("the dropped name has its old key again, or %v", err)
	}
	if err := v.AddKeys(ctx, "Not a name"); !errors.Is(err, ErrSpec) {
		t.Errorf("bad name: got %v", err)
	}
}
