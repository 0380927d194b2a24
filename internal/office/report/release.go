package report

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"leeward/internal/office/casework"
)

// Store is where the facts are, and the register of releases.
type Store interface {
	FactsSince(ctx context.Context, seq int64, show func(casework.FactsRow) bool) error
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
	var failed error
	b, err := Make(func(yield func(casework.Facts) bool) {
		failed = s.FactsSince(ctx, 0, func(row casework.FactsRow) bool { return row.Gone || yield(row.Facts) })
	}, from, to, at, DefaultK)
	if failed != nil {
		return Book{}, failed
	}
	if err != nil {
		return Book{}, err
	}
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
