//go:build unix

package intake_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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
	"leeward/internal/office/postgres/pgtest"
	"leeward/internal/office/sqlite"
	"leeward/internal/screening"
	"leeward/internal/screening/eighty"
	"leeward/internal/seal"
	"leeward/schema"
	"leeward/sync/batch"
	"leeward/sync/fieldtest"
	"leeward/sync/intake"
)

// BenchmarkOffice receives batches of 1, 10 and 100 interviews of 80 answers (package eighty) that 16 devices send at once,
// from their bytes as they come off the wire: signature, decryption after quantum computers' measure, reading, evaluation,
// all rows, log, and the commit on the disk, up to a receipt of level OPENED. Only the connection itself is not in it.
// BenchmarkIntake of internal/office/engine is the part behind the reading.
func BenchmarkOffice(b *testing.B) {
	for _, on := range []struct {
		name string
		open func(b *testing.B) *engine.Engine
	}{{"sqlite", onFile}, {"postgres", onServer}} {
		for _, each := range []int{1, 10, 100} {
			b.Run(fmt.Sprintf("%s/batches of %d", on.name, each), func(b *testing.B) { receive(b, on.open(b), each) })
		}
	}
}

func onFile(b *testing.B) *engine.Engine {
	e, err := sqlite.Open(b.Context(), filepath.Join(b.TempDir(), "office.db"), encvfs.Key{7}, engine.Options{})
	return opens(b, e, err)
}

func onServer(b *testing.B) *engine.Engine {
	s, err := pgtest.StartDurable()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Remove() })
	e, err := postgres.Open(b.Context(), s.Database(b), encvfs.Key{7}, engine.Options{})
	return opens(b, e, err)
}

func opens(b *testing.B, e *engine.Engine, err error) *engine.Engine {
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = e.Close() })
	return e
}

// askingEighty is the questionnaire of the interviews of package eighty.
func askingEighty(b *testing.B) *schema.Form {
	var items []string
	for n := range 80 {
		items = append(items, fmt.Sprintf(`{"name":"q%02d","kind":"text","text":{"en":{"text":"Question %d?"}}}`, n, n))
	}
	q, err := schema.Parse([]byte(`{"format":"leeward/questionnaire/1","id":"eighty","version":"1","title":{"en":{"text":"Eighty"}},"source":"en",
"languages":[{"tag":"en","name":"English"},{"tag":"ar","name":"Arabic"}],"items":[{"name":"work","kind":"group","text":{"en":{"text":"Work"}},"items":[` +
		strings.Join(items, ",") + `]}]}`))
	if err != nil {
		b.Fatal(err)
	}
	form, err := schema.Compile(q)
	if err != nil {
		b.Fatal(err)
	}
	return form
}

func receive(b *testing.B, e *engine.Engine, each int) {
	const senders = 16
	form := askingEighty(b)
	i, err := intake.New(intake.Config{
		Ledger: e, Register: e, Holdings: e, Root: fieldtest.SignRoot(b, officeRoot()), Online: signer(102), Registrar: signer(103), Requests: identities()[0],
		Payload: func() seal.Opener { return identities()[1] }, Forms: func(ref schema.Ref) (*schema.Form, bool) { return form, ref == form.Ref() },
		Parts: b.TempDir(), Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	packed, many := make([][][]byte, senders), b.N/senders+1
	var work sync.WaitGroup
	for n := range packed {
		d := admitted(b, e, byte(n+1))
		work.Go(func() { packed[n] = packedBy(b, d, form, many, each) })
	}
	work.Wait()
	b.ResetTimer()
	began := processors()
	for _, files := range packed {
		work.Go(func() {
			for _, file := range files {
				r, err := i.Receive(context.Background(), file)
				if err == nil && r.Level != screening.LevelOpened {
					err = errors.New("not opened")
				}
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	work.Wait()
	n := float64(each * many * senders)
	b.ReportMetric(n/b.Elapsed().Seconds(), "interviews/s")
	b.ReportMetric(float64((processors()-began).Microseconds())/n, "cpu-µs/interview")
	b.ReportMetric(float64(len(packed[0][0]))/float64(each), "wire-B/interview")
}

// admitted is a device with a number, enrolled.
func admitted(b *testing.B, e *engine.Engine, n byte) *device {
	a := casework.Admission{
		Code: [32]byte{n}, SignKey: signer(n).Public(), TLSKey: [32]byte{n}, SealTo: "x",
		Grant: func(casework.Enrolled, uint64, [32]byte) ([]byte, []byte, error) { return []byte{n}, []byte{n}, nil },
	}
	if err := e.AddCode(b.Context(), a.Code, time.Now().Add(time.Hour), true); err != nil {
		b.Fatal(err)
	}
	d, _, err := e.Admit(b.Context(), a)
	if err != nil {
		b.Fatal(err)
	}
	return &device{Enrolled: d, sign: signer(n), prev: d.Head}
}

// packedBy is a device's batches as they go on the wire. The same interviews come again and again, as other people's.
func packedBy(b *testing.B, d *device, form *schema.Form, many, each int) (files [][]byte) {
	for range many {
		var records []batch.Record
		for n := range each {
			iv := eighty.Told(n)
			iv.ID, iv.Code, iv.Questionnaire = screening.NewInterviewID(), screening.NewRespondentCode(), form.Ref()
			records = append(records, interviewRecord(b, iv))
		}
		files = append(files, d.pack(b, records...).File)
	}
	return files
}

// processors is how long they worked for this program.
func processors() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
