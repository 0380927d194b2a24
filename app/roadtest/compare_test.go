package roadtest

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"leeward/app/device"
	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/vault"
	"leeward/schema/instrument"
)

// compared is a device that says which words it shows, in a hurry.
func compared(t *testing.T) (f *field, words func() string) {
	f = newField(t, instrument.Form())
	ok(t, f.Lock(background))
	var mu sync.Mutex
	var shown []string
	f.Device = device.New(f.dir, device.Options{
		Form: f.form, Version: "roadtest", Now: f.clock.now, Log: f.logger, Dial: f.wire.dial,
		Vault: vault.Options{KDF: vault.FloorKDF, Weak: true}, AskEvery: time.Millisecond,
		Compare: func(words string) {
			mu.Lock()
			defer mu.Unlock()
			shown = append(shown, words)
		},
	})
	ok(t, f.Unlock(t.Context(), passphrase))
	seen := func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(shown) > 0
	}
	return f, func() string {
		for !seen() { // the office knows of the request before the device knows that it waits
			time.Sleep(time.Millisecond)
		}
		mu.Lock()
		defer mu.Unlock()
		if slices.Sort(shown); len(slices.Compact(slices.Clone(shown))) != 1 {
			t.Errorf("the device showed %q, want one line of words", shown)
			return ""
		}
		return shown[0]
	}
}

// applicant waits until a device asks with the newest code.
func (o *office) applicant() casework.Applicant {
	o.t.Helper()
	for {
		all, err := o.records.Applicants(background)
		ok(o.t, err)
		if !all[0].Asked.IsZero() {
			return all[0]
		}
		time.Sleep(time.Millisecond)
	}
}

// TestWordsAreComparedAtBothEnds: what the office shows of a request is what the device shows, and until somebody there
// says so it is not enrolled. What it sealed meanwhile goes out after that.
func TestWordsAreComparedAtBothEnds(t *testing.T) {
	o := newOffice(t)
	f, words := compared(t)
	code, _ := o.codeFor(false)
	enrolled := make(chan error, 1)
	go func() { enrolled <- f.Enrol(t.Context(), code) }()

	asks := o.applicant()
	if of, err := f.Office(background); err != nil || of.Enrolled {
		t.Errorf("before anybody compared: enrolled %v (%v)", of.Enrolled, err)
	}
	ok(t, o.records.AdmitApplicant(background, "registrar", asks.Code, asks.Check))
	ok(t, <-enrolled)
	if said := strings.Join(vault.Spoken(asks.Check), " "); said != words() {
		t.Errorf("the office shows %q, the device %q", said, words())
	}
	if of, err := f.Office(background); err != nil || !of.Enrolled || of.Words != words() {
		t.Errorf("afterwards: %+v (%v), want enrolled, with the words", of, err)
	}
	if _, err := f.Sync(t.Context()); err != nil {
		t.Errorf("the first sync: %v", err)
	}
}

// TestTurnedAwayAtTheOffice: the device says so, and asks again with another code.
func TestTurnedAwayAtTheOffice(t *testing.T) {
	o := newOffice(t)
	f, words := compared(t)
	code, hash := o.codeFor(false)
	ctx, stop := context.WithCancel(t.Context())
	enrolled := make(chan error, 1)
	go func() { enrolled <- f.Enrol(ctx, code) }()
	o.applicant()
	_ = words()
	stop() // the screener did not want to wait
	if err := <-enrolled; screening.CodeOf(err) != screening.CodeOffline {
		t.Errorf("stopped: got %v, want %s", err, screening.CodeOffline)
	}
	ok(t, o.records.TurnAway(background, "registrar", hash))
	wantCode(t, f.Enrol(t.Context(), code), screening.CodeBadCode)
	ok(t, f.Enrol(t.Context(), o.code()))
}
