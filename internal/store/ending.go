package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"leeward/internal/screening"
	"leeward/schema"
)

// Complete finishes an interview. The answers to the questions of drop, which were no longer relevant,
// are deleted with their earlier values; what remains may be sealed. Completing a finished interview
// again changes nothing but finishes the erasing.
func (s *Store) Complete(ctx context.Context, id screening.InterviewID, finished time.Time, drop []schema.Path) error {
	return s.erase(ctx, fmt.Sprintf("complete interview %s", id), func(ctx context.Context, tx *sql.Tx) error {
		row, err := find(ctx, tx, id)
		if err != nil {
			return err
		}
		if row.status == screening.Final {
			return nil
		}
		if row.status != screening.Draft {
			return ErrNotDraft
		}
		for _, path := range drop {
			if err := deleteAnswers(ctx, tx, id, path); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, `UPDATE interview SET status = 'final', finished = ?, place = '', touched = ?
			WHERE id = ?`, millis(finished), millis(s.now()), id[:])
		return err
	})
}

// Strike erases every answer ever given to one question: the person asked to leave it out. A finished
// interview gets a higher version; if the earlier one was sealed before, the new one waits to be sealed.
func (s *Store) Strike(ctx context.Context, id screening.InterviewID, path schema.Path) error {
	return s.erase(ctx, fmt.Sprintf("strike an answer of %s", id), func(ctx context.Context, tx *sql.Tx) error {
		row, err := find(ctx, tx, id)
		if err != nil {
			return err
		}
		if row.purged || row.status == screening.Withdrawn {
			return ErrNotFound
		}
		var said bool
		err = tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM answer WHERE interview = ? AND path = ?)`,
			id[:], string(path)).Scan(&said)
		if err != nil || !said {
			return err
		}
		if err := deleteAnswers(ctx, tx, id, path); err != nil {
			return err
		}
		if row.status != screening.Final {
			return nil
		}
		_, err = tx.ExecContext(ctx, `UPDATE interview SET version = version + 1 WHERE id = ?`, id[:])
		return err
	})
}

// StrikeEarlier erases what was said to a question of a draft before its last answer, which stays: what
// somebody asked to leave out may have stood there for a while.
func (s *Store) StrikeEarlier(ctx context.Context, id screening.InterviewID, path schema.Path) error {
	return s.erase(ctx, fmt.Sprintf("strike earlier answers of %s", id), func(ctx context.Context, tx *sql.Tx) error {
		if _, err := draft(ctx, tx, id); err != nil {
			return err
		}
		return wipe(ctx, tx, `DELETE FROM answer WHERE interview = ? AND path = ? AND seq <
			(SELECT max(seq) FROM answer WHERE interview = ? AND path = ?)`, id[:], string(path), id[:], string(path))
	})
}

// Withdraw takes an interview back: every value is erased at once. What was never sealed leaves no
// trace. Where something was sealed before, in a batch or a capsule, a [screening.Withdrawal] with a higher version is queued for
// the office and only the id remains here; sealedAlready tells a screen which of the two it was.
//
// Withdrawing again, or an interview that is gone, is not an error.
func (s *Store) Withdraw(ctx context.Context, id screening.InterviewID, at time.Time) (sealedAlready bool, err error) {
	err = s.erase(ctx, fmt.Sprintf("withdraw interview %s", id), func(ctx context.Context, tx *sql.Tx) error {
		row, err := find(ctx, tx, id)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if sealedAlready = row.sealed; !row.sealed {
			return deleteInterview(ctx, tx, id)
		}
		if row.status == screening.Withdrawn {
			return nil
		}
		if err := blank(ctx, tx, id); err != nil {
			return err
		}
		version := row.version + 1
		_, err = tx.ExecContext(ctx, `UPDATE interview SET code = '', status = 'withdrawn', purged = 0, version = ?
			WHERE id = ?`, version, id[:])
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO withdrawal (interview, version, at) VALUES (?, ?, ?)`,
			id[:], version, millis(at))
		return err
	})
	return sealedAlready, err
}

