package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"leeward/internal/screening"
)

// A clock that leaps, because a battery died or somebody set the wrong year, must not make the office think that
// everything in it is old: what is erased for its age is gone. So nothing is, until the clock went on evenly for a week.

// settingClock is what an office remembers of its own clock.
const settingClock = "clock"

const (
	leapAhead = 14 * 24 * time.Hour // an office may be switched off over the holidays
	leapBack  = time.Hour
	evenly    = 7 * 24 * time.Hour
)

// clockSeen is the value of settingClock.
type clockSeen struct {
	Seen  time.Time     `json:"seen"`
	Since time.Time     `json:"since"` // from when on it went evenly, by itself
	Leapt time.Duration `json:"leapt"` // by how much it had gone wrong then, or the office been off; 0 for a new office
}

// even says whether the clock went on evenly for so long that ages can be told by it.
func (c clockSeen) even(now time.Time) bool { return now.Sub(c.Since) >= evenly }

// next is what is known once the clock shows now.
func (c clockSeen) next(now time.Time) clockSeen {
	switch by := now.Sub(c.Seen); {
	case c.Seen.IsZero():
		return clockSeen{Seen: now, Since: now}
	case by > leapAhead || by < -leapBack:
		return clockSeen{Seen: now, Since: now, Leapt: by}
	}
	return clockSeen{Seen: now, Since: c.Since, Leapt: c.Leapt}
}

func (o *office) clockSeen(ctx context.Context) (c clockSeen, err error) {
	said, err := o.records.Setting(ctx, settingClock)
	if err != nil || said == "" {
		return c, err
	}
	if err := json.Unmarshal([]byte(said), &c); err != nil {
		return c, screening.Fail(screening.CodeDamaged, fmt.Errorf("what is known of the clock: %w", err))
	}
	return c, nil
}

// watchClock notes what the clock shows, and says whether ages can be told by it.
func (o *office) watchClock(ctx context.Context) (even bool, err error) {
	before, err := o.clockSeen(ctx)
	if err != nil {
		return false, err
	}
	now := o.now().UTC()
	c := before.next(now)
	if c.Leapt != 0 && c.Since.Equal(now) {
		o.program.Log.Warn("the clock leapt: nothing is erased for its age for a week", "hours", int(c.Leapt.Hours()))
	}
	b, err := json.Marshal(c)
	if err != nil {
		return false, fmt.Errorf("note the clock: %w", err)
	}
	return c.even(now), o.records.SetSetting(ctx, settingClock, string(b))
}

// checkLeap says whether the clock leapt within the week.
func (o *office) checkLeap(ctx context.Context) check {
	c, err := o.clockSeen(ctx)
	if err != nil {
		return sick("clock's gait", err)
	}
	now := o.now().UTC()
	if c = c.next(now); c.Leapt == 0 || c.even(now) {
		return check{"clock's gait", stateOK, "it went on evenly", ""}
	}
	return check{
		"clock's gait", stateLook, fmt.Sprintf(leaptFound, int(c.Leapt.Hours()/24), c.Since.Format(time.DateOnly)),
		fmt.Sprintf(leaptAdvice, c.Since.Add(evenly).Format(time.DateOnly)),
	}
}
