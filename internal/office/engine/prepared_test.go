package engine_test

import (
	"testing"

	"leeward/internal/office/casework"
	"leeward/internal/office/engine"
)

// TestPreparedOnce sends batches one after another, some of which the tables refuse: what the embedded database has
// parsed for the first is there for the rest, on whichever connection they come, and none is parsed under a new text.
func TestPreparedOnce(t *testing.T) {
	b := newFile(t)
	d := b.device()
	for seq := uint64(1); seq <= 4; seq++ {
		if err := sendOne(b, d, seq); err != nil {
			t.Fatal(err)
		}
	}
	kept := b.Prepared()
	if kept < 20 {
		t.Errorf("%d statements are kept after a batch, want those of Receive and Open", kept)
	}
	for seq := uint64(5); seq <= 8; seq++ {
		holding, err := b.Raw().Conn(t.Context()) // the writer gets another connection than before
		if err != nil {
			t.Fatal(err)
		}
		err = sendOne(b, d, seq)
		if seq%2 == 0 {
			_ = holding.Close()
		} else {
			t.Cleanup(func() { _ = holding.Close() })
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := b.Prepared(); got != kept {
		t.Errorf("%d statements are kept after eight batches, want the %d of the first four", got, kept)
	}
	b.wantStats(casework.Stats{Devices: 1, Batches: 8, Interviews: 8, Opened: 8})
}

// TestPreparedIsBounded wants no more statements than were asked for, none twice, and none that is no SQL.
func TestPreparedIsBounded(t *testing.T) {
	db := newFile(t).Raw()
	for _, c := range []struct {
		most  int
		texts []string
		want  int
	}{
		{0, []string{`SELECT 1`}, 0},
		{2, []string{`SELECT 1`, `SELECT 2`, `SELECT 3`}, 2},
		{9, []string{`SELECT 1`, `SELECT 1`, `not SQL`, `SELECT 2`}, 2},
	} {
		if got := engine.Learn(t.Context(), db, c.most, c.texts...); got != c.want {
			t.Errorf("of %q at most %d: %d are kept, want %d", c.texts, c.most, got, c.want)
		}
	}
}
