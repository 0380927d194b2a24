package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// Open records what opening a batch gave (intake.Ledger).
func (e *Engine) Open(ctx context.Context, o casework.Opened) (done casework.Settled, err error) {
	err = e.write(ctx, "open batch "+o.Batch.Short(), func(t *tx) (err error) {
		done, err = settle(t, o)
		return err
	})
	if err == nil && done.Redact {
		e.scrubAfter(ctx, o.Batch)
	}
	return done, err
}

// scrubAfter scrubs after a withdrawal that is committed: Redact and the next start scrub again.
func (e *Engine) scrubAfter(ctx context.Context, batch screening.BatchID) {
	if err := e.scrub(ctx); err != nil {
		e.log.Error("log not emptied after a withdrawal", "batch", batch.Short(), "code", screening.CodeOf(err))
	}
}

var errNoContent = errors.New("an interview without content")

func settle(t *tx, o casework.Opened) (casework.Settled, error) {
	var (
		level    screening.Level
		received int64
	)
	if err := t.row(`SELECT level, received FROM batches WHERE batch_id = $1`, o.Batch[:]).Scan(&level, &received); err != nil {
		return casework.Settled{}, err
	}
	var done casework.Settled
	if level == screening.LevelStored || (level == screening.LevelQuarantined && o.Level == screening.LevelOpened) {
		if err := setLevel(t, o); err != nil {
			return casework.Settled{}, err
		}
		for _, r := range o.Records {
			erased, err := record(t, o, r, received)
			if err != nil {
				return casework.Settled{}, fmt.Errorf("record %d: %w", r.Pos, err)
			}
			done.Redact = done.Redact || erased
		}
	}
	var err error
	done.Receipt, err = receiptOf(t, o.Batch)
	return done, err
}

func setLevel(t *tx, o casework.Opened) error {
	var proof any
	if o.Level == screening.LevelOpened {
		proof = o.Proof[:]
	}
	outcome, err := t.enter(o.Entry)
	if err != nil {
		return err
	}
	if _, err := t.exec(`UPDATE batches SET level = $1, code = $2, proof = coalesce(proof, $3), settled = $4, outcome = $5
		WHERE batch_id = $6`,
		o.Level, o.Code, proof, t.now.UnixMilli(), outcome, o.Batch[:]); err != nil {
		return fmt.Errorf("note level: %w", err)
	}
	if o.Level != screening.LevelQuarantined || len(o.Records) > 0 { // single records are noted one by one
		return nil
	}
	return noteIncident(t, incident{kind: o.Code, device: o.Device, batch: o.Batch, pos: -1})
}

// record keeps one record of an opened batch and reports whether it made payloads due for redaction, or emptied capsules. A
// record that was kept without a code before stays as it is: only what could not be used is looked at again.
func record(t *tx, o casework.Opened, r casework.OpenedRecord, received int64) (erased bool, err error) {
	before, err := codeOf(t, o.Batch, r.Pos)
	if err != nil || before != nil && *before == "" {
		return false, err
	}
	verdict, err := verdictOn(t, o.Device, &r)
	if err != nil {
		return false, err
	}
	if before == nil {
		err = insertRecord(t, o, r)
	} else {
		err = updateRecord(t, o, r, *before)
	}
	if err != nil {
		return false, err
	}
	if err := noteClock(t, o.Device, &r); err != nil {
		return false, err
	}
	switch verdict {
	case casework.Show:
		if err := showInterview(t, o.Device, r, received); err != nil {
			return false, err
		}
		emptied, err := dropDrafts(t, r.Interview)
		return emptied, errors.Join(err, insertVersion(t, o.Batch[:], nil, r), keepAlike(t, &r), openCase(t, r, received))
	case casework.History:
		return false, insertVersion(t, o.Batch[:], nil, r)
	case casework.Erase:
		return true, erase(t, o.Device, r, received, casework.CaseWithdrawn)
	}
	return false, nil
}

