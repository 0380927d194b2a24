package session

import (
	"reflect"
	"slices"
	"testing"

	"leeward/internal/screening"
	"leeward/schema"
)

// familyForm is an interview with a repeat that the screener adds to, one that is counted, a calculation
// that runs once, and one that another answer sets off.
func familyForm(t testing.TB) *schema.Form {
	t.Helper()
	child := schema.Item{Name: "child", Kind: schema.Repeat, Text: words("Child"), Items: []schema.Item{
		{Name: "name", Kind: schema.TextKind, Text: words("What may we call the child?")},
		{Name: "age", Kind: schema.Integer, Text: words("How old?"), Default: "1"},
	}}
	stay := schema.Item{Name: "stay", Kind: schema.Repeat, Text: words("Place"), RepeatCount: "${stays}", Items: []schema.Item{
		{Name: "where", Kind: schema.TextKind, Text: words("Where?"), Default: "somewhere"},
	}}
	f, err := schema.Compile(&schema.Questionnaire{
		Format: schema.FormatV1, ID: "family", Version: "1", Title: words("Family"), Source: "en",
		Languages: []schema.Language{{Tag: "en", Name: "English"}, {Tag: "my", Name: "မြန်မာ"}},
		Consent:   &schema.Consent{Agree: "/data/consent/b2", Yes: []string{"yes"}},
		Choices:   []schema.ChoiceList{list("yesno", "yes", "no")},
		Items: []schema.Item{
			group("consent", schema.StageConsent, schema.Item{Name: "b2", Kind: schema.SelectOne, List: "yesno", Text: words("Do you want to talk?")}),
			group("talk", schema.StageTalk,
				schema.Item{Name: "told", Kind: schema.TextKind, Text: words("What happened?")},
				schema.Item{Name: "copy", Kind: schema.Calculate, Calculation: "${told}", Trigger: "${told}"},
				schema.Item{Name: "first", Kind: schema.Calculate, Calculation: "once(${told})"},
				child,
				schema.Item{Name: "stays", Kind: schema.Integer, Text: words("How many places?")},
				stay,
				schema.Item{Name: "end", Kind: schema.TextKind, Text: words("Anything else?")}),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func family(t *testing.T, k Keeper) talk {
	t.Helper()
	p := params(t, k)
	p.Form = familyForm(t)
	s, err := New(p)
	ok(t, err)
	begun := talk{s, t}
	begun.say("b2", "yes")
	begun.next()
	return begun
}

// put answers a question by its whole path.
func (k talk) put(path schema.Path, value string) {
	k.t.Helper()
	if p, err := k.Answer(k.t.Context(), path, schema.Answer{Value: value}); p != nil || err != nil {
		k.t.Fatalf("answer %s: problem %v, error %v", path, p, err)
	}
}

func value(s *Session, path schema.Path) string {
	a, _ := s.Standing(path)
	return a.Value
}

func TestRoundsAreAddedRemovedAndBroughtBack(t *testing.T) {
	both(t, func(t *testing.T, k Records, search func()) {
		s := family(t, k)
		ok(t, s.Jump(t.Context(), "/data/talk/child[1]/name"))
		s.put("/data/talk/child[1]/name", marker+" Ko")
		s.next()
		page := s.Page()
		if page.Round == nil || *page.Round != (Instance{"/data/talk/child[1]", "/data/talk/child", 1, 1, true}) {
			t.Fatalf("the page of the first round says %+v", page.Round)
		}
		if got := value(s.Session, "/data/talk/child[1]/age"); got != "1" {
			t.Errorf("the default of the first round is %q, want 1", got)
		}
		s.next()
		if s.Page().Repeat != "/data/talk/child" {
			t.Fatalf("after the last round comes %+v, want the page that asks for another", s.Page())
		}
		ok(t, s.AddInstance(t.Context(), "/data/talk/child"))
		if got := s.Page().Paths; !reflect.DeepEqual(got, []schema.Path{"/data/talk/child[2]/name"}) {
			t.Fatalf("the new round begins at %v", got)
		}
		s.put("/data/talk/child[2]/name", marker+" Ma")
		s.put("/data/talk/child[2]/age", "7")
		ok(t, s.RemoveInstance(t.Context(), "/data/talk/child[1]"))
		if got := value(s.Session, "/data/talk/child[1]/age"); got != "7" || s.State().Counts()["/data/talk/child"] != 1 {
			t.Errorf("the later round did not move up: age %q, %d rounds", got, s.State().Counts()["/data/talk/child"])
		}
		if s.Page().Repeat == "" {
			t.Errorf("after the removal the page is %+v", s.Page())
		}
		ok(t, s.UndoRemove(t.Context()))
		if _, again := s.CanUndoRemove(); again || value(s.Session, "/data/talk/child[2]/age") != "7" || value(s.Session, "/data/talk/child[1]/age") != "1" {
			t.Error("the removal was not undone")
		}
		wantErr(t, s.RemoveInstance(t.Context(), "/data/talk/child[3]"), ErrNotHere)
		wantErr(t, s.AddInstance(t.Context(), "/data/talk/stay"), ErrNotHere)

		before := s.State().Values()
		ok(t, s.Stop(t.Context()))
		p := params(t, nil)
		p.Form = s.Form()
		again, err := Resume(t.Context(), k, s.ID(), p)
		ok(t, err)
		if !reflect.DeepEqual(again.State().Values(), before) {
			t.Error("another state stands after the resume")
		}
		problems, err := again.Finish(t.Context())
		ok(t, err)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		iv, err := k.Interview(t.Context(), s.ID())
		ok(t, err)
		env := schema.Env{Now: noon, Seed: iv.ID.Seed(), Language: "my"}
		if got := s.Form().Evaluate(iv.Current(), env).Values(); !reflect.DeepEqual(got, before) {
			t.Errorf("the office sees %d values, the device saw %d", len(got), len(before))
		}
		search()
	})
}

func TestARoundThatIsRemovedToTheLastCanBeAdded(t *testing.T) {
	s := family(t, newFake())
	ok(t, s.RemoveInstance(t.Context(), "/data/talk/child[1]"))
	if p := s.Page(); p.Repeat != "/data/talk/child" || len(p.Paths) > 0 {
		t.Fatalf("without a round the page is %+v", p)
	}
	s.Back(t.Context())
	s.wantAt("told")
	s.next()
	s.next()
	s.wantAt("stays")
	ok(t, s.Jump(t.Context(), "/data/talk/child"))
	ok(t, s.AddInstance(t.Context(), "/data/talk/child"))
	if got := value(s.Session, "/data/talk/child[1]/age"); got != "1" {
		t.Errorf("the new round begins with age %q, want its default", got)
	}
}

func TestCountedRoundsBeginWithTheirDefaults(t *testing.T) {
	k := newFake()
	s := family(t, k)
	s.say("stays", "2")
	for _, path := range []schema.Path{"/data/talk/stay[1]/where", "/data/talk/stay[2]/where"} {
		if got := value(s.Session, path); got != "somewhere" {
			t.Errorf("%s begins with %q", path, got)
		}
		if got := k.kept[s.ID()].Current()[path].Value; got != "somewhere" {
			t.Errorf("%s is kept as %q", path, got)
		}
	}
	s.say("end", "x")
	ok(t, s.Jump(t.Context(), "/data/talk/stay[2]/where"))
	if r := s.Page().Round; r == nil || r.Free || r.Of != 2 {
		t.Errorf("the second of two counted rounds says %+v", r)
	}
}

func TestWhatAnAnswerSetsOffIsKeptWithIt(t *testing.T) {
	k := newFake()
	s := family(t, k)
	saves := len(k.calls)
	s.say("told", marker)
	if len(k.calls) != saves+1 {
		t.Errorf("%d calls for one answer, want one that is all or nothing", len(k.calls)-saves)
	}
	now := k.kept[s.ID()].Current()
	if now[s.path("copy")].Value != marker || now[s.path("first")].Value != marker {
		t.Errorf("triggered %v, once %v", now[s.path("copy")].Value != "", now[s.path("first")].Value != "")
	}
	s.say("told", "another")
	now = k.kept[s.ID()].Current()
	if now[s.path("copy")].Value != "another" || now[s.path("first")].Value != marker {
		t.Error("once() was worked out again, or the trigger did not run")
	}
	k.fail, k.after = errFull, true // done, and not known to be done
	_, err := s.Answer(t.Context(), s.path("told"), schema.Answer{Value: "third"})
	wantErr(t, err, ErrNotSaved)
	k.fail = nil
	s.say("told", "fourth")
	if got := k.kept[s.ID()].Current()[s.path("copy")].Value; got != "fourth" {
		t.Errorf("after an unclear failure the copy is %q", got)
	}
}

func TestLeavingOutTakesCopiesAndFormerPlacesAlong(t *testing.T) {
	both(t, func(t *testing.T, k Records, search func()) {
		s := family(t, k)
		s.say("told", "secret words")
		ok(t, s.LeaveOut(t.Context(), s.path("told")))
		ok(t, s.AddInstance(t.Context(), "/data/talk/child"))
		s.put("/data/talk/child[2]/name", "secret name")
		ok(t, s.RemoveInstance(t.Context(), "/data/talk/child[1]"))
		ok(t, s.AddInstance(t.Context(), "/data/talk/child"))
		s.put("/data/talk/child[2]/name", "harmless")
		ok(t, s.LeaveOut(t.Context(), "/data/talk/child[1]/name"))
		iv, err := k.Interview(t.Context(), s.ID())
		ok(t, err)
		left := func(r screening.Recorded) bool {
			return r.Answer.Value == "secret words" || r.Answer.Value == "secret name"
		}
		for _, r := range iv.Answers {
			if left(r) {
				t.Errorf("%s still holds what was left out", r.Path)
			}
		}
		if iv.Current()["/data/talk/child[2]/name"].Value != "harmless" {
			t.Error("what stands in another round went along")
		}
	})
}

func TestStatementsThatWereReadAreNoted(t *testing.T) {
	k := newFake()
	s := begin(t, k)
	ok(t, s.Read(t.Context(), s.path("b1")))
	wantErr(t, s.Read(t.Context(), s.path("b2")), ErrNotHere)
	if len(k.calls) != 0 {
		t.Errorf("the keeper was called before consent: %v", k.calls)
	}
	s.agreed("code")
	i := slices.IndexFunc(k.kept[s.ID()].Answers, func(r screening.Recorded) bool { return r.Path == s.path("b1") })
	if i < 0 {
		t.Fatal("nothing says that the statement was read")
	}
	r := k.kept[s.ID()].Answers[i]
	if r.Lang != "my" || r.Wording != schema.WordingHash("You may stop at any time. (my)") || !r.Answer.IsZero() || r.Elapsed == 0 {
		t.Errorf("it was noted with language %s, wording %s, after %s", r.Lang, r.Wording, r.Elapsed)
	}
}

func TestATalkOfPracticeBecomesReal(t *testing.T) {
	practice, earnest := newFake(), newFake()
	s := begin(t, practice).agreed("code")
	s.say("d1", marker)
	ok(t, s.Unkeep(t.Context()))
	if s.Kept() || len(practice.kept) != 0 || s.Page().Stage != schema.StageConsent {
		t.Fatalf("kept %v, %d in practice, at %s", s.Kept(), len(practice.kept), s.Page().Stage)
	}
	s.KeepWith(earnest)
	s.next()
	s.say("b2", "yes")
	s.next()
	if len(earnest.kept) != 0 {
		t.Error("a real person is kept before consent")
	}
	s.say("b3", "code")
	if got := earnest.kept[s.ID()].Current()[s.path("d1")].Value; got != marker {
		t.Errorf("what was said before is kept as %q", got)
	}
}

func TestForgettingLeavesNothingInMemory(t *testing.T) {
	k := newFake()
	s := begin(t, k).prepared()
	k.fail = errFull // a locked device answers nothing
	s.Forget()
	if !s.Over() || len(s.State().Kept()) != 0 || len(k.calls) != 0 {
		t.Errorf("over %v, %d calls", s.Over(), len(k.calls))
	}
}

func TestAnotherScreenerIsNoted(t *testing.T) {
	k := newFake()
	s := begin(t, k).agreed("code")
	ok(t, s.ChangeScreener(t.Context(), "S9"))
	s.say("d1", "x")
	if got := k.kept[s.ID()]; got.Setting.Screener != "S9" || got.Answers[len(got.Answers)-1].Screener != "S9" {
		t.Errorf("kept for %q", got.Setting.Screener)
	}
}
