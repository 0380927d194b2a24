package session

import (
	"errors"
	"slices"
	"testing"

	"leeward/internal/screening"
	"leeward/schema"
	"leeward/schema/instrument"
)

func giveTo(t *testing.T, s *Session, path schema.Path, value string) {
	t.Helper()
	if p, err := s.Answer(t.Context(), path, schema.Answer{Value: value}); p != nil || err != nil {
		t.Fatalf("answer %s: %v, %v", path, p, err)
	}
}

// danger answers the screening interview until somebody is afraid of a person who is here.
func danger(t *testing.T, k Keeper, agreed bool) *Session {
	t.Helper()
	s, err := New(Params{Form: instrument.Form(), Keeper: k, Setting: screening.Setting{Screener: "S1", Language: "en", ScreenerLang: "en"}})
	ok(t, err)
	giveTo(t, s, "/data/safety/c3", "here")
	if agreed {
		giveTo(t, s, "/data/consent/b2", "yes")
		giveTo(t, s, "/data/consent/b3", "code")
	}
	return s
}

// A red alert wants a named action before the end; what was named is kept with the interview, each naming a record.
func TestARedNeedWantsANamedAction(t *testing.T) {
	k := newFake()
	s := danger(t, k, true)
	if _, err := s.Finish(t.Context()); !errors.Is(err, ErrNeeds) {
		t.Fatalf("finish with fear of somebody here and nothing done: %v, want %v", err, ErrNeeds)
	}
	if got := s.OpenActions(); !slices.Equal(got, []string{"safety"}) {
		t.Fatalf("open: %v, want safety", got)
	}
	for _, done := range []string{"", "  "} {
		if err := s.Act(t.Context(), "safety", done, "en"); !errors.Is(err, ErrNotHere) {
			t.Errorf("an empty action: %v", err)
		}
	}
	if err := s.Act(t.Context(), "weather", "called", "en"); !errors.Is(err, ErrNotHere) {
		t.Errorf("a need that the questionnaire does not know: %v", err)
	}
	ok(t, s.Act(t.Context(), "safety", "called the shift leader", "en"))
	ok(t, s.Act(t.Context(), "safety", " room 4 ", "en"))
	if got := s.Action("safety"); got != "called the shift leader; room 4" {
		t.Errorf("noted: %q", got)
	}
	if problems, err := s.Finish(t.Context()); errors.Is(err, ErrNeeds) || len(problems) == 0 {
		t.Errorf("finish: %v, %v; want what else is open", problems, err)
	}
	records := 0
	for _, r := range k.kept[s.ID()].Answers {
		if r.Path == "/data/prepare/action_safety" {
			records++
			if r.Screener != "S1" || r.Lang != "en" || r.At.IsZero() {
				t.Errorf("record %d: by %q in %q at %v", r.Seq, r.Screener, r.Lang, r.At)
			}
		}
	}
	if records != 2 {
		t.Errorf("%d records of what was done, want 2", records)
	}
}

// Before consent nothing of it is on the disk; leaving the need out takes what was done about it along.
func TestActionsGoWhereTheirNeedGoes(t *testing.T) {
	k := newFake()
	s := danger(t, k, false)
	ok(t, s.Act(t.Context(), "safety", "called", "en"))
	if len(k.calls) != 0 {
		t.Errorf("before consent: %v", k.calls)
	}
	giveTo(t, s, "/data/consent/b2", "yes")
	giveTo(t, s, "/data/consent/b3", "code")
	ok(t, s.LeaveOut(t.Context(), "/data/safety/c3"))
	if got := s.Action("safety"); got != "" {
		t.Errorf("after the need was left out %q stands", got)
	}
	if !slices.Contains(k.calls, "strike") {
		t.Errorf("nothing was struck: %v", k.calls)
	}
}
