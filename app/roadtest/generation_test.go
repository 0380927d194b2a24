package roadtest

import (
	"net/http"
	"testing"

	"leeward/internal/screening"
	"leeward/sync/batch"
)

// Each batch tells the office how often the store had been opened, and under which random id: the numbers of a device
// that goes on as it should only rise. One that was put back to an earlier day says a number that the office has heard
// before, under another id, next to a batch number that is taken: the office keeps both headers and refuses the rival.
func TestGenerationsArrive(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	o.behind(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == http.MethodPatch {
			ok(t, o.keep(r))
		}
		next.ServeHTTP(w, r)
	})
	newest := func() batch.Header {
		t.Helper()
		o.mu.Lock()
		defer o.mu.Unlock()
		if len(o.seen) == 0 {
			t.Fatal("nothing arrived")
		}
		e, err := batch.Parse(o.seen[len(o.seen)-1])
		ok(t, err)
		return e.Header()
	}
	var last batch.Header
	yesterday := t.TempDir()
	for day := range 3 {
		if day == 2 {
			ok(t, f.Lock(background))
			ok(t, copyFolder(f.dir, yesterday))
			f.reopen()
		}
		f.interview()
		f.sync()
		now := newest()
		if now.Generation.N <= last.Generation.N || now.Generation.Open == last.Generation.Open || now.Generation.Open == [16]byte{} {
			t.Errorf("day %d: generation %d after %d, or not under a new id", day, now.Generation.N, last.Generation.N)
		}
		last = now
		ok(t, f.Lock(background))
		f.reopen()
	}
	f.crashTo(yesterday)
	f.interview()
	_, err := f.Sync(t.Context())
	wantCode(t, err, screening.CodeRefused)
	rival := newest()
	if rival.Seq != last.Seq || rival.Generation.N > last.Generation.N || rival.Generation.Open == last.Generation.Open {
		t.Errorf("put back: batch %d of generation %d after batch %d of generation %d, want the same number and an older store",
			rival.Seq, rival.Generation.N, last.Seq, last.Generation.N)
	}
	if s := o.stats(); s.Incidents != 2 { // of the store that is older than was told, and of the rival
		t.Errorf("the office counts %d incidents, want 2", s.Incidents)
	}
}

// A device is put back to the evening before, and what it packed since never arrived: no batch tells of that, only the
// generation of the store, which the office heard when the device asked what it has.
func TestAStoreThatIsPutBackBetweenTwoBatches(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	f.interview()
	f.sync()
	ok(t, f.Lock(background))
	evening := t.TempDir()
	ok(t, copyFolder(f.dir, evening))
	o.behind(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == http.MethodPatch {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		next.ServeHTTP(w, r)
	})
	for range 2 {
		f.reopen()
		if _, err := f.Sync(background); err == nil {
			t.Fatal("a batch arrived")
		}
		ok(t, f.Lock(background))
	}
	o.behind(nil)
	if s := o.stats(); s.Incidents != 0 {
		t.Fatalf("the office counts %d incidents of a device that goes on, want 0", s.Incidents)
	}
	f.crashTo(evening)
	f.sync()
	if s := o.stats(); s.Incidents != 1 {
		t.Errorf("the office counts %d incidents, want 1", s.Incidents)
	}
	ok(t, f.Lock(background))
	f.reopen()
	f.interview()
	f.sync() // it is told once, and the device's batches are as good as any
	if s := o.stats(); s.Incidents != 1 || s.Quarantined != 0 {
		t.Errorf("the office counts %d incidents and %d quarantined batches, want 1 and 0", s.Incidents, s.Quarantined)
	}
	if devices, err := o.records.Devices(t.Context()); err != nil || len(devices) != 1 || !devices[0].PutBack {
		t.Errorf("the list of devices does not show it: %+v, %v", devices, err)
	}
}
