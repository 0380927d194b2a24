package roadtest

import (
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/internal/vault"
)

// TestLeaseEndsWhatTheOfficeHas: two people ordered that a device which is lost to its office for 45 days shows no more of
// what the office has. What it alone holds stays, interviews go on, and the office's next word begins the days anew.
func TestLeaseEndsWhatTheOfficeHas(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	o.publishAll() // whose policy keeps copies for 90 days
	f.sync()
	handed := f.interview()
	if _, err := o.order(vault.ActLease, vault.MinLease-1, o.holders...); err == nil {
		t.Fatal("two people ordered copies gone within two weeks")
	}
	_, err := o.order(vault.ActLease, 45, o.holders...)
	ok(t, err)
	f.sync()
	f.sync() // with its word about the order
	f.wire.set(true, -1)
	alone := f.interview()
	after := func(days int) {
		f.clock.set(time.Duration(days) * 24 * time.Hour)
		f.reopen2()
		f.reopen2() // which waits for what the unlock before began
	}
	lapsed := func(want bool) {
		t.Helper()
		if n, err := f.News(background); err != nil || n.Lapsed != want {
			t.Errorf("lapsed: %v, %v, want %v", n.Lapsed, err, want)
		}
		if f.readable(handed) == want || !f.readable(alone) {
			t.Errorf("lapsed %v: readable are %v of what the office has and %v of what it has not", want, f.readable(handed), f.readable(alone))
		}
	}
	after(44)
	lapsed(false)
	after(46)
	lapsed(true)
	more := f.interview()
	f.wire.set(false, -1)
	o.clock.set(46 * 24 * time.Hour)
	f.sync()
	if n, err := f.News(background); err != nil || n.Lapsed {
		t.Errorf("after a word of the office: %+v, %v", n, err)
	}
	o.recorded(handed, alone, more)
}

// readable says whether the device can still read what was said in an interview.
func (f *field) readable(id screening.InterviewID) (yes bool) {
	f.t.Helper()
	f.look(func(s *store.Store) {
		iv, err := s.Interview(background, id)
		yes = err == nil && len(iv.Answers) > 0
	})
	return yes
}
