package engine_test

import (
	"errors"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// TestReleaseAllOfADevice: a supervisor vouches for what they looked at and for nothing that came since; each piece of it is
// due again, and no other device's.
func TestReleaseAllOfADevice(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d, other := b.device(), b.device()
		b.take(arrival(d, 1, ""), held(interview(1)))
		for _, lost := range []casework.Enrolled{d, other} {
			if _, err := b.Revoke(t.Context(), revoke(lost.ID, time.Time{})); err != nil {
				t.Fatal(err)
			}
		}
		first := b.now
		hold := func(of casework.Enrolled, seq uint64) {
			t.Helper()
			b.now = b.now.Add(time.Minute)
			a := arrival(of, seq, "")
			a.Hold = screening.ERevoked
			if _, err := b.Receive(t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
		hold(d, 3)
		hold(other, 2)
		hold(d, 4)
		c := capsule(d, 1, draft(interview(1), 1))
		c.Opened, c.Hold = nil, screening.ERevoked
		b.recover(c)
		last := b.now
		seen, err := b.Held(t.Context(), d.ID, 2)
		if err != nil {
			t.Fatal(err)
		}
		if seen.Batches != 2 || seen.Copies != 1 || seen.Bytes == 0 || !seen.First.After(first) || !seen.Last.Equal(last) ||
			len(seen.Newest) != 2 || !seen.Newest[0].Copy || seen.Newest[1].Seq != 4 || seen.Newest[1].ID != arrival(d, 4, "").Batch {
			t.Fatalf("held: %+v, want two batches and a copy, the newest two of them listed", seen)
		}
		all, err := b.Incidents(t.Context(), 9)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range all {
			if !i.Held {
				t.Errorf("%s of %s cannot be let go by itself", i.Kind, i.Batch.Short())
			}
		}
		b.now = b.now.Add(time.Minute)
		hold(d, 5) // after the look
		less := seen
		less.Batches--
		if err := b.ReleaseDevice(t.Context(), "sami", d.ID, less); !errors.Is(err, casework.ErrChanged) {
			t.Errorf("other than what was seen: %v, want changed", err)
		}
		if err := b.ReleaseDevice(t.Context(), "sami", d.ID, seen); err != nil {
			t.Fatal(err)
		}
		if err := b.ReleaseDevice(t.Context(), "sami", d.ID, seen); !errors.Is(err, casework.ErrChanged) {
			t.Errorf("twice: %v, want changed", err)
		}
		for _, still := range []struct {
			of   casework.Enrolled
			want int
		}{{d, 1}, {other, 1}} {
			if h, err := b.Held(t.Context(), still.of.ID, 9); err != nil || h.Batches+h.Copies != still.want {
				t.Errorf("%+v is held (%v), want %d", h, err, still.want)
			}
		}
		if tasks, err := b.Due(t.Context(), 9, nil); err != nil || len(tasks) != 2 {
			t.Errorf("%d batches are due (%v), want 3 and 4", len(tasks), err)
		}
		if due, err := b.DueCapsules(t.Context(), 9, nil); err != nil || len(due) != 1 {
			t.Errorf("%d copies are due (%v), want 1", len(due), err)
		}
		if log, err := b.Audit(t.Context()); err != nil || log[len(log)-1].Act != casework.ActRelease || log[len(log)-1].Actor != "sami" {
			t.Errorf("the log does not say who vouched (%v)", err)
		}
	})
}
