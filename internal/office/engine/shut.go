package engine

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// whomNot is the question of the screening interview that says who should not know (D12).
const whomNot = "d12"

// shut are the recipients to whom nothing may be told of the person of a case: what any of their interviews says, as it
// stands now, without those that the person allowed since.
func shut(t *tx, f *casework.CaseFile) (all []casework.Recipient, err error) {
	for _, row := range f.Interviews {
		if row.Status == screening.Withdrawn {
			continue
		}
		var version uint64
		if err := t.row(`SELECT version FROM interviews WHERE interview_id = $1`, row.ID[:]).Scan(&version); err != nil {
			return nil, err
		}
		if version == 0 { // to be read again from what was sealed
			continue
		}
		rec := casework.Record{Row: row}
		if err := readVersion(t, &rec, version); err != nil {
			return nil, err
		}
		said := ""
		for path, a := range rec.Interview.Current() {
			if path.Name() == whomNot {
				said = a.Value
			}
		}
		for _, r := range casework.Whom(said) {
			if !slices.Contains(all, r) && !allowed(f.Events, r, row.Received) {
				all = append(all, r)
			}
		}
	}
	slices.Sort(all)
	return all, nil
}

// allowed reports whether the person said after since that a recipient may be told after all.
func allowed(events []casework.CaseEvent, r casework.Recipient, since time.Time) bool {
	return slices.ContainsFunc(events, func(ev casework.CaseEvent) bool {
		which, _, _ := strings.Cut(ev.Text, ":")
		return ev.Act == casework.CaseAllowed && casework.Recipient(which) == r && ev.At.After(since)
	})
}

// Allow notes that the person says that a recipient may be told after all, and why that is believed.
func (e *Engine) Allow(ctx context.Context, actor string, id casework.CaseID, version int64, r casework.Recipient, reason string) error {
	return e.lineIn(ctx, actor, id, version, casework.CaseAllowed, string(r)+": "+reason, reason)
}

// Apart notes that another case is not the same person's: it is suggested no more, from neither.
func (e *Engine) Apart(ctx context.Context, actor string, id casework.CaseID, version int64, other casework.CaseID) error {
	return e.lineIn(ctx, actor, id, version, casework.CaseApart, other.String(), other.String(), other)
}

// lineIn adds a line to a case that actor saw at version, and what about others goes with it.
func (e *Engine) lineIn(
	ctx context.Context, actor string, id casework.CaseID, version int64, act casework.CaseAct, text, reason string, other ...casework.CaseID,
) error {
	return e.collided(ctx, actor, id, e.write(ctx, "add line to case", func(t *tx) error {
		if strings.TrimSpace(reason) == "" {
			return casework.RefuseReason
		}
		if err := touch(t, id[:], version); err != nil {
			return err
		}
		for _, o := range other {
			if _, err := e.caseIn(t, o); err != nil {
				return err
			}
			if err := event(t, o[:], actor, act, id.String()); err != nil {
				return err
			}
		}
		return errors.Join(event(t, id[:], actor, act, text), note(t, actor, casework.ActCase, id.String()))
	}))
}

// HandOver notes that what a service is told of a person was made to be handed over, if it still may be: not to who is
// shut out, not after it expired. It returns the duty as it stands.
func (e *Engine) HandOver(ctx context.Context, actor string, of casework.CaseID, id casework.DutyID) (f casework.CaseFile, d casework.Duty, err error) {
	err = e.write(ctx, "hand over", func(t *tx) (err error) {
		f = casework.CaseFile{}
		if d, err = e.scanDuty(t.row(`SELECT `+dutyColumns+` FROM `+dutyTables+` WHERE d.duty_id = $1 AND d.case_id = $2`, id[:], of[:])); err != nil {
			return err
		}
		if d.Kind != casework.DutyReferral {
			return casework.ErrNotFound
		}
		if f.Case, err = e.caseIn(t, of); err != nil {
			return err
		}
		if err := e.fillCase(t, &f); err != nil {
			return err
		}
		s, err := e.scanService(t.row(`SELECT `+serviceColumns+` FROM services WHERE service_id = $1`, d.Service[:]))
		switch {
		case err != nil:
			return err
		case s.Shut(f.Shut):
			return casework.RefuseShut
		case d.Body.Expires != 0 && t.now.UnixMilli() >= d.Body.Expires:
			return casework.RefuseExpired
		}
		return errors.Join(event(t, of[:], actor, casework.CasePacket, s.Name), note(t, actor, casework.ActPacket, id.String()))
	})
	return f, d, err
}

// Copied notes that a copy of what is held was made for the person of an interview.
func (e *Engine) Copied(ctx context.Context, actor string, id screening.InterviewID) error {
	return e.write(ctx, "note copy", func(t *tx) error {
		var of []byte
		if err := t.row(`SELECT case_id FROM case_links WHERE interview_id = $1`, id[:]).Scan(&of); err != nil {
			return casework.ErrNotFound
		}
		return errors.Join(event(t, of, actor, casework.CaseCopied, ""), note(t, actor, casework.ActCopy, id.String()))
	})
}
