package report

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"strconv"
	"time"

	"leeward/internal/office/casework"
)

// Store is where the facts are, and the register of releases.
type Store interface {
	Facts(ctx context.Context, lanes int, show func(lane int, f casework.Facts)) error
	Releases(ctx context.Context) ([]casework.Release, error)
	Setting(ctx context.Context, name string) (value string, err error) // "" where there is none
	AddRelease(ctx context.Context, r casework.Release, admit func(released []casework.Release, from, to int) error) error
}

// SettingK is the setting of an office that says the least number of people that a number may stand for.
const SettingK = "k"

// LeastGroup is what an office has set, or DefaultK.
func LeastGroup(ctx context.Context, s Store) (int, error) {
	value, err := s.Setting(ctx, SettingK)
	if err != nil || value == "" {
		return DefaultK, err
	}
	k, err := strconv.Atoi(value)
	if err != nil || k < LeastK {
		return 0, fmt.Errorf("the least group is set to %.20q", value)
	}
	return k, nil
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
	k, err := LeastGroup(ctx, s)
	if err != nil {
		return Book{}, err
	}
	if err := check(from, to, at, k); err != nil {
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
	b := parts[0].book(at, k)
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
