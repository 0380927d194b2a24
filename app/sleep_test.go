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
			ticks, now, slept := make(chan time.Time), start, 0
			done := make(chan struct{})
			go func() {
				defer close(done)
				watchSleep(ctx, ticks, func() time.Time { return now }, func() { slept++ })
			}()
			ticks <- start // the first look was taken
			now = c.after
			ticks <- now
			ticks <- now // and once more: nothing new
			cancel()
			<-done
			if slept != c.want {
				t.Errorf("noticed %d sleeps, want %d", slept, c.want)
			}
		})
	}
}
