package courier_test

import (
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
	got, err := courier.Enrol(ctx, codeFor(t, url), keys, "leeward 1.0", long, nil)
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
			if _, err := courier.Enrol(ctx, code, keys, "", time.Now, nil); screening.CodeOf(err) != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}
