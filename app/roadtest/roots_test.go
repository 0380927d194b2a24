package roadtest

import (
	"net/http"
	"strings"
	"testing"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/internal/store"
	"leeward/sync/batch"
	"leeward/sync/bulletin"
	"leeward/sync/intake"
)

// change gives the office another root: another online key, another second reader, and one more root key beside those of
// whom two have to sign.
func (o *office) change(online seal.Signer, escrow seal.Recipient) {
	o.t.Helper()
	before := append(o.config().Before, o.doc)
	print, err := batch.Fingerprint(o.doc)
	ok(o.t, err)
	o.root.Version++
	o.holders = append(o.holders[:len(o.holders):len(o.holders)], seal.NewSigner([32]byte{byte(o.root.Version + 1)}))
	o.root.Prev, o.root.Online = print, online.Public()
	o.root.Payload = append(o.root.Payload[:1:1], escrow)
	o.root.Keys = append(o.root.Keys[:len(o.root.Keys):len(o.root.Keys)], o.holders[len(o.holders)-1].Public())
	doc, err := batch.DraftRoot(o.root)
	ok(o.t, err)
	for _, holder := range o.holders {
		doc, err = batch.CosignRoot(doc, holder)
		ok(o.t, err)
	}
	o.doc = doc
	config := o.config
	o.config = func() intake.Config {
		c := config()
		c.Root, c.Before, c.Online = doc, before, online
		return c
	}
	o.stop()
	o.start()
}

// TestLaterRoot: the office's keys change, by the will of those who hold its root keys. A device that knew the root before
// follows it by itself, hands in what it had sealed under it, and seals the next to all readers of the new one. Somebody who
// has one root key leads no device away.
func TestLaterRoot(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	form := o.publishAll()
	f.sync()
	first := f.interview()
	ok(t, f.Lock(background)) // seals under the first root
	f.reopen()

	print, err := batch.Fingerprint(o.doc)
	ok(t, err)
	stranger, rogue := seal.NewSigner([32]byte{66}), o.root
	rogue.Version, rogue.Prev, rogue.Online = 2, print, seal.NewSigner([32]byte{67}).Public()
	rogue.Keys = append(rogue.Keys[:1:1], stranger.Public())
	file, err := batch.SignRoot(rogue, o.holders[0], stranger)
	ok(t, err)
	o.behind(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if !strings.HasPrefix(r.URL.Path, "/v1/bulletin") {
			next.ServeHTTP(w, r)
			return
		}
		parcel, err := bulletin.Parcel{Roots: [][]byte{file}}.Encode()
		ok(t, err)
		_, _ = w.Write(parcel)
	})
	o.put(casework.NewsDirectory, "", []byte(`{"help": [{"needs": ["medical"], "name": {"en": "Pier Clinic"}}]}`))
	r, err := f.Sync(background)
	if err != nil || r.News.Err == nil || f.rootVersion() != 1 {
		t.Fatalf("a root of one holder and a stranger: %v, news %v, root %d", err, r.News.Err, f.rootVersion())
	}
	o.behind(nil)
	f.sync()
	second := f.interview()
	ok(t, f.Lock(background))
	f.reopen()

	reader, _, err := seal.NewIdentity()
	ok(t, err)
	escrow, err := seal.OpenerFor(reader)
	ok(t, err)
	o.change(seal.NewSigner([32]byte{42}), escrow.Recipient())
	ok(t, o.in.Renew(background))
	f.sync()
	if f.rootVersion() != 2 {
		t.Fatalf("the device knows root %d, want 2", f.rootVersion())
	}
	third := f.interview()
	o.behind(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == http.MethodPatch {
			ok(t, o.keep(r))
		}
		next.ServeHTTP(w, r)
	})
	f.sync()
	o.recorded(first, second, third)
	f.has(form)
	o.mu.Lock()
	last := o.seen[len(o.seen)-1]
	o.mu.Unlock()
	e, err := batch.Parse(last)
	ok(t, err)
	if e.Header().RootVersion != 2 {
		t.Errorf("the last batch was sealed under root %d", e.Header().RootVersion)
	}
	_, _, payload := e.Parts()
	if _, err := escrow.Open(payload, 2); err != nil {
		t.Errorf("the second reader of the new root cannot open the last batch: %v", err)
	}
	f.reopen2()
	f.sync()
}

// TestAwayOverTwoRoots: two devices were away while the office's keys changed twice, its online key each time. One follows both
// roots when it calls, the other finds both on a stick; what they had sealed under the first root is opened, and they seal
// to the readers of the third.
func TestAwayOverTwoRoots(t *testing.T) {
	o := newOffice(t)
	called, carried := o.field(t), o.field(t)
	o.publishAll()
	called.sync()
	carried.sync()
	ids := []screening.InterviewID{called.interview(), carried.interview()}
	for _, f := range []*field{called, carried} {
		ok(t, f.Lock(background)) // seals under the first root
		f.reopen()
	}
	for n := range byte(2) {
		reader, _, err := seal.NewIdentity()
		ok(t, err)
		escrow, err := seal.OpenerFor(reader)
		ok(t, err)
		o.change(seal.NewSigner([32]byte{42 + n}), escrow.Recipient())
		ok(t, o.in.Renew(background))
	}
	called.sync()
	stick := t.TempDir()
	_, err := carried.Carry(background, stick)
	ok(t, err)
	o.takeAll(stick)
	o.answerTo(stick)
	got, err := carried.Collect(background, stick)
	if err != nil || got.News.Err != nil {
		t.Fatalf("collected %+v, %v", got, err)
	}
	for name, f := range map[string]*field{"called": called, "carried": carried} {
		if v := f.rootVersion(); v != 3 {
			t.Errorf("the device that %s knows root %d, want 3", name, v)
		}
		if c := f.counts(); c.Opened != 1 {
			t.Errorf("the device that %s counts %+v, want what it had sealed opened", name, c)
		}
		ids = append(ids, f.interview())
		f.sync()
	}
	o.recorded(ids...)
}

// rootVersion is that of the root that the device follows.
func (f *field) rootVersion() (version uint64) {
	f.t.Helper()
	f.look(func(s *store.Store) {
		e, _, err := s.Enrolment(background)
		ok(f.t, err)
		version = e.RootVersion
	})
	return version
}
