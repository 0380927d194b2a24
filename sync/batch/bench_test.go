package batch

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"leeward/internal/screening"
)

// talk replaces the free texts of an invented interview by others of the same length that do not repeat, so
// that what is compressed is as hard as speech.
func talk(iv screening.Interview, seed uint64) screening.Interview {
	random := rand.New(rand.NewPCG(seed, 1))
	for i := range iv.Answers {
		if n := len(iv.Answers[i].Answer.Value); n > 20 {
			var b strings.Builder
			for b.Len() < 150 {
				for range 2 + random.IntN(7) {
					b.WriteByte("eeeetttaaaooiinnsshhrrddlluc"[random.IntN(28)])
				}
				b.WriteByte(' ')
			}
			iv.Answers[i].Answer.Value = b.String()
		}
	}
	return iv
}

// The work of one sync and of its receiving end, for 1, 10 and 100 interviews of 80 answers; the metric
// B/interview is the length of the file over the number of interviews.
func BenchmarkBatch(b *testing.B) {
	for _, n := range []int{1, 10, 100} {
		var records []Record
		for i := range n {
			records = append(records, record(b, talk(person(i), uint64(i))))
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
