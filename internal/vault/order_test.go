package vault_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/internal/vault"
)

// TestTwoPeopleSignApart: an order goes from one holder to the next, in either order, and is one to a device only when
// both have signed.
func TestTwoPeopleSignApart(t *testing.T) {
	a, b, stranger := seal.NewSigner([32]byte{1}), seal.NewSigner([32]byte{2}), seal.NewSigner([32]byte{3})
	keys := []seal.PublicKey{a.Public(), b.Public()}
	order := vault.Order{Act: vault.ActWipe, Device: screening.DeviceID{7}, Epoch: 1, Until: time.Unix(1_800_000_000, 0).UTC(), ID: [16]byte{9}}
	draft, err := vault.DraftOrder(order)
	if err != nil {
		t.Fatal(err)
	}
	sign := func(file []byte, by ...seal.Signer) []byte {
		t.Helper()
		for _, s := range by {
			if file, err = vault.CosignOrder(file, s); err != nil {
				t.Fatal(err)
			}
		}
		return file
	}
	whole := sign(draft, a, b)
	if other := sign(draft, b, a, b); !bytes.Equal(whole, other) {
		t.Error("who signs first changes the bytes")
	}
	if at, err := vault.SignOrder(order, a, b); err != nil || !bytes.Equal(at, whole) {
		t.Errorf("signed in one place it differs: %v", err)
	}
	if got, err := vault.VerifyOrder(whole, keys); err != nil || got != order {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, by, err := vault.ReadOrder(sign(draft, a)); err != nil || got != order || len(by) != 1 || by[0] != a.Public() {
		t.Errorf("half an order reads as %+v of %d, %v", got, len(by), err)
	}
	for name, file := range map[string][]byte{
		"nobody": draft, "one": sign(draft, a), "one, twice": append(bytes.Clone(sign(draft, a)), sign(draft, a)[len(draft):]...),
		"one and a stranger": sign(draft, a, stranger), "two and a stranger": sign(draft, a, b, stranger),
	} {
		if _, err := vault.VerifyOrder(file, keys); !errors.Is(err, vault.ErrOrder) {
			t.Errorf("%s: got %v, want no order", name, err)
		}
	}
	if _, err := vault.SignOrder(order, a); !errors.Is(err, vault.ErrOrder) {
		t.Errorf("one signer: %v", err)
	}
	if _, err := vault.CosignOrder(draft[:len(draft)-1], a); !errors.Is(err, vault.ErrOrder) {
		t.Errorf("a cut draft was signed: %v", err)
	}
}
