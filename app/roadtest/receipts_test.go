package roadtest

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/internal/store"
	"leeward/sync/batch"
)

// long is far past the time that readable copies are kept.
const long = 30 * 24 * time.Hour

// keep notes the body of an upload, and leaves it to be read.
func (o *office) keep(r *http.Request) error {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(b))
	o.mu.Lock()
	defer o.mu.Unlock()
	o.seen = append(o.seen, b)
	return nil
}

// forging answers every question with receipts that change makes of the true ones, signed with key.
func (o *office) forging(key seal.Signer, change func(r *batch.Receipts)) front {
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		status, body := answering(r, next)
		if receipts, err := batch.VerifyReceipts(body, o.root); err == nil {
			change(&receipts)
			if body, err = batch.SignReceipts(receipts, key); err != nil {
				status = http.StatusInternalServerError
			}
		}
		w.WriteHeader(status)
		_, _ = w.Write(body)
	}
}

// each returns a change of every receipt.
func each(change func(r *screening.Receipt)) func(*batch.Receipts) {
	return func(all *batch.Receipts) {
		for i := range all.Receipts {
			change(&all.Receipts[i])
		}
	}
}

// A readable copy leaves the device only after a verified receipt of level OPENED that shows the proof.
func TestInvariant03PurgeOnlyAfterOpened(t *testing.T) {
	stranger := seal.NewSigner([32]byte{9})
	for name, c := range map[string]struct {
		key    seal.Signer // nil: the office's own
		away   bool
		change func(*batch.Receipts)
		code   screening.Code
		rung   store.Counts
	}{
		"stored": {away: true, change: func(*batch.Receipts) {}, rung: store.Counts{Stored: 1}},
		"quarantined, which the log does not say": {change: each(func(r *screening.Receipt) {
			r.Level, r.Code = screening.LevelQuarantined, screening.EOpen
		}), code: screening.CodeBadReceipt, rung: store.Counts{Sent: 1}},
		"opened, signed by a stranger": {
			key: stranger, change: func(*batch.Receipts) {}, code: screening.CodeBadReceipt, rung: store.Counts{Sealed: 1},
		},
		"opened, with another proof": {
			change: each(func(r *screening.Receipt) { r.Proof[0] ^= 1 }),
			code:   screening.CodeBadReceipt, rung: store.Counts{Sent: 1},
		},
		"stored, said to be opened by somebody who could not": {
			away: true, change: each(func(r *screening.Receipt) { r.Level, r.Proof = screening.LevelOpened, [32]byte{7} }),
			code: screening.CodeBadReceipt, rung: store.Counts{Sent: 1},
		},
		"opened, for another device": {
			change: func(r *batch.Receipts) { r.Device[0] ^= 1 }, code: screening.CodeBadReceipt, rung: store.Counts{Sealed: 1},
		},
		"opened, for another batch": {
			change: each(func(r *screening.Receipt) { r.Batch[0] ^= 1 }),
			code:   screening.CodeBadReceipt, rung: store.Counts{Sent: 1},
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			f := o.field(t)
			id := f.interview()
			o.away.Store(c.away)
			key := c.key
			if key == nil {
				key = o.vault.Signer("online")
			}
			o.behind(o.forging(key, c.change))
			_, err := f.Sync(t.Context())
			if c.code == "" {
				ok(t, err)
			} else {
				wantCode(t, err, c.code)
			}
			if got := f.counts(); got != c.rung {
				t.Errorf("the device counts %+v, want %+v", got, c.rung)
			}
			f.clock.set(long)
			_, _ = f.Sync(t.Context())
			f.look(func(s *store.Store) {
				if iv, err := s.Interview(background, id); err != nil || len(iv.Answers) < len(told) {
					t.Fatalf("after %s the readable copy has %d answers, %v", name, len(iv.Answers), err)
				}
			})
			f.clock.set(0)
			o.behind(nil)
			o.away.Store(false)
			ok(t, o.in.Resume(t.Context()))
			f.sync()
			f.clock.set(long)
			f.sync()
			if got := f.counts(); got != (store.Counts{Opened: 1}) || shows(f.pages()) {
				t.Errorf("after the true receipt: %+v; readable copy purged: %v", got, !shows(f.pages()))
			}
			o.once(id)
		})
	}
}

