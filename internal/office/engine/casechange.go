package engine

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// replaceOnce puts a numbered place for a value where the next "?" stands.
func replaceOnce(condition, place string) string { return strings.Replace(condition, "?", place, 1) }

// openCase makes the case of an interview that is the first of its person here, as far as is known, or brings the
// case up to date with a further version.
func openCase(t *tx, r casework.OpenedRecord, received int64) error {
	var id []byte
	err := t.row(`SELECT case_id FROM case_links WHERE interview_id = $1`, r.Interview[:]).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return newCase(t, r, received)
	}
	if err != nil {
		return err
	}
	known, err := knownNeeds(t, id)
	if err != nil {
		return err
	}
	if err := needDuties(t, id, known, r, received); err != nil {
		return err
	}
	if _, err := t.exec(`UPDATE cases SET child = CASE WHEN $1 = 1 THEN 1 ELSE child END, lang = $2 WHERE case_id = $3`,
		number(r.Child), r.Content.Setting.Language, id); err != nil {
		return fmt.Errorf("bring case up to date: %w", err)
	}
	return errors.Join(countCase(t, id, r.Facts), settleCase(t, id))
}

// countCase keeps what reports may count of a case: as of the day on which the case was opened, whichever version of
// the interview says it.
func countCase(t *tx, id []byte, f casework.Facts) error {
	var opened int64
	if err := t.row(`SELECT opened FROM cases WHERE case_id = $1`, id).Scan(&opened); err != nil {
		return fmt.Errorf("count case: %w", err)
	}
	return countFrom(t, id, opened, f)
}

// countFrom is countCase where it is known when the case was opened.
func countFrom(t *tx, id []byte, opened int64, f casework.Facts) error {
	f.Opened = casework.Day(time.UnixMilli(opened))
	return putFacts(t, id, f, false)
}

// newCase makes a case. Most interviews bring one, so nothing is looked up that a new case cannot have.
func newCase(t *tx, r casework.OpenedRecord, received int64) error {
	id := casework.NewCaseID()
	phone := casework.PhoneUnknown
	if r.Phone != "" {
		phone = r.Phone
	}
	for added := int64(0); added == 0; { // a code may be taken
		var err error
		if added, err = t.exec(`INSERT INTO cases (case_id, code, status, opened, changed, phone, child, lang)
			VALUES ($1, $2, 'open', $3, $3, $4, $5, $6) ON CONFLICT (code) DO NOTHING`,
			id[:], screening.NewRespondentCode(), received, phone, number(r.Child), r.Content.Setting.Language); err != nil {
			return fmt.Errorf("open case: %w", err)
		}
	}
	if _, err := t.exec(`INSERT INTO case_links (interview_id, case_id, home_case) VALUES ($1, $2, $2)`, r.Interview[:], id[:]); err != nil {
		return fmt.Errorf("link interview: %w", err)
	}
	if err := numberedEvent(t, id[:], 1, casework.Program, casework.CaseOpened, ""); err != nil {
		return err
	}
	if err := countFrom(t, id[:], received, r.Facts); err != nil {
		return err
	}
	if len(r.Needs) == 0 { // the row says already that nothing is open
		return nil
	}
	if err := needDuties(t, id[:], map[string]bool{}, r, received); err != nil {
		return err
	}
	return settleCase(t, id[:])
}

// needWithin is how soon a need has to be looked at, by its level: within the hour, before the night.
var needWithin = map[string]time.Duration{casework.Red: time.Hour, casework.Amber: 24 * time.Hour}

// knownNeeds returns the needs of which a case has made duties, done or not.
func knownNeeds(t *tx, id []byte) (map[string]bool, error) {
	known := map[string]bool{}
	return known, each(t, func(row scanner) error {
		var duty []byte
		var body string
		if err := row.Scan(&duty, &body); err != nil {
			return err
		}
		b, err := readDuty(t.box, duty, body)
		known[b.Need] = true
		return err
	}, `SELECT duty_id, body FROM duties WHERE case_id = $1 AND kind = 'need'`, id)
}

// needDuties makes a duty of each need that the interview notes and that the case has not met before.
func needDuties(t *tx, id []byte, known map[string]bool, r casework.OpenedRecord, received int64) error {
	for _, d := range newDuties(casework.CaseID(id), known, r, received) {
		if err := insertDuty(t, d); err != nil {
			return err
		}
	}
	return nil
}

