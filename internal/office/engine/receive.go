package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

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
		held := incident{kind: a.Hold, device: a.Device, batch: a.Batch, pos: -1}
		if err := noteIncident(t, held); err != nil {
			return casework.Reception{}, err
		}
		if freed, err = vouch(t, a.Device); err != nil {
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

// reader reads what is committed.
type reader struct {
	db  *sql.DB
	ctx context.Context
}

func (r reader) row(query string, args ...any) *sql.Row {
	return r.db.QueryRowContext(r.ctx, query, args...)
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

// Due returns work to do, oldest first (intake.Ledger).
func (e *Engine) Due(ctx context.Context, limit int, skip []screening.BatchID) (tasks []casework.Task, err error) {
	skipped, args := "", []any{limit}
	for _, id := range skip {
		args = append(args, id[:])
		skipped += fmt.Sprintf(" AND b.batch_id <> $%d", len(args))
	}
	err = e.read("work due", func() error {
		return e.each(ctx, func(row scanner) error {
			task, err := scanTask(row)
			if err != nil {
				return err
			}
			tasks = append(tasks, task)
			return nil
		}, `SELECT `+arrivalColumns+`
			FROM batches AS b JOIN payloads AS p ON p.batch_id = b.batch_id
			WHERE (b.level = 1 OR b.batch_id IN (SELECT batch_id FROM records WHERE redact = 1))`+skipped+`
			ORDER BY b.received, b.batch_id LIMIT $1`, args...)
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
	return e.each(ctx, func(row scanner) error {
		var pos int
		if err := row.Scan(&pos); err != nil {
			return err
		}
		task.Redact = append(task.Redact, pos)
		return nil
	}, `SELECT pos FROM records WHERE batch_id = $1 AND redact = 1 ORDER BY pos`, task.Arrival.Batch[:])
}

// arrivalColumns are what scanTask reads.
const arrivalColumns = `b.batch_id, b.device_id, b.epoch, b.seq, b.prev, b.made, b.received, b.header, b.sig, p.body, p.redacted, b.level`

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
