package intake_test

import (
	"sync"
	"testing"

	"leeward/internal/screening"
	"leeward/sync/batch"
)

// One batch comes many times at once: it is recorded once, and every answer is the same.
func TestTheSameBatchAtOnce(t *testing.T) {
	o := newOffice(t)
	d := o.enrolled(1)
	p := d.pack(t, interviewRecord(t, said(o, 1, 1, nil)))
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			r, err := o.Receive(ctx, p.File)
			if err != nil || r.Batch != p.ID || r.Level == screening.LevelQuarantined {
				t.Errorf("got %s, %v", show(r), err)
			}
		})
	}
	wait.Wait()
	if len(o.records.Batches) != 1 || o.held(screening.InterviewID{1, 1}) != 1 {
		t.Errorf("recorded %d batches", len(o.records.Batches))
	}
}

// Withdrawals from one batch at the same time: none may bring back what another took out.
func TestWithdrawalsAtOnce(t *testing.T) {
	o := newOffice(t)
	d := o.enrolled(1)
	var records []batch.Record
	var gone []batch.Packed
	for n := range byte(6) {
		records = append(records, interviewRecord(t, said(o, n+1, 1, nil)))
	}
	p := d.pack(t, records...)
	for n := range byte(6) {
		gone = append(gone, d.pack(t, withdrawalRecord(t, said(o, n+1, 1, nil), 2)))
	}
	if _, err := o.Receive(ctx, p.File); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	for _, w := range gone {
		wait.Go(func() {
			if _, err := o.Receive(ctx, w.File); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if err := o.Resume(ctx); err != nil {
		t.Fatal(err)
	}
	o.wantRedacted(t, 0, []bool{true, true, true, true, true, true})
}

// After a new enrolment what the old keys sealed is still good, carried by the new ones.
func TestOldEpochTravelsWithTheNew(t *testing.T) {
	o := newOffice(t)
	url, d := o.serve(t), o.enrolled(1)
	p := d.pack(t, batch.Heartbeat())
	again := *d
	again.sign, again.cert = signer(41), certificate(42)
	again.Epoch, again.SignKey, again.TLSKey = 2, again.sign.Public(), tlsKey(again.cert)
	o.records.Devices[0].Current = false
	o.records.Devices = append(o.records.Devices, again.Enrolled)
	c := client(t, &again.cert)
	if status, code, _ := ask(t, c, "PATCH", up(url, p.File), p.File); status != 200 {
		t.Errorf("batch of epoch 1: got %d %s, want 200", status, code)
	}
	again.seq = 0 // counts anew, and links to the last of epoch 1
	q := again.pack(t, batch.Heartbeat())
	if status, code, _ := ask(t, c, "PATCH", up(url, q.File), q.File); status != 200 {
		t.Errorf("first batch of epoch 2: got %d %s, want 200", status, code)
	}
	if o.records.Batches[1].Prev != p.ID {
		t.Error("the first batch of an epoch does not link to the last of the one before")
	}
}
