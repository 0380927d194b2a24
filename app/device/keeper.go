package device

import (
	"context"
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
	o, leave, err := k.device.enter()
	if err != nil {
		return err
	}
	defer leave()
	if o.id != k.id || (o.practice != nil) != k.practice {
		return ErrLocked
	}
	return do(o.desk())
}

func (k *keeper) Begin(ctx context.Context, iv screening.Interview, first []screening.Recorded) error {
	return k.with(func(s *store.Store) error { return s.Begin(ctx, iv, first) })
}

func (k *keeper) SaveAnswers(ctx context.Context, id screening.InterviewID, given []screening.Recorded) error {
	return k.with(func(s *store.Store) error { return s.SaveAnswers(ctx, id, given) })
}

func (k *keeper) SetPlace(ctx context.Context, id screening.InterviewID, at schema.Path, who screening.Setting) error {
	return k.with(func(s *store.Store) error { return s.SetPlace(ctx, id, at, who) })
}

func (k *keeper) Strike(ctx context.Context, id screening.InterviewID, path schema.Path) error {
	return k.with(func(s *store.Store) error { return s.Strike(ctx, id, path) })
}

func (k *keeper) StrikeEarlier(ctx context.Context, id screening.InterviewID, path schema.Path) error {
	return k.with(func(s *store.Store) error { return s.StrikeEarlier(ctx, id, path) })
}

func (k *keeper) Complete(ctx context.Context, id screening.InterviewID, finished time.Time, drop []schema.Path) error {
	return k.with(func(s *store.Store) error { return s.Complete(ctx, id, finished, drop) })
}

func (k *keeper) Withdraw(ctx context.Context, id screening.InterviewID, at time.Time) (sealedAlready bool, err error) {
	err = k.with(func(s *store.Store) (err error) {
		sealedAlready, err = s.Withdraw(ctx, id, at)
		return err
	})
	return sealedAlready, err
}

func (k *keeper) Erase(ctx context.Context, id screening.InterviewID) error {
	return k.with(func(s *store.Store) error { return s.Erase(ctx, id) })
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
