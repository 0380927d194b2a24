package device

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/internal/store"
	"leeward/internal/vault"
	"leeward/sync/batch"
)

// defaultCapsuleEvery is how often capsules are sealed at most while answers are given: a seal and two small writes, three
// times a minute, cost next to no battery. What is finished is sealed at once, and what waits before a lock.
const defaultCapsuleEvery = 20 * time.Second

var errPoolFull = errors.New("no room in the pool of capsules")

// capsules keeps the recovery copies of one opening: of every draft, every finished interview and every withdrawal that
// the office has not opened, the newest state of each, sealed to the office in the pool, from where they can be handed in
// by anybody (sync/batch/FORMAT.md, Capsules). Saving an answer only tells it that something changed.
type capsules struct {
	store  *store.Store
	pool   *vault.Pool
	signer func(context.Context) seal.Signer // of the enrolment that stands
	now    func() time.Time
	log    *slog.Logger
	every  time.Duration

	telling sync.Mutex
	changed map[screening.InterviewID]bool
	wake    chan struct{} // something changed
	soon    chan struct{} // and it is not to wait

	mu     sync.Mutex // held while one capsule is made or erased
	slots  [vault.PoolSlots]slot
	loaded bool
}

func newCapsules(d *Device, o *opened) *capsules {
	return &capsules{
		signer: func(ctx context.Context) seal.Signer { return o.vault.Signer(o.keys(ctx)) },
		store:  o.store, pool: o.pool, now: d.o.Now, log: d.o.Log, every: d.o.CapsuleEvery,
		changed: map[screening.InterviewID]bool{}, wake: make(chan struct{}, 1), soon: make(chan struct{}, 1),
	}
}

// touch says that an interview changed; soon, that its capsule is to be made without waiting for further answers. It
// never waits.
func (c *capsules) touch(id screening.InterviewID, soon bool) {
	c.telling.Lock()
	c.changed[id] = true
	c.telling.Unlock()
	signal(c.wake)
	if soon {
		signal(c.soon)
	}
}

func signal(to chan struct{}) {
	select {
	case to <- struct{}{}:
	default:
	}
}

// run makes capsules until ctx ends.
func (c *capsules) run(ctx context.Context) {
	c.settle(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.wake:
		}
		pause := time.NewTimer(c.every)
		select {
		case <-ctx.Done():
		case <-c.soon:
		case <-pause.C:
		}
		pause.Stop()
		c.flush(ctx)
	}
}

// flush makes the capsules of what changed.
func (c *capsules) flush(ctx context.Context) {
	c.telling.Lock()
	ids := c.changed
	c.changed = map[screening.InterviewID]bool{}
	c.telling.Unlock()
	for id := range ids {
		if ctx.Err() != nil { // locked: what remains is made before the store closes
			c.telling.Lock()
			c.changed[id] = true
			c.telling.Unlock()
			continue
		}
		if err := c.copy(ctx, id); err != nil { // the next answer, sync or unlock tries again
			c.log.Error("make a capsule", "code", screening.CodeOf(err), "full", errors.Is(err, errPoolFull))
		}
	}
}

// settle brings the pool to what the store says: after an unlock, an enrolment, a sync, or a crash in between.
func (c *capsules) settle(ctx context.Context) {
	list, err := c.store.Copied(ctx)
	if err != nil {
		if ctx.Err() == nil { // not locked meanwhile: then the next unlock does it
			c.log.Error("list what needs a capsule", "code", screening.CodeOf(err))
		}
		return
	}
	stands := map[screening.InterviewID]bool{}
	for _, one := range list {
		stands[one.ID] = true
	}
	c.mu.Lock()
	err = c.load()
	for at, s := range c.slots {
		if s.id != (screening.InterviewID{}) && !stands[s.id] { // the office opened it, or it was erased here
			err = errors.Join(err, c.erase(at))
		}
	}
	held := c.held()
	c.mu.Unlock()
	if err != nil {
		c.log.Error("settle the pool of capsules", "code", screening.CodeOf(err))
	}
	for _, one := range list {
		if one.Rung < screening.RungSealed || held[one.ID] { // what was sealed can be handed in with its batch
			c.touch(one.ID, true)
		}
	}
	c.flush(ctx)
}

// erasing runs do, which erases something of an interview, together with the erasing of its capsule: before do, so that a
// program that ends in between leaves no capsule that says more than the store.
func (c *capsules) erasing(id screening.InterviewID, do func() error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	err := c.load()
	for at, s := range c.slots {
		if s.id == id {
			err = errors.Join(err, c.erase(at))
		}
	}
	err = errors.Join(do(), err)
	c.touch(id, true)
	return err
}

// copy puts the present state of an interview into the pool. What is gone from the store goes from there too.
func (c *capsules) copy(ctx context.Context, id screening.InterviewID) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.load(); err != nil {
		return err
	}
	p, to, err := c.parameters(ctx)
	if err != nil {
		return err
	}
	what, iv, err := c.store.ToCopy(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return c.drop(id, [16]byte{})
	}
	if err != nil {
		return err
	}
	record, err := recordOf(what, iv)
	if err != nil {
		return err
	}
	state := stateOf(record, p)
	if c.has(id, state) {
		return nil
	}
	if what.Status != screening.Withdrawn {
		edition, err := c.store.NumberCopy(ctx, id)
		if err != nil {
			return err
		}
		if record.Kind == batch.KindDraft {
			record.Version = edition
		}
	}
	capsule, err := batch.PackCapsule(p, record, c.signer(ctx), to)
	if err != nil {
		return err
	}
	return c.put(ctx, id, state, batch.SplitPool(id, state, capsule, vault.MaxCapsule))
}

// recordOf is what a capsule of an interview holds; that of a draft still lacks the number of its edition.
func recordOf(what store.Copied, iv screening.Interview) (batch.Record, error) {
	switch what.Status {
	case screening.Withdrawn:
		return batch.FromWithdrawal(screening.Withdrawal{Interview: what.ID, Version: what.Version, At: what.At})
	case screening.Draft:
		return batch.FromDraft(iv, 0)
	}
	return batch.FromInterview(iv)
}

// stateOf names what a capsule says, and to whom, but for the number of the edition.
func stateOf(r batch.Record, p batch.Parameters) [16]byte {
	h := sha256.New()
	fmt.Fprintf(h, "%x %d %d %d ", p.Device, p.Epoch, p.RootVersion, r.Kind)
	h.Write(r.Body)
	return [16]byte(h.Sum(nil))
}

// parameters are of the office as the store knows it now.
func (c *capsules) parameters(ctx context.Context) (p batch.Parameters, to []seal.Recipient, err error) {
	enrolment, root, err := enrolledIn(ctx, c.store)
	if err != nil {
		return p, nil, err
	}
	n, open := c.store.Generation()
	return batch.Parameters{
		Device: enrolment.Device, Epoch: enrolment.Epoch, Made: c.now(), RootVersion: root.Version,
		Generation: batch.Generation{N: n, Open: open},
	}, root.Payload, nil
}
