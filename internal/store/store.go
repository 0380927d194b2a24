package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
)

// saveTimeout bounds what the caller's context may not cut short. It is longer than the busy timeout
// of the file and far longer than any save that works.
const saveTimeout = 15 * time.Second

// eraseTimeout likewise bounds the building anew of a large file on a slow disk.
const eraseTimeout = 2 * time.Minute

// Options are what a store takes from its surroundings.
type Options struct {
	Now func() time.Time // time.Now where nil
	Log *slog.Logger     // slog.DiscardHandler where nil; gets ids, counts and codes only
}

// Store holds the records of one device. Its methods may be called from any goroutine.
type Store struct {
	path string
	now  func() time.Time
	log  *slog.Logger

	swap    sync.RWMutex // held for writing while another file takes this one's place
	file    *encvfs.File
	db      *sql.DB
	changes atomic.Uint64 // how often something was written

	publishing sync.Mutex // held by PublishOutbox: two would write one file

	copying sync.Mutex // held by Backup and by whoever empties the log, which a backup still reads

	mu      sync.Mutex
	offered map[screening.InterviewID]uint64 // what Waiting handed out in this run, by version
}

// Open opens the store at path, or makes a new one where there is no file, and brings its schema up to
// date. It takes the file for this process.
//
// Errors: in_use (another process has it), damaged (the bytes are not what was written, or the key is
// not this file's), newer (a later program wrote it), foreign (it is not a device's store), disk.
func Open(ctx context.Context, path string, key encvfs.Key, o Options) (*Store, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		if err := create(path, key); err != nil {
			return nil, coded(fmt.Errorf("create store: %w", err))
		}
	}
	file, err := encvfs.Open(path, key)
	if err != nil {
		return nil, coded(fmt.Errorf("open store: %w", err))
	}
	s := &Store{
		path:    path,
		file:    file,
		now:     o.Now,
		log:     cmp.Or(o.Log, slog.New(slog.DiscardHandler)),
		offered: make(map[screening.InterviewID]uint64),
	}
	if s.now == nil {
		s.now = time.Now
	}
	if err := s.start(ctx); err != nil {
		return nil, s.fail("open store", errors.Join(err, s.Close()))
	}
	return s, nil
}

// create makes a new store. Where the file is gone and what belongs to it still lies there, somebody has
// removed a store: that is not answered with an empty one.
func create(path string, key encvfs.Key) error {
	for _, suffix := range []string{"-wal", "-tags"} { // encvfs FORMAT.md, files
		if _, err := os.Lstat(path + suffix); !errors.Is(err, fs.ErrNotExist) {
			return screening.Fail(screening.CodeDamaged, errors.Join(errors.New("the store is gone, its "+suffix[1:]+" file is there"), err))
		}
	}
	return encvfs.Create(path, key)
}

// start readies an opened file, and sees an erase through that a crash cut short. Where the disk has no room for that,
// the next erase or opening does it.
func (s *Store) start(ctx context.Context) error {
	db, err := s.file.DB()
	if err != nil {
		return err
	}
	s.db = db
	db.SetMaxOpenConns(1)
	var secure int
	if err := db.QueryRowContext(ctx, `PRAGMA secure_delete`).Scan(&secure); err != nil {
		return fmt.Errorf("read secure_delete: %w", err)
	}
	if secure != 1 {
		return errors.New("secure_delete is off: erased answers would stay in the file")
	}
	if err := migrate(ctx, db); err != nil {
		return err
	}
	owed, err := s.unclean(ctx)
	if err != nil {
		return err
	}
	if owed {
		err = s.scrub(ctx)
	} else {
		err = s.emptyLog(ctx)
	}
	if err = s.fail("settle store", err); screening.CodeOf(err) == screening.CodeDiskFull {
		s.log.Warn("no room to settle the store", "erase_owed", owed) // nobody is kept from what was saved
		return nil
	}
	return err
}

// Close empties the log into the file, gives the file back and forgets the key. A closed store answers
// every call with an error.
func (s *Store) Close() error {
	s.swap.RLock()
	defer s.swap.RUnlock()
	if err := s.file.Close(); err != nil {
		return coded(fmt.Errorf("close store: %w", err))
	}
	return nil
}

// Generation returns the number of the file's last durable state and the random id of this opening,
// for the header of a batch (sync/batch/FORMAT.md, fields 14): the office notices a store that was put
// back to an earlier day.
func (s *Store) Generation() (n uint64, open [16]byte) {
	s.swap.RLock()
	defer s.swap.RUnlock()
	return s.file.Generation()
}

// Warnings returns what the file had to say when it was opened and since: places of damage that did not
// keep it from opening. A screen shows them.
func (s *Store) Warnings() []encvfs.Event {
	s.swap.RLock()
	defer s.swap.RUnlock()
	return s.file.Warnings()
}

// write runs do in one immediate transaction that the caller's context does not cut short. op names
// the operation in errors.
func (s *Store) write(ctx context.Context, op string, do func(ctx context.Context, tx *sql.Tx) error) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), saveTimeout)
	defer stop()
	return s.inTx(ctx, op, do, func() { s.changes.Add(1) })
}

// read runs do in one transaction, so that it sees one state of the file.
func (s *Store) read(ctx context.Context, op string, do func(ctx context.Context, tx *sql.Tx) error) error {
	return s.inTx(ctx, op, do, func() {})
}

// inTx runs do in one transaction. ended hears that it is over, whatever came of it, while the file is still the one
// that it was in: whoever puts another file in its place by then knows of it.
func (s *Store) inTx(ctx context.Context, op string, do func(ctx context.Context, tx *sql.Tx) error, ended func()) error {
	s.swap.RLock()
	defer s.swap.RUnlock()
	defer ended()
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return s.fail(op, err)
	}
	if err := do(ctx, tx); err != nil {
		if undo := tx.Rollback(); undo != nil && !errors.Is(undo, sql.ErrTxDone) {
			err = errors.Join(err, undo)
		}
		return s.fail(op, err)
	}
	if err := tx.Commit(); err != nil {
		return s.fail(op, err)
	}
	return nil
}

// millis is how times stand in the file: milliseconds UTC, 0 for the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
