package session

import (
	"errors"
	"path/filepath"
	"reflect"
	"testing"

	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/schema"
)

func TestNothingIsWrittenBeforeConsent(t *testing.T) {
	k := newFake()
	s := begin(t, k).prepared()
	s.wantSaved(InMemory)
	s.say("b2", "yes")
	ok(t, s.Language(t.Context(), "en"))
	ok(t, s.Pause(t.Context()))
	s.wantSaved(InMemory)
	if len(k.calls) != 0 {
		t.Errorf("the keeper was called before consent: %v", k.calls)
	}
}

func TestConsentWritesEverythingSaidBefore(t *testing.T) {
	both(t, func(t *testing.T, k Records, search func()) {
		s := begin(t, k).agreed("code")
		s.wantSaved(OnDisk)
		iv, err := k.Interview(t.Context(), s.ID())
		ok(t, err)
		agree := iv.Answers[len(iv.Answers)-2]
		want := screening.Consent{
			Agreed: true, Keep: "code", Lang: "my", Wording: schema.WordingHash("Do you want to talk? (my)"), At: agree.At,
		}
		if iv.Consent != want || agree.Path != s.path("b2") {
			t.Error("the consent is not the one that was given")
		}
		now := iv.Current()
		for name, value := range map[string]string{"office_limit": "10", "a1": "yes", "c2": marker + " a fever", "b2": "yes", "b3": "code"} {
			if got := now[s.path(name)].Value; got != value {
				t.Errorf("%s is not what was said before consent", name)
			}
		}
		if iv.Questionnaire != s.Form().Ref() || iv.Code != s.Code() || iv.Status != screening.Draft || !iv.Started.Equal(noon) {
			t.Error("the interview was kept with other facts than the session's")
		}
		search()
	})
}

func TestARefusalLeavesNothing(t *testing.T) {
	for name, a := range map[string]schema.Answer{"no": {Value: "no"}, "declined": {Missing: schema.Declined}} {
		t.Run(name, func(t *testing.T) {
			k := newFake()
			s := begin(t, k).prepared()
			if p, err := s.Answer(t.Context(), s.path("b2"), a); p != nil || err != nil {
				t.Fatalf("problem %v, error %v", p, err)
			}
			s.wantSaved(InMemory)
			s.next() // what needs no consent stays open
			s.wantAt("safe")
			_, err := s.Finish(t.Context())
			if screening.CodeOf(err) != screening.CodeNoConsent {
				t.Errorf("finish without consent: %v", err)
			}
			ok(t, s.Abandon(t.Context()))
			if len(k.calls) != 0 || !s.Over() || len(s.State().Kept()) != 0 {
				t.Errorf("something is left: calls %v, over %v", k.calls, s.Over())
			}
		})
	}
}

func TestConsentIsNotPassedOpen(t *testing.T) {
	s := begin(t, newFake()).prepared()
	problems, err := s.Next(t.Context())
	ok(t, err)
	if len(problems) != 1 || problems[0].Path != s.path("b2") || problems[0].Reason != schema.BadRequired {
		t.Errorf("got %v, want the question of consent", problems)
	}
	wantErr(t, s.Jump(t.Context(), s.path("safe")), ErrConsentFirst)
	s.say("b2", "yes")
	wantErr(t, s.Jump(t.Context(), s.path("safe")), ErrConsentFirst)
	s.next()
	s.wantAt("b3")
	if problems, _ := s.Next(t.Context()); len(problems) != 1 {
		t.Errorf("got %v, want the question of keeping", problems)
	}
}

func TestCountedOnlyNeverReachesTheDisk(t *testing.T) {
	for name, a := range map[string]schema.Answer{"asked for": {Value: "tally"}, "no answer": {Missing: schema.DoesNotKnow}} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "device.lwd")
			k := openStore(t, path)
			s := begin(t, k).prepared()
			s.say("b2", "yes")
			s.next()
			_, err := s.Answer(t.Context(), s.path("b3"), a)
			ok(t, err)
			s.next()
			s.say("d1", marker+" a name")
			s.wantSaved(InMemory)
			ok(t, s.Pause(t.Context()))
			search(t, filepath.Dir(path))
			if c, err := k.Counts(t.Context()); c != (store.Counts{}) || err != nil {
				t.Errorf("got %+v (%v) during the talk, want nothing", c, err)
			}
			problems, err := s.Finish(t.Context()) // nothing is required of somebody of whom nothing is kept
			if len(problems) != 0 || err != nil {
				t.Fatalf("finish: %v, %v", problems, err)
			}
			if c, err := k.Counts(t.Context()); c != (store.Counts{Tally: 1}) || err != nil {
				t.Errorf("got %+v (%v), want one number", c, err)
			}
			search(t, filepath.Dir(path))
		})
	}
}

func TestTheCountSaysPlaceMonthAndAgeGroup(t *testing.T) {
	k := newFake()
	s := begin(t, k).agreed("tally")
	_, err := s.Finish(t.Context())
	ok(t, err)
	want := []screening.Tally{{Place: "MM", Month: "2026-11", Child: false}}
	if !reflect.DeepEqual(k.tallies, want) || !reflect.DeepEqual(k.calls, []string{"count"}) {
		t.Errorf("got %v after %v, want %v", k.tallies, k.calls, want)
	}
}

