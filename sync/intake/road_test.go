package intake_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/schema"
	"leeward/sync/batch"
	"leeward/sync/courier"
)

// field is a device with a real store and courier, enrolled over the network at an office of these tests.
type field struct {
	*courier.Courier
	store *store.Store
	cut   *cutter
}

func (o *office) field(t testing.TB, url string, seed byte) *field {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "device"), encvfs.Key{seed}, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	print, err := batch.Fingerprint(o.root)
	if err != nil {
		t.Fatal(err)
	}
	code := batch.EnrolCode{URL: url, Root: print, Secret: [16]byte{seed}}
	o.records.Codes[batch.CodeHash(code.Secret)] = casework.Admission{}
	text, err := code.Text()
	if err != nil {
		t.Fatal(err)
	}
	if code, err = batch.ParseEnrolCode(text); err != nil {
		t.Fatal(err)
	}
	keys := courier.Keys{Sign: signer(seed), TLS: certificate(seed + 1), SealTo: identities()[2].Recipient()}
	e, err := courier.Enrol(t.Context(), code, keys, "leeward test", time.Now, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetEnrolment(t.Context(), e.Enrolment, e.Root); err != nil {
		t.Fatal(err)
	}
	f := &field{store: s, cut: &cutter{}}
	f.cut.set(-1)
	f.Courier = courier.New(courier.Config{
		Outbox: s, Sign: keys.Sign, TLS: keys.TLS, URL: e.URL, Generation: s.Generation, Now: time.Now,
		Log: slog.New(slog.DiscardHandler), Dial: f.cut.dial,
	})
	return f
}

// finish keeps an invented interview as a screener would.
func (f *field) finish(t testing.TB, o *office, told string) screening.InterviewID {
	t.Helper()
	iv := said(o, 0, 1, map[schema.Path]string{"/data/danger": "no", "/data/told": told})
	iv.ID, iv.Status, iv.Finished = screening.NewInterviewID(), screening.Draft, time.Time{}
	iv.Code = screening.NewRespondentCode()
	answers := iv.Answers
	iv.Answers = nil
	if err := f.store.Begin(t.Context(), iv, answers); err != nil {
		t.Fatal(err)
	}
	if err := f.store.Complete(t.Context(), iv.ID, today, nil); err != nil {
		t.Fatal(err)
	}
	return iv.ID
}

func (f *field) rung(t testing.TB, id screening.InterviewID) screening.Rung {
	t.Helper()
	list, err := f.store.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		if s.ID == id {
			return s.Rung
		}
	}
	if _, err := f.store.Interview(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	return screening.RungOpened // the list leaves these out
}

// cutter ends connections after so many bytes, both ways together.
type cutter struct{ budget atomic.Pointer[budget] }

// budget is what may still pass; a negative one never ends.
type budget struct {
	mu    sync.Mutex
	left  int
	spent bool
}

// set makes the cut for the connections from now on.
func (c *cutter) set(after int) *budget {
	b := &budget{left: after}
	c.budget.Store(b)
	return b
}

func (c *cutter) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	return &cutConn{conn, c.budget.Load()}, err
}

// take says how many of n bytes may still pass.
func (b *budget) take(n int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.left < 0 {
		return n
	}
	n = min(n, b.left)
	b.left -= n
	b.spent = b.spent || b.left == 0
	return n
}

func (b *budget) isSpent() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.spent
}

type cutConn struct {
	net.Conn
	cut *budget
}

var errCut = errors.New("cut")

func (c *cutConn) Write(b []byte) (int, error) {
	n := c.cut.take(len(b))
	n, err := c.Conn.Write(b[:n])
	if err == nil && n < len(b) {
		_ = c.Close()
		err = errCut
	}
	return n, err
}

func (c *cutConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if may := c.cut.take(n); may < n {
		_ = c.Close()
		return may, errCut
	}
	return n, err
}

// The connection is cut after every so many bytes of the exchange, from the first to the last. Whatever
// was cut, the device never says more than is true, the office has the interview once, and the next try
// ends it.
func TestCutAnywhere(t *testing.T) {
	o := newOffice(t)
	f := o.field(t, o.serve(t), 1)
	step := 97
	if testing.Short() {
		step = 997
	}
	cuts := 0
	for after := 0; ; after += step {
		id := f.finish(t, o, "told")
		cut := f.cut.set(after)
		_, err := f.Sync(ctx)
		whole := !cut.isSpent()
		f.cut.set(-1)
		if !whole {
			cuts++
			if after == 0 && screening.CodeOf(err) != screening.CodeOffline {
				t.Fatalf("cut at once: got %v, want offline", err)
			}
			if err != nil && screening.CodeOf(err) != screening.CodeOffline {
				t.Fatalf("cut after %d bytes: got %v, want offline", after, err)
			}
			if rung := f.rung(t, id); rung == screening.RungOpened && o.held(id) != 1 {
				t.Fatalf("cut after %d bytes: the device says opened, the office has it %d times", after, o.held(id))
			}
			if _, err := f.Sync(ctx); err != nil {
				t.Fatalf("after the cut at %d: %v", after, err)
			}
		}
		if rung, n := f.rung(t, id), o.held(id); rung != screening.RungOpened || n != 1 {
			t.Fatalf("after the cut at %d: rung %s, and the office has it %d times", after, rung, n)
		}
		if whole {
			break
		}
	}
	if want := 12000 / step; cuts < want {
		t.Errorf("%d cuts, want at least %d: the exchange was not covered", cuts, want)
	}
	o.gapless(t)
}

