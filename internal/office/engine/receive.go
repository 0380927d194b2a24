package engine

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"leeward/internal/office/casework"
	"leeward/internal/office/ledger"
	"leeward/internal/screening"
)

// Receive records an arrival exactly once (intake.Ledger).
func (e *Engine) Receive(ctx context.Context, a casework.Arrival) (got casework.Reception, err error) {
	err = e.write(ctx, "receive batch "+a.Batch.Short(), func(t *tx) (err error) {
		got, err = receive(t, a)
		return err
	})
	return got, err
}

func receive(t *tx, a casework.Arrival) (casework.Reception, error) {
	receipt, err := receiptOf(t, a.Batch)
	if err == nil {
		return casework.Reception{Receipt: receipt, Duplicate: true}, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return casework.Reception{}, err
	}
	var rival []byte
	err = t.row(`SELECT header FROM batches WHERE device_id = $1 AND epoch = $2 AND seq = $3`,
		a.Device[:], a.Epoch, a.Seq).Scan(&rival)
	if err == nil {
		return casework.Reception{Rival: rival}, noteIncident(t, incident{
			kind: screening.EFork, device: a.Device, batch: a.Batch, pos: -1, header: a.Header, sig: a.Sig,
		})
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return casework.Reception{}, err
	}
	if ahead, err := tooFarAhead(t, a); ahead || err != nil {
		return casework.Reception{Ahead: ahead}, err
	}
	if err := errors.Join(compareLog(t, a), compareChain(t, a)); err != nil {
		return casework.Reception{}, err
	}
	if err := insertBatch(t, a); err != nil {
		return casework.Reception{}, err
	}
	freed := false
	if a.Hold == screening.ERevoked {
		if freed, err = vouch(t, a.Device, a.Epoch); err != nil {
			return casework.Reception{}, err
		}
	}
	receipt, err = receiptOf(t, a.Batch)
	return casework.Reception{Receipt: receipt, Freed: freed}, err
}

