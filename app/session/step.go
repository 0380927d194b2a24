package session

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"leeward/internal/screening"
	"leeward/schema"
)

// step is one change on its way to where it belongs: an answer with everything that it sets off, or a
// change of instances. It is saved whole or not at all.
type step struct {
	screening.Recorded // the answer; without a path where nothing was answered
	next               func(current schema.Answers) schema.Answers
	follows            []screening.Recorded // what it sets off
	numbered           bool                 // the records have their numbers: a try was made, and may have worked
	unsure             []schema.Path        // what an earlier answer to the same question may have left on the disk
}

// records is what is saved, in order.
func (w *step) records() []screening.Recorded {
	if w.Path == "" {
		return w.follows
	}
	return append([]screening.Recorded{w.Recorded}, w.follows...)
}

// touched returns what a try may have changed on the disk beside the answer.
func (w *step) touched() []schema.Path {
	out := w.unsure
	for _, r := range w.follows {
		out = append(out, r.Path)
	}
	return out
}

// take adds a step to what waits, and saves what waits.
func (s *Session) take(ctx context.Context, w *step) error {
	s.pending = append(s.pending, w)
	return s.Retry(ctx)
}

// Retry saves what waits, oldest first. It is not an error that nothing waits.
func (s *Session) Retry(ctx context.Context) error {
	for len(s.pending) > 0 {
		w := s.pending[0]
		s.number(w)
		if err := s.commit(ctx, w); err != nil {
			s.saveErr = err
			s.log.Error("answer not saved", "interview", s.id.String(), "code", screening.CodeOf(err))
			return fmt.Errorf("%w: %w", ErrNotSaved, err)
		}
		if s.phase == over {
			return nil
		}
		s.pending = s.pending[1:]
		var changed []schema.Path
		for _, r := range w.records() {
			s.apply(r)
			changed = append(changed, r.Path)
		}
		s.follow(changed)
		s.settle()
	}
	s.saveErr = nil
	return nil
}

// number works out what a step sets off and gives its records their numbers. A step that is tried again
// keeps them: the keeper knows by them what it has already.
func (s *Session) number(w *step) {
	if w.numbered {
		return
	}
	w.numbered = true
	now := s.answers
	if w.Path != "" {
		w.Seq = s.nextSeq()
		now = s.with(w.Path, w.Answer)
	}
	after := w.next(s.answers)
	paths := s.changed(now, after)
	for _, path := range w.unsure {
		if path != w.Path && !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	for _, path := range paths {
		r := s.record(path, after[path], shown{})
		r.Seq = s.nextSeq()
		w.follows = append(w.follows, r)
	}
}

func (s *Session) nextSeq() uint64 {
	s.seq++
	return s.seq
}

// changed returns where two sets of answers differ, sorted.
func (s *Session) changed(before, after schema.Answers) (paths []schema.Path) {
	for path, a := range after {
		if before[path] != a {
			paths = append(paths, path)
		}
	}
	for _, path := range slices.Collect(maps.Keys(before)) {
		if _, still := after[path]; !still {
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	return paths
}

// commit brings a step to where consent says that it belongs. What is on the disk and may not stay there
// is erased before anything else happens.
func (s *Session) commit(ctx context.Context, w *step) error {
	said := s.answers
	if w.Path != "" {
		said = s.with(w.Path, w.Answer)
	}
	switch s.consentOf(said) {
	case consentGiven:
		if len(w.records()) == 0 {
			return nil
		}
		return s.keep(ctx, w)
	case consentTally:
		if err := s.unkeep(ctx); err != nil {
			return err
		}
		s.phase = counted
	case consentRefused:
		if s.onDisk {
			return s.Withdraw(ctx)
		}
		s.phase = inMemory
	case consentOpen:
		if err := s.unkeep(ctx); err != nil { // a first write whose outcome is unknown
			return err
		}
		s.phase = inMemory
	}
	return nil
}
