package device

import (
	"context"
	"errors"
	"strconv"
	"sync"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/internal/vault"
)

// Person is somebody who has a passphrase on this device.
type Person struct {
	Place int
	Code  string // the screener's code, as they typed it last; empty until they did
	Me    bool   // unlocked the device
}

// People lists the people who have a passphrase on this device, by place.
func (d *Device) People(ctx context.Context) (list []Person, err error) {
	o, leave, err := d.enter()
	if err != nil {
		return nil, err
	}
	defer leave()
	places, me := o.vault.People()
	for _, place := range places {
		code, err := o.store.Setting(ctx, screenerAt(place))
		if err != nil {
			return nil, err
		}
		list = append(list, Person{Place: place, Code: code, Me: place == me})
	}
	return list, nil
}

// AddPerson gives another screener a passphrase of their own, and says at which place. Errors are those of
// vault.AddPassphrase.
func (d *Device) AddPerson(ctx context.Context, mine vault.Secret, added string) (place int, err error) {
	o, leave, err := d.enter()
	if err != nil {
		return -1, err
	}
	defer leave()
	if place, err = o.vault.AddPassphrase(ctx, mine, []byte(added)); err != nil {
		return -1, err
	}
	for _, setting := range []string{settingScreener, settingSiteRead, settingUndertaking} { // of who had the place before
		if err := o.store.SetSetting(ctx, setting+strconv.Itoa(place), ""); err != nil {
			return place, err
		}
	}
	return place, nil
}

// ChangePassphrase puts another passphrase in the place of one's own. Errors are those of vault.ChangePassphrase.
func (d *Device) ChangePassphrase(ctx context.Context, mine vault.Secret, fresh string) error {
	o, leave, err := d.enter()
	if err != nil {
		return err
	}
	defer leave()
	return o.vault.ChangePassphrase(ctx, mine, []byte(fresh))
}

// RemovePerson takes the passphrase of a place away and begins to write the store anew under a fresh key, so that who
// was removed reads nothing that is kept from then on. Work goes on meanwhile; Rekeying says how far it is. Errors are
// those of vault.RemovePassphrase, after which nothing has changed.
func (d *Device) RemovePerson(ctx context.Context, mine vault.Secret, place int) error {
	return d.renew(func(v *vault.Vault) error { return v.RemovePassphrase(ctx, mine, place) })
}

// ChangeKeys begins to write the store anew under fresh keys without removing anybody: where somebody may have seen
// more than they should. Errors are those of vault.Rekey, after which nothing has changed.
func (d *Device) ChangeKeys(ctx context.Context, mine vault.Secret) error {
	return d.renew(func(v *vault.Vault) error { return v.Rekey(ctx, mine) })
}

func (d *Device) renew(change func(*vault.Vault) error) error {
	o, leave, err := d.enter()
	if err != nil {
		return err
	}
	defer leave()
	if err := change(o.vault); err != nil {
		return err
	}
	d.startRekey(o, true)
	return nil
}

// Rekey is how far the store is written anew.
type Rekey struct {
	Running  bool
	Done, Of int64          // pages
	Failed   screening.Code // why it stopped: the next unlocking goes on; empty for not
}

type progress struct {
	mu  sync.Mutex
	now Rekey
}

func (p *progress) set(r Rekey) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = r
}

// Rekeying says whether the store is being written anew under another key, and how far that is.
func (d *Device) Rekeying() Rekey {
	o, leave, err := d.enter()
	if err != nil {
		return Rekey{}
	}
	defer leave()
	o.rekey.mu.Lock()
	defer o.rekey.mu.Unlock()
	return o.rekey.now
}

// startRekey goes on with a change of keys beside everything else, until it is done or the device is locked; a crash
// or a full disk leaves it to the next unlocking. last says that the store is still under the old key. The caller has
// entered, or holds d.mu.
func (d *Device) startRekey(o *opened, last bool) {
	o.rekey.set(Rekey{Running: true})
	o.owned.Go(func() {
		var err error
		if last {
			err = o.vault.LendDataKey(func(now encvfs.Key) error {
				return o.store.Rekey(o.ctx, now, func(done, of int64) { o.rekey.set(Rekey{Running: true, Done: done, Of: of}) })
			})
		}
		if err == nil {
			err = o.vault.EndRekeying(context.WithoutCancel(o.ctx))
		}
		if err != nil {
			d.o.Log.Error("change of key", "code", screening.CodeOf(err))
			o.rekey.set(Rekey{Failed: screening.CodeOf(err)})
			return
		}
		o.rekey.set(Rekey{})
	})
}

// openStore opens the store of the vault's half. Where a change of keys was cut short it may still be under the last
// one.
func (d *Device) openStore(ctx context.Context, v *vault.Vault) (st *store.Store, last bool, err error) {
	if err := d.settleSeconds(ctx, v); err != nil {
		return nil, false, err
	}
	open := func(key encvfs.Key) error {
		st, err = store.Open(ctx, d.storePath(v.Half()), key, store.Options{Now: d.o.Now, Log: d.o.Log})
		return err
	}
	if !v.Rekeying() {
		err = v.LendDataKey(open)
		return st, false, err
	}
	err = v.LendDataKeys(func(before, now encvfs.Key) error {
		err := open(now)
		if last = errors.Is(err, encvfs.ErrWrongKey); last {
			err = open(before)
		}
		return err
	})
	return st, last, err
}
