package sqlite

import (
	"context"
	"errors"
	"fmt"

	"leeward/internal/office/casework"
	"leeward/internal/records"
	"leeward/internal/screening"
)

// fail names the operation and gives err its code. encvfs knows more about a failed page than SQLite's
// number says.
func (e *Engine) fail(op string, err error) error {
	if err == nil {
		return nil
	}
	if cause := e.file.Cause(err); cause != nil {
		err = cause
	}
	return coded(fmt.Errorf("%s: %w", op, err))
}

// coded gives err a code for devices (intake.Ledger) and people; an error that has one keeps it.
func coded(err error) error {
	switch {
	case errors.Is(err, casework.ErrNotFound):
		return err
	case errors.Is(err, context.DeadlineExceeded):
		return screening.Fail(screening.EBusy, err)
	}
	return records.Codes{Full: screening.EFull, Busy: screening.EBusy}.Of(err)
}