func insertBatch(t *tx, a casework.Arrival) error {
	level := screening.LevelStored
	if a.Hold != "" {
		level = screening.LevelQuarantined
	}
	received := a.Received
	if received.IsZero() {
		received = t.now
	}
	entry, err := t.enter(a.Entry)
	if err != nil {
		return err
	}
	var outcome any
	if a.Hold != "" {
		if outcome, err = t.enter(a.HoldEntry); err != nil {
			return err
		}
	}
	if _, err := t.exec(`INSERT INTO batches
		(batch_id, device_id, epoch, seq, prev, made, received, header, sig, level, code, entry, outcome)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		a.Batch[:], a.Device[:], a.Epoch, a.Seq, a.Prev[:], a.Made.UnixMilli(), received.UnixMilli(),
		a.Header, a.Sig, level, a.Hold, entry, outcome); err != nil {
		return fmt.Errorf("insert batch: %w", err)
	}
	if _, err := t.exec(`INSERT INTO payloads (batch_id, redacted, body) VALUES ($1, $2, $3)`,
		a.Batch[:], number(a.Redacted), a.Payload); err != nil {
		return fmt.Errorf("insert payload: %w", err)
	}
	if _, err := t.exec(`UPDATE devices SET seen = CASE WHEN seen > $1 THEN seen ELSE $1 END,
			said_log = CASE WHEN said_log > $2 THEN said_log ELSE $2 END WHERE device_id = $3 AND epoch = $4`,
		t.now.UnixMilli(), a.Log.Size, a.Device[:], a.Epoch); err != nil {
		return fmt.Errorf("note device: %w", err)
	}
	return link(t, a.Device, a.Epoch)
}

// tooFarAhead says whether too many batches before this one are missing.
func tooFarAhead(t *tx, a casework.Arrival) (ahead bool, err error) {
	err = t.row(`SELECT linked FROM devices WHERE device_id = $1 AND epoch = $2 AND linked + $3 < $4`,
		a.Device[:], a.Epoch, casework.Window, a.Seq).Scan(new(uint64))
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// compareChain notes a batch that does not link to its neighbours: to the batch before it, the one after it, or, the
// first of an epoch, to the head that was granted.
func compareChain(t *tx, a casework.Arrival) error {
	var breaks bool
	err := t.row(`SELECT EXISTS (SELECT 1 FROM batches WHERE device_id = $1 AND epoch = $2 AND seq = $3 - 1 AND batch_id <> $4)
		OR EXISTS (SELECT 1 FROM batches WHERE device_id = $1 AND epoch = $2 AND seq = $3 + 1 AND prev <> $5)
		OR EXISTS (SELECT 1 FROM devices WHERE device_id = $1 AND epoch = $2 AND $3 = 1 AND head <> $4)`,
		a.Device[:], a.Epoch, a.Seq, a.Prev[:], a.Batch[:]).Scan(&breaks)
	if err != nil || !breaks {
		return err
	}
	return noteIncident(t, incident{kind: screening.EChain, device: a.Device, batch: a.Batch, pos: -1, header: a.Header, sig: a.Sig})
}

// compareLog notes a device that saw another log than this one: entries were lost here, or somebody showed it
// another history. Its batch is as good as any.
func compareLog(t *tx, a casework.Arrival) error {
	if same, err := sameLog(t, &a); same || err != nil {
		return err
	}
	return noteIncident(t, incident{kind: screening.ELog, device: a.Device, batch: a.Batch, pos: -1, header: a.Header, sig: a.Sig})
}

// sameLog says whether the log that a device saw is the beginning of this one.
func sameLog(t *tx, a *casework.Arrival) (bool, error) {
	if a.Log.Size == 0 {
		return true, nil
	}
	size, err := t.logSize()
	if err != nil || a.Log.Size > size {
		return false, err
	}
	root, err := ledger.Root(a.Log.Size, t.node)
	return root == a.Log.Root, err
}

// link moves a device's mark over every batch that now follows without a gap.
func link(t *tx, device screening.DeviceID, epoch uint64) error {
	for {
		n, err := t.exec(`UPDATE devices SET linked = linked + 1 WHERE device_id = $1 AND epoch = $2 AND EXISTS
			(SELECT 1 FROM batches AS b WHERE b.device_id = $1 AND b.epoch = $2 AND b.seq = devices.linked + 1)`,
			device[:], epoch)
		if err != nil {
			return fmt.Errorf("link batches: %w", err)
		}
		if n == 0 {
			return nil
		}
	}
}

type querier interface {
	row(query string, args ...any) *sql.Row
}

// receiptOf derives the receipt of a batch from what is stored; sql.ErrNoRows where it is not here.
func receiptOf(q querier, id screening.BatchID) (screening.Receipt, error) {
	r := screening.Receipt{Batch: id}
	var proof []byte
	err := q.row(`SELECT b.level, b.code, b.proof, d.linked + 1, b.entry, coalesce(b.outcome, 0) FROM batches AS b
		JOIN devices AS d ON d.device_id = b.device_id AND d.epoch = b.epoch WHERE b.batch_id = $1`, id[:]).
		Scan(&r.Level, &r.Code, &proof, &r.Next, &r.Entry, &r.Outcome)
	if r.Level == screening.LevelOpened {
		copy(r.Proof[:], proof)
	}
	return r, err
}

// Known returns the receipt of a batch that is here (intake.Ledger).
func (e *Engine) Known(ctx context.Context, id screening.BatchID) (r screening.Receipt, known bool, err error) {
	err = e.read("receipt", func() error {
		r, err = receiptOf(reader{e.db, ctx}, id)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return screening.Receipt{}, false, nil
	}
	return r, err == nil, err
}

// reader reads what is committed.
type reader struct {
	db  *sql.DB
	ctx context.Context
}

func (r reader) row(query string, args ...any) *sql.Row {
	return r.db.QueryRowContext(r.ctx, query, args...)
}

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
		if h.Seq == 0 {
			copy(at[:], h.Device[:]) // it has no batch: one incident a device
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
		rows, err := t.rows(`SELECT batch_id, seq FROM batches WHERE device_id = $1 AND epoch = $2
			ORDER BY seq DESC LIMIT $3`, id[:], epoch, most)
		if err != nil {
			return err
		}
		defer rows.Close()
		h := casework.Hello{Device: id, Epoch: epoch}
		for rows.Next() {
			var raw []byte
			var seq uint64
			if err := rows.Scan(&raw, &seq); err != nil {
				return err
			}
			h.Seq, h.Pending = max(h.Seq, seq), append(h.Pending, screening.BatchID(raw))
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
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
	rows, err := t.rows(`SELECT low, high FROM (
			SELECT seq + 1 AS low, coalesce(lead(seq) OVER (ORDER BY seq), $3 + 1) - 1 AS high FROM (
				SELECT b.seq FROM batches AS b JOIN devices AS d ON d.device_id = b.device_id AND d.epoch = b.epoch
				WHERE b.device_id = $1 AND b.epoch = $2 AND b.seq > d.linked AND b.seq <= $3
				UNION ALL SELECT linked FROM devices WHERE device_id = $1 AND epoch = $2) AS here) AS gaps
		WHERE high >= low ORDER BY low LIMIT $4`, h.Device[:], h.Epoch, h.Seq, missingMost)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s screening.Span
		if err := rows.Scan(&s.From, &s.To); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

// Due returns work to do, oldest first (intake.Ledger).
func (e *Engine) Due(ctx context.Context, limit int, skip []screening.BatchID) (tasks []casework.Task, err error) {
	skipped, args := "", []any{limit}
	for _, id := range skip {
		args = append(args, id[:])
		skipped += fmt.Sprintf(" AND b.batch_id <> $%d", len(args))
	}
	err = e.read("work due", func() error {
		rows, err := e.db.QueryContext(ctx, `SELECT b.batch_id, b.device_id, b.epoch, b.seq, b.prev, b.made, b.received,
				b.header, b.sig, p.body, p.redacted, b.level
			FROM batches AS b JOIN payloads AS p ON p.batch_id = b.batch_id
			WHERE (b.level = 1 OR b.batch_id IN (SELECT batch_id FROM records WHERE redact = 1))`+skipped+`
			ORDER BY b.received, b.batch_id LIMIT $1`, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			task, err := scanTask(rows)
			if err != nil {
				return err
			}
			tasks = append(tasks, task)
		}
		return rows.Err()
	})
	if err != nil {
		return nil, err
	}
	for i := range tasks {
		if err := e.read("places due", func() error { return e.places(ctx, &tasks[i]) }); err != nil {
			return nil, err
		}
	}
	return tasks, nil
}

// places fills in which records of an opened batch have to go from its payload.
func (e *Engine) places(ctx context.Context, task *casework.Task) error {
	if task.Redact == nil {
		return nil
	}
	rows, err := e.db.QueryContext(ctx, `SELECT pos FROM records WHERE batch_id = $1 AND redact = 1 ORDER BY pos`, task.Arrival.Batch[:])
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var pos int
		if err := rows.Scan(&pos); err != nil {
			return err
		}
		task.Redact = append(task.Redact, pos)
	}
	return rows.Err()
}

func scanTask(row scanner) (casework.Task, error) {
	var (
		a                casework.Arrival
		id, device, prev []byte
		made, received   int64
		level            screening.Level
		task             casework.Task
	)
	if err := row.Scan(&id, &device, &a.Epoch, &a.Seq, &prev, &made, &received, &a.Header, &a.Sig, &a.Payload,
		&a.Redacted, &level); err != nil {
		return casework.Task{}, err
	}
	copy(a.Batch[:], id)
	copy(a.Device[:], device)
	copy(a.Prev[:], prev)
	a.Made, a.Received = fromMillis(made), fromMillis(received)
	task.Arrival = a
	if level != screening.LevelStored { // it was opened: what is due is that records of it go
		task.Redact = []int{}
	}
	return task, nil
}
