package engine

import (
	"context"
	"fmt"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// Rebuilt counts what a rebuild read.
type Rebuilt struct {
	Batches    int // read again
	Interviews int // readable after it
	Unread     int // batches and capsules that could not be read, and stay due
}

// withPayload are the batches that a sealed payload stands behind; a demonstration has others.
const withPayload = `SELECT p.batch_id FROM payloads AS p JOIN batches AS b ON b.batch_id = p.batch_id
	WHERE (b.level = 2 OR b.level = 1 OR (b.level = 3 AND b.code <> '` + string(screening.ERevoked) + `'))`

// BeginRebuild forgets what was read from sealed payloads and makes every batch due for opening, as if it had just
// been stored. What people added to cases stays, and so does that somebody withdrew: a payload that still held
// them would be erased from again. Receipts stay true meanwhile: the proof of each batch is kept.
func (e *Engine) BeginRebuild(ctx context.Context) error {
	return e.write(ctx, "begin rebuild", func(t *tx) error {
		for _, step := range []string{
			`DELETE FROM versions WHERE batch_id IN (` + withPayload + `) OR capsule_id IS NOT NULL`,
			`DELETE FROM incidents WHERE pos >= 0 AND batch_id IN (` + withPayload + `)`,
			`UPDATE interviews SET version = 0 WHERE status <> 'withdrawn' AND interview_id IN
				(SELECT interview_id FROM records WHERE kind = 1 AND code = '' AND redact = 0 AND batch_id IN (` + withPayload + `))`,
			`DELETE FROM records WHERE batch_id IN (` + withPayload + `)`,
			`UPDATE batches SET level = 1, code = '' WHERE batch_id IN (` + withPayload + `)`,
			`UPDATE interviews SET version = 0 WHERE status <> 'withdrawn' AND interview_id IN
				(SELECT interview_id FROM capsules WHERE level = 2 AND kind IN (1, 3) AND length(payload) > 0)`,
			`UPDATE capsules SET level = 1, code = '' WHERE length(payload) > 0 AND (level = 2 OR level = 3 AND code <> '` + string(screening.ERevoked) + `')`,
		} {
			if _, err := t.exec(step); err != nil {
				return fmt.Errorf("forget what was read: %w", err)
			}
		}
		return note(t, casework.Program, casework.ActRebuild, "begun")
	})
}

// EndRebuild counts what a rebuild gave, and writes it into the audit log.
func (e *Engine) EndRebuild(ctx context.Context) (done Rebuilt, err error) {
	err = e.write(ctx, "end rebuild", func(t *tx) error {
		if err := countInterviews(t, ""); err != nil {
			return err
		}
		if err := t.row(`SELECT (SELECT count(*) FROM payloads AS p JOIN batches AS b ON b.batch_id = p.batch_id WHERE b.level <> 1),
			(SELECT count(DISTINCT interview_id) FROM versions), (SELECT count(*) FROM batches WHERE level = 1) + (SELECT count(*) FROM capsules WHERE level = 1)`).
			Scan(&done.Batches, &done.Interviews, &done.Unread); err != nil {
			return err
		}
		return note(t, casework.Program, casework.ActRebuild, fmt.Sprintf("%d batches, %d interviews", done.Batches, done.Interviews))
	})
	return done, err
}
