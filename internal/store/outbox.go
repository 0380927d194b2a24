package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"leeward/internal/screening"
)

// Waiting returns what is to be sealed next, at most so many records: withdrawals first, then finished
// interviews in the order in which they were begun. What it returns may be handed to Enqueue.
func (s *Store) Waiting(
	ctx context.Context, most int,
) (finals []screening.Interview, taken []screening.Withdrawal, err error) {
	err = s.read(ctx, "collect what waits", func(ctx context.Context, tx *sql.Tx) error {
		if taken, err = waitingWithdrawals(ctx, tx, most); err != nil {
			return err
		}
		ids, err := waitingFinals(ctx, tx, most-len(taken))
		if err != nil {
			return err
		}
		finals = make([]screening.Interview, 0, len(ids))
		for _, id := range ids {
			iv, err := loadInterview(ctx, tx, id)
			if err != nil {
				return err
			}
			finals = append(finals, iv)
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, iv := range finals {
		s.offered[iv.ID] = iv.Version
	}
	for _, w := range taken {
		s.offered[w.Interview] = w.Version
	}
	return finals, taken, nil
}

// Head returns the sequence number and the id of the last batch of the chain; zero before the first.
func (s *Store) Head(ctx context.Context) (seq uint64, prev screening.BatchID, err error) {
	err = s.read(ctx, "read the head of the chain", func(ctx context.Context, tx *sql.Tx) error {
		var b []byte
		err := tx.QueryRowContext(ctx, `SELECT seq, prev FROM head`).Scan(&seq, &b)
		copy(prev[:], b)
		return err
	})
	return seq, prev, err
}

// Enqueue keeps a sealed batch: its bytes, its place in the chain and what it holds, in one durable
// transaction. Only then may a byte of it leave the device; a retry sends the same bytes.
//
// Errors: ErrSeq if b.Seq is not the next of the chain; ErrChanged if something in it was withdrawn,
// struck or sealed since Waiting offered it, or was never offered: seal anew. The same batch again is a
// success.
func (s *Store) Enqueue(ctx context.Context, b screening.Batch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.write(ctx, fmt.Sprintf("enqueue batch %s", b.ID.Short()), func(ctx context.Context, tx *sql.Tx) error {
		if there, err := sameBatch(ctx, tx, b); there || err != nil {
			return err
		}
		if err := advanceHead(ctx, tx, b); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO batch (id, epoch, seq, file, proof, rung, made, file_name)
			SELECT ?, epoch, ?, ?, ?, ?, ?, ? FROM head`,
			b.ID[:], b.Seq, b.File, b.Proof[:], screening.RungSealed, millis(b.Made), newFileName())
		if err != nil {
			return err
		}
		for _, id := range b.Holds {
			if err := s.hold(ctx, tx, b.ID, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range b.Holds {
		delete(s.offered, id)
	}
	return nil
}

// hold notes that the version of id that was offered lies in the batch, if it is still the one that
// stands here.
func (s *Store) hold(ctx context.Context, tx *sql.Tx, batch screening.BatchID, id screening.InterviewID) error {
	row, err := find(ctx, tx, id)
	if errors.Is(err, ErrNotFound) || err == nil && (row.purged && row.status == screening.Final ||
		row.status == screening.Draft || s.offered[id] != row.version) {
		return fmt.Errorf("record %s: %w", id, ErrChanged)
	}
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO hold (batch, interview, version) VALUES (?, ?, ?)`,
		batch[:], id[:], row.version)
	return err
}

// Unsent returns the batches of this epoch for which no receipt has come, oldest first, with their bytes.
func (s *Store) Unsent(ctx context.Context) (list []screening.Batch, err error) {
	err = s.read(ctx, "read the outbox", func(ctx context.Context, tx *sql.Tx) error {
		list, err = unsent(ctx, tx)
		return err
	})
	return list, err
}

func waitingWithdrawals(ctx context.Context, tx *sql.Tx, most int) (list []screening.Withdrawal, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT w.interview, w.version, w.at FROM withdrawal w
		WHERE NOT EXISTS (SELECT 1 FROM hold h WHERE h.interview = w.interview AND h.version = w.version
			AND NOT EXISTS (SELECT 1 FROM left_behind l WHERE l.id = h.batch))
		ORDER BY w.rowid LIMIT ?`, most)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var w screening.Withdrawal
		var id []byte
		var at int64
		if err := rows.Scan(&id, &w.Version, &at); err != nil {
			return nil, err
		}
		copy(w.Interview[:], id)
		w.At = fromMillis(at)
		list = append(list, w)
	}
	return list, rows.Err()
}

func waitingFinals(ctx context.Context, tx *sql.Tx, most int) ([]screening.InterviewID, error) {
	raw, err := blobs(ctx, tx, `SELECT i.id FROM interview i JOIN ladder l ON l.id = i.id
		WHERE i.status = 'final' AND NOT i.purged AND l.rung = 1 ORDER BY i.n LIMIT ?`, most)
	ids := make([]screening.InterviewID, len(raw))
	for i := range raw {
		copy(ids[i][:], raw[i])
	}
	return ids, err
}

func sameBatch(ctx context.Context, tx *sql.Tx, b screening.Batch) (bool, error) {
	var file []byte
	err := tx.QueryRowContext(ctx, `SELECT file FROM batch WHERE id = ?`, b.ID[:]).Scan(&file)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err == nil && !bytes.Equal(file, b.File) {
		err = ErrSeq
	}
	return err == nil, err
}

func advanceHead(ctx context.Context, tx *sql.Tx, b screening.Batch) error {
	moved, err := tx.ExecContext(ctx, `UPDATE head SET seq = ?, prev = ? WHERE seq = ? - 1`, b.Seq, b.ID[:], b.Seq)
	if err != nil {
		return err
	}
	if n, err := moved.RowsAffected(); err != nil || n != 1 {
		return errors.Join(ErrSeq, err)
	}
	return nil
}

func unsent(ctx context.Context, tx *sql.Tx) (list []screening.Batch, err error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, seq, file, proof, rung, made FROM batch
		WHERE rung < ? AND id NOT IN (SELECT id FROM left_behind) ORDER BY n`, screening.RungStored)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var b screening.Batch
		var id, proof []byte
		var made int64
		if err := rows.Scan(&id, &b.Seq, &b.File, &proof, &b.Rung, &made); err != nil {
			return nil, err
		}
		copy(b.ID[:], id)
		copy(b.Proof[:], proof)
		b.Made = fromMillis(made)
		list = append(list, b)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	for i := range list {
		raw, err := blobs(ctx, tx, `SELECT interview FROM hold WHERE batch = ?`, list[i].ID[:])
		if err != nil {
			return nil, err
		}
		list[i].Holds = make([]screening.InterviewID, len(raw))
		for j := range raw {
			copy(list[i].Holds[j][:], raw[j])
		}
	}
	return list, nil
}

// blobs returns the one BLOB column of a query.
func blobs(ctx context.Context, tx *sql.Tx, query string, args ...any) (list [][]byte, err error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	return list, rows.Err()
}

// newFileName makes a name for the published copy of a batch that says nothing: eight random digits.
func newFileName() string {
	var b [4]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:]) + ".lwb"
}
