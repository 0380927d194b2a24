package session

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"leeward/internal/screening"
	"leeward/schema"
)

// LeaveOut erases an answer with all its earlier values, on the disk and here, because the person asked
// for it; "declined" stands in its place, so that nobody asks again. With it goes whatever was worked out
// from it and kept, and what was noted as done about a need that it named, and inside a repeat every earlier value of the same question: instances move up when
// one is removed, and what was said may have stood elsewhere. Questions of consent cannot be left out
// (ErrNotHere): that is a withdrawal.
func (s *Session) LeaveOut(ctx context.Context, path schema.Path) error {
	if s.phase == over {
		return ErrEnded
	}
	node := s.state.Node(path)
	if node.Item == nil || !asks(node.Item.Kind) || s.ofConsent(path) {
		return ErrNotHere
	}
	declined := schema.Answer{Missing: schema.Declined}
	whole := append(append(s.workedOut(path), s.actionsOf(path)...), path)
	earlier := s.elsewhere(path)
	if err := s.strike(ctx, whole, earlier); err != nil {
		return err
	}
	s.forget(whole, earlier)
	s.evaluate()
	s.settle()
	if !s.state.Node(path).Relevant {
		return nil
	}
	p, err := s.Answer(ctx, path, declined)
	if p != nil {
		err = errors.Join(err, fmt.Errorf("leave out: the form does not admit %q", schema.Declined))
	}
	return err
}

// workedOut returns what calculations kept of an answer: what they would hold otherwise without it, and
// what holds any of its words.
func (s *Session) workedOut(path schema.Path) []schema.Path {
	declined := schema.Answer{Missing: schema.Declined}
	paths := s.changed(s.with(path, declined), s.form.Record(path, declined, s.answers, s.env()))
	for at, a := range s.answers {
		item, ok := s.form.Item(at)
		if !ok || item.Calculation == "" || slices.Contains(paths, at) {
			continue
		}
		if slices.ContainsFunc(s.given, func(r screening.Recorded) bool {
			return r.Path == path && r.Answer.Value != "" && strings.Contains(a.Value, r.Answer.Value)
		}) {
			paths = append(paths, at)
		}
	}
	return paths
}

// elsewhere returns the questions of other instances of which something was said that stands no longer.
func (s *Session) elsewhere(path schema.Path) []schema.Path {
	paths := make(map[schema.Path]bool)
	for _, r := range s.given {
		if r.Path != path && r.Path.WithoutIndexes() == path.WithoutIndexes() {
			paths[r.Path] = true
		}
	}
	return slices.Sorted(maps.Keys(paths))
}

// strike erases on the disk: everything of whole, and of earlier all but what stands.
func (s *Session) strike(ctx context.Context, whole, earlier []schema.Path) error {
	if s.phase != kept {
		return s.unkeep(ctx) // a first write whose outcome is unknown
	}
	for _, path := range whole {
		if err := s.keeper.Strike(ctx, s.id, path); err != nil {
			return err
		}
	}
	for _, path := range earlier {
		if err := s.keeper.StrikeEarlier(ctx, s.id, path); err != nil {
			return err
		}
	}
	return nil
}

// forget is strike for the memory.
func (s *Session) forget(whole, earlier []schema.Path) {
	last := make(map[schema.Path]int)
	for i, r := range s.given {
		last[r.Path] = i
	}
	var left []screening.Recorded
	for i, r := range s.given {
		if slices.Contains(whole, r.Path) || slices.Contains(earlier, r.Path) && last[r.Path] != i {
			continue
		}
		left = append(left, r)
	}
	s.given = left
	s.pending = slices.DeleteFunc(s.pending, func(w *step) bool { return slices.Contains(whole, w.Path) })
	for _, path := range whole {
		delete(s.answers, path)
	}
	s.removed = nil
}
