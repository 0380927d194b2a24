package intake_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/schema"
	"leeward/sync/batch"
	"leeward/sync/intake"
)

var ctx = context.Background()

func TestReceiveOpensAndRecords(t *testing.T) {
	o := newOffice(t)
	d := o.enrolled(1)
	iv := said(o, 1, 1, map[schema.Path]string{"/data/danger": "yes", "/data/age": "200", "/data/elsewhere": "hm"})
	p := d.pack(t, interviewRecord(t, iv), batch.Heartbeat())
	got, err := o.Receive(ctx, p.File)
	check(t, got, err, screening.Receipt{Batch: p.ID, Level: screening.LevelOpened, Proof: p.Proof, Next: 2})

	row := o.records.Rows[iv.ID]
	if row == nil || row.Content == nil {
		t.Fatal("the interview is not in the records")
	}
	if row.Content.Current()["/data/age"] != (schema.Answer{Value: "200"}) {
		t.Error("an answer that breaks a constraint was changed or lost")
	}
	wantFlags := []casework.Flag{{Path: "/data/elsewhere", Reason: "unknown"}, {Path: "/data/age", Reason: "constraint"}}
	if !slices.Equal(row.Flags, wantFlags) {
		t.Errorf("got %d flags, want the unknown question and the broken constraint", len(row.Flags))
	}
	if want := []casework.Need{{Kind: "safety", Level: "red"}}; !slices.Equal(row.Needs, want) {
		t.Errorf("got needs %v, want %v", row.Needs, want)
	}
	signs := o.records.Batches[0].Records[0].Signs
	if want := []casework.Sign{{Indicator: "threats", As: "present", Path: "/data/danger", Choice: "yes"}}; !slices.Equal(signs, want) {
		t.Errorf("got %d signs, want the one of the chosen answer", len(signs))
	}
}

func TestTheSameBatchTwiceIsRecordedOnce(t *testing.T) {
	o := newOffice(t)
	d := o.enrolled(1)
	p := d.pack(t, interviewRecord(t, said(o, 1, 1, nil)))
	first, err := o.Receive(ctx, p.File)
	if err != nil {
		t.Fatal(err)
	}
	again, err := o.Receive(ctx, p.File)
	if err != nil || again != first {
		t.Errorf("again: got receipt %s, %v, want %s", show(again), err, show(first))
	}
	if len(o.records.Batches) != 1 || len(o.records.Rows) != 1 {
		t.Errorf("got %d batches and %d interviews, want 1 and 1", len(o.records.Batches), len(o.records.Rows))
	}
}

func TestForkIsRefusedAndKept(t *testing.T) {
	o := newOffice(t)
	d := o.enrolled(1)
	clone := *d
	p, q := d.pack(t, batch.Heartbeat()), clone.pack(t, batch.Heartbeat())
	if _, err := o.Receive(ctx, p.File); err != nil {
		t.Fatal(err)
	}
	_, err := o.Receive(ctx, q.File)
	fork, ok := errors.AsType[*intake.Fork](err)
	if screening.CodeOf(err) != screening.EFork || !ok {
		t.Fatalf("got %v, want E_FORK", err)
	}
	if !bytes.Equal(fork.Rival, o.records.Batches[0].Header) {
		t.Error("the refusal does not show the header that holds the place")
	}
	if len(o.records.Incidents) != 1 || len(o.records.Incidents[0].Header) == 0 || len(o.records.Incidents[0].Rival) == 0 {
		t.Error("the incident is not recorded with both headers")
	}
}

