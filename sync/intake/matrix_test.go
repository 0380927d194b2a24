package intake_test

import (
	"fmt"
	"testing"
	"time"
)

// TestEveryLinkDelivers hands in one, ten and a hundred interviews over links as they are in the field, in virtual time.
// Everything arrives once, and what goes twice is little beside what has to go, however often the link goes dark. Lost
// packets are what a connection makes of them: it stops until they were sent again.
func TestEveryLinkDelivers(t *testing.T) {
	for _, link := range []struct {
		name string
		rope rope
	}{
		{"2G", rope{rate: 2500, delay: 400 * time.Millisecond}},
		{"2G, dark for 12 of 27 seconds", rope{rate: 2500, delay: 400 * time.Millisecond, every: 15 * time.Second, dark: 12 * time.Second}},
		{"2G, dark for a minute after two", rope{rate: 2500, delay: 400 * time.Millisecond, every: 2 * time.Minute, dark: time.Minute}},
		{"2G that loses much", rope{rate: 2500, delay: 400 * time.Millisecond, every: 4 * time.Second, dark: 1600 * time.Millisecond}},
		{"satellite", rope{rate: 8000, delay: 750 * time.Millisecond}},
		{"satellite that loses", rope{rate: 8000, delay: 750 * time.Millisecond, every: 10 * time.Second, dark: 3 * time.Second}},
		{"a shelter's radio", rope{rate: 20_000, delay: 20 * time.Millisecond, every: time.Minute, dark: 20 * time.Second}},
	} {
		for _, size := range []struct{ interviews, bytes int }{{1, 1500}, {10, 12_000}, {100, 96_000}} {
			if testing.Short() && size.interviews != 10 {
				continue
			}
			t.Run(fmt.Sprintf("%s, %d", link.name, size.interviews), func(t *testing.T) {
				r := link.rope
				over(t, &r, size.interviews, size.bytes, func(o *office, f *outpost) {
					total, took, tries := f.syncs(t, 30*time.Minute)
					t.Logf("%d bytes in %v, %d syncs, %d bytes twice, %d on the wire", total.BytesNeeded, took.Round(time.Second), tries, total.BytesResent, total.BytesSent)
					if most := total.BytesNeeded/20 + 4<<10; total.BytesResent > most { // what a system's buffers held at the end is lost with a connection
						t.Errorf("%d of %d bytes went twice, at most %d may", total.BytesResent, total.BytesNeeded, most)
					}
					if len(o.records.Batches) != 2 || len(o.records.Rows) != size.interviews {
						t.Errorf("the office has %d batches and %d interviews", len(o.records.Batches), len(o.records.Rows))
					}
				})
			})
		}
	}
}
