package device

import (
	"context"
	"errors"
	"time"

	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/schema"
)

// keeper is the store as a session knows it: the one that is open now, as long as it is the one that the
// session began with. A talk that nobody has agreed to keep waits in memory while the device is locked,
// and goes on with the store that is opened afterwards.
type keeper struct {
	device   *Device
	id       string
	practice bool
}

func (d *Device) keeper(o *opened) *keeper { return &keeper{d, o.id, o.practice != nil} }

func (k *keeper) with(do func(*store.Store) error) error {
	return k.opened(func(o *opened) error { return do(o.desk()) })
}

func (k *keeper) opened(do func(*opened) error) error {
	o, leave, err := k.device.enter()
	if err != nil {
		return err
	}
	defer leave()
	if o.id != k.id || (o.practice != nil) != k.practice {
		return ErrLocked
	}
	return do(o)
}

// saving is with for what adds to an interview: its recovery copy follows, and is not waited for. Where the clock is known to be
// wrong the interview says so.
func (k *keeper) saving(ctx context.Context, id screening.InterviewID, soon bool, do func(*store.Store) error) error {
	return k.opened(func(o *opened) error {
		if k.device.clockNow(o) != ClockGood {
			if err := o.desk().DoubtClock(ctx, id); err != nil { // the answer matters more
				k.device.o.Log.Error("doubt the clock", "code", screening.CodeOf(err))
			}
		}
		err := do(o.desk())
		if c := o.copier(); err == nil && c != nil && !k.practice {
			c.touch(id, soon)
		}
		return err
	})
}

// erasing is with for what takes something out of an interview: it is out of the recovery copy before this returns.
func (k *keeper) erasing(id screening.InterviewID, do func(*store.Store) error) error {
	return k.opened(func(o *opened) error { return o.erasing(id, func() error { return do(o.desk()) }) })
}

func (o *opened) erasing(id screening.InterviewID, do func() error) error {
	c := o.copier()
	if c == nil || o.practice != nil {
		return do()
	}
	return c.erasing(id, do)
}

func (k *keeper) Begin(ctx context.Context, iv screening.Interview, first []screening.Recorded) error {
	clock, err := k.device.Clock(ctx)
	if err != nil {
		return err
	}
	iv.ClockDoubt = clock != ClockGood
	return k.saving(ctx, iv.ID, false, func(s *store.Store) error { return s.Begin(ctx, iv, first) })
}

func (k *keeper) SaveAnswers(ctx context.Context, id screening.InterviewID, given []screening.Recorded) error {
	return k.saving(ctx, id, false, func(s *store.Store) error { return s.SaveAnswers(ctx, id, given) })
}

func (k *keeper) SetPlace(ctx context.Context, id screening.InterviewID, at schema.Path, who screening.Setting) error {
	return k.with(func(s *store.Store) error { return s.SetPlace(ctx, id, at, who) })
}

func (k *keeper) Strike(ctx context.Context, id screening.InterviewID, path schema.Path) error {
	return k.erasing(id, func(s *store.Store) error { return s.Strike(ctx, id, path) })
}

func (k *keeper) StrikeEarlier(ctx context.Context, id screening.InterviewID, path schema.Path) error {
	return k.erasing(id, func(s *store.Store) error { return s.StrikeEarlier(ctx, id, path) })
}

func (k *keeper) Complete(ctx context.Context, id screening.InterviewID, finished time.Time, drop []schema.Path) error {
	return k.saving(ctx, id, true, func(s *store.Store) error { return s.Complete(ctx, id, finished, drop) })
}

func (k *keeper) Withdraw(ctx context.Context, id screening.InterviewID, at time.Time) (sealedAlready bool, err error) {
	err = k.erasing(id, func(s *store.Store) (err error) {
		sealedAlready, err = s.Withdraw(ctx, id, at)
		return err
	})
	return sealedAlready, err
}

// Erase removes an interview. Of one that lay in a capsule the office has to hear, for somebody may have a copy of that.
func (k *keeper) Erase(ctx context.Context, id screening.InterviewID) error {
	return k.erasing(id, func(s *store.Store) error {
		err := s.Erase(ctx, id)
		if errors.Is(err, store.ErrSealed) {
			_, err = s.Withdraw(ctx, id, k.device.o.Now())
		}
		return err
	})
}

func (k *keeper) CountOnly(ctx context.Context, t screening.Tally) error {
	return k.with(func(s *store.Store) error { return s.CountOnly(ctx, t) })
}

func (k *keeper) Interview(ctx context.Context, id screening.InterviewID) (iv screening.Interview, err error) {
	err = k.with(func(s *store.Store) (err error) {
		iv, err = s.Interview(ctx, id)
		return err
	})
	return iv, err
}

func (k *keeper) Place(ctx context.Context, id screening.InterviewID) (at schema.Path, err error) {
	err = k.with(func(s *store.Store) (err error) {
		at, err = s.Place(ctx, id)
		return err
	})
	return at, err
}
