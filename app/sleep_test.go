package main

import (
	"context"
	"testing"
	"time"
)

// TestWatchSleep: time that passed without the program is sleep, by either clock; a busy machine is none.
func TestWatchSleep(t *testing.T) {
	start := time.Now() // with both clocks
	for name, c := range map[string]struct {
		after time.Time
		want  int
	}{
		"a tick":                     {start.Add(sleepTick), 0},
		"a busy machine":             {start.Add(sleepGap), 0},
		"sleep, by both clocks":      {start.Add(time.Minute), 1},
		"sleep, by the wall's alone": {start.Add(time.Hour).Round(0), 1},
		"set back":                   {start.Add(-time.Hour).Round(0), 0},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			ticks, done := make(chan time.Time), make(chan struct{})
			looks, slept := []time.Time{start, start, c.after}, 0 // each look at the clock, then always the last
			go func() {
				defer close(done)
				watchSleep(ctx, ticks, func() time.Time {
					now := looks[0]
					looks = looks[min(1, len(looks)-1):]
					return now
				}, func() { slept++ })
			}()
			for range 3 { // nothing, what happened, and once more: nothing new
				ticks <- start
			}
			cancel()
			<-done
			if slept != c.want {
				t.Errorf("noticed %d sleeps, want %d", slept, c.want)
			}
		})
	}
}
