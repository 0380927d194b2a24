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

// TestTwoHistoriesAreFoundOut: an office with one key shows two devices two logs. Each alone is content. Whoever compares
// what the two saw, as headquarters does that gets the batches of both, finds it: neither log continues the other's
// checkpoint, and both are signed by the office itself.
func TestTwoHistoriesAreFoundOut(t *testing.T) {
	root, err := batch.VerifyRoot(rootOf(t))
	if err != nil {
		t.Fatal(err)
	}
	visit := func(o *office, times int) (told screening.Checkpoint) { // what the last batch says that its device saw
		t.Helper()
		c, box := newCourier(t, o.serve(t, 104))
		if o.device != (screening.DeviceID{}) {
			box.Enrolled.Device = o.device
		}
		for n := range times {
			box.Finals = []screening.Interview{interview(n)}
			if r, err := c.Sync(ctx); err != nil || r.Opened == 0 {
				t.Fatalf("a device that sees one history only: %+v, %v", r, err)
			}
		}
		e, err := batch.Parse(box.Batches[times-1].File)
		if err != nil {
			t.Fatal(err)
		}
		signed, err := batch.VerifyCheckpoint(box.Log.Note, root.Origin(), root.Online)
		if err != nil || signed.Root != box.Log.Root {
			t.Fatalf("what a device saw is no evidence: %v", err)
		}
		return screening.Checkpoint{Size: e.Header().LogSize, Root: e.Header().LogRoot}
	}
	shown := func(o *office) *batch.LogFile {
		t.Helper()
		p := o.proofs(0)
		note, err := batch.SignCheckpoint(root.Origin(), p.Size, p.Root, o.key)
		if err != nil {
			t.Fatal(err)
		}
		l, err := batch.ReadLog(batch.PackLog(note, o.log.Entries, nil), root)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	one, other := newOffice(t), newOffice(t)
	other.device = screening.DeviceID{0xd0, 2}
	saw, otherSaw := visit(one, 3), visit(other, 2)
	if saw.Size == 0 || otherSaw.Size == 0 {
		t.Fatal("batches do not say which log their devices saw")
	}
	if l := shown(one); !l.Continues(saw) || l.Continues(otherSaw) {
		t.Errorf("the first log continues what its device saw: %v, and what the other saw: %v", l.Continues(saw), l.Continues(otherSaw))
	}
	if l := shown(other); !l.Continues(otherSaw) || l.Continues(saw) {
		t.Errorf("the second log continues what its device saw: %v, and what the other saw: %v", l.Continues(otherSaw), l.Continues(saw))
	}
}
