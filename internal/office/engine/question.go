package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// AskField puts a question on its way to the device that handed an interview in, with its entry in the case and in the
// audit log. Errors: casework.ErrNotFound for an interview that is not here or was withdrawn, E_REVOKED where the device
// is trusted no more.
func (e *Engine) AskField(ctx context.Context, q casework.FieldQuestion) error {
	return e.write(ctx, "ask the field", func(t *tx) error {
		var owner []byte
		var code string
		err := t.row(`SELECT owner, code FROM interviews WHERE interview_id = $1 AND status <> 'withdrawn'`, q.Interview[:]).Scan(&owner, &code)
		if errors.Is(err, sql.ErrNoRows) {
			return casework.ErrNotFound
		}
		if err != nil {
			return err
		}
		to := casework.Enrolled{Current: true}
		copy(to.ID[:], owner)
		err = t.row(`SELECT epoch, seal_to FROM devices WHERE device_id = $1 AND revoked IS NULL ORDER BY epoch DESC LIMIT 1`, owner).
			Scan(&to.Epoch, &to.SealTo)
		if errors.Is(err, sql.ErrNoRows) {
			return screening.Fail(screening.ERevoked, errors.New("the device of this interview is trusted no more"))
		}
		if err != nil {
			return err
		}
		file, err := q.Seal(to, q, screening.RespondentCode(code), t.now)
		if err != nil {
			return err
		}
		if _, err := t.exec(`INSERT INTO field_questions (question_id, device_id, epoch, interview_id, made, file) VALUES ($1, $2, $3, $4, $5, $6)`,
			q.ID[:], owner, to.Epoch, q.Interview[:], t.now.UnixMilli(), file); err != nil {
			return fmt.Errorf("keep question: %w", err)
		}
		var at []byte
		err = t.row(`SELECT case_id FROM case_links WHERE interview_id = $1`, q.Interview[:]).Scan(&at)
		if err == nil {
			err = event(t, at, q.Actor, casework.CaseAsked, q.Text)
		} else if errors.Is(err, sql.ErrNoRows) {
			err = nil // nobody opened a case on it
		}
		return errors.Join(err, note(t, q.Actor, casework.ActAskField, q.Interview.String()))
	})
}

// Asked lists the questions about an interview, oldest first.
func (e *Engine) Asked(ctx context.Context, id screening.InterviewID) (list []casework.Asked, err error) {
	err = e.read("list questions", func() error {
		return e.each(ctx, func(row scanner) error {
			var a casework.Asked
			var qid []byte
			var made int64
			var told sql.NullInt64
			if err := row.Scan(&qid, &made, &told); err != nil {
				return err
			}
			copy(a.ID[:], qid)
			a.At, a.Told = fromMillis(made), fromNullMillis(told)
			list = append(list, a)
			return nil
		}, `SELECT question_id, made, reported FROM field_questions WHERE interview_id = $1 ORDER BY made`, id[:])
	})
	return list, err
}

// told notes that a device has a question. It says whether it was one of that device.
func told(t *tx, o casework.Order) (bool, error) {
	n, err := t.exec(`UPDATE field_questions SET reported = coalesce(reported, $1) WHERE question_id = $2 AND device_id = $3 AND epoch = $4`,
		t.now.UnixMilli(), o.ID[:], o.Device[:], o.Epoch)
	return n > 0, err
}
