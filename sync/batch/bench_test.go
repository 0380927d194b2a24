package batch

import (
	"fmt"
	"testing"

	"leeward/internal/screening/eighty"
)

// The work of one sync and of its receiving end, for 1, 10 and 100 interviews of 80 answers; the metric
// B/interview is the length of the file over the number of interviews.
func BenchmarkBatch(b *testing.B) {
	for _, n := range []int{1, 10, 100} {
		var records []Record
		for i := range n {
			records = append(records, record(b, eighty.Told(i)))
		}
		p := pack(b, records...)
		e, err := Parse(p.File)
		if err != nil {
			b.Fatal(err)
		}
		v, err := e.Verify(signer(1).Public())
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("Pack/%d", n), func(b *testing.B) {
			for b.Loop() {
				pack(b, records...)
			}
			b.ReportMetric(float64(len(p.File))/float64(n), "B/interview")
		})
		b.Run(fmt.Sprintf("Verify/%d", n), func(b *testing.B) {
			for b.Loop() {
				e, err := Parse(p.File)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := e.Verify(signer(1).Public()); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprintf("Open/%d", n), func(b *testing.B) {
			for b.Loop() {
				c, err := v.Open(testOffice().vault, 2)
				if err != nil {
					b.Fatal(err)
				}
				for _, r := range c.Records {
					if _, err := r.Interview(); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
