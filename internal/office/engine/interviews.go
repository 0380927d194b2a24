package engine

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/schema"
)

const pageMost = 200

const rowColumns = `i.interview_id, i.code, i.status, i.owner, i.received, i.lang, i.screener_lang, i.needs,
	(SELECT count(*) FROM versions AS v WHERE v.interview_id = i.interview_id)`

func (e *Engine) scanRow(row scanner, more ...any) (casework.Row, error) {
	var (
		r         casework.Row
		id, owner []byte
		received  int64
		needs     string
	)
	into := append([]any{&id, &r.Code, &r.Status, &owner, &received, &r.Language, &r.ScreenerLang, &needs, &r.Versions}, more...)
	if err := row.Scan(into...); err != nil {
		return casework.Row{}, err
	}
	copy(r.ID[:], id)
	copy(r.Device[:], owner)
	r.Received = fromMillis(received)
	needs, err := revealText(e.box, place("interviews.needs", id, 0), needs)
	if err != nil {
		return casework.Row{}, err
	}
	if err := json.Unmarshal([]byte(needs), &r.Needs); err != nil {
		return casework.Row{}, screening.Fail(screening.CodeDamaged, fmt.Errorf("needs of %s: %w", r.ID, err))
	}
	return r, nil
}

// Interviews returns one page of interviews, newest arrival first. It goes on from a key, so that the
// thousandth page costs what the first does.
func (e *Engine) Interviews(ctx context.Context, q casework.Query) (page casework.Page, err error) {
	limit := min(max(q.Limit, 1), pageMost)
	where, args := "1 = 1", []any{}
	if q.Urgent {
		where += " AND i.level > 0"
	}
	if code := casework.NormalCode(q.Code); code != "" {
		args = append(args, code, code+"~") // '~' sorts after every character of a code
		where += " AND i.code >= $1 AND i.code < $2"
	}
	err = e.read("list interviews", func() error {
		if err := e.count(ctx, &page.Total, `SELECT 1 FROM interviews AS i WHERE `+where, args...); err != nil {
			return err
		}
		where = inOrder(where, q.Code)
		if !q.After.IsZero() {
			n := len(args)
			where += fmt.Sprintf(" AND (i.received, i.interview_id) < ($%d, $%d)", n+1, n+2)
			args = append(args, q.After.Received.UnixMilli(), q.After.ID[:])
		}
		return e.each(ctx, func(row scanner) error {
			r, err := e.scanRow(row)
			if err != nil {
				return err
			}
			page.Rows = append(page.Rows, r)
			return nil
		}, fmt.Sprintf(`SELECT %s FROM interviews AS i WHERE %s
			ORDER BY i.received DESC, i.interview_id DESC LIMIT %d`, rowColumns, where, limit+1), args...)
	})
	if len(page.Rows) > limit {
		page.Rows = page.Rows[:limit]
		last := page.Rows[limit-1]
		page.Next = casework.Cursor{Received: last.Received, ID: last.ID}
	}
	return page, err
}

// View returns one interview to actor, after it has written into the audit log that actor looked. An id
// that is not here gives casework.ErrNotFound and no line.
func (e *Engine) View(ctx context.Context, actor string, id screening.InterviewID) (rec casework.Record, err error) {
	err = e.write(ctx, "view interview", func(t *tx) error {
		var withdrawn sql.NullInt64
		var version uint64
		rec.Row, err = e.scanRow(t.row(`SELECT `+rowColumns+`, i.withdrawn, i.version, i.outlived FROM interviews AS i WHERE i.interview_id = $1`,
			id[:]), &withdrawn, &version, &rec.Outlived)
		if errors.Is(err, sql.ErrNoRows) {
			return casework.ErrNotFound
		}
		if err != nil {
			return err
		}
		rec.WithdrawnAt = fromNullMillis(withdrawn)
		if err := note(t, actor, casework.ActView, id.String()); err != nil {
			return err
		}
		if rec.Status == screening.Withdrawn {
			rec.Interview = screening.Interview{ID: id, Status: screening.Withdrawn}
			return nil
		}
		if rec.Held() {
			rec.Interview = screening.Interview{ID: id, Status: rec.Status}
			return nil
		}
		return readVersion(t, &rec, version)
	})
	if err != nil {
		return casework.Record{}, err
	}
	return rec, nil
}

func readVersion(t *tx, rec *casework.Record, version uint64) error {
	var batch, body []byte
	var flags, signs string
	if err := t.row(`SELECT batch_id, content, flags, signs FROM versions WHERE interview_id = $1 AND version = $2`,
		rec.ID[:], version).Scan(&batch, &body, &flags, &signs); err != nil {
		return fmt.Errorf("read version %d: %w", version, err)
	}
	copy(rec.Batch[:], batch)
	at := func(column string) string { return place("versions."+column, rec.ID[:], version) }
	flags, err1 := revealText(t.box, at("flags"), flags)
	signs, err2 := revealText(t.box, at("signs"), signs)
	body, err3 := reveal(t.box, at("content"), body)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(flags), &rec.Flags); err != nil {
		return fmt.Errorf("read flags: %w", err)
	}
	if err := json.Unmarshal([]byte(signs), &rec.Signs); err != nil {
		return fmt.Errorf("read signs: %w", err)
	}
	var err error
	rec.Interview, err = readContent(body)
	return err
}

// Questionnaire returns the canonical bytes of a questionnaire, or casework.ErrNotFound.
func (e *Engine) Questionnaire(ctx context.Context, ref schema.Ref) (canonical []byte, err error) {
	err = e.read("questionnaire", func() error {
		err := e.db.QueryRowContext(ctx, `SELECT canonical FROM questionnaires WHERE ref = $1`, ref[:]).Scan(&canonical)
		if errors.Is(err, sql.ErrNoRows) {
			return casework.ErrNotFound
		}
		return err
	})
	return canonical, err
}

// PutQuestionnaire keeps a questionnaire by its Ref. The caller has checked that the bytes are canonical.
func (e *Engine) PutQuestionnaire(ctx context.Context, ref schema.Ref, canonical []byte) error {
	return e.write(ctx, "put questionnaire", func(t *tx) error {
		_, err := t.exec(`INSERT INTO questionnaires (ref, canonical, added) VALUES ($1, $2, $3) ON CONFLICT (ref) DO NOTHING`,
			ref[:], canonical, t.now.UnixMilli())
		return err
	})
}
