package device

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"strings"
	"sync"
	"time"

	"leeward/internal/screening"
	"leeward/internal/vault"
	"leeward/sync/batch"
	"leeward/sync/courier"
)

var (
	errOtherOffice = errors.New("the code is another office's")
	errNewDevice   = errors.New("the code is for a new device")
)

// Enrol joins the office of a code and keeps what the office granted before anything is sealed with it. A device that is
// enrolled enrols again, with new keys, with a code that its office made for it: after that, whatever no receipt came for
// is sealed anew and sent, so that a device whose place somebody else took goes on without losing anything. A code of
// another office carries CodeOtherOffice: what this device holds was said to its office, and goes to no other. A device that
// moves hands in what it has, is wiped, and enrols as a new one. A code for a new device carries CodeBadCode. The enrolment
// before goes on.
//
// Where people at the office compare words first, it goes on until they have, or ctx ends (Options.Compare).
func (d *Device) Enrol(ctx context.Context, code string) error {
	o, leave, err := d.enter()
	if err != nil {
		return err
	}
	defer leave()
	parsed, err := batch.ParseEnrolCode(code)
	if err != nil {
		return err
	}
	asking, stop := o.untilLocked(ctx)
	defer stop()
	before, document, err := o.store.Enrolment(ctx)
	switch {
	case err == nil:
		return d.enrolAgain(asking, o, parsed, before, document)
	case screening.CodeOf(err) != screening.CodeNotEnrolled:
		return err
	}
	got, err := d.ask(asking, o, parsed, keyName)
	if err != nil {
		return err
	}
	return d.join(ctx, o, got)
}

// ask asks the office to admit the keys of a name.
func (d *Device) ask(ctx context.Context, o *opened, code batch.EnrolCode, name string) (courier.Enrolled, error) {
	keys := courier.Keys{Sign: o.vault.Signer(name), TLS: o.vault.TLS(name), SealTo: o.vault.Recipient(name)}
	return courier.Enrol(ctx, code, keys, d.o.Version, d.o.Now, d.o.Dial, d.compare)
}

// askEvery is how often a device asks an office where people have words to compare. It is short: they wait for it.
const askEvery = 3 * time.Second

// compare shows the words of a request, and waits until it is time to send it again.
func (d *Device) compare(ctx context.Context, check [32]byte) error {
	if d.o.Compare != nil {
		d.o.Compare(strings.Join(vault.Spoken(check), " "))
	}
	t := time.NewTimer(cmp.Or(d.o.AskEvery, askEvery))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return screening.Fail(screening.CodeOffline, ctx.Err())
	}
}

// enrolAgain is Enrol for a device that is enrolled.
func (d *Device) enrolAgain(ctx context.Context, o *opened, code batch.EnrolCode, before screening.Enrolment, document []byte) error {
	if print, err := batch.Fingerprint(document); err != nil || print != code.Root {
		return screening.Fail(screening.CodeOtherOffice, errOtherOffice)
	}
	old := o.keys(ctx)
	name := keyName
	if old == keyName {
		name = otherKey
	}
	if err := o.freshKeys(ctx, name, code); err != nil {
		return err
	}
	got, err := d.ask(ctx, o, code, name)
	if err != nil {
		return err
	}
	if got.Enrolment.Device != before.Device {
		return screening.Fail(screening.CodeBadCode, errNewDevice)
	}
	ctx = context.WithoutCancel(ctx) // the office has admitted it
	if err := d.join(ctx, o, got); err != nil {
		return err
	}
	if err := o.vault.DropKeys(ctx, old); err != nil { // no office takes what they sign from here on
		d.o.Log.Error("forget the keys before", "code", screening.CodeOf(err))
	}
	return nil
}

// freshKeys makes the keys for a code. The same code again, after an answer that was lost, has the same keys: the office
// grants it once.
func (o *opened) freshKeys(ctx context.Context, name string, code batch.EnrolCode) error {
	hash := batch.CodeHash(code.Secret)
	asked, err := o.store.Setting(ctx, settingCode)
	if err != nil {
		return err
	}
	if now := hex.EncodeToString(hash[:]); asked != now {
		if err := o.vault.DropKeys(ctx, name); err != nil { // of another try
			return err
		}
		if err := o.vault.AddKeys(ctx, name); err != nil {
			return err
		}
		return o.store.SetSetting(ctx, settingCode, now)
	}
	return o.vault.AddKeys(ctx, name)
}

// keys is the name under which the vault holds the keys of the enrolment.
func (o *opened) keys(ctx context.Context) string {
	e, _, err := o.store.Enrolment(ctx)
	if err == nil && o.vault.Signer(otherKey).Public() == e.SignKey {
		return otherKey
	}
	return keyName
}

// join keeps an enrolment and goes on with it. Nothing of the one before is under way meanwhile.
func (d *Device) join(ctx context.Context, o *opened, got courier.Enrolled) error {
	release := o.end()
	defer release()
	said := strings.Join(vault.Spoken(got.Check), " ")
	for _, s := range [][2]string{{settingURL, got.URL}, {settingSaid, said}} {
		if err := o.store.SetSetting(ctx, s[0], s[1]); err != nil {
			return err
		}
	}
	_, before, _ := o.store.Enrolment(ctx) // not enrolled is no error here
	if err := d.forgetNews(ctx, o, before, got.Root); err != nil {
		return err
	}
	if err := o.store.SetEnrolment(ctx, got.Enrolment, got.Root); err != nil {
		return err
	}
	if err := o.store.Remember(ctx, got.Log); err != nil {
		return err
	}
	return d.connect(ctx, o)
}

// enrolled is what ends with an enrolment: the courier that runs by itself, and calls that use it.
type enrolled struct {
	stop  context.CancelFunc // nil before the first
	ctx   context.Context
	calls sync.RWMutex // held for reading by whoever uses the courier
}

// begin puts a courier to work, by itself if it is to.
func (o *opened) begin(c *courier.Courier, background bool) {
	ctx, stop := context.WithCancel(o.ctx)
	o.mu.Lock()
	o.courier, o.enrolled.ctx, o.enrolled.stop = c, ctx, stop
	o.mu.Unlock()
	if !background {
		return
	}
	o.owned.Go(func() {
		o.enrolled.calls.RLock()
		defer o.enrolled.calls.RUnlock()
		if ctx.Err() == nil {
			c.Run(ctx)
		}
	})
}

// withEnrolment runs do until the enrolment ends.
func (o *opened) withEnrolment(ctx context.Context, do func(context.Context) error) error {
	o.mu.Lock()
	until := o.enrolled.ctx
	o.mu.Unlock()
	o.enrolled.calls.RLock()
	defer o.enrolled.calls.RUnlock()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(until, cancel)()
	return do(ctx)
}

// end stops what goes on with the enrolment, waits for it, and lets nobody begin until release is called.
func (o *opened) end() (release func()) {
	o.mu.Lock()
	stop := o.enrolled.stop
	o.mu.Unlock()
	if stop != nil {
		stop()
	}
	o.enrolled.calls.Lock()
	return o.enrolled.calls.Unlock
}
