package engine_test

import (
	"fmt"
	"sync"
	"testing"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// TestManyAtOnce sends batches of many devices at once, good ones, duplicates and ones that the tables refuse. Each gets
// its own answer; what is refused takes nothing else with it, and the log names exactly what was kept.
func TestManyAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		const devices, each = 8, 8
		var work sync.WaitGroup
		for range devices {
			d := b.device()
			work.Go(func() {
				for seq := uint64(1); seq <= each; seq++ {
					if err := sendOne(b, d, seq); err != nil {
						t.Error(err)
					}
				}
			})
		}
		work.Wait()
		b.wantStats(casework.Stats{Devices: devices, Batches: devices * each, Interviews: devices * each, Opened: devices * each})
		p, err := b.Prove(t.Context(), 0, nil)
		if want := uint64(devices + 2*devices*each); err != nil || p.Size != want {
			t.Errorf("the log has %d entries (%v), want %d", p.Size, err, want)
		}
		var entries int
		if err := b.Raw().QueryRow(`SELECT count(*) FROM log_entries`).Scan(&entries); err != nil || uint64(entries) != p.Size {
			t.Errorf("%d entries are kept (%v), the log says %d", entries, err, p.Size)
		}
	})
}

// sendOne receives a bad batch, the good one twice, and opens it.
func sendOne(b *bench, d casework.Enrolled, seq uint64) error {
	bad := arrival(d, seq, "bad")
	bad.Sig = nil
	if _, err := b.Receive(b.t.Context(), bad); err == nil {
		return fmt.Errorf("batch %d without signature was kept", seq)
	}
	a, iv := arrival(d, seq, ""), interview(1)
	for again := range 2 {
		got, err := b.Receive(b.t.Context(), a)
		if err != nil || got.Rival != nil || got.Duplicate != (again == 1) || got.Receipt.Batch != a.Batch {
			return fmt.Errorf("batch %d, time %d: %+v, %w", seq, again, got, err)
		}
		if err := b.inLog(a.Entry, got.Receipt.Entry); err != nil {
			return fmt.Errorf("batch %d: %w", seq, err)
		}
	}
	done, err := b.Engine.Open(b.t.Context(), opened(a, held(iv)))
	if err != nil || done.Receipt.Level != screening.LevelOpened {
		return fmt.Errorf("open %d: %+v, %w", seq, done, err)
	}
	return nil
}
