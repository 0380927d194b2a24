package encvfs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

const (
	// connections is how many the pool keeps: SQLite has one writer at a time, and each has a page cache.
	connections = 4
	// closeWait bounds how long Close waits for statements that are still running.
	closeWait = 5 * time.Second
)

// settings of every connection. secure_delete zeroes what is deleted, so that a free page keeps no answer;
// synchronous FULL makes a commit durable before it returns; temp_store keeps temporary tables in memory.
const settings = "&_pragma=busy_timeout(5000)&_pragma=synchronous(FULL)&_pragma=temp_store(MEMORY)" +
	"&_pragma=foreign_keys(1)&_pragma=secure_delete(ON)&_pragma=cache_size(-16384)&_txlock=immediate"

// DB returns the pool of connections to the file, the same one at every call. Close closes it. Transactions
// begin IMMEDIATE; a commit that has returned is durable. After a statement has failed, Cause tells more than
// SQLite does.
func (f *File) DB() (*sql.DB, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closing {
		return nil, fmt.Errorf("%s: %w", f.base, ErrClosed)
	}
	if f.pool != nil {
		return f.pool, nil
	}
	pool, err := f.openPool()
	if err != nil {
		return nil, fmt.Errorf("open pool for %s: %w", f.base, err)
	}
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections) // when the last connection goes, SQLite writes the whole log back
	f.pool = pool
	return pool, nil
}

func (f *File) openPool() (*sql.DB, error) {
	return sql.Open("sqlite", fmt.Sprintf("file:%s?vfs=%s%s&_pragma=wal_autocheckpoint(%d)", f.name, vfsName, settings, f.gather))
}

// Gather lets so many frames, of 4 KiB each, gather in the log before a commit writes them back into the main file, and
// keeps that many of them in memory. 1,000 do for a person at work. Where much is written at a time, more are better: a
// page that changes often is written back once, and a log is ended, which takes five syncs and a digest of the whole table,
// less often. Call it before DB.
func (f *File) Gather(most, kept int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gather, f.log.recent = most, newRecent(kept)
}

// Gathered is how many frames are in the log, whether they were written back or not.
func (f *File) Gathered() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.log.tags)
}

// Close writes the log back into the main file and empties it, makes the freshness table durable, closes the
// pool, forgets the key and gives the file up. Keys are zeroed where the libraries let us; pages in SQLite's
// freed memory are not. Statements that still run get 5 seconds; after that Close returns ErrInUse, and the
// rest happens when they end.
func (f *File) Close() error {
	f.mu.Lock()
	if f.closing {
		f.mu.Unlock()
		return nil
	}
	pool := f.pool
	f.mu.Unlock()
	f.end()
	var problem error
	if pool != nil {
		problem = errors.Join(f.checkpoint(pool), pool.Close())
	}
	f.mu.Lock()
	f.closing = true
	idle := f.refs == 0
	f.mu.Unlock()
	if idle {
		f.finish()
	}
	select {
	case <-f.done:
	case <-time.After(f.patience):
		return errors.Join(problem, fmt.Errorf("close %s: statements are still running: %w", f.base, ErrInUse))
	}
	if problem != nil {
		return fmt.Errorf("close %s: %w", f.base, problem)
	}
	return nil
}

// checkpoint empties the log. That another connection keeps it busy is no error: the last one to close does
// the same.
func (f *File) checkpoint(pool *sql.DB) error {
	ctx, cancel := context.WithTimeout(context.Background(), f.patience)
	defer cancel()
	var busy, frames, done int
	err := pool.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &done)
	if err != nil {
		return f.Cause(err)
	}
	return nil
}

// hold counts one more SQLite file, unless the file is being closed.
func (f *File) hold() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closing {
		return false
	}
	f.refs++
	return true
}

// release counts one SQLite file less; the last one after Close ends everything.
func (f *File) release() int32 {
	f.mu.Lock()
	f.refs--
	last := f.closing && f.refs == 0
	f.mu.Unlock()
	if last {
		f.finish()
	}
	return sqlite3.SQLITE_OK
}

func (f *File) finish() {
	withdraw(f)
	f.mu.Lock()
	if f.log.confirm != nil {
		f.log.confirm.Stop()
	}
	f.mu.Unlock()
	f.drop()
	close(f.done)
}

func (f *File) dir() string { return filepath.Dir(f.path) }

// Cause says why a statement failed: SQLite's own text is often just "disk I/O error". Where a *DamageError, a
// *DiskError (ErrDiskFull or ErrDisk) or an ErrRefused lies behind err, it returns an error that wraps it and
// err; otherwise err itself.
func (f *File) Cause(err error) error {
	se, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return err
	}
	f.causeMu.Lock()
	defer f.causeMu.Unlock()
	code := se.Code() & 0xff
	var cause error
	switch {
	case f.damage != nil && (se.Code() == sqlite3.SQLITE_IOERR_DATA || code == sqlite3.SQLITE_CORRUPT):
		cause = f.damage
	case f.trouble != nil && (code == sqlite3.SQLITE_IOERR || code == sqlite3.SQLITE_CANTOPEN),
		f.trouble != nil && code == sqlite3.SQLITE_FULL && errors.Is(f.trouble, ErrDiskFull):
		cause = f.trouble
	case code == sqlite3.SQLITE_FULL:
		cause = fmt.Errorf("%s: %w", f.base, ErrDiskFull)
	case code == sqlite3.SQLITE_IOERR:
		cause = fmt.Errorf("%s: %w", f.base, ErrDisk)
	default:
		return err
	}
	return fmt.Errorf("%w: %w", cause, err)
}

// code gives the result code that SQLite gets: the given one, or "full" where the disk is.
func (e *DiskError) code(rc int32) int32 {
	if e.Reason == ErrDiskFull {
		return sqlite3.SQLITE_FULL
	}
	return rc
}

func code(err error, rc int32) int32 {
	if e, ok := errors.AsType[*DiskError](err); ok {
		return e.code(rc)
	}
	return rc
}
