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

// Begin keeps a new interview: who takes part, the consent, and everything that was said before it, in
// one durable transaction. Nothing of an interview reaches the disk before this call.
//
// An interview without consent is refused with no_consent. For a draft that is there already Begin takes
// over the consent as it stands now and appends what is new: that is how a changed consent is kept, and
// how a call is repeated after an unclear failure.
func (s *Store) Begin(ctx context.Context, iv screening.Interview, first []screening.Recorded) error {
	if !iv.Consent.Agreed {
		return screening.Fail(screening.CodeNoConsent, fmt.Errorf("begin interview %s", iv.ID))
	}
	return s.write(ctx, fmt.Sprintf("begin interview %s", iv.ID), func(ctx context.Context, tx *sql.Tx) error {
		if err := insertInterview(ctx, tx, iv, s.now()); err != nil {
			return err
		}
		last, err := draft(ctx, tx, iv.ID)
		if err != nil {
			return err
		}
		for _, r := range first {
			if last, err = insertAnswer(ctx, tx, iv.ID, last, r); err != nil {
				return err
			}
		}
		return nil
	})
}

// SaveAnswer keeps one answer in one durable transaction; earlier answers to the question stay. r.Seq
// must be higher than every sequence number that is there (ErrSeq), but the very answer that
// stands last may be saved again: that is how a caller repeats a save whose outcome is unknown.
//
// Errors: ErrNotFound, ErrNotDraft, ErrSeq; disk_full, disk, damaged, in_use.
func (s *Store) SaveAnswer(ctx context.Context, id screening.InterviewID, r screening.Recorded) error {
	return s.SaveAnswers(ctx, id, []screening.Recorded{r})
}

// SaveAnswers is SaveAnswer for an answer and everything that it set off: all are kept, or none.
func (s *Store) SaveAnswers(ctx context.Context, id screening.InterviewID, given []screening.Recorded) error {
	return s.write(ctx, fmt.Sprintf("save %d answers of %s", len(given), id), func(ctx context.Context, tx *sql.Tx) error {
		last, err := draft(ctx, tx, id)
		if err != nil {
			return err
		}
		for _, r := range given {
			if last, err = insertAnswer(ctx, tx, id, last, r); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, `UPDATE interview SET touched = ? WHERE id = ?`, millis(s.now()), id[:])
		return err
	})
}

// SetPlace keeps where to go on with an interview after a pause, and who takes part in which languages
// from now on.
func (s *Store) SetPlace(ctx context.Context, id screening.InterviewID, at schema.Path, who screening.Setting) error {
	return s.write(ctx, fmt.Sprintf("keep place in %s", id), func(ctx context.Context, tx *sql.Tx) error {
		if _, err := draft(ctx, tx, id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE interview
			SET place = ?, screener = ?, interpreter = ?, language = ?, screener_lang = ?, touched = ? WHERE id = ?`,
			string(at), who.Screener, who.Interpreter, string(who.Language), string(who.ScreenerLang),
			millis(s.now()), id[:])
		return err
	})
}

// Interview returns an interview with every answer ever given and not erased, in the order in which they
// were given. Of a withdrawn one only id, version and status remain; one that was purged is ErrNotFound.
func (s *Store) Interview(ctx context.Context, id screening.InterviewID) (iv screening.Interview, err error) {
	err = s.read(ctx, fmt.Sprintf("read interview %s", id), func(ctx context.Context, tx *sql.Tx) error {
		iv, err = loadInterview(ctx, tx, id)
		return err
	})
	return iv, err
}

// Place returns the path that SetPlace kept last; empty where it kept none.
func (s *Store) Place(ctx context.Context, id screening.InterviewID) (at schema.Path, err error) {
	err = s.read(ctx, fmt.Sprintf("read place in %s", id), func(ctx context.Context, tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT place FROM interview WHERE id = ?`, id[:]).Scan(&at)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		return err
	})
	return at, err
}

// draft returns the last sequence number of an interview that still takes answers.
func draft(ctx context.Context, tx *sql.Tx, id screening.InterviewID) (last uint64, err error) {
	var status screening.Status
	err = tx.QueryRowContext(ctx, `SELECT status,
			(SELECT coalesce(max(seq), 0) FROM answer WHERE interview = id)
		FROM interview WHERE id = ?`, id[:]).Scan(&status, &last)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, ErrNotFound
	case err != nil:
		return 0, err
	case status != screening.Draft:
		return 0, ErrNotDraft
	}
	return last, nil
}

// DoubtClock notes that the device's clock is known to be wrong while something of an interview is kept. It cannot be taken back.
func (s *Store) DoubtClock(ctx context.Context, id screening.InterviewID) error {
	return s.doubt(ctx, `id = ?`, id[:])
}

