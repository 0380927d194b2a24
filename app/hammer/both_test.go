package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"leeward/sync/batch"
)

var both = flag.Int("both", 2, "how many devices TestBothEndsAreKilled leads; `make crash` leads more")

// TestBothEndsAreKilled kills devices in the middle of their interviews and the office in the middle of whatever it does,
// both with SIGKILL, and starts them again: everything arrives, once, and the devices know it.
func TestBothEndsAreKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("two programs, and each waits for the other to come back")
	}
	office := serveOffice(t)
	path := office.codes(fmt.Sprint(*both))
	codes, err := readCodes(path, *both)
	ok(t, err)
	code, err := batch.ParseEnrolCode(codes[0])
	ok(t, err)
	at, err := url.Parse(code.URL)
	ok(t, err)

	killing, ended := make(chan struct{}), make(chan int)
	once, died := context.WithCancel(t.Context())
	go func() {
		deaths := 0
		defer func() { died(); ended <- deaths }()
		for within := time.Second / 2; ; within = 4 * time.Second {
			select {
			case <-killing:
				return
			case <-time.After(time.Duration(rand.Int64N(int64(within)))):
			}
			office.kill()
			office.serve(at.Host)
			deaths++
			died()
		}
	}()
	o := options{
		devices: *both, atOnce: 2, Interviews: 2, Marker: marker, Seed: 5, Quick: true, kill: 0.8, Tries: 60, Data: filepath.Join(t.TempDir(), "devices"),
	}
	var notes bytes.Buffer
	f, err := newFleet(o, codes, &notes)
	ok(t, err)
	f.begun = func(i int) {
		if i+1 == o.Interviews { // however quick this machine is
			<-once.Done()
		}
	}
	total, err := f.run(t.Context())
	close(killing)
	deaths := <-ended
	if err != nil {
		t.Fatalf("%v\n%s", err, notes.String())
	}
	s := office.stats()
	if want := 2 * *both; total.Opened != want || s.Interviews != want || s.Opened != want || s.Quarantined+s.Incidents != 0 {
		t.Errorf("%d interviews: the devices say %+v, the office %+v", want, total, s)
	}
	if total.Kills == 0 || deaths == 0 {
		t.Errorf("%d devices and %d offices were killed: this shows nothing", total.Kills, deaths)
	}
	out, err := json.Marshal(total)
	ok(t, err)
	t.Logf("the office died %d times; %s", deaths, out)
	_ = os.Remove(path)
}
