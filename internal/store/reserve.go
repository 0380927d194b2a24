package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Reserve makes the file at least size bytes long with pages that are free: what is saved later takes them first, so
// that the file's length does not show how much that is, as long as it fits. Erasing gives them up, until Reserve is
// called again.
func (s *Store) Reserve(ctx context.Context, size int64) error {
	var pages, each int64
	err := s.read(ctx, "reserve room", func(ctx context.Context, tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT page_count, page_size FROM pragma_page_count, pragma_page_size`).Scan(&pages, &each)
	})
	missing := size - pages*each
	if err != nil || missing <= 0 {
		return err
	}
	err = s.write(ctx, "reserve room", func(ctx context.Context, tx *sql.Tx) error {
		for _, q := range []string{
			`CREATE TABLE room (b BLOB NOT NULL) STRICT`, fmt.Sprintf(`INSERT INTO room VALUES (zeroblob(%d))`, missing), `DROP TABLE room`,
		} {
			if _, err := tx.ExecContext(ctx, q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.swap.RLock()
	defer s.swap.RUnlock()
	s.copying.Lock()
	defer s.copying.Unlock()
	return s.fail("reserve room", s.emptyLog(ctx))
}
