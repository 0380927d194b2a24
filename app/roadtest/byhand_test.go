package roadtest

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"
)

// TestNothingLeavesByItself: where a person chose to say when, a device that is opened and finishes interviews asks the
// office nothing, also when it was locked in between. The word to send by itself sends what waits, and nobody is asked again.
func TestNothingLeavesByItself(t *testing.T) {
	o := newOffice(t)
	f := o.field(t)
	ok(t, f.SetByHand(background, true))
	ok(t, f.Lock(background))
	var asked atomic.Int64
	o.behind(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		asked.Add(1)
		next.ServeHTTP(w, r)
	})
	f.synced = make(chan error, 100)
	f.reopen()
	id := f.interview()
	f.Finished()
	f.reopen2()
	if byHand, err := f.ByHand(background); err != nil || !byHand || asked.Load() > 0 {
		t.Fatalf("by hand %v, %v: the office was asked %d times", byHand, err, asked.Load())
	}
	ok(t, f.SetByHand(background, false))
	select {
	case err := <-f.synced:
		ok(t, err)
	case <-time.After(2 * time.Minute):
		t.Fatal("nothing was sent by itself")
	}
	o.recorded(id)
	f.reopen2()
	if byHand, err := f.ByHand(background); err != nil || byHand {
		t.Errorf("by hand again: %v, %v", byHand, err)
	}
}
