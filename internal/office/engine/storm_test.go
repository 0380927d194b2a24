package engine_test

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// TestStormOfDuplicatesCostsNoGrowth sends batches that are here ten thousand times more, as devices do whose answer was
// lost: nearly all are answered from what is stored, and those that come while the first one is being written meet the
// writer. Each gets the receipt of the first time, and neither rows, nor the log, nor files grow.
func TestStormOfDuplicatesCostsNoGrowth(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		const batches, lanes, each = 20, 8, 1250
		d := b.device()
		arrivals, openings := make([]casework.Arrival, batches), make([]casework.Opened, batches)
		receipts := make([]screening.Receipt, batches)
		for i := range batches {
			arrivals[i] = arrival(d, uint64(i)+1, "")
			openings[i] = opened(arrivals[i], held(interview(1)), held(interview(1)))
			if _, err := b.Take(t.Context(), arrivals[i], openings[i]); err != nil {
				t.Fatal(err)
			}
		}
		for i, a := range arrivals {
			var err error
			if receipts[i], _, err = b.Known(t.Context(), a.Batch); err != nil {
				t.Fatal(err)
			}
		}
		told, size := b.told(t), b.size()
		again := func(n int) (r screening.Receipt, known bool, err error) {
			a := arrivals[n%batches]
			var got casework.Reception
			switch n % 50 {
			case 0:
				got, err = b.Take(t.Context(), a, openings[n%batches])
			case 1:
				got, err = b.Receive(t.Context(), a)
			default:
				return b.Known(t.Context(), a.Batch)
			}
			return got.Receipt, got.Duplicate || n%50 == 0, err
		}
		var work sync.WaitGroup
		for lane := range lanes {
			work.Go(func() {
				for i := range each {
					n := lane*each + i
					if r, known, err := again(n); err != nil || !known || r != receipts[n%batches] {
						t.Errorf("duplicate %d: %+v, known %v, %v; want %+v", n, r, known, err, receipts[n%batches])
						return
					}
				}
			})
		}
		work.Wait()
		if now := b.told(t); now != told {
			t.Errorf("rows changed: %s", firstDifference(now, told))
		}
		now := b.size()
		t.Attr("grown", fmt.Sprint(now-size))
		if now > size {
			t.Errorf("%d bytes on disk, before the storm %d", now, size)
		}
	})
}

// size is how many bytes the database takes: its files, or what its tables hold on a server, which keeps books of its own
// beside them.
func (b *bench) size() (total int64) {
	b.t.Helper()
	if b.dir == "" {
		if err := b.Raw().QueryRow(`SELECT sum(pg_relation_size(oid)) FROM pg_class WHERE relnamespace = 'leeward'::regnamespace`).Scan(&total); err != nil {
			b.t.Fatal(err)
		}
		return total
	}
	names, err := filepath.Glob(filepath.Join(b.dir, "*"))
	if err != nil || len(names) == 0 {
		b.t.Fatal(fmt.Errorf("no files: %w", err))
	}
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			b.t.Fatal(err)
		}
		total += info.Size()
	}
	return total
}
