package batch

import (
	"bytes"
	"testing"

	"leeward/internal/screening"
	"leeward/internal/seal"
)

// TestDraftIsNoRoot: holders sign a root one after the other, in any order, and it is the same as signed at once. Before
// enough of them have, it is nothing; a key that it does not name puts nothing under it, nor anybody under a wrong signature.
func TestDraftIsNoRoot(t *testing.T) {
	r := testRoot()
	r.Demo, r.Threshold = false, 2
	keys := []seal.Signer{signer(81), signer(82), signer(83)}
	r.Keys = nil
	for _, k := range keys {
		r.Keys = append(r.Keys, k.Public())
	}
	draft, err := DraftRoot(r)
	if err != nil {
		t.Fatal(err)
	}
	file := draft
	for n, k := range []seal.Signer{keys[2], keys[0]} {
		if _, err := VerifyRoot(file); screening.CodeOf(err) != screening.ESig {
			t.Errorf("with %d signatures: got %v, want E_SIG", n, err)
		}
		if file, err = CosignRoot(file, k); err != nil {
			t.Fatal(err)
		}
		if _, by, err := ReadRootDraft(file); err != nil || len(by) != n+1 {
			t.Errorf("signed by %d, %v, want %d", len(by), err, n+1)
		}
	}
	whole, err := SignRoot(r, keys[0], keys[2])
	if err != nil || !bytes.Equal(whole, file) {
		t.Errorf("signed one after the other it is another document than at once, %v", err)
	}
	if again, err := CosignRoot(file, keys[0]); err != nil || !bytes.Equal(again, file) {
		t.Errorf("one who signs twice changes something, %v", err)
	}
	if _, err := CosignRoot(file, signer(99)); err == nil {
		t.Error("a stranger signed")
	}
	if _, err := CosignRoot(append(bytes.Clone(file[:len(file)-1]), file[len(file)-1]^1), keys[1]); err == nil {
		t.Error("a signature that is wrong was built on")
	}
}
