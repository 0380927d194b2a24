package roadtest

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"leeward/app/device"
	"leeward/internal/screening"
	"leeward/internal/vault"
	"leeward/schema/instrument"
	"leeward/sync/batch"
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
	return f, func() string {
		mu.Lock()
		defer mu.Unlock()
		if slices.Sort(shown); len(slices.Compact(slices.Clone(shown))) != 1 {
			t.Errorf("the device showed %q, want one line of words", shown)
			return ""
		}
		return shown[0]
	}
}

// TestWordsAreComparedAtBothEnds: what the office shows of a request is what the device shows, and until somebody there
// says so it is not enrolled. What it sealed meanwhile goes out after that.
func TestWordsAreComparedAtBothEnds(t *testing.T) {
	o := newOffice(t)
	f, words := compared(t)
	secret := batch.NewSecret()
	print, err := batch.Fingerprint(o.doc)
	ok(t, err)
	code, err := batch.EnrolCode{URL: "https://" + o.addr, Root: print, Secret: secret}.Text()
	ok(t, err)
	ok(t, o.records.AddCode(background, batch.CodeHash(secret), time.Now().Add(time.Hour), false))
	enrolled := make(chan error, 1)
	go func() { enrolled <- f.Enrol(t.Context(), code) }()

	for asked := false; !asked; time.Sleep(time.Millisecond) {
		all, err := o.records.Applicants(background)
		ok(t, err)
		if asked = !all[0].Asked.IsZero(); !asked {
			continue
		}
		if of, err := f.Office(background); err != nil || of.Enrolled {
			t.Errorf("before anybody compared: enrolled %v (%v)", of.Enrolled, err)
		}
		ok(t, o.records.AdmitApplicant(background, "registrar", all[0].Code, all[0].Check))
		ok(t, <-enrolled)
		if said := strings.Join(vault.Spoken(all[0].Check), " "); said != words() {
			t.Errorf("the office shows %q, the device %q", said, words())
		}
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
	secret := batch.NewSecret()
	print, err := batch.Fingerprint(o.doc)
	ok(t, err)
	code, err := batch.EnrolCode{URL: "https://" + o.addr, Root: print, Secret: secret}.Text()
	ok(t, err)
	ok(t, o.records.AddCode(background, batch.CodeHash(secret), time.Now().Add(time.Hour), false))
	ctx, stop := context.WithCancel(t.Context())
	enrolled := make(chan error, 1)
	go func() { enrolled <- f.Enrol(ctx, code) }()
	for asked := false; !asked; time.Sleep(time.Millisecond) {
		all, err := o.records.Applicants(background)
		ok(t, err)
		asked = !all[0].Asked.IsZero()
	}
	stop() // the screener did not want to wait
	if err := <-enrolled; screening.CodeOf(err) != screening.CodeOffline {
		t.Errorf("stopped: got %v, want %s", err, screening.CodeOffline)
	}
	_ = words()
	ok(t, o.records.TurnAway(background, "registrar", batch.CodeHash(secret)))
	wantCode(t, f.Enrol(t.Context(), code), screening.CodeBadCode)
	ok(t, f.Enrol(t.Context(), o.code()))
}
