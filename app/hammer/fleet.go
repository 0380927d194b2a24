package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"leeward/internal/store"
	"leeward/internal/vault"
	"leeward/schema"
	"leeward/sync/courier"
)

// tally is what a run did.
type tally struct {
	Devices     int     `json:"devices"`      // of which everything arrived
	Finished    int     `json:"finished"`     // interviews
	Opened      int     `json:"opened"`       // interviews, as the devices know it after they were locked and unlocked again
	Batches     int     `json:"batches"`      // of which the office proved that it opened them
	Receipts    int     `json:"receipts"`     // files with receipts that were verified: their signatures, and that the log has all they speak of
	Follows     int     `json:"follows"`      // of them, those whose log was proved to continue the one that the device saw before
	Kills       int     `json:"kills"`        // of a device's program
	BytesNeeded int64   `json:"bytes_needed"` // of the batches, as they lie in the outbox
	BytesResent int64   `json:"bytes_resent"` // of them, again because a connection broke
	BytesSent   int64   `json:"bytes_sent"`   // on the wire, without enrolment and without what a kill cut
	Again       int     `json:"again"`        // times that an office was busy or out of reach and a device asked once more, but for programs that get killed
	Failed      int     `json:"failed"`       // devices
	Lost        int     `json:"lost"`         // interviews that were finished and that the office does not count, with -counted
	Doubled     int     `json:"doubled"`      // interviews that the office counts and that nobody finished, with -counted
	Seconds     float64 `json:"seconds"`      // from the first passphrase to the last lock
	PerSecond   float64 `json:"per_second"`   // interviews

	// With -together, from when all devices turned to the office until the last of them had its receipts.
	Delivering   float64 `json:"delivering"` // seconds
	DeliveredPer float64 `json:"delivered_per_second"`
}

func (t *tally) add(one tally) {
	t.Devices += one.Devices
	t.Finished += one.Finished
	t.Opened += one.Opened
}

// fleet is all devices of a run.
type fleet struct {
	options
	codes  []string
	form   *schema.Form
	vault  vault.Options // the zero value costs what it costs a screener
	office string        // where connections go instead of to the address in the codes; "" for there
	pace   *rate.Limiter
	proofs *proofs
	meet   *meeting
	notes  io.Writer

	stretch sync.Mutex       // one passphrase is derived at a time: each takes 64 MiB
	between func(dir string) // tests: while a device is locked, before it is looked at again
	begun   func(i int)      // tests: an interview begins on a device that may be killed in it

	mu    sync.Mutex
	total tally
}

func newFleet(o options, codes []string, notes io.Writer) (*fleet, error) {
	form, err := questionnaire(o.Forms)
	if err != nil {
		return nil, err
	}
	f := &fleet{options: o, codes: codes, form: form, notes: &shared{to: notes}, pace: rate.NewLimiter(rate.Inf, 1), proofs: newProofs(), meet: newMeeting(o)}
	if o.rate > 0 {
		f.pace = rate.NewLimiter(rate.Limit(o.rate), 1)
	}
	if o.Quick {
		f.vault.KDF = vault.FloorKDF
	}
	return f, nil
}

// shared is a place that all devices and their programs write to, a piece at a time.
type shared struct {
	mu sync.Mutex
	to io.Writer
}

func (s *shared) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.to.Write(b)
}

// run leads every device through its day, so many at a time. A device that fails does not hold up the others; the
// errors name each that did.
func (f *fleet) run(ctx context.Context) (tally, error) {
	began := time.Now()
	var (
		work   sync.WaitGroup
		failed error
		ends   int
	)
	for n := 1; n <= f.devices; n++ {
		leave := f.meet.enter()
		work.Go(func() {
			one, err := f.lead(ctx, n, leave)
			leave()
			f.mu.Lock()
			defer f.mu.Unlock()
			f.total.add(one)
			ends++
			if err != nil {
				f.total.Failed++
				failed = errors.Join(failed, fmt.Errorf("device %03d: %w", n, err))
			}
			fmt.Fprintf(f.notes, "device %03d: %d finished, %d opened (%d of %d devices)\n", n, one.Finished, one.Opened, ends, f.devices)
		})
	}
	work.Wait()
	t := f.total
	t.Seconds = time.Since(began).Seconds()
	t.PerSecond = float64(t.Opened) / t.Seconds
	f.meet.tell(&t)
	failed = errors.Join(failed, f.proofs.tell(&t))
	if want := f.devices * f.Interviews; failed == nil && (t.Finished != want || t.Opened != want) {
		failed = fmt.Errorf("finished %d and opened %d interviews, want %d", t.Finished, t.Opened, want)
	}
	return t, failed
}

// lead is one device's day: in this program, or in programs of its own that get killed. It calls leave when all that is
// left to do is to hand in, if the devices do that together.
func (f *fleet) lead(ctx context.Context, n int, leave func()) (tally, error) {
	words, err := vault.Words(vault.GeneratedWords)
	if err != nil {
		return tally{}, err
	}
	l := life{N: n, Code: f.codes[n-1], Passphrase: strings.Join(words, " ")}
	if f.kill > 0 {
		return f.lives(ctx, l)
	}
	return f.device(ctx, l, &near{f, n, leave})
}

// near is the eye on a device that lives in this program.
type near struct {
	*fleet
	n     int
	leave func()
}

func (e *near) ready(ctx context.Context, _ int) error { return e.pace.Wait(ctx) }
func (e *near) saving(schema.Path)                     {}
func (e *near) saved(schema.Path, schema.Answer)       {}
func (e *near) finished(int)                           {}
func (e *near) believed(root, receipts []byte)         { e.proofs.see(e.n, root, receipts) }
func (e *near) synced(r courier.Result)                { e.count(r); e.meet.seen() }

func (e *near) handsIn() {
	if e.together {
		e.leave()
		e.meet.wait()
	}
}

// count adds what a sync cost.
func (f *fleet) count(r courier.Result) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.total.BytesNeeded += r.BytesNeeded
	f.total.BytesResent += r.BytesResent
	f.total.BytesSent += r.BytesSent
}

// dial goes to the office, or to what stands before it.
func (f *fleet) dial() func(ctx context.Context, network, address string) (net.Conn, error) {
	var direct net.Dialer
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		if f.office != "" {
			address = f.office
		}
		return direct.DialContext(ctx, network, address)
	}
}

func (f *fleet) folder(n int) string { return filepath.Join(f.Data, fmt.Sprintf("device-%03d", n)) }

// loss says what is wrong with the counts of a device that finished so many interviews and was told that
// all of them were opened; nil if nothing is.
func loss(finished int, c store.Counts) error {
	if c != (store.Counts{Opened: finished}) {
		return fmt.Errorf("finished %d interviews, and the device counts %+v", finished, c)
	}
	return nil
}
