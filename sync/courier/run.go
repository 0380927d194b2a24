package courier

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"leeward/internal/screening"
)

// Waiting times after a failure: doubled each time, and spread, so that the devices of a region do not all
// come back in the second in which its network does.
const (
	minBackoff = 15 * time.Second
	maxBackoff = 15 * time.Minute
)

// When a way to a network appears the office is asked soon, and not at once: a link that just came up often goes again.
// One that comes and goes all day is asked over less and less often, until the office answers.
const (
	minHop = 4 * time.Second
	maxHop = 2 * time.Minute
)

// Kick asks Run to sync now. It never waits; kicks that come while one is pending are one.
func (c *Courier) Kick() {
	select {
	case c.kick <- struct{}{}:
	default:
	}
}

// Run syncs at once, then again and again until ctx ends: after Every when all is well, after a growing
// pause when it is not, soon after a way to a network appeared over which the office may be reached again, and whenever it
// is kicked. While ByHand says so it does nothing of this. It returns when the Sync under way has ended.
func (c *Courier) Run(ctx context.Context) {
	appeared := make(chan struct{}, 1)
	var watching sync.WaitGroup
	defer watching.Wait()
	if c.Way != nil {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		watching.Go(func() { watch(ctx, c.Way, appeared) })
	}
	backoff, hop := minBackoff, minHop
	for ctx.Err() == nil {
		if c.ByHand != nil && c.ByHand() {
			c.rest(ctx, nil, nil)
			continue
		}
		forget(appeared) // what appeared before this try is tried by it
		result, err := c.Sync(ctx)
		if ctx.Err() != nil {
			return
		}
		pause, links := spread(c.Every), (<-chan struct{})(nil)
		if err != nil {
			c.Log.Warn("sync", "code", screening.CodeOf(err), "err", err)
			pause, backoff = max(spread(backoff), asked(err)), min(backoff*2, maxBackoff)
		} else {
			backoff, hop = minBackoff, minHop
		}
		if unreached(err) {
			links = appeared
		}
		if c.Done != nil {
			c.Done(result, err)
		}
		if c.rest(ctx, time.After(pause), links) {
			c.rest(ctx, time.After(spread(hop)), nil)
			backoff, hop = minBackoff, min(hop*2, maxHop)
		}
	}
}

// rest waits for the end of a pause, a kick or the end, and says whether it was for a link instead.
func (c *Courier) rest(ctx context.Context, over <-chan time.Time, links <-chan struct{}) (linked bool) {
	select {
	case <-ctx.Done():
	case <-c.kick:
	case <-over:
	case <-links:
		return true
	}
	return false
}

func forget(signal <-chan struct{}) {
	select {
	case <-signal:
	default:
	}
}

// unreached reports whether another way to a network may change anything: nobody answered, or somebody else did, as
// the network of a hotel does before somebody pays.
func unreached(err error) bool {
	code := screening.CodeOf(err)
	return err != nil && (code == screening.CodeOffline || code == screening.CodeWrongOffice)
}

// asked is how long an office wants to be left alone.
func asked(err error) time.Duration {
	if no, ok := errors.AsType[*Refused](err); ok {
		return no.After
	}
	return 0
}

// spread returns a time between half of d and one and a half.
func spread(d time.Duration) time.Duration { return d/2 + rand.N(d) }
