package device

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/internal/vault"
)

// A device has two of everything that a passphrase opens, from its first start and whether or not anybody opens the
// second: halves of the vault, stores, pools of capsules. Which of them is in use is drawn by lot, so that number, size
// and time of the files tell as little as they can (docs/seized.md says what they do tell).
const halves = 2

// defaultReserve is how long both stores are from the beginning, so that the one in use does not outgrow the other
// while it holds fewer than about a hundred interviews.
const defaultReserve = 4 << 20

// waitingSuffix is of a second store that was made for a vault that is not written yet.
const waitingSuffix = ".next"

// StorePath is where the store of a half lies in a device's folder.
func StorePath(dir string, half int) string {
	return filepath.Join(dir, fmt.Sprintf("store%d.db", half))
}

func (d *Device) storePath(half int) string { return StorePath(d.dir, half) }

func (d *Device) poolDir(half int) string {
	return filepath.Join(d.dir, vault.PoolName(half))
}

// makeSecond makes an ordinary, empty store for a half, to wait until the vault is written that has its key.
func (d *Device) makeSecond(ctx context.Context, half int, key encvfs.Key) error {
	path := d.storePath(half) + waitingSuffix
	if err := store.Remove(path); err != nil {
		return err
	}
	st, err := store.Open(ctx, path, key, store.Options{Now: d.o.Now, Log: d.o.Log})
	if err != nil {
		return err
	}
	return errors.Join(st.Reserve(ctx, d.o.Reserve), st.Close())
}

// settleSeconds puts stores that wait into their places, where the vault that has their key was written; others, of a
// change that was cut short before, are removed.
func (d *Device) settleSeconds(ctx context.Context, v *vault.Vault) error {
	for half := range halves {
		path := d.storePath(half)
		if _, err := os.Lstat(path + waitingSuffix); err != nil {
			continue
		}
		fits, err := d.fits(ctx, v, half)
		if err != nil {
			return err
		}
		if fits {
			err = replaceStore(path+waitingSuffix, path)
		} else {
			err = store.Remove(path + waitingSuffix)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// fits reports whether the store that waits for a half is the one whose key the vault has. The first of all stores of
// the other half fits without a key: nobody has it.
func (d *Device) fits(ctx context.Context, v *vault.Vault, half int) (fits bool, err error) {
	path := d.storePath(half)
	try := func(key encvfs.Key) error {
		st, err := store.Open(ctx, path+waitingSuffix, key, store.Options{Now: d.o.Now, Log: d.o.Log})
		if errors.Is(err, encvfs.ErrWrongKey) {
			return nil
		}
		if err != nil {
			return err
		}
		fits = true
		return st.Close()
	}
	if half == v.Half() {
		err = v.LendDataKey(try)
		return fits, err
	}
	if _, err := os.Lstat(path); err != nil {
		return true, nil
	}
	err = v.LendFrontKey(ctx, try)
	if errors.Is(err, vault.ErrNoFront) {
		return false, nil
	}
	return fits, err
}

// replaceStore moves a closed store into the place of another.
func replaceStore(from, to string) error {
	if err := store.Remove(to); err != nil {
		return err
	}
	for _, suffix := range []string{"-tags", "-wal", ""} { // the file itself last: without it nothing is there yet
		if err := os.Rename(from+suffix, to+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return screening.Fail(screening.CodeDisk, fmt.Errorf("move store: %w", err))
		}
	}
	return nil
}

// levelTimes gives the files of both stores the time of now.
func (d *Device) levelTimes() {
	now := d.o.Now()
	for half := range halves {
		for _, suffix := range []string{"", "-tags", "-wal"} {
			err := os.Chtimes(d.storePath(half)+suffix, now, now)
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				d.o.Log.Error("level times", "error", err)
			}
		}
	}
}