// newDuties are the duties of the needs that the interview notes and that the case has not met before.
func newDuties(id casework.CaseID, known map[string]bool, r casework.OpenedRecord, received int64) (all []casework.Duty) {
	for _, n := range r.Needs {
		if known[n.Kind] {
			continue
		}
		known[n.Kind] = true
		all = append(all, casework.Duty{
			ID: casework.NewDutyID(), Case: id, Kind: casework.DutyNeed, Interview: r.Interview, Level: n.Level, Made: fromMillis(received),
			Due: fromMillis(received).Add(needWithin[n.Level]), Body: casework.DutyBody{Need: n.Kind},
		})
	}
	return all
}

// settleCase brings what a list shows of a case into line with its open duties.
func settleCase(t *tx, id []byte) error {
	var (
		level      int
		since, due sql.NullInt64
		needs      []casework.Need
	)
	err := each(t, func(row scanner) error {
		var duty []byte
		var kind casework.DutyKind
		var l int
		var made, by int64
		var body string
		if err := row.Scan(&duty, &kind, &l, &made, &by, &body); err != nil {
			return err
		}
		if !due.Valid || by < due.Int64 {
			due = sql.NullInt64{Int64: by, Valid: true}
		}
		if !since.Valid || l > level || l == level && made < since.Int64 {
			since = sql.NullInt64{Int64: made, Valid: true}
		}
		level = max(level, l)
		b, err := readDuty(t.box, duty, body)
		if err == nil && kind == casework.DutyNeed {
			needs = append(needs, casework.Need{Kind: b.Need, Level: levelNames[l]})
		}
		return err
	}, `SELECT duty_id, kind, level, made, due, body FROM duties WHERE case_id = $1 AND done IS NULL ORDER BY level DESC, made`, id)
	if err != nil {
		return err
	}
	text, err := json.Marshal(emptyNotNull(needs))
	if err != nil {
		return fmt.Errorf("write needs: %w", err)
	}
	if _, err := t.exec(`UPDATE cases SET level = $1, since = $2, due = $3, needs = $4 WHERE case_id = $5`,
		level, since, due, hideText(t.box, place("cases.needs", id, 0), string(text)), id); err != nil {
		return fmt.Errorf("settle case: %w", err)
	}
	return nil
}

// event adds a line to a case.
func event(t *tx, id []byte, actor string, act casework.CaseAct, text string) error {
	var n uint64
	if err := t.row(`SELECT coalesce(max(n), 0) + 1 FROM case_events WHERE case_id = $1`, id).Scan(&n); err != nil {
		return fmt.Errorf("number event: %w", err)
	}
	return numberedEvent(t, id, n, actor, act, text)
}

func numberedEvent(t *tx, id []byte, n uint64, actor string, act casework.CaseAct, text string) error {
	if _, err := t.exec(`INSERT INTO case_events (case_id, n, at, actor, act, body) VALUES ($1, $2, $3, $4, $5, $6)`,
		id, n, t.now.UnixMilli(), actor, act, hideText(t.box, place("case_events.body", id, n), text)); err != nil {
		return fmt.Errorf("add event: %w", err)
	}
	return nil
}

// touch takes a case for a change by somebody who saw it at version. Where another was quicker nothing changes:
// casework.ErrChanged.
func touch(t *tx, id []byte, version int64) error {
	n, err := t.exec(`UPDATE cases SET version = version + 1, changed = $1 WHERE case_id = $2 AND version = $3`,
		t.now.UnixMilli(), id, version)
	if err != nil {
		return fmt.Errorf("take case: %w", err)
	}
	if n == 1 {
		return nil
	}
	var there bool
	if err := t.row(`SELECT EXISTS (SELECT 1 FROM cases WHERE case_id = $1)`, id).Scan(&there); err != nil {
		return err
	}
	if !there {
		return casework.ErrNotFound
	}
	return casework.ErrChanged
}

// ChangeCase changes a case that actor saw at version. The change is a line in the case and in the audit log.
// Where somebody else saved meanwhile nothing is taken, both are told of it by a line in the case, and the error is
// casework.ErrChanged.
func (e *Engine) ChangeCase(ctx context.Context, actor string, id casework.CaseID, version int64, c casework.CaseChange) error {
	return e.collided(ctx, actor, id, e.write(ctx, "change case", func(t *tx) error {
		if err := touch(t, id[:], version); err != nil {
			return err
		}
		if err := change(t, actor, id[:], c); err != nil {
			return err
		}
		return note(t, actor, casework.ActCase, id.String())
	}))
}

