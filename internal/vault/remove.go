package vault

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"leeward/internal/encvfs"
)

// Errors of removing a person.
var (
	ErrNobody  = errors.New("nobody has this slot")
	ErrOneself = errors.New("nobody removes themselves")
	ErrPending = errors.New("the store is still being written anew")
)

// People lists the places in use, from 0, and says which one was opened. Who has which place is the program's to know.
func (v *Vault) People() (places []int, me int) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.keys == nil {
		return nil, -1
	}
	return slices.Clone(v.keys.people), v.keys.me
}

// know notes which places are in use now.
func (v *Vault) know(places []int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.keys != nil {
		v.keys.people = places
	}
}

// RemovePassphrase takes a person's place away, for somebody who has a place too. The vault gets a new
// master key, wrapped for everybody who stays without asking them, and a new key for the store: an old copy of the
// vault, and the removed passphrase, open neither the vault nor what the store writes from then on. The other keys
// stay, as the office knows the device by them. Afterwards [Vault.Rekeying] is true until the store is written anew.
//
// Errors are those of [Vault.ChangePassphrase], ErrNobody, ErrOneself and ErrPending.
func (v *Vault) RemovePassphrase(ctx context.Context, current Secret, gone int) error {
	return v.trying(ctx, current, func(t *tried) error {
		if err := t.remove(gone); err != nil {
			return fmt.Errorf("remove passphrase: %w", err)
		}
		if err := t.file.replace(v.path, v.o); err != nil {
			return err
		}
		return v.renew(t)
	})
}

// Rekey gives the vault a new master key and a new key for the store without removing anybody: where a passphrase may
// have been seen. That passphrase is to be changed as well. Errors are those of [Vault.RemovePassphrase].
func (v *Vault) Rekey(ctx context.Context, current Secret) error {
	return v.trying(ctx, current, func(t *tried) error {
		if err := t.rekey(); err != nil {
			return fmt.Errorf("change keys: %w", err)
		}
		if err := t.file.replace(v.path, v.o); err != nil {
			return err
		}
		return v.renew(t)
	})
}

// remove changes record and body in memory. The person's front goes with them, if a front was made here.
func (t *tried) remove(gone int) error {
	switch {
	case gone < 0 || gone >= Places || len(t.body.People[gone]) == 0:
		return ErrNobody
	case gone == t.at.slot:
		return ErrOneself
	}
	t.body.People[gone] = nil
	if err := t.rekey(); err != nil {
		return err
	}
	if len(t.body.Front) == 0 {
		return nil
	}
	return t.dropFront(gone)
}

// rekey puts a new master key and a new key of the store in the place of the old ones.
func (t *tried) rekey() error {
	if t.body.key(kindLast) != nil {
		return ErrPending
	}
	clear(t.master[:])
	t.master = (*masterKey)(random(keySize))
	if data := t.body.key(kindData); data != nil {
		last := data.Secret
		data.Secret = random(keySize)
		t.body.Keys = append(t.body.Keys, stored{Kind: kindLast, Secret: last})
	}
	slices.SortFunc(t.body.Keys, byKindAndName)
	return t.file.record.write(t.at.half, t.master, t.body)
}

// renew puts the keys that changed into the open vault.
func (v *Vault) renew(t *tried) error {
	fresh, err := ringOf(t.body, t.at, t.master)
	if err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.keys == nil {
		fresh.forget()
		return nil // locked meanwhile; what changed is on disk
	}
	k := v.keys
	k.data, k.last, k.master, k.people, k.front, k.back = fresh.data, fresh.last, fresh.master, fresh.people, fresh.front, fresh.back
	return nil
}

// Rekeying reports whether the store may still be under the key before. Then [Vault.LendDataKeys] gives both; when the
// store is under the new one, [Vault.EndRekeying] forgets the old one for ever.
func (v *Vault) Rekeying() bool {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.keys != nil && v.keys.last != nil
}

// LendDataKeys is [Vault.LendDataKey] with the store's key before this one too.
func (v *Vault) LendDataKeys(do func(last, now encvfs.Key) error) error {
	var last encvfs.Key
	defer clear(last[:])
	err := use(v, func(r *ring) (*encvfs.Key, bool) { return r.last, r.last != nil },
		func(k *encvfs.Key) error { last = *k; return nil })
	if err != nil {
		return err
	}
	return v.LendDataKey(func(now encvfs.Key) error { return do(last, now) })
}

// EndRekeying removes the store's old key from the vault: from then on a store under that key is not opened, whoever
// puts one there. Errors: ErrLocked, ErrNoKey if nothing is pending, and those of writing the vault.
func (v *Vault) EndRekeying(ctx context.Context) error {
	if !v.Rekeying() {
		return use(v, func(r *ring) (*encvfs.Key, bool) { return r.last, r.last != nil }, func(*encvfs.Key) error { return nil })
	}
	err := v.edit(ctx, func(f *file, half int, master *masterKey, b *body) error {
		at := slices.IndexFunc(b.Keys, func(k stored) bool { return k.Kind == kindLast })
		if at < 0 {
			return nil // somebody else was faster
		}
		clear(b.Keys[at].Secret)
		b.Keys = slices.Delete(b.Keys, at, at+1)
		return f.record.write(half, master, b)
	})
	if err != nil {
		return fmt.Errorf("end change of key: %w", err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.keys != nil && v.keys.last != nil {
		clear(v.keys.last[:])
		v.keys.last = nil
	}
	return nil
}

// edit changes the vault's file with the key that is in memory, without a passphrase: for what no person decides.
func (v *Vault) edit(ctx context.Context, do func(f *file, half int, master *masterKey, b *body) error) error {
	return v.read(ctx, func(f *file, half int, master *masterKey, b *body) error {
		if err := do(f, half, master, b); err != nil {
			return err
		}
		return f.replace(v.path, v.o)
	})
}

// read is edit without writing.
func (v *Vault) read(ctx context.Context, do func(f *file, half int, master *masterKey, b *body) error) error {
	var master masterKey
	defer clear(master[:])
	half := 0
	err := use(v, func(r *ring) (*ring, bool) { return r, r.master != nil },
		func(r *ring) error { master, half = *r.master, r.half; return nil })
	if err != nil {
		return err
	}
	return locked(ctx, v.path, func() error {
		f, err := readFile(v.path, v.o.now())
		if err != nil {
			return err
		}
		b, err := f.record.openBody(half, &master)
		if err != nil {
			return err
		}
		defer b.forget()
		return do(f, half, &master, b)
	})
}
