//go:build unix

package engine_test

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/office/casework"
	"leeward/internal/office/engine"
	"leeward/internal/office/postgres"
	"leeward/internal/office/sqlite"
	"leeward/internal/screening"
	"leeward/schema"
)

// BenchmarkIntake records opened batches of 1, 10 and 100 interviews that 16 devices send at once, and batches that are
// here already, on each database that an office can have. An interview has 80 answers, 8 of them told at length: some 7 kB
// as it is kept for reading, beside 1.2 kB as it came, sealed.
//
// What is counted goes from a batch that was verified and opened to receipts of level OPENED: all rows (interview, version,
// case, duties, facts, log), hidden or encrypted, and the commit. Verifying, decrypting and evaluating come before, on
// whatever processor is free, and are not in it (BenchmarkBatch of sync/batch, BenchmarkEvaluate of schema). The
// processor time is this program's alone: a server's own comes on top.
func BenchmarkIntake(b *testing.B) {
	for name, open := range map[string]func(b *testing.B) *engine.Engine{"sqlite": benchFile, "postgres": benchServer} {
		for _, each := range []int{1, 10, 100} {
			b.Run(fmt.Sprintf("%s/batches of %d", name, each), func(b *testing.B) { intakeOf(b, open(b), each, false) })
		}
		b.Run(name+"/duplicates", func(b *testing.B) { intakeOf(b, open(b), 10, true) })
	}
}

func benchFile(b *testing.B) *engine.Engine {
	var key encvfs.Key
	_, _ = rand.Read(key[:])
	return opens(b)(sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "office.db"), key, engine.Options{}))
}

func benchServer(b *testing.B) *engine.Engine {
	s, err := cluster()
	if err != nil {
		b.Fatal(err)
	}
	return opens(b)(postgres.Open(b.Context(), s.Database(b), encvfs.Key{7}, engine.Options{}))
}

func opens(b *testing.B) func(e *engine.Engine, err error) *engine.Engine {
	return func(e *engine.Engine, err error) *engine.Engine {
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = e.Close() })
		return e
	}
}

const senders = 16

func intakeOf(b *testing.B, e *engine.Engine, each int, again bool) {
	var err error
	var devices [senders]casework.Enrolled
	for i := range devices {
		a := casework.Admission{Code: [32]byte{1, byte(i)}, SignKey: [32]byte{2, byte(i)}, TLSKey: [32]byte{3, byte(i)}, SealTo: "x", Grant: signedGrant}
		if err := e.AddCode(b.Context(), a.Code, time.Now().Add(time.Hour), true); err != nil {
			b.Fatal(err)
		}
		if devices[i], _, err = e.Admit(b.Context(), a); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	began := worked()
	var work sync.WaitGroup
	for _, d := range devices {
		work.Go(func() {
			for seq := range uint64(b.N/senders + 1) {
				if again {
					seq = 0
				}
				if err := takeBatch(b, e, d, seq+1, each, again); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	work.Wait()
	n := float64(each) * float64((b.N/senders+1)*senders)
	b.ReportMetric(n/b.Elapsed().Seconds(), "interviews/s")
	b.ReportMetric(float64((worked()-began).Microseconds())/n, "cpu-µs/interview")
}

// worked is how long processors worked for this program: on a machine with other work the wall clock says little.
func worked() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// told are the answers of an interview of the usual length.
var told = func() (all []screening.Recorded) {
	began := time.UnixMilli(1_772_000_000_000).UTC()
	for n := range 80 {
		a := screening.Recorded{
			Seq: uint64(n + 1), Path: schema.Path(fmt.Sprintf("/data/work/g%d", n)), Answer: schema.Answer{Value: "yes"}, Lang: "ar",
			Wording: "0123456789abcdef", At: began.Add(time.Duration(n) * 11 * time.Second), Elapsed: 9 * time.Second, Screener: "s-1",
		}
		if n%10 == 0 {
			a.Answer.Value = strings.Repeat("they took it away on the first day ", 5)
		}
		all = append(all, a)
	}
	return all
}()

// takeBatch is what intake asks of an engine for one batch.
func takeBatch(b *testing.B, e *engine.Engine, d casework.Enrolled, seq uint64, each int, again bool) error {
	a := arrival(d, seq, "")
	a.Payload = make([]byte, 1200*each)
	if again {
		switch _, known, err := e.Known(b.Context(), a.Batch); {
		case err != nil:
			return err
		case known:
			return nil
		}
	}
	records := make([]casework.OpenedRecord, each)
	for i := range records {
		iv := interview(1)
		iv.Answers = told
		records[i] = held(iv)
		records[i].Leaf = sha256.Sum256(a.Header)
	}
	done, err := e.Take(b.Context(), a, opened(a, records...))
	if err == nil && done.Receipt.Level != screening.LevelOpened {
		err = fmt.Errorf("level %d", done.Receipt.Level)
	}
	return err
}
