package courier_test

import (
	"errors"
	"slices"
	"testing"

	"leeward/internal/screening"
	"leeward/sync/batch"
	"leeward/sync/courier"
	"leeward/sync/fieldtest"
)

func TestForgedReceiptsClimbNothing(t *testing.T) {
	for name, forge := range map[string]func(*office){
		"another key":      func(o *office) { o.key = signer(77) },
		"another device":   func(o *office) { o.forge = func(r *batch.Receipts) { r.Device[0]++ } },
		"another epoch":    func(o *office) { o.forge = func(r *batch.Receipts) { r.Epoch++ } },
		"another question": func(o *office) { o.forge = func(r *batch.Receipts) { r.Nonce[0]++ } },
		"another batch": func(o *office) {
			o.forge = func(r *batch.Receipts) {
				for i := range r.Receipts {
					r.Receipts[i].Batch[0]++
				}
			}
		},
		"a batch nobody asked about": func(o *office) {
			o.forge = func(r *batch.Receipts) {
				r.Receipts = append(r.Receipts, screening.Receipt{Batch: screening.BatchID{1}, Level: 1})
				o.prove(r, o.asked)
			}
		},
		"no receipt": func(o *office) {
			o.forge = func(r *batch.Receipts) {
				if len(r.Receipts) > 0 {
					r.Receipts, r.Paths = nil, nil
				}
			}
		},
		"a proof that it cannot have": func(o *office) {
			o.forge = func(r *batch.Receipts) {
				for i := range r.Receipts {
					r.Receipts[i].Proof[0]++
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			forge(o)
			c, box := newCourier(t, o.serve(t, 104))
			box.Finals = []screening.Interview{interview(1)}
			r, err := c.Sync(ctx)
			if screening.CodeOf(err) != screening.CodeBadReceipt {
				t.Errorf("got %v, want bad_receipt", err)
			}
			if box.Batches[0].Rung > screening.RungSent || r.Stored+r.Opened != 0 {
				t.Errorf("got rung %s and %+v", box.Batches[0].Rung, r)
			}
		})
	}
}

// A receipt for an old batch that proves nothing does not keep the new one here.
func TestOneBadReceiptHoldsUpNoOther(t *testing.T) {
	o := newOffice(t)
	c, box := newCourier(t, o.serve(t, 104))
	o.level = screening.LevelStored
	if _, err := c.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	o.level = screening.LevelOpened // without the proof, which nobody stored
	box.Finals = []screening.Interview{interview(1)}
	if _, err := c.Sync(ctx); screening.CodeOf(err) != screening.CodeBadReceipt {
		t.Errorf("got %v, want bad_receipt", err)
	}
	if want := []screening.Rung{screening.RungStored, screening.RungOpened}; !slices.Equal(box.Rungs(), want) {
		t.Errorf("got rungs %v, want %v", box.Rungs(), want)
	}
}

// A device that saw a log takes no receipts from an office whose log is another, or shorter.
func TestForkedOrShrunkLogIsRefused(t *testing.T) {
	for name, change := range map[string]func(*fieldtest.Tree){
		"shrunk": func(l *fieldtest.Tree) { *l = fieldtest.Tree{} },
		"forked": func(l *fieldtest.Tree) {
			size := l.Size()
			*l = fieldtest.Tree{}
			for n := range size + 5 {
				l.Enter([]byte{byte(n)})
			}
		},
	} {
		o := newOffice(t)
		c, box := newCourier(t, o.serve(t, 104))
		for n := range 3 {
			box.Finals = []screening.Interview{interview(n)}
			if _, err := c.Sync(ctx); err != nil {
				t.Fatal(err)
			}
		}
		seen := box.Log
		if seen.Size != o.log.Size() || seen.Size < 6 || len(seen.Note) == 0 {
			t.Fatalf("the device remembers a log of %d entries, the office has %d", seen.Size, o.log.Size())
		}
		change(&o.log)
		box.Finals = []screening.Interview{interview(9)}
		if _, err := c.Sync(ctx); screening.CodeOf(err) != screening.CodeBadReceipt || !errors.Is(err, batch.ErrLog) {
			t.Errorf("%s: got %v, want %v", name, err, batch.ErrLog)
		}
		if last := box.Batches[3].Rung; last != screening.RungSealed || box.Log.Size != seen.Size {
			t.Errorf("%s: rung %s, remembered log of %d", name, last, box.Log.Size)
		}
	}
}

func TestWrongOffice(t *testing.T) {
	o := newOffice(t)
	c, box := newCourier(t, o.serve(t, 55)) // right answers, another key
	box.Finals = []screening.Interview{interview(1)}
	if _, err := c.Sync(ctx); screening.CodeOf(err) != screening.CodeWrongOffice {
		t.Errorf("got %v, want wrong_office", err)
	}
	if o.hellos != 0 || box.Batches[0].Rung != screening.RungSealed {
		t.Errorf("%d hellos reached the wrong office; rung %s", o.hellos, box.Batches[0].Rung)
	}
}

func TestOneRefusedBatchHoldsUpNoOther(t *testing.T) {
	o := newOffice(t)
	c, box := newCourier(t, o.serve(t, 104))
	for n := range 3 {
		box.Finals = []screening.Interview{interview(n)}
		if _, err := c.Seal(ctx); err != nil {
			t.Fatal(err)
		}
	}
	o.refuse[box.Batches[1].ID] = screening.EFormat
	_, err := c.Sync(ctx)
	no, ok := errors.AsType[*courier.Refused](err)
	if screening.CodeOf(err) != screening.CodeRefused || !ok || no.Code != screening.EFormat || no.Temporary() {
		t.Errorf("got %v, want refused with E_FORMAT beneath", err)
	}
	want := []screening.Rung{screening.RungOpened, screening.RungSealed, screening.RungOpened}
	if !slices.Equal(box.Rungs(), want) {
		t.Errorf("got rungs %v, want %v", box.Rungs(), want)
	}
}

func TestRefusalOfTheDeviceStopsAll(t *testing.T) {
	for _, code := range []screening.Code{screening.ERevoked, screening.EEpoch, screening.EFork, screening.EFull} {
		o := newOffice(t)
		c, box := newCourier(t, o.serve(t, 104))
		for n := range 2 {
			box.Finals = []screening.Interview{interview(n)}
			if _, err := c.Seal(ctx); err != nil {
				t.Fatal(err)
			}
		}
		o.refuse[box.Batches[0].ID] = code
		if _, err := c.Sync(ctx); screening.CodeOf(err) != screening.CodeRefused {
			t.Errorf("%s: got %v, want refused", code, err)
		}
		if len(o.seen) != 0 || box.Batches[1].Rung != screening.RungSealed {
			t.Errorf("%s: went on sending", code)
		}
		o.all = code
		if _, err := c.Sync(ctx); screening.CodeOf(err) != screening.CodeRefused {
			t.Errorf("%s to the hello: got %v, want refused", code, err)
		}
	}
}
