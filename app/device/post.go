package device

import (
	"context"
	"errors"
	"time"

	"leeward/internal/screening"
	"leeward/sync/batch"
	"leeward/sync/courier"
)

// Names of what the store keeps about the office beside the enrolment.
const (
	settingURL  = "office_url"
	settingNews = "office_news"
	settingSaid = "office_words" // that people compare when the device enrols
	settingCode = "office_code"  // hash of the code with which the device last asked to enrol again
)

// Office is what the device knows of the office that it belongs to.
type Office struct {
	Enrolled bool
	Name     string
	Demo     bool      // a demonstration: invented people only
	Missing  Lack      // what of this device's batches the office has not got, though later ones came
	Words    string    // eight, to be compared with those that the office shows; empty for an old enrolment
	Unshown  int       // batches that the office gave a receipt for, and could not show when it was asked
	News     time.Time // of the last sync that went well, by the device's clock; zero for none
}

// Lack are numbers of batches that the office waits for in vain.
type Lack struct {
	Numbers []screening.Span
	Since   time.Time // when this device first heard of the first of them
}

// Office tells to whom the device belongs. A device that belongs to nobody is no error.
func (d *Device) Office(ctx context.Context) (Office, error) {
	o, leave, err := d.enter()
	if err != nil {
		return Office{}, err
	}
	defer leave()
	_, document, err := o.store.Enrolment(ctx)
	if screening.CodeOf(err) == screening.CodeNotEnrolled && err != nil {
		return Office{}, nil
	}
	if err != nil {
		return Office{}, err
	}
	root, err := batch.VerifyRoot(document)
	if err != nil {
		return Office{}, screening.Fail(screening.CodeNotEnrolled, err)
	}
	office := Office{Enrolled: true, Name: root.Office, Demo: root.Demo}
	if office.Words, err = o.store.Setting(ctx, settingSaid); err != nil {
		return Office{}, err
	}
	if office.Missing, err = o.lack(ctx); err != nil {
		return Office{}, err
	}
	lost, err := o.unshown(ctx)
	if err != nil {
		return Office{}, err
	}
	office.Unshown = len(lost)
	office.News, err = o.heard(ctx)
	return office, err
}

// connect makes the courier of an enrolled device.
func (d *Device) connect(ctx context.Context, o *opened) error {
	if _, _, err := o.store.Enrolment(ctx); err != nil {
		return err
	}
	url, err := o.store.Setting(ctx, settingURL)
	if err != nil {
		return err
	}
	byHand, err := o.store.Setting(ctx, settingByHand)
	if err != nil {
		return err
	}
	o.byHand.Store(byHand != "")
	if err := d.keepRecovery(ctx, o); err != nil { // the next unlock tries again
		d.o.Log.Error("keep recovery", "code", screening.CodeOf(err))
	}
	name := o.keys(ctx)
	c := courier.New(courier.Config{
		Outbox: o.store, Sign: o.vault.Signer(name), TLS: o.vault.TLS(name), Open: o.vault.Opener(name), URL: url,
		Generation: o.store.Generation, Now: d.o.Now, Log: d.o.Log, Dial: d.o.Dial, Witness: d.o.Witness,
		News: newsroom{d, o}, Holds: holds{newsroom{d, o}}, Way: d.o.Way(url), ByHand: o.byHand.Load,
		Done: func(r courier.Result, err error) { d.synced(o, r, err) },
	})
	o.mu.Lock()
	copies := o.capsules
	if copies == nil {
		o.capsules = newCapsules(d, o)
	}
	o.mu.Unlock()
	if copies == nil {
		o.owned.Go(func() { o.copier().run(o.ctx) })
	} else { // enrolled anew: sealed anew
		copies.settle(ctx)
	}
	o.begin(c, d.o.Background)
	return nil
}

// Sync seals what waits, sends it and takes receipts, now.
func (d *Device) Sync(ctx context.Context) (courier.Result, error) {
	var r courier.Result
	err := d.withCourier(ctx, func(ctx context.Context, c *courier.Courier) (err error) {
		r, err = c.Sync(ctx)
		return err
	}, func(d *Device, ctx context.Context, o *opened, err error) {
		d.settle(ctx, o, r, err)
		d.noteLack(ctx, o, r.Missing, err)
	})
	err = errors.Join(err, d.seeWipeThrough(ctx))
	d.lockIfRevoked(context.WithoutCancel(ctx))
	return r, err
}

// Carry seals what waits and writes it into dir, a folder of a stick, for the office to take in (courier.Carry).
func (d *Device) Carry(ctx context.Context, dir string) (courier.Carried, error) {
	var done courier.Carried
	err := d.withCourier(ctx, func(ctx context.Context, c *courier.Courier) (err error) {
		done, err = c.Carry(ctx, dir)
		return err
	}, func(d *Device, ctx context.Context, o *opened, _ error) { d.publish(ctx, o) })
	return done, err
}

