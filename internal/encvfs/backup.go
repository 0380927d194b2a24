package encvfs

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	sqlite3 "modernc.org/sqlite/lib"
)

// Backup writes a copy of the database to path, which must not exist: all that was committed when it began, and
// nothing that was committed since. Statements go on meanwhile; the log only grows until the copy is done. The copy
// is a file like every other: under the same key and a file id of its own, with the generation and opening id that
// this file has now, whole and durable when Backup returns.
//
// Errors are fs.ErrExist, ErrDiskFull, ErrDisk, ErrClosed, the context's, and a *DamageError for a page that cannot
// be read; then nothing is left at path.
func (f *File) Backup(ctx context.Context, path string) error {
	f.mu.Lock()
	key := f.key
	f.mu.Unlock()
	defer clear(key[:])
	return f.BackupUnder(ctx, path, key, nil)
}

// BackupUnder is Backup under another key. told, which may be nil, hears how many of how many pages are written.
func (f *File) BackupUnder(ctx context.Context, path string, key Key, told func(done, of int64)) error {
	if err := f.backup(ctx, path, key, told); err != nil {
		return fmt.Errorf("back up %s: %w", f.base, err)
	}
	return nil
}

func (f *File) backup(ctx context.Context, path string, key Key, told func(done, of int64)) (err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer context.AfterFunc(f.ending, stop)()
	if f.ending.Err() != nil {
		return ErrClosed
	}
	if path, err = absolute(path); err != nil {
		return err
	}
	if err := vacant(f.fs, path); err != nil {
		return err
	}
	pool, err := f.openPool()
	if err != nil {
		return err
	}
	f.mu.Lock()
	now := f.state
	f.mu.Unlock()
	err = deliver(f.fs, path, func(draft string) error {
		return writeNew(f.fs, draft, key, now, func(put putPage) error { return f.snapshot(ctx, pool, telling(ctx, pool, put, told)) })
	})
	switch {
	case err != nil && f.ending.Err() != nil:
		err = ErrClosed
	case err != nil && ctx.Err() != nil:
		err = ctx.Err()
	}
	return errors.Join(err, pool.Close())
}

// snapshot puts all pages as they are at one moment. SQLite knows which of them stand in the log; its table of pages
// is read by one statement, so in one transaction.
func (f *File) snapshot(ctx context.Context, pool *sql.DB, put putPage) error {
	rows, err := pool.QueryContext(ctx, "SELECT data FROM sqlite_dbpage ORDER BY pgno")
	if err != nil {
		return f.Cause(err)
	}
	defer rows.Close()
	var page sql.RawBytes
	for rows.Next() {
		if err := errors.Join(ctx.Err(), f.ending.Err()); err != nil { // the driver hears of it later
			return err
		}
		if err := rows.Scan(&page); err != nil {
			return err
		}
		if err := put(page); err != nil {
			return err
		}
		clear(page)
	}
	return f.Cause(rows.Err())
}

// tellEvery is after how many pages BackupUnder tells of its progress.
const tellEvery = 256

// telling is put, and tells now and then how far it has come. How many pages there are is asked once: pages that are
// added meanwhile are told as the last.
func telling(ctx context.Context, pool *sql.DB, put putPage, told func(done, of int64)) putPage {
	if told == nil {
		return put
	}
	var n, all int64
	return func(page []byte) error {
		if n == 0 {
			if err := pool.QueryRowContext(ctx, "SELECT page_count FROM pragma_page_count").Scan(&all); err != nil {
				return err
			}
		}
		n++
		if n%tellEvery == 0 || n == all {
			told(min(n, all), all)
		}
		return put(page)
	}
}

// vacant fails with fs.ErrExist where a database is at path, or what is left of one.
func vacant(sys filesystem, path string) error {
	for _, suffix := range []string{"", walSuffix, tableSuffix, journalSuffix} {
		if _, err := sys.size(path + suffix); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s: %w", filepath.Base(path+suffix), errors.Join(fs.ErrExist, err))
		}
	}
	return nil
}

// Restore writes what Backup made to path, where nothing of a database may lie: every page is checked, and none is
// older than the others. The copy gets a file id of its own; the backup is only read, and may lie on a medium that
// cannot be written to. Any database that was closed will do; ErrRefused says that one was not. Warnings are those
// of Open. Errors are those of Open and Backup; then nothing is left at path.
func Restore(ctx context.Context, backup, path string, key Key) (warnings []Event, err error) {
	if warnings, err = restore(ctx, system{}, backup, path, key); err != nil {
		return warnings, fmt.Errorf("restore database: %w", err)
	}
	return warnings, nil
}

func restore(ctx context.Context, sys filesystem, backup, path string, key Key) ([]Event, error) {
	backup, err1 := absolute(backup)
	path, err2 := absolute(path)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	if err := vacant(sys, path); err != nil {
		return nil, err
	}
	f := newFileAt(sys, backup)
	defer f.drop()
	if err := f.takeMain(key, os.O_RDONLY); err != nil {
		return f.Warnings(), err
	}
	if f.log.mark.frames > 0 {
		return f.Warnings(), f.refused("was not closed: open it and close it first")
	}
	if err := f.collectTags(); err != nil {
		return f.Warnings(), err
	}
	err := deliver(sys, path, func(draft string) error {
		return writeNew(sys, draft, key, f.state, func(put putPage) error { return f.eachOnRecord(ctx, put) })
	})
	return f.Warnings(), err
}

// eachOnRecord puts all pages of a file that is read for the first time, and fails where they are not those that the
// header counted.
func (f *File) eachOnRecord(ctx context.Context, put putPage) error {
	if err := f.eachPage(ctx, put); err != nil {
		return err
	}
	switch have := f.table.count(); {
	case have < int64(f.state.pages):
		return f.damaged(UnitPage, have+1, ErrTruncated)
	case f.table.sum() != f.state.tableSum:
		return f.damaged(UnitTable, 0, ErrStale)
	}
	return nil
}

// eachPage puts all pages of the main file, whose log is empty.
func (f *File) eachPage(ctx context.Context, put putPage) error {
	from, page := newPageFile(f), make([]byte, pageSize)
	defer from.ahead.forget()
	defer clear(page)
	for n, all := int64(1), f.table.count(); n <= all; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if rc := from.load(page, n); rc != sqlite3.SQLITE_OK {
			f.causeMu.Lock()
			defer f.causeMu.Unlock()
			if f.damage != nil {
				return f.damage
			}
			return f.trouble
		}
		if err := put(page); err != nil {
			return err
		}
	}
	return nil
}
