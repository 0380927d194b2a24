package roadtest

import (
	"maps"
	"net/http"
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/sync/batch"
)

// again makes a code for a device that is here to enrol again.
func (o *office) again(id screening.DeviceID) string {
	o.t.Helper()
	print, err := batch.Fingerprint(o.doc)
	ok(o.t, err)
	code := batch.EnrolCode{URL: "https://" + o.addr, Root: print, Secret: batch.NewSecret()}
	text, err := code.Text()
	ok(o.t, err)
	ok(o.t, o.records.AddCodeFor(background, batch.CodeHash(code.Secret), time.Now().Add(time.Hour), true, id))
	return text
}

// A device is put back to an earlier day: the office finds it out, and after enrolling again with new keys everything that
// it holds arrives, once, though its batches could not.
func TestPutBackAndEnrolledAgain(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	first := f.interview()
	f.sync()
	ok(t, f.Lock(background))
	yesterday := t.TempDir()
	ok(t, copyFolder(f.dir, yesterday))
	f.reopen()
	lost := f.interview() // sent, and then forgotten by the device
	f.sync()
	f.crashTo(yesterday)
	kept, more := f.interview(), f.interview()
	_, err := f.Sync(t.Context())
	wantCode(t, err, screening.CodeRefused)

	devices, err := o.records.Devices(background)
	ok(t, err)
	id := devices[0].ID
	before, err := o.records.Device(background, id, 1)
	ok(t, err)
	o.behind(func(w http.ResponseWriter, r *http.Request, next http.Handler) { // the first answer is lost on the way
		answering(r, next)
		panic(http.ErrAbortHandler)
	})
	code := o.again(id)
	wantCode(t, f.Enrol(t.Context(), code), screening.CodeOffline)
	o.behind(nil)
	ok(t, f.Enrol(t.Context(), code))
	now, err := o.records.Device(background, id, 2)
	ok(t, err)
	if now.SignKey == before.SignKey || now.TLSKey == before.TLSKey || now.SealTo == before.SealTo {
		t.Error("the second epoch has a key of the first")
	}
	f.sync()
	o.recorded(first, lost, kept, more)
	f.crash()
	last := f.interview()
	f.sync()
	o.recorded(first, lost, kept, more, last)
	incidents, err := o.records.Incidents(background, 9)
	ok(t, err)
	kinds := map[screening.Code]int{}
	for _, i := range incidents {
		kinds[screening.Code(i.Kind)]++
	}
	if want := map[screening.Code]int{screening.EFork: 1, screening.EBehind: 1}; !maps.Equal(kinds, want) {
		t.Errorf("the office noted %v, want %v: found out, once", kinds, want)
	}
	office, err := f.Office(background)
	if err != nil || office.Words == "" {
		t.Errorf("no words to compare: %v", err)
	}
}

// A code for a new device, or of another office, is refused by a device that is enrolled, and changes nothing.
func TestEnrolAgainWithAWrongCode(t *testing.T) {
	o, elsewhere := newOffice(t), newOffice(t)
	f := o.field(t)
	wantCode(t, f.Enrol(t.Context(), elsewhere.code()), screening.CodeOtherOffice)
	wantCode(t, f.Enrol(t.Context(), o.code()), screening.CodeBadCode)
	id := f.interview()
	f.sync()
	o.recorded(id)
	devices, err := o.records.Devices(background)
	ok(t, err)
	for _, d := range devices {
		if d.Batches > 0 {
			ok(t, f.Enrol(t.Context(), o.again(d.ID))) // the keys of the try before are not used twice
		}
	}
	more := f.interview()
	f.sync()
	o.recorded(id, more)
}
