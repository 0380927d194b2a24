package roadtest

import (
	"path/filepath"
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/schema/instrument"
)

const year = 366 * 24 * time.Hour

// A device whose clock is wrong by ten years interviews and syncs as any other; so does one whose clock is
// set right, or wrong, in the middle, and one whose office is wrong.
func TestWrongClocks(t *testing.T) {
	for name, c := range map[string]struct{ device, then, office time.Duration }{
		"ten years late":                  {device: -10 * year, then: -10 * year},
		"ten years early":                 {device: 10 * year, then: 10 * year},
		"set right in the middle":         {device: -10 * year},
		"falls back ten years":            {then: -10 * year},
		"jumps ahead ten years":           {then: 10 * year},
		"the office is ten years late":    {office: -10 * year},
		"the office is ten years early":   {office: 10 * year},
		"both are wrong, in opposite way": {device: 10 * year, then: 10 * year, office: -10 * year},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			f := o.field(t)
			o.clock.set(c.office)
			f.clock.set(c.device)
			first := f.interview()
			f.sync()
			s := f.begin()
			say(t, s, whole()[:len(beforeConsent)+4]...)
			f.clock.set(c.then)
			f.crash()
			s = f.resume(s.ID())
			say(t, s, told...)
			second := s.ID()
			end(t, s)
			f.sync()
			if got := f.counts(); got.Opened != 2 || got != (store.Counts{Opened: 2}) {
				t.Errorf("the device counts %+v, want two opened", got)
			}
			o.recorded(first, second)
			incidents, err := o.records.Incidents(t.Context(), 10)
			ok(t, err)
			for _, i := range incidents { // the office is told of the clock, and of nothing else
				if i.Kind != string(screening.EClock) {
					t.Errorf("the office notes %s", i.Kind)
				}
			}
			if s := o.stats(); s.Quarantined != 0 {
				t.Errorf("the office counts %+v", s)
			}
			last := uint64(0)
			for _, r := range o.view(second).Interview.Answers {
				if r.Seq <= last {
					t.Fatalf("answer %d comes after answer %d", r.Seq, last)
				}
				last = r.Seq
			}
			ok(t, f.Lock(t.Context()))
			f.reopen() // nobody is kept waiting at the passphrase because of a clock
		})
	}
}

// An interview that crosses a device's enrolment: nobody to send to at first.
func TestInterviewsBeforeEnrolment(t *testing.T) {
	o := newOffice(t)
	f := newField(t, instrument.Form())
	id := f.interview()
	_, err := f.Sync(t.Context())
	wantCode(t, err, screening.CodeNotEnrolled)
	ok(t, f.Lock(t.Context()))
	f.reopen()
	if c := f.counts(); c != (store.Counts{Saved: 1}) {
		t.Errorf("before enrolment: %+v, want one saved", c)
	}
	wantCode(t, f.Enrol(t.Context(), o.code()[:20]), screening.CodeBadCode)
	f.wire.set(true, -1)
	code := o.code()
	wantCode(t, f.Enrol(t.Context(), code), screening.CodeOffline)
	f.wire.set(false, -1)
	ok(t, f.Enrol(t.Context(), code))
	f.sync()
	o.once(id)
}

// While the office cannot be reached, or somebody else answers at its address, interviews go on and the
// outbox keeps all of them; afterwards they arrive.
func TestTheOutboxKeepsAll(t *testing.T) {
	o, impostor := newOffice(t), newOffice(t)
	f := o.field(t)
	var ids []screening.InterviewID
	for n, c := range []struct {
		name    string
		trouble func()
		code    screening.Code
	}{
		{"no network", func() { f.wire.set(true, -1) }, screening.CodeOffline},
		{"nobody listens", func() { f.wire.redirect("127.0.0.1:1") }, screening.CodeOffline},
		{"another office answers", func() { f.wire.redirect(impostor.addr) }, screening.CodeWrongOffice},
		{"the office is off", func() { o.stop() }, screening.CodeOffline},
	} {
		f.wire.set(false, -1)
		f.wire.redirect("")
		c.trouble()
		ids = append(ids, f.interview())
		_, err := f.Sync(t.Context())
		wantCode(t, err, c.code)
		if n%2 == 1 {
			f.crash()
		} else {
			ok(t, f.Lock(t.Context()))
			f.reopen()
		}
		if got := f.counts(); got != (store.Counts{Sealed: len(ids)}) {
			t.Errorf("%s: %+v, want %d sealed", c.name, got, len(ids))
		}
		if files, _ := filepath.Glob(filepath.Join(f.dir, "outbox", "*.lwb")); len(files) != len(ids) {
			t.Errorf("%s: %d sealed files, want %d", c.name, len(files), len(ids))
		}
	}
	if s := impostor.stats(); s.Batches != 0 || s.Incidents != 0 {
		t.Errorf("the other office got something: %+v", s)
	}
	f.wire.redirect("")
	o.start()
	f.sync()
	o.once(ids...)
	if got := f.counts(); got != (store.Counts{Opened: len(ids)}) {
		t.Errorf("at the end: %+v, want %d opened", got, len(ids))
	}
}

// A wrong passphrase opens nothing and loses nothing.
func TestAWrongPassphraseLosesNothing(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	id := f.interview()
	ok(t, f.Lock(t.Context()))
	for range 3 {
		wantCode(t, f.Unlock(t.Context(), "something else altogether"), screening.CodeWrongPassphrase)
	}
	f.clock.set(time.Hour) // whatever wait there is has passed
	f.reopen()
	f.sync()
	o.once(id)
}
