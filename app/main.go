// Command leeward is the program of the device: it asks, keeps every answer encrypted, and hands sealed
// batches to the office. It has a window; leeward -h says what can be said on the command line.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"leeward/internal/screening"
	"leeward/translations"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "leeward:", explain(err))
		os.Exit(1)
	}
}

// run is the window, or what the command line asks for in its place.
func run(ctx context.Context, args []string) error {
	if len(args) > 0 && args[0] == "voices" {
		return runVoices(args[1:], os.Stdout)
	}
	p, err := parseFlags(args)
	if err != nil {
		return err
	}
	return p.Run(ctx)
}

// explain says what happened and what to do, in the words that the window uses. The rest of an error is
// for the log.
func explain(err error) string {
	var known *screening.Error
	if !errors.As(err, &known) {
		return err.Error()
	}
	words, werr := translations.New()
	if werr != nil {
		return err.Error()
	}
	say := words.For("en").Say
	return say("error."+string(known.Code)+".text") + " " + say("error."+string(known.Code)+".hint")
}