// A receipt leaves the office only after commit: whatever the office's disk held at the moment in which the
// receipt was ready still holds what it says.
func TestInvariant03ReceiptOnlyAfterCommit(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	disks := 0
	o.behind(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		status, body := answering(r, next)
		receipts, err := batch.VerifyReceipts(body, o.root)
		if err == nil && len(receipts.Receipts) == 1 {
			disks++
			disk := t.TempDir()
			if err := copyFolder(o.dir, disk); err != nil {
				t.Error(err)
			}
			if got := o.receiptOn(disk, receipts); got != receipts.Receipts[0].Level {
				t.Errorf("a receipt of level %d leaves, the disk has level %d", receipts.Receipts[0].Level, got)
			}
		}
		w.WriteHeader(status)
		_, _ = w.Write(body)
	})
	f.interview()
	f.sync()
	o.away.Store(true)
	f.interview()
	f.sync()
	if disks != 2 {
		t.Errorf("%d receipts were looked at, want one OPENED and one STORED", disks)
	}
}

// receiptOn asks a copy of the office's disk for the level of the one batch of r.
func (o *office) receiptOn(disk string, r batch.Receipts) screening.Level {
	records, err := o.openRecords(disk)
	if err != nil {
		o.t.Error(err)
		return 0
	}
	defer records.Close()
	a, err := records.Greet(background, hello(r))
	if err != nil || len(a.Receipts) != 1 {
		o.t.Errorf("the copy answers with %d receipts, %v", len(a.Receipts), err)
		return 0
	}
	return a.Receipts[0].Level
}

// A retry sends the same bytes, also after the device died in between, and receiving twice records once.
func TestInvariant04SameBytesOnce(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	id := f.interview()
	hold := func(pass bool) front { // asks nothing of hello, so that the device sends again what is there
		return func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.Method != http.MethodPatch {
				o.forging(o.vault.Signer("online"), func(r *batch.Receipts) { r.Receipts, r.Paths = nil, nil })(w, r, next)
				return
			}
			ok(t, o.keep(r))
			if pass {
				answering(r, next)
			}
			panic(http.ErrAbortHandler)
		}
	}
	for try := range 6 {
		o.behind(hold(try >= 2)) // the first are lost on the way, the others arrive and the answer is lost
		_, err := f.Sync(t.Context())
		wantCode(t, err, screening.CodeOffline)
		if try%2 == 1 {
			f.crash()
		}
	}
	if len(o.seen) < 6 {
		t.Fatalf("%d uploads, want one with each try", len(o.seen))
	}
	for n, b := range o.seen {
		if !bytes.Equal(b, o.seen[0]) {
			t.Errorf("upload %d has other bytes than the first", n)
		}
	}
	o.behind(nil)
	f.sync()
	o.once(id)
	if s := o.stats(); s.Batches != 1 {
		t.Errorf("the office has %d batches, want 1", s.Batches)
	}
	first, err := o.in.Receive(t.Context(), o.seen[0])
	ok(t, err)
	if again, err := o.in.Receive(t.Context(), o.seen[0]); err != nil || again != first || again.Level != screening.LevelOpened {
		t.Errorf("handed in once more: %v, another receipt: %v", err, again != first)
	}
	o.once(id)
}

// One header for one batch id, for ever: of a device that was put back to an older day the office keeps the
// first batch with a number and refuses the second; what is in the second stays on the device.
func TestInvariant04ARivalIsRefused(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	yesterday := t.TempDir()
	ok(t, copyFolder(f.dir, yesterday))
	kept := f.interview()
	f.sync()
	o.once(kept)

	f.crashTo(yesterday) // somebody restored a backup
	f.interview()
	_, err := f.Sync(t.Context())
	wantCode(t, err, screening.CodeRefused)
	if s := o.stats(); s.Batches != 1 || s.Opened != 1 || s.Incidents != 1 {
		t.Errorf("the office counts %+v, want the first batch and one incident", s)
	}
	if rec := o.view(kept); rec.Status != screening.Final {
		t.Errorf("the interview of the first batch is %s", rec.Status)
	}
	if c := f.counts(); c != (store.Counts{Sealed: 1}) {
		t.Errorf("the device counts %+v, want its interview sealed", c)
	}
	if files, _ := filepath.Glob(filepath.Join(f.dir, "outbox", "*.lwb")); len(files) != 1 {
		t.Errorf("%d files lie in the outbox, want the refused one", len(files))
	} else if b, err := os.ReadFile(files[0]); err != nil || len(b) == 0 {
		t.Errorf("the refused batch is gone: %v", err)
	}
}