func TestWhoIsRefused(t *testing.T) {
	o := newOffice(t)
	d := o.enrolled(1)
	stranger := &device{Enrolled: casework.Enrolled{ID: screening.DeviceID{7}, Epoch: 1}, sign: signer(50)}
	otherKey, oldEpoch := *d, *d
	otherKey.sign = signer(50)
	oldEpoch.Epoch = 9
	p := d.pack(t, batch.Heartbeat())
	cut := bytes.Clone(p.File)
	cut[len(cut)-1] ^= 1
	for name, c := range map[string]struct {
		file []byte
		want screening.Code
	}{
		"unknown device":  {stranger.pack(t, batch.Heartbeat()).File, screening.ESig},
		"unknown epoch":   {oldEpoch.pack(t, batch.Heartbeat()).File, screening.ESig},
		"another key":     {otherKey.pack(t, batch.Heartbeat()).File, screening.ESig},
		"damaged payload": {cut, screening.ERoot},
		"cut":             {p.File[:len(p.File)-1], screening.EFormat},
		"nothing":         {nil, screening.EFormat},
		"something else":  {[]byte("%PDF-1.7"), screening.EFormat},
	} {
		if _, err := o.Receive(ctx, c.file); screening.CodeOf(err) != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
	if o.records.Commits != 0 {
		t.Errorf("%d transactions for batches that were refused", o.records.Commits)
	}
}

func TestRevokedDeviceIsHeld(t *testing.T) {
	o := newOffice(t)
	d := o.enrolled(1)
	iv := said(o, 1, 1, nil)
	p := d.pack(t, interviewRecord(t, iv))
	o.records.Revoke(d.ID, today)
	want := screening.Receipt{Batch: p.ID, Level: screening.LevelQuarantined, Code: screening.ERevoked, Next: 2}
	got, err := o.Receive(ctx, p.File)
	check(t, got, err, want)
	if err := o.Resume(ctx); err != nil {
		t.Fatal(err)
	}
	if o.records.Rows[iv.ID] != nil {
		t.Error("the word of a revoked device was taken without a supervisor")
	}
}

func TestLockedOfficeStoresAndOpensLater(t *testing.T) {
	o := newOffice(t)
	d := o.enrolled(1)
	o.locked = true
	iv := said(o, 1, 1, nil)
	p := d.pack(t, interviewRecord(t, iv))
	stored := screening.Receipt{Batch: p.ID, Level: screening.LevelStored, Next: 2}
	got, err := o.Receive(ctx, p.File)
	check(t, got, err, stored)
	if err := o.Resume(ctx); err != nil {
		t.Fatal(err)
	}
	got, err = o.Receive(ctx, p.File)
	check(t, got, err, stored)

	o.locked = false
	for range 2 { // the second time there is nothing to do
		if err := o.Resume(ctx); err != nil {
			t.Fatal(err)
		}
	}
	got, err = o.Receive(ctx, p.File)
	check(t, got, err, screening.Receipt{Batch: p.ID, Level: screening.LevelOpened, Proof: p.Proof, Next: 2})
	if o.records.Rows[iv.ID] == nil {
		t.Error("the interview is not in the records")
	}
}

// A vault that is locked while a batch comes in says nothing about the batch.
func TestKeyLockedInTheMiddle(t *testing.T) {
	o := newOffice(t)
	d := o.enrolled(1)
	p := d.pack(t, interviewRecord(t, said(o, 1, 1, nil)))
	o.opener = lockedKey{}
	got, err := o.Receive(ctx, p.File)
	check(t, got, err, screening.Receipt{Batch: p.ID, Level: screening.LevelStored, Next: 2})
	o.opener = identities()[1]
	if err := o.Resume(ctx); err != nil {
		t.Fatal(err)
	}
	got, err = o.Receive(ctx, p.File)
	check(t, got, err, screening.Receipt{Batch: p.ID, Level: screening.LevelOpened, Proof: p.Proof, Next: 2})
}

type lockedKey struct{}

func (lockedKey) Open([]byte, int) ([]byte, error) { return nil, errors.New("locked") }

func TestFailingRecordsGiveNoReceipt(t *testing.T) {
	o := newOffice(t)
	d := o.enrolled(1)
	p := d.pack(t, interviewRecord(t, said(o, 1, 1, nil)))
	o.records.Fail["Receive"] = screening.Fail(screening.EFull, errors.New("disk"))
	if _, err := o.Receive(ctx, p.File); screening.CodeOf(err) != screening.EFull {
		t.Fatalf("got %v, want E_FULL", err)
	}
	o.records.Fail["Open"] = errors.New("disk")
	got, err := o.Receive(ctx, p.File)
	check(t, got, err, screening.Receipt{Batch: p.ID, Level: screening.LevelStored, Next: 2})
	if err := o.Resume(ctx); err != nil {
		t.Fatal(err)
	}
	got, err = o.Receive(ctx, p.File)
	check(t, got, err, screening.Receipt{Batch: p.ID, Level: screening.LevelOpened, Proof: p.Proof, Next: 2})
}

func TestBatchThatDoesNotOpenIsKept(t *testing.T) {
	o := newOffice(t)
	d := o.enrolled(1)
	o.opener = identities()[0] // an office that lost its key
	p := d.pack(t, interviewRecord(t, said(o, 1, 1, nil)))
	got, err := o.Receive(ctx, p.File)
	check(t, got, err, screening.Receipt{Batch: p.ID, Level: screening.LevelQuarantined, Code: screening.EOpen, Next: 2})
	next := d.pack(t, batch.Heartbeat())
	o.opener = identities()[1]
	got, err = o.Receive(ctx, next.File)
	check(t, got, err, screening.Receipt{Batch: next.ID, Level: screening.LevelOpened, Proof: next.Proof, Next: 3})
}

func TestOneBadRecordHoldsUpNoOther(t *testing.T) {
	o := newOffice(t)
	d := o.enrolled(1)
	good, otherForm := said(o, 1, 1, nil), said(o, 2, 1, nil)
	otherForm.Questionnaire = schema.Ref{9}
	p := d.pack(t,
		batch.Record{Kind: batch.KindInterview, ID: [16]byte{4}, Version: 1, Body: []byte("broken")},
		interviewRecord(t, otherForm),
		batch.Record{Kind: 77, ID: [16]byte{5}, Version: 1, Body: []byte{1}},
		interviewRecord(t, good),
	)
	got, err := o.Receive(ctx, p.File)
	check(t, got, err, screening.Receipt{Batch: p.ID, Level: screening.LevelQuarantined, Code: screening.EFormat, Next: 2})
	var codes []screening.Code
	for _, r := range o.records.Batches[0].Records {
		codes = append(codes, r.Code)
	}
	if want := []screening.Code{screening.EFormat, screening.EForm, screening.EVersion, ""}; !slices.Equal(codes, want) {
		t.Errorf("got codes %q, want %q", codes, want)
	}
	if o.records.Rows[good.ID] == nil {
		t.Error("the good interview was held up")
	}
}

func TestRecordsBelongToTheirDevice(t *testing.T) {
	o := newOffice(t)
	mine, other := o.enrolled(1), o.enrolled(11)
	iv := said(o, 1, 1, map[schema.Path]string{"/data/told": "first"})
	later := said(o, 1, 2, map[schema.Path]string{"/data/told": "second"})
	for _, step := range []struct {
		from   *device
		record batch.Record
		want   screening.Code
	}{
		{mine, interviewRecord(t, iv), ""},
		{other, interviewRecord(t, later), screening.EOwner},
		{other, withdrawalRecord(t, iv, 9), screening.EOwner},
	} {
		if _, err := o.Receive(ctx, step.from.pack(t, step.record).File); err != nil {
			t.Fatal(err)
		}
		last := o.records.Batches[len(o.records.Batches)-1]
		if got := last.Records[0].Code; got != step.want {
			t.Errorf("kind %d of device %s: got code %q, want %q", step.record.Kind, step.from.ID, got, step.want)
		}
	}
	if row := o.records.Rows[iv.ID]; row.Content == nil || row.Content.Current()["/data/told"].Value != "first" {
		t.Error("another device changed the interview")
	}
}

func TestNothingSaidReachesTheLog(t *testing.T) {
	o := newOffice(t)
	d := o.enrolled(1)
	iv := said(o, 1, 1, map[schema.Path]string{"/data/told": "PERSONAL", "/data/age": "PERSONAL", "/data/danger": "PERSONAL"})
	broken := batch.Record{Kind: batch.KindInterview, ID: [16]byte{4}, Version: 1, Body: []byte("PERSONAL")}
	if _, err := o.Receive(ctx, d.pack(t, interviewRecord(t, iv), broken).File); err != nil {
		t.Fatal(err)
	}
	o.opener = identities()[0]
	if _, err := o.Receive(ctx, d.pack(t, interviewRecord(t, iv)).File); err != nil {
		t.Fatal(err)
	}
	if o.log.Len() == 0 || strings.Contains(o.log.String(), "PERSONAL") {
		t.Errorf("log of %d bytes is empty or quotes an answer", o.log.Len())
	}
}
