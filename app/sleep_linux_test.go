//go:build linux && !android

package main

import (
	"context"
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/godbus/dbus/v5"
)

// TestAnswerSleep locks before it lets the computer sleep, and holds sleep again afterwards.
func TestAnswerSleep(t *testing.T) {
	var steps []string
	var pipes []*os.File
	hold := func() (*os.File, error) {
		steps = append(steps, "hold")
		r, w, err := os.Pipe()
		pipes = append(pipes, r)
		return w, err
	}
	signals := make(chan *dbus.Signal, 8)
	for _, body := range [][]any{{true}, {}, {"strange"}, {false}, {true}, {true}} {
		signals <- &dbus.Signal{Body: body}
	}
	close(signals)
	err := answerSleep(t.Context(), signals, hold, func() {
		steps = append(steps, "lock")
	})
	if want := []string{"hold", "lock", "hold", "lock", "lock"}; err != nil || !slices.Equal(steps, want) {
		t.Errorf("got %v, %v; want %v", steps, err, want)
	}
	for i, r := range pipes {
		if n, _ := r.Read(make([]byte, 1)); n != 0 {
			t.Errorf("hold %d was not let go", i)
		}
	}
	if err := beforeSleepWithoutBus(t); err == nil {
		t.Error("without a bus: no error")
	}
}

// beforeSleepWithoutBus listens where nobody speaks.
func beforeSleepWithoutBus(t *testing.T) error {
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path="+t.TempDir()+"/none")
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(errors.New("over"))
	return beforeSleep(ctx, func() { t.Error("locked for nothing") })
}