// held counts in how many recorded batches an interview is.
func (o *office) held(id screening.InterviewID) (n int) {
	o.records.Mu.Lock()
	defer o.records.Mu.Unlock()
	for _, b := range o.records.Batches {
		for _, r := range b.Records {
			if r.Interview == id && r.Kind == casework.KindInterview {
				n++
			}
		}
	}
	return n
}

// gapless checks that what was recorded is one chain.
func (o *office) gapless(t *testing.T) {
	t.Helper()
	o.records.Mu.Lock()
	defer o.records.Mu.Unlock()
	var prev screening.BatchID
	for i, b := range o.records.Batches {
		if b.Seq != uint64(i+1) || b.Prev != prev {
			t.Fatalf("batch %d has number %d", i+1, b.Seq)
		}
		prev = b.Batch
	}
}

func TestManyDevicesAtOnce(t *testing.T) {
	o := newOffice(t)
	url := o.serve(t)
	const devices, each = 4, 5
	var fields []*field
	for n := range devices {
		fields = append(fields, o.field(t, url, byte(10*n+1)))
	}
	var wait sync.WaitGroup
	ids := make([][]screening.InterviewID, devices)
	for n, f := range fields {
		wait.Go(func() {
			for range each {
				ids[n] = append(ids[n], f.finish(t, o, "told"))
				if _, err := f.Sync(ctx); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	for n := range ids {
		for _, id := range ids[n] {
			if o.held(id) != 1 || fields[n].rung(t, id) != screening.RungOpened {
				t.Errorf("device %d: an interview is %d times at the office", n, o.held(id))
			}
		}
	}
}

// The ladder of a device is what the office really did: stored while it is locked, opened when it opened.
func TestLadderFollowsTheOffice(t *testing.T) {
	o := newOffice(t)
	f := o.field(t, o.serve(t), 1)
	o.locked = true
	id := f.finish(t, o, "told")
	if _, err := f.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	if got := f.rung(t, id); got != screening.RungStored {
		t.Errorf("locked office: got rung %s, want stored", got)
	}
	if n, err := f.store.Purge(ctx, time.Now().Add(time.Hour)); n != 0 || err != nil {
		t.Errorf("purged %d interviews that the office has not opened, %v", n, err)
	}
	o.locked = false
	if err := o.Resume(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	if got := f.rung(t, id); got != screening.RungOpened {
		t.Errorf("after the office opened it: got rung %s, want opened", got)
	}
}

func TestWithdrawalTravels(t *testing.T) {
	o := newOffice(t)
	f := o.field(t, o.serve(t), 1)
	id := f.finish(t, o, "PERSONAL")
	if _, err := f.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	if sealed, err := f.store.Withdraw(ctx, id, today); err != nil || !sealed {
		t.Fatalf("withdraw: sealed %v, %v", sealed, err)
	}
	if _, err := f.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	if row := o.records.Rows[id]; row == nil || !row.Withdrawn || row.Content != nil {
		t.Error("the office still shows a withdrawn interview")
	}
	o.wantRedacted(t, 0, []bool{true})
}

func TestRevokedDeviceKeepsItsOutbox(t *testing.T) {
	o := newOffice(t)
	f := o.field(t, o.serve(t), 1)
	id := f.finish(t, o, "told")
	o.records.Revoke(o.records.Devices[0].ID, today)
	_, err := f.Sync(ctx)
	no, ok := errors.AsType[*courier.Refused](err)
	if screening.CodeOf(err) != screening.CodeRefused || !ok || no.Code != screening.ERevoked {
		t.Errorf("got %v, want refused with E_REVOKED beneath", err)
	}
	if got := f.rung(t, id); got != screening.RungSealed {
		t.Errorf("got rung %s, want sealed", got)
	}
}

// An old copy of a device's store comes back to life: the office keeps both headers and takes neither for
// the other.
func TestOldCopyOfADeviceIsFoundOut(t *testing.T) {
	o := newOffice(t)
	f := o.field(t, o.serve(t), 1)
	old := *f
	s, err := store.Open(ctx, filepath.Join(t.TempDir(), "copy"), encvfs.Key{1}, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	e, root, err := f.store.Enrolment(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetEnrolment(ctx, e, root); err != nil {
		t.Fatal(err)
	}
	old.store = s
	config := f.Config
	config.Outbox, config.Generation = s, s.Generation
	old.Courier = courier.New(config)

	f.finish(t, o, "told")
	id := old.finish(t, o, "told")
	if _, err := f.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	_, err = old.Sync(ctx)
	if no, ok := errors.AsType[*courier.Refused](err); !ok || no.Code != screening.EFork {
		t.Errorf("got %v, want E_FORK beneath", err)
	}
	if len(o.records.Incidents) != 1 || old.rung(t, id) != screening.RungSealed {
		t.Errorf("got %d incidents and rung %s, want 1 and sealed", len(o.records.Incidents), old.rung(t, id))
	}
}
