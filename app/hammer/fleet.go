package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"leeward/internal/store"
	"leeward/internal/vault"
	"leeward/schema"
	"leeward/schema/instrument"
)

// tally is what a run did.
type tally struct {
	Devices   int     `json:"devices"`    // of which everything arrived
	Finished  int     `json:"finished"`   // interviews
	Batches   int     `json:"batches"`    // of which the office proved that it opened them
	Opened    int     `json:"opened"`     // interviews, as the devices know it after they were locked and unlocked again
	BytesSent int64   `json:"bytes_sent"` // on the wire, without enrolment
	Seconds   float64 `json:"seconds"`    // from the first passphrase to the last lock
}

func (t *tally) add(one tally) {
	t.Devices += one.Devices
	t.Finished += one.Finished
	t.Batches += one.Batches
	t.Opened += one.Opened
	t.BytesSent += one.BytesSent
}

// fleet is all devices of a run.
type fleet struct {
	options
	codes []string
	form  *schema.Form
	vault vault.Options // the zero value costs what it costs a screener
	notes io.Writer

	stretch sync.Mutex       // one passphrase is derived at a time: each takes 64 MiB
	between func(dir string) // tests: while a device is locked, before it is looked at again
}

func newFleet(o options, codes []string, notes io.Writer) *fleet {
	return &fleet{options: o, codes: codes, form: instrument.Form(), notes: notes}
}

// run leads every device through its day, as many at a time as the machine has cores. A device that fails
// does not hold up the others; the errors name each that did.
func (f *fleet) run(ctx context.Context) (total tally, err error) {
	began := time.Now()
	var (
		mu   sync.Mutex
		work sync.WaitGroup
		ends int
		next = make(chan int)
	)
	for range min(runtime.NumCPU(), f.devices) {
		work.Go(func() {
			for n := range next {
				one, failed := f.device(ctx, n)
				mu.Lock()
				total.add(one)
				ends++
				if failed != nil {
					err = errors.Join(err, fmt.Errorf("device %03d: %w", n, failed))
				}
				fmt.Fprintf(f.notes, "device %03d: %d finished, %d opened, %d batches (%d of %d devices)\n",
					n, one.Finished, one.Opened, one.Batches, ends, f.devices)
				mu.Unlock()
			}
		})
	}
	for n := 1; n <= f.devices; n++ {
		next <- n
	}
	close(next)
	work.Wait()
	total.Seconds = time.Since(began).Seconds()
	if want := f.devices * f.interviews; err == nil && (total.Finished != want || total.Opened != want) {
		err = fmt.Errorf("finished %d and opened %d interviews, want %d", total.Finished, total.Opened, want)
	}
	return total, err
}

func (f *fleet) folder(n int) string { return filepath.Join(f.data, fmt.Sprintf("device-%03d", n)) }

// loss says what is wrong with the counts of a device that finished so many interviews and was told that
// all of them were opened; nil if nothing is.
func loss(finished int, c store.Counts) error {
	if c != (store.Counts{Opened: finished}) {
		return fmt.Errorf("finished %d interviews, and the device counts %+v", finished, c)
	}
	return nil
}
