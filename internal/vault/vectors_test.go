package vault

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"leeward/internal/seal"
)

var writeVectors = flag.Bool("write-vectors", false, "write testdata anew, and fail with the new keys: only before version 1 is released")

// makeVectors makes the vaults of TestVectors. It says what the test has to expect of them.
func makeVectors(t *testing.T) {
	t.Helper()
	spec := Spec{Sign: []string{"batch"}, TLS: []string{"device"}, Web: []string{"browser"}, Seal: []string{"inbox"}, Data: true}
	makeOne := func(name, passphrase string, k KDF) *Vault {
		path := filepath.Join("testdata", name)
		_ = os.Remove(path)
		v, err := Create(t.Context(), path, []byte(passphrase), spec, Options{KDF: k, Weak: true})
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := seal.Seal([]byte("sealed to a vault\n"), []seal.Recipient{v.Recipient("inbox")})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path+".age", sealed, 0o600); err != nil {
			t.Fatal(err)
		}
		_ = os.Remove(path + ".lock")
		t.Errorf("%s: %x", name, v.Signer("batch").Public())
		return v
	}
	makeOne("default.vault", "saddlebag ogle tarantula banner uncouth vista", DefaultKDF)
	v := makeOne("floor.vault", "caf\u00e9 au lait, and more", FloorKDF)
	if _, err := v.AddPassphrase(t.Context(), []byte("caf\u00e9 au lait, and more"), []byte("second screener's words")); err != nil {
		t.Fatal(err)
	}
	floor := filepath.Join("testdata", "floor.vault")
	_ = os.Remove(floor + ".lock")
	whole, err := os.ReadFile(floor)
	if err != nil {
		t.Fatal(err)
	}
	whole[atRecords+atSlots+5] ^= 4
	sealed, err := os.ReadFile(floor + ".age")
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"worn.vault": whole, "worn.vault.age": sealed} {
		if err := os.WriteFile(filepath.Join("testdata", name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
