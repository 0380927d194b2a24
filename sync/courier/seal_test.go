package courier_test

import (
	"context"
	"net"
	"slices"
	"strings"
	"testing"

	"leeward/internal/screening"
	"leeward/sync/batch"
	"leeward/sync/courier"
)

func TestManyBatchesAreAskedAboutInParts(t *testing.T) {
	o := newOffice(t)
	c, box := newCourier(t, o.serve(t, 104))
	for n := range batch.MaxReceipts + 3 {
		box.Finals = []screening.Interview{interview(n)}
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
		box.Finals = append(box.Finals, iv)
	}
	n, err := c.Seal(ctx)
	if err != nil || n != 230 {
		t.Fatalf("got %d sealed, %v, want 230", n, err)
	}
	seen := 0
	for i, b := range box.Batches {
		seen += len(b.Holds)
		if len(b.Holds) > 100 || b.Seq != uint64(i+1) {
			t.Errorf("batch %d has number %d and holds %d", i, b.Seq, len(b.Holds))
		}
	}
	if len(box.Batches) != 4 || seen != 230 {
		t.Errorf("got %d batches with %d interviews, want 4 with 230", len(box.Batches), seen)
	}
}

// An interview that cannot be encoded stays where it is, also if hundreds are before the good one.
func TestOneBadInterviewHoldsUpNoOther(t *testing.T) {
	o := newOffice(t)
	c, box := newCourier(t, o.serve(t, 104))
	for n := range 150 {
		bad := interview(n)
		bad.Code = ""
		box.Finals = append(box.Finals, bad)
	}
	box.Finals = append(box.Finals, interview(200))
	r, err := c.Sync(ctx)
	if err == nil || strings.Contains(err.Error(), "PERSONAL") {
		t.Errorf("got %v, want an error that tells of the bad interviews and quotes nothing", err)
	}
	if r.Sealed != 1 || r.Opened != 1 || len(box.Finals) != 150 {
		t.Errorf("got %+v, %d left, want the good one sealed and opened", r, len(box.Finals))
	}
}

func TestEnqueueIsTriedAgain(t *testing.T) {
	c, box := newCourier(t, "https://127.0.0.1:1")
	box.Finals, box.Refuse = []screening.Interview{interview(1)}, 2
	if n, err := c.Seal(ctx); n != 1 || err != nil {
		t.Errorf("got %d, %v, want 1 after two refusals", n, err)
	}
	box.Finals, box.Refuse = []screening.Interview{interview(2)}, 99
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
	box.Mu.Lock()
	box.Finals = []screening.Interview{interview(1)}
	box.Mu.Unlock()
	if n, err := c.Seal(t.Context()); n != 1 || err != nil {
		t.Errorf("got %d, %v, want 1", n, err)
	}
	stop()
	if err := <-ended; screening.CodeOf(err) != screening.CodeOffline {
		t.Errorf("a stopped sync: got %v, want offline", err)
	}
}
