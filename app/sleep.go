package main

import (
	"context"
	"time"
)

// The device locks when the computer sleeps. Systems that say so beforehand are listened to (sleep_linux.go); where
// none does, the sleep is noticed afterwards, by the time that passed without this program.
const (
	sleepTick = 2 * time.Second
	sleepGap  = 15 * time.Second // longer than a busy machine keeps a program waiting
)

// watchSleep calls slept whenever more time has passed between two ticks than a program is kept waiting: by the clock
// on the wall, which goes on in sleep, or by the one of the process, which some systems let go on too. A clock that is
// set forward is taken for sleep. It ends with ctx.
func watchSleep(ctx context.Context, ticks <-chan time.Time, now func() time.Time, slept func()) {
	last := now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
		next := now()
		if next.Sub(last) > sleepGap || next.Round(0).Sub(last.Round(0)) > sleepGap { // Round takes the process's clock off
			slept()
			next = now() // what slept took is no sleep
		}
		last = next
	}
}
