package engine

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/seal"
)

const dutyColumns = `d.duty_id, d.case_id, d.interview_id, d.service_id, d.kind, d.level, d.made, d.due, d.done,
	coalesce(p.id, 0), coalesce(p.name, ''), d.version, d.body`

const dutyTables = `duties AS d LEFT JOIN people AS p ON p.id = d.owner`

func readDuty(box *seal.Box, id []byte, kept string) (b casework.DutyBody, err error) {
	text, err := revealText(box, place("duties.body", id, 0), kept)
	if err != nil || text == "" {
		return b, err
	}
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		return b, screening.Fail(screening.CodeDamaged, errors.New("a duty cannot be read"))
	}
	return b, nil
}

func (e *Engine) scanDuty(row scanner) (d casework.Duty, err error) {
	var (
		id, of, interview, service []byte
		level                      int
		made, due                  int64
		done                       sql.NullInt64
		body                       string
	)
	if err := row.Scan(&id, &of, &interview, &service, &d.Kind, &level, &made, &due, &done, &d.Owner.ID, &d.Owner.Name,
		&d.Version, &body); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return d, casework.ErrNotFound
		}
		return d, err
	}
	copy(d.ID[:], id)
	copy(d.Case[:], of)
	copy(d.Interview[:], interview)
	copy(d.Service[:], service)
	d.Level, d.Made, d.Due, d.Done = levelNames[level], fromMillis(made), fromMillis(due), fromNullMillis(done)
	d.Body, err = readDuty(e.box, id, body)
	return d, err
}

// orNull is an id for a column that may be empty.
func orNull[ID ~[16]byte](id ID) any {
	if id == (ID{}) {
		return nil
	}
	b := [16]byte(id)
	return b[:]
}

func insertDuty(t *tx, d casework.Duty) error {
	body, err := json.Marshal(d.Body)
	if err != nil {
		return fmt.Errorf("write duty: %w", err)
	}
	var owner any
	if d.Owner.ID != 0 {
		owner = d.Owner.ID
	}
	if _, err := t.exec(`INSERT INTO duties (duty_id, case_id, home_case, interview_id, service_id, kind, level, made, due, owner, body)
		VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		d.ID[:], d.Case[:], orNull(d.Interview), orNull(d.Service), d.Kind, levels[d.Level], d.Made.UnixMilli(), d.Due.UnixMilli(),
		owner, hideText(t.box, place("duties.body", d.ID[:], 0), string(body))); err != nil {
		return fmt.Errorf("add duty: %w", err)
	}
	return nil
}

// AddDuty adds a task or a referral to a case that actor saw at version; ID, Made and Level are given here. A
// referral needs the person's consent to that recipient, and one to an authority a supervisor (may).
func (e *Engine) AddDuty(ctx context.Context, actor string, version int64, d casework.Duty, may func(casework.Power) bool) (id casework.DutyID, err error) {
	err = e.collided(ctx, actor, d.Case, e.write(ctx, "add duty", func(t *tx) error {
		if err := touch(t, d.Case[:], version); err != nil {
			return err
		}
		d := d // the transaction may run twice
		d.ID, d.Made = casework.NewDutyID(), t.now
		if d.Kind == casework.DutyReferral {
			if err := e.admitReferral(t, &d, may); err != nil {
				return err
			}
		}
		if err := insertDuty(t, d); err != nil {
			return err
		}
		id = d.ID
		return errors.Join(event(t, d.Case[:], actor, casework.CaseDuty, string(d.Kind)), settleCase(t, d.Case[:]),
			note(t, actor, casework.ActCase, d.Case.String()))
	}))
	return id, err
}

// packetLasts is how long a service may be told what the person agreed to, where nothing else was said.
const packetLasts = 30 * 24 * time.Hour

// admitReferral lets a referral through that the person agreed to, to somebody whom they do not want kept out.
func (e *Engine) admitReferral(t *tx, d *casework.Duty, may func(casework.Power) bool) error {
	s, err := e.scanService(t.row(`SELECT `+serviceColumns+` FROM services WHERE service_id = $1 AND active = 1`, d.Service[:]))
	if err != nil {
		return err
	}
	if d.Body.Consent == 0 {
		return casework.RefuseConsent
	}
	if (s.Authority || s.Details.Body.Authority()) && !may(casework.MergeCases) {
		return casework.RefuseAuthority
	}
	f := casework.CaseFile{Case: casework.Case{ID: d.Case}}
	if err := e.fillCase(t, &f); err != nil {
		return err
	}
	if s.Shut(f.Shut) {
		return casework.RefuseShut
	}
	d.Level = d.Body.Urgency.Level()
	d.Due = d.Made.Add(d.Body.Urgency.Within())
	if d.Body.Expires == 0 {
		d.Body.Expires = d.Made.Add(packetLasts).UnixMilli()
	}
	return nil
}

// ChangeDuty replaces what actor changed of a duty that they saw at d.Version: due, owner, done and body.
func (e *Engine) ChangeDuty(ctx context.Context, actor string, d casework.Duty) error {
	return e.collided(ctx, actor, d.Case, e.write(ctx, "change duty", func(t *tx) error {
		body, err := json.Marshal(d.Body)
		if err != nil {
			return fmt.Errorf("write duty: %w", err)
		}
		var done, owner any
		act := casework.CaseDuty
		if !d.Done.IsZero() {
			done, act = d.Done.UnixMilli(), casework.CaseDutyDone
		}
		if d.Owner.ID != 0 {
			owner = d.Owner.ID
		}
		n, err := t.exec(`UPDATE duties SET version = version + 1, due = $1, done = $2, owner = $3, body = $4
			WHERE duty_id = $5 AND case_id = $6 AND version = $7`, d.Due.UnixMilli(), done, owner,
			hideText(t.box, place("duties.body", d.ID[:], 0), string(body)), d.ID[:], d.Case[:], d.Version)
		if err != nil {
			return fmt.Errorf("change duty: %w", err)
		}
		if n == 0 {
			return casework.ErrChanged
		}
		if _, err := t.exec(`UPDATE cases SET version = version + 1, changed = $1 WHERE case_id = $2`, t.now.UnixMilli(), d.Case[:]); err != nil {
			return fmt.Errorf("note change: %w", err)
		}
		return errors.Join(event(t, d.Case[:], actor, act, string(d.Kind)), settleCase(t, d.Case[:]),
			note(t, actor, casework.ActCase, d.Case.String()))
	}))
}

// Duty returns one duty of a case, or casework.ErrNotFound.
func (e *Engine) Duty(ctx context.Context, of casework.CaseID, id casework.DutyID) (d casework.Duty, err error) {
	err = e.read("duty", func() (err error) {
		d, err = e.scanDuty(e.db.QueryRowContext(ctx, `SELECT `+dutyColumns+` FROM `+dutyTables+`
			WHERE d.duty_id = $1 AND d.case_id = $2`, id[:], of[:]))
		return err
	})
	return d, err
}
