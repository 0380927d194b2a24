package courier_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/sync/courier"
)

var ctx = context.Background()

func TestSyncClimbsTheLadder(t *testing.T) {
	o := newOffice(t)
	c, box := newCourier(t, o.serve(t, 104))
	box.Finals = []screening.Interview{interview(1), interview(2)}
	box.Withdrawals = []screening.Withdrawal{{Interview: screening.InterviewID{9}, Version: 2, At: today}}
	got, err := c.Sync(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if got.Sealed != 3 || got.Sent != 1 || got.Opened != 1 {
		t.Errorf("got %+v, want 3 sealed in 1 batch, sent and opened", got)
	}
	if size := int64(len(box.Batches[0].File)); got.BytesSent < size+1000 || got.BytesSent > size+8000 || got.BytesReceived < 1000 {
		t.Errorf("got %d bytes sent and %d received for a batch of %d", got.BytesSent, got.BytesReceived, size)
	}
	if want := []screening.Rung{screening.RungOpened}; !slices.Equal(box.Rungs(), want) {
		t.Errorf("got rungs %v, want %v", box.Rungs(), want)
	}
	if len(box.Batches[0].Holds) != 3 || len(box.Finals)+len(box.Withdrawals) != 0 {
		t.Errorf("the batch holds %d, and %d still wait", len(box.Batches[0].Holds), len(box.Finals))
	}
}

func TestQuietDaysSendAHeartbeat(t *testing.T) {
	o := newOffice(t)
	c, box := newCourier(t, o.serve(t, 104))
	var sent []int64
	for n := range 3 {
		box.Finals = nil
		if n == 1 {
			box.Finals = []screening.Interview{interview(1)}
		}
		r, err := c.Sync(ctx)
		if err != nil {
			t.Fatal(err)
		}
		sent = append(sent, r.BytesSent)
	}
	if len(o.seen) != 3 || len(box.Batches[0].File) != len(box.Batches[1].File) {
		t.Errorf("got %d batches of %d and %d bytes, want 3 alike", len(o.seen), len(box.Batches[0].File), len(box.Batches[1].File))
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
		for _, b := range box.Batches { // what an office that opened them meanwhile would have
			proofs.Store(b.ID, b.Proof)
		}
		if _, err := c.Sync(ctx); err != nil {
			t.Fatal(err)
		}
		if got := box.Batches[0].Rung; got != step.want {
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
	box.Finals = []screening.Interview{interview(1)}
	if _, err := c.Seal(ctx); err != nil {
		t.Fatal(err)
	}
	b := box.Batches[0]
	o.known[b.ID] = true // it went by stick
	proofs.Store(b.ID, b.Proof)
	r, err := c.Sync(ctx)
	if err != nil || r.Sent != 0 || r.Opened != 1 || len(o.seen) != 0 {
		t.Errorf("got %+v, %v, want nothing sent and one opened", r, err)
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
	box.Finals = []screening.Interview{interview(1)}
	r, err := c.Sync(ctx)
	if screening.CodeOf(err) != screening.CodeOffline || strings.Contains(err.Error(), "127.0.0.1") {
		t.Errorf("got %v, want offline without the address", err)
	}
	if r.Sealed != 1 || len(box.Batches) != 1 {
		t.Errorf("got %+v: what is finished was not sealed for want of a network", r)
	}
}

func TestNotEnrolled(t *testing.T) {
	c, box := newCourier(t, "https://127.0.0.1:1")
	box.Enrolled.SignKey[0]++
	if _, err := c.Sync(ctx); screening.CodeOf(err) != screening.CodeNotEnrolled {
		t.Errorf("keys of another enrolment: got %v, want not_enrolled", err)
	}
	box.Enrolled = nil
	if _, err := c.Seal(ctx); screening.CodeOf(err) != screening.CodeNotEnrolled {
		t.Errorf("no enrolment: got %v, want not_enrolled", err)
	}
}

// A device whose clock is wrong by decades seals, connects and takes receipts.
func TestWrongClockDoesNotMatter(t *testing.T) {
	for _, year := range []int{1970, 1999, 2093} {
		o := newOffice(t)
		c, box := newCourier(t, o.serve(t, 104), func(c *courier.Config) {
			c.Now = func() time.Time { return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC) }
		})
		box.Finals = []screening.Interview{interview(1)}
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
	box.Finals = []screening.Interview{interview(1), bad}
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
