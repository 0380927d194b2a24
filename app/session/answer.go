package session

import (
	"context"
	"slices"
	"time"

	"leeward/internal/screening"
	"leeward/schema"
)

// Saved says where the answers are. Screens show it as it is.
type Saved string

// The places.
const (
	InMemory Saved = "in_memory" // nothing is on the disk, and nothing is meant to be
	OnDisk   Saved = "on_disk"   // every answer is on the disk
	NotSaved Saved = "not_saved" // at least one answer should be on the disk and is not
)

// SavedState returns where the answers are now.
func (s *Session) SavedState() Saved {
	switch {
	case len(s.pending) > 0:
		return NotSaved
	case s.phase == kept:
		return OnDisk
	}
	return InMemory
}

// Kept reports whether the interview is on the disk, so that it can be resumed, whether or not its last
// answer is saved. One whose first save has failed is not.
func (s *Session) Kept() bool { return s.phase == kept }

// SaveError returns why the last save failed; nil when nothing waits to be saved.
func (s *Session) SaveError() error { return s.saveErr }

// Standing returns the answer that the screen shows for a question: one that waits to be saved, or else
// the one that stands. saved is false for an answer that waits.
func (s *Session) Standing(path schema.Path) (a schema.Answer, saved bool) {
	if i := s.waiting(path); i >= 0 {
		return s.pending[i].Answer, false
	}
	return s.answers[path], true
}

func (s *Session) waiting(path schema.Path) int {
	return slices.IndexFunc(s.pending, func(w *step) bool { return w.Path == path })
}

// Answer gives an answer, a missing reason, or with the zero Answer takes an answer away. An answer that
// the form does not admit comes back as a Problem for the screen and changes nothing.
//
// When Answer returns nil, nil the answer is where it belongs: on the disk if the interview is kept. If
// the save fails the answer waits: the screen shows it as not saved, Next refuses, and Retry or the
// next Answer tries again.
//
// The answer that completes consent writes everything said so far. One that takes consent back erases
// everything and ends the session ([Session.TakesBack] tells beforehand); one that asks to be counted
// only erases everything and goes on in memory.
func (s *Session) Answer(ctx context.Context, path schema.Path, a schema.Answer) (*schema.Problem, error) {
	if s.phase == over {
		return nil, ErrEnded
	}
	node := s.state.Node(path)
	if node.Item == nil || !asks(node.Item.Kind) || !node.Relevant || node.ReadOnly {
		return nil, ErrNotHere
	}
	if a.IsZero() && s.ofConsent(path) && s.phase != inMemory {
		return &schema.Problem{Path: path, Reason: schema.BadRequired}, nil
	}
	if p := s.state.Admits(path, a, s.answers, s.env()); p != nil {
		return p, nil
	}
	w := &step{
		Recorded: s.record(path, a, s.asked(path, node.Item)),
		next: func(current schema.Answers) schema.Answers {
			changes, _ := s.state.Record(path, a, current, s.env())
			return current.With(changes)
		},
	}
	if i := s.waiting(path); i >= 0 {
		w.unsure = s.pending[i].touched()
		s.pending = slices.Delete(s.pending, i, i+1)
	}
	if err := s.take(ctx, w); err != nil {
		return nil, err
	}
	if s.again != nil {
		if _, asked := s.again[path]; asked {
			s.again[path] = true
		}
	}
	return nil, nil
}

// settled retries what waits, before a step that needs every answer in its place. What waited may have
// been the withdrawal: then there is nothing to step on from.
func (s *Session) settled(ctx context.Context) error {
	if s.phase != over {
		if err := s.Retry(ctx); err != nil {
			return err
		}
	}
	if s.phase == over {
		return ErrEnded
	}
	return nil
}

// keep saves a step, and with it the whole interview if it completes or changes consent.
func (s *Session) keep(ctx context.Context, w *step) error {
	records := w.records()
	if s.phase == kept && !s.ofConsent(w.Path) {
		return s.keeper.SaveAnswers(ctx, s.id, records)
	}
	s.onDisk = true
	if err := s.keeper.Begin(ctx, s.interview(w.Recorded), append(slices.Clone(s.given), records...)); err != nil {
		return err
	}
	s.phase = kept
	return nil
}

// unkeep takes from the disk whatever may be there.
func (s *Session) unkeep(ctx context.Context) error {
	if !s.onDisk {
		return nil
	}
	if err := s.keeper.Erase(ctx, s.id); err != nil {
		return err
	}
	s.onDisk = false
	return nil
}

// shown is how a question was put.
type shown struct {
	lang    schema.Lang
	wording schema.Shown
}

// asked looks up how a question stands on the screen: what the staff answers in the screener's language,
// everything else in the person's.
func (s *Session) asked(path schema.Path, item *schema.Item) shown {
	lang := s.setting.Language
	if item.Staff {
		lang = s.setting.ScreenerLang
	}
	return shown{lang: lang, wording: s.state.Label(path, lang)}
}

func (s *Session) record(path schema.Path, a schema.Answer, q shown) screening.Recorded {
	return screening.Recorded{
		Path: path, Answer: a,
		Lang: q.lang, Wording: q.wording.Wording, Fallback: q.wording.Fallback,
		Unreviewed: q.wording.Translation == schema.MachineDraft,
		At:         s.stamp(), Elapsed: s.elapsed().Truncate(time.Millisecond),
		Screener: s.setting.Screener, Interpreter: s.setting.Interpreter,
	}
}
