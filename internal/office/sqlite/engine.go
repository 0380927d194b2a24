package sqlite

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
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
)

// writeTimeout bounds what the caller's context may not cut short.
const writeTimeout = 30 * time.Second

// connections is how many queries run at once: one writer and readers for the pages.
const connections = 4

// Options are what an engine takes from its surroundings.
type Options struct {
	Now func() time.Time // time.Now where nil
	Log *slog.Logger     // discards where nil; gets ids, counts and codes only
}

// Engine holds the records of one office. Its methods may be called from any goroutine.
type Engine struct {
	file *encvfs.File
	db   *sql.DB
	now  func() time.Time
	log  *slog.Logger

	copying sync.Mutex   // held by Backup, and by scrub before the others: who reads the log keeps it from being emptied
	writing sync.Mutex   // one writer: none has to wait inside SQLite, or fails there
	reading sync.RWMutex // held by readers; scrub waits for them, or it could not empty the log
}

// Open opens the office's database at path, or makes it where there is no file, and brings its schema
// up to date. It takes the file for this process.
//
// Errors: in_use (another process has it), damaged (the bytes are not what was written, or the key is
// not this file's), newer (a later program wrote it), disk.
func Open(ctx context.Context, path string, key encvfs.Key, o Options) (*Engine, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		if err := encvfs.Create(path, key); err != nil {
			return nil, coded(fmt.Errorf("create office database: %w", err))
		}
	}
	file, err := encvfs.Open(path, key)
	if err != nil {
		return nil, coded(fmt.Errorf("open office database: %w", err))
	}
	e := &Engine{file: file, now: o.Now, log: cmp.Or(o.Log, slog.New(slog.DiscardHandler))}
	if e.now == nil {
		e.now = time.Now
	}
	if err := e.start(ctx); err != nil {
		return nil, e.fail("open office database", errors.Join(err, file.Close()))
	}
	return e, nil
}

// start readies an opened file. The scrub finishes an erase that a crash cut between its commit and its
// own scrub.
func (e *Engine) start(ctx context.Context) error {
	db, err := e.file.DB()
	if err != nil {
		return err
	}
	e.db = db
	db.SetMaxOpenConns(connections)
	var secure int
	if err := db.QueryRowContext(ctx, `PRAGMA secure_delete`).Scan(&secure); err != nil {
		return fmt.Errorf("read secure_delete: %w", err)
	}
	if secure != 1 {
		return errors.New("secure_delete is off: what was withdrawn would stay in the file")
	}
	if err := migrate(ctx, db); err != nil {
		return err
	}
	for _, w := range e.file.Warnings() {
		e.log.Warn("database opened with a warning", "event", w)
	}
	return e.scrub(ctx)
}

// Close empties the log into the file, gives the file back and forgets the key.
func (e *Engine) Close() error {
	if err := e.file.Close(); err != nil {
		return coded(fmt.Errorf("close office database: %w", err))
	}
	return nil
}

// tx is one writing transaction with its one reading of the clock.
type tx struct {
	*sql.Tx
	ctx context.Context
	now time.Time
}

// exec runs a statement and returns how many rows it changed.
func (t *tx) exec(query string, args ...any) (int64, error) {
	done, err := t.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

// row runs a query for one row.
func (t *tx) row(query string, args ...any) *sql.Row { return t.QueryRowContext(t.ctx, query, args...) }

// write runs do in one transaction that the caller's context does not cut short. op names the operation
// in errors.
func (e *Engine) write(ctx context.Context, op string, do func(t *tx) error) error {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer stop()
	e.writing.Lock()
	defer e.writing.Unlock()
	began, err := e.db.BeginTx(ctx, nil)
	if err != nil {
		return e.fail(op, err)
	}
	if err := do(&tx{Tx: began, ctx: ctx, now: e.now()}); err != nil {
		if undo := began.Rollback(); undo != nil && !errors.Is(undo, sql.ErrTxDone) {
			err = errors.Join(err, undo)
		}
		return e.fail(op, err)
	}
	return e.fail(op, began.Commit())
}

// read runs do while no scrub is under way.
func (e *Engine) read(op string, do func() error) error {
	e.reading.RLock()
	defer e.reading.RUnlock()
	return e.fail(op, do())
}

// scrub moves the log into the file and empties it, so that deleted rows are gone from both.
func (e *Engine) scrub(ctx context.Context) error {
	e.copying.Lock()
	defer e.copying.Unlock()
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer stop()
	e.writing.Lock()
	defer e.writing.Unlock()
	e.reading.Lock()
	defer e.reading.Unlock()
	var busy, frames, moved int
	if err := e.db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &moved); err != nil {
		return e.fail("empty the log", err)
	}
	if busy != 0 {
		return screening.Fail(screening.EBusy, errors.New("empty the log: somebody still reads it"))
	}
	return nil
}

// fromMillis reads a time as it stands in the file: milliseconds UTC, 0 for the zero time.
func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func fromNullMillis(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return fromMillis(ms.Int64)
}
