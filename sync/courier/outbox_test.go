package courier_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"leeward/internal/screening"
	"leeward/sync/courier"
)

var _ courier.Outbox = (*outbox)(nil)

// outbox is a device's store in memory, written from the comments of courier.Outbox alone.
type outbox struct {
	mu          sync.Mutex
	enrolment   *screening.Enrolment
	office      []byte
	finals      []screening.Interview
	withdrawals []screening.Withdrawal
	batches     []screening.Batch
	refuse      int // so many calls of Enqueue fail
	log         screening.Checkpoint
	kept        uint64
}

func (o *outbox) Checkpoint(context.Context) (screening.Checkpoint, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.log, nil
}

func (o *outbox) Drop(_ context.Context, kept uint64) (n int64, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.kept = kept
	return 0, nil
}

func (o *outbox) Remember(_ context.Context, c screening.Checkpoint) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if c.Size > o.log.Size {
		o.log = c
	}
	return nil
}

func (o *outbox) Enrolment(context.Context) (screening.Enrolment, []byte, error) {
	if o.enrolment == nil {
		return screening.Enrolment{}, nil, screening.Fail(screening.CodeNotEnrolled, errors.New("none"))
	}
	return *o.enrolment, o.office, nil
}

func (o *outbox) Waiting(_ context.Context, most int) ([]screening.Interview, []screening.Withdrawal, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	w := o.withdrawals[:min(most, len(o.withdrawals))]
	f := o.finals[:min(most-len(w), len(o.finals))]
	return slices.Clone(f), slices.Clone(w), nil
}

func (o *outbox) Head(context.Context) (uint64, screening.BatchID, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.batches) == 0 {
		return 0, screening.BatchID{}, nil
	}
	last := o.batches[len(o.batches)-1]
	return last.Seq, last.ID, nil
}

func (o *outbox) Enqueue(_ context.Context, b screening.Batch) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.refuse > 0 {
		o.refuse--
		return errors.New("changed")
	}
	if b.Seq != uint64(len(o.batches)+1) {
		return errors.New("sequence")
	}
	o.batches = append(o.batches, b)
	o.finals = slices.DeleteFunc(o.finals, func(iv screening.Interview) bool { return slices.Contains(b.Holds, iv.ID) })
	o.withdrawals = slices.DeleteFunc(o.withdrawals, func(w screening.Withdrawal) bool { return slices.Contains(b.Holds, w.Interview) })
	return nil
}

func (o *outbox) Unsent(context.Context) (list []screening.Batch, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, b := range o.batches {
		if b.Rung < screening.RungStored {
			list = append(list, b)
		}
	}
	return list, nil
}

func (o *outbox) Unopened(context.Context) (ids []screening.BatchID, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, b := range o.batches {
		if b.Rung == screening.RungStored || b.Rung == screening.RungQuarantined {
			ids = append(ids, b.ID)
		}
	}
	return ids, nil
}

func (o *outbox) Advance(_ context.Context, id screening.BatchID, rung screening.Rung) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range o.batches {
		if o.batches[i].ID == id {
			o.batches[i].Rung = max(o.batches[i].Rung, rung)
			return nil
		}
	}
	return errors.New("no such batch")
}

func (o *outbox) Acknowledge(_ context.Context, r screening.Receipt, _ time.Time) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range o.batches {
		b := &o.batches[i]
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
		}
		return nil
	}
	return screening.ErrNotFound
}

// rungs lists how far each batch has come.
func (o *outbox) rungs() (list []screening.Rung) {
	for _, b := range o.batches {
		list = append(list, b.Rung)
	}
	return list
}
