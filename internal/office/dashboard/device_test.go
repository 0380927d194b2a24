package dashboard

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// TestADeviceEnrolsAgain: the row of a known device and its page lead to a code that is for that device only; one that is
// trusted no more gets none.
func TestADeviceEnrolsAgain(t *testing.T) {
	b := newBench(t)
	b.arrive(invented())
	c, id := b.in(), b.device.ID.String()
	again := "/devices/" + id + "/enrol"
	for _, path := range []string{"/devices", "/devices/" + id} {
		if a := b.get(path, c); !strings.Contains(a.body, `action="`+again+`"`) {
			t.Errorf("%s: status %d, leads to no code for this device", path, a.StatusCode)
		}
	}
	if a := b.post(again, nil, c); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "LWE1:") || !strings.Contains(a.body, "For device "+id[:8]) {
		t.Errorf("status %d, or the page does not say for which device the code is", a.StatusCode)
	}
	b.post("/devices/enrol", nil, c)
	if len(b.enrolled) != 2 || b.enrolled[0] != id || b.enrolled[1] != "" {
		t.Errorf("codes were made for %q, want the device, then a new one", b.enrolled)
	}
	b.revokeIt()
	if a := b.post(again, nil, c); a.StatusCode != http.StatusUnprocessableEntity || len(b.enrolled) != 2 {
		t.Errorf("of a revoked device: status %d, %d codes", a.StatusCode, len(b.enrolled))
	}
	if a := b.get("/devices/"+id, c); strings.Contains(a.body, again) || !strings.Contains(a.body, "trusted no more") {
		t.Error("the page of a revoked device offers a code, or does not say why not")
	}
	if a := b.get("/devices/"+screening.NewDeviceID().String(), c); a.StatusCode != http.StatusNotFound {
		t.Errorf("a device that is none: status %d", a.StatusCode)
	}
}

// revokeIt ends the trust in the device of the bench.
func (b *bench) revokeIt() {
	b.t.Helper()
	if _, err := b.o.Revoke(b.t.Context(), b.device.ID.String(), time.Time{}); err != nil {
		b.t.Fatal(err)
	}
}

// hold receives a batch of the revoked device.
func (b *bench) hold() {
	b.t.Helper()
	b.seq += 2 // not the one that the device told of
	b.now = b.now.Add(time.Minute)
	header := []byte(fmt.Sprint("held ", b.seq))
	if _, err := b.records.Receive(context.Background(), casework.Arrival{
		Entry: []byte("stored"), Batch: sha256.Sum256(header), Device: b.device.ID, Epoch: 1, Seq: b.seq, Made: b.now, Header: header,
		Sig: make([]byte, 64), Payload: make([]byte, 3000), Hold: screening.ERevoked, HoldEntry: []byte("held"),
	}); err != nil {
		b.t.Fatal(err)
	}
}

// TestAllOfADeviceIsReleasedTwiceConfirmed: a supervisor sees what it is, says again who they are, ticks, and lets go of what
// stood on the page, not of what came since.
func TestAllOfADeviceIsReleasedTwiceConfirmed(t *testing.T) {
	b := newBench(t)
	b.arrive(invented())
	b.revokeIt()
	for range heldShown + 2 {
		b.hold()
	}
	c := b.in()
	page := "/devices/" + b.device.ID.String()
	a := b.get(page, c)
	for _, want := range []string{"52 batches", "153 KB", "Batch no. 105", "and 2 earlier ones", `href="` + page + `/release"`} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page of the device does not show %q", want)
		}
	}
	if arrivals := b.get("/arrivals", c); !strings.Contains(arrivals.body, `href="`+page+`"`) {
		t.Error("the page of arrivals does not lead to the device")
	}
	path := page + "/release"
	if a = b.get(path, c); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "cannot be undone") {
		t.Fatalf("status %d, or it does not say what cannot be undone", a.StatusCode)
	}
	_, rest, _ := strings.Cut(a.body, `name="mark" value="`)
	yes := form("sure", "yes", "mark", rest[:strings.IndexByte(rest, '"')], "many", "52")
	still := func(what string, want int) {
		t.Helper()
		if h, err := b.records.Held(t.Context(), b.device.ID, 1); err != nil || h.Batches != want {
			t.Errorf("%s: %d are held (%v), want %d", what, h.Batches, err, want)
		}
	}
	unsure := form("mark", yes.Get("mark"), "many", "52")
	if a := b.post(path, unsure, c); a.StatusCode != http.StatusBadRequest {
		t.Errorf("without a tick: status %d", a.StatusCode)
	}
	b.now = b.now.Add(proofHolds + time.Second)
	if a := b.post(path, yes, c); a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, `href="/confirm?next=`) {
		t.Errorf("without proof: status %d, or no way to give it", a.StatusCode)
	}
	still("refused", 52)
	b.post("/confirm", form("passphrase", testPass, "next", path), c)
	b.hold() // somebody sends on meanwhile
	if a := b.post(path, form("sure", "yes", "mark", yes.Get("mark"), "many", "51"), c); a.StatusCode != http.StatusConflict {
		t.Errorf("of another number: status %d, want that it is not what was seen", a.StatusCode)
	}
	if a := b.post(path, yes, c); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("release: status %d", a.StatusCode)
	}
	still("released", 1)
	log, err := b.records.Audit(t.Context())
	if last := log[len(log)-1]; err != nil || last.Act != casework.ActRelease || last.Actor != testName {
		t.Errorf("the log says %+v (%v)", last, err)
	}
}

// TestAConfirmationLeadsBack: a form that comes too long after somebody showed who they are is not taken, and its answer leads
// over the page that asks to the page on which the form stands.
func TestAConfirmationLeadsBack(t *testing.T) {
	b := newBench(t)
	b.arrive(invented())
	c := b.in()
	b.now = b.now.Add(proofHolds + time.Second)
	for path, page := range map[string]string{
		"/settings": "/settings", "/reports": "/reports", "/questionnaires": "/questionnaires", "/questionnaires/x/remove": "/questionnaires",
		"/arrivals/" + strings.Repeat("0a", 32) + "/release": "/arrivals", "/people/new": "/people/new",
	} {
		a := b.post(path, nil, c)
		_, rest, _ := strings.Cut(a.body, `href="/confirm?next=`)
		to, _, _ := strings.Cut(rest, `"`)
		if to = strings.ReplaceAll(to, "%2F", "/"); a.StatusCode != http.StatusForbidden || to != page {
			t.Errorf("%s: status %d, leads back to %q, want %q", path, a.StatusCode, to, page)
		}
		if a := b.get(page, c); a.StatusCode == http.StatusNotFound || a.StatusCode == http.StatusForbidden {
			t.Errorf("%s: status %d: no page to go back to", page, a.StatusCode)
		}
	}
}
