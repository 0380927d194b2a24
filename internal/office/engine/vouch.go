package engine

import (
	"context"
	"fmt"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// vouched lists the batches that stay the word of a revoked device ($1): those that were here before the place in the log
// from which it is revoked, the heads that it told of before that place and that time, and everything from which ids lead
// there. Ids of batches hide nothing behind them, each names the one before it.
const vouched = `WITH RECURSIVE
	revoked AS (SELECT log, since FROM revocations WHERE device_id = $1 ORDER BY entry DESC LIMIT 1),
	good (id) AS (
		SELECT h.head FROM heads AS h, revoked AS r WHERE h.device_id = $1 AND h.log <= r.log AND (r.since IS NULL OR h.told < r.since)
		UNION SELECT b.batch_id FROM batches AS b, revoked AS r WHERE b.device_id = $1 AND b.entry < r.log
		UNION SELECT b.prev FROM good JOIN batches AS b ON b.batch_id = good.id WHERE b.device_id = $1)
	SELECT id FROM good`

// vouch lets go what was held of a revoked device and is its word after all, now that what lies between is here. It says
// whether anything is to be opened now.
func vouch(t *tx, device screening.DeviceID) (freed bool, err error) {
	const those = `device_id = $1 AND level = 3 AND code = 'E_REVOKED' AND batch_id IN (` + vouched + `)`
	if _, err := t.exec(`DELETE FROM incidents WHERE kind = 'E_REVOKED' AND pos = -1 AND batch_id IN (SELECT batch_id FROM batches WHERE `+those+`)`,
		device[:]); err != nil {
		return false, fmt.Errorf("end incidents: %w", err)
	}
	n, err := t.exec(`UPDATE batches SET level = 1, code = '', outcome = NULL WHERE `+those, device[:])
	if err != nil {
		return false, fmt.Errorf("let go of held batches: %w", err)
	}
	return n > 0, nil
}

// Release lets a held batch, or capsule, of a revoked device be opened: a supervisor vouches for it, and the audit log says who.
func (e *Engine) Release(ctx context.Context, actor string, id screening.BatchID) error {
	return e.write(ctx, "release batch "+id.Short(), func(t *tx) error {
		n, err := t.exec(`UPDATE batches SET level = 1, code = '', outcome = NULL WHERE batch_id = $1 AND level = 3 AND code = 'E_REVOKED'`, id[:])
		if err == nil && n == 0 {
			n, err = t.exec(`UPDATE capsules SET level = 1, code = '' WHERE capsule_id = $1 AND level = 3 AND code = 'E_REVOKED'`, id[:])
		}
		if err == nil && n == 0 {
			err = casework.ErrNotFound
		}
		if err != nil {
			return err
		}
		if _, err := t.exec(`DELETE FROM incidents WHERE kind = 'E_REVOKED' AND batch_id = $1 AND pos = -1`, id[:]); err != nil {
			return fmt.Errorf("end incident: %w", err)
		}
		return note(t, actor, casework.ActRelease, id.String())
	})
}

// ReleaseDevice lets be opened what was held of a device when somebody looked at it (Held), and nothing that came since. What is
// not the same any more gives casework.ErrChanged: then nobody has seen what they vouch for. The device stays revoked.
func (e *Engine) ReleaseDevice(ctx context.Context, actor string, device screening.DeviceID, seen casework.Held) error {
	return e.writeWithin(ctx, revokeTimeout, "release device", func(t *tx) error {
		const batches, copies = heldBatches + ` AND entry <= $2`, heldCapsules + ` AND entry <= $2`
		if _, err := t.exec(`DELETE FROM incidents WHERE kind = 'E_REVOKED' AND pos = -1
			AND (batch_id IN (`+batches+`) OR batch_id IN (`+copies+`))`, device[:], seen.Mark); err != nil {
			return fmt.Errorf("end incidents: %w", err)
		}
		released := 0
		for _, let := range []string{
			`UPDATE batches SET level = 1, code = '', outcome = NULL WHERE batch_id IN (` + batches + `)`,
			`UPDATE capsules SET level = 1, code = '' WHERE capsule_id IN (` + copies + `)`,
		} {
			n, err := t.exec(let, device[:], seen.Mark)
			if err != nil {
				return fmt.Errorf("let go: %w", err)
			}
			released += int(n)
		}
		if released == 0 || released != seen.Batches+seen.Copies {
			return casework.ErrChanged
		}
		return note(t, actor, casework.ActRelease, fmt.Sprintf("%d of device %s", released, device))
	})
}

// heldPieces is what is held of a device ($1), because it was revoked.
const heldPieces = `SELECT b.batch_id AS id, 0 AS copy, b.seq, b.made, b.received, b.entry, length(p.body) AS bytes
		FROM batches AS b JOIN payloads AS p ON p.batch_id = b.batch_id WHERE b.device_id = $1 AND b.level = 3 AND b.code = 'E_REVOKED'
	UNION ALL SELECT capsule_id, 1, 0, made, received, entry, length(payload)
		FROM capsules WHERE device_id = $1 AND level = 3 AND code = 'E_REVOKED'`

// Held counts what is held of a device until a supervisor vouches for it, and lists what came last, at most limit. Nothing
// of it was read.
func (e *Engine) Held(ctx context.Context, device screening.DeviceID, limit int) (h casework.Held, err error) {
	err = e.read("list what is held", func() error {
		var first, last int64
		if err := e.db.QueryRowContext(ctx, `SELECT count(*) - coalesce(sum(copy), 0), coalesce(sum(copy), 0), coalesce(sum(bytes), 0),
				coalesce(min(received), 0), coalesce(max(received), 0), coalesce(max(entry), 0) FROM (`+heldPieces+`) AS h`, device[:]).
			Scan(&h.Batches, &h.Copies, &h.Bytes, &first, &last, &h.Mark); err != nil {
			return err
		}
		h.First, h.Last = fromMillis(first), fromMillis(last)
		return e.each(ctx, func(row scanner) error {
			var p casework.HeldPiece
			var id []byte
			var made, received int64
			if err := row.Scan(&id, &p.Copy, &p.Seq, &made, &received, &p.Bytes); err != nil {
				return err
			}
			copy(p.ID[:], id)
			p.Made, p.Received = fromMillis(made), fromMillis(received)
			h.Newest = append(h.Newest, p)
			return nil
		}, `SELECT id, copy, seq, made, received, bytes FROM (`+heldPieces+`) AS h WHERE entry <= $2 ORDER BY entry DESC LIMIT $3`, device[:], h.Mark, limit)
	})
	return h, err
}
