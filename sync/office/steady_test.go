package main

import (
	"io"
	"strings"
	"testing"
	"time"
)

// TestClockLeaps: a leap in either direction puts off what is erased for its age by a week, and doctor says so; a holiday
// or a second that is set back does not.
func TestClockLeaps(t *testing.T) {
	const day = 24 * time.Hour
	o := newTestOffice(t)
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	p := o.program(io.Discard)
	p.Now = func() time.Time { return at }
	opened, err := p.openOffice(t.Context(), where{data: o.dir, passphrase: o.pass})
	if err != nil {
		t.Fatal(err)
	}
	defer opened.close()
	for _, step := range []struct {
		what string
		by   time.Duration
		even bool
		look bool
	}{
		{"a new office", 0, false, false},
		{"a week later", 7 * day, true, false},
		{"after a holiday", 13 * day, true, false},
		{"set back by a second", -time.Second, true, false},
		{"ten years ahead", 3650 * day, false, true},
		{"an hour later", time.Hour, false, true},
		{"set right again", -3650 * day, false, true},
		{"six days later", 6 * day, false, true},
		{"and another", day, true, false},
	} {
		at = at.Add(step.by)
		if even, err := opened.watchClock(t.Context()); err != nil || even != step.even {
			t.Errorf("%s: even %v (%v), want %v", step.what, even, err, step.even)
		}
		if c := opened.checkLeap(t.Context()); (c.State == stateLook) != step.look || step.look && !strings.Contains(c.Advice, "set it") {
			t.Errorf("%s: doctor says %+v", step.what, c)
		}
	}
}
