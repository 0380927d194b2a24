package intake_test

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/internal/store"
	"leeward/sync/batch"
	"leeward/sync/courier"
)

// outpost is a device with a real store that meets the office by stick only.
type outpost struct {
	*courier.Courier
	store  *store.Store
	id     screening.DeviceID
	cut    func() // breaks the connection of the moment
	sealTo string
}

// inTheField puts an enrolled device with its own store into the office's records.
func (o *office) inTheField(t *testing.T, seed byte) *outpost {
	t.Helper()
	d := o.enrolled(seed)
	secret, to, err := seal.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	opener, err := seal.OpenerFor(secret)
	if err != nil {
		t.Fatal(err)
	}
	for i := range o.records.Devices {
		if o.records.Devices[i].ID == d.ID {
			o.records.Devices[i].SealTo = to.String()
		}
	}
	var key encvfs.Key
	_, _ = rand.Read(key[:])
	s, err := store.Open(ctx, filepath.Join(t.TempDir(), "store.db"), key, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	e := screening.Enrolment{Device: d.ID, Epoch: 1, SignKey: d.SignKey, TLSKey: d.TLSKey, SealTo: to.String(), RootVersion: 1, At: today}
	if err := s.SetEnrolment(ctx, e, o.root); err != nil {
		t.Fatal(err)
	}
	f := &outpost{store: s, id: d.ID, sealTo: to.String()}
	t.Cleanup(func() {
		if f.store != nil {
			_ = f.store.Close()
		}
	})
	f.Courier = courier.New(courier.Config{
		Outbox: s, Sign: d.sign, TLS: d.cert, Open: opener, URL: "https://127.0.0.1:1", Generation: s.Generation,
		Now: func() time.Time { return today }, Log: slog.New(slog.DiscardHandler),
	})
	return f
}

// finish keeps a finished interview on the device.
func (f *outpost) finish(t *testing.T, o *office) screening.InterviewID {
	t.Helper()
	iv := said(o, 0, 1, nil)
	iv.ID, iv.Code, iv.Status, iv.Finished = screening.NewInterviewID(), screening.NewRespondentCode(), screening.Draft, time.Time{}
	if err := f.store.Begin(ctx, iv, nil); err != nil {
		t.Fatal(err)
	}
	if err := f.store.Complete(ctx, iv.ID, today, nil); err != nil {
		t.Fatal(err)
	}
	return iv.ID
}

// handOver takes every file of a folder into the office, as its command does, and removes them.
func (o *office) handOver(t *testing.T, dir string) (receipts []screening.Receipt) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		taken, err := o.Take(ctx, file)
		if err != nil {
			t.Fatalf("take %s: %v", filepath.Base(name), err)
		}
		for _, one := range taken {
			if one.Err != nil {
				t.Errorf("a batch on the stick: %v", one.Err)
			}
			receipts = append(receipts, one.Receipt)
		}
	}
	return receipts
}

