package device

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/internal/vault"
)

// Loss is what a wipe would destroy, and what would stay.
type Loss struct {
	Drafts   int // unfinished interviews
	Copied   int // unfinished, of which a recovery copy stays
	Unsealed int // finished, and nothing can be sealed since the device belongs to no office
	Sealed   int // finished, and sealed or to be sealed by the wipe, not yet proved to have been opened: they stay, sealed
}

// Loss says what a wipe would destroy now. It destroys the keys of both halves; the second half is not looked into.
func (d *Device) Loss(ctx context.Context) (Loss, error) {
	o, leave, err := d.enter()
	if err != nil {
		return Loss{}, err
	}
	defer leave()
	c, err := o.store.Counts(ctx)
	if err != nil {
		return Loss{}, err
	}
	l := Loss{Drafts: c.Drafts, Unsealed: c.Saved, Sealed: c.Sealed + c.Sent + c.Stored + c.Quarantined}
	if o.carrier() != nil {
		l.Unsealed, l.Sealed = 0, l.Sealed+c.Saved
	}
	if copies := o.copier(); copies != nil {
		if l.Copied, err = copies.drafts(ctx); err != nil {
			return Loss{}, err
		}
		l.Drafts -= l.Copied
	}
	return l, nil
}

// Wipe destroys the keys of the device, and with them everything that can be read on it, for somebody who has a
// place here. What is finished is sealed first, if the device belongs to an office. Sealed batches,
// recovery copies and the recovery file stay, in a folder of their own; the device is as fresh afterwards. Errors are
// those of vault.Confirm, after which nothing has changed; or of the disk: then the next start goes on with it.
func (d *Device) Wipe(ctx context.Context, mine vault.Secret) error {
	o, leave, err := d.enter()
	if err != nil {
		return err
	}
	_, err = o.vault.Confirm(ctx, mine)
	leave()
	if err != nil {
		return err
	}
	return d.wipe(ctx)
}

// wipe is Wipe for what asks no passphrase: an order.
func (d *Device) wipe(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open == nil {
		return ErrLocked
	}
	ctx = context.WithoutCancel(ctx)
	if err := d.shut(ctx, d.open); err != nil {
		d.o.Log.Error("shut before the wipe", "code", screening.CodeOf(err)) // what comes now matters more
	}
	if err := d.mark(); err != nil {
		return err
	}
	return d.finishWipe(ctx)
}

func (d *Device) wipePath() string { return filepath.Join(d.dir, "wipe") }

// mark makes it durable that a wipe has begun: whatever interrupts it, the next start sees it through.
func (d *Device) mark() error {
	f, err := os.OpenFile(d.wipePath(), os.O_WRONLY|os.O_CREATE, 0o600)
	if err == nil {
		err = errors.Join(f.Sync(), f.Close(), syncDir(d.dir))
	}
	if err != nil {
		return screening.Fail(screening.CodeDisk, fmt.Errorf("begin wipe: %w", err))
	}
	return nil
}

// finishWipe does what a wipe that was begun still has to do: the keys first, then what only they opened. It may be
// cut and repeated at any step.
func (d *Device) finishWipe(ctx context.Context) error {
	if _, err := os.Lstat(d.wipePath()); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err := vault.Destroy(ctx, d.vaultPath()); err != nil {
		return err
	}
	for half := range halves {
		for _, path := range []string{d.storePath(half), d.storePath(half) + waitingSuffix} {
			if err := store.Remove(path); err != nil {
				return err
			}
		}
	}
	err := errors.Join(d.sweepPractice(), remove(d.vaultPath()+".ask"), d.setAside(), remove(d.wipePath()), syncDir(d.dir))
	if err != nil {
		return screening.Fail(screening.CodeDisk, fmt.Errorf("wipe: %w", err))
	}
	return nil
}

// setAside moves what nobody needs a passphrase for out of the way of the device that comes after this one.
func (d *Device) setAside() error {
	names := []string{vault.OutboxName, vault.RecoveryName}
	for half := range halves {
		names = append(names, vault.PoolName(half))
	}
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	left := filepath.Join(d.dir, "left-"+hex.EncodeToString(b[:]))
	if err := os.Mkdir(left, 0o700); err != nil {
		return err
	}
	for _, name := range names {
		if err := os.Rename(filepath.Join(d.dir, name), filepath.Join(left, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if err := os.Remove(left); err == nil { // there was nothing: a cut came after everything was moved
		return nil
	}
	return syncDir(left)
}

func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
