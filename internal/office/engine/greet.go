package engine

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// Greet notes where a device stands and answers for the batches it asks about (intake.Ledger).
func (e *Engine) Greet(ctx context.Context, h casework.Hello) (answer casework.Account, err error) {
	err = e.write(ctx, "greet device", func(t *tx) error {
		answer = casework.Account{}
		if err := errors.Join(compareStand(t, h), compareStore(t, h)); err != nil {
			return err
		}
		if _, err := t.exec(`UPDATE devices SET seen = $1, said_seq = $2, said_head = $3, said_log = $4, said_news = $5
			WHERE device_id = $6 AND epoch = $7`, t.now.UnixMilli(), h.Seq, h.Head[:], h.LogSize, h.News, h.Device[:], h.Epoch); err != nil {
			return err
		}
		if err := keepHead(t, h); err != nil {
			return err
		}
		for _, id := range h.Pending {
			var owner []byte
			err := t.row(`SELECT device_id FROM batches WHERE batch_id = $1`, id[:]).Scan(&owner)
			if errors.Is(err, sql.ErrNoRows) || (err == nil && screening.DeviceID(owner) != h.Device) {
				continue // not here, or not its own: the answer does not tell which
			}
			if err != nil {
				return err
			}
			receipt, err := receiptOf(t, id)
			if err != nil {
				return err
			}
			answer.Receipts = append(answer.Receipts, receipt)
		}
		return account(t, h, &answer)
	})
	return answer, err
}

// keepHead notes the newest batch that a device told of: should it be revoked from later on, that one stays its word.
func keepHead(t *tx, h casework.Hello) error {
	if h.Head == (screening.BatchID{}) {
		return nil
	}
	size, err := t.logSize()
	if err != nil {
		return err
	}
	if _, err := t.exec(`INSERT INTO heads (device_id, epoch, head, told, log) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (device_id, epoch, head) DO NOTHING`, h.Device[:], h.Epoch, h.Head[:], t.now.UnixMilli(), size); err != nil {
		return fmt.Errorf("note head: %w", err)
	}
	return nil
}

// compareStand notes a device that stands before a batch that is here: it was put back to an earlier day, and what was
// saved since is lost to it.
func compareStand(t *tx, h casework.Hello) error {
	if !h.Direct {
		return nil
	}
	var id, header, sig []byte
	err := t.row(`SELECT batch_id, header, sig FROM batches WHERE device_id = $1 AND epoch = $2 AND seq > $3
		ORDER BY seq DESC LIMIT 1`, h.Device[:], h.Epoch, h.Seq).Scan(&id, &header, &sig)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("compare stand: %w", err)
	}
	return noteIncident(t, incident{kind: screening.EBehind, device: h.Device, batch: screening.BatchID(id), pos: -1, header: header, sig: sig})
}

// compareStore notes a device whose store is older than what it told before, or another one that was opened as often:
// one of the two was put back to an earlier day, or copied. What came by stick may be older news, unless more batches
// were packed by then. Each is noted once: from there on the device is taken to have the store that it told of last.
func compareStore(t *tx, h casework.Hello) error {
	if h.Store.N == 0 {
		return nil
	}
	var n, seq uint64
	var open []byte
	err := t.row(`SELECT said_store, said_open, said_at FROM devices WHERE device_id = $1 AND epoch = $2`,
		h.Device[:], h.Epoch).Scan(&n, &open, &seq)
	switch {
	case errors.Is(err, sql.ErrNoRows), err == nil && h.Store.N == n && bytes.Equal(h.Store.Open[:], open):
		return nil
	case err != nil:
		return fmt.Errorf("compare store: %w", err)
	case h.Store.N > n:
	case h.Store.N < n && !h.Direct && h.Seq <= seq:
		return nil
	default:
		at := h.Head
		if h.Seq == 0 { // it has no batch
			at = ofDevice(h.Device)
		}
		if err := noteIncident(t, incident{kind: screening.EBehind, device: h.Device, batch: at, pos: -1}); err != nil {
			return err
		}
	}
	if _, err := t.exec(`UPDATE devices SET said_store = $1, said_open = $2, said_at = $3 WHERE device_id = $4 AND epoch = $5`,
		h.Store.N, h.Store.Open[:], h.Seq, h.Device[:], h.Epoch); err != nil {
		return fmt.Errorf("note store: %w", err)
	}
	return nil
}

// account adds to an answer what does not hang on the question.
func account(t *tx, h casework.Hello, answer *casework.Account) (err error) {
	if err = t.row(`SELECT linked + 1, said_log FROM devices WHERE device_id = $1 AND epoch = $2`, h.Device[:], h.Epoch).
		Scan(&answer.Next, &answer.LogSize); errors.Is(err, sql.ErrNoRows) {
		return screening.Fail(screening.ESig, errors.New("no such device"))
	}
	if err != nil {
		return err
	}
	if answer.Missing, err = missing(t, h); err != nil {
		return err
	}
	return t.row(`SELECT kept FROM log_state`).Scan(&answer.Kept)
}

// Report answers for the newest batches of a device that comes by stick (intake.Ledger).
func (e *Engine) Report(ctx context.Context, id screening.DeviceID, epoch uint64, most int) (answer casework.Account, err error) {
	err = e.write(ctx, "report to device", func(t *tx) error {
		answer = casework.Account{}
		h := casework.Hello{Device: id, Epoch: epoch}
		if err := each(t, func(row scanner) error {
			var raw []byte
			var seq uint64
			if err := row.Scan(&raw, &seq); err != nil {
				return err
			}
			h.Seq, h.Pending = max(h.Seq, seq), append(h.Pending, screening.BatchID(raw))
			return nil
		}, `SELECT batch_id, seq FROM batches WHERE device_id = $1 AND epoch = $2
			ORDER BY seq DESC LIMIT $3`, id[:], epoch, most); err != nil {
			return err
		}
		for _, batch := range slices.Backward(h.Pending) {
			receipt, err := receiptOf(t, batch)
			if err != nil {
				return err
			}
			answer.Receipts = append(answer.Receipts, receipt)
		}
		return account(t, h, &answer)
	})
	return answer, err
}

// missingMost is how many runs of missing numbers an answer names.
const missingMost = 64

// missing returns the first runs of numbers, up to the one at which the device says it stands, that are not here.
func missing(t *tx, h casework.Hello) (list []screening.Span, err error) {
	err = each(t, func(row scanner) error {
		var s screening.Span
		err := row.Scan(&s.From, &s.To)
		list = append(list, s)
		return err
	}, `SELECT low, high FROM (
			SELECT seq + 1 AS low, coalesce(lead(seq) OVER (ORDER BY seq), $3 + 1) - 1 AS high FROM (
				SELECT b.seq FROM batches AS b JOIN devices AS d ON d.device_id = b.device_id AND d.epoch = b.epoch
				WHERE b.device_id = $1 AND b.epoch = $2 AND b.seq > d.linked AND b.seq <= $3
				UNION ALL SELECT linked FROM devices WHERE device_id = $1 AND epoch = $2) AS here) AS gaps
		WHERE high >= low ORDER BY low LIMIT $4`, h.Device[:], h.Epoch, h.Seq, missingMost)
	return list, err
}
