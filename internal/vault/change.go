package vault

import (
	"bytes"
	"context"
	"fmt"
)

// ChangePassphrase puts a new passphrase in the place of an old one; nothing but the slot changes. A wrong
// old passphrase counts as a try and has the errors of [Unlock]; a new one has those of [Create], or
// ErrTaken if somebody else's is the same. The old file's bytes may live on in the flash for a while.
func (v *Vault) ChangePassphrase(ctx context.Context, old, fresh []byte) error {
	return v.change(ctx, old, fresh, func(t *tried) (int, error) { return t.slot, nil })
}

// AddPassphrase gives another screener of the same device a passphrase of their own. It asks for the
// passphrase of who adds it, so that a device left unlocked for a minute is not open for ever. Errors are
// those of [Vault.ChangePassphrase], and ErrFull if all eight slots are in use.
func (v *Vault) AddPassphrase(ctx context.Context, current, added []byte) error {
	return v.change(ctx, current, added, func(t *tried) (int, error) {
		free := t.body.free()
		if free < 0 {
			return 0, ErrFull
		}
		return free, nil
	})
}

// change fills the slot that place chooses with fresh, for somebody who knows current.
func (v *Vault) change(ctx context.Context, current, fresh []byte, place func(*tried) (int, error)) error {
	if v.isLocked() {
		return ErrLocked
	}
	if err := v.o.accept(fresh); err != nil {
		return err
	}
	return locked(ctx, v.path, func() error {
		t, err := try(ctx, v.path, current, v.o)
		if err != nil {
			return err
		}
		defer t.forget()
		r := t.file.record
		at, err := place(t)
		if err != nil {
			return fmt.Errorf("change passphrase: %w", err)
		}
		stretched, err := r.stretch(ctx, fresh)
		if err != nil {
			return fmt.Errorf("change passphrase: %w", err)
		}
		defer clear(stretched)
		other, slot, err := r.find(stretched)
		if err != nil {
			return fmt.Errorf("change passphrase: %w", err)
		}
		if other != nil {
			clear(other[:])
			if slot != at {
				return fmt.Errorf("change passphrase: %w", ErrTaken)
			}
		}
		public, err := r.fill(at, stretched, t.master)
		if err != nil {
			return fmt.Errorf("change passphrase: %w", err)
		}
		if !bytes.Equal(public, t.body.People[at]) {
			t.body.People[at] = public
			if err := r.sealBody(t.master, t.body); err != nil {
				return fmt.Errorf("change passphrase: %w", err)
			}
		}
		if err := t.file.replace(v.path, v.o); err != nil {
			return err
		}
		v.know(t.body.people())
		return nil
	})
}