// codeOf returns the code with which a record is kept, nil where it is not kept yet.
func codeOf(t *tx, batch screening.BatchID, pos int) (*screening.Code, error) {
	var code screening.Code
	err := t.row(`SELECT code FROM records WHERE batch_id = $1 AND pos = $2`, batch[:], pos).Scan(&code)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, err
	}
	return &code, nil
}

// verdictOn says what a record does, and gives one that belongs to another device its code. A record that
// could not be used does nothing, unless consent was taken back: then it is erased like any other.
func verdictOn(t *tx, from screening.DeviceID, r *casework.OpenedRecord) (casework.Verdict, error) {
	if r.Redacted || r.Kind != casework.KindInterview && r.Kind != casework.KindDraft && r.Kind != casework.KindWithdrawal {
		return 0, nil
	}
	standing, err := standingOf(t, r.Interview)
	if err != nil {
		return 0, err
	}
	verdict := standing.Admit(from, r.Kind, r.Version)
	switch {
	case r.Code != "" && verdict != casework.Erase:
		return 0, nil
	case verdict == casework.Foreign:
		r.Code = screening.EOwner
	}
	return verdict, nil
}

// updateRecord notes what a second look at a quarantined record gave.
func updateRecord(t *tx, o casework.Opened, r casework.OpenedRecord, before screening.Code) error {
	if err := countInterview(t, o, r); err != nil {
		return err
	}
	if _, err := t.exec(`UPDATE records SET code = $1 WHERE batch_id = $2 AND pos = $3`, r.Code, o.Batch[:], r.Pos); err != nil {
		return fmt.Errorf("note code: %w", err)
	}
	if r.Code == before {
		return nil
	}
	if _, err := t.exec(`DELETE FROM incidents WHERE kind = $1 AND batch_id = $2 AND pos = $3`, before, o.Batch[:], r.Pos); err != nil {
		return fmt.Errorf("end incident: %w", err)
	}
	return nil
}

// Reexamine makes batches due again that were quarantined because a questionnaire was not known: call it
// when one became known, or when a program that knows more starts. Capsules likewise. It returns how many.
func (e *Engine) Reexamine(ctx context.Context) (n int64, err error) {
	err = e.write(ctx, "look again at quarantined batches", func(t *tx) (err error) {
		capsules, err := t.exec(`UPDATE capsules SET level = 1, code = '' WHERE level = 3 AND code = $1`, screening.EForm)
		if err != nil {
			return err
		}
		defer func() { n += capsules }()
		n, err = t.exec(`UPDATE batches SET level = $1, code = '', outcome = NULL WHERE level = $2 AND batch_id IN
			(SELECT batch_id FROM records WHERE code = $3)`,
			screening.LevelStored, screening.LevelQuarantined, screening.EForm)
		return err
	})
	return n, err
}

func standingOf(t *tx, id screening.InterviewID) (s casework.Standing, err error) {
	var owner []byte
	err = t.row(`SELECT owner, version, status = 'withdrawn', (SELECT coalesce(max(c.version), 0) FROM capsules AS c
			WHERE c.interview_id = $1 AND c.kind = 3 AND c.level = 2)
		FROM interviews WHERE interview_id = $1`, id[:]).Scan(&owner, &s.Version, &s.Withdrawn, &s.Edition)
	if errors.Is(err, sql.ErrNoRows) {
		return casework.Standing{}, nil
	}
	if err != nil {
		return casework.Standing{}, err
	}
	s.Known = true
	copy(s.Owner[:], owner)
	return s, nil
}

