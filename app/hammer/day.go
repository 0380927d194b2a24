package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"leeward/app/device"
	"leeward/internal/screening"
	"leeward/internal/vault"
	"leeward/sync/courier"
)

// day is one device's life in a run.
type day struct {
	*fleet
	n          int
	dir        string
	device     *device.Device
	passphrase string // in memory only
	dice       *rand.Rand
	done       tally
	slept      bool // it was locked in the middle of a talk once
}

// device leads the device with a number from its first passphrase to its last lock.
func (f *fleet) device(ctx context.Context, n int) (tally, error) {
	words, err := vault.Words(vault.GeneratedWords)
	if err != nil {
		return tally{}, err
	}
	d := &day{
		fleet: f, n: n, dir: f.folder(n), passphrase: strings.Join(words, " "),
		dice:   rand.New(rand.NewPCG(f.seed, uint64(n))),
		device: device.New(f.folder(n), device.Options{Form: f.form, Version: "hammer", Vault: f.vault}),
	}
	err = d.work(ctx)
	if end := d.device.Lock(context.WithoutCancel(ctx)); end != nil {
		err = errors.Join(err, fmt.Errorf("lock: %w", end))
	}
	if err == nil {
		d.done.Devices = 1
	}
	return d.done, err
}

func (d *day) work(ctx context.Context) error {
	if !d.device.Fresh() {
		return fmt.Errorf("%s holds a device already: give another -data", d.dir)
	}
	if err := d.unlocking(func() error { return d.device.Create(ctx, d.passphrase) }); err != nil {
		return fmt.Errorf("make passphrase: %w", err)
	}
	err := patiently(ctx, func() error { return d.device.Enrol(ctx, d.codes[d.n-1]) })
	if err != nil {
		return err
	}
	for i := range d.interviews {
		if err := d.conduct(ctx, i); err != nil {
			return fmt.Errorf("interview %d: %w", i+1, err)
		}
		d.done.Finished++
		if d.dice.IntN(3) == 0 { // the office is in reach now and then
			if err := d.sync(ctx); err != nil {
				return err
			}
		}
	}
	if err := d.deliver(ctx); err != nil {
		return err
	}
	return d.lookAgain(ctx)
}

// unlocking runs what derives a key from the passphrase.
func (d *day) unlocking(do func() error) error {
	d.stretch.Lock()
	defer d.stretch.Unlock()
	return do()
}

func (d *day) sync(ctx context.Context) error {
	return patiently(ctx, func() error {
		r, err := d.device.Sync(ctx)
		d.done.Batches += r.Opened // each batch gets one such receipt: afterwards nobody asks about it
		d.done.BytesSent += r.BytesSent
		return err
	})
}

// deliver syncs until the office has opened everything, for as long as an office may take to do it.
func (d *day) deliver(ctx context.Context) error {
	const calls = 6
	for call := range calls {
		if err := d.sync(ctx); err != nil {
			return err
		}
		counts, err := d.device.Counts(ctx)
		if err != nil {
			return fmt.Errorf("count: %w", err)
		}
		if loss(d.done.Finished, counts) == nil {
			return nil
		}
		if err := sleep(ctx, time.Second<<call); err != nil {
			return err
		}
	}
	return nil // lookAgain tells what is missing
}

// lookAgain locks the device, unlocks it and compares what it says with what was done.
func (d *day) lookAgain(ctx context.Context) error {
	if err := d.device.Lock(ctx); err != nil {
		return fmt.Errorf("lock: %w", err)
	}
	if d.between != nil {
		d.between(d.dir)
	}
	if err := d.unlock(ctx); err != nil {
		return err
	}
	counts, err := d.device.Counts(ctx)
	if err != nil {
		return fmt.Errorf("count: %w", err)
	}
	d.done.Opened = counts.Opened
	return loss(d.done.Finished, counts)
}

func (d *day) unlock(ctx context.Context) error {
	if err := d.unlocking(func() error { return d.device.Unlock(ctx, d.passphrase) }); err != nil {
		return fmt.Errorf("unlock: %w", err)
	}
	return nil
}

// patiently tries again what an office that is busy, or a network, refused for now.
func patiently(ctx context.Context, do func() error) (err error) {
	const tries = 6
	for try := range tries {
		err = do()
		no, refused := errors.AsType[*courier.Refused](err)
		passing := screening.CodeOf(err) == screening.CodeOffline || refused && no.Temporary()
		if err == nil || !passing {
			return err
		}
		if try+1 < tries {
			if err := sleep(ctx, 250*time.Millisecond<<try); err != nil {
				return err
			}
		}
	}
	return err
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