// collided tells both when err is that somebody else was quicker.
func (e *Engine) collided(ctx context.Context, actor string, id casework.CaseID, err error) error {
	if !errors.Is(err, casework.ErrChanged) {
		return err
	}
	return errors.Join(err, e.write(ctx, "note collision", func(t *tx) error {
		return event(t, id[:], actor, casework.CaseCollided, "")
	}))
}

func change(t *tx, actor string, id []byte, c casework.CaseChange) error {
	set := func(column string, value any, act casework.CaseAct, text string) error {
		if _, err := t.exec(`UPDATE cases SET `+column+` = $1 WHERE case_id = $2`, value, id); err != nil {
			return fmt.Errorf("set %s: %w", column, err)
		}
		return event(t, id, actor, act, text)
	}
	var all []error
	if c.Status != nil {
		all = append(all, set("status", *c.Status, casework.CaseStatusSet, string(*c.Status)))
	}
	if c.Owner != nil {
		name, owner := "", any(nil)
		if *c.Owner != 0 {
			owner = *c.Owner
			if err := t.row(`SELECT name FROM people WHERE id = $1 AND active = 1`, *c.Owner).Scan(&name); err != nil {
				return casework.ErrNotFound
			}
		}
		all = append(all, set("owner", owner, casework.CaseOwnerSet, name))
	}
	if c.Phone != nil {
		all = append(all, set("phone", *c.Phone, casework.CaseContactSet, string(*c.Phone)))
	}
	if c.Quiet != nil {
		all = append(all, set("quiet", number(*c.Quiet), casework.CaseContactSet, map[bool]string{true: "quiet", false: "may"}[*c.Quiet]))
	}
	switch {
	case c.Finding != nil:
		all = append(all, find(t, actor, id, *c.Finding, c.Note))
	case c.Note != "" && c.Correct:
		all = append(all, event(t, id, actor, casework.CaseCorrected, c.Note))
	case c.Note != "":
		all = append(all, event(t, id, actor, casework.CaseNoted, c.Note))
	}
	return errors.Join(all...)
}

// find notes a finding with its reason. A "not" is only proposed: it holds when a second person agrees.
func find(t *tx, actor string, id []byte, f casework.Finding, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return casework.RefuseReason
	}
	if f == casework.FindingNot {
		return event(t, id, actor, casework.CaseProposed, reason)
	}
	if err := setFinding(t, id, f); err != nil {
		return err
	}
	return event(t, id, actor, casework.CaseFound, string(f)+": "+reason)
}

// setFinding writes the office's finding, which counts in reports in place of what the screener thought.
func setFinding(t *tx, id []byte, f casework.Finding) error {
	if _, err := t.exec(`UPDATE cases SET finding = $1 WHERE case_id = $2`, f, id); err != nil {
		return fmt.Errorf("note finding: %w", err)
	}
	if _, err := t.exec(`UPDATE facts SET seq = (SELECT max(seq) + 1 FROM facts) WHERE case_id = $1`, id); err != nil {
		return fmt.Errorf("count finding: %w", err)
	}
	return nil
}

// Second is the second reading of a "not" that somebody else proposed: agree makes it the finding, else it falls.
func (e *Engine) Second(ctx context.Context, actor string, id casework.CaseID, version int64, agree bool, reason string) error {
	return e.collided(ctx, actor, id, e.write(ctx, "second reading", func(t *tx) error {
		if err := touch(t, id[:], version); err != nil {
			return err
		}
		var f casework.CaseFile
		f.ID = id
		if err := e.fillCase(t, &f); err != nil {
			return err
		}
		switch {
		case f.Proposed == "":
			return casework.RefuseNoProposal
		case f.Proposed == actor:
			return casework.RefuseSameReader
		case strings.TrimSpace(reason) == "":
			return casework.RefuseReason
		}
		act := casework.CaseRejected
		if agree {
			act = casework.CaseSeconded
			if err := setFinding(t, id[:], casework.FindingNot); err != nil {
				return err
			}
		}
		return errors.Join(event(t, id[:], actor, act, reason), note(t, actor, casework.ActCase, id.String()))
	}))
}
