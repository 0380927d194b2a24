package encvfs

import (
	"errors"
	"fmt"
	"io/fs"
)

// Reasons that a caller branches on. Errors of this package wrap one of them, and name the file by its base
// name only.
var (
	// ErrWrongKey: the file is one of ours, but not under this key.
	ErrWrongKey = errors.New("wrong key")
	// ErrNotEncrypted: the file is not one of ours: neither header copy begins as one must.
	ErrNotEncrypted = errors.New("not an encrypted database")
	// ErrVersion: the file was written by a newer program.
	ErrVersion = errors.New("written by a newer program")
	// ErrHeader: both header copies are damaged.
	ErrHeader = errors.New("both header copies are damaged")
	// ErrMark: both marks of the log are damaged, so nothing tells how long the log must be.
	ErrMark = errors.New("both marks of the log are damaged")
	// ErrInUse: another process, or this one, has the file open.
	ErrInUse = errors.New("in use")
	// ErrRolledBack: parts of the file are older than other parts of it.
	ErrRolledBack = errors.New("part of the file is older than the rest")
	// ErrStale: a page or frame is authentic, but not the one last written there.
	ErrStale = errors.New("older than what was last written there")
	// ErrTruncated: the file ends before pages that it must hold.
	ErrTruncated = errors.New("file is shorter than it must be")
	// ErrWALMissing: the log holds saved work, and its file is not there.
	ErrWALMissing = errors.New("log is missing")
	// ErrWALShort: the log ends before work that was saved in it.
	ErrWALShort = errors.New("log is shorter than it must be")
	// ErrWALOther: the log is not the one that this file was written with.
	ErrWALOther = errors.New("log belongs to another time or another file")
	// ErrUnfinished: the newest transaction is not whole. As a rule the power went before it was saved.
	ErrUnfinished = errors.New("newest transaction is not whole")
	// ErrDamaged: a unit does not hold what was written: flipped, moved, foreign or zeroed bytes.
	ErrDamaged = errors.New("not what was written there")
	// ErrDiskFull: there was no room; what was being written was not saved.
	ErrDiskFull = errors.New("disk is full")
	// ErrDisk: the operating system answered with an error.
	ErrDisk = errors.New("disk error")
	// ErrRefused: SQLite asked for something that this file format does not allow.
	ErrRefused = errors.New("refused")
	// ErrClosed: the file has been closed.
	ErrClosed = errors.New("closed")
)

// Unit says what kind of thing a DamageError is about.
type Unit string

// Units of a file (FORMAT.md, terms).
const (
	UnitHeader  Unit = "header"    // a header copy, number 0 or 1
	UnitMark    Unit = "mark"      // a mark of the log, number 0 or 1
	UnitNote    Unit = "note"      // a mark in the log itself, number 0 or 1
	UnitPage    Unit = "page"      // a database page, counted from 1
	UnitFrame   Unit = "log frame" // a frame of the log, counted from 1
	UnitTable   Unit = "tag table" // the table of page tags
	UnitJournal Unit = "journal"   // a rollback journal, which this format never has
)

// DamageError says which unit of which file is not as it was written. It wraps one of the sentinels.
type DamageError struct {
	File   string // base name
	Unit   Unit
	Number int64 // page or frame number from 1, copy or slot number from 0
	Reason error
}

// Error names file, unit, number and reason.
func (e *DamageError) Error() string {
	return fmt.Sprintf("%s: %s %d: %v", e.File, e.Unit, e.Number, e.Reason)
}

// Unwrap gives the sentinel.
func (e *DamageError) Unwrap() error { return e.Reason }

// DiskError says which operation the operating system refused. It wraps ErrDiskFull or ErrDisk, and the
// operating system's reason without its path.
type DiskError struct {
	File   string // base name
	Op     string // read, write, sync, truncate, open, remove
	Reason error  // ErrDiskFull or ErrDisk
	System error  // the system's own error, such as syscall.EIO
}

// Error names file, operation and reason.
func (e *DiskError) Error() string {
	return fmt.Sprintf("%s %s: %v: %v", e.Op, e.File, e.Reason, e.System)
}

// Unwrap gives the sentinel and the system's error.
func (e *DiskError) Unwrap() []error { return []error{e.Reason, e.System} }

// diskError classifies what the operating system said.
func diskError(file, op string, err error) *DiskError {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		err = pe.Err // its path holds the user's folders
	}
	e := &DiskError{File: file, Op: op, Reason: ErrDisk, System: err}
	if isDiskFull(err) {
		e.Reason = ErrDiskFull
	}
	return e
}

// Event is something that Open or a later operation met and went on in spite of. A caller shows it and logs it.
type Event struct {
	File   string // base name
	Unit   Unit
	Number int64
	Reason error  // a sentinel
	Text   string // what was met and what was done, for a log
}

// String gives the text with the file's name.
func (e Event) String() string { return e.File + ": " + e.Text }
