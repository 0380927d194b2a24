package store

import (
	"errors"
	"testing"

	"leeward/internal/screening"
)

// TestDropWaitsForABackup: sealed bytes go when the office opened the batch and keeps it twice, not before; what they
// held is not sealed again, and a batch that was not opened stays whole.
func TestDropWaitsForABackup(t *testing.T) {
	s, path := newStore(t)
	size := func() (n int64) {
		t.Helper()
		ok(t, s.db.QueryRow(`SELECT sum(length(file)) FROM batch`).Scan(&n))
		return n
	}
	for range 2 {
		finished(t, s, 1)
	}
	first := sealed(t, s)
	finished(t, s, 1)
	second := sealed(t, s)
	r := opened(first)
	r.Outcome = 7
	ok(t, s.Acknowledge(t.Context(), r, noon))
	ok(t, s.Acknowledge(t.Context(), screening.Receipt{Batch: second.ID, Level: screening.LevelStored, Entry: 3}, noon))
	all := size()
	for kept, want := range map[uint64]int64{0: 0, 7: 0} {
		if n, err := s.Drop(t.Context(), kept); err != nil || n != want || size() != all {
			t.Errorf("%d entries are kept: %d dropped, %v; %d bytes of %d are left", kept, n, err, size(), all)
		}
	}
	for _, want := range []int64{1, 0} {
		if n, err := s.Drop(t.Context(), 8); err != nil || n != want {
			t.Errorf("%d dropped (%v), want %d", n, err, want)
		}
	}
	if left := size(); left != int64(len(second.File)) {
		t.Errorf("%d bytes are left, want those of the batch that was not opened", left)
	}
	s = reopen(t, s, path)
	wantCounts(t, s, Counts{Opened: 2, Stored: 1})
	finals, taken, err := s.Waiting(t.Context(), 9)
	if err != nil || len(finals)+len(taken) != 0 {
		t.Errorf("%d interviews would be sealed again (%v)", len(finals), err)
	}
	if _, prev, err := s.Head(t.Context()); err != nil || prev != second.ID {
		t.Errorf("the chain lost its head: %v", err)
	}
}

// TestReceiptedIsChosen: a batch that has a receipt, with its bytes or without; never one that has none.
func TestReceiptedIsChosen(t *testing.T) {
	s, _ := newStore(t)
	none := screening.BatchID{}
	first, second, third := sealed(t, s), sealed(t, s), sealed(t, s)
	if _, err := s.Receipted(t.Context(), none); !errors.Is(err, ErrNotFound) {
		t.Errorf("nothing has a receipt: got %v, want not found", err)
	}
	ok(t, s.Acknowledge(t.Context(), screening.Receipt{Batch: first.ID, Level: screening.LevelStored}, noon))
	r := opened(second)
	r.Outcome = 1
	ok(t, s.Acknowledge(t.Context(), r, noon))
	if n, err := s.Drop(t.Context(), 2); err != nil || n != 1 {
		t.Fatalf("%d dropped, %v", n, err)
	}
	seen := map[screening.BatchID]int{}
	for range 200 { // one of the two is missed once in 2^199
		b, err := s.Receipted(t.Context(), none)
		ok(t, err)
		seen[b.ID] = len(b.File)
	}
	if len(seen) != 2 || seen[first.ID] != len(first.File) {
		t.Errorf("chosen were %v, want the first with its bytes and the second without", seen)
	}
	if b, err := s.Receipted(t.Context(), second.ID); err != nil || b.ID != second.ID {
		t.Errorf("by name: got %s, %v", b.ID.Short(), err)
	}
	if _, err := s.Receipted(t.Context(), third.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("one without a receipt, by name: got %v, want not found", err)
	}
}
