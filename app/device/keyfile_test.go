package device_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"leeward/app/device"
	"leeward/internal/screening"
	"leeward/internal/vault"
)

// TestKeyFile makes a key file on a stick, and needs it from then on; the stick gets none while the passphrase is wrong, and
// the device itself never.
func TestKeyFile(t *testing.T) {
	ctx, dir, stick := t.Context(), t.TempDir(), t.TempDir()
	d := newDevice(t, dir)
	if err := d.Create(ctx, passphrase); err != nil {
		t.Fatal(err)
	}
	path := ""
	keepIn := func(folder string) func([]byte) ([]byte, error) {
		return func(file []byte) (read []byte, err error) {
			path, read, err = d.KeepKeyFile(folder, file)
			return read, err
		}
	}
	err := d.MakeKeyFile(ctx, vault.Passphrase("not this one"), keepIn(stick))
	if screening.CodeOf(err) != screening.CodeWrongPassphrase {
		t.Errorf("with a wrong passphrase: got %v", err)
	}
	for _, folder := range []string{dir, filepath.Join(dir, "."), filepath.Join(dir, vault.OutboxName)} {
		if err := d.MakeKeyFile(ctx, vault.Passphrase(passphrase), keepIn(folder)); !errors.Is(err, device.ErrOwnFolder) {
			t.Errorf("in the device's own folder: got %v, want %v", err, device.ErrOwnFolder)
		}
	}
	err = d.MakeKeyFile(ctx, vault.Passphrase(passphrase), keepIn(filepath.Join(stick, "gone")))
	if err == nil || d.HasKeyFile() {
		t.Errorf("without a stick: got %v, has a key file: %t", err, d.HasKeyFile())
	}
	if left, err := os.ReadDir(stick); err != nil || len(left) > 0 {
		t.Fatalf("the stick has %d files, %v; want none", len(left), err)
	}
	if err := d.MakeKeyFile(ctx, vault.Passphrase(passphrase), keepIn(stick)); err != nil || !d.HasKeyFile() {
		t.Fatalf("got %v, has a key file: %t", err, d.HasKeyFile())
	}
	k, err := vault.LoadKeyFile(path)
	if err != nil {
		t.Fatal(err)
	}
	both := vault.Secret{Passphrase: []byte(passphrase), KeyFile: k}
	if err := d.Lock(ctx); err != nil {
		t.Fatal(err)
	}
	wantNowhere(t, dir, path)
	if err := d.Unlock(ctx, passphrase); screening.CodeOf(err) != screening.CodeWrongPassphrase {
		t.Errorf("without the key file: got %v", err)
	}
	if err := d.UnlockAt(ctx, vault.Anyone, both); err != nil {
		t.Fatal(err)
	}
	if err := d.DropKeyFile(ctx, both); err != nil || d.HasKeyFile() {
		t.Errorf("do without: %v, has a key file: %t", err, d.HasKeyFile())
	}
	if err := errors.Join(d.Lock(ctx), d.Unlock(ctx, passphrase)); err != nil {
		t.Error(err)
	}
}

// wantNowhere looks in every file of a device for a key file and for where it lies.
func wantNowhere(t *testing.T, dir, path string) {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(dir, func(at string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(at)
		for _, secret := range [][]byte{file[8:40], []byte(filepath.Base(path))} {
			if bytes.Contains(b, secret) {
				t.Errorf("%s tells of the key file", filepath.Base(at))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
