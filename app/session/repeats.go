package session

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"leeward/schema"
)

// Instance is one round of a repeat as the screen shows it.
type Instance struct {
	Path   schema.Path // with its own number: /data/child[2]
	Repeat schema.Path // without
	Index  int         // from 1
	Of     int
	Free   bool // the screener adds and removes rounds; false where the questionnaire says how many there are
}

// removal is what UndoRemove brings back.
type removal struct {
	repeat schema.Path
	was    schema.Answers // of the whole repeat
}

// instance returns the innermost round that a question lies in; ok is false outside of repeats.
func (s *Session) instance(path schema.Path) (i Instance, ok bool) {
	open := strings.LastIndexByte(string(path), '[')
	if open < 0 {
		return Instance{}, false
	}
	end := open + strings.IndexByte(string(path[open:]), ']')
	n, err := strconv.Atoi(string(path[open+1 : end]))
	if err != nil {
		return Instance{}, false
	}
	repeat := path[:open]
	return Instance{
		Path: path[:end+1], Repeat: repeat, Index: n, Of: s.state.Counts()[repeat], Free: s.free(repeat),
	}, true
}

// free reports whether the screener decides how many rounds a repeat has.
func (s *Session) free(repeat schema.Path) bool {
	item, ok := s.form.Item(repeat)
	return ok && item.Kind == schema.Repeat && item.RepeatCount == ""
}

// doors returns the repeats to which a round can be added now, in document order.
func (s *Session) doors() (list []schema.Path) {
	for _, repeat := range slices.Collect(maps.Keys(s.state.Counts())) {
		if !s.free(repeat) || s.form.Stage(repeat) == schema.StageStaff && !s.staffOpen {
			continue
		}
		around := repeat[:strings.LastIndexByte(string(repeat), '/')]
		shown := s.state.Relevant(repeat + "[1]")
		if s.state.Counts()[repeat] == 0 {
			shown = !strings.Contains(string(around[1:]), "/") || s.state.Relevant(around)
		}
		if shown {
			list = append(list, repeat)
		}
	}
	slices.SortFunc(list, s.order)
	return list
}

// AddInstance begins one round more of a repeat, named without a number of its own, and goes to it.
func (s *Session) AddInstance(ctx context.Context, repeat schema.Path) error {
	if err := s.settled(ctx); err != nil {
		return err
	}
	if !slices.Contains(s.doors(), repeat) {
		return ErrNotHere
	}
	s.removed = nil
	n := s.state.Counts()[repeat] + 1
	err := s.take(ctx, &step{next: func(now schema.Answers) schema.Answers {
		return s.form.Settle(s.form.AddInstance(repeat, now, s.env()), s.env())
	}})
	if err != nil {
		return err
	}
	inside := string(repeat) + "[" + strconv.Itoa(n) + "]/"
	for _, path := range s.state.Visible() {
		if strings.HasPrefix(string(path), inside) {
			return s.moveTo(ctx, path)
		}
	}
	return nil
}

// RemoveInstance takes one round away, as in /data/child[2]; later ones move up. [Session.UndoRemove]
// brings it back as long as nothing else is added, removed or left out.
func (s *Session) RemoveInstance(ctx context.Context, round schema.Path) error {
	if err := s.settled(ctx); err != nil {
		return err
	}
	i, ok := s.instance(round)
	if !ok || i.Path != round || !i.Free || i.Index > i.Of {
		return ErrNotHere
	}
	was := make(schema.Answers)
	for path, a := range s.answers {
		if path == i.Repeat || strings.HasPrefix(string(path), string(i.Repeat)+"[") {
			was[path] = a
		}
	}
	err := s.take(ctx, &step{next: func(now schema.Answers) schema.Answers {
		return s.form.Settle(s.form.RemoveInstance(round, now, s.env()), s.env())
	}})
	if err != nil {
		return err
	}
	s.removed = &removal{i.Repeat, was}
	s.at = i.Repeat // where one may be added again
	s.settle()
	return s.keepPlace(ctx)
}

// CanUndoRemove reports whether a round that was removed can come back, and of which repeat.
func (s *Session) CanUndoRemove() (repeat schema.Path, ok bool) {
	if s.removed == nil {
		return "", false
	}
	return s.removed.repeat, true
}

// UndoRemove brings the round back that RemoveInstance took away last.
func (s *Session) UndoRemove(ctx context.Context) error {
	if err := s.settled(ctx); err != nil {
		return err
	}
	gone := s.removed
	if gone == nil {
		return ErrNotHere
	}
	err := s.take(ctx, &step{next: func(now schema.Answers) schema.Answers {
		back := maps.Clone(now)
		maps.DeleteFunc(back, func(path schema.Path, _ schema.Answer) bool {
			return path == gone.repeat || strings.HasPrefix(string(path), string(gone.repeat)+"[")
		})
		maps.Copy(back, gone.was)
		return s.form.Settle(back, s.env())
	}})
	if err == nil {
		s.removed = nil
	}
	return err
}

// order tells which of two places comes first in the interview; a repeat comes before its rounds.
func (s *Session) order(a, b schema.Path) int {
	one, two := strings.Split(string(a), "/"), strings.Split(string(b), "/")
	for i := range min(len(one), len(two)) {
		if one[i] == two[i] {
			continue
		}
		nameA, roundA := cutRound(one[i])
		nameB, roundB := cutRound(two[i])
		if nameA == nameB {
			return cmp.Compare(roundA, roundB)
		}
		head := strings.Join(one[:i], "/") + "/"
		return cmp.Compare(s.rank(schema.Path(head+nameA)), s.rank(schema.Path(head+nameB)))
	}
	return cmp.Compare(len(one), len(two))
}

// cutRound cuts child[2] into child and 2; without a number it is 0.
func cutRound(segment string) (name string, round int) {
	name, rest, _ := strings.Cut(segment, "[")
	round, _ = strconv.Atoi(strings.TrimSuffix(rest, "]"))
	return name, round
}

// rank is where an item stands in the questionnaire, whatever round of a repeat it is in; -1 for none.
func (s *Session) rank(path schema.Path) int {
	i, ok := s.places[path.WithoutIndexes()]
	if !ok {
		return -1
	}
	return i
}