// Erase removes an interview as if it had never been. It is not for what was sealed before (ErrSealed):
// that needs Withdraw. Erasing what is gone is not an error.
func (s *Store) Erase(ctx context.Context, id screening.InterviewID) error {
	return s.erase(ctx, fmt.Sprintf("erase interview %s", id), func(ctx context.Context, tx *sql.Tx) error {
		row, err := find(ctx, tx, id)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if row.sealed {
			return ErrSealed
		}
		return deleteInterview(ctx, tx, id)
	})
}

// clockDoubt is how far a time may lie ahead before it is taken for one of a clock that was wrong.
const clockDoubt = 2 * time.Hour

// Purge erases the readable copies of interviews whose present version the office opened before the
// given time, or later than it is now by the device's clock, which was ahead then. It returns how many. Only the code remains, so that the person can still withdraw; of
// withdrawals that the office has opened nothing remains. Sealed batches stay.
func (s *Store) Purge(ctx context.Context, before time.Time) (n int, err error) {
	err = s.erase(ctx, "purge", func(ctx context.Context, tx *sql.Tx) error {
		n = 0
		done, err := openedBefore(ctx, tx, before, s.now().Add(clockDoubt))
		if err != nil {
			return err
		}
		for _, o := range done {
			if o.status == screening.Withdrawn {
				err = errors.Join(deleteHolds(ctx, tx, o.id), deleteInterview(ctx, tx, o.id))
			} else {
				err = blank(ctx, tx, o.id)
				n++
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && n > 0 {
		s.log.Info("purged", "interviews", n)
	}
	return n, err
}

// standing is what the endings need to know of an interview.
type standing struct {
	version uint64
	status  screening.Status
	purged  bool
	sealed  bool // some version lies in a batch, or lay in a capsule
}

func find(ctx context.Context, tx *sql.Tx, id screening.InterviewID) (row standing, err error) {
	err = tx.QueryRowContext(ctx, `SELECT version, status, purged,
			capsule > 0 OR EXISTS (SELECT 1 FROM hold WHERE hold.interview = interview.id)
		FROM interview WHERE id = ?`, id[:]).Scan(&row.version, &row.status, &row.purged, &row.sealed)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return row, err
}

type openedRow struct {
	id     screening.InterviewID
	status screening.Status
}

// openedBefore lists what the office opened in its present version, before one time or after the other, and what still
// stands here.
func openedBefore(ctx context.Context, tx *sql.Tx, before, ahead time.Time) (done []openedRow, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT i.id, i.status FROM interview i
		JOIN hold h ON h.interview = i.id AND h.version = i.version
		JOIN batch b ON b.id = h.batch
		WHERE b.rung = ? AND (b.opened < ? OR b.opened > ?) AND NOT i.purged AND i.status IN ('final', 'withdrawn')
		ORDER BY i.n`, screening.RungOpened, millis(before), millis(ahead))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var o openedRow
		var id []byte
		if err := rows.Scan(&id, &o.status); err != nil {
			return nil, err
		}
		copy(o.id[:], id)
		done = append(done, o)
	}
	return done, rows.Err()
}

// blank erases everything that was said and by whom; id, version and code stay.
func blank(ctx context.Context, tx *sql.Tx, id screening.InterviewID) error {
	if err := wipe(ctx, tx, `DELETE FROM answer WHERE interview = ?`, id[:]); err != nil {
		return err
	}
	return wipe(ctx, tx, `UPDATE interview SET purged = 1, questionnaire = x'', place = '',
		screener = '', interpreter = '', language = '', screener_lang = '', consent_agreed = 0, consent_keep = '',
		consent_lang = '', consent_wording = '', consent_at = 0, started = 0, finished = 0, touched = 0, clock_doubt = 0
		WHERE id = ?`, id[:])
}

func deleteInterview(ctx context.Context, tx *sql.Tx, id screening.InterviewID) error {
	return wipe(ctx, tx, `DELETE FROM interview WHERE id = ?`, id[:]) // answers and withdrawal cascade
}

func deleteHolds(ctx context.Context, tx *sql.Tx, id screening.InterviewID) error {
	return wipe(ctx, tx, `DELETE FROM hold WHERE interview = ?`, id[:])
}

func deleteAnswers(ctx context.Context, tx *sql.Tx, id screening.InterviewID, path schema.Path) error {
	return wipe(ctx, tx, `DELETE FROM answer WHERE interview = ? AND path = ?`, id[:], string(path))
}
