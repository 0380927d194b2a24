package roadtest

import (
	"net/http"
	"strings"
	"testing"

	"leeward/internal/office/casework"
	"leeward/internal/seal"
	"leeward/internal/store"
	"leeward/sync/batch"
	"leeward/sync/bulletin"
	"leeward/sync/intake"
)

// change gives the office another root: another online key, a second reader, and a root key that takes another's place.
func (o *office) change(online seal.Signer, escrow seal.Recipient) {
	o.t.Helper()
	before := o.doc
	print, err := batch.Fingerprint(before)
	ok(o.t, err)
	o.holders = append(o.holders[:2:2], seal.NewSigner([32]byte{3}))
	o.root.Version, o.root.Prev, o.root.Online = 2, print, online.Public()
	o.root.Payload = append(o.root.Payload, escrow)
	o.root.Keys = append(o.root.Keys[:2:2], o.holders[2].Public())
	o.doc, err = batch.SignRoot(o.root, o.holders...)
	ok(o.t, err)
	config := o.config
	o.config = func() intake.Config {
		c := config()
		c.Root, c.Before, c.Online = o.doc, [][]byte{before}, online
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