func insertRecord(t *tx, o casework.Opened, r casework.OpenedRecord) error {
	if err := countInterview(t, o, r); err != nil {
		return err
	}
	var id any
	if r.Interview != (screening.InterviewID{}) {
		id = r.Interview[:]
	}
	redact := 0
	if r.Redacted {
		redact = 2
	}
	if _, err := t.exec(`INSERT INTO records (batch_id, pos, kind, interview_id, version, leaf, code, redact)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		o.Batch[:], r.Pos, r.Kind, id, r.Version, r.Leaf[:], r.Code, redact); err != nil {
		return fmt.Errorf("insert: %w", err)
	}
	if r.Code == "" {
		return nil
	}
	return noteIncident(t, incident{kind: r.Code, device: o.Device, batch: o.Batch, pos: r.Pos})
}

// countInterview keeps count of the interviews that a device was the first to hand in: counting rows would take
// seconds among a million. Each epoch of the device has the same number.
func countInterview(t *tx, o casework.Opened, r casework.OpenedRecord) error {
	if r.Kind != casework.KindInterview || r.Code != "" || r.Redacted {
		return nil
	}
	return countFirst(t, o.Device, r.Interview)
}

func countFirst(t *tx, device screening.DeviceID, id screening.InterviewID) error {
	if _, err := t.exec(`UPDATE devices SET interviews = interviews + 1 WHERE device_id = $1
		AND NOT EXISTS (SELECT 1 FROM records WHERE interview_id = $2 AND kind = 1 AND code = '')
		AND NOT EXISTS (SELECT 1 FROM capsules WHERE interview_id = $2 AND kind IN (1, 3) AND level = 2)`, device[:], id[:]); err != nil {
		return fmt.Errorf("count interview: %w", err)
	}
	return nil
}

// levels are kept as numbers so that an index can find what is urgent.
var levels = map[string]int{"": 0, casework.Amber: 1, casework.Red: 2}

func showInterview(t *tx, owner screening.DeviceID, r casework.OpenedRecord, received int64) error {
	if r.Content == nil {
		return errNoContent
	}
	args, err := shown(t.box, owner, r, received)
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO interviews
		(interview_id, owner, version, status, received, code, lang, screener_lang, level, needs)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
		ON CONFLICT (interview_id) DO UPDATE SET version = excluded.version, status = excluded.status, code = excluded.code,
			lang = excluded.lang, screener_lang = excluded.screener_lang, level = excluded.level, needs = excluded.needs`,
		args...)
	if err != nil {
		return fmt.Errorf("show: %w", err)
	}
	return nil
}

// insertVersion keeps what a record says: one of a batch, or of a capsule.
func insertVersion(t *tx, batch, capsule []byte, r casework.OpenedRecord) error {
	if r.Content == nil {
		return errNoContent
	}
	w, err := write(t.box, r)
	if err != nil {
		return err
	}
	var pos any
	if batch != nil {
		pos = r.Pos
	}
	_, err = t.exec(`INSERT INTO versions
		(interview_id, version, batch_id, pos, questionnaire, content, needs, flags, signs, capsule_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (interview_id, version) DO NOTHING`,
		append(w.version(batch, pos, r), capsule)...)
	if err != nil {
		return fmt.Errorf("keep version: %w", err)
	}
	return nil
}

// erase carries out a withdrawal, or ends what was kept long enough (why): what remains is that there was an interview and
// that it is gone.
func erase(t *tx, from screening.DeviceID, r casework.OpenedRecord, received int64, why casework.CaseAct) error {
	at := r.At
	if at.IsZero() {
		at = t.now
	}
	if _, err := t.exec(`INSERT INTO interviews (interview_id, owner, version, status, received, withdrawn)
		VALUES ($1, $2, $3, 'withdrawn', $4, $5)
		ON CONFLICT (interview_id) DO UPDATE SET version = CASE WHEN interviews.version > excluded.version
			THEN interviews.version ELSE excluded.version END, status = 'withdrawn', code = '',
			lang = '', screener_lang = '', level = 0, needs = '[]', withdrawn = coalesce(interviews.withdrawn, excluded.withdrawn)`,
		r.Interview[:], from[:], r.Version, received, at.UnixMilli()); err != nil {
		return fmt.Errorf("withdraw: %w", err)
	}
	if _, err := t.exec(`DELETE FROM versions WHERE interview_id = $1`, r.Interview[:]); err != nil {
		return fmt.Errorf("erase versions: %w", err)
	}
	if _, err := t.exec(`UPDATE records SET redact = 1 WHERE interview_id = $1 AND kind = $2 AND redact = 0`,
		r.Interview[:], casework.KindInterview); err != nil {
		return fmt.Errorf("note payloads to redact: %w", err)
	}
	if _, err := emptyCapsules(t, r.Interview, ""); err != nil {
		return err
	}
	return eraseCase(t, r.Interview[:], why)
}

