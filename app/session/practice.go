package session

import (
	"context"

	"leeward/schema"
)

// Unkeep takes what was kept so far off the disk and goes back before consent: the answers stay in memory,
// those of the step of consent do not. It is for a talk that was begun in practice with somebody real.
func (s *Session) Unkeep(ctx context.Context) error {
	if s.phase == over {
		return ErrEnded
	}
	if err := s.unkeep(ctx); err != nil {
		return err
	}
	s.phase = inMemory
	c := s.form.Questionnaire().Consent
	s.pending, s.saveErr = nil, nil
	s.forget([]schema.Path{c.Agree, c.Keep}, nil)
	s.staffOpen, s.urgentTo = false, ""
	s.evaluate()
	s.at = c.Agree
	list, _ := s.pages()
	for _, p := range list { // the lines that are read first
		if s.form.Stage(p.at()) == s.form.Stage(c.Agree) {
			s.at = p.at()
			break
		}
	}
	s.settle()
	return nil
}

// KeepWith makes another keeper responsible from now on. The session must not be kept: see Unkeep.
func (s *Session) KeepWith(k Keeper) {
	if s.phase != kept {
		s.keeper, s.onDisk = k, false
	}
}
