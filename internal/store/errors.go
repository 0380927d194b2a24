package store

import (
	"errors"
	"fmt"

	"leeward/internal/records"
	"leeward/internal/screening"
)

// Reasons on which a caller branches.
var (
	ErrNotFound = screening.ErrNotFound                      // unknown, erased, or purged
	ErrNotDraft = errors.New("the interview is not a draft") // finished or withdrawn: it takes no answers
	ErrSealed   = errors.New("already in a sealed batch")    // withdraw it instead
	ErrSeq      = errors.New("sequence number out of order") // another answer or batch stands there
	ErrChanged  = errors.New("changed since it was offered") // collect again and seal again
)

// fail names the operation and gives err its code. encvfs knows more about a failed page than SQLite's
// number says.
func (s *Store) fail(op string, err error) error {
	if err == nil {
		return nil
	}
	return coded(fmt.Errorf("%s: %w", op, s.file.Cause(err)))
}

// coded gives err the code that a screen can explain; an error that has one keeps it.
func coded(err error) error {
	return records.Codes{Full: screening.CodeDiskFull, Busy: screening.CodeInUse}.Of(err)
}
