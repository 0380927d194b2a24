package main

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestNobodyHandsInBeforeAllAreDone leads three devices, two at a time, one of which fails: the others hand in when the
// last is done, not before and not one after the other, and what that took is told.
func TestNobodyHandsInBeforeAllAreDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := options{devices: 3, atOnce: 2, together: true}
		f := &fleet{options: o, meet: newMeeting(o), total: tally{Opened: 2}}
		began := time.Now()
		var work sync.WaitGroup
		for n := range o.devices {
			leave := f.meet.enter()
			work.Go(func() {
				defer leave()
				time.Sleep(time.Minute)
				if n == 1 {
					return
				}
				e := &near{f, n, leave}
				e.handsIn()
				if got := time.Since(began); got != 2*time.Minute {
					t.Errorf("device %d handed in after %v, want after the last of them was done", n, got)
				}
				time.Sleep(time.Duration(n+2) * time.Second)
				f.meet.seen()
			})
		}
		work.Wait()
		var got tally
		f.meet.tell(&got)
		if got.Delivering != 4 {
			t.Errorf("delivering took %v seconds, want 4", got.Delivering)
		}
	})
}
