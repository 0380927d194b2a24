package vault

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"leeward/internal/seal"
)

var writeVectors = flag.Bool("write-vectors", false, "write what is missing in testdata, and fail with the new keys: nothing that is released is made again")

// makeVectors makes the vaults of TestVectors that are not there. It says what the test has to expect of them.
func makeVectors(t *testing.T) {
	t.Helper()
	spec := Spec{Sign: []string{"batch"}, TLS: []string{"device"}, Web: []string{"browser"}, Seal: []string{"inbox"}, Data: true}
	makeOne := func(name, passphrase string, k KDF) *Vault {
		path := filepath.Join("testdata", name)
		if _, err := os.Stat(path); err == nil {
			return nil
		}
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
	if v := makeOne("keyfile.vault", keyFilePassphrase, FloorKDF); v != nil {
		makeKeyFiles(t, v)
	}
	v := makeOne("floor.vault", "caf\u00e9 au lait, and more", FloorKDF)
	if v == nil {
		return
	}
	if _, err := v.AddPassphrase(t.Context(), Passphrase("caf\u00e9 au lait, and more"), []byte("second screener's words")); err != nil {
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

const keyFilePassphrase = "gravel mitten, and a key file"

// makeKeyFiles puts a key file beside the passphrase of a vault, and makes others that do not open it.
func makeKeyFiles(t *testing.T, v *Vault) {
	t.Helper()
	files := map[string][]byte{"other.key": (&KeyFile{[keySize]byte(random(keySize))}).marshal()}
	err := v.MakeKeyFile(t.Context(), Passphrase(keyFilePassphrase), func(file []byte) ([]byte, error) {
		files["right.key"] = bytes.Clone(file)
		return file, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	_ = os.Remove(filepath.Join("testdata", "keyfile.vault.lock"))
	flipped := bytes.Clone(files["right.key"])
	flipped[20] ^= 1
	files["flipped.key"], files["short.key"] = flipped, files["right.key"][:KeyFileSize-1]
	files["long.key"] = append(bytes.Clone(files["right.key"]), '\n')
	newer := bytes.Clone(files["right.key"])
	newer[len(keyFileMagic)+1]++
	files["newer.key"] = resumKeyFile(newer)
	files["foreign.key"] = bytes.Repeat([]byte("not one "), KeyFileSize/8)
	for name, b := range files {
		if err := os.WriteFile(filepath.Join("testdata", name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// resumKeyFile makes the checksum of a key file right again.
func resumKeyFile(b []byte) []byte {
	sum := sha256.Sum256(b[:KeyFileSize-keyFileSum])
	copy(b[KeyFileSize-keyFileSum:], sum[:])
	return b
}
