package engine

import (
	"context"
	"database/sql"
	"errors"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// Stored returns a batch as it is kept, or casework.ErrNotFound where it or its payload is not here (intake.Holdings).
func (e *Engine) Stored(ctx context.Context, id screening.BatchID) (a casework.Arrival, err error) {
	err = e.read("read batch "+id.Short(), func() error {
		task, err := scanTask(e.db.QueryRowContext(ctx, `SELECT `+arrivalColumns+` FROM batches AS b
			JOIN payloads AS p ON p.batch_id = b.batch_id WHERE b.batch_id = $1`, id[:]))
		a = task.Arrival
		if errors.Is(err, sql.ErrNoRows) {
			return casework.ErrNotFound
		}
		return err
	})
	return a, err
}

// Mend puts the sealed bytes of a batch back (intake.Holdings). What was taken out of a payload stays out: the office may have
// lost the row that says so, and never the records and the withdrawals that do.
func (e *Engine) Mend(ctx context.Context, id screening.BatchID, payload []byte) error {
	return e.write(ctx, "mend batch "+id.Short(), func(t *tx) error {
		var here, emptied bool
		if err := t.row(`SELECT EXISTS (SELECT 1 FROM batches WHERE batch_id = $1),
			EXISTS (SELECT 1 FROM records WHERE batch_id = $1 AND redact <> 0) OR EXISTS (SELECT 1 FROM payloads WHERE batch_id = $1 AND redacted = 1)`,
			id[:]).Scan(&here, &emptied); err != nil {
			return err
		}
		if !here || emptied {
			return casework.ErrNotFound
		}
		_, err := t.exec(`INSERT INTO payloads (batch_id, redacted, body) VALUES ($1, 0, $2)
			ON CONFLICT (batch_id) DO UPDATE SET body = excluded.body`, id[:], payload)
		return err
	})
}

// Unshown notes that a device was not shown a batch of its own (intake.Holdings). Of batches that are not on record for it, as after
// an older copy of the office was put back, there is one incident a device.
func (e *Engine) Unshown(ctx context.Context, id screening.DeviceID, b screening.BatchID, word []byte) error {
	return e.write(ctx, "note batch "+b.Short()+" not shown", func(t *tx) error {
		var known bool
		if err := t.row(`SELECT EXISTS (SELECT 1 FROM batches WHERE batch_id = $1 AND device_id = $2)`, b[:], id[:]).Scan(&known); err != nil {
			return err
		}
		if !known {
			b = ofDevice(id)
		}
		return noteIncident(t, incident{kind: screening.ELost, device: id, batch: b, pos: -1, header: word})
	})
}

// HeldEntries shows, in their order, the places in the log of the batches that are held with their sealed bytes.
func (e *Engine) HeldEntries(ctx context.Context, show func(entry uint64)) error {
	return e.read("list what is held", func() error {
		return e.each(ctx, func(row scanner) error {
			var entry uint64
			if err := row.Scan(&entry); err != nil {
				return err
			}
			show(entry)
			return nil
		}, `SELECT b.entry FROM batches AS b JOIN payloads AS p ON p.batch_id = b.batch_id
			WHERE b.entry IS NOT NULL ORDER BY b.entry`)
	})
}
