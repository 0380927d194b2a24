package engine

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"leeward/internal/office/casework"
)

// KeptFor is how many months the office keeps a case after its last change, once it is closed; 0 where nobody said so: then
// nothing is erased by itself.
func (e *Engine) KeptFor(ctx context.Context) (months int, err error) {
	value, err := e.Setting(ctx, casework.SettingMonths)
	if err != nil || value == "" {
		return 0, err
	}
	if months, err = strconv.Atoi(value); err != nil || months < 0 {
		return 0, fmt.Errorf("cases are kept for %.20q months", value)
	}
	return months, nil
}

// mostOutlived bounds how many cases one round erases.
const mostOutlived = 500

// EraseOutlived erases the cases that the office kept long enough, with their interviews; those on hold stay. It returns
// how many. What was sealed of them is due for redaction, as after a withdrawal.
func (e *Engine) EraseOutlived(ctx context.Context) (n int, err error) {
	months, err := e.KeptFor(ctx)
	if err != nil || months == 0 {
		return 0, err
	}
	before := e.now().AddDate(0, -months, 0)
	var old []casework.CaseID
	if err := e.read("list old cases", func() error {
		return e.each(ctx, func(row scanner) error {
			var id []byte
			if err := row.Scan(&id); err != nil {
				return err
			}
			old = append(old, casework.CaseID(id))
			return nil
		}, `SELECT case_id FROM cases AS c WHERE status IN ('closed', 'referred') AND changed < $1 AND EXISTS
			(SELECT 1 FROM case_links AS l JOIN interviews AS i ON i.interview_id = l.interview_id
			WHERE l.case_id = c.case_id AND i.status <> 'withdrawn') ORDER BY changed LIMIT $2`, before.UnixMilli(), mostOutlived)
	}); err != nil {
		return 0, err
	}
	for _, id := range old {
		erased := false
		if err := e.write(ctx, "erase old case", func(t *tx) (err error) {
			erased, err = e.eraseOutlived(t, id, before)
			return err
		}); err != nil {
			return n, err
		}
		if erased {
			n++
		}
	}
	if n > 0 {
		err = e.scrub(ctx)
	}
	return n, err
}

// eraseOutlived erases one case, if it still is old and nobody holds it.
func (e *Engine) eraseOutlived(t *tx, id casework.CaseID, before time.Time) (bool, error) {
	f := casework.CaseFile{}
	var err error
	if f.Case, err = e.caseIn(t, id); err != nil {
		return false, err
	}
	if err := e.fillCase(t, &f); err != nil {
		return false, err
	}
	if !f.Changed.Before(before) || len(f.Holders) > 1 {
		return false, nil
	}
	for _, row := range f.Interviews {
		if err := outlive(t, row); err != nil {
			return false, err
		}
	}
	return true, note(t, casework.Program, casework.ActErase, id.String())
}

func outlive(t *tx, row casework.Row) error {
	var version uint64
	if err := t.row(`SELECT version FROM interviews WHERE interview_id = $1`, row.ID[:]).Scan(&version); err != nil {
		return err
	}
	if err := erase(t, row.Device, casework.OpenedRecord{Interview: row.ID, Version: version, At: t.now}, row.Received.UnixMilli(), casework.CaseErased); err != nil {
		return err
	}
	if _, err := t.exec(`UPDATE interviews SET outlived = 1 WHERE interview_id = $1`, row.ID[:]); err != nil {
		return fmt.Errorf("note why it was erased: %w", err)
	}
	return nil
}

// Hold asks that a case is kept beyond its date. It holds when two different people asked for it.
func (e *Engine) Hold(ctx context.Context, actor string, id casework.CaseID, version int64, reason string) error {
	f, err := e.events(ctx, id)
	if err == nil && slices.Contains(holders(f), actor) {
		err = casework.RefuseHold
	}
	if err != nil {
		return err
	}
	return e.lineIn(ctx, actor, id, version, casework.CaseHold, reason, reason)
}

// EndHold ends it; asking begins anew.
func (e *Engine) EndHold(ctx context.Context, actor string, id casework.CaseID, version int64, reason string) error {
	return e.lineIn(ctx, actor, id, version, casework.CaseHoldEnd, reason, reason)
}

// holders are who asked that a case is kept, since that was ended last. Events come newest first.
func holders(events []casework.CaseEvent) (all []string) {
	for _, ev := range events {
		if ev.Act == casework.CaseHoldEnd {
			break
		}
		if ev.Act == casework.CaseHold && !slices.Contains(all, ev.Actor) {
			all = append(all, ev.Actor)
		}
	}
	return all
}

func (e *Engine) events(ctx context.Context, id casework.CaseID) (all []casework.CaseEvent, err error) {
	err = e.read("events of case", func() error {
		return e.each(ctx, func(row scanner) error {
			ev, err := e.scanEvent(row, id[:])
			if err != nil {
				return err
			}
			all = append(all, ev)
			return nil
		}, `SELECT n, at, actor, act, body FROM case_events WHERE case_id = $1 ORDER BY n DESC`, id[:])
	})
	return all, err
}
