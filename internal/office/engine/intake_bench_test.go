package engine_test

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/office/casework"
	"leeward/internal/office/engine"
	"leeward/internal/office/sqlite"
	"leeward/internal/screening"
)

// BenchmarkIntake records and opens batches of 1, 10 and 100 interviews that 16 devices send at once, and batches that
// are here already, on the embedded database.
func BenchmarkIntake(b *testing.B) {
	for _, each := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("batches of %d", each), func(b *testing.B) { intakeOf(b, each, false) })
	}
	b.Run("duplicates", func(b *testing.B) { intakeOf(b, 10, true) })
}

const senders = 16

func intakeOf(b *testing.B, each int, again bool) {
	var key encvfs.Key
	_, _ = rand.Read(key[:])
	e, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "office.db"), key, engine.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
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
	var work sync.WaitGroup
	for _, d := range devices {
		work.Go(func() {
			for seq := range uint64(b.N/senders + 1) {
				if again {
					seq = 0
				}
				if err := takeBatch(b, e, d, seq+1, each); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	work.Wait()
	b.ReportMetric(float64(each)*float64((b.N/senders+1)*senders)/b.Elapsed().Seconds(), "interviews/s")
}

// takeBatch is what intake asks of an engine for one batch.
func takeBatch(b *testing.B, e *engine.Engine, d casework.Enrolled, seq uint64, each int) error {
	a := arrival(d, seq, "")
	a.Payload = make([]byte, 1200*each)
	records := make([]casework.OpenedRecord, each)
	for i := range records {
		records[i] = held(interview(1))
		records[i].Body = make([]byte, 3500)
		records[i].Leaf = sha256.Sum256(a.Header)
	}
	done, err := e.Take(b.Context(), a, opened(a, records...))
	if err == nil && done.Receipt.Level != screening.LevelOpened {
		err = fmt.Errorf("level %d", done.Receipt.Level)
	}
	return err
}
