package intake_test

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/schema"
)

// fill keeps finished interviews whose batch has about so many bytes.
func (f *outpost) fill(t *testing.T, o *office, interviews, bytes int) {
	t.Helper()
	for range interviews {
		noise := make([]byte, bytes/interviews)
		_, _ = rand.Read(noise)
		iv := said(o, 0, 1, nil)
		iv.ID, iv.Code, iv.Status, iv.Finished = screening.NewInterviewID(), screening.NewRespondentCode(), screening.Draft, time.Time{}
		if err := f.store.Begin(ctx, iv, nil); err != nil {
			t.Fatal(err)
		}
		if err := f.store.SaveAnswer(ctx, iv.ID, screening.Recorded{
			Seq: 1, Path: "/data/told", Answer: schema.Answer{Value: base64.StdEncoding.EncodeToString(noise)}, Lang: "en", At: today,
		}); err != nil {
			t.Fatal(err)
		}
		if err := f.store.Complete(ctx, iv.ID, today, nil); err != nil {
			t.Fatal(err)
		}
	}
}

// outages is 20 kbit/s that go dark for 12 s after every 15 s.
func outages() *rope {
	return &rope{rate: 2500, delay: 400 * time.Millisecond, every: 15 * time.Second, dark: 12 * time.Second}
}

// TestOutagesCostLittle delivers 100 interviews over 20 kbit/s that go dark for 12 s after every 15 s: of the file less
// than one byte in twenty goes twice. Sending it whole each time never ends.
func TestOutagesCostLittle(t *testing.T) {
	over(t, outages(), 100, 96_000, func(o *office, f *outpost) {
		total, took, tries := f.syncs(t, 10*time.Minute)
		resent := total.BytesResent
		t.Logf("%d bytes in %v, %d syncs, %d bytes sent twice (%.1f %%), %d on the wire", total.BytesNeeded, took, tries, resent,
			100*float64(resent)/float64(total.BytesNeeded), total.BytesSent)
		t.Attr("outages-needed", fmt.Sprint(total.BytesNeeded))
		t.Attr("outages-seconds", fmt.Sprintf("%.0f", took.Seconds()))
		t.Attr("outages-resent-percent", fmt.Sprintf("%.1f", 100*float64(resent)/float64(total.BytesNeeded)))
		if total.BytesNeeded < 100_000 || total.BytesNeeded > 115_000 {
			t.Errorf("the batch has %d bytes, want about 107,000", total.BytesNeeded)
		}
		if resent*20 > total.BytesNeeded {
			t.Errorf("%d of %d bytes went twice", resent, total.BytesNeeded)
		}
		if len(o.records.Batches) != 2 || len(o.records.Rows) != 100 {
			t.Errorf("the office has %d batches and %d interviews", len(o.records.Batches), len(o.records.Rows))
		}
	})
}

// TestOfficeDiesInTheMiddle stops the office in the middle of an upload and starts it anew: what it had is not sent
// again.
func TestOfficeDiesInTheMiddle(t *testing.T) {
	over(t, &rope{rate: 5000, delay: 100 * time.Millisecond, every: time.Hour}, 20, 150_000, func(o *office, f *outpost) {
		stop := time.AfterFunc(25*time.Second, f.cut)
		defer stop.Stop()
		total, took, _ := f.syncs(t, 10*time.Minute)
		t.Logf("%d bytes in %v, %d sent twice", total.BytesNeeded, took, total.BytesResent)
		if total.BytesResent > 8<<10 || len(o.records.Batches) != 2 {
			t.Errorf("%d bytes were sent twice, %d batches", total.BytesResent, len(o.records.Batches))
		}
	})
}
