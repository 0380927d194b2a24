package roadtest

import (
	"bytes"
	"testing"
	"time"

	"leeward/app/device"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/internal/vault"
)

// TestClocksAreDoubted: what a device says of its own clock, and what the office notes of it, when it is wrong by years.
// No readable copy stays for years because of it, neither while it is wrong nor when it was set right.
func TestClocksAreDoubted(t *testing.T) {
	for name, c := range map[string]struct {
		wrong time.Duration
		want  device.Clock
	}{
		"ten years late":  {-10 * year, device.ClockBehind},
		"a day early":     {24 * time.Hour, device.ClockAhead},
		"ten years early": {10 * year, device.ClockAhead},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			f := o.field(t)
			f.clock.set(c.wrong)
			f.clockIs(device.ClockGood) // nobody has said anything yet
			id := f.interview()
			f.sync()
			f.clockIs(c.want)
			f.crash()
			f.clockIs(c.want)
			o.recorded(id)
			arrivals, err := o.records.Arrivals(background)
			ok(t, err)
			switch in := arrivals[0]; {
			case (in.ClockDoubts > 0) != (c.want == device.ClockAhead):
				t.Errorf("the office doubts %d batches", in.ClockDoubts)
			case c.want == device.ClockBehind && in.Slowest < -c.wrong-2*time.Hour:
				t.Errorf("a batch that is dated %v back was %v on its way", -c.wrong, in.Slowest)
			}
			doubted := f.interview()
			left := f.begun()
			f.clock.set(0) // somebody sets it right
			f.sync()
			f.clockIs(device.ClockGood)
			trusted := f.interview()
			f.sync()
			for id, want := range map[screening.InterviewID]bool{id: false, doubted: true, trusted: false} {
				if got := o.view(id).Interview.ClockDoubt; got != want {
					t.Errorf("the office doubts the times of an interview: %v, want %v", got, want)
				}
			}
			f.look(func(s *store.Store) {
				if iv, err := s.Interview(background, left.ID()); err != nil || !iv.ClockDoubt {
					t.Errorf("what was begun with a wrong clock is trusted, %v", err)
				}
			})
			ok(t, left.StopAndErase(background))
			incidents, err := o.records.Incidents(background, 10)
			ok(t, err)
			if len(incidents) != 1 || incidents[0].Kind != string(screening.EClock) {
				t.Errorf("the office noted %d incidents, want one of the clock", len(incidents))
			}
			if n, err := f.News(background); err != nil || n.Heard.After(f.clock.now().Add(time.Hour)) || n.Heard.Before(f.clock.now().Add(-time.Hour)) {
				t.Errorf("the office was last heard of at %v, %v", n.Heard, err)
			}
			f.clock.set(25 * time.Hour) // the day that copies stay is over
			f.reopen2()
			f.reopen2() // which waits for what the unlock before began
			if bytes.Contains(f.pages(), []byte(marker)) {
				t.Error("a readable copy of what the office opened is still here")
			}
		})
	}
}

// clockIs looks at what the device says of its clock.
func (f *field) clockIs(want device.Clock) {
	f.t.Helper()
	if got, err := f.Clock(background); err != nil || got != want {
		f.t.Errorf("the device takes its clock for %d, %v, want %d", got, err, want)
	}
}

// reopen2 locks the device and opens it again.
func (f *field) reopen2() {
	f.t.Helper()
	ok(f.t, f.Lock(background))
	f.reopen()
}

// TestAClockThatFallsBackIsNoticedAlone: without any network, by what the office signed before. What expires by the
// office's word does not come back to life.
func TestAClockThatFallsBackIsNoticedAlone(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	f.sync()
	f.clockIs(device.ClockGood)
	f.wire.set(true, -1)
	f.clock.set(-30 * time.Minute)
	f.clockIs(device.ClockGood)
	f.clock.set(-40 * 24 * time.Hour)
	f.clockIs(device.ClockBehind)
	f.reopen2()
	f.clockIs(device.ClockBehind)
	f.interview() // and nobody is kept from an interview
	o.clock.set(-35 * 24 * time.Hour)
	old, err := o.order(vault.ActLimit, 10, o.holders...)
	ok(t, err)
	o.clock.set(0)
	wantCode(t, f.Obey(background, old), screening.CodeBadOrder)
}
