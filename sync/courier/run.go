package courier

import (
	"context"
	"math/rand/v2"
	"time"

	"leeward/internal/screening"
)

// Waiting times after a failure: doubled each time, and spread, so that the devices of a region do not all
// come back in the second in which its network does.
const (
	minBackoff = 15 * time.Second
	maxBackoff = 15 * time.Minute
)

// Kick asks Run to sync now. It never waits; kicks that come while one is pending are one.
func (c *Courier) Kick() {
	select {
	case c.kick <- struct{}{}:
	default:
	}
}

// Run syncs at once, then again and again until ctx ends: after Every when all is well, after a growing
// pause when it is not, and whenever it is kicked. It returns when the Sync under way has ended.
func (c *Courier) Run(ctx context.Context) {
	backoff := minBackoff
	for ctx.Err() == nil {
		result, err := c.Sync(ctx)
		if ctx.Err() != nil {
			return
		}
		pause := spread(c.Every)
		if err != nil {
			c.Log.Warn("sync", "code", screening.CodeOf(err), "err", err)
			pause, backoff = spread(backoff), min(backoff*2, maxBackoff)
		} else {
			backoff = minBackoff
		}
		if c.Done != nil {
			c.Done(result, err)
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-c.kick:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// spread returns a time between half of d and one and a half.
func spread(d time.Duration) time.Duration { return d/2 + rand.N(d) }
