package engine_test

import (
	"errors"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"leeward/internal/office/casework"
	"leeward/internal/office/ledger"
	"leeward/internal/screening"
)

// inLog says whether the committed log has an entry at a place.
func (b *bench) inLog(entry []byte, at uint64) error {
	b.t.Helper()
	p, err := b.Prove(b.t.Context(), 0, []uint64{at})
	if err != nil {
		return err
	}
	var path tlog.RecordProof
	for _, h := range p.Inclusion[0] {
		path = append(path, h)
	}
	return tlog.CheckRecord(path, int64(p.Size), p.Root, int64(at), tlog.RecordHash(entry))
}

func TestLogNamesEverything(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		told, taken, iv := arrival(d, 1, ""), arrival(d, 2, ""), interview(1)
		first := b.take(told, held(iv))
		b.take(taken, withdrawal(iv.ID, 2))
		erased := []byte("erased")
		if err := b.Redact(t.Context(), casework.Redaction{Batch: told.Batch, Payload: []byte("rest"), Places: []int{0}, Entry: erased}); err != nil {
			t.Fatal(err)
		}
		b.reopen()
		_, grant, _ := signedGrant(d, 0, [32]byte{})
		for at, entry := range [][]byte{grant, told.Entry, opened(told).Entry, taken.Entry, opened(taken).Entry, erased} {
			if err := b.inLog(entry, uint64(at)); err != nil {
				t.Errorf("entry %d, %q: %v", at, entry[:5], err)
			}
		}
		if first.Receipt.Entry != 1 || first.Receipt.Outcome != 2 {
			t.Errorf("receipt names entries %d and %d, want 1 and 2", first.Receipt.Entry, first.Receipt.Outcome)
		}
		if _, err := b.Prove(t.Context(), 0, []uint64{6}); !errors.Is(err, ledger.ErrEntry) {
			t.Errorf("an entry that is not there: got %v", err)
		}
		if nodes, err := b.Nodes(t.Context(), []int64{tlog.StoredHashIndex(0, 3)}); err != nil || nodes[0] != tlog.RecordHash(taken.Entry) {
			t.Errorf("the node of entry 3: got %v, %v", nodes, err)
		}
		if list, err := b.Entries(t.Context(), 4, 10); err != nil || len(list) != 2 || string(list[1]) != "erased" {
			t.Errorf("entries from 4: got %q, %v", list, err)
		}
	})
}

// TestLogAndDataAreOneTransaction fails the data of an arrival: the log must not have grown, nor the cache
// remember what was rolled back.
func TestLogAndDataAreOneTransaction(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		bad := arrival(d, 1, "")
		bad.Sig = nil // the table refuses it after the log has its entry
		if _, err := b.Receive(t.Context(), bad); err == nil {
			t.Fatal("a batch without signature was kept")
		}
		without := arrival(d, 1, "")
		without.Entry = nil
		if _, err := b.Receive(t.Context(), without); err == nil {
			t.Fatal("a batch was kept that the log does not name")
		}
		good := arrival(d, 1, "other")
		got, err := b.Receive(t.Context(), good)
		if err != nil {
			t.Fatal(err)
		}
		if p, err := b.Prove(t.Context(), 1, nil); err != nil || p.Size != 2 {
			t.Errorf("log has %d entries (%v), want the grant and the good batch", p.Size, err)
		}
		if err := b.inLog(good.Entry, got.Receipt.Entry); err != nil {
			t.Error(err)
		}
	})
}

func TestHeldArrivalHasItsOutcome(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		a := arrival(b.device(), 1, "")
		a.Hold = screening.ERevoked
		got, err := b.Receive(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.inLog(a.HoldEntry, got.Receipt.Outcome); err != nil {
			t.Error(err)
		}
	})
}

// TestNoteBackup: only what is in the log can be in a backup, and less is never more.
func TestNoteBackup(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		b.take(arrival(d, 1, ""))
		for _, step := range []struct{ note, want uint64 }{{2, 2}, {1, 2}, {99, 2}, {3, 3}} {
			if err := b.NoteBackup(t.Context(), step.note); err != nil {
				t.Fatal(err)
			}
			account, err := b.Greet(t.Context(), casework.Hello{Device: d.ID, Epoch: 1})
			if err != nil || account.Kept != step.want {
				t.Errorf("after %d: kept %d (%v), want %d", step.note, account.Kept, err, step.want)
			}
		}
	})
}
