package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// toldAtOnce is how many rows one look takes: a scrub waits for looks, and everybody for a scrub.
const toldAtOnce = 500

// Withdrawals counts interviews that were withdrawn: AddExport refuses where there are more than before it was read.
func (e *Engine) Withdrawals(ctx context.Context) (n int64, err error) {
	err = e.read("count withdrawals", func() error {
		return e.db.QueryRowContext(ctx, countWithdrawn).Scan(&n)
	})
	return n, err
}

const countWithdrawn = `SELECT count(*) FROM interviews WHERE status = 'withdrawn'`

const toldColumns = `SELECT c.case_id, c.code, c.opened, c.finding, i.interview_id, i.version, v.content
	FROM cases AS c JOIN case_links AS l ON l.case_id = c.case_id JOIN interviews AS i ON i.interview_id = l.interview_id
	JOIN versions AS v ON v.interview_id = i.interview_id AND v.version = i.version
	WHERE c.into_case IS NULL AND i.status <> 'withdrawn'`

// Told shows people one after the other, in the order in which the office first knew of them, until show fails. Nobody
// who withdrew is among them.
func (e *Engine) Told(ctx context.Context, q casework.ToldQuery, show func(casework.Told) error) error {
	where, args := ` AND c.opened >= $1 AND c.opened < $2`, []any{q.From.UnixMilli(), q.To.UnixMilli()}
	if q.Code != "" {
		where, args = ` AND c.code = $1`, []any{q.Code}
	}
	const newestFirst = ` ORDER BY c.opened, c.case_id, i.received DESC, i.interview_id DESC LIMIT `
	for {
		var page []casework.Told
		rows := 0
		err := e.read("read people for an export", func() (err error) {
			page, rows, err = e.toldPage(ctx, toldColumns+where+newestFirst+fmt.Sprint(toldAtOnce), args)
			return err
		})
		if err != nil {
			return err
		}
		for _, t := range page {
			if err := show(t); err != nil {
				return err
			}
		}
		if rows < toldAtOnce || q.Code != "" {
			return nil
		}
		last := page[len(page)-1]
		where = ` AND (c.opened, c.case_id) > ($1, $2) AND c.opened < $3`
		args = []any{last.Opened.UnixMilli(), last.Case[:], q.To.UnixMilli()}
	}
}

// Referred lists the cases for which somebody asked a service for help.
func (e *Engine) Referred(ctx context.Context) (cases map[casework.CaseID]bool, err error) {
	cases = map[casework.CaseID]bool{}
	err = e.read("list referred cases", func() error {
		return e.each(ctx, func(row scanner) error {
			var id []byte
			if err := row.Scan(&id); err != nil {
				return err
			}
			cases[casework.CaseID(id)] = true
			return nil
		}, `SELECT DISTINCT case_id FROM duties WHERE kind = 'referral'`)
	})
	return cases, err
}

// toldPage reads rows, of which the first of each case counts.
func (e *Engine) toldPage(ctx context.Context, query string, args []any) (page []casework.Told, n int, err error) {
	rows, err := e.db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for ; rows.Next(); n++ {
		var (
			id, interview, body []byte
			opened              int64
			version             uint64
			t                   casework.Told
		)
		if err := rows.Scan(&id, &t.Code, &opened, &t.Finding, &interview, &version, &body); err != nil {
			return nil, 0, err
		}
		copy(t.Case[:], id)
		if len(page) > 0 && page[len(page)-1].Case == t.Case {
			continue
		}
		if body, err = reveal(e.box, place("versions.content", interview, version), body); err != nil {
			return nil, 0, err
		}
		if t.Interview, err = readContent(body); err != nil {
			return nil, 0, err
		}
		t.Opened = fromMillis(opened)
		page = append(page, t)
	}
	return page, n, rows.Err()
}

// exportBody is what is hidden of an export.
type exportBody struct {
	Purpose string          `json:"purpose"`
	To      string          `json:"to"`
	Key     string          `json:"key,omitempty"`
	Case    casework.CaseID `json:"case,omitzero"`
}

