package intake_test

import (
	"bytes"
	"errors"
	"testing"

	"leeward/internal/screening"
	"leeward/schema"
	"leeward/sync/batch"
)

func TestWithdrawalErasesWhatCameBefore(t *testing.T) {
	o := newOffice(t)
	d := o.enrolled(1)
	gone := said(o, 1, 1, map[schema.Path]string{"/data/told": "PERSONAL"})
	stays := said(o, 2, 1, map[schema.Path]string{"/data/told": "other"})
	p := d.pack(t, interviewRecord(t, gone), interviewRecord(t, stays))
	receipt, err := o.Receive(ctx, p.File)
	if err != nil {
		t.Fatal(err)
	}
	sealed := bytes.Clone(o.records.Batches[0].Payload)
	w := d.pack(t, withdrawalRecord(t, gone, 2))
	if _, err := o.Receive(ctx, w.File); err != nil {
		t.Fatal(err)
	}
	o.wantRedacted(t, 0, []bool{true, false})
	if bytes.Equal(o.records.Batches[0].Payload, sealed) {
		t.Error("the sealed payload still holds the interview")
	}
	if row := o.records.Rows[gone.ID]; !row.Withdrawn || row.Content != nil {
		t.Error("the readable row is still there")
	}
	if row := o.records.Rows[stays.ID]; row.Content == nil {
		t.Error("another person's interview went with it")
	}
	// The device may still ask for its receipt, and the proof cannot be computed any more.
	got, err := o.Receive(ctx, p.File)
	check(t, got, err, screening.Receipt{Batch: p.ID, Level: screening.LevelOpened, Proof: receipt.Proof, Next: 3})

	// The second one of the batch is withdrawn too, from a payload that was redacted before.
	w2 := d.pack(t, withdrawalRecord(t, stays, 2))
	if _, err := o.Receive(ctx, w2.File); err != nil {
		t.Fatal(err)
	}
	o.wantRedacted(t, 0, []bool{true, true})
}

func TestWithdrawalBeforeTheInterview(t *testing.T) {
	o := newOffice(t)
	d := o.enrolled(1)
	iv := said(o, 1, 1, map[schema.Path]string{"/data/told": "PERSONAL"})
	late := d.pack(t, interviewRecord(t, iv))
	w := d.pack(t, withdrawalRecord(t, iv, 2))
	for _, p := range []batch.Packed{w, late} { // a stick overtook the network
		if _, err := o.Receive(ctx, p.File); err != nil {
			t.Fatal(err)
		}
	}
	if row := o.records.Rows[iv.ID]; !row.Withdrawn || row.Content != nil {
		t.Error("an interview that was withdrawn before it came is readable")
	}
	o.wantRedacted(t, 1, []bool{true})
}

// What the office could not read is the person's all the same.
func TestWithdrawalCoversQuarantinedRecords(t *testing.T) {
	o := newOffice(t)
	d := o.enrolled(1)
	before, after := said(o, 1, 1, nil), said(o, 2, 1, nil)
	before.Questionnaire, after.Questionnaire = schema.Ref{9}, schema.Ref{9} // not known here
	for _, r := range []batch.Record{
		interviewRecord(t, before), withdrawalRecord(t, before, 2), withdrawalRecord(t, after, 2), interviewRecord(t, after),
	} {
		if _, err := o.Receive(ctx, d.pack(t, r).File); err != nil {
			t.Fatal(err)
		}
	}
	o.wantRedacted(t, 0, []bool{true})
	o.wantRedacted(t, 3, []bool{true})
}

func TestWithdrawalWaitsForTheKey(t *testing.T) {
	o := newOffice(t)
	d := o.enrolled(1)
	iv := said(o, 1, 1, nil)
	p, w := d.pack(t, interviewRecord(t, iv)), d.pack(t, withdrawalRecord(t, iv, 2))
	if _, err := o.Receive(ctx, p.File); err != nil {
		t.Fatal(err)
	}
	o.records.Fail["Redact"] = errors.New("disk")
	if _, err := o.Receive(ctx, w.File); err != nil {
		t.Fatal(err)
	}
	if err := o.Resume(ctx); err != nil {
		t.Fatal(err)
	}
	o.wantRedacted(t, 0, []bool{true})
}

// wantRedacted opens the payload that is kept of a batch and looks for what is left in it.
func (o *office) wantRedacted(t *testing.T, n int, want []bool) {
	t.Helper()
	b := o.records.Batches[n]
	e, err := batch.Restore(b.Header, b.Sig, b.Payload, b.Redacted)
	if err != nil {
		t.Fatal(err)
	}
	d, err := o.records.Device(ctx, b.Device, b.Epoch)
	if err != nil {
		t.Fatal(err)
	}
	v, err := e.Verify(d.SignKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, key := range map[string]int{"vault": 1, "escrow": 2} {
		c, err := v.Open(identities()[key], 2)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i, r := range c.Records {
			if r.Gone != want[i] {
				t.Errorf("%s: record %d redacted: got %v, want %v", name, i, r.Gone, want[i])
			}
			if want[i] && len(r.Raw) > 0 {
				t.Errorf("%s: record %d still has %d bytes", name, i, len(r.Raw))
			}
		}
	}
}
