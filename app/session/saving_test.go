package session

import (
	"errors"
	"slices"
	"testing"
	"time"

	"leeward/internal/screening"
	"leeward/schema"
)

var errFull = screening.Fail(screening.CodeDiskFull, errors.New("no room"))

func TestAFailedSaveWaitsAndDoesNotGoOn(t *testing.T) {
	k := newFake()
	s := begin(t, k).agreed("code")
	k.fail = errFull
	_, err := s.Answer(t.Context(), s.path("d1"), schema.Answer{Value: marker})
	if wantErr(t, err, ErrNotSaved); screening.CodeOf(err) != screening.CodeDiskFull {
		t.Errorf("got code %s, want %s", screening.CodeOf(err), screening.CodeDiskFull)
	}
	s.wantSaved(NotSaved)
	if !s.Kept() {
		t.Error("an interview of which one answer waits is not kept any more")
	}
	if a, saved := s.Standing(s.path("d1")); a.Value != marker || saved {
		t.Error("the answer does not stand on the screen as not saved")
	}
	if !s.State().Node(s.path("d1")).Answer.IsZero() || s.SaveError() == nil {
		t.Error("an answer that is not saved counts as given")
	}
	_, err = s.Next(t.Context())
	wantErr(t, err, ErrNotSaved)
	wantErr(t, s.Jump(t.Context(), s.path("safe")), ErrNotSaved)
	wantErr(t, s.Stop(t.Context()), ErrNotSaved)
	_, err = s.Finish(t.Context())
	wantErr(t, err, ErrNotSaved)
	s.wantAt("d1")

	k.fail = nil
	ok(t, s.Retry(t.Context()))
	s.wantSaved(OnDisk)
	if a, saved := s.Standing(s.path("d1")); a.Value != marker || !saved || s.SaveError() != nil {
		t.Error("the answer does not stand as saved after the retry")
	}
	s.next()
	s.wantAt("g1")
}

func TestSeveralAnswersMayWait(t *testing.T) {
	k := newFake()
	s := begin(t, k).agreed("code")
	s.say("g1", "yes")
	k.fail = errFull
	for _, a := range [][2]string{{"g2a", "a boat"}, {"g2b", "14"}, {"g2a", "a house"}} {
		_, err := s.Answer(t.Context(), s.path(a[0]), schema.Answer{Value: a[1]})
		wantErr(t, err, ErrNotSaved)
	}
	k.fail = nil
	ok(t, s.Retry(t.Context()))
	now := k.kept[s.ID()].Current()
	if now[s.path("g2a")].Value != "a house" || now[s.path("g2b")].Value != "14" {
		t.Error("not everything that waited was saved as it stood last")
	}
}

// A keeper may fail after its work was done: the outcome is unknown, and everything must still come right.
func TestUnclearFailures(t *testing.T) {
	t.Run("save, then the same again", func(t *testing.T) {
		k := newFake()
		s := begin(t, k).agreed("code")
		k.fail, k.after = errFull, true
		_, err := s.Answer(t.Context(), s.path("d1"), schema.Answer{Value: "a"})
		wantErr(t, err, ErrNotSaved)
		k.fail = nil
		ok(t, s.Retry(t.Context()))
		s.wantSaved(OnDisk)
	})
	t.Run("save, then another answer", func(t *testing.T) {
		k := newFake()
		s := begin(t, k).agreed("code")
		k.fail, k.after = errFull, true
		_, err := s.Answer(t.Context(), s.path("d1"), schema.Answer{Value: "a"})
		wantErr(t, err, ErrNotSaved)
		k.fail = nil
		s.say("d1", "b")
		if got := k.kept[s.ID()].Current()[s.path("d1")].Value; got != "b" {
			t.Errorf("got %q, want b", got)
		}
	})
	t.Run("begin, then count only", func(t *testing.T) {
		k := newFake()
		s := begin(t, k).prepared()
		s.say("b2", "yes")
		k.fail, k.after = errFull, true
		_, err := s.Answer(t.Context(), s.path("b3"), schema.Answer{Value: "code"})
		wantErr(t, err, ErrNotSaved)
		if s.Kept() || len(k.kept) != 1 {
			t.Fatal("the fake did not do its work before it failed")
		}
		k.fail = nil
		s.say("b3", "tally")
		if s.wantSaved(InMemory); len(k.kept) != 0 {
			t.Error("what an unclear first save wrote is still there")
		}
	})
	for name, end := range map[string]func(talk) error{
		"begin, then abandon":  func(s talk) error { return s.Abandon(t.Context()) },
		"begin, then withdraw": func(s talk) error { return s.Withdraw(t.Context()) },
	} {
		t.Run(name, func(t *testing.T) {
			k := newFake()
			s := begin(t, k).prepared()
			s.say("b2", "yes")
			k.fail, k.after = errFull, true
			_, err := s.Answer(t.Context(), s.path("b3"), schema.Answer{Value: "code"})
			wantErr(t, err, ErrNotSaved)
			k.fail = nil
			ok(t, end(s))
			if len(k.kept) != 0 {
				t.Error("what an unclear first save wrote is still there")
			}
		})
	}
	t.Run("withdraw that fails has not ended", func(t *testing.T) {
		k := newFake()
		s := begin(t, k).agreed("code")
		k.fail = errFull
		wantErr(t, s.Withdraw(t.Context()), errFull)
		_, err := s.Answer(t.Context(), s.path("b2"), schema.Answer{Value: "no"})
		wantErr(t, err, ErrNotSaved)
		if s.Over() {
			t.Fatal("the session ended though nothing was erased")
		}
		k.fail = nil
		_, err = s.Next(t.Context()) // which tries again first
		wantErr(t, err, ErrEnded)
		if !s.Over() || len(k.kept) != 0 {
			t.Error("the withdrawal was not carried out by the retry")
		}
	})
}

