package session

import (
	"slices"

	"leeward/schema"
)

// Urgent goes to the first question of bodily needs, from anywhere and at any time. The place is kept
// for ReturnFromUrgent.
func (s *Session) Urgent() error {
	if s.phase == over {
		return ErrEnded
	}
	list, _ := s.pages()
	i := slices.IndexFunc(list, func(p page) bool { return p.stage == schema.StageNeeds })
	if i < 0 {
		return ErrNotHere
	}
	if s.urgentTo == "" {
		s.urgentTo = s.at
	}
	s.at = list[i].at()
	return nil
}

// ReturnFromUrgent goes back to where Urgent was called.
func (s *Session) ReturnFromUrgent() {
	if s.urgentTo == "" {
		return
	}
	s.at, s.urgentTo = s.urgentTo, ""
	s.settle()
}
