package vault

import (
	"context"
	"fmt"
)

// ChangePassphrase puts a new passphrase in the place of one's own, with the same key file beside it if there is one;
// nothing but slots changes. A wrong old one counts as a try and has the errors of [UnlockAt]; a new one has those of
// [Create], or ErrTaken if somebody else's is the same. The old file's bytes may live on in the flash for a while.
func (v *Vault) ChangePassphrase(ctx context.Context, old Secret, fresh []byte) error {
	return v.change(ctx, old, Secret{fresh, old.KeyFile}, func(t *tried) (int, error) { return t.at.slot, nil })
}

// AddPassphrase gives another screener of the same device a passphrase of their own, and says at which place. It asks
// for the secret of who adds it, so that a device left unlocked for a minute is not open for ever. Errors are
// those of [Vault.ChangePassphrase], and ErrFull if all places are in use.
func (v *Vault) AddPassphrase(ctx context.Context, current Secret, added []byte) (place int, err error) {
	err = v.change(ctx, current, Secret{Passphrase: added}, func(t *tried) (int, error) {
		if place = t.body.free(); place < 0 {
			return 0, ErrFull
		}
		return place, nil
	})
	return place, err
}

// GivePassphrase puts a new passphrase, without a key file, at a place that somebody has, who has it no more: for a passphrase that is lost, or
// in too many hands. Unlike [Vault.RemovePassphrase] it leaves the keys as they are, so an old copy of the vault still
// opens with the old one. Errors are those of [Vault.ChangePassphrase], and ErrNobody.
func (v *Vault) GivePassphrase(ctx context.Context, current Secret, place int, fresh []byte) error {
	return v.change(ctx, current, Secret{Passphrase: fresh}, func(t *tried) (int, error) {
		if place < 0 || place >= Places || len(t.body.People[place]) == 0 {
			return 0, ErrNobody
		}
		return place, nil
	})
}

// Confirm makes a try with a secret and says whose place it opens: before what one person alone should not do, or
// not without showing that they are who unlocked. Errors are those of [UnlockAt], and ErrLocked.
func (v *Vault) Confirm(ctx context.Context, s Secret) (place int, err error) {
	err = v.trying(ctx, s, func(t *tried) error {
		place = t.at.slot
		return nil
	})
	return place, err
}

// trying runs do after a try with a secret of this half; where a limit is set, at the place that was opened.
func (v *Vault) trying(ctx context.Context, s Secret, do func(*tried) error) error {
	v.mu.RLock()
	open, e := v.keys != nil, entrance{}
	if open {
		e = entrance{place: v.keys.me, half: v.keys.half}
	}
	v.mu.RUnlock()
	if !open {
		return ErrLocked
	}
	return locked(ctx, v.path, func() error {
		t, err := try(ctx, v.path, e, s, v.o)
		if err != nil {
			return err
		}
		defer t.forget()
		return do(t)
	})
}

// change fills the place that choose says with fresh, for somebody who knows current.
func (v *Vault) change(ctx context.Context, current, fresh Secret, choose func(*tried) (int, error)) error {
	if v.isLocked() {
		return ErrLocked
	}
	if err := v.o.accept(fresh.Passphrase); err != nil {
		return err
	}
	return v.trying(ctx, current, func(t *tried) error {
		place, err := choose(t)
		if err == nil {
			err = v.place(ctx, t, place, fresh)
		}
		if err != nil {
			return fmt.Errorf("change passphrase: %w", err)
		}
		return nil
	})
}

// place writes a vault in which whoever has the secret fresh has a place.
func (v *Vault) place(ctx context.Context, t *tried, place int, fresh Secret) error {
	if err := t.put(ctx, spot{t.at.half, place}, fresh, t.master, t.body); err != nil {
		return err
	}
	if err := t.file.replace(v.path, v.o); err != nil {
		return err
	}
	v.know(t.body.people())
	return nil
}

// put gives a spot to whoever has the secret fresh, in the body of its half.
func (t *tried) put(ctx context.Context, at spot, fresh Secret, master *masterKey, b *body) error {
	r := t.file.record
	stretched, err := r.stretch(ctx, fresh)
	if err != nil {
		return err
	}
	defer clear(stretched)
	other, has, err := r.find(stretched, entrance{place: Anyone, half: anyHalf}.admits)
	if err != nil {
		return err
	}
	if other != nil {
		clear(other[:])
		if has != at {
			return ErrTaken
		}
	}
	if b.People[at.slot], err = r.public(stretched, at); err != nil {
		return err
	}
	r.gone[at.half] &^= 1 << at.slot
	return r.write(at.half, master, b)
}
