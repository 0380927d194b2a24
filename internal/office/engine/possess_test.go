package engine_test

import (
	"bytes"
	"errors"
	"testing"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// TestMendPutsBackWhatWasLost: and never what was taken out, whatever of the payload's row is left.
func TestMendPutsBackWhatWasLost(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d, iv := b.device(), interview(1)
		told, taken := arrival(d, 1, ""), arrival(d, 2, "")
		b.take(told, held(iv))
		stored := func() []byte {
			a, err := b.Stored(t.Context(), told.Batch)
			if err != nil && !errors.Is(err, casework.ErrNotFound) {
				t.Fatal(err)
			}
			return a.Payload
		}
		for _, harm := range []string{`UPDATE payloads SET body = $2 WHERE batch_id = $1`, `DELETE FROM payloads WHERE batch_id = $1 AND body <> $2`} {
			if _, err := b.Raw().Exec(harm, told.Batch[:], []byte("rot")); err != nil {
				t.Fatal(err)
			}
			if err := b.Mend(t.Context(), told.Batch, told.Payload); err != nil || !bytes.Equal(stored(), told.Payload) {
				t.Errorf("%s: the bytes were not put back, %v", harm, err)
			}
		}
		if err := b.Mend(t.Context(), screening.BatchID{9}, told.Payload); !errors.Is(err, casework.ErrNotFound) {
			t.Errorf("a batch that was never here: got %v", err)
		}
		b.take(taken, withdrawal(iv.ID, 2))
		if err := b.Mend(t.Context(), told.Batch, told.Payload); !errors.Is(err, casework.ErrNotFound) {
			t.Errorf("what is due to be taken out was put back: %v", err)
		}
		if err := b.Redact(t.Context(), casework.Redaction{Batch: told.Batch, Payload: []byte("without it"), Places: []int{0}, Entry: []byte("erased")}); err != nil {
			t.Fatal(err)
		}
		for _, harm := range []string{`UPDATE payloads SET redacted = 1 WHERE batch_id = $1 AND body <> $2`, `DELETE FROM payloads WHERE batch_id = $1 AND body <> $2`} {
			if _, err := b.Raw().Exec(harm, told.Batch[:], []byte("rot")); err != nil {
				t.Fatal(err)
			}
			if err := b.Mend(t.Context(), told.Batch, told.Payload); !errors.Is(err, casework.ErrNotFound) || bytes.Equal(stored(), told.Payload) {
				t.Errorf("%s: what was taken out is back: %v", harm, err)
			}
		}
	})
}

// TestUnshownIsNotedOnce: whatever a device makes up, it fills no table.
func TestUnshownIsNotedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		d := b.device()
		a := arrival(d, 1, "")
		b.take(a)
		for n := range 20 {
			for _, id := range []screening.BatchID{a.Batch, {byte(n), 1}} {
				if err := b.Unshown(t.Context(), d.ID, id, []byte("signed")); err != nil {
					t.Fatal(err)
				}
			}
		}
		all, err := b.Incidents(t.Context(), 100)
		if err != nil || len(all) != 2 || all[0].Kind != string(screening.ELost) {
			t.Errorf("%d incidents, %v, want one of the batch and one of all others", len(all), err)
		}
	})
}
