package device

import (
	"context"
	"errors"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/internal/vault"
)

// People lists the slots of the people who have a passphrase on this device, and the slot of who unlocked it.
func (d *Device) People() (slots []int, me int, err error) {
	o, leave, err := d.enter()
	if err != nil {
		return nil, -1, err
	}
	defer leave()
	slots, me = o.vault.People()
	return slots, me, nil
}

// AddPerson gives another screener a passphrase of their own. Errors are those of vault.AddPassphrase.
func (d *Device) AddPerson(ctx context.Context, passphrase, added string) error {
	o, leave, err := d.enter()
	if err != nil {
		return err
	}
	defer leave()
	return o.vault.AddPassphrase(ctx, []byte(passphrase), []byte(added))
}

// RemovePerson takes the passphrase of slot away and writes the store anew under a fresh key, so that who was removed
// reads nothing that is kept from then on. Calls that need the store wait meanwhile, about a second for 50 MB; an
// interview that is under way is gone on with by Resume, as after Lock. told, which may be nil, hears how many of how
// many pages are done. Errors are those of vault.RemovePassphrase, after which nothing has changed, and of opening the
// store. Where the store cannot be written anew (a full disk), the person is removed all the same, and the next
// unlocking tries again.
func (d *Device) RemovePerson(ctx context.Context, passphrase string, slot int, told func(done, of int64)) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	o := d.open
	if o == nil {
		return ErrLocked
	}
	if err := o.vault.RemovePassphrase(ctx, []byte(passphrase), slot); err != nil {
		return err
	}
	o.cancel()
	o.work.Wait()
	d.open = nil
	return errors.Join(o.store.Close(), d.begin(ctx, o.vault, told))
}

// openStore opens the store with the vault's key, and before that writes it anew where the key has changed.
func (d *Device) openStore(ctx context.Context, v *vault.Vault, told func(done, of int64)) (st *store.Store, err error) {
	open := func(key encvfs.Key) error {
		st, err = store.Open(ctx, d.storePath(), key, store.Options{Now: d.o.Now, Log: d.o.Log})
		return err
	}
	if !v.Rekeying() {
		return st, v.LendDataKey(open)
	}
	err = v.LendDataKeys(func(last, now encvfs.Key) error {
		if err := store.Rekey(d.storePath(), last, now, told); err != nil {
			d.o.Log.Error("the store stays under its old key for now", "code", screening.CodeOf(err))
			return open(last)
		}
		if err := v.EndRekeying(ctx); err != nil { // the next unlocking finds it done
			d.o.Log.Error("the old key stays in the vault for now", "code", screening.CodeOf(err))
		}
		return open(now)
	})
	return st, err
}
