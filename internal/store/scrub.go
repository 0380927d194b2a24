package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"leeward/internal/screening"
)

// Erasing has three steps, because each of SQLite's own means leaves something behind for whoever has
// the key:
//
//  1. The rows are deleted with secure_delete, which overwrites their cells; the same transaction notes
//     in the table "unclean" that the steps below are owed.
//  2. VACUUM builds every page anew. When a page splits or merges, SQLite leaves copies of its rows
//     between the cells of the old page, and secure_delete does not reach those.
//  3. A TRUNCATE checkpoint empties the log, in which the pages stand as they were before.
//
// A crash in between is made good when the file is opened again.

// erase runs do like write, and then sees the erasing through. An error after the commit is an error of
// the erase: the caller repeats it.
func (s *Store) erase(ctx context.Context, op string, do func(ctx context.Context, tx *sql.Tx) error) error {
	if err := s.write(ctx, op, do); err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), eraseTimeout)
	defer stop()
	s.swap.RLock()
	defer s.swap.RUnlock()
	defer s.changes.Add(1)
	owed, err := s.unclean(ctx)
	if err == nil && owed {
		err = s.scrub(ctx)
	}
	return s.fail(op, err)
}

// wipe runs a statement that deletes or blanks what was said, and notes that the erasing is to be seen
// through.
func wipe(ctx context.Context, tx *sql.Tx, query string, args ...any) error {
	done, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return err
	}
	if n, err := done.RowsAffected(); n == 0 || err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO unclean (one) VALUES (1) ON CONFLICT (one) DO NOTHING`)
	return err
}

func (s *Store) unclean(ctx context.Context) (owed bool, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM unclean)`).Scan(&owed)
	return owed, err
}

// scrub takes steps 2 and 3. It takes time with the size of the file, most of which is sealed batches.
// A backup that is being made holds what is to be erased: it ends first.
func (s *Store) scrub(ctx context.Context) error {
	s.copying.Lock()
	defer s.copying.Unlock()
	if err := s.rebuild(ctx); err != nil {
		return fmt.Errorf("build the pages anew: %w", err)
	}
	if _, err := s.db.ExecContext(ctx, `DELETE FROM unclean`); err != nil {
		return err
	}
	return s.emptyLog(ctx)
}

// rebuild takes step 2. What it needs beside the file lies in an encrypted temporary file: in memory, where other
// temporary tables are, a large store would be a second time.
func (s *Store) rebuild(ctx context.Context) (err error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, `PRAGMA temp_store = FILE`); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, `VACUUM`)
	_, after := conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA temp_store = MEMORY`)
	return errors.Join(err, after)
}

// emptyLog moves the log into the file and cuts it to nothing.
func (s *Store) emptyLog(ctx context.Context) error {
	var busy, frames, moved int
	err := s.db.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &frames, &moved)
	if err != nil {
		return fmt.Errorf("empty the log: %w", err)
	}
	if busy != 0 {
		return screening.Fail(screening.CodeInUse, errors.New("empty the log: somebody still reads it"))
	}
	return nil
}