func TestAWrongAnswerIsNotSaved(t *testing.T) {
	k := newFake()
	s := begin(t, k).agreed("code")
	s.say("g1", "yes")
	saves := len(k.calls)
	for name, value := range map[string]string{"g2b": "25", "g1": "perhaps", "a2": "none nobody"} {
		p, err := s.Answer(t.Context(), s.path(name), schema.Answer{Value: value})
		if p == nil || p.Path != s.path(name) || err != nil {
			t.Errorf("%s: got problem %v, error %v, want a problem", name, p, err)
		}
	}
	for _, name := range []string{"treated_as_child", "nothing"} {
		_, err := s.Answer(t.Context(), schema.Path("/data/prepare/"+name), schema.Answer{Value: "no"})
		wantErr(t, err, ErrNotHere)
	}
	if len(k.calls) != saves {
		t.Errorf("the keeper was called for a wrong answer: %v", k.calls[saves:])
	}
}

func TestAnAnswerKeepsHowItWasAsked(t *testing.T) {
	k := newFake()
	s := begin(t, k).agreed("code")
	s.say("d1", "one")
	ok(t, s.Language(t.Context(), "en"))
	ok(t, s.ChangeInterpreter(t.Context(), ""))
	s.say("d1", "two")
	ok(t, s.Language(t.Context(), "my"))
	s.say("g1", "yes")
	s.say("h1", "no Burmese text")
	iv := k.kept[s.ID()]
	said := func(name, value string) screening.Recorded {
		i := slices.IndexFunc(iv.Answers, func(r screening.Recorded) bool {
			return r.Path == s.path(name) && r.Answer.Value == value
		})
		if i < 0 {
			t.Fatalf("no answer to %s", name)
		}
		return iv.Answers[i]
	}
	type how struct {
		lang                 schema.Lang
		wording              string
		fallback, unreviewed bool
		interpreter          string
	}
	my, en := "What shall I call you? (my)", "What shall I call you?"
	for _, c := range []struct {
		name, value string
		want        how
	}{
		{"d1", "one", how{"my", schema.WordingHash(my), false, true, "I1"}},
		{"d1", "two", how{"en", schema.WordingHash(en), false, false, ""}},
		{"h1", "no Burmese text", how{"my", schema.WordingHash("Could you leave?"), true, false, ""}},
		{"a1", "yes", how{"en", schema.WordingHash("Private?"), false, false, "I1"}}, // the staff's question
	} {
		r := said(c.name, c.value)
		if got := (how{r.Lang, r.Wording, r.Fallback, r.Unreviewed, r.Interpreter}); got != c.want || r.Screener != "S1" {
			t.Errorf("%s %s: got %+v, want %+v", c.name, c.value, got, c.want)
		}
	}
	var last time.Duration
	for i, r := range iv.Answers {
		if r.Seq != uint64(i+1) || r.Elapsed <= last || !r.At.Equal(noon) {
			t.Errorf("answer %d has number %d after %s, elapsed %s", i+1, r.Seq, last, r.Elapsed)
		}
		last = r.Elapsed
	}
}

func TestLeaveOutErasesEarlierValues(t *testing.T) {
	both(t, func(t *testing.T, k Records, search func()) {
		s := begin(t, k).agreed("code")
		s.say("d1", marker+" one")
		s.say("d1", marker+" two")
		ok(t, s.LeaveOut(t.Context(), s.path("d1")))
		iv, err := k.Interview(t.Context(), s.ID())
		ok(t, err)
		var left []screening.Recorded
		for _, r := range iv.Answers {
			if r.Path == s.path("d1") {
				left = append(left, r)
			}
		}
		if len(left) != 1 || left[0].Answer != (schema.Answer{Missing: schema.Declined}) {
			t.Errorf("%d answers are left, want only the reason why there is none", len(left))
		}
		if a, _ := s.Standing(s.path("d1")); a.Missing != schema.Declined {
			t.Error("the session still shows what was left out")
		}
		wantErr(t, s.LeaveOut(t.Context(), s.path("b2")), ErrNotHere)
		search()
	})
}
