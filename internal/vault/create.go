package vault

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"leeward/internal/encvfs"
)

// Create makes a vault with fresh keys at path and returns it unlocked. A file that is there already stays
// as it is: fs.ErrExist. Further errors: CodeWeakPassphrase, CodeDiskFull, CodeDisk, CodeInUse, ErrSpec,
// ErrKDF. The file is durable when Create returns.
func Create(ctx context.Context, path string, passphrase []byte, spec Spec, o Options) (*Vault, error) {
	if o.KDF == (KDF{}) {
		o.KDF = calibrated(time.Since)
	}
	if !o.KDF.inBounds() {
		return nil, fmt.Errorf("create vault: %w", ErrKDF)
	}
	if err := o.accept(passphrase); err != nil {
		return nil, err
	}
	keys, err := spec.make()
	if err != nil {
		return nil, fmt.Errorf("create vault: %w", err)
	}
	b := &body{Keys: keys}
	defer b.forget()
	r := &record{kdf: o.KDF, id: [16]byte(random(16)), salt: [32]byte(random(32))}
	stretched, err := r.stretch(ctx, Secret{Passphrase: passphrase})
	if err != nil {
		return nil, fmt.Errorf("create vault: %w", err)
	}
	defer clear(stretched)
	master, at := masterKey(random(keySize)), spot{half: int(random(1)[0]) % halfCount}
	defer clear(master[:])
	if err := r.furnish(at, stretched, &master, b); err != nil {
		return nil, fmt.Errorf("create vault: %w", err)
	}
	ring, err := ringOf(b, at, &master)
	if err != nil {
		return nil, fmt.Errorf("create vault: %w", err)
	}
	err = locked(ctx, path, func() error {
		if _, err := os.Lstat(path); err == nil {
			return diskError("create vault", fs.ErrExist)
		} else if !errors.Is(err, fs.ErrNotExist) {
			return diskError("create vault", err)
		}
		if spec.Second != nil {
			if err := spec.Second(at.half, encvfs.Key(random(keySize))); err != nil {
				return fmt.Errorf("create vault: %w", err)
			}
		}
		f := &file{record: r, tries: tries{}.none(o.now(), Anyone)}
		return f.replace(path, o)
	})
	if err != nil {
		return nil, err
	}
	return newVault(path, ring, o), nil
}

// furnish fills both halves of a new record: one with the keys of b for whoever has the key material, one for nobody.
func (r *record) furnish(at spot, stretched []byte, master *masterKey, b *body) error {
	size, err := b.bodySize()
	if err != nil {
		return err
	}
	for h := range halfCount {
		r.halves[h].body = make([]byte, nonceSize+size+tagSize)
		if err := r.vacate(h); err != nil {
			return err
		}
	}
	if b.People[at.slot], err = r.public(stretched, at); err != nil {
		return err
	}
	if back := b.key(kindBack); back != nil {
		if b.People[officeSlot], err = r.public(back.Secret, spot{at.half, officeSlot}); err != nil {
			return err
		}
	}
	return r.write(at.half, master, b)
}
