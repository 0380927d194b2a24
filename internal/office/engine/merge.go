package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"leeward/internal/office/casework"
)

// Merge makes a case part of another: interviews and duties go over, events stay where they were written. Both
// have to be as actor saw them. It can be undone (Part).
func (e *Engine) Merge(ctx context.Context, actor string, from casework.CaseID, fromVersion int64, into casework.CaseID, intoVersion int64, reason string) error {
	return e.collided(ctx, actor, into, e.write(ctx, "merge cases", func(t *tx) error {
		if strings.TrimSpace(reason) == "" {
			return casework.RefuseReason
		}
		for _, id := range []casework.CaseID{from, into} {
			c, err := e.caseIn(t, id)
			if err != nil {
				return err
			}
			if c.Status == casework.CaseMerged || from == into {
				return casework.RefuseMerged
			}
		}
		if err := errors.Join(touch(t, from[:], fromVersion), touch(t, into[:], intoVersion)); err != nil {
			return err
		}
		for _, move := range []string{
			`UPDATE case_links SET case_id = $1 WHERE case_id = $2`,
			`UPDATE duties SET case_id = $1 WHERE case_id = $2`,
			`UPDATE cases SET into_case = $1, status = 'merged' WHERE case_id = $2`,
		} {
			if _, err := t.exec(move, into[:], from[:]); err != nil {
				return fmt.Errorf("move: %w", err)
			}
		}
		return errors.Join(event(t, into[:], actor, casework.CaseJoined, reason), event(t, from[:], actor, casework.CaseJoined, reason),
			settleCase(t, from[:]), settleCase(t, into[:]), recount(t, from[:], true), note(t, actor, casework.ActMerge, from.String()+" "+into.String()))
	}))
}

// Part undoes a merge: what the case brought goes back to it, and what was added since stays.
func (e *Engine) Part(ctx context.Context, actor string, id casework.CaseID, version int64, reason string) error {
	return e.collided(ctx, actor, id, e.write(ctx, "part cases", func(t *tx) error {
		c, err := e.caseIn(t, id)
		switch {
		case err != nil:
			return err
		case strings.TrimSpace(reason) == "":
			return casework.RefuseReason
		case c.Status != casework.CaseMerged:
			return casework.ErrChanged
		}
		if err := touch(t, id[:], version); err != nil {
			return err
		}
		for _, move := range []string{
			`UPDATE case_links SET case_id = $1 WHERE case_id = $2 AND home_case = $1`,
			`UPDATE duties SET case_id = $1 WHERE case_id = $2 AND home_case = $1`,
			`UPDATE cases SET into_case = NULL, status = 'open' WHERE case_id = $1 AND into_case = $2`,
		} {
			if _, err := t.exec(move, id[:], c.Into[:]); err != nil {
				return fmt.Errorf("move back: %w", err)
			}
		}
		if _, err := t.exec(`UPDATE cases SET version = version + 1, changed = $1 WHERE case_id = $2`, t.now.UnixMilli(), c.Into[:]); err != nil {
			return fmt.Errorf("note change: %w", err)
		}
		return errors.Join(event(t, c.Into[:], actor, casework.CaseParted, reason), event(t, id[:], actor, casework.CaseParted, reason),
			settleCase(t, id[:]), settleCase(t, c.Into[:]), recount(t, id[:], false), note(t, actor, casework.ActPart, id.String()+" "+c.Into.String()))
	}))
}

// eraseCase takes out of the case of a withdrawn interview what came from it. A case with no other interview keeps
// its code and that it was withdrawn, nothing else.
func eraseCase(t *tx, interview []byte, why casework.CaseAct) error {
	if _, err := t.exec(`DELETE FROM duties WHERE interview_id = $1`, interview); err != nil {
		return fmt.Errorf("erase needs: %w", err)
	}
	if _, err := t.exec(`DELETE FROM field_notes WHERE interview_id = $1`, interview); err != nil {
		return fmt.Errorf("erase questions to the field: %w", err)
	}
	if err := forgetAlike(t, interview); err != nil {
		return err
	}
	var cases [][]byte
	err := each(t, func(row scanner) error {
		var id []byte
		err := row.Scan(&id)
		cases = append(cases, id)
		return err
	}, `SELECT case_id FROM case_links WHERE interview_id = $1 UNION SELECT home_case FROM case_links WHERE interview_id = $1`, interview)
	if err != nil {
		return err
	}
	for _, id := range cases {
		if err := emptyCase(t, id, why); err != nil {
			return err
		}
	}
	return nil
}

func emptyCase(t *tx, id []byte, why casework.CaseAct) error {
	var others int
	if err := t.row(`SELECT count(*) FROM case_links AS l JOIN interviews AS i ON i.interview_id = l.interview_id
		WHERE (l.case_id = $1 OR l.home_case = $1) AND i.status <> 'withdrawn'`, id).Scan(&others); err != nil {
		return err
	}
	if others == 0 {
		if err := putFacts(t, id, casework.Facts{}, true); err != nil {
			return err
		}
		for _, erase := range []string{
			`DELETE FROM duties WHERE case_id = $1`,
			`UPDATE case_events SET body = '' WHERE case_id = $1`,
			`UPDATE cases SET lang = '', child = 0, phone = 'unknown', quiet = 1, finding = '',
				status = CASE WHEN status = 'merged' THEN status ELSE 'closed' END WHERE case_id = $1`,
		} {
			if _, err := t.exec(erase, id); err != nil {
				return fmt.Errorf("erase case: %w", err)
			}
		}
	}
	return errors.Join(event(t, id, casework.Program, why, ""), settleCase(t, id))
}
