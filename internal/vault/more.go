package vault

import (
	"context"
	"fmt"
	"slices"
)

// devices are the kinds that a device enrols with.
var devices = []kind{kindSign, kindTLS, kindSeal}

// AddKeys makes a fresh key of the kinds Sign, TLS and Seal under a name, for enrolling again. A name that the vault holds
// already keeps its keys, so that a call that was cut is repeated. There is room for one such name beside the first.
// Errors: ErrLocked, ErrSpec, and those of writing the vault.
func (v *Vault) AddKeys(ctx context.Context, name string) error {
	if !isName(name) {
		return fmt.Errorf("add keys: %w", ErrSpec)
	}
	err := v.named(ctx, func(b *body) error {
		for _, k := range devices {
			if slices.ContainsFunc(b.Keys, func(s stored) bool { return s.Kind == k && s.Name == name }) {
				continue
			}
			made, err := makeKey(k, name, nil)
			if err != nil {
				return err
			}
			b.Keys = append(b.Keys, made)
		}
		slices.SortFunc(b.Keys, byKindAndName)
		return nil
	})
	if err != nil {
		return fmt.Errorf("add keys: %w", err)
	}
	return nil
}

// DropKeys forgets the keys of a name for ever; one that the vault does not hold is no error. Errors: ErrLocked, and
// those of writing the vault.
func (v *Vault) DropKeys(ctx context.Context, name string) error {
	err := v.named(ctx, func(b *body) error {
		b.Keys = slices.DeleteFunc(b.Keys, func(s stored) bool {
			gone := s.Name == name && slices.Contains(devices, s.Kind)
			if gone {
				clear(s.Secret)
			}
			return gone
		})
		return nil
	})
	if err != nil {
		return fmt.Errorf("drop keys: %w", err)
	}
	return nil
}

// named edits the named keys, in the file and then in the open vault.
func (v *Vault) named(ctx context.Context, do func(*body) error) error {
	var fresh *ring
	err := v.edit(ctx, func(f *file, half int, master *masterKey, b *body) (err error) {
		if err = do(b); err != nil {
			return err
		}
		if fresh, err = newRing(b.Keys); err != nil {
			return err
		}
		return f.record.write(half, master, b)
	})
	if err != nil {
		if fresh != nil {
			fresh.forget()
		}
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.keys == nil { // locked meanwhile; what changed is on disk
		fresh.forget()
		return nil
	}
	before := &ring{sign: v.keys.sign, tls: v.keys.tls, seal: v.keys.seal}
	v.keys.sign, v.keys.tls, v.keys.seal = fresh.sign, fresh.tls, fresh.seal
	(&ring{data: fresh.data, last: fresh.last, pool: fresh.pool, back: fresh.back}).forget() // the vault has these
	before.forget()
	v.learn()
	return nil
}
