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

const caseColumns = `c.case_id, c.code, c.status, c.opened, c.changed, c.version, coalesce(p.id, 0), coalesce(p.name, ''),
	c.level, c.since, c.due, c.lang, c.child, c.phone, c.quiet, c.finding, c.into_case, c.needs`

const caseTables = `cases AS c LEFT JOIN people AS p ON p.id = c.owner`

// levelNames are levels, the other way round.
var levelNames = [...]string{"", casework.Amber, casework.Red}

func (e *Engine) scanCase(row scanner) (c casework.Case, err error) {
	var (
		id, into        []byte
		opened, changed int64
		level           int
		since, due      sql.NullInt64
		needs           string
	)
	if err := row.Scan(&id, &c.Code, &c.Status, &opened, &changed, &c.Version, &c.Owner.ID, &c.Owner.Name, &level, &since,
		&due, &c.Lang, &c.Child, &c.Phone, &c.Quiet, &c.Finding, &into, &needs); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return casework.Case{}, casework.ErrNotFound
		}
		return casework.Case{}, err
	}
	copy(c.ID[:], id)
	copy(c.Into[:], into)
	c.Opened, c.Changed, c.Since, c.Due = fromMillis(opened), fromMillis(changed), fromNullMillis(since), fromNullMillis(due)
	c.Level = levelNames[level]
	if needs, err = revealText(e.box, place("cases.needs", id, 0), needs); err != nil {
		return casework.Case{}, err
	}
	if err := json.Unmarshal([]byte(needs), &c.Needs); err != nil {
		return casework.Case{}, screening.Fail(screening.CodeDamaged, fmt.Errorf("needs of case %s: %w", c.ID, err))
	}
	return c, nil
}

// listCases runs a query for rows of caseColumns.
func (e *Engine) listCases(ctx context.Context, query string, args ...any) (all []casework.Case, err error) {
	err = e.each(ctx, func(row scanner) error {
		c, err := e.scanCase(row)
		all = append(all, c)
		return err
	}, query, args...)
	return all, err
}

// Triage returns the open cases with a duty that has to be done by a time, soonest first, from a place in that list
// on. It says how many there are, counted to casework.MostCounted.
func (e *Engine) Triage(ctx context.Context, by time.Time, after casework.Cursor, limit int) (page casework.CasePage, err error) {
	limit = min(max(limit, 1), pageMost)
	where, args := `c.due IS NOT NULL AND c.due <= $1`, []any{by.UnixMilli()}
	err = e.read("triage", func() error {
		if err := e.count(ctx, &page.Total, `SELECT 1 FROM cases AS c WHERE `+where, args...); err != nil {
			return err
		}
		if !after.IsZero() {
			where += ` AND (c.due, c.case_id) > ($2, $3)`
			args = append(args, after.Received.UnixMilli(), after.ID[:])
		}
		page.Rows, err = e.listCases(ctx, fmt.Sprintf(`SELECT %s FROM %s WHERE %s ORDER BY c.due, c.case_id LIMIT %d`,
			caseColumns, caseTables, where, limit+1), args...)
		return err
	})
	if len(page.Rows) > limit {
		page.Rows = page.Rows[:limit]
		last := page.Rows[limit-1]
		page.Next = casework.Cursor{Received: last.Due, ID: screening.InterviewID(last.ID)}
	}
	return page, err
}

// count counts what a query finds and stops at casework.MostCounted.
func (e *Engine) count(ctx context.Context, into *int, query string, args ...any) error {
	return e.db.QueryRowContext(ctx, fmt.Sprintf(`SELECT count(*) FROM (%s LIMIT %d) AS found`, query, casework.MostCounted), args...).Scan(into)
}

// Cases returns one page of cases, newest first.
func (e *Engine) Cases(ctx context.Context, q casework.CaseQuery) (page casework.CasePage, err error) {
	limit := min(max(q.Limit, 1), pageMost)
	where, args := `1 = 1`, []any{}
	and := func(condition string, values ...any) {
		for _, v := range values {
			args = append(args, v)
			condition = replaceOnce(condition, fmt.Sprintf("$%d", len(args)))
		}
		where += " AND " + condition
	}
	switch {
	case q.Status != "":
		and(`c.status = ?`, q.Status)
	case q.Code == "" && q.Owner == 0: // a filter by another column finds merged ones too
		and(`c.status <> 'merged'`)
	}
	if q.Owner != 0 {
		and(`c.owner = ?`, q.Owner)
	}
	if code := casework.NormalCode(q.Code); code != "" {
		and(`c.code >= ? AND c.code < ?`, code, code+"~")
	}
	err = e.read("list cases", func() error {
		if err := e.count(ctx, &page.Total, `SELECT 1 FROM cases AS c WHERE `+where, args...); err != nil {
			return err
		}
		where = inOrder(where, q.Code)
		if !q.After.IsZero() {
			and(`(c.opened, c.case_id) < (?, ?)`, q.After.Received.UnixMilli(), q.After.ID[:])
		}
		page.Rows, err = e.listCases(ctx, fmt.Sprintf(`SELECT %s FROM %s WHERE %s ORDER BY c.opened DESC, c.case_id DESC LIMIT %d`,
			caseColumns, caseTables, where, limit+1), args...)
		return err
	})
	if len(page.Rows) > limit {
		page.Rows = page.Rows[:limit]
		last := page.Rows[limit-1]
		page.Next = casework.Cursor{Received: last.Opened, ID: screening.InterviewID(last.ID)}
	}
	return page, err
}

