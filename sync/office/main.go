package main

import (
	"context"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"leeward/internal/vault"
)

func main() { os.Exit(run()) }

func run() int {
	p := &Program{
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
		Log: slog.New(slog.NewJSONHandler(os.Stderr, nil)),
	}
	if err := vault.Harden(); err != nil {
		p.Log.Warn("memory is not fully protected", "err", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return p.Run(ctx, os.Args[1:])
}
