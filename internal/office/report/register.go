package report

import (
	"errors"

	"leeward/internal/office/casework"
)

// ErrPeriod says that a period runs backwards or is not over.
var ErrPeriod = errors.New("the years must be in order, and over")

// ErrOverlap says that people of a period stand in a book that was released before.
var ErrOverlap = errors.New("the period overlaps one that was released")

// Admit refuses the release of a period that shares a year with one before. Two books that count the same
// people at different times, or by different years, differ by few of them: one subtracted from the other would show
// those. What was released stays as it was, also when a person takes their consent back later.
func Admit(released []casework.Release, from, to int) error {
	for _, r := range released {
		if from <= r.To && r.From <= to {
			return ErrOverlap
		}
	}
	return nil
}
