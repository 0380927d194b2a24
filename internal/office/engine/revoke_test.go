package engine_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

func revocation(epoch, size uint64, _ [32]byte) (statement, entry []byte, err error) {
	return []byte{1, byte(epoch), byte(size)}, []byte("revoked"), nil
}

func revoke(id screening.DeviceID, from time.Time) casework.Revocation {
	return casework.Revocation{
		Device: id, From: from, Sign: revocation, Hold: func(id screening.BatchID) []byte { return append([]byte("held "), id[:]...) },
	}
}

// TestRevocationKeepsEarlierWork is the threat table's stolen signing key: what the device had told of before it was
// revoked is taken when it comes by stick, in any order; what its key signed afterwards is kept and held, until a
// supervisor lets it go.
func TestRevocationKeepsEarlierWork(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		b.take(arrival(d, 1, ""), held(interview(1)))
		fourth := arrival(d, 4, "")
		if _, err := b.Greet(t.Context(), casework.Hello{Device: d.ID, Epoch: 1, Seq: 4, Head: fourth.Batch}); err != nil {
			t.Fatal(err)
		}
		first, err := b.Revoke(t.Context(), revoke(d.ID, time.Time{}))
		if err != nil || first.Epochs != 1 || first.Epoch != 1 {
			t.Fatalf("revoke: %+v, %v", first, err)
		}
		if err := b.inLog([]byte("revoked"), 3); err != nil {
			t.Errorf("the log does not name the revocation: %v", err)
		}
		again, err := b.Revoke(t.Context(), casework.Revocation{
			Device: d.ID, Sign: func(uint64, uint64, [32]byte) ([]byte, []byte, error) { return nil, nil, errors.New("again") },
		})
		if err != nil || !bytes.Equal(again.Statement, first.Statement) {
			t.Errorf("revoked twice: %+v, %v", again, err)
		}
		if got, err := b.Device(t.Context(), d.ID, 1); err != nil || got.Revoked.IsZero() {
			t.Errorf("the device is trusted: %v", err)
		}
		for _, step := range []struct {
			seq   uint64
			level screening.Level
			freed bool
		}{
			{2, screening.LevelQuarantined, false},
			{5, screening.LevelQuarantined, false},
			{4, screening.LevelStored, true},
			{3, screening.LevelStored, true},
			{6, screening.LevelQuarantined, false},
		} {
			a := arrival(d, step.seq, "")
			a.Hold = screening.ERevoked
			got, err := b.Receive(t.Context(), a)
			if err != nil || got.Receipt.Level != step.level || got.Freed != step.freed {
				t.Errorf("batch %d: level %d, freed %v, %v; want %d, %v", step.seq, got.Receipt.Level, got.Freed, err, step.level, step.freed)
			}
		}
		tasks, err := b.Due(t.Context(), 9, nil)
		if err != nil || len(tasks) != 3 {
			t.Errorf("%d batches are due (%v), want 2, 3 and 4", len(tasks), err)
		}
		if err := b.Release(t.Context(), "supervisor", arrival(d, 5, "").Batch); err != nil {
			t.Fatal(err)
		}
		if err := b.Release(t.Context(), "supervisor", arrival(d, 4, "").Batch); !errors.Is(err, casework.ErrNotFound) {
			t.Errorf("release of what is not held: got %v", err)
		}
		if tasks, err = b.Due(t.Context(), 9, nil); err != nil || len(tasks) != 4 {
			t.Errorf("%d batches are due after a release (%v), want 4", len(tasks), err)
		}
		if _, err := b.Revoke(t.Context(), revoke(screening.DeviceID{9}, time.Time{})); !errors.Is(err, casework.ErrNotFound) {
			t.Errorf("a device that is not here: got %v", err)
		}
	})
}