// answer writes the office's answers to all devices into a folder.
func (o *office) answer(t *testing.T, dir string) {
	t.Helper()
	devices, err := o.records.Enrolled(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for n, d := range devices {
		if d.SealTo == "" {
			continue
		}
		file, err := o.Answer(ctx, d)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, hex.EncodeToString([]byte{byte(n), 7})), file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func (f *outpost) counts(t *testing.T) store.Counts {
	t.Helper()
	c, err := f.store.Counts(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestStickThereAndBack carries interviews of two devices to the office on one stick and its answers back, three times,
// and hands everything in twice.
func TestStickThereAndBack(t *testing.T) {
	o := newOffice(t)
	devices := []*outpost{o.inTheField(t, 1), o.inTheField(t, 11)}
	for round := range 3 {
		stick := t.TempDir()
		for _, f := range devices {
			f.finish(t, o)
			got, err := f.Carry(ctx, stick)
			if err != nil || got.Batches != 1 || len(got.Files) != 1 {
				t.Fatalf("carry: %+v, %v", got, err)
			}
			if c := f.counts(t); c.Sent != 1 {
				t.Errorf("round %d: the device counts %+v, want one sent", round, c)
			}
		}
		first := o.handOver(t, stick)
		if again := o.handOver(t, stick); len(first) != 2 || len(again) != 2 || again[0] != first[0] || again[1] != first[1] {
			t.Errorf("handed in twice: %d receipts, then %d, or others", len(first), len(again))
		}
		back := t.TempDir()
		if err := os.WriteFile(filepath.Join(back, "holiday.jpg"), []byte("not ours"), 0o600); err != nil {
			t.Fatal(err)
		}
		o.answer(t, back)
		for _, f := range devices {
			for range 2 { // the second time tells nothing new and harms nothing
				got, err := f.Collect(ctx, back)
				if err != nil || got.Files != 1 {
					t.Fatalf("round %d: collect: %+v, %v", round, got, err)
				}
			}
			if c := f.counts(t); c.Opened != round+1 || c.Sent != 0 {
				t.Errorf("round %d: the device counts %+v", round, c)
			}
		}
	}
	if len(o.records.Batches) != 6 || len(o.records.Rows) != 6 {
		t.Errorf("the office has %d batches and %d interviews, want 6 and 6", len(o.records.Batches), len(o.records.Rows))
	}
}

// TestStickAndNetworkCountOnce sends by network what lies on a stick already.
func TestStickAndNetworkCountOnce(t *testing.T) {
	o := newOffice(t)
	f := o.inTheField(t, 1)
	f.URL = o.serve(t)
	f.finish(t, o)
	stick, back := t.TempDir(), t.TempDir()
	if _, err := f.Carry(ctx, stick); err != nil {
		t.Fatal(err)
	}
	o.handOver(t, stick)
	o.answer(t, back)
	r, err := f.Sync(ctx)
	if err != nil || r.Sent != 0 || r.Opened != 1 {
		t.Errorf("sync: %+v, %v, want nothing sent and the receipt", r, err)
	}
	f.finish(t, o)
	if _, err := f.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	got, err := f.Collect(ctx, back) // made before the network brought newer words
	if err != nil || got.Old != 1 || got.Opened != 0 {
		t.Errorf("an old stick: %+v, %v, want it counted and nothing taken", got, err)
	}
	if len(o.records.Batches) != 2 {
		t.Errorf("the office has %d batches, want 2", len(o.records.Batches))
	}
}

// TestStickFromElsewhere: what another office, a stranger or a vandal put on a stick changes nothing.
func TestStickFromElsewhere(t *testing.T) {
	o := newOffice(t)
	f := o.inTheField(t, 1)
	f.finish(t, o)
	empty := t.TempDir()
	if _, err := f.Collect(ctx, empty); screening.CodeOf(err) != screening.CodeOffline {
		t.Errorf("an empty stick: got %v, want offline", err)
	}
	if _, err := f.Collect(ctx, filepath.Join(empty, "nowhere")); screening.CodeOf(err) != screening.CodeDisk {
		t.Errorf("no stick: got %v, want disk", err)
	}
	if _, err := f.Carry(ctx, filepath.Join(empty, "nowhere")); screening.CodeOf(err) != screening.CodeDisk {
		t.Errorf("no stick to write to: got %v, want disk", err)
	}
	if _, err := o.Take(ctx, []byte("not ours")); screening.CodeOf(err) != screening.EOpen {
		t.Errorf("a strange file: got %v, want E_OPEN", err)
	}
	forged, err := batch.SignReceipts(batch.Receipts{
		Device: f.id, Epoch: 1, At: today, Log: screening.Checkpoint{Note: []byte("x")},
	}, signer(99))
	if err != nil {
		t.Fatal(err)
	}
	to, err := seal.ParseRecipient(f.sealTo)
	if err != nil {
		t.Fatal(err)
	}
	file, err := batch.PackCarry([][]byte{forged}, to)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(empty, "a"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Collect(ctx, empty); screening.CodeOf(err) != screening.CodeBadReceipt {
		t.Errorf("a stranger's receipts: got %v, want bad_receipt", err)
	}
	if c := f.counts(t); c.Sealed+c.Sent+c.Saved != 1 {
		t.Errorf("the device counts %+v", c)
	}
}

// TestManifestOfAnother: a stick cannot move the office's idea of where a device stands.
func TestManifestOfAnother(t *testing.T) {
	o := newOffice(t)
	d := o.enrolled(1)
	forged, err := batch.Hello{Device: d.ID, Epoch: 1, Seq: 99, RootVersion: 1, LogSize: 7}.Manifest(signer(50))
	if err != nil {
		t.Fatal(err)
	}
	file, err := batch.PackCarry([][]byte{forged}, officeRoot().Intake)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Take(ctx, file); err != nil {
		t.Fatal(err)
	}
	if account, err := o.records.Report(context.Background(), d.ID, 1, 1); err != nil || account.LogSize != 0 || len(o.records.Hellos) > 1 {
		t.Errorf("a forged manifest was believed: %+v, %v", casework.Account(account), err)
	}
}
