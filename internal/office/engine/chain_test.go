package engine_test

import (
	"reflect"
	"slices"
	"testing"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// kinds lists the incidents of an office.
func (b *bench) kinds() (kinds []string) {
	b.t.Helper()
	all, err := b.Incidents(b.t.Context(), 100)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, i := range all {
		kinds = append(kinds, string(i.Kind))
	}
	slices.Sort(kinds)
	return kinds
}

// TestOmittedBatchShows is the threat table's carrier that drops a batch, and one that shuffles: gaps are known by
// number, and go when the missing ones come.
func TestOmittedBatchShows(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		missing := func(says uint64) []screening.Span {
			t.Helper()
			account, err := b.Greet(t.Context(), casework.Hello{Device: d.ID, Epoch: 1, Seq: says})
			if err != nil {
				t.Fatal(err)
			}
			return account.Missing
		}
		for _, step := range []struct {
			seq, says uint64
			want      []screening.Span
		}{
			{1, 1, nil},
			{2, 2, nil},
			{4, 4, []screening.Span{{From: 3, To: 3}}},
			{9, 11, []screening.Span{{From: 3, To: 3}, {From: 5, To: 8}, {From: 10, To: 11}}},
			{3, 9, []screening.Span{{From: 5, To: 8}}},
			{6, 9, []screening.Span{{From: 5, To: 5}, {From: 7, To: 8}}},
		} {
			b.take(arrival(d, step.seq, ""))
			if got := missing(step.says); !reflect.DeepEqual(got, step.want) {
				t.Errorf("after %d of %d: missing %v, want %v", step.seq, step.says, got, step.want)
			}
		}
		gaps, err := b.Gaps(t.Context())
		want := []casework.Gap{
			{Device: d.ID, Epoch: 1, Span: screening.Span{From: 5, To: 5}, Since: b.now},
			{Device: d.ID, Epoch: 1, Span: screening.Span{From: 7, To: 8}, Since: b.now},
		}
		if err != nil || !reflect.DeepEqual(gaps, want) {
			t.Errorf("gaps %v (%v), want %v", gaps, err, want)
		}
		for seq := range uint64(8) {
			b.take(arrival(d, seq+1, ""))
		}
		if gaps, err := b.Gaps(t.Context()); err != nil || len(gaps) != 0 || missing(9) != nil {
			t.Errorf("all is here, and gaps are %v (%v)", gaps, err)
		}
		if kinds := b.kinds(); len(kinds) != 0 {
			t.Errorf("honest batches out of order gave incidents %v", kinds)
		}
	})
}

func TestTooFarAheadIsNotKept(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		b.take(arrival(d, 1, ""))
		if got, err := b.Receive(t.Context(), arrival(d, casework.Window+2, "")); err != nil || !got.Ahead {
			t.Errorf("%d after 1: %+v, %v, want it refused as ahead", casework.Window+2, got, err)
		}
		b.take(arrival(d, casework.Window+1, ""))
		b.wantStats(casework.Stats{Devices: 1, Batches: 2})
	})
}

// TestBrokenChainIsNoted: a batch whose predecessor is another than the one that came is kept, and somebody is told.
func TestBrokenChainIsNoted(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		first := arrival(d, 1, "")
		first.Prev = screening.BatchID{7} // no epoch was granted with that head
		b.take(first)
		b.take(arrival(d, 2, ""))
		b.take(arrival(d, 4, "other")) // says that it follows 3
		third := arrival(d, 3, "other")
		third.Batch = screening.BatchID{9} // is not the one that 4 follows
		b.take(third)
		if got := b.kinds(); !slices.Equal(got, []string{"E_CHAIN", "E_CHAIN"}) {
			t.Errorf("incidents %v, want the first of the epoch and the third", got)
		}
		b.wantStats(casework.Stats{Devices: 1, Batches: 4, Incidents: 2})
	})
}

// TestOfficeThatForgotIsNoted is the threat table's office that shows another history: what a device saw, signed in its
// header, is not what the office has.
func TestOfficeThatForgotIsNoted(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		b.take(arrival(d, 1, ""))
		p, err := b.Prove(t.Context(), 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		saw := arrival(d, 2, "")
		saw.Log = screening.Checkpoint{Size: p.Size, Root: p.Root}
		b.take(saw)
		if kinds := b.kinds(); len(kinds) != 0 {
			t.Errorf("a device that saw this log gave incidents %v", kinds)
		}
		for seq, log := range map[uint64]screening.Checkpoint{3: {Size: 99, Root: p.Root}, 4: {Size: p.Size, Root: [32]byte{1}}} {
			a := arrival(d, seq, "")
			a.Log = log
			b.take(a)
		}
		if got := b.kinds(); !slices.Equal(got, []string{"E_LOG", "E_LOG"}) {
			t.Errorf("incidents %v, want one for each of the two other histories", got)
		}
	})
}