// TestRevocationFromAChosenTime: the owner says on Wednesday that the device has been gone since Tuesday. Work that the
// device told of before stands, whenever it came; the rest is held, is not read, shown or counted, and comes back as it
// was when a supervisor lets it go.
func TestRevocationFromAChosenTime(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d, other := b.device(), b.device()
		honest, changed, late := interview(1), interview(1), interview(1)
		greet := func(seq uint64) {
			t.Helper()
			if _, err := b.Greet(t.Context(), casework.Hello{Device: d.ID, Epoch: 1, Seq: seq, Head: arrival(d, seq, "").Batch}); err != nil {
				t.Fatal(err)
			}
		}
		b.take(arrival(d, 1, ""), held(changed)) // Monday: batch 1 comes, and 2 is told of
		greet(2)
		b.now = b.now.AddDate(0, 0, 1)
		gone := b.now // Tuesday noon
		b.now = b.now.AddDate(0, 0, 1)
		b.take(arrival(d, 2, ""), held(honest))
		greet(3) // in other hands
		again := changed
		again.Version, again.Code = 2, changed.Code
		b.take(arrival(d, 3, ""), held(again), held(late))
		b.take(arrival(other, 1, ""), held(interview(1)))
		b.wantStats(casework.Stats{Devices: 2, Batches: 4, Interviews: 4, Opened: 4})

		done, err := b.Revoke(t.Context(), revoke(d.ID, gone))
		if err != nil || done.Held != 1 {
			t.Fatalf("held %d (%v), want the one that nothing vouches for", done.Held, err)
		}
		if place := done.Statement[2]; place != 4 { // two grants, batch 1 and its outcome
			t.Errorf("revoked from place %d in the log, want 4, before batch 2", place)
		}
		b.readable(map[screening.InterviewID]int{honest.ID: 1, changed.ID: 0, late.ID: 0})
		b.openDue(map[screening.BatchID][]casework.OpenedRecord{arrival(d, 1, "").Batch: {held(changed)}})
		b.readable(map[screening.InterviewID]int{honest.ID: 1, changed.ID: 1, late.ID: 0})
		if got := b.counted(); got != 3 {
			t.Errorf("%d people are counted, want 3 without the one that is held", got)
		}
		b.wantStats(casework.Stats{Devices: 1, Batches: 4, Interviews: 3, Opened: 3, Quarantined: 1, Incidents: 1})

		if err := b.Release(t.Context(), "supervisor", arrival(d, 3, "").Batch); err != nil {
			t.Fatal(err)
		}
		b.openDue(map[screening.BatchID][]casework.OpenedRecord{arrival(d, 3, "").Batch: {held(again), held(late)}})
		b.readable(map[screening.InterviewID]int{honest.ID: 1, changed.ID: 2, late.ID: 1})
		if got := b.counted(); got != 4 {
			t.Errorf("%d people are counted after the release, want 4", got)
		}
		b.wantStats(casework.Stats{Devices: 1, Batches: 4, Interviews: 4, Opened: 4})
	})
}

// TestRevocationFromTheEdges: before the first batch everything waits, what is to come is refused, and a later word may
// reach further back than the first, never less far.
func TestRevocationFromTheEdges(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		start := b.now
		for seq := uint64(1); seq <= 3; seq++ {
			b.now = b.now.Add(time.Hour)
			b.take(arrival(d, seq, ""), held(interview(1)))
		}
		if _, err := b.Revoke(t.Context(), revoke(d.ID, b.now.Add(time.Minute))); !errors.Is(err, casework.RefuseFuture) {
			t.Errorf("from a time to come: got %v", err)
		}
		var last []byte
		for _, step := range []struct {
			from    time.Time
			held    int
			renewed bool
		}{
			{b.now.Add(-30 * time.Minute), 1, true},
			{b.now, 0, false},
			{time.Time{}, 0, false},
			{start.AddDate(-1, 0, 0), 2, true},
		} {
			done, err := b.Revoke(t.Context(), revoke(d.ID, step.from))
			if err != nil || done.Held != step.held {
				t.Errorf("from %s: held %d (%v), want %d", step.from, done.Held, err, step.held)
			}
			if bytes.Equal(last, done.Statement) == step.renewed {
				t.Errorf("from %s: the statement is another: %v, want %v", step.from, !step.renewed, step.renewed)
			}
			last = done.Statement
		}
		b.wantStats(casework.Stats{Batches: 3, Quarantined: 3, Incidents: 3})
	})
}

// TestHeldWithdrawalStays: whoever took their interview back stays erased, though the batch that said so is held; what
// was sealed of it is still due for redaction.
func TestHeldWithdrawalStays(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		iv := interview(1)
		told := b.now
		b.take(arrival(d, 1, ""), held(iv))
		b.take(arrival(d, 2, ""), withdrawal(iv.ID, 2))
		if done, err := b.Revoke(t.Context(), revoke(d.ID, told)); err != nil || done.Held != 2 {
			t.Fatalf("held %d (%v), want both", done.Held, err)
		}
		rec, err := b.View(t.Context(), "reviewer", iv.ID)
		if err != nil || rec.Status != screening.Withdrawn {
			t.Errorf("the interview is %s (%v), want withdrawn", rec.Status, err)
		}
		tasks, err := b.Due(t.Context(), 9, nil)
		if err != nil || len(tasks) != 1 || len(tasks[0].Redact) != 1 {
			t.Errorf("due: %d tasks (%v), want the redaction", len(tasks), err)
		}
	})
}