// DoubtClocks is DoubtClock for all that was not sealed yet: the clock turned out to be wrong, nobody knows since when.
func (s *Store) DoubtClocks(ctx context.Context) error {
	return s.doubt(ctx, `status <> ? AND id IN (SELECT id FROM ladder WHERE rung = 1)`, screening.Withdrawn)
}

func (s *Store) doubt(ctx context.Context, which string, arg any) error {
	return s.write(ctx, "doubt the clock", func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE interview SET clock_doubt = 1 WHERE NOT purged AND clock_doubt = 0 AND `+which, arg)
		return err
	})
}

func insertInterview(ctx context.Context, tx *sql.Tx, iv screening.Interview, now time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO interview
		(id, version, code, questionnaire, status, screener, interpreter, language, screener_lang,
		 consent_agreed, consent_keep, consent_lang, consent_wording, consent_at, started, touched, clock_doubt)
		VALUES (?, 1, ?, ?, 'draft', ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET consent_keep = excluded.consent_keep, consent_lang = excluded.consent_lang,
			consent_wording = excluded.consent_wording, consent_at = excluded.consent_at, touched = excluded.touched
			WHERE status = 'draft'`,
		iv.ID[:], string(iv.Code), iv.Questionnaire[:],
		iv.Setting.Screener, iv.Setting.Interpreter, string(iv.Setting.Language), string(iv.Setting.ScreenerLang),
		iv.Consent.Keep, string(iv.Consent.Lang), iv.Consent.Wording, millis(iv.Consent.At),
		millis(iv.Started), millis(now), iv.ClockDoubt)
	return err
}

// insertAnswer appends r and returns the new last sequence number. A repeated save of the answer that
// is there already changes nothing.
func insertAnswer(
	ctx context.Context, tx *sql.Tx, id screening.InterviewID, last uint64, r screening.Recorded,
) (uint64, error) {
	if r.Seq <= last {
		var same bool
		err := tx.QueryRowContext(ctx, `SELECT path = ? AND value = ? AND missing = ? AND about = ? FROM answer
			WHERE interview = ? AND seq = ?`,
			string(r.Path), r.Answer.Value, string(r.Answer.Missing), string(r.Answer.About), id[:], r.Seq).Scan(&same)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return last, err
		}
		if !same {
			return last, ErrSeq
		}
		return last, nil
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO answer
		(interview, seq, path, value, missing, about, lang, wording, fallback, unreviewed, at, elapsed, screener, interpreter)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id[:], r.Seq, string(r.Path), r.Answer.Value, string(r.Answer.Missing), string(r.Answer.About), string(r.Lang), r.Wording,
		r.Fallback, r.Unreviewed, millis(r.At), r.Elapsed.Milliseconds(), r.Screener, r.Interpreter)
	return r.Seq, err
}

func loadInterview(ctx context.Context, tx *sql.Tx, id screening.InterviewID) (screening.Interview, error) {
	iv := screening.Interview{ID: id}
	var ref []byte
	var consentAt, started, finished int64
	err := tx.QueryRowContext(ctx, `SELECT version, code, questionnaire, status,
			screener, interpreter, language, screener_lang,
			consent_agreed, consent_keep, consent_lang, consent_wording, consent_at, started, finished, clock_doubt
		FROM interview WHERE id = ? AND NOT purged`, id[:]).Scan(
		&iv.Version, &iv.Code, &ref, &iv.Status,
		&iv.Setting.Screener, &iv.Setting.Interpreter, &iv.Setting.Language, &iv.Setting.ScreenerLang,
		&iv.Consent.Agreed, &iv.Consent.Keep, &iv.Consent.Lang, &iv.Consent.Wording, &consentAt, &started, &finished, &iv.ClockDoubt)
	if errors.Is(err, sql.ErrNoRows) {
		return screening.Interview{}, ErrNotFound
	}
	if err != nil {
		return screening.Interview{}, err
	}
	copy(iv.Questionnaire[:], ref)
	iv.Consent.At, iv.Started, iv.Finished = fromMillis(consentAt), fromMillis(started), fromMillis(finished)
	iv.Answers, err = loadAnswers(ctx, tx, id)
	return iv, err
}

func loadAnswers(ctx context.Context, tx *sql.Tx, id screening.InterviewID) (given []screening.Recorded, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT seq, path, value, missing, about, lang, wording, fallback, unreviewed,
			at, elapsed, screener, interpreter
		FROM answer WHERE interview = ? ORDER BY seq`, id[:])
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var r screening.Recorded
		var at, elapsed int64
		err := rows.Scan(&r.Seq, &r.Path, &r.Answer.Value, &r.Answer.Missing, &r.Answer.About, &r.Lang, &r.Wording,
			&r.Fallback, &r.Unreviewed, &at, &elapsed, &r.Screener, &r.Interpreter)
		if err != nil {
			return nil, err
		}
		r.At, r.Elapsed = fromMillis(at), time.Duration(elapsed)*time.Millisecond
		given = append(given, r)
	}
	return given, rows.Err()
}
