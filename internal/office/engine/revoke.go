package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/office/ledger"
	"leeward/internal/screening"
)

// Revoke ends the trust in every epoch of a device, as of now or of a time that was chosen. What the device had told of
// before stays its word, whenever it comes; anything else that the office received since is held until a supervisor lets
// it go, and is not read meanwhile. Revoking again gives the same statement, unless an earlier time is chosen. A device
// that is not here gives casework.ErrNotFound, a time that is to come casework.RefuseFuture.
func (e *Engine) Revoke(ctx context.Context, r casework.Revocation) (done casework.Revoked, err error) {
	err = e.writeWithin(ctx, revokeTimeout, "revoke device", func(t *tx) error {
		done = casework.Revoked{Device: r.Device}
		if r.From.After(t.now) {
			return casework.RefuseFuture
		}
		if err := t.row(`SELECT coalesce(max(epoch), 0), count(*) FROM devices WHERE device_id = $1`, r.Device[:]).
			Scan(&done.Epoch, &done.Epochs); err != nil {
			return err
		}
		if done.Epochs == 0 {
			return casework.ErrNotFound
		}
		at, err := t.logSize()
		if err == nil && !r.From.IsZero() {
			at, err = placeOf(t, r.From, at)
		}
		if err != nil {
			return err
		}
		var before uint64
		var since sql.NullInt64
		err = t.row(`SELECT log, since, statement FROM revocations WHERE device_id = $1 ORDER BY entry DESC LIMIT 1`, r.Device[:]).
			Scan(&before, &since, &done.Statement)
		switch {
		case errors.Is(err, sql.ErrNoRows):
		case err != nil:
			return err
		case r.From.IsZero() || since.Valid && since.Int64 <= r.From.UnixMilli():
			return nil
		default:
			at = min(at, before)
		}
		if done.Statement, err = revokeAt(t, r, done.Epoch, at); err != nil {
			return err
		}
		if !r.From.IsZero() {
			done.Held, err = holdSince(t, r)
		}
		return err
	})
	return done, err
}

// revokeTimeout bounds how long it takes to hold what a device sent over months.
const revokeTimeout = 5 * time.Minute

// placeOf is the last place in the log before anything that the office received at a time or later; size, where it
// received nothing since.
func placeOf(t *tx, from time.Time, size uint64) (at uint64, err error) {
	err = t.row(`SELECT coalesce(min(entry), $1) FROM (SELECT entry FROM batches WHERE received >= $2
		UNION ALL SELECT entry FROM capsules WHERE received >= $2) AS later`, size, from.UnixMilli()).Scan(&at)
	if err != nil {
		return 0, fmt.Errorf("find place in the log: %w", err)
	}
	return at, nil
}

// revokeAt keeps the signed statement that a device is revoked from a place in the log on.
func revokeAt(t *tx, r casework.Revocation, epoch, at uint64) (statement []byte, err error) {
	root, err := ledger.Root(at, t.node)
	if err != nil {
		return nil, err
	}
	statement, entry, err := r.Sign(epoch, at, root)
	if err != nil {
		return nil, err
	}
	place, err := t.enter(entry)
	if err != nil {
		return nil, err
	}
	var since any
	if !r.From.IsZero() {
		since = r.From.UnixMilli()
	}
	if _, err := t.exec(`INSERT INTO revocations (device_id, epoch, log, since, statement, entry) VALUES ($1, $2, $3, $4, $5, $6)`,
		r.Device[:], epoch, at, since, statement, place); err != nil {
		return nil, fmt.Errorf("keep revocation: %w", err)
	}
	_, err = t.exec(`UPDATE devices SET revoked = $1 WHERE device_id = $2 AND revoked IS NULL`, t.now.UnixMilli(), r.Device[:])
	return statement, err
}

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
		n, err := t.exec(`UPDATE batches SET level = $1, code = '', outcome = NULL WHERE batch_id = $2 AND level = $3 AND code = $4`,
			screening.LevelStored, id[:], screening.LevelQuarantined, screening.ERevoked)
		if err == nil && n == 0 {
			n, err = t.exec(`UPDATE capsules SET level = $1, code = '' WHERE capsule_id = $2 AND level = $3 AND code = $4`,
				screening.LevelStored, id[:], screening.LevelQuarantined, screening.ERevoked)
		}
		if err == nil && n == 0 {
			err = casework.ErrNotFound
		}
		if err != nil {
			return err
		}
		if _, err := t.exec(`DELETE FROM incidents WHERE kind = $1 AND batch_id = $2 AND pos = -1`, screening.ERevoked, id[:]); err != nil {
			return fmt.Errorf("end incident: %w", err)
		}
		return note(t, actor, casework.ActRelease, id.String())
	})
}

// Held counts what waits of a revoked device because nothing vouches for it; nothing of a device that is not here.
func (e *Engine) Held(ctx context.Context, device screening.DeviceID) (h casework.Held, err error) {
	err = e.read("count what is held", func() error {
		var first, last sql.NullInt64
		err := e.db.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(copy), 0), min(received), max(received) FROM (
				SELECT received, 0 AS copy FROM batches WHERE batch_id IN (`+heldBatches+`)
				UNION ALL SELECT received, 1 AS copy FROM capsules WHERE capsule_id IN (`+heldCapsules+`)) AS waiting`, device[:]).
			Scan(&h.Batches, &h.Copies, &first, &last)
		h.Batches -= h.Copies
		h.First, h.Last = fromNullMillis(first), fromNullMillis(last)
		return err
	})
	return h, err
}

// ReleaseDevice lets everything be opened that is held of a revoked device, and says how many batches and capsules that
// are. The device stays revoked: what comes of it later is held again.
func (e *Engine) ReleaseDevice(ctx context.Context, actor string, device screening.DeviceID) (released int, err error) {
	err = e.writeWithin(ctx, revokeTimeout, "release device", func(t *tx) error {
		released = 0
		if _, err := t.exec(`DELETE FROM incidents WHERE kind = 'E_REVOKED' AND pos = -1
			AND (batch_id IN (`+heldBatches+`) OR batch_id IN (`+heldCapsules+`))`, device[:]); err != nil {
			return fmt.Errorf("end incidents: %w", err)
		}
		for _, let := range []string{
			`UPDATE batches SET level = 1, code = '', outcome = NULL WHERE batch_id IN (` + heldBatches + `)`,
			`UPDATE capsules SET level = 1, code = '' WHERE capsule_id IN (` + heldCapsules + `)`,
		} {
			n, err := t.exec(let, device[:])
			if err != nil {
				return fmt.Errorf("let go: %w", err)
			}
			released += int(n)
		}
		if released == 0 {
			return nil
		}
		return note(t, actor, casework.ActRelease, fmt.Sprintf("%d of device %s", released, device))
	})
	return released, err
}
