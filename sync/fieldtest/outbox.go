package fieldtest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"leeward/internal/screening"
)

// Outbox is a device's store in memory, written from the comments of courier.Outbox alone.
type Outbox struct {
	Mu          sync.Mutex
	Enrolled    *screening.Enrolment
	Office      []byte
	Finals      []screening.Interview
	Withdrawals []screening.Withdrawal
	Batches     []screening.Batch
	Refuse      int // so many calls of Enqueue fail
	Log         screening.Checkpoint
	Kept        uint64

	outcomes map[screening.BatchID]uint64 // where the log says of an opened batch that it is
}

// Clone is another device with the same keys and records.
func (o *Outbox) Clone() *Outbox {
	o.Mu.Lock()
	defer o.Mu.Unlock()
	return &Outbox{
		Enrolled: o.Enrolled, Office: o.Office, Finals: slices.Clone(o.Finals), Withdrawals: slices.Clone(o.Withdrawals),
		Batches: slices.Clone(o.Batches), Log: o.Log, Kept: o.Kept, outcomes: maps.Clone(o.outcomes),
	}
}

func (o *Outbox) Checkpoint(context.Context) (screening.Checkpoint, error) {
	o.Mu.Lock()
	defer o.Mu.Unlock()
	return o.Log, nil
}

func (o *Outbox) Drop(_ context.Context, kept uint64) (n int64, err error) {
	o.Mu.Lock()
	defer o.Mu.Unlock()
	o.Kept = kept
	for i, b := range o.Batches {
		if at, opened := o.outcomes[b.ID]; opened && at < kept && b.File != nil {
			o.Batches[i].File = nil
			n++
		}
	}
	return n, nil
}

func (o *Outbox) Remember(_ context.Context, c screening.Checkpoint) error {
	o.Mu.Lock()
	defer o.Mu.Unlock()
	if c.Size > o.Log.Size {
		o.Log = c
	}
	return nil
}

func (o *Outbox) Enrolment(context.Context) (screening.Enrolment, []byte, error) {
	if o.Enrolled == nil {
		return screening.Enrolment{}, nil, screening.Fail(screening.CodeNotEnrolled, errors.New("none"))
	}
	return *o.Enrolled, o.Office, nil
}

func (o *Outbox) Waiting(_ context.Context, most int) ([]screening.Interview, []screening.Withdrawal, error) {
	o.Mu.Lock()
	defer o.Mu.Unlock()
	w := o.Withdrawals[:min(most, len(o.Withdrawals))]
	f := o.Finals[:min(most-len(w), len(o.Finals))]
	return slices.Clone(f), slices.Clone(w), nil
}

func (o *Outbox) Head(context.Context) (uint64, screening.BatchID, error) {
	o.Mu.Lock()
	defer o.Mu.Unlock()
	if len(o.Batches) == 0 {
		return 0, screening.BatchID{}, nil
	}
	last := o.Batches[len(o.Batches)-1]
	return last.Seq, last.ID, nil
}

func (o *Outbox) Enqueue(_ context.Context, b screening.Batch) error {
	o.Mu.Lock()
	defer o.Mu.Unlock()
	if o.Refuse > 0 {
		o.Refuse--
		return errors.New("changed")
	}
	if b.Seq != uint64(len(o.Batches)+1) {
		return errors.New("sequence")
	}
	o.Batches = append(o.Batches, b)
	o.Finals = slices.DeleteFunc(o.Finals, func(iv screening.Interview) bool { return slices.Contains(b.Holds, iv.ID) })
	o.Withdrawals = slices.DeleteFunc(o.Withdrawals, func(w screening.Withdrawal) bool { return slices.Contains(b.Holds, w.Interview) })
	return nil
}

func (o *Outbox) Unsent(context.Context) (list []screening.Batch, err error) {
	o.Mu.Lock()
	defer o.Mu.Unlock()
	for _, b := range o.Batches {
		if b.Rung < screening.RungStored {
			list = append(list, b)
		}
	}
	return list, nil
}

func (o *Outbox) Unopened(context.Context) (ids []screening.BatchID, err error) {
	o.Mu.Lock()
	defer o.Mu.Unlock()
	for _, b := range o.Batches {
		if b.Rung == screening.RungStored || b.Rung == screening.RungQuarantined {
			ids = append(ids, b.ID)
		}
	}
	return ids, nil
}

func (o *Outbox) Advance(_ context.Context, id screening.BatchID, rung screening.Rung) error {
	o.Mu.Lock()
	defer o.Mu.Unlock()
	for i := range o.Batches {
		if o.Batches[i].ID == id {
			o.Batches[i].Rung = max(o.Batches[i].Rung, rung)
			return nil
		}
	}
	return errors.New("no such batch")
}

func (o *Outbox) Acknowledge(_ context.Context, r screening.Receipt, _ time.Time) error {
	o.Mu.Lock()
	defer o.Mu.Unlock()
	for i := range o.Batches {
		b := &o.Batches[i]
		if b.ID != r.Batch {
			continue
		}
		switch r.Level {
		case screening.LevelStored:
			b.Rung = max(b.Rung, screening.RungStored)
		case screening.LevelQuarantined:
			b.Rung = screening.RungQuarantined
		case screening.LevelOpened:
			if r.Proof != b.Proof {
				return screening.Fail(screening.CodeBadReceipt, errors.New("proof"))
			}
			b.Rung = screening.RungOpened
			if o.outcomes == nil {
				o.outcomes = map[screening.BatchID]uint64{}
			}
			o.outcomes[b.ID] = r.Outcome
		}
		return nil
	}
	return screening.ErrNotFound
}

// Rungs lists how far each batch has come.
func (o *Outbox) Rungs() (list []screening.Rung) {
	for _, b := range o.Batches {
		list = append(list, b.Rung)
	}
	return list
}
