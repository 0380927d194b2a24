// Package encvfs keeps a SQLite database encrypted and authenticated on disk: a SQLite VFS in pure Go, under
// modernc.org/sqlite. Every page, every frame of the write-ahead log and every temporary file is sealed with
// XChaCha20-Poly1305, bound to its place and file, and checked for freshness when it is read. What is damaged,
// missing, moved or older than it must be is an error or a warning with a name; it is never handed to SQLite.
//
// The file's format, and what it does not protect against, is in FORMAT.md.
//
// One process owns a file. Create makes one, Open takes it, DB gives the connection pool, Close saves
// everything into the main file, gives the file back and forgets the key. encvfs takes a raw 32-byte key;
// passphrases are internal/vault's business.
package encvfs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// Suffixes of the files beside the database.
const (
	walSuffix     = "-wal"
	journalSuffix = "-journal"
	tableSuffix   = "-tags"
	draftSuffix   = "-new" // while it is being written
)

// File is a database file that this process owns. Its methods are safe for concurrent use.
type File struct {
	path string // absolute
	base string // last element of path, for messages
	name string // under which SQLite knows it
	fs   filesystem
	keys *keyring
	key  Key // what Backup gives its copy

	salvage  bool          // damage that Open would refuse becomes a warning
	objected bool          // some damage did
	patience time.Duration // how long Close waits for running statements

	ending context.Context // ends when Close begins, and with it a Backup
	end    context.CancelFunc

	confirmAfter time.Duration // how long a mark may wait for its sync
	reserve      int64         // how far the log is lengthened at once
	gather       int           // frames in the log before a commit writes them back

	main  disk
	tags  disk // file of the table
	table *table

	mu      sync.Mutex // guards what follows, down to the locks
	state   state
	unsure  int // header copy that may not be whole on disk: Open found it so, or writing it failed
	log     log
	refs    int // open SQLite files of this database
	pool    *sql.DB
	closing bool
	done    chan struct{} // closed when the key is gone

	locks locks

	causeMu  sync.Mutex
	warnings []Event
	damage   *DamageError // newest
	trouble  error        // newest DiskError or refusal
}

var names atomic.Uint64

// Create makes an empty database at path, which must not exist, and makes it durable. It fails with
// fs.ErrExist, ErrDiskFull or ErrDisk.
func Create(path string, key Key) error {
	if err := create(system{}, path, key); err != nil {
		return fmt.Errorf("create database: %w", err)
	}
	return nil
}

// Open takes the database at path for this process. It checks both header copies, both marks, the whole log
// against its mark, and the freshness table; it does not read the pages.
//
// It fails with ErrNotEncrypted, ErrVersion, ErrWrongKey or ErrInUse, and as a *DamageError with ErrHeader,
// ErrMark, ErrRolledBack, ErrTruncated, ErrWALMissing, ErrWALShort, ErrWALOther, ErrDamaged or ErrStale. What it
// can live with is in Warnings.
func Open(path string, key Key) (*File, error) {
	f, err := open(system{}, path, key, false)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	return f, nil
}

// Salvage opens what Open refuses because saved work is missing, as after a disk that lied about having
// written: each *DamageError but ErrHeader becomes a warning. SQLite then sees the newest state that is left and
// authentic, so the last transactions may be gone, and pages may be older than others. A person must have been
// told before; the files should have been copied before, since they are changed.
func Salvage(path string, key Key) (*File, error) {
	f, err := open(system{}, path, key, true)
	if err != nil {
		return nil, fmt.Errorf("salvage database: %w", err)
	}
	return f, nil
}

// Hold takes the database at path for this process without opening it or changing anything, so that its files can be
// copied as they are. release gives it up. Errors are ErrInUse, fs.ErrNotExist and ErrDisk.
func Hold(path string) (release func() error, err error) {
	d, err := system{}.open(path, os.O_RDWR)
	if err != nil {
		return nil, diskError(filepath.Base(path), "open", err)
	}
	if err := d.Lock(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", filepath.Base(path), err), d.Close())
	}
	return d.Close, nil
}

// Generation returns the number of times that the file has been opened, this time included, and 16 random
// bytes made for this opening. Whoever keeps them outside the file can tell when the whole file is put back to
// an older state, or when two copies of it live on.
func (f *File) Generation() (n uint64, open [16]byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state.generation, f.state.openID
}

// Warnings returns what was met since Open that is not as it should be, and was got over.
func (f *File) Warnings() []Event {
	f.causeMu.Lock()
	defer f.causeMu.Unlock()
	return append([]Event(nil), f.warnings...)
}

// Damage returns the newest damaged unit that was met, or nil. PRAGMA integrity_check reports damage as text, not
// as an error; this tells which unit it was.
func (f *File) Damage() *DamageError {
	f.causeMu.Lock()
	defer f.causeMu.Unlock()
	return f.damage
}

func (f *File) warn(unit Unit, number int64, reason error, text string) {
	f.causeMu.Lock()
	defer f.causeMu.Unlock()
	f.warnings = append(f.warnings, Event{File: f.base, Unit: unit, Number: number, Reason: reason, Text: text})
}

// damaged records a damaged unit as the cause of the error that SQLite is about to report.
func (f *File) damaged(unit Unit, number int64, reason error) *DamageError {
	e := &DamageError{File: f.base, Unit: unit, Number: number, Reason: reason}
	f.causeMu.Lock()
	defer f.causeMu.Unlock()
	f.damage = e
	return e
}

// object refuses to open because of a damaged unit, or warns where the file is to be salvaged.
func (f *File) object(unit Unit, number int64, reason error) error {
	e := f.damaged(unit, number, reason)
	if !f.salvage {
		return e
	}
	f.objected = true
	f.warn(unit, number, reason, fmt.Sprintf("%s %d: %v; opened all the same", unit, number, reason))
	return nil
}

// failed records what the operating system said, for the same purpose.
func (f *File) failed(suffix, op string, err error) *DiskError {
	e := diskError(f.base+suffix, op, err)
	f.causeMu.Lock()
	defer f.causeMu.Unlock()
	f.trouble = e
	return e
}

// refused records that SQLite asked for something that the format does not allow.
func (f *File) refused(what string) error {
	err := fmt.Errorf("%s: %s: %w", f.base, what, ErrRefused)
	f.causeMu.Lock()
	defer f.causeMu.Unlock()
	f.trouble = err
	return err
}

func absolute(path string) (string, error) {
	p, err := filepath.Abs(path)
	if err != nil {
		return "", errors.New("path cannot be made absolute")
	}
	return p, nil
}
