package device

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"leeward/internal/screening"
	"leeward/internal/vault"
	"leeward/sync/courier"
)

// ErrOwnFolder is for a key file that would lie with what it opens.
var ErrOwnFolder = errors.New("the folder is the device's own")

// HasKeyFile reports whether whoever unlocked the device has a key file beside their passphrase.
func (d *Device) HasKeyFile() bool {
	o, leave, err := d.enter()
	if err != nil {
		return false
	}
	defer leave()
	return o.vault.HasKeyFile()
}

// MakeKeyFile puts a new key file beside one's own passphrase. Once the passphrase fitted, keep writes the file where the
// person wants it and returns what it reads back; only then is the vault changed. Errors are those of vault.MakeKeyFile.
func (d *Device) MakeKeyFile(ctx context.Context, mine vault.Secret, keep func(file []byte) (read []byte, err error)) error {
	o, leave, err := d.enter()
	if err != nil {
		return err
	}
	defer leave()
	return o.vault.MakeKeyFile(ctx, mine, keep)
}

// DropKeyFile makes one's passphrase open the device alone. Errors are those of vault.DropKeyFile.
func (d *Device) DropKeyFile(ctx context.Context, mine vault.Secret) error {
	o, leave, err := d.enter()
	if err != nil {
		return err
	}
	defer leave()
	return o.vault.DropKeyFile(ctx, mine)
}

// KeepKeyFile writes a key file into a folder, which is meant to be one of a stick, under a name that says nothing, and
// returns where it is and what it reads there. Nothing of that is kept or logged. Errors: ErrOwnFolder; CodeDiskFull, CodeDisk.
func (d *Device) KeepKeyFile(dir string, file []byte) (path string, read []byte, err error) {
	in, err := d.holds(dir)
	if err != nil {
		return "", nil, screening.Fail(screening.CodeDisk, fmt.Errorf("keep key file: %w", err))
	}
	if in {
		return "", nil, fmt.Errorf("keep key file: %w", ErrOwnFolder)
	}
	name, err := courier.Drop(dir, file)
	if err != nil {
		return "", nil, fmt.Errorf("keep key file: %w", err)
	}
	path = filepath.Join(dir, name)
	f, err := os.Open(path)
	if err != nil {
		return "", nil, screening.Fail(screening.CodeDisk, fmt.Errorf("read key file: %w", errors.Unwrap(err)))
	}
	defer f.Close()
	if read, err = io.ReadAll(io.LimitReader(f, int64(len(file))+1)); err != nil {
		return "", nil, screening.Fail(screening.CodeDisk, fmt.Errorf("read key file: %w", errors.Unwrap(err)))
	}
	if !bytes.Equal(read, file) {
		return "", nil, screening.Fail(screening.CodeTornKeyFile, errors.New("the key file reads otherwise than it was written"))
	}
	return path, read, nil
}
