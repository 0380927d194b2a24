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

// People lists the slots in use, from 0, and says which one was opened. Who has which slot is the program's to know.
func (v *Vault) People() (slots []int, me int) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	if v.keys == nil {
		return nil, -1
	}
	return slices.Clone(v.keys.people), v.keys.me
}

// know notes which slots are in use now.
func (v *Vault) know(slots []int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.keys != nil {
		v.keys.people = slots
	}
}

// RemovePassphrase takes a person's slot away, for somebody who has a passphrase that is in use. The vault gets a new
// master key, wrapped for everybody who stays without asking them, and a new key for the store: an old copy of the
// vault, and the removed passphrase, open neither the vault nor what the store writes from then on. The other keys
// stay, as the office knows the device by them. Afterwards [Vault.Rekeying] is true until the store is written anew.
//
// Errors are those of [Vault.ChangePassphrase], ErrNobody, ErrOneself and ErrPending.
func (v *Vault) RemovePassphrase(ctx context.Context, current []byte, gone int) error {
	if v.isLocked() {
		return ErrLocked
	}
	return locked(ctx, v.path, func() error {
		t, err := try(ctx, v.path, current, v.o)
		if err != nil {
			return err
		}
		defer t.forget()
		if err := t.remove(gone); err != nil {
			return fmt.Errorf("remove passphrase: %w", err)
		}
		if err := t.file.replace(v.path, v.o); err != nil {
			return err
		}
		return v.renew(t)
	})
}

// remove changes record and body in memory.
func (t *tried) remove(gone int) error {
	switch {
	case gone < 0 || gone >= slotCount || len(t.body.People[gone]) == 0:
		return ErrNobody
	case gone == t.slot:
		return ErrOneself
	case slices.ContainsFunc(t.body.Keys, func(k stored) bool { return k.Kind == kindLast }):
		return ErrPending
	}
	t.body.People[gone] = nil
	clear(t.master[:])
	t.master = (*masterKey)(random(keySize))
	r := t.file.record
	if err := r.empty(gone); err != nil {
		return err
	}
	for _, i := range t.body.people() {
		if err := r.wrap(i, t.body.People[i], t.master); err != nil {
			return err
		}
	}
	for i, k := range t.body.Keys {
		if k.Kind == kindData {
			t.body.Keys = append(t.body.Keys, stored{Kind: kindLast, Secret: k.Secret})
			t.body.Keys[i].Secret = random(len(encvfs.Key{}))
			break
		}
	}
	slices.SortFunc(t.body.Keys, byKindAndName)
	return r.sealBody(t.master, t.body)
}

// renew puts the keys that changed into the open vault.
func (v *Vault) renew(t *tried) error {
	fresh, err := ringOf(t.body, t.slot, t.master)
	if err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.keys == nil {
		fresh.forget()
		return nil // locked meanwhile; what changed is on disk
	}
	v.keys.data, v.keys.last, v.keys.master, v.keys.people = fresh.data, fresh.last, fresh.master, fresh.people
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
	var master masterKey
	defer clear(master[:])
	err := use(v, func(r *ring) (*masterKey, bool) { return r.master, r.master != nil },
		func(k *masterKey) error { master = *k; return nil })
	if err != nil {
		return err
	}
	return locked(ctx, v.path, func() error {
		f, err := readFile(v.path, v.o.now())
		if err != nil {
			return err
		}
		b, err := f.record.openBody(&master)
		if err != nil {
			return fmt.Errorf("end change of key: %w", err)
		}
		defer b.forget()
		at := slices.IndexFunc(b.Keys, func(k stored) bool { return k.Kind == kindLast })
		if at < 0 {
			return nil // somebody else was faster
		}
		clear(b.Keys[at].Secret)
		b.Keys = slices.Delete(b.Keys, at, at+1)
		if err := f.record.sealBody(&master, b); err != nil {
			return fmt.Errorf("end change of key: %w", err)
		}
		if err := f.replace(v.path, v.o); err != nil {
			return err
		}
		v.mu.Lock()
		defer v.mu.Unlock()
		if v.keys != nil && v.keys.last != nil {
			clear(v.keys.last[:])
			clear(v.keys.master[:])
			v.keys.last, v.keys.master = nil, nil
		}
		return nil
	})
}