// inOrder keeps a page of codes that begin with one character from being sorted: they are so many that the order of the list
// finds a page of them sooner than the index of codes does, which the condition is written to leave out.
func inOrder(where, code string) string {
	if len(casework.NormalCode(code)) == 1 {
		return strings.ReplaceAll(where, ".code ", ".code || '' ")
	}
	return where
}

// CaseOf returns the case to which an interview belongs, or casework.ErrNotFound.
func (e *Engine) CaseOf(ctx context.Context, id screening.InterviewID) (c casework.Case, err error) {
	err = e.read("case of interview", func() (err error) {
		c, err = e.scanCase(e.db.QueryRowContext(ctx, `SELECT `+caseColumns+` FROM `+caseTables+`
			WHERE c.case_id = (SELECT case_id FROM case_links WHERE interview_id = $1)`, id[:]))
		return err
	})
	return c, err
}

// ViewCase returns a case to actor, after it has written into the audit log that actor looked.
func (e *Engine) ViewCase(ctx context.Context, actor string, id casework.CaseID) (f casework.CaseFile, err error) {
	err = e.write(ctx, "view case", func(t *tx) (err error) {
		f = casework.CaseFile{}
		if f.Case, err = e.caseIn(t, id); err != nil {
			return err
		}
		if err := note(t, actor, casework.ActViewCase, id.String()); err != nil {
			return err
		}
		return e.fillCase(t, &f)
	})
	return f, err
}

func (e *Engine) caseIn(t *tx, id casework.CaseID) (casework.Case, error) {
	return e.scanCase(t.row(`SELECT `+caseColumns+` FROM `+caseTables+` WHERE c.case_id = $1`, id[:]))
}

func (e *Engine) fillCase(t *tx, f *casework.CaseFile) error {
	id := f.ID[:]
	err1 := each(t, func(row scanner) error {
		r, err := e.scanRow(row)
		f.Interviews = append(f.Interviews, r)
		return err
	}, `SELECT `+rowColumns+` FROM case_links AS l JOIN interviews AS i ON i.interview_id = l.interview_id
		WHERE l.case_id = $1 ORDER BY i.received`, id)
	err2 := each(t, func(row scanner) error {
		d, err := e.scanDuty(row)
		f.Duties = append(f.Duties, d)
		return err
	}, `SELECT `+dutyColumns+` FROM `+dutyTables+` WHERE d.case_id = $1
		ORDER BY CASE WHEN d.done IS NULL THEN 0 ELSE 1 END, CASE WHEN d.done IS NULL THEN d.due ELSE -d.done END, d.duty_id`, id)
	err3 := each(t, func(row scanner) error {
		ev, err := e.scanEvent(row, id)
		f.Events = append(f.Events, ev)
		return err
	}, `SELECT n, at, actor, act, body FROM case_events WHERE case_id = $1 ORDER BY n DESC`, id)
	err4 := each(t, func(row scanner) error {
		c, err := e.scanCase(row)
		f.Parts = append(f.Parts, c)
		return err
	}, `SELECT `+caseColumns+` FROM `+caseTables+` WHERE c.into_case = $1 ORDER BY c.opened`, id)
	f.Proposed, f.Holders = proposed(f.Events), holders(f.Events)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return err
	}
	var err5, err6 error
	f.Shut, err5 = shut(t, f)
	f.Alike, err6 = e.alikeCases(t, f)
	return errors.Join(err5, err6)
}

// proposed returns who proposed "not", while nobody has read it a second time. Events come newest first.
func proposed(events []casework.CaseEvent) string {
	for _, ev := range events {
		switch ev.Act {
		case casework.CaseProposed:
			return ev.Actor
		case casework.CaseSeconded, casework.CaseRejected, casework.CaseFound, casework.CaseWithdrawn, casework.CaseErased:
			return ""
		}
	}
	return ""
}

func (e *Engine) scanEvent(row scanner, id []byte) (ev casework.CaseEvent, err error) {
	var at int64
	var body string
	if err := row.Scan(&ev.N, &at, &ev.Actor, &ev.Act, &body); err != nil {
		return ev, err
	}
	ev.At = fromMillis(at)
	ev.Text, err = revealText(e.box, place("case_events.body", id, uint64(ev.N)), body)
	return ev, err
}

// each calls do for each row of a query.
func each(t *tx, do func(row scanner) error, query string, args ...any) error {
	return through(do)(t.rows(query, args...))
}

// each calls do for each row of a query outside a transaction.
func (e *Engine) each(ctx context.Context, do func(row scanner) error, query string, args ...any) error {
	return through(do)(e.db.QueryContext(ctx, query, args...))
}

func through(do func(row scanner) error) func(*sql.Rows, error) error {
	return func(rows *sql.Rows, err error) error {
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := do(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	}
}
