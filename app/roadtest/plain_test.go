package roadtest

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"leeward/app/session"
	"leeward/internal/screening"
	"leeward/internal/store"
)

// Nothing that a person said is on any disk, in any name, on the wire or in a log, in whatever state an
// interview is. The logs are searched when the test ends.
func TestInvariant02NothingPlain(t *testing.T) {
	scratch := t.TempDir() // whatever puts a temporary file somewhere puts it here
	t.Setenv("TMPDIR", scratch)
	t.Setenv("SQLITE_TMPDIR", scratch)
	o := newOffice(t)
	f := o.field(t)
	look := func(state string) {
		t.Helper()
		hidden(t, state, f.dir, o.dir, scratch)
	}
	before := f.begin()
	say(t, before, beforeConsent...)
	look("before consent")
	say(t, before, value(talkNow, "no"))
	ok(t, before.Abandon(t.Context()))
	look("refused")

	counted := f.begin()
	say(t, counted, append(append([]said{}, beforeConsent...), value(talkNow, "yes"), value(keepAs, "tally"), consented[2])...)
	say(t, counted, told...)
	look("to be counted only, in the middle")
	end(t, counted)
	look("counted only")
	if shows(f.pages()) {
		t.Error("what was said by somebody who asked to be counted only stands in the store")
	}

	draft := f.begin()
	say(t, draft, whole()...)
	look("draft")
	if !shows(f.pages()) {
		t.Fatal("the store of a draft does not hold what was said: the search shows nothing")
	}
	ok(t, draft.Pause(t.Context()))
	look("paused")
	ok(t, f.Lock(t.Context()))
	look("locked")
	f.reopen()
	sealedAndSent(t, o, f, look)

	gone := f.begin()
	say(t, gone, whole()...)
	ok(t, gone.Withdraw(t.Context()))
	look("withdrawn in the talk")
	refused := f.begin()
	say(t, refused, whole()[:len(beforeConsent)+4]...)
	say(t, refused, value(talkNow, "no"))
	if !refused.Over() {
		t.Error("consent was taken back and the talk goes on")
	}
	look("consent taken back")

	all := append(f.wire.bytes(), f.log.bytes()...)
	if all = append(all, o.log.bytes()...); shows(all) || len(f.wire.bytes()) < 10000 || len(o.log.bytes()) < 500 {
		t.Error("the wire or a log shows what was said, or was not searched")
	}
}

// sealedAndSent goes on with the draft through every rung, and takes it back at the end.
func sealedAndSent(t *testing.T, o *office, f *field, look func(string)) {
	t.Helper()
	drafts, err := f.Drafts(t.Context())
	if err != nil || len(drafts) != 1 {
		t.Fatalf("%d drafts, %v; want the one that was paused", len(drafts), err)
	}
	id := drafts[0].ID
	end(t, f.resume(id))
	look("finished")
	f.wire.set(true, -1)
	_, err = f.Sync(t.Context())
	wantCode(t, err, screening.CodeOffline)
	look("sealed")
	f.wire.set(false, -1)
	o.behind(swallow)
	_, err = f.Sync(t.Context())
	wantCode(t, err, screening.CodeOffline)
	o.behind(nil)
	look("sent")
	f.sync()
	look("opened")
	f.clock.set(48 * time.Hour)
	f.sync()
	look("purged")
	travels, err := f.Withdraw(t.Context(), id)
	if err != nil || !travels {
		t.Fatalf("withdraw what was sent: travels %v, %v", travels, err)
	}
	look("withdrawn")
	f.sync()
	look("withdrawn at the office")
	f.clock.set(0)
}

// A crash of the program prints nothing either: what a panic shows of a talk is its id and where it stands.
func TestInvariant02CrashTexts(t *testing.T) {
	f := newField(t, holed(t, area))
	s := f.begin()
	say(t, s, whole()...)
	for _, v := range []any{s, *s, []*session.Session{s}, s.State(), s.Page(), f.Device, fmt.Errorf("stop: %w", fmt.Errorf("%v", s))} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			if shows(fmt.Appendf(nil, verb, v)) {
				t.Errorf("%T with %s shows what was said", v, verb)
			}
		}
	}
	ok(t, s.Withdraw(t.Context()))
}