// Forget carries out that records were taken out of a batch, though what said so is not here: a copy of the office that
// is older than a withdrawal obeys the log that is newer. It says how many people it forgot; Resume redacts the payloads.
func (e *Engine) Forget(ctx context.Context, id screening.BatchID, leaves [][32]byte) (people int, err error) {
	err = e.write(ctx, "forget records of batch "+id.Short(), func(t *tx) error {
		people = 0
		for _, leaf := range leaves {
			var interview, owner []byte
			var version uint64
			var received int64
			err := t.row(`SELECT i.interview_id, i.owner, i.version, i.received FROM records AS r JOIN interviews AS i
				ON i.interview_id = r.interview_id WHERE r.batch_id = $1 AND r.leaf = $2 AND i.status <> 'withdrawn'`,
				id[:], leaf[:]).Scan(&interview, &owner, &version, &received)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return err
			}
			r := casework.OpenedRecord{Interview: screening.InterviewID(interview), Version: version}
			if err := erase(t, screening.DeviceID(owner), r, received, casework.CaseWithdrawn); err != nil {
				return err
			}
			people++
		}
		if people == 0 {
			return nil
		}
		return note(t, casework.Program, casework.ActForget, fmt.Sprint(people))
	})
	if err == nil && people > 0 {
		e.scrubAfter(ctx, id)
	}
	return people, err
}

// Redact replaces the payload of a batch (intake.Ledger).
func (e *Engine) Redact(ctx context.Context, r casework.Redaction) error {
	err := e.write(ctx, "redact batch "+r.Batch.Short(), func(t *tx) error {
		if _, err := t.exec(`UPDATE payloads SET body = $1, redacted = 1 WHERE batch_id = $2`, r.Payload, r.Batch[:]); err != nil {
			return fmt.Errorf("replace payload: %w", err)
		}
		for _, pos := range r.Places {
			if _, err := t.exec(`UPDATE records SET redact = 2 WHERE batch_id = $1 AND pos = $2`, r.Batch[:], pos); err != nil {
				return fmt.Errorf("note redaction: %w", err)
			}
		}
		_, err := t.enter(r.Entry)
		return err
	})
	if err != nil {
		return err
	}
	return e.scrub(ctx)
}

// noteClock notes a device that said of an interview that its clock was wrong, once a device: somebody has to set it.
func noteClock(t *tx, id screening.DeviceID, r *casework.OpenedRecord) error {
	if r.Code != "" || r.Content == nil || !r.Content.ClockDoubt {
		return nil
	}
	return noteIncident(t, incident{kind: screening.EClock, device: id, batch: ofDevice(id), pos: -1})
}

// ofDevice stands in the place of a batch in an incident that is about a device, of which there is one of a kind.
func ofDevice(id screening.DeviceID) (at screening.BatchID) {
	copy(at[:], id[:])
	return at
}

type incident struct {
	kind   screening.Code
	device screening.DeviceID
	batch  screening.BatchID
	pos    int
	header []byte
	sig    []byte
}

// noteIncident keeps an incident once, however often it shows itself.
func noteIncident(t *tx, i incident) error {
	if _, err := t.exec(`INSERT INTO incidents (kind, device_id, batch_id, pos, header, sig, seen)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (kind, batch_id, pos) DO NOTHING`,
		i.kind, i.device[:], i.batch[:], i.pos, i.header, i.sig, t.now.UnixMilli()); err != nil {
		return fmt.Errorf("note incident: %w", err)
	}
	return nil
}

func emptyNotNull[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
