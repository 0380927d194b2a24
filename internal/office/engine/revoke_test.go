package engine_test

import (
	"bytes"
	"errors"
	"testing"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

func revocation(epoch, size uint64, _ [32]byte) (statement, entry []byte, err error) {
	return []byte{1, byte(epoch), byte(size)}, []byte("revoked"), nil
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
		first, err := b.Revoke(t.Context(), d.ID, revocation)
		if err != nil || first.Epochs != 1 || first.Epoch != 1 {
			t.Fatalf("revoke: %+v, %v", first, err)
		}
		if err := b.inLog([]byte("revoked"), 3); err != nil {
			t.Errorf("the log does not name the revocation: %v", err)
		}
		again, err := b.Revoke(t.Context(), d.ID, func(uint64, uint64, [32]byte) ([]byte, []byte, error) { return nil, nil, errors.New("again") })
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
		if _, err := b.Revoke(t.Context(), screening.DeviceID{9}, revocation); !errors.Is(err, casework.ErrNotFound) {
			t.Errorf("a device that is not here: got %v", err)
		}
	})
}
