package session

import (
	"context"
	"fmt"
	"slices"

	"leeward/internal/screening"
	"leeward/schema"
)

// Finish ends the talk. While [Session.OpenActions] lists a need it refuses with ErrNeeds. While a relevant required question has neither an answer nor a reason, or an
// answer is not valid, it changes nothing and returns what is missing. Otherwise answers to questions
// that are no longer relevant are erased and the interview is final; of somebody who asked to be counted
// only, one number is kept. Without consent there is nothing to finish (no_consent): Abandon.
func (s *Session) Finish(ctx context.Context) ([]schema.Problem, error) {
	if err := s.settled(ctx); err != nil {
		return nil, err
	}
	switch agreed := s.consentOf(s.answers); {
	case agreed == consentOpen || agreed == consentRefused:
		return nil, screening.Fail(screening.CodeNoConsent, fmt.Errorf("finish interview %s", s.id))
	case len(s.OpenActions()) > 0:
		return nil, ErrNeeds
	case agreed == consentTally:
		if err := s.keeper.CountOnly(ctx, s.tally()); err != nil {
			return nil, err
		}
		s.close()
		return nil, nil
	}
	s.evaluate() // "today" may have changed since the last answer
	if problems := s.state.Problems(); len(problems) > 0 {
		return problems, nil
	}
	drop, err := s.tidy(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.keeper.Complete(ctx, s.id, s.stamp(), drop); err != nil {
		return nil, err
	}
	s.close()
	return nil, nil
}

// tidy returns the questions that are no longer relevant, and saves anew the answers of which only a part
// is kept: several choices of which one is no longer offered.
func (s *Session) tidy(ctx context.Context) (drop []schema.Path, err error) {
	keep := s.state.Kept()
	said := make(map[schema.Path]bool)
	for _, r := range slices.Clone(s.given) { // apply below appends
		if said[r.Path] {
			continue
		}
		said[r.Path] = true
		now, answered := keep[r.Path]
		node := s.state.Node(r.Path)
		if !node.Relevant {
			if !answered { // how many rounds a repeat has is kept at the path of the repeat, which is no question
				drop = append(drop, r.Path)
			}
			continue
		}
		if !answered || now == s.answers[r.Path] {
			continue
		}
		part := s.record(r.Path, now, s.asked(r.Path, node.Item))
		part.Seq = s.nextSeq()
		if err := s.keeper.SaveAnswers(ctx, s.id, []screening.Recorded{part}); err != nil {
			return nil, err
		}
		s.apply(part)
	}
	return drop, nil
}

// tally is all that remains of somebody who asked to be counted only.
func (s *Session) tally() screening.Tally {
	return screening.Tally{Place: s.place, Month: s.now().Format("2006-01"), Child: s.state.Child()}
}

// Withdraw takes everything back: it asks nothing, erases what is on the disk and here, and ends the
// session. After an error nothing has ended; call it again.
func (s *Session) Withdraw(ctx context.Context) error {
	if s.phase == over {
		return ErrEnded
	}
	if s.onDisk {
		if _, err := s.keeper.Withdraw(ctx, s.id, s.stamp()); err != nil {
			return err
		}
	}
	s.close()
	return nil
}

// Stop ends the talk and asks nothing. What is kept stays as a draft, to be gone on with, finished or
// withdrawn later; of what is in memory nothing stays. If an answer that should be on the disk is not,
// Stop tries once more and ends only if that works: StopAndErase ends in any case.
func (s *Session) Stop(ctx context.Context) error {
	if s.phase == over {
		return ErrEnded
	}
	if err := s.Retry(ctx); err != nil {
		return err
	}
	if s.phase == over { // what waited was the withdrawal
		return nil
	}
	if s.phase != kept {
		return s.StopAndErase(ctx)
	}
	if err := s.keepPlace(ctx); err != nil {
		return err
	}
	s.close()
	return nil
}

// StopAndErase ends the talk, asks nothing and leaves nothing.
func (s *Session) StopAndErase(ctx context.Context) error {
	if s.phase == over {
		return ErrEnded
	}
	if err := s.unkeep(ctx); err != nil {
		return err
	}
	s.close()
	return nil
}

// Abandon ends a talk of which nothing was kept: consent refused, or never asked. It leaves no trace. An
// interview that is kept is not abandoned (ErrKept).
func (s *Session) Abandon(ctx context.Context) error {
	if s.phase == kept {
		return ErrKept
	}
	return s.StopAndErase(ctx)
}

// Forget ends a talk of which nothing is on the disk, without asking the keeper for anything: the device
// may be locked. A kept interview is left as it is.
func (s *Session) Forget() {
	if s.phase != over {
		s.close()
	}
}
