package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// TakeCapsule records a capsule once, with what opening it gave (intake.Ledger).
func (e *Engine) TakeCapsule(ctx context.Context, c casework.Capsule) (done casework.Recovery, err error) {
	err = e.write(ctx, "take capsule "+c.ID.Short(), func(t *tx) (err error) {
		done, err = takeCapsule(t, c)
		return err
	})
	if err == nil && (done.Redact || done.Shown) { // one that was shown may have beaten another
		e.scrubAfter(ctx, screening.BatchID(c.ID))
	}
	return done, err
}

func takeCapsule(t *tx, c casework.Capsule) (done casework.Recovery, err error) {
	var id []byte
	received := t.now.UnixMilli()
	err = t.row(`SELECT level, code, interview_id, received FROM capsules WHERE capsule_id = $1`, c.ID[:]).
		Scan(&done.Level, &done.Code, &id, &received)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		done.Level, done.Code = screening.LevelStored, c.Hold
		if c.Hold != "" {
			done.Level = screening.LevelQuarantined
		}
		err = insertCapsule(t, c, done)
	}
	if err != nil || c.Opened == nil || done.Level == screening.LevelOpened || done.Code == screening.ERevoked {
		copy(done.Interview[:], id)
		return done, err
	}
	return openCapsule(t, c, received)
}

func insertCapsule(t *tx, c casework.Capsule, at casework.Recovery) error {
	entry, err := t.enter(c.Entry)
	if err != nil {
		return err
	}
	if _, err := t.exec(`INSERT INTO capsules (capsule_id, device_id, epoch, made, received, header, sig, payload, level, code, entry)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		c.ID[:], c.Device[:], c.Epoch, c.Made.UnixMilli(), t.now.UnixMilli(), c.Header, c.Sig, c.Payload, at.Level, at.Code, entry); err != nil {
		return fmt.Errorf("insert capsule: %w", err)
	}
	if at.Code == "" {
		return nil
	}
	return noteIncident(t, incident{kind: at.Code, device: c.Device, batch: screening.BatchID(c.ID), pos: -1, header: c.Header, sig: c.Sig})
}

// openCapsule notes what a capsule holds, and does with its record what the same record of a batch would do.
func openCapsule(t *tx, c casework.Capsule, received int64) (done casework.Recovery, err error) {
	r := c.Opened.Record
	r.Code = c.Opened.Code
	done = casework.Recovery{Level: screening.LevelOpened, Interview: r.Interview}
	verdict, err := verdictOn(t, c.Device, &r)
	if err != nil {
		return done, err
	}
	if r.Code != "" && verdict != casework.Erase {
		done.Level, done.Code = screening.LevelQuarantined, r.Code
	}
	if done.Level == screening.LevelOpened && r.Kind != casework.KindWithdrawal {
		if err := countFirst(t, c.Device, r.Interview); err != nil {
			return done, err
		}
	}
	var id any
	if r.Interview != (screening.InterviewID{}) {
		id = r.Interview[:]
	}
	if _, err := t.exec(`UPDATE capsules SET level = $1, code = $2, kind = $3, interview_id = $4, version = $5, erasure = $6
		WHERE capsule_id = $7`, done.Level, done.Code, r.Kind, id, r.Version, c.Opened.Erasure, c.ID[:]); err != nil {
		return done, fmt.Errorf("note capsule: %w", err)
	}
	if done.Code != "" {
		return done, noteIncident(t, incident{kind: done.Code, device: c.Device, batch: screening.BatchID(c.ID), pos: -1})
	}
	switch verdict {
	case casework.Show:
		done.Shown = true
		return done, showCapsule(t, c, r, received)
	case casework.History:
		if r.Kind == casework.KindDraft { // what a person asked to leave out since may stand in it
			_, err := emptyCapsules(t, r.Interview, ` AND capsule_id = $2`, c.ID[:])
			return done, err
		}
		return done, insertVersion(t, nil, c.ID[:], r)
	case casework.Erase:
		done.Redact = true
		return done, erase(t, c.Device, r, received, casework.CaseWithdrawn)
	}
	return done, nil
}

func showCapsule(t *tx, c casework.Capsule, r casework.OpenedRecord, received int64) error {
	if r.Content == nil {
		return errNoContent
	}
	drop := func() error { _, err := dropDrafts(t, r.Interview); return err }
	if r.Kind == casework.KindDraft {
		number := r.Version
		r.Version = 0
		drop = func() error {
			_, err := emptyCapsules(t, r.Interview, ` AND kind = 3 AND version < $2`, number)
			return errors.Join(err, dropDraft(t, r.Interview))
		}
	}
	return errors.Join(showInterview(t, c.Device, r, received), drop(), insertVersion(t, nil, c.ID[:], r), keepAlike(t, &r), openCase(t, r, received))
}

// dropDrafts lets go of the drafts of an interview that is finished now, and says whether there were any.
func dropDrafts(t *tx, id screening.InterviewID) (emptied bool, err error) {
	emptied, err = emptyCapsules(t, id, ` AND kind = 3`)
	return emptied, errors.Join(err, dropDraft(t, id))
}

func dropDraft(t *tx, id screening.InterviewID) error {
	if _, err := t.exec(`DELETE FROM versions WHERE interview_id = $1 AND version = 0`, id[:]); err != nil {
		return fmt.Errorf("drop draft: %w", err)
	}
	return nil
}

// emptyCapsules empties what was sealed in the capsules of an interview, but for withdrawals, and says so in the log.
// emptied says whether there were any.
func emptyCapsules(t *tx, id screening.InterviewID, which string, args ...any) (emptied bool, err error) {
	var ids, entries [][]byte
	if err := each(t, func(row scanner) error {
		var id, entry []byte
		err := row.Scan(&id, &entry)
		ids, entries = append(ids, id), append(entries, entry)
		return err
	}, `SELECT capsule_id, erasure FROM capsules WHERE interview_id = $1 AND kind <> 7 AND length(payload) > 0`+which,
		append([]any{id[:]}, args...)...); err != nil {
		return false, fmt.Errorf("list capsules: %w", err)
	}
	for i := range ids {
		if _, err := t.enter(entries[i]); err != nil {
			return false, err
		}
		if _, err := t.exec(`UPDATE capsules SET payload = $1 WHERE capsule_id = $2`, []byte{}, ids[i]); err != nil {
			return false, fmt.Errorf("empty capsule: %w", err)
		}
	}
	return len(ids) > 0, nil
}

// DueCapsules returns capsules to open (intake.Ledger).
func (e *Engine) DueCapsules(ctx context.Context, limit int, skip []casework.CapsuleID) (list []casework.Capsule, err error) {
	skipped, args := "", []any{limit}
	for _, id := range skip {
		args = append(args, id[:])
		skipped += fmt.Sprintf(" AND capsule_id <> $%d", len(args))
	}
	err = e.read("capsules due", func() error {
		return e.each(ctx, func(row scanner) error {
			var c casework.Capsule
			var id, device []byte
			var made, received int64
			if err := row.Scan(&id, &device, &c.Epoch, &made, &received, &c.Header, &c.Sig, &c.Payload); err != nil {
				return err
			}
			copy(c.ID[:], id)
			copy(c.Device[:], device)
			c.Made, c.Received = fromMillis(made), fromMillis(received)
			list = append(list, c)
			return nil
		}, `SELECT capsule_id, device_id, epoch, made, received, header, sig, payload FROM capsules
			WHERE level = 1`+skipped+` ORDER BY received, capsule_id LIMIT $1`, args...)
	})
	return list, err
}
