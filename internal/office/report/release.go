package report

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"time"

	"leeward/internal/office/casework"
)

// Store is where the facts are, and the register of releases.
type Store interface {
	Facts(ctx context.Context, lanes int, show func(lane int, f casework.Facts)) error
	Releases(ctx context.Context) ([]casework.Release, error)
	AddRelease(ctx context.Context, r casework.Release, admit func(released []casework.Release, from, to int) error) error
}

// Release counts the years from and to and what lies between them, enters the book into the register and returns it.
// Errors: ErrPeriod, ErrOverlap, those of the store.
func Release(ctx context.Context, s Store, actor string, from, to int, at time.Time) (Book, error) {
	before, err := s.Releases(ctx)
	if err != nil {
		return Book{}, err
	}
	if err := Admit(before, from, to); err != nil {
		return Book{}, err
	}
	if err := check(from, to, at, DefaultK); err != nil {
		return Book{}, err
	}
	parts := make([]*tally, max(1, runtime.GOMAXPROCS(0)))
	for i := range parts {
		parts[i] = newTally(from, to)
	}
	if err := s.Facts(ctx, len(parts), func(lane int, f casework.Facts) { parts[lane].add(f) }); err != nil {
		return Book{}, err
	}
	for _, p := range parts[1:] {
		parts[0].join(p)
	}
	b := parts[0].book(at, DefaultK)
	body, err := json.Marshal(b)
	if err != nil {
		return Book{}, fmt.Errorf("write book: %w", err)
	}
	return b, s.AddRelease(ctx, casework.Release{At: b.At, Actor: actor, From: from, To: to, Book: body}, Admit)
}

// Released returns the books of the register, oldest first.
func Released(ctx context.Context, s Store) ([]Book, error) {
	all, err := s.Releases(ctx)
	if err != nil {
		return nil, err
	}
	books := make([]Book, len(all))
	for i, r := range all {
		if err := json.Unmarshal(r.Book, &books[i]); err != nil {
			return nil, fmt.Errorf("release %d cannot be read: %w", r.N, err)
		}
	}
	return books, nil
}
