package engine

import (
	"context"
	"fmt"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// taking is a batch that was opened, on its way into the tables.
type taking struct {
	a     casework.Arrival
	o     casework.Opened
	rows  []written // of its records
	taken bool      // it is in, beside others
	got   casework.Reception
}

// Take records an arrival and what opening it gave (intake.Ledger).
func (e *Engine) Take(ctx context.Context, a casework.Arrival, o casework.Opened) (casework.Reception, error) {
	k := &taking{a: a, o: o, rows: make([]written, len(o.Records))}
	for i, r := range o.Records {
		if r.Content == nil {
			continue
		}
		var err error
		if k.rows[i], err = write(e.box, r); err != nil {
			return casework.Reception{}, err
		}
	}
	err := e.queued(ctx, "take batch "+a.Batch.Short(), &job{taking: k, do: func(t *tx) (err error) {
		k.got, err = takeAlone(t, a, o)
		return err
	}})
	if err == nil && k.got.Redact {
		e.scrubAfter(ctx, a.Batch)
	}
	return k.got, err
}

// takeAlone is for every batch about which there is anything to be looked at.
func takeAlone(t *tx, a casework.Arrival, o casework.Opened) (casework.Reception, error) {
	got, err := receive(t, a)
	if err != nil || got.Rival != nil || got.Ahead || got.Receipt.Level != screening.LevelStored {
		return got, err
	}
	done, err := settle(t, o)
	got.Receipt, got.Redact = done.Receipt, done.Redact
	return got, err
}

// takeTogether records the batches about which there is nothing to be looked at: each is the next one of its device,
// links to the one before, and holds only interviews that nobody has seen. It says of each whether it did.
func takeTogether(t *tx, some []*taking) error {
	known, err := knownOf(t, some)
	if err != nil {
		return err
	}
	in := &incoming{tx: t}
	for _, k := range some {
		if k.taken, err = known.plain(k); err != nil {
			return err
		}
		if !k.taken {
			continue
		}
		if err := in.batch(k); err != nil {
			return err
		}
	}
	return in.keep()
}

// known is what the tables hold of the batches of a group, and what the group has brought since.
type known struct {
	*tx
	batches    map[screening.BatchID]bool
	interviews map[screening.InterviewID]bool
	devices    map[screening.DeviceID]bool
}

var (
	knownBatches    = lookupOf(`SELECT batch_id FROM batches WHERE batch_id IN (`)
	knownInterviews = lookupOf(`SELECT interview_id FROM interviews WHERE interview_id IN (`)
)

func knownOf(t *tx, some []*taking) (known, error) {
	k := known{
		tx: t, batches: map[screening.BatchID]bool{}, interviews: map[screening.InterviewID]bool{}, devices: map[screening.DeviceID]bool{},
	}
	var batches, interviews []any
	for _, one := range some {
		batches = append(batches, one.a.Batch[:])
		for i := range one.o.Records {
			if r := &one.o.Records[i]; r.Interview != (screening.InterviewID{}) {
				interviews = append(interviews, r.Interview[:])
			}
		}
	}
	var id []byte
	err := t.find(&knownBatches, batches, func(row scanner) error {
		err := row.Scan(&id)
		k.batches[screening.BatchID(id)] = true
		return err
	})
	if err != nil {
		return k, fmt.Errorf("look for batches: %w", err)
	}
	err = t.find(&knownInterviews, interviews, func(row scanner) error {
		err := row.Scan(&id)
		k.interviews[screening.InterviewID(id)] = true
		return err
	})
	if err != nil {
		return k, fmt.Errorf("look for interviews: %w", err)
	}
	return k, nil
}

// plain says whether a batch can be taken without looking closer.
func (k known) plain(one *taking) (bool, error) {
	a := &one.a
	if a.Hold != "" || a.Redacted || k.batches[a.Batch] || k.devices[a.Device] {
		return false, nil
	}
	k.batches[a.Batch], k.devices[a.Device] = true, true
	for i := range one.o.Records {
		r := &one.o.Records[i]
		if r.Redacted || r.Kind == casework.KindWithdrawal || k.interviews[r.Interview] {
			return false, nil
		}
		if r.Interview != (screening.InterviewID{}) {
			k.interviews[r.Interview] = true
		}
	}
	if next, err := k.next(a); err != nil || !next {
		return false, err
	}
	return sameLog(k.tx, a)
}

// next says whether a batch follows the last one of its device and nothing behind it waits.
func (k known) next(a *casework.Arrival) (next bool, err error) {
	err = k.row(`SELECT EXISTS (SELECT 1 FROM devices AS d WHERE d.device_id = $1 AND d.epoch = $2 AND d.linked + 1 = $3
			AND ($3 > 1 OR d.head = $4))
		AND ($3 = 1 OR EXISTS (SELECT 1 FROM batches WHERE device_id = $1 AND epoch = $2 AND seq = $3 - 1 AND batch_id = $4))
		AND NOT EXISTS (SELECT 1 FROM batches WHERE device_id = $1 AND epoch = $2 AND seq > $3)`,
		a.Device[:], a.Epoch, a.Seq, a.Prev[:]).Scan(&next)
	return next, err
}
