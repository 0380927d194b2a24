package device

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"

	"leeward/internal/screening"
	"leeward/sync/batch"
)

// slot is what lies in one file of the pool; a zero id for nothing.
type slot struct {
	id    screening.InterviewID
	state [16]byte
}

// put writes the entries of a capsule and then lets go of what was there of the same interview. One that fits into one
// file, as nearly all do, takes the place of the one before in one step.
func (c *capsules) put(ctx context.Context, id screening.InterviewID, state [16]byte, entries [][]byte) error {
	var at []int
	if old := c.of(id); len(old) == 1 && len(entries) == 1 {
		at = old
	} else {
		if at = c.free(); len(at) < len(entries) {
			if err := c.makeRoom(ctx, id, len(entries)-len(at)); err != nil {
				return err
			}
			at = c.free()
		}
		if len(at) < len(entries) {
			return errPoolFull
		}
	}
	for i, entry := range entries {
		c.slots[at[i]] = slot{id, state}
		if err := c.pool.Put(at[i], entry); err != nil {
			c.loaded = false // what lies there now is read again
			return err
		}
	}
	return c.drop(id, state)
}

// makeRoom erases capsules of what lies in a sealed batch, which can be handed in as it is, the longest untouched first.
func (c *capsules) makeRoom(ctx context.Context, but screening.InterviewID, n int) error {
	list, err := c.store.Copied(ctx)
	if err != nil {
		return err
	}
	for _, one := range slices.Backward(list) {
		if one.Rung < screening.RungSealed || one.ID == but || one.Status == screening.Withdrawn {
			continue
		}
		for _, at := range c.of(one.ID) {
			if err := c.erase(at); err != nil {
				return err
			}
			n--
		}
		if n <= 0 {
			return nil
		}
	}
	return nil
}

// drop erases what there is of an interview, but for the one state.
func (c *capsules) drop(id screening.InterviewID, but [16]byte) (err error) {
	for _, at := range c.of(id) {
		if c.slots[at].state != but {
			err = errors.Join(err, c.erase(at))
		}
	}
	return err
}

func (c *capsules) erase(at int) error {
	if err := c.pool.Erase(at); err != nil {
		return err
	}
	c.slots[at] = slot{}
	return nil
}

// load reads once what lies in the pool. A capsule that a crash left in pieces is erased.
func (c *capsules) load() error {
	if c.loaded {
		return nil
	}
	parts := map[slot]int{}
	of := map[slot]int{}
	for at := range c.slots {
		c.slots[at] = slot{}
		b, held, err := c.pool.Read(at)
		if err != nil {
			return err
		}
		if !held {
			continue
		}
		e, err := batch.ParsePoolEntry(b)
		if err != nil {
			if err := c.pool.Erase(at); err != nil {
				return err
			}
			continue
		}
		c.slots[at] = slot{e.Interview, e.State}
		parts[c.slots[at]]++
		of[c.slots[at]] = e.Of
	}
	for at, s := range c.slots {
		if parts[s] != of[s] {
			if err := c.erase(at); err != nil {
				return err
			}
		}
	}
	c.loaded = true
	return nil
}

func (c *capsules) of(id screening.InterviewID) (at []int) {
	for i, s := range c.slots {
		if s.id == id {
			at = append(at, i)
		}
	}
	return at
}

// free are the slots that nothing lies in, in a random order: a place in the folder says nothing.
func (c *capsules) free() []int {
	at := c.of(screening.InterviewID{})
	rand.Shuffle(len(at), func(i, j int) { at[i], at[j] = at[j], at[i] })
	return at
}

func (c *capsules) has(id screening.InterviewID, state [16]byte) bool {
	at := c.of(id)
	return len(at) > 0 && !slices.ContainsFunc(at, func(i int) bool { return c.slots[i].state != state })
}

// drafts makes what waits to be made, and counts the drafts of which there is a capsule.
func (c *capsules) drafts(ctx context.Context) (n int, err error) {
	c.flush(ctx)
	list, err := c.store.Copied(ctx)
	if err != nil {
		return 0, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	held := c.held()
	for _, one := range list {
		if one.Status == screening.Draft && held[one.ID] {
			n++
		}
	}
	return n, nil
}

func (c *capsules) held() map[screening.InterviewID]bool {
	held := map[screening.InterviewID]bool{}
	for _, s := range c.slots {
		held[s.id] = true
	}
	return held
}
