package screens

import (
	"context"
	"time"

	"leeward/internal/screening"
)

// holdFor is how long a talk of which nothing may be on the disk waits in memory behind a lock.
const holdFor = 30 * time.Minute

// held is a talk that nobody agreed to keep, or that is to be counted only, while the device is locked.
// It is shown again to who held the device before, and to nobody else; then it is gone.
type held struct {
	talk   *talk
	holder string
	weighs bool // see talk.weighs; a locked device cannot tell any more
	until  timer
}

// hold keeps the talk in memory over a lock; false where it cannot be told whom it belongs to.
func (s *Screens) hold(t *talk, weighs bool) bool {
	holder, err := s.Device.Holder(context.Background())
	if err != nil {
		s.Log.Error("hold", "code", screening.CodeOf(err))
		return false
	}
	t.stopTyping()
	if err := t.session.Pause(context.Background()); err != nil {
		s.Log.Error("hold", "code", screening.CodeOf(err))
	}
	s.talking = nil
	s.held = &held{talk: t, holder: holder, weighs: weighs, until: s.after(holdFor, s.letGo)}
	return true
}

// letGo forgets a talk that was held, and says so after the next unlocking.
func (s *Screens) letGo() {
	if s.held == nil {
		return
	}
	s.held.until.Stop()
	s.held.talk.session.Forget()
	s.held, s.dropped, s.owed = nil, true, s.held.weighs
}

// takeUp returns the talk that was held, if the device was unlocked by who held it.
func (s *Screens) takeUp() *talk {
	h := s.held
	if h == nil {
		return nil
	}
	if holder, err := s.Device.Holder(context.Background()); err != nil || holder != h.holder {
		s.letGo()
		s.dropped, s.owed = false, false // who unlocked it now has nothing to do with it
		return nil
	}
	h.until.Stop()
	s.held = nil
	return h.talk
}
