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
	new   []newcomer // its records, as they go into the tables where nothing is known of them
	taken bool       // it is in, beside others
	got   casework.Reception
}

// Take records an arrival and what opening it gave (intake.Ledger). What a row holds is written and hidden before the
// transaction, while others have it.
func (e *Engine) Take(ctx context.Context, a casework.Arrival, o casework.Opened) (casework.Reception, error) {
	if a.Received.IsZero() {
		a.Received = e.now()
	}
	k := &taking{a: a, o: o, new: make([]newcomer, len(o.Records))}
	for i := range o.Records {
		var err error
		if k.new[i], err = newcomerOf(e.box, &o, i, a.Received.UnixMilli()); err != nil {
			return casework.Reception{}, fmt.Errorf("record %d: %w", i, err)
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

// steadyFrom is how many changes of facts there have to be before plans of what is looked up are kept: in an empty table
// every index looks as good as the right one. What is added needs none.
const steadyFrom = 1000

// takeTogether records the batches about which there is nothing to be looked at: each is the next one of its device,
// links to the one before, and holds only interviews that nobody has seen. It says of each whether it did.
func takeTogether(t *tx, some []*taking) error {
	in := &incoming{tx: t}
	if err := t.row(`SELECT coalesce(max(seq), 0) FROM facts`).Scan(&in.counted); err != nil {
		return fmt.Errorf("look where facts end: %w", err)
	}
	if in.counted >= steadyFrom {
		if err := t.say(t.steady); err != nil {
			return err
		}
	}
	known, err := knownOf(t, some)
	if err != nil {
		return err
	}
	if in.counted < steadyFrom {
		if err := t.say(t.steady); err != nil {
			return err
		}
	}
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

// epoch is one epoch of a device.
type epoch struct {
	device screening.DeviceID
	n      uint64
}

// stand is how far the batches of an epoch are here.
type stand struct {
	linked uint64            // the last one without a gap
	last   screening.BatchID // its id, or, where there is none, to what the first one has to link
	most   uint64            // the highest number that is here
}

// known is what the tables hold of the batches of a group, and what the group has brought since.
type known struct {
	*tx
	batches    map[screening.BatchID]bool
	interviews map[screening.InterviewID]bool
	stands     map[epoch]stand
}

var (
	knownBatches    = lookupOf(`SELECT batch_id FROM batches WHERE batch_id = `)
	knownInterviews = lookupOf(`SELECT interview_id FROM interviews WHERE interview_id = `)
	knownStands     = lookupOf(`SELECT d.device_id, d.epoch, d.linked, coalesce((SELECT b.batch_id FROM batches AS b
		WHERE b.device_id = d.device_id AND b.epoch = d.epoch AND b.seq = d.linked), d.head), coalesce((SELECT max(b.seq) FROM batches AS b
		WHERE b.device_id = d.device_id AND b.epoch = d.epoch), 0) FROM devices AS d WHERE d.device_id = `)
)

func knownOf(t *tx, some []*taking) (known, error) {
	k := known{
		tx: t, batches: map[screening.BatchID]bool{}, interviews: map[screening.InterviewID]bool{}, stands: map[epoch]stand{},
	}
	var batches, interviews, devices []any
	asked := map[screening.DeviceID]bool{}
	for _, one := range some {
		batches = append(batches, one.a.Batch[:])
		if !asked[one.a.Device] {
			asked[one.a.Device] = true
			devices = append(devices, one.a.Device[:])
		}
		for i := range one.o.Records {
			if r := &one.o.Records[i]; r.Interview != (screening.InterviewID{}) {
				interviews = append(interviews, r.Interview[:])
			}
		}
	}
	var id, last []byte
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
	err = t.find(&knownStands, devices, func(row scanner) error {
		var of epoch
		var s stand
		err := row.Scan(&id, &of.n, &s.linked, &last, &s.most)
		copy(of.device[:], id)
		copy(s.last[:], last)
		k.stands[of] = s
		return err
	})
	if err != nil {
		return k, fmt.Errorf("look where devices stand: %w", err)
	}
	return k, nil
}

// plain says whether a batch can be taken without looking closer: it then follows those that were plain before it.
func (k known) plain(one *taking) (bool, error) {
	a := &one.a
	of := epoch{a.Device, a.Epoch}
	at, enrolled := k.stands[of]
	if a.Hold != "" || a.Redacted || k.batches[a.Batch] || !enrolled || at.linked+1 != a.Seq || at.last != a.Prev || at.most > at.linked {
		return false, nil
	}
	for i := range one.o.Records {
		r := &one.o.Records[i]
		if r.Redacted || r.Kind == casework.KindWithdrawal || k.interviews[r.Interview] {
			return false, nil
		}
	}
	if same, err := sameLog(k.tx, a); err != nil || !same {
		return false, err
	}
	for i := range one.o.Records {
		if id := one.o.Records[i].Interview; id != (screening.InterviewID{}) {
			if k.interviews[id] { // twice in one batch
				return false, nil
			}
			k.interviews[id] = true
		}
	}
	k.batches[a.Batch], k.stands[of] = true, stand{linked: a.Seq, last: a.Batch, most: a.Seq}
	return true, nil
}
