package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"leeward/internal/screening"
	"leeward/schema"
)

// Summary is one line of the home screen: nothing that was said, only how to find the interview again.
type Summary struct {
	ID            screening.InterviewID
	Code          screening.RespondentCode
	Questionnaire schema.Ref
	Status        screening.Status // draft or final
	Rung          screening.Rung
	Started       time.Time
	Finished      time.Time // zero while a draft
	Touched       time.Time // last saved, device time
	At            schema.Path
	Setting       screening.Setting
}

// Format prints a summary without the person's code.
func (s Summary) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[summary "+s.ID.String()+"]") }

// LogValue keeps the person's code out of logs.
func (s Summary) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(s)) }

// Counts says how many interviews stand where. Each finished one is counted once, at its own rung.
type Counts struct {
	Drafts      int
	Saved       int // finished, not sealed yet
	Sealed      int
	Sent        int
	Stored      int
	Opened      int // purged ones included
	Quarantined int
	Withdrawals int // queued and not yet opened at the office
	Tally       int // people who were counted only
}

// List returns drafts and finished interviews, the last touched first. What the office has opened is
// left out: Counts has the number, and a list of it would only tell a thief of the passphrase more.
func (s *Store) List(ctx context.Context) (list []Summary, err error) {
	err = s.read(ctx, "list interviews", func(ctx context.Context, tx *sql.Tx) error {
		list, err = summaries(ctx, tx)
		return err
	})
	return list, err
}

func summaries(ctx context.Context, tx *sql.Tx) (list []Summary, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT i.id, i.code, i.questionnaire, i.status, l.rung, i.started, i.finished,
			i.touched, i.place, i.screener, i.interpreter, i.language, i.screener_lang
		FROM interview i JOIN ladder l ON l.id = i.id
		WHERE i.status <> 'withdrawn' AND NOT i.purged AND l.rung <> ?
		ORDER BY i.touched DESC, i.n DESC`, screening.RungOpened)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var m Summary
		var id, ref []byte
		var started, finished, touched int64
		err := rows.Scan(&id, &m.Code, &ref, &m.Status, &m.Rung, &started, &finished, &touched, &m.At,
			&m.Setting.Screener, &m.Setting.Interpreter, &m.Setting.Language, &m.Setting.ScreenerLang)
		if err != nil {
			return nil, err
		}
		copy(m.ID[:], id)
		copy(m.Questionnaire[:], ref)
		m.Started, m.Finished, m.Touched = fromMillis(started), fromMillis(finished), fromMillis(touched)
		list = append(list, m)
	}
	return list, rows.Err()
}

// Find returns the interview of a respondent's code, also of a purged one, so that a person who comes
// back with the code can withdraw.
func (s *Store) Find(ctx context.Context, code screening.RespondentCode) (id screening.InterviewID, err error) {
	err = s.read(ctx, "find an interview by its code", func(ctx context.Context, tx *sql.Tx) error {
		var b []byte
		err := tx.QueryRowContext(ctx, `SELECT id FROM interview WHERE code = ? AND code <> ''`, string(code)).Scan(&b)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		copy(id[:], b)
		return err
	})
	return id, err
}

// Counts returns how many interviews stand on which rung of the ladder.
func (s *Store) Counts(ctx context.Context) (c Counts, err error) {
	err = s.read(ctx, "count interviews", func(ctx context.Context, tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT
			count(*) FILTER (WHERE i.status = 'draft'),
			count(*) FILTER (WHERE i.status = 'final' AND l.rung = 1),
			count(*) FILTER (WHERE i.status = 'final' AND l.rung = 2),
			count(*) FILTER (WHERE i.status = 'final' AND l.rung = 3),
			count(*) FILTER (WHERE i.status = 'final' AND l.rung = 4),
			count(*) FILTER (WHERE i.status = 'final' AND l.rung = 5),
			count(*) FILTER (WHERE i.status = 'final' AND l.rung = 6),
			count(*) FILTER (WHERE i.status = 'withdrawn' AND l.rung <> 5),
			(SELECT coalesce(sum(n), 0) FROM tally)
			FROM interview i JOIN ladder l ON l.id = i.id`).Scan(
			&c.Drafts, &c.Saved, &c.Sealed, &c.Sent, &c.Stored, &c.Opened, &c.Quarantined, &c.Withdrawals, &c.Tally)
	})
	return c, err
}

// CountOnly adds one person who asked to be counted only. Nothing else about the meeting is kept, its
// time included.
func (s *Store) CountOnly(ctx context.Context, t screening.Tally) error {
	return s.write(ctx, "count a person", func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO tally (place, month, child, n) VALUES (?, ?, ?, 1)
			ON CONFLICT (place, month, child) DO UPDATE SET n = n + 1`, t.Place, t.Month, t.Child)
		return err
	})
}
