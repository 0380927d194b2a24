package synthetic_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"leeward/schema"
	"leeward/schema/instrument"
	"leeward/schema/instrument/synthetic"
)

const marker = "LEEWARDMARKER"

var env = schema.Env{Now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), Language: "en"}

func TestInventedPeopleFinishTheirInterviews(t *testing.T) {
	f := instrument.Form()
	marks, alerts, corrections := 0, 0, 0
	for seed := range uint64(200) {
		said := f.Defaults(env)
		seen := map[schema.Path]bool{}
		for i, step := range synthetic.Interview(seed, f, marker) {
			if p := f.Admits(step.Path, step.Answer, said, env); p != nil {
				t.Fatalf("seed %d step %d: %s is refused: %s", seed, i, step.Path, p.Reason)
			}
			if seen[step.Path] {
				corrections++
			}
			seen[step.Path] = true
			said[step.Path] = step.Answer
		}
		s := f.Evaluate(said, env)
		for _, p := range s.Problems() {
			t.Errorf("seed %d: %s: %s", seed, p.Path, p.Reason)
		}
		for _, g := range s.Gates() {
			if g.Do == "stop" {
				t.Errorf("seed %d stops at %s", seed, g.Path)
			}
		}
		c := f.Questionnaire().Consent
		if s.Value(c.Agree) != c.Yes[0] || s.Value(c.Keep) == c.Tally[0] || s.Value(c.Keep) == "" {
			t.Errorf("seed %d: agreed %q, kept %q", seed, s.Value(c.Agree), s.Value(c.Keep))
		}
		marks, alerts = marks+len(s.Marks()), alerts+len(s.Alerts())
	}
	if marks == 0 || alerts == 0 || corrections == 0 {
		t.Errorf("200 people: %d marks, %d alerts, %d corrections; want some of each", marks, alerts, corrections)
	}
}

func TestTheSameSeedIsTheSamePerson(t *testing.T) {
	f := instrument.Form()
	for _, seed := range []uint64{0, 1, 1 << 40} {
		if !reflect.DeepEqual(synthetic.Interview(seed, f, marker), synthetic.Interview(seed, f, marker)) {
			t.Errorf("seed %d gives two people", seed)
		}
	}
	if reflect.DeepEqual(synthetic.Interview(3, f, marker), synthetic.Interview(6, f, marker)) {
		t.Error("two seeds give one person")
	}
}

func TestTheMarkerIsInEveryFreeText(t *testing.T) {
	f := instrument.Form()
	found := 0
	for seed := range uint64(50) {
		for _, step := range synthetic.Interview(seed, f, marker) {
			it, _ := f.Item(step.Path)
			if it.Kind != schema.TextKind || it.Constraint != "" || step.Answer.Missing != "" {
				continue
			}
			if found++; !strings.Contains(step.Answer.Value, marker) {
				t.Errorf("seed %d: %s lacks the marker", seed, step.Path)
			}
		}
	}
	if found == 0 {
		t.Error("nobody wrote a free text")
	}
}

func TestPeopleSpeakEveryLanguage(t *testing.T) {
	f := instrument.Form()
	spoken := map[schema.Lang]bool{}
	for seed := range uint64(len(f.Questionnaire().Languages)) {
		lang := synthetic.Language(seed, f)
		spoken[lang] = true
		for _, step := range synthetic.Interview(seed, f, marker) {
			if strings.HasSuffix(string(step.Path), "/a5") && step.Answer.Missing == "" && step.Answer.Value != string(lang) {
				t.Errorf("seed %d speaks %s and A5 says otherwise", seed, lang)
			}
		}
	}
	if got, want := len(spoken), len(f.Questionnaire().Languages); got != want {
		t.Errorf("%d languages are spoken, want %d", got, want)
	}
}
