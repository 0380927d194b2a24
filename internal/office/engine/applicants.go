package engine

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"time"

	"leeward/internal/office/casework"
)

// fetchWithin is how long a device that was admitted has to come for its grant.
const fetchWithin = 24 * time.Hour

// apply notes the request of a device that people have to look at first. It may ask again and again with the same keys.
func apply(t *tx, a casework.Admission) error {
	_, err := t.exec(`UPDATE codes SET asked = $1, asked_sign = $2, asked_tls = $3, asked_seal_to = $4, asked_app = $5, asked_check = $6
		WHERE hash = $7 AND (asked_check IS NULL OR asked_check <> $6)`,
		t.now.UnixMilli(), a.SignKey[:], a.TLSKey[:], a.SealTo, a.App, a.Check[:], a.Code[:])
	return err
}

// Applicants lists the enrolment codes that are good and not used up, those with which a device asks first
// (dashboard.Gate).
func (e *Engine) Applicants(ctx context.Context) (all []casework.Applicant, err error) {
	err = e.read("list enrolment codes", func() error {
		return e.each(ctx, func(row scanner) error {
			var (
				a                   casework.Applicant
				code, device, check []byte
				made, expires       int64
				asked               sql.NullInt64
			)
			if err := row.Scan(&code, &made, &expires, &a.Approved, &device, &asked, &a.App, &check); err != nil {
				return err
			}
			copy(a.Code[:], code)
			copy(a.Device[:], device)
			copy(a.Check[:], check)
			a.Made, a.Expires, a.Asked = fromMillis(made), fromMillis(expires), fromNullMillis(asked)
			all = append(all, a)
			return nil
		}, `SELECT hash, made, expires, approved, device_id, asked, asked_app, asked_check FROM codes
			WHERE used IS NULL AND expires > $1 ORDER BY CASE WHEN asked IS NULL THEN 1 ELSE 0 END, asked DESC, made DESC, hash`, e.now().UnixMilli())
	})
	return all, err
}

// AdmitApplicant lets in the device that asked with a code, once somebody has compared the words of its request: check
// says which, and casework.ErrChanged that it is not the newest (dashboard.Gate).
func (e *Engine) AdmitApplicant(ctx context.Context, actor string, code, check [32]byte) error {
	return e.write(ctx, "admit applicant", func(t *tx) error {
		var asked []byte
		err := t.row(`SELECT asked_check FROM codes WHERE hash = $1 AND used IS NULL AND expires > $2`, code[:], t.now.UnixMilli()).Scan(&asked)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return casework.ErrNotFound
		case err != nil:
			return err
		case string(asked) != string(check[:]):
			return casework.ErrChanged
		}
		if _, err := t.exec(`UPDATE codes SET approved = 1, expires = CASE WHEN expires > $1 THEN expires ELSE $1 END WHERE hash = $2`,
			t.now.Add(fetchWithin).UnixMilli(), code[:]); err != nil {
			return err
		}
		return note(t, actor, casework.ActAdmit, shortCode(code))
	})
}

// TurnAway takes back a code that is not used up; whoever asks with it is refused from then on (dashboard.Gate).
func (e *Engine) TurnAway(ctx context.Context, actor string, code [32]byte) error {
	return e.write(ctx, "turn applicant away", func(t *tx) error {
		switch n, err := t.exec(`DELETE FROM codes WHERE hash = $1 AND used IS NULL`, code[:]); {
		case err != nil:
			return err
		case n == 0:
			return casework.ErrNotFound
		}
		return note(t, actor, casework.ActTurnAway, shortCode(code))
	})
}

// shortCode names a code in the log.
func shortCode(code [32]byte) string { return hex.EncodeToString(code[:4]) }
