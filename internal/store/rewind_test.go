package store

import (
	"testing"

	"leeward/internal/screening"
)

// TestRewind: what rests on the part of the office's log that is gone is offered again, as far as its sealed bytes are here;
// what rests on the part that stays, stays; who saw no more than that part changes nothing.
func TestRewind(t *testing.T) {
	s, path := newStore(t)
	seal := func() screening.Batch {
		begun(t, s, 1)
		finished(t, s, 1)
		return sealed(t, s)
	}
	open := func(b screening.Batch, outcome uint64) {
		r := opened(b)
		r.Entry, r.Outcome = outcome-1, outcome
		ok(t, s.Acknowledge(t.Context(), r, noon))
	}
	early, gone, late, stored := seal(), seal(), seal(), seal()
	open(early, 3)
	open(gone, 9)
	if n, err := s.Drop(t.Context(), 10); err != nil || n != 2 {
		t.Fatalf("dropped %d (%v), want the two that a backup held", n, err)
	}
	open(late, 12)
	ok(t, s.Acknowledge(t.Context(), screening.Receipt{Batch: stored.ID, Level: screening.LevelStored}, noon))
	ok(t, s.Remember(t.Context(), screening.Checkpoint{Size: 14, Root: [32]byte{14}, Note: []byte("signed")}))

	unsent := func(what string, want ...screening.BatchID) {
		t.Helper()
		list, err := s.Unsent(t.Context())
		ok(t, err)
		got := map[screening.BatchID]bool{}
		for _, b := range list {
			got[b.ID] = true
		}
		for _, id := range want {
			if !got[id] {
				t.Errorf("%s: batch %s is not offered", what, id.Short())
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d are offered, want %d", what, len(got), len(want))
		}
	}
	ok(t, s.Rewind(t.Context(), screening.Checkpoint{Size: 14, Root: [32]byte{14}}))
	unsent("of an office that lost nothing")
	ok(t, s.Rewind(t.Context(), screening.Checkpoint{Size: 8, Root: [32]byte{8}}))
	s = reopen(t, s, path)
	unsent("of an office that lost its end", late.ID, stored.ID)
	if c, err := s.Checkpoint(t.Context()); err != nil || c.Size != 8 || c.Root != [32]byte{8} || len(c.Note) != 0 {
		t.Errorf("remembers %+v (%v), want the place from which the log goes on", c, err)
	}
	open(late, 10) // by the log as it goes on
	unsent("after it was opened again", stored.ID)
}
