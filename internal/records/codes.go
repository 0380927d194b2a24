package records

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"modernc.org/sqlite"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
)

// Codes are the codes on which a device and an office differ: one tells a screener, the other a device.
type Codes struct {
	Full screening.Code // no room on the disk; nothing was written
	Busy screening.Code // another connection holds the file
}

// Of gives err, as encvfs explained it (File.Cause), the code that a person or a device can act on. An error
// that has a code keeps it, and one that has none to find stays as it is.
func (c Codes) Of(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*screening.Error](err); ok {
		return err
	}
	if errors.Is(err, encvfs.ErrDiskFull) || errors.Is(err, syscall.ENOSPC) { // also of files beside the database
		return screening.Fail(c.Full, err)
	}
	for _, f := range fileCodes {
		if errors.Is(err, f.err) {
			return screening.Fail(f.code, err)
		}
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		if code := c.result(e.Code()); code != "" {
			return screening.Fail(code, err)
		}
	}
	_, file := errors.AsType[*fs.PathError](err)
	_, names := errors.AsType[*os.LinkError](err) // of a rename
	if file || names {
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
}

// Primary result codes of SQLite, the low byte of what the driver reports (sqlite.org/rescode.html), that
// encvfs does not explain by itself.
const (
	resultBusy     = 5
	resultLocked   = 6
	resultReadOnly = 8
	resultIOErr    = 10
	resultCorrupt  = 11
	resultFull     = 13
	resultCantOpen = 14
	resultNotADB   = 26
	ioerrData      = resultIOErr | 32<<8 // a page did not authenticate
)

func (c Codes) result(code int) screening.Code {
	if code == ioerrData {
		return screening.CodeDamaged
	}
	switch code & 0xff {
	case resultFull:
		return c.Full
	case resultCorrupt, resultNotADB:
		return screening.CodeDamaged
	case resultBusy, resultLocked:
		return c.Busy
	case resultIOErr, resultReadOnly, resultCantOpen:
		return screening.CodeDisk
	}
	return ""
}
