package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"

	"leeward/internal/encvfs"
	"leeward/internal/office/casework"
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
	if err == nil || errors.Is(err, casework.ErrNotFound) {
		return err
	}
	if _, ok := errors.AsType[*screening.Error](err); ok {
		return err
	}
	for _, c := range reasons {
		if errors.Is(err, c.err) {
			return screening.Fail(c.code, err)
		}
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		if code := resultCode(e.Code()); code != "" {
			return screening.Fail(code, err)
		}
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return screening.Fail(screening.CodeDisk, err)
	}
	return err
}

var reasons = []struct {
	err  error
	code screening.Code
}{
	{syscall.ENOSPC, screening.EFull},
	{context.DeadlineExceeded, screening.EBusy},
	{encvfs.ErrInUse, screening.CodeInUse},
	{encvfs.ErrWrongKey, screening.CodeDamaged},
	{encvfs.ErrNotEncrypted, screening.CodeDamaged},
	{encvfs.ErrHeader, screening.CodeDamaged},
	{encvfs.ErrRolledBack, screening.CodeDamaged},
	{encvfs.ErrWALShort, screening.CodeDamaged},
}

// The primary result codes of SQLite that mean something to a person or a device
// (sqlite.org/rescode.html). ioerrData is extended: a page did not authenticate.
const (
	resultBusy     = 5
	resultLocked   = 6
	resultReadOnly = 8
	resultIOErr    = 10
	resultCorrupt  = 11
	resultFull     = 13
	resultCantOpen = 14
	resultNotADB   = 26
	ioerrData      = resultIOErr | 32<<8
)

func resultCode(code int) screening.Code {
	if code == ioerrData {
		return screening.CodeDamaged
	}
	switch code & 0xff {
	case resultFull:
		return screening.EFull
	case resultBusy, resultLocked:
		return screening.EBusy
	case resultCorrupt, resultNotADB:
		return screening.CodeDamaged
	case resultIOErr, resultReadOnly, resultCantOpen:
		return screening.CodeDisk
	}
	return ""
}