func TestTakingConsentBackErasesEverything(t *testing.T) {
	both(t, func(t *testing.T, k Records, search func()) {
		s := begin(t, k).agreed("code")
		s.say("d1", marker+" a name")
		no := schema.Answer{Value: "no"}
		if !s.TakesBack(s.path("b2"), no) || s.TakesBack(s.path("b2"), schema.Answer{Value: "yes"}) || s.TakesBack(s.path("d1"), no) {
			t.Error("TakesBack does not tell which answer takes back")
		}
		s.say("b2", "no")
		if !s.Over() || len(s.State().Kept()) != 0 {
			t.Error("the session goes on after consent was taken back")
		}
		_, err := k.Interview(t.Context(), s.ID())
		wantErr(t, err, store.ErrNotFound)
		search()
	})
}

func TestAnAnswerOfConsentIsNotOpenedAgain(t *testing.T) {
	s := begin(t, newFake()).agreed("code")
	for _, name := range []string{"b2", "b3"} {
		if p, err := s.Answer(t.Context(), s.path(name), schema.Answer{}); p == nil || err != nil {
			t.Errorf("%s was opened again (%v)", name, err)
		}
	}
	s.wantSaved(OnDisk)
}

func TestHowToKeepMayChange(t *testing.T) {
	both(t, func(t *testing.T, k Records, search func()) {
		s := begin(t, k).agreed("code")
		s.say("d1", marker+" a name")
		s.say("b3", "named")
		if iv, err := k.Interview(t.Context(), s.ID()); err != nil || iv.Consent.Keep != "named" {
			t.Errorf("got consent to keep %q (%v), want named", iv.Consent.Keep, err)
		}
		s.say("b3", "tally") // everything leaves the disk, and the talk goes on
		s.wantSaved(InMemory)
		_, err := k.Interview(t.Context(), s.ID())
		wantErr(t, err, store.ErrNotFound)
		s.say("g1", "yes")
		s.say("b3", "code")
		s.wantSaved(OnDisk)
		iv, err := k.Interview(t.Context(), s.ID())
		ok(t, err)
		if now := iv.Current(); now[s.path("d1")].Value != marker+" a name" || now[s.path("g1")].Value != "yes" {
			t.Error("what was said meanwhile is not kept")
		}
		search()
	})
}

func TestWithdrawAndStop(t *testing.T) {
	endings := map[string]struct {
		end  func(talk) error
		left bool
	}{
		"withdraw":       {func(s talk) error { return s.Withdraw(t.Context()) }, false},
		"stop":           {func(s talk) error { return s.Stop(t.Context()) }, true},
		"stop and erase": {func(s talk) error { return s.StopAndErase(t.Context()) }, false},
	}
	for name, e := range endings {
		t.Run(name, func(t *testing.T) {
			both(t, func(t *testing.T, k Records, search func()) {
				s := begin(t, k).agreed("code")
				s.say("d1", marker+" a name")
				wantErr(t, s.Abandon(t.Context()), ErrKept)
				ok(t, e.end(s))
				_, err := k.Interview(t.Context(), s.ID())
				if left := err == nil; left != e.left {
					t.Errorf("left on the disk: %v, want %v", left, e.left)
				}
				search()
				afterwards(t, s)
			})
		})
	}
}

func TestStopBeforeConsentLeavesNothing(t *testing.T) {
	k := newFake()
	s := begin(t, k).prepared()
	ok(t, s.Stop(t.Context()))
	if len(k.calls) != 0 || !s.Over() {
		t.Errorf("calls %v, over %v", k.calls, s.Over())
	}
}

// afterwards wants an ended session to hold nothing and to refuse everything.
func afterwards(t *testing.T, s talk) {
	t.Helper()
	ctx, d1 := t.Context(), s.path("d1")
	_, answer := s.Answer(ctx, d1, schema.Answer{Value: "x"})
	_, next := s.Next(ctx)
	_, finish := s.Finish(ctx)
	for i, err := range []error{
		answer, next, finish, s.Withdraw(ctx), s.Stop(ctx), s.StopAndErase(ctx), s.Pause(ctx), s.Jump(ctx, d1),
		s.Urgent(), s.LeaveOut(ctx, d1), s.ChangeInterpreter(ctx, "I2"), s.AckWelcomeBack(),
	} {
		if !errors.Is(err, ErrEnded) {
			t.Errorf("call %d on an ended session: got %v, want %v", i, err, ErrEnded)
		}
	}
	s.Back(ctx)
	if a, _ := s.Standing(d1); !a.IsZero() || len(s.Page().Paths) != 0 {
		t.Error("an ended session still holds something")
	}
}

// What the office says is told in the language asked for, then in the source language, then in any.
func TestWhatTheOfficeSays(t *testing.T) {
	p := params(t, newFake())
	p.Office = map[string]schema.Text{
		"number": {"en": {Text: "555"}, "my": {Text: "၅၅၅"}}, "limit": {"en": {Text: "10"}}, "other": {"my": {Text: "ရုံး"}},
	}
	s, err := New(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ parameter, lang, want string }{
		{"number", "my", "၅၅၅"}, {"number", "en", "555"}, {"limit", "my", "10"}, {"other", "en", "ရုံး"}, {"nothing", "en", ""},
	} {
		if got := s.Says(tt.parameter, schema.Lang(tt.lang)); got != tt.want {
			t.Errorf("%s in %s: %q, want %q", tt.parameter, tt.lang, got, tt.want)
		}
	}
}
