package device

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"leeward/internal/screening"
)

// settingTime is what the office's signed time says of this device's clock, as JSON of a told.
const settingTime = "office_time"

// clockDoubt is how far two clocks may be apart before one of them is called wrong: batches name their hour only, and
// an answer may take its time (internal/office/engine has the same for devices).
const clockDoubt = 2 * time.Hour

// told is what the device keeps of time. Milliseconds.
type told struct {
	Office int64 `json:"office,omitempty"` // that the office signed last: it is later than that now
	Off    int64 `json:"off,omitempty"`    // by how much the office was ahead of this device when it answered it directly
	Open   int64 `json:"open,omitempty"`   // for how long the device has been open since it heard of its office
}

// Clock is what is known of the device's clock.
type Clock int

// What a clock may be, against the time that the office signed. A device cannot know more, and goes on whatever it is:
// no interview, no batch and no receipt waits for a right time.
const (
	ClockGood   Clock = iota // nothing speaks against it
	ClockBehind              // it shows a time that was over when the office last answered
	ClockAhead
)

// Clock tells whether the device's clock is to be trusted: dates in interviews come from it.
func (d *Device) Clock(context.Context) (Clock, error) {
	o, leave, err := d.enter()
	if err != nil {
		return ClockGood, err
	}
	defer leave()
	return d.clockNow(o), nil
}

func (d *Device) clockNow(o *opened) Clock {
	t := o.toldNow()
	doubt := clockDoubt.Milliseconds()
	switch {
	case t.Off > doubt, d.o.Now().UnixMilli() < t.Office-doubt:
		return ClockBehind
	case t.Off < -doubt:
		return ClockAhead
	}
	return ClockGood
}

// moment is the time as well as it is known: by the device's clock, and never before what the office signed. What
// expires expires by it, so that nobody gains time by setting a clock back.
func (d *Device) moment(o *opened) time.Time {
	now := d.o.Now()
	if said := time.UnixMilli(o.toldNow().Office); said.After(now) {
		return said.UTC()
	}
	return now
}

func (o *opened) toldNow() told {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.told
}

// readTime reads what was kept, when the device is opened.
func (o *opened) readTime(ctx context.Context) error {
	o.since = time.Now()
	text, err := o.store.Setting(ctx, settingTime)
	if err != nil || text == "" {
		return err
	}
	if err := json.Unmarshal([]byte(text), &o.told); err != nil {
		return fmt.Errorf("read the time of the office: %w", err)
	}
	return nil
}

// noteTime keeps the office's signed time. An answer to this device's own question is as new as can be, and counts even
// where the office's clock was set back; what a stick brings may be old, and only raises it. here is this device's clock at
// that moment. A zero time is for nothing heard: then the device has been open for a while longer without its office.
func (d *Device) noteTime(ctx context.Context, o *opened, said, here time.Time, direct bool) {
	now := time.Now()
	o.mu.Lock()
	t := o.told
	t.Open += now.Sub(o.since).Milliseconds()
	o.since = now
	switch {
	case said.IsZero():
	case direct:
		t = told{Office: said.UnixMilli(), Off: said.Sub(here).Milliseconds()}
	case said.UnixMilli() > t.Office:
		t.Office, t.Open = said.UnixMilli(), 0
	}
	o.told = t
	o.mu.Unlock()
	text, err := json.Marshal(t)
	if err == nil {
		err = o.store.SetSetting(ctx, settingTime, string(text))
	}
	if err == nil && direct && d.clockNow(o) != ClockGood {
		err = o.store.DoubtClocks(ctx)
	}
	if err != nil {
		d.o.Log.Error("note the office's time", "code", screening.CodeOf(err))
	}
}
