package courier_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"leeward/internal/screening"
	"leeward/sync/courier"
)

// With virtual time: the pauses grow, stay within bounds, and a kick cuts one short.
func TestRunBacksOffAndListens(t *testing.T) {
	root := rootOf(t)
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		began := time.Now()
		var tries []time.Duration
		c, box := newCourier(t, "https://office.invalid:1", func(c *courier.Config) {
			c.Dial = func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("down") }
			c.Done = func(_ courier.Result, err error) {
				if screening.CodeOf(err) != screening.CodeOffline {
					t.Errorf("got %v, want offline", err)
				}
				tries = append(tries, time.Since(began))
			}
		})
		box.Office = root
		ended := make(chan struct{})
		go func() { defer close(ended); c.Run(ctx) }()
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		if n := len(tries); n < 60 || n > 250 {
			t.Errorf("got %d tries in a day without a network, want about 100", n)
		}
		for i := 1; i < len(tries); i++ {
			if pause := tries[i] - tries[i-1]; pause < 7*time.Second || pause > 23*time.Minute {
				t.Errorf("pause %d took %v", i, pause)
			}
		}
		if early := tries[3]; early > 5*time.Minute {
			t.Errorf("the fourth try came after %v", early)
		}
		before := len(tries)
		c.Kick()
		c.Kick()
		synctest.Wait()
		if len(tries) == before {
			t.Error("a kick did nothing")
		}
		cancel()
		<-ended
	})
}
