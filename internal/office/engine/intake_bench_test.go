//go:build unix

package engine_test

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/office/casework"
	"leeward/internal/office/engine"
	"leeward/internal/office/postgres"
	"leeward/internal/office/postgres/pgtest"
	"leeward/internal/office/sqlite"
	"leeward/internal/screening"
	"leeward/internal/screening/eighty"
)

// BenchmarkIntake records opened batches of 1, 10 and 100 interviews that 16 devices send at once, and batches that are
// here already, on each database that an office can have. The interview is the one whose size on the wire is promised
// (package eighty): 80 answers, 8 of them told at length, 1,150 bytes as it comes sealed among a hundred.
//
// What is counted goes from a batch that was verified and opened to receipts of level OPENED: all rows (batch, sealed
// payload, interview, version for reading, case, duties, facts, log), hidden or encrypted, and the commit on the disk.
// Verifying, decrypting and evaluating come before and are in BenchmarkOffice of sync/intake, which starts from the bytes
// on the wire. Metrics beside the speed: processor time of this program, and of the database's server where there is one;
// bytes that were written to the database's files or, by a server, to its log; bytes of the version for reading.
func BenchmarkIntake(b *testing.B) {
	for _, on := range []struct {
		name string
		open func(b *testing.B) *intakeBench
	}{{"sqlite", benchFile}, {"postgres", benchServer}} {
		for _, each := range []int{1, 10, 100} {
			b.Run(fmt.Sprintf("%s/batches of %d", on.name, each), func(b *testing.B) { on.open(b).run(b, each, false) })
		}
		b.Run(on.name+"/duplicates", func(b *testing.B) { on.open(b).run(b, 10, true) })
	}
}

// intakeBench is an engine under a benchmark, and what can be told of its database.
type intakeBench struct {
	*engine.Engine
	worked func() time.Duration // by a server
	wrote  func() int64         // bytes
}

func benchFile(b *testing.B) *intakeBench {
	var key encvfs.Key
	_, _ = rand.Read(key[:])
	e, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "office.db"), key, engine.Options{})
	return begun(b, &intakeBench{e, func() time.Duration { return 0 }, wrote}, err)
}

// wrote is how many bytes this program has written; 0 where that cannot be told.
func wrote() int64 {
	all, _ := os.ReadFile("/proc/self/io")
	_, rest, _ := bytes.Cut(all, []byte("wchar: "))
	number, _, _ := bytes.Cut(rest, []byte("\n"))
	n, _ := strconv.ParseInt(string(number), 10, 64)
	return n
}

func benchServer(b *testing.B) *intakeBench {
	s, err := pgtest.StartDurable()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Remove() })
	e, err := postgres.Open(b.Context(), s.Database(b), encvfs.Key{7}, engine.Options{})
	return begun(b, &intakeBench{e, s.Worked, func() (n int64) {
		if err := e.Raw().QueryRow(`SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint`).Scan(&n); err != nil {
			b.Error(err)
		}
		return n
	}}, err)
}

func begun(b *testing.B, on *intakeBench, err error) *intakeBench {
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = on.Close() })
	return on
}

const senders = 16

func (on *intakeBench) run(b *testing.B, each int, again bool) {
	var err error
	var devices [senders]casework.Enrolled
	for i := range devices {
		a := casework.Admission{Code: [32]byte{1, byte(i)}, SignKey: [32]byte{2, byte(i)}, TLSKey: [32]byte{3, byte(i)}, SealTo: "x", Grant: signedGrant}
		if err := on.AddCode(b.Context(), a.Code, time.Now().Add(time.Hour), true); err != nil {
			b.Fatal(err)
		}
		if devices[i], _, err = on.Admit(b.Context(), a); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	began, server, written := worked(), on.worked(), on.wrote()
	var work sync.WaitGroup
	for _, d := range devices {
		work.Go(func() {
			for seq := range uint64(b.N/senders + 1) {
				if again {
					seq = 0
				}
				if err := takeBatch(b, on.Engine, d, seq+1, each, again); err != nil {
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
	if again {
		return
	}
	b.ReportMetric(float64((on.worked()-server).Microseconds())/n, "server-µs/interview")
	b.ReportMetric(float64(on.wrote()-written)/n, "written-B/interview")
	var kept float64
	if err := on.Raw().QueryRow(`SELECT avg(length(content)) FROM versions`).Scan(&kept); err != nil {
		b.Error(err)
	}
	b.ReportMetric(kept, "kept-B/interview")
}

// worked is how long processors worked for this program: on a machine with other work the wall clock says little.
func worked() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

var told = eighty.Told(1).Answers

// takeBatch is what intake asks of an engine for one batch.
func takeBatch(b *testing.B, e *engine.Engine, d casework.Enrolled, seq uint64, each int, again bool) error {
	a := arrival(d, seq, "")
	a.Payload = make([]byte, 1150*each)
	_, _ = rand.Read(a.Payload)
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
