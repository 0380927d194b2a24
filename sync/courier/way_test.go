package courier_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"leeward/internal/screening"
	"leeward/sync/batch"
	"leeward/sync/courier"
)

// air is a network in virtual time: by which way it is reached, if any, and who answers.
type air struct {
	way    atomic.Value // string
	answer func() (*http.Response, error)
	mu     sync.Mutex
	tries  []time.Duration
	began  time.Time
}

func (a *air) RoundTrip(*http.Request) (*http.Response, error) { return a.answer() }

// in runs a courier in virtual time until test returns.
func (a *air) in(t *testing.T, test func(t *testing.T, c *courier.Courier), change ...func(*courier.Config)) {
	t.Helper()
	root := rootOf(t)
	parsed, err := batch.VerifyRoot(root)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		a.began = time.Now()
		a.way.Store("")
		c, box := newCourier(t, "https://office.invalid:1", append(change, func(c *courier.Config) {
			c.Way = func() string { return a.way.Load().(string) }
			c.Done = func(courier.Result, error) { a.tried() }
		})...)
		box.Office = root
		c.Over(a, parsed, root)
		ended := make(chan struct{})
		go func() { defer close(ended); c.Run(ctx) }()
		defer func() { cancel(); <-ended }()
		test(t, c)
	})
}

func (a *air) tried() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tries = append(a.tries, time.Since(a.began))
}

func (a *air) all() []time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.tries)
}

// during counts the tries between two times.
func (a *air) during(from, to time.Duration) (n int) {
	for _, at := range a.all() {
		if at >= from && at < to {
			n++
		}
	}
	return n
}

// until sleeps up to a time of the test.
func (a *air) until(at time.Duration) {
	time.Sleep(at - time.Since(a.began))
	synctest.Wait()
}

func noLink() (*http.Response, error) { return nil, errors.New("down") }

// TestALinkThatAppearsIsTried: after hours without a network the pauses are long; a network that is joined is tried
// within seconds, and the pauses begin anew.
func TestALinkThatAppearsIsTried(t *testing.T) {
	a := &air{answer: noLink}
	a.in(t, func(t *testing.T, _ *courier.Courier) {
		a.until(6 * time.Hour)
		a.way.Store("192.168.7.5")
		a.until(6*time.Hour + 20*time.Second)
		if n := a.during(6*time.Hour, 6*time.Hour+20*time.Second); n < 1 {
			t.Error("a link was not tried within 20 s")
		}
		a.until(6*time.Hour + 3*time.Minute)
		if n := a.during(6*time.Hour, 6*time.Hour+3*time.Minute); n < 3 || n > 9 {
			t.Errorf("got %d tries within 3 minutes of a link, want the pauses to begin anew", n)
		}
		before := len(a.all())
		a.way.Store("") // a link that goes is no news
		a.until(6*time.Hour + 3*time.Minute + 11*time.Second)
		if len(a.all()) > before+1 {
			t.Error("a link that went was tried")
		}
	})
}

// TestAFlappingLinkIsNotChased: one that comes and goes four times a minute is tried about once in two minutes.
func TestAFlappingLinkIsNotChased(t *testing.T) {
	a := &air{answer: noLink}
	a.in(t, func(t *testing.T, _ *courier.Courier) {
		for n := range 24 * 60 * 4 {
			a.way.Store([]string{"", "10.0.0.9"}[n%2])
			time.Sleep(15 * time.Second)
		}
		synctest.Wait()
		if n := len(a.all()); n < 24*15 || n > 24*60 {
			t.Errorf("got %d tries in a day of a link that comes and goes", n)
		}
	})
}

// TestALinkCostsNothingWhereAllIsWell: whoever was answered, with a yes or a no, is not asked again because of a link.
func TestALinkCostsNothingWhereAllIsWell(t *testing.T) {
	a := &air{answer: func() (*http.Response, error) { return refusing(screening.EFull, 0), nil }}
	a.in(t, func(t *testing.T, _ *courier.Courier) {
		a.until(3 * time.Hour)
		before := len(a.all())
		from := time.Since(a.began)
		for n := range 30 {
			a.way.Store([]string{"", "10.0.0.9"}[n%2])
			time.Sleep(15 * time.Second)
		}
		synctest.Wait()
		if n := len(a.all()) - before; n > 2 {
			t.Errorf("got %d tries after %v of links that come and go, want none but those that were due", n, time.Since(a.began)-from)
		}
	})
}

// TestByHandNothingLeaves: while a person says when to send, neither time nor a link nor a finished interview does.
func TestByHandNothingLeaves(t *testing.T) {
	var byHand atomic.Bool
	byHand.Store(true)
	a := &air{answer: noLink}
	a.in(t, func(t *testing.T, c *courier.Courier) {
		a.way.Store("10.0.0.9")
		time.Sleep(24 * time.Hour)
		c.Kick()
		a.until(25 * time.Hour)
		if len(a.all()) != 0 {
			t.Errorf("got %d tries, want none", len(a.all()))
		}
		byHand.Store(false)
		c.Kick()
		synctest.Wait()
		if len(a.all()) != 1 {
			t.Errorf("got %d tries after the word to send, want 1 at once", len(a.all()))
		}
	}, func(c *courier.Config) { c.ByHand = byHand.Load })
}

// TestTheOfficeIsLeftAlone: an office that says for how long is asked no sooner; one that says a year is not believed.
func TestTheOfficeIsLeftAlone(t *testing.T) {
	for _, rest := range []struct{ says, least time.Duration }{{10 * time.Minute, 10 * time.Minute}, {365 * 24 * time.Hour, 15 * time.Minute}} {
		a := &air{answer: func() (*http.Response, error) { return refusing(screening.EQuota, rest.says), nil }}
		a.in(t, func(t *testing.T, _ *courier.Courier) {
			a.until(24 * time.Hour)
			tries := a.all()
			for i := 1; i < len(tries); i++ {
				if pause := tries[i] - tries[i-1]; pause < rest.least || pause > 23*time.Minute {
					t.Fatalf("an office that asks for %v was asked again after %v", rest.says, pause)
				}
			}
			if len(tries) < 24*60/24 {
				t.Errorf("got %d tries in a day", len(tries))
			}
		})
	}
}

// TestWayTo asks the real system: there is a way to this machine itself, and the same one twice.
func TestWayTo(t *testing.T) {
	listener, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	way := courier.WayTo("https://" + listener.LocalAddr().String())
	if first, again := way(), way(); first != "127.0.0.1" || again != first {
		t.Errorf("got %q and %q, want 127.0.0.1", first, again)
	}
	if err := listener.SetReadDeadline(time.Now().Add(-time.Second)); err != nil {
		t.Fatal(err)
	}
	if n, _, err := listener.ReadFrom(make([]byte, 10)); err == nil {
		t.Errorf("%d bytes were sent to find the way", n)
	}
	courier.WayTo("https://office.invalid:8443")() // looks nobody up
}
