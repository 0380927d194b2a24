package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"leeward/internal/encvfs"
	"leeward/internal/office/engine"
	"leeward/internal/records"
	"leeward/internal/screening"
)

// connections is how many queries run at once: one writer and readers for the pages.
const connections = 4

// prepared is how many statements of writes stay parsed on each connection: more than there are.
const prepared = 256

// applicationID marks an office's database: "LWOF" in ASCII. The first migration sets it.
const applicationID = 0x4C574F46

// Open opens the office's database at path, or makes it where there is no file, and brings its schema
// up to date. It takes the file for this process.
//
// Errors: in_use (another process has it), damaged (the bytes are not what was written, or the key is
// not this file's), newer (a later program wrote it), disk.
func Open(ctx context.Context, path string, key encvfs.Key, o engine.Options) (*engine.Engine, error) {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		if err := encvfs.Create(path, key); err != nil {
			return nil, explained(fmt.Errorf("create office database: %w", err))
		}
	}
	opened, err := encvfs.Open(path, key)
	if err != nil {
		return nil, explained(fmt.Errorf("open office database: %w", err))
	}
	return openFile(ctx, opened, gathered, 4*gathered, o)
}

// openFile is Open, with a log that is written back when so many frames gathered, and by a commit when there are most.
func openFile(ctx context.Context, opened *encvfs.File, gathered, most int, o engine.Options) (*engine.Engine, error) {
	opened.Gather(most, gathered)
	f := &file{File: opened}
	f.back = writeBack{file: f, from: gathered, again: gathered}
	e, err := f.start(ctx, o)
	if err != nil {
		return nil, f.Explain(fmt.Errorf("open office database: %w", errors.Join(err, f.Close())))
	}
	return e, nil
}

// file is the engine's backend.
type file struct {
	*encvfs.File
	db   *sql.DB
	back writeBack
}

func (f *file) start(ctx context.Context, o engine.Options) (*engine.Engine, error) {
	var err error
	if f.db, err = f.File.DB(); err != nil {
		return nil, err
	}
	f.db.SetMaxOpenConns(connections)
	var secure int
	if err := f.db.QueryRowContext(ctx, `PRAGMA secure_delete`).Scan(&secure); err != nil {
		return nil, fmt.Errorf("read secure_delete: %w", err)
	}
	if secure != 1 {
		return nil, errors.New("secure_delete is off: what was withdrawn would stay in the file")
	}
	steps, err := dialect().Steps()
	if err != nil {
		return nil, err
	}
	if err := (records.Schema{Application: applicationID, Steps: steps}).Migrate(ctx, f.db); err != nil {
		return nil, err
	}
	log := o.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	f.back.log = log
	for _, w := range f.Warnings() {
		log.Warn("database opened with a warning", "event", w)
	}
	o.Prepared, o.Committed = prepared, f.back.committed
	return engine.New(ctx, f, o)
}

func dialect() engine.Dialect {
	return engine.Dialect{
		Blob: "BLOB", Int: "INTEGER", Counter: "INTEGER PRIMARY KEY AUTOINCREMENT", Keyed: " STRICT, WITHOUT ROWID", Strict: " STRICT",
		NoCase: " COLLATE NOCASE", Mark: fmt.Sprintf("PRAGMA application_id = %d;", applicationID),
		AppendOnly: func(table string) string {
			return fmt.Sprintf(`-- +goose StatementBegin
CREATE TRIGGER %[1]s_is_never_changed BEFORE UPDATE ON %[1]s BEGIN SELECT RAISE(ABORT, 'this log is only added to'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER %[1]s_is_never_cut BEFORE DELETE ON %[1]s BEGIN SELECT RAISE(ABORT, 'this log is only added to'); END;
-- +goose StatementEnd`, table)
		},
	}
}

// DB returns the pool of connections.
func (f *file) DB() *sql.DB { return f.db }

// Lock has nothing to do: the engine lets one writer in, and no other process has the file.
func (f *file) Lock(context.Context, *sql.Tx) error { return nil }

// Look says which SQLite this is: it is part of the program, and has nothing of its own to be looked after.
func (f *file) Look(ctx context.Context) (d engine.Database, err error) {
	err = f.db.QueryRowContext(ctx, `SELECT 'SQLite ' || sqlite_version() || ', one encrypted file'`).Scan(&d.Version)
	return d, err
}

// Scrub moves the log into the file and empties it, so that deleted rows are gone from both.
func (f *file) Scrub(ctx context.Context) error {
	f.back.moving.Lock() // two at once get in each other's way
	defer f.back.moving.Unlock()
	var busy, frames, moved int
	if err := f.db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &moved); err != nil {
		return err
	}
	if busy != 0 {
		return screening.Fail(screening.EBusy, errors.New("somebody still reads it"))
	}
	return nil
}

// Close waits for what is being written back, and gives the file up.
func (f *file) Close() error {
	f.back.end()
	return f.File.Close()
}

// Explain gives err a code; encvfs knows more about a failed page than SQLite's number says.
func (f *file) Explain(err error) error {
	if cause := f.Cause(err); cause != nil {
		err = cause
	}
	return explained(err)
}

func explained(err error) error {
	return records.Codes{Full: screening.EFull, Busy: screening.EBusy}.Of(err)
}
