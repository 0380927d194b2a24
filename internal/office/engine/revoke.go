package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/office/ledger"
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
