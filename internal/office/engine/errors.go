package engine

import (
	"context"
	"errors"
	"fmt"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// fail names the operation and gives err its code.
func (e *Engine) fail(op string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, casework.ErrNotFound), errors.Is(err, casework.ErrTaken), errors.Is(err, casework.ErrChanged):
		return fmt.Errorf("%s: %w", op, err)
	case errors.Is(err, context.DeadlineExceeded):
		return screening.Fail(screening.EBusy, fmt.Errorf("%s: %w", op, err))
	}
	return e.back.Explain(fmt.Errorf("%s: %w", op, err))
}