// TestCapsuleIsHeldToo: a recovery copy has no chain that could vouch for it.
func TestCapsuleIsHeldToo(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		from, iv := b.now, interview(1)
		b.now = b.now.Add(time.Hour)
		c := capsule(d, 1, held(iv))
		if _, err := b.TakeCapsule(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		if done, err := b.Revoke(t.Context(), revoke(d.ID, from)); err != nil || done.Held != 1 {
			t.Fatalf("held %d (%v), want the capsule", done.Held, err)
		}
		b.readable(map[screening.InterviewID]int{iv.ID: 0})
		if err := b.Release(t.Context(), "supervisor", screening.BatchID(c.ID)); err != nil {
			t.Fatal(err)
		}
		if _, err := b.TakeCapsule(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		b.readable(map[screening.InterviewID]int{iv.ID: 1})
	})
}

// TestReleaseDevice: everything that is held of a device is let go at once, capsules too, and nothing of another one.
func TestReleaseDevice(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d, other := b.device(), b.device()
		from, first, second := b.now, interview(1), interview(1)
		b.now = b.now.Add(time.Hour)
		b.take(arrival(d, 1, ""), held(first))
		b.take(arrival(d, 2, ""), held(second))
		b.take(arrival(other, 1, ""), held(interview(1)))
		if _, err := b.TakeCapsule(t.Context(), capsule(d, 1, held(interview(1)))); err != nil {
			t.Fatal(err)
		}
		for _, id := range []screening.DeviceID{d.ID, other.ID} {
			if _, err := b.Revoke(t.Context(), revoke(id, from)); err != nil {
				t.Fatal(err)
			}
		}
		want := casework.Held{Batches: 2, Copies: 1, First: b.now, Last: b.now}
		h, err := b.Held(t.Context(), d.ID, 0)
		if err != nil || h.Batches != want.Batches || h.Copies != want.Copies || !h.First.Equal(want.First) || !h.Last.Equal(want.Last) {
			t.Errorf("held: %+v (%v), want %+v", h, err, want)
		}
		if err := b.ReleaseDevice(t.Context(), "supervisor", d.ID, h); err != nil {
			t.Fatal(err)
		}
		b.openDue(map[screening.BatchID][]casework.OpenedRecord{arrival(d, 1, "").Batch: {held(first)}, arrival(d, 2, "").Batch: {held(second)}})
		b.readable(map[screening.InterviewID]int{first.ID: 1, second.ID: 1})
		if err := b.ReleaseDevice(t.Context(), "supervisor", d.ID, h); !errors.Is(err, casework.ErrChanged) {
			t.Errorf("the second time: %v, want changed", err)
		}
		if h, err := b.Held(t.Context(), other.ID, 0); err != nil || h.Batches != 1 {
			t.Errorf("of the other device are held %+v (%v), want its batch", h, err)
		}
		b.wantStats(casework.Stats{Batches: 3, Interviews: 2, Opened: 2, Quarantined: 1, Incidents: 1})
		if log, _, err := b.AuditPage(t.Context(), casework.EntryQuery{Act: casework.ActRelease}); err != nil || len(log) != 1 || log[0].Actor != "supervisor" {
			t.Errorf("the log: %+v (%v), want who let go, once", log, err)
		}
	})
}

// readable says how many versions of interviews can be read, and that all of them open without an error.
func (b *bench) readable(want map[screening.InterviewID]int) {
	b.t.Helper()
	for id, n := range want {
		rec, err := b.View(b.t.Context(), "reviewer", id)
		if err != nil || rec.Versions != n || rec.Held() != (n == 0) || (len(rec.Interview.Answers) > 0) != (n > 0) {
			b.t.Errorf("%d versions, held %v, %d answers (%v); want %d versions", rec.Versions, rec.Held(), len(rec.Interview.Answers), err, n)
		}
	}
}

// openDue opens what is due, as intake does.
func (b *bench) openDue(holds map[screening.BatchID][]casework.OpenedRecord) {
	b.t.Helper()
	tasks, err := b.Due(b.t.Context(), 9, nil)
	if err != nil || len(tasks) != len(holds) {
		b.t.Fatalf("%d batches are due (%v), want %d", len(tasks), err, len(holds))
	}
	for _, task := range tasks {
		if _, err := b.Engine.Open(b.t.Context(), opened(task.Arrival, holds[task.Arrival.Batch]...)); err != nil {
			b.t.Fatal(err)
		}
	}
}

// counted is how many people reports count.
func (b *bench) counted() (n int) {
	b.t.Helper()
	for _, row := range b.counts(0) {
		if !row.Gone {
			n++
		}
	}
	return n
}
