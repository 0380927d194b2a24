package roadtest

import (
	"net/http"
	"sync"
	"testing"

	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/schema"
)

// truthful fails if the device says more of its interviews than the office can show for them.
func truthful(t testing.TB, f *field, o *office) {
	t.Helper()
	if said, held := f.counts().Opened, o.stats().Opened; said > held {
		t.Fatalf("the device says opened of %d interviews, the office opened %d", said, held)
	}
}

// The connection is cut after every so many bytes of the exchange, from the first of the greeting between
// the programs to the last of the receipt. The device lives on.
func TestCutAfterEverySoManyBytes(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	step := 97
	if testing.Short() {
		step = 1499
	}
	var ids []screening.InterviewID
	cuts := 0
	for at := 0; ; at += step {
		ids = append(ids, f.interview())
		f.wire.set(false, at)
		_, err := f.Sync(t.Context())
		cut := f.wire.wasCut()
		f.wire.set(false, -1)
		if !cut {
			ok(t, err)
			break
		}
		cuts++
		if err != nil && screening.CodeOf(err) != screening.CodeOffline {
			t.Fatalf("cut after %d bytes: got %v, want offline", at, err)
		}
		truthful(t, f, o)
		f.sync()
		if c := f.counts(); c != (store.Counts{Opened: len(ids)}) {
			t.Fatalf("after the cut at %d bytes: %+v, want %d opened", at, c, len(ids))
		}
	}
	o.once(ids...)
	if least := 10000 / step; cuts < least {
		t.Errorf("%d cuts, want %d: the exchange was not covered", cuts, least)
	}
}

// The device dies at every step of the exchange: each write to the wire, each read from it. It starts again
// on what its disk held at that moment, with an office that has heard what went out before.
func TestDeathAtEveryStepOfTheExchange(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	var ids []screening.InterviewID
	for last := 0; ; last++ {
		ids = append(ids, f.interview())
		disk, died := t.TempDir(), false
		var mu sync.Mutex
		left := last
		f.wire.hook(func() { // the courier waits for the wire, so nobody writes to the disk now
			mu.Lock()
			defer mu.Unlock()
			if left--; left == -1 {
				died = copyFolder(f.dir, disk) == nil
				f.wire.set(true, 0) // not a byte more, either way
			}
		})
		_, err := f.Sync(t.Context())
		f.wire.hook(nil)
		f.wire.set(false, -1)
		if !died {
			ok(t, err)
			break
		}
		f.crashTo(disk)
		truthful(t, f, o)
		f.sync()
		if c := f.counts(); c != (store.Counts{Opened: len(ids)}) {
			t.Fatalf("after death at step %d: %+v, want %d opened", last, c, len(ids))
		}
	}
	o.once(ids...)
	if len(ids) < 8 {
		t.Errorf("died at %d steps: the exchange was not covered", len(ids)-1)
	}
}

// The device dies after every answer of a talk, from the one that brings it to the disk to the last, and
// goes on each time.
func TestDeathAfterEveryAnswer(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	s := f.begin()
	id := s.ID()
	say(t, s, append(append([]said{}, beforeConsent...), consented[:2]...)...)
	rest := append(append([]said{}, consented[2:]...), told...)
	expect := schema.Answers{}
	for _, one := range whole()[:len(beforeConsent)+2] {
		expect[one.path] = one.answer
	}
	for i := -1; i < len(rest); i++ {
		if i >= 0 {
			say(t, s, rest[i])
			expect[rest[i].path] = rest[i].answer
		}
		f.crash()
		if c := f.counts(); c != (store.Counts{Drafts: 1}) {
			t.Fatalf("after answer %d: %+v, want one draft", i, c)
		}
		s = f.resume(id)
		for path, a := range expect {
			if got, saved := s.Standing(path); got != a || !saved {
				t.Fatalf("after answer %d and a crash the answer to %s does not stand", i, path)
			}
		}
	}
	end(t, s)
	f.sync()
	o.once(id)
	rec := o.view(id)
	firsts := 0
	for _, r := range rec.Interview.Answers {
		if r.Path == callName {
			firsts++
		}
	}
	if firsts != 2 {
		t.Errorf("the office has %d answers to %s, want the first and its correction", firsts, callName)
	}
}

// The device dies between the stations of the road: finished, sealed, sent, stored. Each time it starts
// again from the disk, and everything finished arrives once.
func TestDeathBetweenStations(t *testing.T) {
	for _, c := range []struct {
		name  string
		reach func(o *office, f *field)
		want  store.Counts // after the crash, before the next sync
	}{
		{"after Complete", func(*office, *field) {}, store.Counts{Saved: 1}},
		{"after Enqueue", func(_ *office, f *field) {
			f.wire.set(true, -1)
			_, err := f.Sync(background)
			wantCode(f.t, err, screening.CodeOffline)
		}, store.Counts{Sealed: 1}},
		{"after the upload, before the receipt", func(o *office, f *field) {
			o.behind(swallow)
			_, err := f.Sync(background)
			wantCode(f.t, err, screening.CodeOffline)
		}, store.Counts{Sealed: 1}},
		{"after a receipt that is worth nothing", func(o *office, f *field) {
			o.behind(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				status, body := answering(r, next)
				if r.Method == http.MethodPatch {
					body[len(body)-1] ^= 1
				}
				w.WriteHeader(status)
				_, _ = w.Write(body)
			})
			_, err := f.Sync(background)
			wantCode(f.t, err, screening.CodeBadReceipt)
		}, store.Counts{Sent: 1}},
		{"after STORED", func(o *office, f *field) {
			o.away.Store(true)
			f.sync()
		}, store.Counts{Stored: 1}},
		{"after OPENED", func(_ *office, f *field) { f.sync() }, store.Counts{Opened: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t)
			f := o.field(t)
			id := f.interview()
			c.reach(o, f)
			f.crash()
			f.wire.set(false, -1)
			o.behind(nil)
			if got := f.counts(); got != c.want {
				t.Errorf("after the crash: %+v, want %+v", got, c.want)
			}
			o.away.Store(false)
			ok(t, o.in.Resume(t.Context()))
			f.sync()
			if got := f.counts(); got != (store.Counts{Opened: 1}) {
				t.Errorf("at the end: %+v, want one opened", got)
			}
			o.once(id)
		})
	}
}

// The office dies too: between the upload and the receipt, and between STORED and OPENED. It starts again
// on what its disk held, and what it signed holds.
func TestTheOfficeDies(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	first := f.interview()
	o.behind(swallow)
	_, err := f.Sync(t.Context())
	wantCode(t, err, screening.CodeOffline)
	o.behind(nil)
	o.crash()
	f.sync()
	o.once(first)

	o.away.Store(true)
	second := f.interview()
	f.sync()
	if c := f.counts(); c != (store.Counts{Opened: 1, Stored: 1}) {
		t.Fatalf("with the payload key away: %+v, want one opened and one stored", c)
	}
	o.crash()
	o.away.Store(false)
	ok(t, o.in.Resume(t.Context()))
	f.sync()
	o.once(first, second)
	if c := f.counts(); c != (store.Counts{Opened: 2}) {
		t.Errorf("at the end: %+v, want two opened", c)
	}
}

// crash ends the office as a power cut does, and starts it again on what its disk held at that moment.
func (o *office) crash() {
	o.t.Helper()
	disk := o.t.TempDir()
	ok(o.t, copyFolder(o.dir, disk))
	o.stop()
	o.dir = disk
	o.start()
}
