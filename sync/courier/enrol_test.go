package courier_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/sync/batch"
	"leeward/sync/courier"
)

func codeFor(t *testing.T, url string) batch.EnrolCode {
	t.Helper()
	print, err := batch.Fingerprint(rootOf(t))
	if err != nil {
		t.Fatal(err)
	}
	return batch.EnrolCode{URL: url, Root: print, Secret: [16]byte{1}}
}

func grantFor(t *testing.T, change func(*batch.Grant), registrar byte) func(batch.EnrolRequest) []byte {
	return func(r batch.EnrolRequest) []byte {
		g := batch.Grant{
			Device: deviceID, Epoch: 1, Sign: r.Sign, TLS: r.TLS, SealTo: r.SealTo.String(), RootVersion: 1, Root: r.Root, At: today,
		}
		change(&g)
		file, err := batch.SignGrant(g, signer(registrar))
		if err != nil {
			t.Error(err)
		}
		return file
	}
}

func TestEnrol(t *testing.T) {
	o := newOffice(t)
	o.grant = grantFor(t, func(*batch.Grant) {}, 103)
	url := o.serve(t, 104)
	keys := courier.Keys{Sign: signer(1), TLS: certificate(2), SealTo: identities()[0].Recipient()}
	long := func() time.Time { return time.Date(1971, 1, 1, 0, 0, 0, 0, time.UTC) }
	got, err := courier.Enrol(ctx, codeFor(t, url), keys, "leeward 1.0", long, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := screening.Enrolment{
		Device: deviceID, Epoch: 1, SignKey: signer(1).Public(), TLSKey: tlsKey(2), SealTo: identities()[0].Recipient().String(),
		RootVersion: 1, At: long(),
	}
	if got.Enrolment != want || got.URL != url || got.Office.Office != "North Gate Office" {
		t.Errorf("got %+v at %s of %q", got.Enrolment, got.URL, got.Office.Office)
	}
}

func TestEnrolRefuses(t *testing.T) {
	good := func(*batch.Grant) {}
	for name, c := range map[string]struct {
		tls   byte
		code  func(*batch.EnrolCode)
		grant func(t *testing.T) func(batch.EnrolRequest) []byte
		want  screening.Code
	}{
		"office with another key": {55, func(*batch.EnrolCode) {}, func(t *testing.T) func(batch.EnrolRequest) []byte { return grantFor(t, good, 103) }, screening.CodeWrongOffice},
		"code of another office":  {104, func(c *batch.EnrolCode) { c.Root[0]++ }, func(t *testing.T) func(batch.EnrolRequest) []byte { return grantFor(t, good, 103) }, screening.CodeWrongOffice},
		"code that is used":       {104, func(*batch.EnrolCode) {}, func(*testing.T) func(batch.EnrolRequest) []byte { return nil }, screening.CodeBadCode},
		"grant by another key":    {104, func(*batch.EnrolCode) {}, func(t *testing.T) func(batch.EnrolRequest) []byte { return grantFor(t, good, 102) }, screening.CodeWrongOffice},
		"grant for another device": {104, func(*batch.EnrolCode) {}, func(t *testing.T) func(batch.EnrolRequest) []byte {
			return grantFor(t, func(g *batch.Grant) { g.Sign = signer(66).Public() }, 103)
		}, screening.CodeWrongOffice},
		"nobody there": {104, func(c *batch.EnrolCode) { c.URL = "https://127.0.0.1:1" }, func(t *testing.T) func(batch.EnrolRequest) []byte { return grantFor(t, good, 103) }, screening.CodeOffline},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.grant = c.grant(t)
			code := codeFor(t, o.serve(t, c.tls))
			c.code(&code)
			keys := courier.Keys{Sign: signer(1), TLS: certificate(2), SealTo: identities()[0].Recipient()}
			if _, err := courier.Enrol(ctx, code, keys, "", time.Now, nil, nil); screening.CodeOf(err) != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// TestEnrolWaitsForPeople: while people compare words, the same request goes to the office again, whatever the link does.
func TestEnrolWaitsForPeople(t *testing.T) {
	keys := courier.Keys{Sign: signer(1), TLS: certificate(2), SealTo: identities()[0].Recipient()}
	wanted := true
	enrol := func(t *testing.T, says ...screening.Code) (o *office, shown [][32]byte, got courier.Enrolled, err error) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		o = newOffice(t)
		o.grant, o.compare = grantFor(t, func(*batch.Grant) {}, 103), says
		got, err = courier.Enrol(ctx, codeFor(t, o.serve(t, 104)), keys, "", time.Now, nil, func(_ context.Context, check [32]byte) error {
			shown = append(shown, check)
			if !wanted {
				stop()
			}
			if len(shown) == 5 {
				return context.Canceled
			}
			return nil
		})
		return o, shown, got, err
	}
	o, shown, got, err := enrol(t, screening.EWait, screening.EBusy, screening.EWait)
	if err != nil || len(shown) != 3 || len(o.asks) != 4 {
		t.Fatalf("got %v after %d waits and %d requests, want 3 and 4", err, len(shown), len(o.asks))
	}
	for i := range o.asks {
		if !bytes.Equal(o.asks[i], o.asks[0]) || got.Check != batch.CheckDigest(o.asks[i], codeFor(t, got.URL).Root) {
			t.Errorf("request %d is another, or not what the words stand for", i)
		}
	}
	if shown[0] != got.Check || shown[2] != got.Check {
		t.Error("the words changed while people compared them")
	}
	if _, shown, _, err := enrol(t, screening.EWait, screening.ECode); screening.CodeOf(err) != screening.CodeBadCode || len(shown) != 1 {
		t.Errorf("turned away: got %v after %d waits, want %s after 1", err, len(shown), screening.CodeBadCode)
	}
	if _, shown, _, err := enrol(t, screening.EBusy); screening.CodeOf(err) != screening.CodeRefused || len(shown) != 0 {
		t.Errorf("busy from the start: got %v after %d waits, want a refusal at once", err, len(shown))
	}
	if _, shown, _, err := enrol(t, slices.Repeat([]screening.Code{screening.EWait}, 9)...); !errors.Is(err, context.Canceled) || len(shown) != 5 {
		t.Errorf("stopped: got %v after %d waits, want the reason after 5", err, len(shown))
	}
	wanted = false
	if _, shown, _, err := enrol(t, screening.EWait, screening.EWait); screening.CodeOf(err) != screening.CodeOffline || len(shown) != 1 {
		t.Errorf("given up: got %v after %d waits, want %s after 1", err, len(shown), screening.CodeOffline)
	}
}
