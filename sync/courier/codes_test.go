package courier_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/sync/batch"
	"leeward/sync/courier"
	"leeward/sync/fieldtest"
)

// refusing is an office's no, with the rest it asks for.
func refusing(code screening.Code, rest time.Duration) *http.Response {
	h := http.Header{}
	if rest > 0 {
		h.Set("Retry-After", strconv.Itoa(int(rest.Seconds())))
	}
	return &http.Response{
		StatusCode: http.StatusForbidden, Header: h, ProtoMajor: 1, ProtoMinor: 1,
		Body: io.NopCloser(bytes.NewReader(batch.Refusal{Code: code}.Encode())),
	}
}

// deed is what a device does on a code about one batch: how often it hands the batch over in one sync, whether it goes
// on to the others, and whether the office may say yes later without anybody doing anything.
type deed struct {
	tries     int
	onward    bool
	temporary bool
}

// deeds has a row for every code of the wire (FORMAT.md, Codes). In every row the batch stays, byte for byte.
var deeds = map[screening.Code]deed{
	// about this batch, and nothing that another try would change
	screening.EFormat: {tries: 1, onward: true}, screening.EVersion: {tries: 1, onward: true},
	screening.ESig: {tries: 1, onward: true}, screening.EOpen: {tries: 1, onward: true}, screening.ECode: {tries: 1, onward: true},
	// damaged on its way: from the start, three times more
	screening.ERoot: {tries: 4, onward: true}, screening.EHash: {tries: 4, onward: true},
	screening.EOffset: {tries: 3, onward: true}, // goes on where the office says, while that moves anything
	// about the device
	screening.ERevoked: {tries: 1}, screening.EEpoch: {tries: 1}, screening.EFork: {tries: 1},
	// not now
	screening.EAhead: {tries: 1, temporary: true}, screening.EQuota: {tries: 1, temporary: true}, screening.EFull: {tries: 1, temporary: true},
	screening.EBusy: {tries: 1, temporary: true}, screening.EInternal: {tries: 1, temporary: true},
	// what an office notes, or says of single records: as an answer it is like any other that a device does not know
	screening.EForm: {tries: 1, onward: true}, screening.EOwner: {tries: 1, onward: true}, screening.ELog: {tries: 1, onward: true},
	screening.EChain: {tries: 1, onward: true}, screening.EBehind: {tries: 1, onward: true},
	screening.ELost: {tries: 1, onward: true}, screening.EClock: {tries: 1, onward: true},
	screening.EWait: {tries: 1, onward: true}, // what only a request for enrolment is told
}

