package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// Revoke ends the trust in every epoch of a device. sign signs the revocation of the last epoch, beside the log as it is,
// and gives the log's entry for it. What the device told of before, by the head of its last greeting, stays its word
// when it comes later; anything else of it is kept and held. Revoking again changes nothing and gives the same
// statement. A device that is not here gives casework.ErrNotFound.
func (e *Engine) Revoke(
	ctx context.Context, id screening.DeviceID,
	sign func(epoch, size uint64, root [32]byte) (statement, entry []byte, err error),
) (done casework.Revoked, err error) {
	err = e.write(ctx, "revoke device", func(t *tx) error {
		done = casework.Revoked{Device: id}
		var open int
		if err := t.row(`SELECT coalesce(max(epoch), 0), coalesce(sum(CASE WHEN revoked IS NULL THEN 1 ELSE 0 END), 0), count(*)
			FROM devices WHERE device_id = $1`, id[:]).Scan(&done.Epoch, &open, &done.Epochs); err != nil {
			return err
		}
		switch {
		case done.Epochs == 0:
			return casework.ErrNotFound
		case open == 0:
			return t.row(`SELECT statement FROM revocations WHERE device_id = $1 AND epoch = $2`, id[:], done.Epoch).Scan(&done.Statement)
		}
		size, root, err := t.logRoot()
		if err != nil {
			return err
		}
		var entry []byte
		if done.Statement, entry, err = sign(done.Epoch, size, root); err != nil {
			return err
		}
		at, err := t.enter(entry)
		if err != nil {
			return err
		}
		if _, err := t.exec(`INSERT INTO revocations (device_id, epoch, statement, entry) VALUES ($1, $2, $3, $4)`,
			id[:], done.Epoch, done.Statement, at); err != nil {
			return fmt.Errorf("keep revocation: %w", err)
		}
		_, err = t.exec(`UPDATE devices SET revoked = $1 WHERE device_id = $2 AND revoked IS NULL`, t.now.UnixMilli(), id[:])
		return err
	})
	return done, err
}

// vouch lets go what was held of a revoked device and is before the head that it told of while it was trusted: ids of
// batches hide nothing behind them, each names the one before it. It says whether anything is to be opened now.
func vouch(t *tx, device screening.DeviceID, epoch uint64) (freed bool, err error) {
	var next []byte
	if err := t.row(`SELECT said_head FROM devices WHERE device_id = $1 AND epoch = $2`, device[:], epoch).Scan(&next); err != nil {
		return false, err
	}
	for len(next) == 32 {
		var prev []byte
		var level screening.Level
		var code screening.Code
		err := t.row(`SELECT prev, level, code FROM batches WHERE batch_id = $1 AND device_id = $2`, next, device[:]).Scan(&prev, &level, &code)
		if errors.Is(err, sql.ErrNoRows) {
			return freed, nil
		}
		if err != nil {
			return false, err
		}
		if level == screening.LevelQuarantined && code == screening.ERevoked {
			if _, err := t.exec(`UPDATE batches SET level = $1, code = '', outcome = NULL WHERE batch_id = $2`,
				screening.LevelStored, next); err != nil {
				return false, fmt.Errorf("let go of a held batch: %w", err)
			}
			freed = true
		}
		next = prev
	}
	return freed, nil
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
		return note(t, actor, casework.ActRelease, id.String())
	})
}

// Doubt notes an incident for each batch that came from a device since it may have been in other hands, so that somebody
// looks at what is in it. It returns how many; those that were noted before count too.
func (e *Engine) Doubt(ctx context.Context, actor string, id screening.DeviceID, since time.Time) (n int64, err error) {
	err = e.write(ctx, "doubt device", func(t *tx) error {
		if err := t.row(`SELECT count(*) FROM batches WHERE device_id = $1 AND received >= $2`, id[:], since.UnixMilli()).Scan(&n); err != nil {
			return err
		}
		if _, err := t.exec(`INSERT INTO incidents (kind, device_id, batch_id, pos, seen)
			SELECT $1, device_id, batch_id, -1, $2 FROM batches WHERE device_id = $3 AND received >= $4
			ON CONFLICT (kind, batch_id, pos) DO NOTHING`, casework.IncidentDoubt, t.now.UnixMilli(), id[:], since.UnixMilli()); err != nil {
			return fmt.Errorf("note incidents: %w", err)
		}
		return note(t, actor, casework.ActDoubt, id.String()+" since "+since.UTC().Format(time.RFC3339))
	})
	return n, err
}
