package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"leeward/app/device"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/schema"
	"leeward/sync/courier"
)

// eye is told what happens on a device, when it happens.
type eye interface {
	ready(ctx context.Context, interview int) error // waits until it is this interview's turn
	saving(path schema.Path)                        // an answer is on its way to the disk
	saved(path schema.Path, a schema.Answer)        // and is there
	finished(interview int)
	handsIn() // waits until it is time to hand in what was finished
	believed(root, receipts []byte)
	synced(r courier.Result)
}

// life is what the program of a device is told when it starts: all that does not stand on its disk, where it may have
// been killed before.
type life struct {
	N          int                    `json:"n"`
	Code       string                 `json:"code"`
	Passphrase string                 `json:"passphrase"` // in memory only
	Born       int                    `json:"born"`       // how often it was killed
	Finished   int                    `json:"finished"`   // interviews whose end it had told
	Saved      map[schema.Path]string `json:"saved"`      // sums of the answers of the next that it had told as saved
}

// day is one device's life in a run, or what a kill leaves of it.
type day struct {
	*fleet
	life
	eye
	n      int
	dir    string
	device *device.Device
	dice   *rand.Rand
	done   tally
	slept  bool // it was locked in the middle of a talk once
}

func (f *fleet) day(l life, e eye) *day {
	d := &day{
		fleet: f, life: l, eye: e, n: l.N, dir: f.folder(l.N), dice: rand.New(rand.NewPCG(f.Seed, uint64(l.N+1000*l.Born))),
	}
	d.device = device.New(d.dir, device.Options{Form: f.form, Version: "hammer", Vault: f.vault, Dial: f.dial(), Witness: e.believed})
	return d
}

// device leads the device of a life from its first passphrase to its last lock.
func (f *fleet) device(ctx context.Context, l life, e eye) (tally, error) {
	d := f.day(l, e)
	err := d.work(ctx)
	if end := d.device.Lock(context.WithoutCancel(ctx)); end != nil {
		err = errors.Join(err, fmt.Errorf("lock: %w", end))
	}
	if err == nil {
		d.done.Devices = 1
	}
	return d.done, err
}

func (d *day) work(ctx context.Context) error {
	if err := d.wake(ctx); err != nil {
		return err
	}
	var draft screening.InterviewID
	var err error
	if d.done.Finished, draft, err = d.found(ctx); err != nil {
		return err
	}
	for d.done.Finished < d.Interviews {
		i := d.done.Finished
		if err := d.ready(ctx, i); err != nil {
			return err
		}
		if err := d.conduct(ctx, i, draft); err != nil {
			return fmt.Errorf("interview %d: %w", i+1, err)
		}
		draft = screening.InterviewID{}
		d.done.Finished++
		d.finished(i)
		if !d.together && d.dice.IntN(3) == 0 { // the office is in reach now and then
			if err := d.sync(ctx); err != nil {
				return err
			}
		}
	}
	d.handsIn()
	if err := d.deliver(ctx); err != nil {
		return err
	}
	return d.lookAgain(ctx)
}

// wake makes the device or unlocks it, and makes it one of the office's.
func (d *day) wake(ctx context.Context) error {
	switch {
	case d.Born > 0 && !d.device.Fresh():
		if err := d.unlock(ctx); err != nil {
			return err
		}
	case !d.device.Fresh():
		return fmt.Errorf("%s holds a device already: give another -data", d.dir)
	default:
		if err := d.unlocking(func() error { return d.device.Create(ctx, d.Passphrase) }); err != nil {
			return fmt.Errorf("make passphrase: %w", err)
		}
	}
	office, err := d.device.Office(ctx)
	if err != nil || office.Enrolled {
		return err
	}
	return d.patiently(ctx, func() error { return d.device.Enrol(ctx, d.Code) })
}

// found says how many interviews are finished here, and which one is not. It is not less than was told before a kill.
func (d *day) found(ctx context.Context) (finished int, draft screening.InterviewID, err error) {
	counts, err := d.device.Counts(ctx)
	if err != nil {
		return 0, draft, fmt.Errorf("count: %w", err)
	}
	drafts, err := d.device.Drafts(ctx)
	if err != nil {
		return 0, draft, fmt.Errorf("list: %w", err)
	}
	finished = ends(counts)
	switch {
	case finished < d.life.Finished || finished > d.life.Finished+1 || len(drafts) > 1:
		return 0, draft, fmt.Errorf("%d interviews were finished before a kill, now the device counts %+v", d.life.Finished, counts)
	case len(drafts) == 1:
		return finished, drafts[0].ID, nil
	case finished == d.life.Finished && len(d.Saved) > 0:
		return 0, draft, fmt.Errorf("an interview of which %d answers were saved is gone after a kill", len(d.Saved))
	}
	return finished, draft, nil
}

// ends counts finished interviews.
func ends(c store.Counts) int {
	return c.Saved + c.Sealed + c.Sent + c.Stored + c.Opened + c.Quarantined
}

// unlocking runs what derives a key from the passphrase.
func (d *day) unlocking(do func() error) error {
	d.stretch.Lock()
	defer d.stretch.Unlock()
	return do()
}

func (d *day) sync(ctx context.Context) error {
	return d.patiently(ctx, func() error {
		r, err := d.device.Sync(ctx)
		d.synced(r)
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
	if err := d.unlocking(func() error { return d.device.Unlock(ctx, d.Passphrase) }); err != nil {
		return fmt.Errorf("unlock: %w", err)
	}
	return nil
}

// patiently tries again what an office that is busy, or a network, refused for now.
func (f *fleet) patiently(ctx context.Context, do func() error) (err error) {
	for try := range f.Tries {
		err = do()
		no, refused := errors.AsType[*courier.Refused](err)
		passing := screening.CodeOf(err) == screening.CodeOffline || refused && no.Temporary()
		if err == nil || !passing {
			return err
		}
		if try+1 < f.Tries {
			f.mu.Lock()
			f.total.Again++
			f.mu.Unlock()
			if err := sleep(ctx, 250*time.Millisecond<<min(try, 5)); err != nil {
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
