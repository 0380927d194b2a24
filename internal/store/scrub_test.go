package store

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"leeward/internal/screening"
	"leeward/schema"
)

// Answers of many lengths come, are corrected and are struck in an order drawn by chance, until pages
// have split and merged. Of what was struck the decrypted file must not hold a single copy. With these
// seeds it does if the pages are not built anew: secure_delete alone does not reach every copy.
func TestStruckAnswersLeaveNoCopyBetweenTheCells(t *testing.T) {
	for _, seed := range []uint64{20, 22} {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			s, _ := newStore(t)
			chance := rand.New(rand.NewPCG(seed, 1))
			var people [5]screening.InterviewID
			var last [5]uint64
			for i := range people {
				people[i] = begun(t, s, 0).ID
			}
			struck := make(map[string]bool)
			for step := range 350 {
				who, q := chance.IntN(len(people)), chance.IntN(12)
				path, word := schema.Path(fmt.Sprint("/data/p", q)), fmt.Sprintf("W%d-%d-%d!", seed, who, q)
				if chance.IntN(25) == 0 {
					ok(t, s.Strike(t.Context(), people[who], path))
					struck[word] = true
				} else {
					last[who]++
					n := chance.IntN(60)
					if chance.IntN(20) == 0 {
						n = chance.IntN(3000)
					}
					if n > 0 {
						delete(struck, word)
					}
					r := said(last[who], path, "")
					r.Answer.Value = strings.Repeat(word, n)
					ok(t, s.SaveAnswer(t.Context(), people[who], r))
				}
				if step < 300 || step%10 != 9 {
					continue
				}
				file := decrypted(t, s)
				for word := range struck {
					if n := bytes.Count(file, []byte(word)); n > 0 {
						t.Fatalf("step %d: %d copies of what was struck", step, n)
					}
				}
			}
		})
	}
}

// An office that has been offline for months: 200 batches of 64 KiB lie in the file.
func BenchmarkWithdraw(b *testing.B) {
	s := openAt(b, filepath.Join(b.TempDir(), "device.lwd"))
	for range 200 {
		seq, _, err := s.Head(b.Context())
		ok(b, err)
		batch := screening.Batch{Seq: seq + 1, File: make([]byte, 64<<10)}
		batch.ID[0], batch.ID[1] = byte(seq), 1
		ok(b, s.Enqueue(b.Context(), batch))
	}
	for b.Loop() {
		iv := begun(b, s, 60)
		if _, err := s.Withdraw(b.Context(), iv.ID, noon); err != nil {
			b.Fatal(err)
		}
	}
}

// Somebody withdraws from a store of 100,000 answers, about 60 MB. It says how much memory the process took at most,
// where the system tells.
func BenchmarkWithdrawAmong100000(b *testing.B) {
	path := filepath.Join(b.TempDir(), "device.lwd")
	s := openAt(b, path)
	for range 200 {
		iv := person()
		for seq := uint64(1); seq <= 500; seq++ {
			iv.Answers = append(iv.Answers, said(seq, "/data/q1", strings.Repeat("what was said ", 24)))
		}
		ok(b, s.Begin(b.Context(), iv, iv.Answers))
	}
	for b.Loop() {
		iv := begun(b, s, 60)
		runtime.GC()
		before := peak(b)
		if _, err := s.Withdraw(b.Context(), iv.ID, noon); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(peak(b)-before, "MB-more")
	}
	if file, err := os.Stat(path); err == nil {
		b.ReportMetric(float64(file.Size())/(1<<20), "MB-file")
	}
}

// peak returns the most memory in MB that this process has had since it was last asked, 0 where nobody knows.
func peak(b *testing.B) (mb float64) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	var kb float64
	_, err = fmt.Sscan(rest, &kb)
	ok(b, err)
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // resets it; without leave to, it goes on rising
	return kb / 1024
}