// AddExport enters an export into the register before the file leaves: with its line in the audit log, whose head it
// enters into the log of the office as entry writes it, and with a line in the case of a single person. Where somebody
// withdrew since there were so many withdrawals, nothing is entered: casework.ErrChanged.
func (e *Engine) AddExport(ctx context.Context, x casework.Exported, withdrawn int64, entry func(head [32]byte) []byte) (casework.Exported, error) {
	body, err := json.Marshal(exportBody{x.Purpose, x.To, x.Key, x.Case})
	if err != nil {
		return x, fmt.Errorf("write export: %w", err)
	}
	err = e.write(ctx, "register export", func(t *tx) error {
		var now int64
		if err := t.row(countWithdrawn).Scan(&now); err != nil {
			return err
		}
		if now != withdrawn {
			return casework.ErrChanged
		}
		x.At = fromMillis(t.now.UnixMilli())
		if err := note(t, x.Actor, casework.ActExport, x.String()); err != nil {
			return err
		}
		if x.Case != (casework.CaseID{}) {
			if err := note(t, x.Actor, casework.ActExport, x.Case.String()); err != nil {
				return err
			}
			if err := event(t, x.Case[:], x.Actor, casework.CaseExported, x.To+": "+x.Purpose); err != nil {
				return err
			}
		}
		if x.Entry, err = enterAudit(t, entry); err != nil {
			return err
		}
		at := place("exports.body", x.Sum[:], 0)
		return t.row(`INSERT INTO exports (at, actor, shape, scope, people, sealed, sum, entry, body)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING n`, x.At.UnixMilli(), x.Actor, x.Shape, x.Scope, x.People,
			number(x.Sealed), x.Sum[:], x.Entry, hideText(t.box, at, string(body))).Scan(&x.N)
	})
	return x, err
}

// enterAudit puts the head of the audit log into the log of the office: from then on no line before it can be changed
// without somebody noticing who holds a checkpoint.
func enterAudit(t *tx, entry func(head [32]byte) []byte) (uint64, error) {
	var head []byte
	if err := t.row(`SELECT hash FROM audit ORDER BY n DESC LIMIT 1`).Scan(&head); err != nil {
		return 0, fmt.Errorf("read head of the audit log: %w", err)
	}
	return t.enter(entry([32]byte(head)))
}

// EnterAudit puts the head of the audit log into the log of the office, unless it stands there since less than a time.
// It says whether it did.
func (e *Engine) EnterAudit(ctx context.Context, every time.Duration, entry func(head [32]byte) []byte) (entered bool, err error) {
	err = e.write(ctx, "enter audit log", func(t *tx) error {
		var last, lines int64
		if err := t.row(`SELECT at, lines FROM audit_entered`).Scan(&last, &lines); err != nil {
			return err
		}
		var n int64
		if err := t.row(`SELECT coalesce(max(n), 0) FROM audit`).Scan(&n); err != nil {
			return err
		}
		if n == lines || t.now.Sub(fromMillis(last)).Abs() < every { // a clock that went back starts anew
			return nil
		}
		if _, err := enterAudit(t, entry); err != nil {
			return err
		}
		entered = true
		_, err := t.exec(`UPDATE audit_entered SET at = $1, lines = $2`, t.now.UnixMilli(), n)
		return err
	})
	return entered, err
}

// Exports returns the register of exports, oldest first.
func (e *Engine) Exports(ctx context.Context) (all []casework.Exported, err error) {
	err = e.read("register of exports", func() error {
		return e.each(ctx, func(row scanner) error {
			x, err := e.scanExport(row)
			if err != nil {
				return err
			}
			all = append(all, x)
			return nil
		}, `SELECT n, at, actor, shape, scope, people, sealed, sum, entry, body FROM exports ORDER BY n`)
	})
	return all, err
}

func (e *Engine) scanExport(row scanner) (x casework.Exported, err error) {
	var at int64
	var sum []byte
	var body string
	if err := row.Scan(&x.N, &at, &x.Actor, &x.Shape, &x.Scope, &x.People, &x.Sealed, &sum, &x.Entry, &body); err != nil {
		return x, err
	}
	if body, err = revealText(e.box, place("exports.body", sum, 0), body); err != nil {
		return x, err
	}
	var b exportBody
	if err := json.Unmarshal([]byte(body), &b); err != nil {
		return x, screening.Fail(screening.CodeDamaged, fmt.Errorf("export %d cannot be read", x.N))
	}
	copy(x.Sum[:], sum)
	x.At, x.Purpose, x.To, x.Key, x.Case = fromMillis(at), b.Purpose, b.To, b.Key, b.Case
	return x, nil
}
