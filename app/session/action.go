package session

import (
	"context"
	"slices"
	"strings"

	"leeward/schema"
)

// ActionPrefix begins the name of a hidden question that holds what was done about a red alert: action_safety is for
// alerts of the kind safety. A questionnaire that has one for a kind lets no interview end before it says something
// (screening outline, REQ-10); each naming is a record of its own, with its time and who led the talk.
const ActionPrefix = "action_"

// actionGap stands between two things that were done about the same need.
const actionGap = "; "

// actionOf returns the question that holds what was done about alerts of a kind; empty where there is none.
func (s *Session) actionOf(kind string) schema.Path {
	for _, path := range s.form.Paths() {
		if item, _ := s.form.Item(path); item.Kind == schema.Hidden && item.Name == ActionPrefix+kind {
			return path
		}
	}
	return ""
}

// Act notes what was done about a need: who was called, or what was given, in a language. What was noted before stays
// in front of it. Before there is consent it stays in memory like everything else. A questionnaire that has no room
// for it is ErrNotHere.
func (s *Session) Act(ctx context.Context, kind, done string, lang schema.Lang) error {
	path := s.actionOf(kind)
	switch done = strings.TrimSpace(done); {
	case s.phase == over:
		return ErrEnded
	case path == "" || done == "":
		return ErrNotHere
	}
	all := done
	if was := s.Action(kind); was != "" {
		all = was + actionGap + done
	}
	return s.take(ctx, &step{
		Recorded: s.record(path, schema.Answer{Value: all}, shown{lang: lang}),
		next:     func(now schema.Answers) schema.Answers { return now.With(schema.Answers{path: {Value: all}}) },
	})
}

// Action returns what was done so far about needs of a kind, in the order in which it was noted.
func (s *Session) Action(kind string) string {
	path := s.actionOf(kind)
	if path == "" {
		return ""
	}
	a, _ := s.Standing(path)
	return a.Value
}

// Acts reports whether the questionnaire has room for what was done about needs of a kind.
func (s *Session) Acts(kind string) bool { return s.actionOf(kind) != "" }

// OpenActions returns the kinds of the red alerts for which nobody noted yet what was done, each once. While there is
// one, the interview does not finish; stopping and pausing ask for nothing.
func (s *Session) OpenActions() (kinds []string) {
	for _, a := range s.state.Alerts() {
		if a.Level == "red" && !slices.Contains(kinds, a.Kind) && s.Acts(a.Kind) && s.Action(a.Kind) == "" {
			kinds = append(kinds, a.Kind)
		}
	}
	return kinds
}

// actionsOf returns the notes about needs that only the answer at path raises: they go where it goes.
func (s *Session) actionsOf(path schema.Path) (paths []schema.Path) {
	alerts := s.state.Alerts()
	for _, a := range alerts {
		elsewhere := slices.ContainsFunc(alerts, func(b schema.Alert) bool { return b.Kind == a.Kind && b.Path != path })
		if note := s.actionOf(a.Kind); a.Path == path && !elsewhere && note != "" && !slices.Contains(paths, note) {
			paths = append(paths, note)
		}
	}
	return paths
}