// Collect takes what the office answered to this device from a folder of a stick (courier.Collect).
func (d *Device) Collect(ctx context.Context, dir string) (courier.Collected, error) {
	var done courier.Collected
	err := d.withCourier(ctx, func(ctx context.Context, c *courier.Courier) (err error) {
		done, err = c.Collect(ctx, dir)
		return err
	}, func(d *Device, ctx context.Context, o *opened, err error) { d.settleStick(ctx, o, done.Result, err) })
	if file, waits := d.wipeWaiting(ctx); waits == nil && file != nil { // its last word, and what is sealed, go back the way it came
		if _, err := d.Carry(ctx, dir); err != nil {
			d.o.Log.Error("carry before the wipe", "code", screening.CodeOf(err))
		}
	}
	err = errors.Join(err, d.seeWipeThrough(ctx))
	d.lockIfRevoked(context.WithoutCancel(ctx))
	return done, err
}

// seeWipeThrough is wipeIfOrdered for a call that the device does not outlive.
func (d *Device) seeWipeThrough(ctx context.Context) error {
	wiped, err := d.wipeIfOrdered(context.WithoutCancel(ctx))
	if wiped {
		return ErrWiped
	}
	return err
}

// withCourier runs do until the device is locked, and then what follows.
func (d *Device) withCourier(
	ctx context.Context, do func(context.Context, *courier.Courier) error, after func(*Device, context.Context, *opened, error),
) error {
	o, leave, err := d.enter()
	if err != nil {
		return err
	}
	defer leave()
	c := o.carrier()
	if c == nil {
		return screening.Fail(screening.CodeNotEnrolled, nil)
	}
	ctx, stop := o.untilLocked(ctx)
	defer stop()
	err = o.withEnrolment(ctx, func(ctx context.Context) error { return do(ctx, c) })
	after(d, context.WithoutCancel(ctx), o, err)
	return err
}

// untilLocked is ctx, ended by locking too: locking does not wait for a slow network.
func (o *opened) untilLocked(ctx context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	unlink := context.AfterFunc(o.ctx, cancel)
	return ctx, func() { unlink(); cancel() }
}

// Finished tells the courier that something waits, if it runs by itself.
func (d *Device) Finished() {
	o, leave, err := d.enter()
	if err != nil {
		return
	}
	defer leave()
	if c := o.carrier(); c != nil && d.o.Background {
		c.Kick()
	}
}

// synced ends a sync that happened by itself.
func (d *Device) synced(o *opened, r courier.Result, err error) {
	d.settle(o.ctx, o, r, err)
	d.noteLack(context.WithoutCancel(o.ctx), o, r.Missing, err)
	if d.o.Synced != nil {
		d.o.Synced(r, err)
	}
	if text, err := o.store.Setting(context.WithoutCancel(o.ctx), settingWipe); err == nil && text != "" {
		go func() { // it ends the courier, whose goroutine this is, and then itself
			if _, err := d.wipeIfOrdered(context.Background()); err != nil {
				d.o.Log.Error("wipe by order", "code", screening.CodeOf(err))
			}
		}()
		return
	}
	if o.revoked.Load() {
		go d.lockIfRevoked(context.Background()) // likewise
	}
}

// settle is what follows a sync: the outbox folder, what the office said of time, the date of the news, and the readable
// copies that the office proved to have opened long enough ago.
func (d *Device) settle(ctx context.Context, o *opened, r courier.Result, err error) {
	ctx = context.WithoutCancel(ctx)
	d.noteTime(ctx, o, r.Heard, r.HeardHere, true)
	d.settleAt(ctx, o, d.o.Now(), err)
}

// settleStick is settle for what a stick brought, which may have been written long ago.
func (d *Device) settleStick(ctx context.Context, o *opened, r courier.Result, err error) {
	ctx = context.WithoutCancel(ctx)
	d.noteTime(ctx, o, r.Heard, r.HeardHere, false)
	heard := r.Heard
	if now := d.o.Now(); heard.After(now) { // one of the two clocks is wrong
		heard = now
	}
	d.settleAt(ctx, o, heard, err)
}

func (d *Device) settleAt(ctx context.Context, o *opened, heard time.Time, err error) {
	d.publish(ctx, o)
	if err == nil {
		d.noteHeard(ctx, o, heard)
	}
	d.purge(ctx, o)
	if c := o.copier(); c != nil && err == nil {
		c.settle(ctx)
	}
}

// noteHeard keeps when the office was last heard of, by the device's clock. A clock that was ahead then, and was set
// right since, would make it the newest for years.
func (d *Device) noteHeard(ctx context.Context, o *opened, heard time.Time) {
	last, err := o.heard(ctx)
	if err == nil && (heard.After(last) || last.After(d.o.Now().Add(clockDoubt))) {
		err = o.store.SetSetting(ctx, settingNews, heard.UTC().Format(time.RFC3339))
	}
	if err != nil {
		d.o.Log.Error("note the news", "code", screening.CodeOf(err))
	}
}

// purge erases the readable copies of what the office proved to have opened, when their time is over.
func (d *Device) purge(ctx context.Context, o *opened) {
	before := d.moment(o).Add(-o.published().rules.Keep(d.o.Retention))
	over, err := d.leaseOver(ctx, o)
	if over {
		before = forever
	}
	if _, perr := o.store.Purge(ctx, before); err != nil || perr != nil {
		err = errors.Join(err, perr)
		d.o.Log.Error("purge", "code", screening.CodeOf(err))
	}
}
