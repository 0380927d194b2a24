package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"leeward/internal/screening"
)

// Copied is an interview as far as its recovery copy, a capsule, goes: what is to be in it.
type Copied struct {
	ID      screening.InterviewID
	Status  screening.Status
	Rung    screening.Rung
	Version uint64
	At      time.Time // of a withdrawal
}

// Copied lists what needs a capsule, the last touched first: drafts, what is finished, and what was taken back, until the
// office has opened it.
func (s *Store) Copied(ctx context.Context) (list []Copied, err error) {
	err = s.read(ctx, "list what needs a capsule", func(ctx context.Context, tx *sql.Tx) (err error) {
		rows, err := tx.QueryContext(ctx, copiedQuery+` ORDER BY i.touched DESC, i.n DESC`, screening.RungOpened)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, rows.Close()) }()
		for list = nil; rows.Next(); {
			c, err := scanCopied(rows)
			if err != nil {
				return err
			}
			list = append(list, c)
		}
		return rows.Err()
	})
	return list, err
}

// ToCopy returns what stands in a capsule of id, with the interview unless it was taken back. ErrNotFound says that there
// is nothing to put in.
func (s *Store) ToCopy(ctx context.Context, id screening.InterviewID) (c Copied, iv screening.Interview, err error) {
	err = s.read(ctx, fmt.Sprintf("read interview %s", id), func(ctx context.Context, tx *sql.Tx) (err error) {
		c, err = scanCopied(tx.QueryRowContext(ctx, copiedQuery+` AND i.id = ?`, screening.RungOpened, id[:]))
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		if err == nil && c.Status != screening.Withdrawn {
			iv, err = loadInterview(ctx, tx, id)
		}
		return err
	})
	return c, iv, err
}

// NumberCopy gives the next capsule of an interview its number, from 1, which no other will have. From then on taking the
// interview back has to reach the office. Errors: ErrNotFound.
func (s *Store) NumberCopy(ctx context.Context, id screening.InterviewID) (edition uint64, err error) {
	err = s.write(ctx, fmt.Sprintf("number a capsule of %s", id), func(ctx context.Context, tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `UPDATE interview SET capsule = capsule + 1 WHERE id = ? RETURNING capsule`, id[:]).Scan(&edition)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		return err
	})
	return edition, err
}

const copiedQuery = `SELECT i.id, i.status, l.rung, i.version, coalesce(w.at, 0) FROM interview i JOIN ladder l ON l.id = i.id
	LEFT JOIN withdrawal w ON w.interview = i.id AND w.version = i.version
	WHERE l.rung <> ? AND (NOT i.purged OR i.status = 'withdrawn')`

func scanCopied(row interface{ Scan(into ...any) error }) (c Copied, err error) {
	var id []byte
	var at int64
	err = row.Scan(&id, &c.Status, &c.Rung, &c.Version, &at)
	copy(c.ID[:], id)
	c.At = fromMillis(at)
	return c, err
}
