package store

import (
	"context"
	"crypto/subtle"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"leeward/internal/screening"
)

// Unopened returns the ids of the batches that the office has stored but, as far as this device can
// prove, not opened, oldest first: ask for their receipts.
func (s *Store) Unopened(ctx context.Context) (ids []screening.BatchID, err error) {
	err = s.read(ctx, "read the outbox", func(ctx context.Context, tx *sql.Tx) error {
		raw, err := blobs(ctx, tx, `SELECT id FROM batch WHERE rung IN (?, ?) ORDER BY n`,
			screening.RungStored, screening.RungQuarantined)
		ids = make([]screening.BatchID, len(raw))
		for i := range raw {
			copy(ids[i][:], raw[i])
		}
		return err
	})
	return ids, err
}

// Receipted returns a batch for which a receipt has come, with its sealed bytes where they are still here: the one that is
// named, or for the zero id one at random. ErrNotFound where there is none.
func (s *Store) Receipted(ctx context.Context, id screening.BatchID) (b screening.Batch, err error) {
	err = s.read(ctx, "choose a batch", func(ctx context.Context, tx *sql.Tx) error {
		var raw []byte
		err := tx.QueryRowContext(ctx, `SELECT id, seq, file, rung FROM batch WHERE n = coalesce((SELECT n FROM batch WHERE id = ?1 AND rung >= ?2),
			(SELECT n FROM batch WHERE rung >= ?2 AND ?1 = zeroblob(32) ORDER BY random() LIMIT 1))`,
			id[:], screening.RungStored).Scan(&raw, &b.Seq, &b.File, &b.Rung)
		copy(b.ID[:], raw)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrNotFound
		}
		return err
	})
	return b, err
}

// Advance notes that every byte of a batch was handed to the courier: RungSent is the only rung that
// needs no receipt, any other is refused. It never takes a batch down the ladder.
func (s *Store) Advance(ctx context.Context, id screening.BatchID, rung screening.Rung) error {
	op := fmt.Sprintf("advance batch %s", id.Short())
	if rung != screening.RungSent {
		return fmt.Errorf("%s to %s: that takes a receipt", op, rung)
	}
	return s.write(ctx, op, func(ctx context.Context, tx *sql.Tx) error {
		now, _, err := batchRung(ctx, tx, id)
		if err != nil || now >= rung {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE batch SET rung = ? WHERE id = ?`, rung, id[:])
		return err
	})
}

// Acknowledge carries a receipt into the outbox at the given device time. The caller has verified its
// signature; here a receipt of level OPENED must also show the batch's proof (bad_receipt). Receipts
// come in any order: stored is overtaken by quarantined, and both by opened, never the other way.
func (s *Store) Acknowledge(ctx context.Context, r screening.Receipt, at time.Time) error {
	op := fmt.Sprintf("acknowledge batch %s", r.Batch.Short())
	return s.write(ctx, op, func(ctx context.Context, tx *sql.Tx) error {
		now, proof, err := batchRung(ctx, tx, r.Batch)
		if err != nil {
			return err
		}
		var next screening.Rung
		var opened int64
		switch r.Level {
		case screening.LevelStored:
			next = screening.RungStored
		case screening.LevelQuarantined:
			next = screening.RungQuarantined
		case screening.LevelOpened:
			next, opened = screening.RungOpened, millis(at)
			if subtle.ConstantTimeCompare(proof, r.Proof[:]) != 1 {
				return screening.Fail(screening.CodeBadReceipt, errors.New("the proof of opening is not the batch's"))
			}
		default:
			return screening.Fail(screening.CodeBadReceipt, fmt.Errorf("level %d", r.Level))
		}
		if now == screening.RungOpened || now == screening.RungQuarantined && next == screening.RungStored {
			return nil
		}
		_, err = tx.ExecContext(ctx, `UPDATE batch SET rung = ?, code = ?, opened = ?, outcome = ? WHERE id = ?`,
			next, string(r.Code), opened, r.Outcome, r.Batch[:])
		return err
	})
}

// Drop lets go of the sealed bytes of batches that the office proved to have opened, where kept entries of its log, the
// one of the outcome among them, lie in a backup off its machine. Until then they are the second copy. What a batch
// held and how far it came stays. It returns how many it emptied.
func (s *Store) Drop(ctx context.Context, kept uint64) (n int64, err error) {
	err = s.write(ctx, "drop sealed batches", func(ctx context.Context, tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE batch SET file = x'' WHERE rung = ? AND outcome > 0 AND outcome < ? AND length(file) > 0`,
			screening.RungOpened, kept)
		if err != nil {
			return err
		}
		n, err = done.RowsAffected()
		return err
	})
	return n, err
}

// Checkpoint returns the office's log as this device last saw it, zero before the first time.
func (s *Store) Checkpoint(ctx context.Context) (c screening.Checkpoint, err error) {
	err = s.read(ctx, "read checkpoint", func(ctx context.Context, tx *sql.Tx) error {
		c, err = checkpoint(ctx, tx)
		return err
	})
	return c, err
}

func checkpoint(ctx context.Context, tx *sql.Tx) (c screening.Checkpoint, err error) {
	var root []byte
	err = tx.QueryRowContext(ctx, `SELECT size, root, note FROM checkpoint`).Scan(&c.Size, &root, &c.Note)
	if errors.Is(err, sql.ErrNoRows) {
		return screening.Checkpoint{}, nil
	}
	copy(c.Root[:], root)
	return c, err
}

// Remember keeps a checkpoint of the office's log. The caller has checked that it continues the one before; a
// shorter one is passed over.
func (s *Store) Remember(ctx context.Context, c screening.Checkpoint) error {
	return s.write(ctx, fmt.Sprintf("remember checkpoint of %d entries", c.Size), func(ctx context.Context, tx *sql.Tx) error {
		known, err := checkpoint(ctx, tx)
		if err != nil || c.Size <= known.Size {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT OR REPLACE INTO checkpoint (one, size, root, note) VALUES (1, ?, ?, ?)`,
			c.Size, c.Root[:], append([]byte{}, c.Note...))
		return err
	})
}

// Rewind follows the statement that the office was restored and that its log goes on from c: a longer one that this device
// saw is forgotten, and what rested on the part that is gone, or may have, is offered again as far as its sealed bytes are
// here. The caller has checked who says so. A device that saw no more than c changes nothing.
func (s *Store) Rewind(ctx context.Context, c screening.Checkpoint) error {
	return s.write(ctx, fmt.Sprintf("rewind to %d entries", c.Size), func(ctx context.Context, tx *sql.Tx) error {
		known, err := checkpoint(ctx, tx)
		if err != nil || known.Size <= c.Size {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE checkpoint SET size = ?, root = ?, note = x''`, c.Size, c.Root[:]); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE batch SET rung = ?, code = '', opened = 0, outcome = 0
			WHERE length(file) > 0 AND (rung IN (?, ?) OR rung = ? AND outcome >= ?)`,
			screening.RungSealed, screening.RungStored, screening.RungQuarantined, screening.RungOpened, c.Size)
		return err
	})
}

func batchRung(ctx context.Context, tx *sql.Tx, id screening.BatchID) (now screening.Rung, proof []byte, err error) {
	err = tx.QueryRowContext(ctx, `SELECT rung, proof FROM batch WHERE id = ?`, id[:]).Scan(&now, &proof)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	return now, proof, err
}
