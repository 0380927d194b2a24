package device

import (
	"context"
	"errors"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/internal/vault"
)

// Salvage reads what there is to read out of a damaged store into a new one in its place, for somebody who has
// the secret of a place; the place counts where Limit is not 0. The damaged files are copied to the folder aside first, which must
// not exist. The device stays locked. Errors are those of vault.UnlockAt and of store.Salvage.
func (d *Device) Salvage(ctx context.Context, place int, s vault.Secret, aside string) (got store.Salvaged, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open != nil {
		return got, screening.Fail(screening.CodeInUse, errors.New("the device is open"))
	}
	if err := d.finishWipe(ctx); err != nil {
		return got, err
	}
	v, err := vault.UnlockAt(ctx, d.vaultPath(), place, s, d.o.Vault)
	if err != nil {
		return got, err
	}
	defer v.Lock()
	if err := d.settleSeconds(ctx, v); err != nil {
		return got, err
	}
	path, o := d.storePath(v.Half()), store.Options{Now: d.o.Now, Log: d.o.Log}
	salvage := func(key encvfs.Key) error {
		if got, err = store.Salvage(ctx, path, aside, key, o); err != nil {
			return err
		}
		defer d.levelTimes()
		st, err := store.Open(ctx, path, key, o)
		if err != nil {
			return err
		}
		return errors.Join(st.Reserve(ctx, d.o.Reserve), st.Close()) // as long as the other store again
	}
	if !v.Rekeying() {
		return got, v.LendDataKey(salvage)
	}
	err = v.LendDataKeys(func(before, now encvfs.Key) error { // where a change of keys was cut short, either may be the store's
		if err := salvage(now); !errors.Is(err, encvfs.ErrWrongKey) {
			return err
		}
		return salvage(before)
	})
	return got, err
}
