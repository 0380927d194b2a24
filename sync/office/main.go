package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"leeward/internal/vault"
)

func main() { os.Exit(run(&Program{})) }

// run runs a program as the process that it is.
func run(p *Program) int {
	p.Stdin, p.Stdout, p.Stderr = os.Stdin, os.Stdout, os.Stderr
	p.Log = slog.New(slog.NewJSONHandler(os.Stderr, nil))
	if err := vault.Harden(); err != nil {
		p.Log.Warn("memory is not fully protected", "err", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return p.Run(ctx, os.Args[1:])
}