func TestTheSearchFinds(t *testing.T) {
	wide := func(low, high int) []byte {
		var b []byte
		for _, r := range marker { // of one unit each
			u := [2]byte{}
			u[low], u[high] = byte(r), byte(r>>8)
			b = append(b, u[:]...)
		}
		return b
	}
	for name, b := range map[string][]byte{
		"utf-8": []byte("x" + marker + "y"), "utf-16 le": wide(0, 1), "utf-16 be": wide(1, 0),
	} {
		if !shows(b) {
			t.Errorf("%s: not found", name)
		}
	}
	if shows([]byte(strings.Repeat(marker[1:], 2))) {
		t.Error("found what is not there")
	}
	dir := t.TempDir()
	ok(t, os.WriteFile(filepath.Join(dir, "plain"), []byte(marker), 0o600))
	planted := &silent{TB: t}
	if hidden(planted, "planted", dir); !planted.failed {
		t.Error("a planted file was not found")
	}
	for name, b := range map[string][]byte{
		"schema.db":      []byte("x CREATE TABLE y"),
		"schema.db-wal":  append(make([]byte, 99), "s\x00c\x00r\x00e\x00e\x00n\x00e\x00r\x00"...),
		"words.db":       bytes.Repeat([]byte("words that are neither names nor answers, but no noise "), 3000),
		"schema.db-tags": []byte("\x00r\x00o\x00w\x00i\x00d"),
	} {
		dir, planted := t.TempDir(), &silent{TB: t}
		ok(t, os.WriteFile(filepath.Join(dir, name), b, 0o600))
		if hidden(planted, name, dir); !planted.failed {
			t.Errorf("what was planted in %s was not found", name)
		}
	}
}

// silent notes failures and keeps them to itself.
type silent struct {
	testing.TB
	failed bool
}

func (s *silent) Errorf(string, ...any) { s.failed = true }

// The device says of an interview only what it can back: each rung is looked up where its proof lies.
func TestInvariant10EveryRungIsTrue(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	rung := func(want screening.Rung) {
		t.Helper()
		got := screening.RungOpened // the list leaves these out
		f.look(func(s *store.Store) {
			list, err := s.List(background)
			ok(t, err)
			for _, one := range list {
				got = one.Rung
			}
		})
		if got != want {
			t.Fatalf("the device shows %s, want %s", got, want)
		}
	}
	id := f.interview()
	rung(screening.RungSaved) // looked up on a copy of the disk: it is there

	f.wire.set(true, -1)
	_, err := f.Sync(t.Context())
	wantCode(t, err, screening.CodeOffline)
	rung(screening.RungSealed)
	if files, _ := filepath.Glob(filepath.Join(f.dir, "outbox", "*.lwb")); len(files) != 1 {
		t.Errorf("sealed, and %d files can be handed in", len(files))
	}
	f.wire.set(false, -1)

	uploads := 0
	o.behind(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method != http.MethodPatch {
			next.ServeHTTP(w, r)
			return
		}
		uploads++ // taken whole, kept nowhere, and answered with nothing that counts
		ok(t, o.keep(r))
		_, _ = w.Write([]byte("thank you"))
	})
	_, err = f.Sync(t.Context())
	wantCode(t, err, screening.CodeBadReceipt)
	rung(screening.RungSent)
	if uploads != 1 || o.stats().Batches != 0 {
		t.Errorf("sent: %d uploads, the office has %d batches", uploads, o.stats().Batches)
	}

	o.behind(nil)
	o.away.Store(true)
	f.sync()
	rung(screening.RungStored)
	if s := o.stats(); s.Batches != 1 || s.Opened != 0 {
		t.Errorf("stored: the office counts %+v", s)
	}
	f.sync()
	rung(screening.RungStored) // asking again makes nothing truer

	o.away.Store(false)
	ok(t, o.in.Resume(t.Context()))
	rung(screening.RungStored) // until a receipt says so
	f.sync()
	rung(screening.RungOpened)
	if rec := o.view(id); len(rec.Interview.Answers) == 0 {
		t.Error("opened, and no reviewer can read it")
	}
	if c := f.counts(); c != (store.Counts{Opened: 1}) {
		t.Errorf("at the end: %+v, want one opened", c)
	}
}
