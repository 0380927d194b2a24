package cases

import (
	"slices"
	"strings"
	"testing"

	"leeward/schema"
	"leeward/schema/assess"
	"leeward/schema/instrument"
)

func alerts(s *schema.State) (out []string) {
	for _, a := range s.Alerts() {
		if one := a.Level + ":" + a.Kind; !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	slices.Sort(out)
	return out
}

// Every case gives what somebody worked out for it by hand.
func TestWorkedCases(t *testing.T) {
	if len(All()) < 24 {
		t.Fatalf("%d cases", len(All()))
	}
	for _, c := range All() {
		t.Run(c.ID, func(t *testing.T) {
			s := c.State()
			p := assess.Of(s)
			var positive []string
			for _, d := range p.Lists[0].Dimensions {
				if d.Positive {
					positive = append(positive, d.ID)
				}
			}
			if p.Legal.Standing != c.Expect.Legal || p.Assistance.Standing != c.Expect.Assistance {
				t.Errorf("legal %s (act %s, means %s), assistance %s; want %s, %s", p.Legal.Standing, p.Legal.Act.Standing, p.Legal.Means.Standing, p.Assistance.Standing, c.Expect.Legal, c.Expect.Assistance)
			}
			if !slices.Equal(positive, c.Expect.Positive) {
				t.Errorf("positive %v, want %v", positive, c.Expect.Positive)
			}
			if p.Danger.AtLeast != c.Expect.Risk {
				t.Errorf("risk at least %q, want %q", p.Danger.AtLeast, c.Expect.Risk)
			}
			want := slices.Sorted(slices.Values(c.Expect.Alerts))
			if got := alerts(s); !slices.Equal(got, want) {
				t.Errorf("action cards %q, want %q", strings.Join(got, " "), strings.Join(want, " "))
			}
			if got := s.Value("/data/assessment/l3"); got != c.Expect.Result {
				t.Errorf("result %q, want %q", got, c.Expect.Result)
			}
		})
	}
}

// Each answer of a case is one that the form admits, and is asked of that person.
func TestCasesAreInterviewsThatCanBeHeld(t *testing.T) {
	f, env := instrument.Form(), schema.Env{Now: Now, Language: "en"}
	for _, c := range All() {
		s := c.State()
		for _, g := range c.Given {
			if bad := f.Admits(g.Path, g.Answer, s.Kept(), env); bad != nil {
				t.Errorf("%s: %s does not take this answer: %s", c.ID, g.Path, bad.Reason)
			}
			if !s.Relevant(g.Path) && c.ID != "practice-withdrawal" {
				t.Errorf("%s: %s is not asked of this person", c.ID, g.Path)
			}
		}
	}
}

// "No sign" is the last word in no case in which something kept the person from speaking, and no case in
// which a strong sign is present ends with it.
func TestNoCaseTeachesToOverlook(t *testing.T) {
	for _, c := range All() {
		s := c.State()
		if p := assess.Of(s); c.Expect.Result == assess.ResultNoSign && len(p.Remarks(s, assess.ResultNoSign)) > 0 {
			t.Errorf("%s ends with no sign, against what the profile says", c.ID)
		}
	}
}

func TestLessonsAndChecks(t *testing.T) {
	ids := map[string]bool{}
	for _, c := range All() {
		if ids[c.ID] || !strings.HasPrefix(c.ID, "practice-") || c.Title == "" || c.Story == "" {
			t.Errorf("%s: twice, or without a title or story", c.ID)
		}
		ids[c.ID] = true
		if len(c.Lesson.Notice) == 0 || len(c.Lesson.Say) == 0 || len(c.Lesson.Avoid) == 0 || len(c.Checks) == 0 {
			t.Errorf("%s lacks a part of its lesson", c.ID)
		}
		right := make([]int, len(c.Checks))
		for i, check := range c.Checks {
			if check.Right < 0 || check.Right >= len(check.Choices) || len(check.Choices) < 2 || check.Why == "" {
				t.Errorf("%s: check %d cannot be answered", c.ID, i)
			}
			right[i] = check.Right
		}
		if got, of := c.Score(right); got != of {
			t.Errorf("%s: %d of %d with every answer right", c.ID, got, of)
		}
		if got, _ := c.Score(nil); got != 0 {
			t.Errorf("%s: %d right without an answer", c.ID, got)
		}
	}
	if _, ok := ByID("practice-fishing"); !ok {
		t.Error("the first case is not found")
	}
}
