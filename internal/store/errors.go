package store

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"modernc.org/sqlite"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
)

// Reasons on which a caller branches.
var (
	ErrNotFound = errors.New("no such record")               // unknown, erased, or purged
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
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*screening.Error](err); ok {
		return err
	}
	for _, c := range fileCodes {
		if errors.Is(err, c.err) {
			return screening.Fail(c.code, err)
		}
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		if code := sqliteCode(e.Code()); code != "" {
			return screening.Fail(code, err)
		}
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return screening.Fail(screening.CodeDisk, err)
	}
	return err
}

// fileCodes gives each reason of encvfs the words for it. A key that is not this file's means that the
// file was exchanged: the vault lends the key that the file was made with.
var fileCodes = []struct {
	err  error
	code screening.Code
}{
	{encvfs.ErrInUse, screening.CodeInUse},
	{encvfs.ErrVersion, screening.CodeNewer},
	{encvfs.ErrDiskFull, screening.CodeDiskFull},
	{encvfs.ErrDisk, screening.CodeDisk},
	{encvfs.ErrWrongKey, screening.CodeDamaged},
	{encvfs.ErrNotEncrypted, screening.CodeDamaged},
	{encvfs.ErrHeader, screening.CodeDamaged},
	{encvfs.ErrMark, screening.CodeDamaged},
	{encvfs.ErrRolledBack, screening.CodeDamaged},
	{encvfs.ErrStale, screening.CodeDamaged},
	{encvfs.ErrTruncated, screening.CodeDamaged},
	{encvfs.ErrWALMissing, screening.CodeDamaged},
	{encvfs.ErrWALShort, screening.CodeDamaged},
	{encvfs.ErrWALOther, screening.CodeDamaged},
	{encvfs.ErrDamaged, screening.CodeDamaged},
	{syscall.ENOSPC, screening.CodeDiskFull}, // writing the files of the outbox
}

// Primary result codes of SQLite, the low byte of what the driver reports (sqlite.org/rescode.html), that
// encvfs does not explain by itself.
const (
	sqliteBusy     = 5
	sqliteLocked   = 6
	sqliteReadOnly = 8
	sqliteCorrupt  = 11
	sqliteFull     = 13
	sqliteCantOpen = 14
	sqliteNotADB   = 26
)

func sqliteCode(code int) screening.Code {
	switch code & 0xff {
	case sqliteFull:
		return screening.CodeDiskFull
	case sqliteCorrupt, sqliteNotADB:
		return screening.CodeDamaged
	case sqliteBusy, sqliteLocked:
		return screening.CodeInUse
	case sqliteReadOnly, sqliteCantOpen:
		return screening.CodeDisk
	}
	return ""
}
