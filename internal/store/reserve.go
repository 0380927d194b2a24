package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Reserve makes the file as long as size, in whole pages, with pages that are free: what is saved later takes them
// first, so that the file's length does not show how much that is, as long as it fits. A file that is longer stays as
// it is. Erasing gives the room up, until Reserve is called again.
func (s *Store) Reserve(ctx context.Context, size int64) error {
	var short bool
	err := s.read(ctx, "reserve room", func(ctx context.Context, tx *sql.Tx) error {
		pages, err := pageCount(ctx, tx)
		short = pages < size/pageBytes
		return err
	})
	if err != nil || !short {
		return err
	}
	if err := s.write(ctx, "reserve room", func(ctx context.Context, tx *sql.Tx) error { return fill(ctx, tx, size/pageBytes) }); err != nil {
		return err
	}
	s.swap.RLock()
	defer s.swap.RUnlock()
	s.copying.Lock()
	defer s.copying.Unlock()
	return s.fail("reserve room", s.emptyLog(ctx))
}

const (
	pageBytes = 4096 // encvfs FORMAT.md
	oneRow    = 3900 // bytes of a row that takes a page of its own
	closely   = 32   // pages that are added one by one
)

// fill makes the file exactly so many pages long, and frees those that it added.
func fill(ctx context.Context, tx *sql.Tx, want int64) error {
	if _, err := tx.ExecContext(ctx, `CREATE TABLE room (b BLOB NOT NULL) STRICT`); err != nil {
		return err
	}
	row := func(bytes int64) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO room VALUES (zeroblob(?))`, bytes)
		return err
	}
	for range 2 { // from here on a row is a page: the table's tree has its root
		if err := row(oneRow); err != nil {
			return err
		}
	}
	for {
		pages, err := pageCount(ctx, tx)
		if err != nil {
			return err
		}
		switch missing := want - pages; {
		case missing <= 0:
			_, err := tx.ExecContext(ctx, `DROP TABLE room`)
			return err
		case missing <= closely:
			err = row(oneRow)
		default:
			err = row((missing - closely) * oneRow)
		}
		if err != nil {
			return err
		}
	}
}

func pageCount(ctx context.Context, tx *sql.Tx) (n int64, err error) {
	if err := tx.QueryRowContext(ctx, `PRAGMA page_count`).Scan(&n); err != nil {
		return 0, fmt.Errorf("count pages: %w", err)
	}
	return n, nil
}
