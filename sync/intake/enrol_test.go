package intake_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/sync/batch"
)

func TestEnrolmentIsAskedForOnce(t *testing.T) {
	o := newOffice(t)
	url := o.serve(t)
	secret := [16]byte{1, 2, 3}
	o.records.Codes[batch.CodeHash(secret)] = casework.Admission{}
	fingerprint, err := batch.Fingerprint(o.root)
	if err != nil {
		t.Fatal(err)
	}
	request := func(secret [16]byte, root [32]byte, seed byte) (batch.EnrolRequest, []byte) {
		r := batch.EnrolRequest{
			Secret: secret, Sign: signer(seed).Public(), TLS: tlsKey(certificate(seed + 1)), SealTo: identities()[2].Recipient(), Root: root,
		}
		sealed, err := batch.SealRequest(r, signer(seed), officeRoot().Intake)
		if err != nil {
			t.Fatal(err)
		}
		return r, sealed
	}
	c := client(t, nil)
	asked, sealed := request(secret, fingerprint, 40)
	var first batch.Grant
	for n := range 2 { // the answer was lost, the device asks again
		status, code, answer := ask(t, c, "POST", url+"/v1/enrol", sealed)
		if status != http.StatusOK {
			t.Fatalf("got %d %s, want 200", status, code)
		}
		g, err := batch.VerifyGrant(answer, signer(103).Public(), asked)
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			first = g
		}
		if g != first || g.Epoch != 1 || g.RootVersion != 1 {
			t.Errorf("asked %d times: got device %s epoch %d, want %s 1", n+1, g.Device, g.Epoch, first.Device)
		}
	}
	for name, r := range map[string][]byte{
		"unknown code": second(request([16]byte{9}, fingerprint, 50)), "used code": second(request(secret, fingerprint, 60)),
		"other root": second(request(secret, [32]byte{1}, 70)),
	} {
		if status, code, _ := ask(t, c, "POST", url+"/v1/enrol", r); status != http.StatusForbidden || code != screening.ECode {
			t.Errorf("%s: got %d %s, want 403 E_CODE", name, status, code)
		}
	}
}

func second[A, B any](_ A, b B) B { return b }

func TestEnrolmentsAreLimited(t *testing.T) {
	o := newOffice(t)
	h := o.Handler()
	last := 0
	for range 40 {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("POST", "/v1/enrol", strings.NewReader("hm")))
		last = w.Code
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the fortieth in a row got status %d, want 429", last)
	}
}