// TestEveryCode refuses one of three batches with each code there is, then everything, then an enrolment, and gives
// receipts with it.
func TestEveryCode(t *testing.T) {
	codes := fieldtest.WireCodes(t, "../..")
	if len(codes) < 21 {
		t.Fatalf("got %d codes: %v", len(codes), codes)
	}
	for code := range deeds {
		if !slices.Contains(codes, code) {
			t.Errorf("%s is no code", code)
		}
	}
	page, err := os.ReadFile("../batch/FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[deed]bool{}
	for _, code := range codes {
		want, there := deeds[code]
		if !there {
			t.Errorf("nobody has said what a device does on %s", code)
			continue
		}
		if !regexp.MustCompile(`(?m)^\|[^|]*\b` + string(code) + `\b[^|]*\|`).Match(page) {
			t.Errorf("%s is not in FORMAT.md, Codes", code)
		}
		if testing.Short() && seen[want] { // each needs three offices
			continue
		}
		seen[want] = true
		t.Run(string(code), func(t *testing.T) { obeys(t, code, want) })
	}
}

func obeys(t *testing.T, code screening.Code, want deed) {
	o := newOffice(t)
	url := o.serve(t, 104)
	c, box := newCourier(t, url)
	var before [][]byte
	for n := range 3 {
		box.Finals = []screening.Interview{interview(n)}
		if _, err := c.Seal(ctx); err != nil {
			t.Fatal(err)
		}
		before = append(before, bytes.Clone(box.Batches[n].File))
	}
	refused := func(when string) {
		t.Helper()
		_, err := c.Sync(ctx)
		no, ok := errors.AsType[*courier.Refused](err)
		if screening.CodeOf(err) != screening.CodeRefused || !ok || no.Code != code || no.Temporary() != want.temporary {
			t.Errorf("%s: got %v, want refused with %s beneath, temporary %v", when, err, code, want.temporary)
		}
	}
	o.all = code
	refused("all")
	if waits := slices.Repeat([]screening.Rung{screening.RungSealed}, 3); o.patches != 0 || !slices.Equal(box.Rungs(), waits) {
		t.Errorf("to the hello: %d uploads, rungs %v", o.patches, box.Rungs())
	}
	o.all, o.refuse[box.Batches[0].ID] = "", code
	refused("one")
	last := screening.RungSealed
	if want.onward {
		last = screening.RungOpened
	}
	rungs := []screening.Rung{screening.RungSealed, last, last}
	if got := box.Rungs(); o.patches-len(o.seen) != want.tries || !slices.Equal(got, rungs) {
		t.Errorf("one: %d tries and rungs %v, want %d and %v", o.patches-len(o.seen), got, want.tries, rungs)
	}
	for n, b := range box.Batches {
		if !bytes.Equal(b.File, before[n]) {
			t.Errorf("batch %d is gone, or other", n+1)
		}
	}
	delete(o.refuse, box.Batches[0].ID) // the office changed its mind: the same bytes arrive
	if _, err := c.Sync(ctx); err != nil || box.Batches[0].Rung != screening.RungOpened {
		t.Errorf("afterwards: %v, rung %s", err, box.Batches[0].Rung)
	}
	t.Run("enrolment", func(t *testing.T) { admits(t, url, o, code) })
	t.Run("receipt", func(t *testing.T) { quarantines(t, code) })
}

// admits looks at what a device that asks to be admitted makes of a code.
func admits(t *testing.T, url string, o *office, code screening.Code) {
	o.mu.Lock()
	o.bars = code
	o.mu.Unlock()
	want := screening.CodeRefused
	if code == screening.ECode {
		want = screening.CodeBadCode
	}
	keys := courier.Keys{Sign: signer(1), TLS: certificate(2), SealTo: identities()[0].Recipient()}
	_, err := courier.Enrol(ctx, codeFor(t, url), keys, "", time.Now, nil, nil)
	if no, ok := errors.AsType[*courier.Refused](err); screening.CodeOf(err) != want || !ok || no.Code != code {
		t.Errorf("got %v, want %s with %s beneath", err, want, code)
	}
}

// quarantines gives a batch a receipt of quarantine with the code: it stays here, and is asked for again until somebody
// at the office has dealt with it.
func quarantines(t *testing.T, code screening.Code) {
	o := newOffice(t)
	o.level, o.why = screening.LevelQuarantined, code
	c, box := newCourier(t, o.serve(t, 104))
	box.Finals = []screening.Interview{interview(1)}
	r, err := c.Sync(ctx)
	if err != nil || r.Quarantined != 1 || box.Batches[0].Rung != screening.RungQuarantined || box.Batches[0].File == nil {
		t.Fatalf("got %+v, %v, rung %s", r, err, box.Batches[0].Rung)
	}
	o.level = screening.LevelOpened
	proofs.Store(box.Batches[0].ID, box.Batches[0].Proof)
	if r, err := c.Sync(ctx); err != nil || r.Opened == 0 || box.Batches[0].Rung != screening.RungOpened || o.patches != 2 {
		t.Errorf("when it was released: %+v, %v, rung %s, %d uploads", r, err, box.Batches[0].Rung, o.patches)
	}
}

// TestADiskThatRotsIsToldFromALinkThatDoes: where the office says that bytes are wrong and they are wrong here already,
// the device says so, keeps them, and sends the others.
func TestADiskThatRotsIsToldFromALinkThatDoes(t *testing.T) {
	for name, rot := range map[string]func(file []byte){
		"header": func(f []byte) { f[20] ^= 1 }, "signature": func(f []byte) { f[300] ^= 1 }, "payload": func(f []byte) { f[len(f)-1] ^= 1 },
	} {
		o := newOffice(t)
		c, box := newCourier(t, o.serve(t, 104))
		for n := range 2 {
			box.Finals = []screening.Interview{interview(n)}
			if _, err := c.Seal(ctx); err != nil {
				t.Fatal(err)
			}
		}
		rot(box.Batches[0].File)
		o.strict = true
		_, err := c.Sync(ctx)
		if screening.CodeOf(err) != screening.CodeDamaged || box.Batches[0].File == nil || box.Batches[1].Rung != screening.RungOpened {
			t.Errorf("%s: got %v, rungs %v; want damaged, and the other opened", name, err, fmt.Sprint(box.Rungs()))
		}
	}
}
