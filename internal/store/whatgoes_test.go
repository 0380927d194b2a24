package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"leeward/internal/screening"
)

// saveWhatGoes begins an interview in a fresh store and saves 12 answers, each up to three times, as a screen does
// that keeps the answer until it is saved. It prints what the store said; the disk fails beneath it.
func saveWhatGoes(path string) {
	ctx := context.Background()
	s, err := Open(ctx, path, testKey, Options{})
	if err != nil {
		report("open", err)
		os.Exit(0)
	}
	iv := person()
	try := func(what string, do func() error) (saved bool) {
		for range 3 {
			if err := do(); err != nil {
				report(what, err)
				continue
			}
			fmt.Println("saved", what)
			return true
		}
		return false
	}
	if !try(iv.ID.String(), func() error { return s.Begin(ctx, iv, nil) }) {
		os.Exit(0)
	}
	for seq := uint64(1); seq <= 12; seq++ {
		if !try(strconv.FormatUint(seq, 10), func() error {
			return s.SaveAnswer(ctx, iv.ID, said(seq, "/data/q1", strconv.FormatUint(seq, 10)))
		}) {
			break
		}
	}
	published := filepath.Join(filepath.Dir(path), "outbox")
	if err := errors.Join(s.Enqueue(ctx, screening.Batch{ID: screening.BatchID{1}, Seq: 1, File: []byte("sealed bytes"), Made: noon}),
		os.MkdirAll(published, 0o700)); err != nil {
		report("enqueue", err)
	} else if err := s.PublishOutbox(ctx, published); err != nil {
		report("publish", err)
	}
	if err := s.Close(); err != nil {
		report("close", err)
	}
	os.Exit(0)
}

func report(what string, err error) {
	fmt.Println("failed", what, screening.CodeOf(err), strings.ReplaceAll(err.Error(), "\n", "; "))
}
