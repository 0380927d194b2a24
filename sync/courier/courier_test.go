package courier_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/sync/batch"
	"leeward/sync/courier"
)

var ctx = context.Background()

func TestSyncClimbsTheLadder(t *testing.T) {
	o := newOffice(t)
	c, box := newCourier(t, o.serve(t, 104))
	box.finals = []screening.Interview{interview(1), interview(2)}
	box.withdrawals = []screening.Withdrawal{{Interview: screening.InterviewID{9}, Version: 2, At: today}}
	got, err := c.Sync(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if got.Sealed != 3 || got.Sent != 1 || got.Opened != 1 {
		t.Errorf("got %+v, want 3 sealed in 1 batch, sent and opened", got)
	}
	if size := int64(len(box.batches[0].File)); got.BytesSent < size+1000 || got.BytesSent > size+8000 || got.BytesReceived < 1000 {
		t.Errorf("got %d bytes sent and %d received for a batch of %d", got.BytesSent, got.BytesReceived, size)
	}
	if want := []screening.Rung{screening.RungOpened}; !slices.Equal(box.rungs(), want) {
		t.Errorf("got rungs %v, want %v", box.rungs(), want)
	}
	if len(box.batches[0].Holds) != 3 || len(box.finals)+len(box.withdrawals) != 0 {
		t.Errorf("the batch holds %d, and %d still wait", len(box.batches[0].Holds), len(box.finals))
	}
}

func TestQuietDaysSendAHeartbeat(t *testing.T) {
	o := newOffice(t)
	c, box := newCourier(t, o.serve(t, 104))
	var sent []int64
	for n := range 3 {
		box.finals = nil
		if n == 1 {
			box.finals = []screening.Interview{interview(1)}
		}
		r, err := c.Sync(ctx)
		if err != nil {
			t.Fatal(err)
		}
		sent = append(sent, r.BytesSent)
	}
	if len(o.seen) != 3 || len(box.batches[0].File) != len(box.batches[1].File) {
		t.Errorf("got %d batches of %d and %d bytes, want 3 alike", len(o.seen), len(box.batches[0].File), len(box.batches[1].File))
	}
	if d := max(sent[0], sent[1]) - min(sent[0], sent[1]); d > 64 {
		t.Errorf("a day with an interview shows: %d bytes against %d", sent[1], sent[0])
	}
}

func TestStoredAndQuarantinedAreAskedForAgain(t *testing.T) {
	o := newOffice(t)
	c, box := newCourier(t, o.serve(t, 104))
	for _, step := range []struct {
		level screening.Level
		want  screening.Rung
	}{
		{screening.LevelStored, screening.RungStored}, {screening.LevelQuarantined, screening.RungQuarantined}, {screening.LevelOpened, screening.RungOpened},
	} {
		o.level = step.level
		for _, b := range box.batches { // what an office that opened them meanwhile would have
			proofs.Store(b.ID, b.Proof)
		}
		if _, err := c.Sync(ctx); err != nil {
			t.Fatal(err)
		}
		if got := box.batches[0].Rung; got != step.want {
			t.Errorf("level %d: got rung %s, want %s", step.level, got, step.want)
		}
	}
	if n := slices.Index(o.seen[1:], o.seen[0]); n >= 0 {
		t.Error("a batch that the office has was sent again")
	}
}

func TestWhatTheOfficeHasIsNotSentAgain(t *testing.T) {
	o := newOffice(t)
	c, box := newCourier(t, o.serve(t, 104))
	box.finals = []screening.Interview{interview(1)}
	if _, err := c.Seal(ctx); err != nil {
		t.Fatal(err)
	}
	b := box.batches[0]
	o.known[b.ID] = true // it went by stick
	proofs.Store(b.ID, b.Proof)
	r, err := c.Sync(ctx)
	if err != nil || r.Sent != 0 || r.Opened != 1 || len(o.seen) != 0 {
		t.Errorf("got %+v, %v, want nothing sent and one opened", r, err)
	}
}

func TestForgedReceiptsClimbNothing(t *testing.T) {
	for name, forge := range map[string]func(*office){
		"another key":      func(o *office) { o.key = signer(77) },
		"another device":   func(o *office) { o.forge = func(r *batch.Receipts) { r.Device[0]++ } },
		"another epoch":    func(o *office) { o.forge = func(r *batch.Receipts) { r.Epoch++ } },
		"another question": func(o *office) { o.forge = func(r *batch.Receipts) { r.Nonce[0]++ } },
		"another batch": func(o *office) {
			o.forge = func(r *batch.Receipts) {
				for i := range r.Receipts {
					r.Receipts[i].Batch[0]++
				}
			}
		},
		"a batch nobody asked about": func(o *office) {
			o.forge = func(r *batch.Receipts) {
				r.Receipts = append(r.Receipts, screening.Receipt{Batch: screening.BatchID{1}, Level: 1})
				o.log.prove(r, o.asked)
			}
		},
		"no receipt": func(o *office) {
			o.forge = func(r *batch.Receipts) {
				if len(r.Receipts) > 0 {
					r.Receipts, r.Paths = nil, nil
				}
			}
		},
		"a proof that it cannot have": func(o *office) {
			o.forge = func(r *batch.Receipts) {
				for i := range r.Receipts {
					r.Receipts[i].Proof[0]++
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			forge(o)
			c, box := newCourier(t, o.serve(t, 104))
			box.finals = []screening.Interview{interview(1)}
			r, err := c.Sync(ctx)
			if screening.CodeOf(err) != screening.CodeBadReceipt {
				t.Errorf("got %v, want bad_receipt", err)
			}
			if box.batches[0].Rung > screening.RungSent || r.Stored+r.Opened != 0 {
				t.Errorf("got rung %s and %+v", box.batches[0].Rung, r)
			}
		})
	}
}

// A receipt for an old batch that proves nothing does not keep the new one here.
func TestOneBadReceiptHoldsUpNoOther(t *testing.T) {
	o := newOffice(t)
	c, box := newCourier(t, o.serve(t, 104))
	o.level = screening.LevelStored
	if _, err := c.Sync(ctx); err != nil {
		t.Fatal(err)
	}
	o.level = screening.LevelOpened // without the proof, which nobody stored
	box.finals = []screening.Interview{interview(1)}
	if _, err := c.Sync(ctx); screening.CodeOf(err) != screening.CodeBadReceipt {
		t.Errorf("got %v, want bad_receipt", err)
	}
	if want := []screening.Rung{screening.RungStored, screening.RungOpened}; !slices.Equal(box.rungs(), want) {
		t.Errorf("got rungs %v, want %v", box.rungs(), want)
	}
}

// A device that saw a log takes no receipts from an office whose log is another, or shorter.
func TestForkedOrShrunkLogIsRefused(t *testing.T) {
	for name, change := range map[string]func(*tree){
		"shrunk": func(l *tree) { *l = tree{} },
		"forked": func(l *tree) {
			size := l.size
			*l = tree{}
			for n := range size + 5 {
				l.enter([]byte{byte(n)})
			}
		},
	} {
		o := newOffice(t)
		c, box := newCourier(t, o.serve(t, 104))
		for n := range 3 {
			box.finals = []screening.Interview{interview(n)}
			if _, err := c.Sync(ctx); err != nil {
				t.Fatal(err)
			}
		}
		seen := box.log
		if seen.Size != o.log.size || seen.Size < 6 || len(seen.Note) == 0 {
			t.Fatalf("the device remembers a log of %d entries, the office has %d", seen.Size, o.log.size)
		}
		change(&o.log)
		box.finals = []screening.Interview{interview(9)}
		if _, err := c.Sync(ctx); screening.CodeOf(err) != screening.CodeBadReceipt || !errors.Is(err, batch.ErrLog) {
			t.Errorf("%s: got %v, want %v", name, err, batch.ErrLog)
		}
		if last := box.batches[3].Rung; last != screening.RungSealed || box.log.Size != seen.Size {
			t.Errorf("%s: rung %s, remembered log of %d", name, last, box.log.Size)
		}
	}
}

func TestWrongOffice(t *testing.T) {
	o := newOffice(t)
	c, box := newCourier(t, o.serve(t, 55)) // right answers, another key
	box.finals = []screening.Interview{interview(1)}
	if _, err := c.Sync(ctx); screening.CodeOf(err) != screening.CodeWrongOffice {
		t.Errorf("got %v, want wrong_office", err)
	}
	if o.hellos != 0 || box.batches[0].Rung != screening.RungSealed {
		t.Errorf("%d hellos reached the wrong office; rung %s", o.hellos, box.batches[0].Rung)
	}
}

func TestOffline(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "https://" + listener.Addr().String()
	listener.Close()
	c, box := newCourier(t, url)
	box.finals = []screening.Interview{interview(1)}
	r, err := c.Sync(ctx)
	if screening.CodeOf(err) != screening.CodeOffline || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("got %v, want offline without the address", err)
	}
	if r.Sealed != 1 || len(box.batches) != 1 {
		t.Errorf("got %+v: what is finished was not sealed for want of a network", r)
	}
}

func TestNotEnrolled(t *testing.T) {
	c, box := newCourier(t, "https://127.0.0.1:1")
	box.enrolment.SignKey[0]++
	if _, err := c.Sync(ctx); screening.CodeOf(err) != screening.CodeNotEnrolled {
		t.Errorf("keys of another enrolment: got %v, want not_enrolled", err)
	}
	box.enrolment = nil
	if _, err := c.Seal(ctx); screening.CodeOf(err) != screening.CodeNotEnrolled {
		t.Errorf("no enrolment: got %v, want not_enrolled", err)
	}
}

func TestOneRefusedBatchHoldsUpNoOther(t *testing.T) {
	o := newOffice(t)
	c, box := newCourier(t, o.serve(t, 104))
	for n := range 3 {
		box.finals = []screening.Interview{interview(n)}
		if _, err := c.Seal(ctx); err != nil {
			t.Fatal(err)
		}
	}
	o.refuse[box.batches[1].ID] = screening.EFormat
	_, err := c.Sync(ctx)
	no, ok := errors.AsType[*courier.Refused](err)
	if screening.CodeOf(err) != screening.CodeRefused || !ok || no.Code != screening.EFormat || no.Temporary() {
		t.Errorf("got %v, want refused with E_FORMAT beneath", err)
	}
	want := []screening.Rung{screening.RungOpened, screening.RungSealed, screening.RungOpened}
	if !slices.Equal(box.rungs(), want) {
		t.Errorf("got rungs %v, want %v", box.rungs(), want)
	}
}

func TestRefusalOfTheDeviceStopsAll(t *testing.T) {
	for _, code := range []screening.Code{screening.ERevoked, screening.EEpoch, screening.EFork, screening.EFull} {
		o := newOffice(t)
		c, box := newCourier(t, o.serve(t, 104))
		for n := range 2 {
			box.finals = []screening.Interview{interview(n)}
			if _, err := c.Seal(ctx); err != nil {
				t.Fatal(err)
			}
		}
		o.refuse[box.batches[0].ID] = code
		if _, err := c.Sync(ctx); screening.CodeOf(err) != screening.CodeRefused {
			t.Errorf("%s: got %v, want refused", code, err)
		}
		if len(o.seen) != 0 || box.batches[1].Rung != screening.RungSealed {
			t.Errorf("%s: went on sending", code)
		}
		o.all = code
		if _, err := c.Sync(ctx); screening.CodeOf(err) != screening.CodeRefused {
			t.Errorf("%s to the hello: got %v, want refused", code, err)
		}
	}
}

func TestManyBatchesAreAskedAboutInParts(t *testing.T) {
	o := newOffice(t)
	c, box := newCourier(t, o.serve(t, 104))
	for n := range batch.MaxReceipts + 3 {
		box.finals = []screening.Interview{interview(n)}
		if _, err := c.Seal(ctx); err != nil {
			t.Fatal(err)
		}
	}
	r, err := c.Sync(ctx)
	if err != nil || r.Sent != batch.MaxReceipts+3 {
		t.Errorf("got %+v, %v", r, err)
	}
	if want := []int{batch.MaxReceipts, 3}; !slices.Equal(o.pending, want) {
		t.Errorf("hellos asked about %v, want %v", o.pending, want)
	}
}

func TestSealSplitsByNumberAndSize(t *testing.T) {
	c, box := newCourier(t, "https://127.0.0.1:1")
	for n := range 230 {
		iv := interview(n)
		if n < 3 {
			for i := range 30 {
				iv.Answers = append(iv.Answers, screening.Recorded{Seq: uint64(i + 2), Path: "/data/q"})
				iv.Answers[i+1].Answer.Value = strings.Repeat("x", 64<<10)
			}
		}
		box.finals = append(box.finals, iv)
	}
	n, err := c.Seal(ctx)
	if err != nil || n != 230 {
		t.Fatalf("got %d sealed, %v, want 230", n, err)
	}
	seen := 0
	for i, b := range box.batches {
		seen += len(b.Holds)
		if len(b.Holds) > 100 || b.Seq != uint64(i+1) {
			t.Errorf("batch %d has number %d and holds %d", i, b.Seq, len(b.Holds))
		}
	}
	if len(box.batches) != 4 || seen != 230 {
		t.Errorf("got %d batches with %d interviews, want 4 with 230", len(box.batches), seen)
	}
}

// An interview that cannot be encoded stays where it is, also if hundreds are before the good one.
func TestOneBadInterviewHoldsUpNoOther(t *testing.T) {
	o := newOffice(t)
	c, box := newCourier(t, o.serve(t, 104))
	for n := range 150 {
		bad := interview(n)
		bad.Code = ""
		box.finals = append(box.finals, bad)
	}
	box.finals = append(box.finals, interview(200))
	r, err := c.Sync(ctx)
	if err == nil || strings.Contains(err.Error(), "PERSONAL") {
		t.Errorf("got %v, want an error that tells of the bad interviews and quotes nothing", err)
	}
	if r.Sealed != 1 || r.Opened != 1 || len(box.finals) != 150 {
		t.Errorf("got %+v, %d left, want the good one sealed and opened", r, len(box.finals))
	}
}

func TestEnqueueIsTriedAgain(t *testing.T) {
	c, box := newCourier(t, "https://127.0.0.1:1")
	box.finals, box.refuse = []screening.Interview{interview(1)}, 2
	if n, err := c.Seal(ctx); n != 1 || err != nil {
		t.Errorf("got %d, %v, want 1 after two refusals", n, err)
	}
	box.finals, box.refuse = []screening.Interview{interview(2)}, 99
	if n, err := c.Seal(ctx); n != 0 || err == nil {
		t.Errorf("got %d, %v, want an end", n, err)
	}
}

// Sealing, which comes before a lock, does not wait for a network that takes its time.
func TestSealDoesNotWaitForTheNetwork(t *testing.T) {
	dialled := make(chan struct{})
	c, box := newCourier(t, "https://office.invalid:1", func(c *courier.Config) {
		c.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
			close(dialled)
			<-ctx.Done()
			return nil, ctx.Err()
		}
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, err := c.Sync(ctx)
		ended <- err
	}()
	<-dialled
	box.mu.Lock()
	box.finals = []screening.Interview{interview(1)}
	box.mu.Unlock()
	if n, err := c.Seal(t.Context()); n != 1 || err != nil {
		t.Errorf("got %d, %v, want 1", n, err)
	}
	stop()
	if err := <-ended; screening.CodeOf(err) != screening.CodeOffline {
		t.Errorf("a stopped sync: got %v, want offline", err)
	}
}

// A device whose clock is wrong by decades seals, connects and takes receipts.
func TestWrongClockDoesNotMatter(t *testing.T) {
	for _, year := range []int{1970, 1999, 2093} {
		o := newOffice(t)
		c, box := newCourier(t, o.serve(t, 104), func(c *courier.Config) {
			c.Now = func() time.Time { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }
		})
		box.finals = []screening.Interview{interview(1)}
		if r, err := c.Sync(ctx); err != nil || r.Opened != 1 {
			t.Errorf("year %d: got %+v, %v", year, r, err)
		}
	}
}

func TestNothingSaidReachesTheLog(t *testing.T) {
	var log bytes.Buffer
	o := newOffice(t)
	c, box := newCourier(t, o.serve(t, 104), func(c *courier.Config) { c.Log = slog.New(slog.NewJSONHandler(&log, nil)) })
	bad := interview(2)
	bad.Answers[0].Path = ""
	box.finals = []screening.Interview{interview(1), bad}
	if _, err := c.Sync(ctx); err == nil {
		t.Error("an interview that cannot be encoded was passed over in silence")
	}
	if log.Len() == 0 || strings.Contains(log.String(), "PERSONAL") || strings.Contains(log.String(), "7K2F") {
		t.Errorf("log of %d bytes is empty or says who or what", log.Len())
	}
}

// The private key of a certificate is a plain number to fmt.
func TestPrintsNoKey(t *testing.T) {
	c, _ := newCourier(t, "https://127.0.0.1:1")
	keys := courier.Keys{Sign: signer(1), TLS: certificate(2)}
	secret := fmt.Sprintf("%d", certificate(2).PrivateKey)
	for _, v := range []any{keys, &keys, c, c.Config} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%d"} {
			if got := fmt.Sprintf(verb, v); len(got) > 40 || strings.Contains(got, secret) {
				t.Errorf("%T with %s prints %d characters", v, verb, len(got))
			}
		}
	}
}
