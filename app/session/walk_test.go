package session

import (
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"

	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/schema"
)

func TestTheWalkFromBeginToEnd(t *testing.T) {
	both(t, func(t *testing.T, k Records, search func()) {
		s := begin(t, k)
		if p := s.Page(); p.Index != 1 || p.CanBack || !p.CanNext || p.Stage != schema.StagePrepare {
			t.Errorf("the first page is %+v", p)
		}
		s.agreed("code")
		problems, err := s.Next(t.Context())
		ok(t, err)
		if len(problems) != 1 || problems[0].Path != s.path("d1") {
			t.Fatalf("got %v, want the required question", problems)
		}
		_, err = s.Answer(t.Context(), s.path("d1"), schema.Answer{Missing: schema.Declined}) // a reason is enough
		ok(t, err)
		s.next()
		before := s.Page().Of
		s.say("g1", "yes")
		if got := s.Page().Of; got != before+2 { // a page of two questions, and one of one
			t.Errorf("got %d pages, want %d", got, before+2)
		}
		s.next()
		if p := s.Page(); len(p.Paths) != 2 || p.Group != s.path("g2") {
			t.Errorf("the page of the group is %+v", p)
		}
		s.next()
		s.wantAt("h1")
		s.say("h1", marker)
		s.next()
		s.wantAt("safe")
		if p := s.Page(); p.CanNext || !p.Staff {
			t.Errorf("the last page before the staff's is %+v", p)
		}
		_, err = s.Next(t.Context())
		wantErr(t, err, ErrStaffClosed)
		problems, err = s.Finish(t.Context())
		ok(t, err)
		if len(problems) != 1 || problems[0].Path != s.path("l3") {
			t.Fatalf("got %v, want the staff's required question", problems)
		}
		s.OpenStaff()
		s.next()
		s.wantAt("l3")
		s.say("l3", "yes")
		ok(t, s.Pause(t.Context())) // closes the staff's pages: whoever comes back may not be alone
		s.wantAt("safe")
		wantErr(t, s.Jump(t.Context(), s.path("l3")), ErrWelcomeBack)
		s.say("a1", "yes")
		s.say("a2", "none")
		ok(t, s.AckWelcomeBack())
		wantErr(t, s.Jump(t.Context(), s.path("l3")), ErrStaffClosed)
		s.say("g1", "no") // h1 is not relevant any more
		problems, err = s.Finish(t.Context())
		if len(problems) != 0 || err != nil {
			t.Fatalf("finish: %v, %v", problems, err)
		}
		iv, err := k.Interview(t.Context(), s.ID())
		ok(t, err)
		now := iv.Current()
		_, dropped := now[s.path("h1")]
		if iv.Status != screening.Final || dropped || now[s.path("g1")].Value != "no" || now[s.path("office_limit")].Value != "10" {
			t.Errorf("status %s; what is not relevant is still there: %v", iv.Status, dropped)
		}
		search()
		afterwards(t, s)
	})
}

func TestBackNeverRefuses(t *testing.T) {
	k := newFake()
	s := begin(t, k).agreed("code")
	k.fail = errFull
	s.Back(t.Context())
	s.wantAt("b3")
	for range 20 {
		s.Back(t.Context())
	}
	s.wantAt("a1")
}

func TestTheCursorSurvivesARelevanceChange(t *testing.T) {
	s := begin(t, newFake()).agreed("code")
	s.say("d1", "x")
	s.say("g1", "yes")
	ok(t, s.Jump(t.Context(), s.path("h1")))
	s.say("g1", "no") // the page that is shown goes away: the next one that can be asked
	s.wantAt("safe")
	wantErr(t, s.Jump(t.Context(), s.path("h1")), ErrNotHere)
	s.say("g1", "yes")
	s.Back(t.Context())
	s.wantAt("h1")
}

func TestAPlaceThatIsNotPrivateStopsTheWalkButNotTheNeeds(t *testing.T) {
	s := begin(t, newFake())
	s.say("a1", "no")
	_, err := s.Next(t.Context())
	wantErr(t, err, ErrStopped)
	if g := s.Gates(); len(g) != 1 || g[0].Do != "stop" || g[0].Text.Text == "" {
		t.Errorf("got gates %v, want the stop", g)
	}
	wantErr(t, s.Jump(t.Context(), s.path("b2")), ErrStopped)
	ok(t, s.Urgent())
	s.wantAt("c1")
	s.say("c1", "water")
	s.next()
	s.wantAt("c2")
	if !s.Page().Urgent {
		t.Error("the page does not say that it is urgent")
	}
	s.next()
	s.wantAt("a1")
}

func TestUrgentKeepsThePlace(t *testing.T) {
	k := newFake()
	s := begin(t, k).agreed("code")
	s.say("d1", "x")
	s.next()
	ok(t, s.Pause(t.Context())) // also while the questions of privacy wait
	ok(t, s.Urgent())
	ok(t, s.Urgent())
	s.wantAt("c1")
	if k.places[s.ID()] != s.path("g1") {
		t.Errorf("the kept place is %s", k.places[s.ID()])
	}
	s.Back(t.Context())
	s.wantAt("g1")
	ok(t, s.Urgent())
	s.ReturnFromUrgent()
	s.wantAt("g1")
}

func TestLanguageSwitchLeavesAnswersAndPlace(t *testing.T) {
	k := newFake()
	s := begin(t, k).agreed("code")
	s.say("d1", marker)
	page := s.Page()
	ok(t, s.Language(t.Context(), "en"))
	ok(t, s.ScreenerLanguage(t.Context(), "my"))
	if a, saved := s.Standing(s.path("d1")); a.Value != marker || !saved || !reflect.DeepEqual(s.Page(), page) {
		t.Error("the switch touched the answer or the place")
	}
	if got := k.kept[s.ID()].Setting; got != s.Setting() || got.Language != "en" || got.ScreenerLang != "my" {
		t.Errorf("kept setting %+v", got)
	}
	wantErr(t, s.Language(t.Context(), "xx"), ErrNotHere)
	k.fail = errFull
	wantErr(t, s.Language(t.Context(), "my"), errFull)
	if s.Setting().Language != "my" {
		t.Error("the switch does not hold when it cannot be kept")
	}
}

func TestResumeAsksForPrivacyAndGoesOnWhereItWas(t *testing.T) {
	both(t, func(t *testing.T, k Records, search func()) {
		s := begin(t, k).agreed("code")
		s.say("d1", marker)
		s.next()
		ok(t, s.Language(t.Context(), "en"))
		ok(t, s.Stop(t.Context()))
		search()

		p := params(t, nil)
		p.Setting = screening.Setting{Screener: "S2"}
		again, err := Resume(t.Context(), k, s.ID(), p)
		ok(t, err)
		r := talk{again, t}
		r.wantAt("g1")
		r.wantSaved(OnDisk)
		want := screening.Setting{Screener: "S2", Interpreter: "I1", Language: "en", ScreenerLang: "en"}
		if r.Setting() != want || r.Code() != s.Code() {
			t.Errorf("got setting %+v, want %+v", r.Setting(), want)
		}
		_, err = r.Next(t.Context())
		wantErr(t, err, ErrWelcomeBack)
		wantErr(t, r.Jump(t.Context(), r.path("safe")), ErrWelcomeBack)
		paths, answered := r.WelcomeBack()
		if !reflect.DeepEqual(paths, []schema.Path{r.path("a1"), r.path("a2")}) || answered[0] || answered[1] || !r.NeedsWelcomeBack() {
			t.Errorf("got %v %v, want both questions of privacy open", paths, answered)
		}
		r.say("a1", "no")
		r.say("a2", "none")
		wantErr(t, r.AckWelcomeBack(), ErrStopped)
		r.say("a1", "yes")
		ok(t, r.AckWelcomeBack())
		r.say("g1", "no")
		r.next()
		r.wantAt("safe")
		iv, err := k.Interview(t.Context(), r.ID())
		ok(t, err)
		if last := iv.Answers[len(iv.Answers)-1]; last.Screener != "S2" || last.Path != r.path("g1") {
			t.Error("the answers after the resume are not kept after the others")
		}
	})
}

func TestResumeRefuses(t *testing.T) {
	k := newFake()
	s := begin(t, k).agreed("code")
	_, err := Resume(t.Context(), k, screening.NewInterviewID(), params(t, nil))
	wantErr(t, err, store.ErrNotFound)
	iv := k.kept[s.ID()]
	iv.Questionnaire[0]++
	k.kept[s.ID()] = iv
	_, err = Resume(t.Context(), k, s.ID(), params(t, nil))
	if screening.CodeOf(err) != screening.CodeBadQuestions {
		t.Errorf("resumed with another questionnaire: %v", err)
	}
	iv.Questionnaire[0]--
	iv.Status = screening.Final
	k.kept[s.ID()] = iv
	_, err = Resume(t.Context(), k, s.ID(), params(t, nil))
	wantErr(t, err, ErrEnded)
}

func TestAChangeOfInterpreterAsksForPrivacyAgain(t *testing.T) {
	p := params(t, newFake())
	p.Setting.Interpreter = ""
	fresh, err := New(p)
	ok(t, err)
	s := talk{fresh, t}
	s.say("a1", "yes")
	ok(t, s.ChangeInterpreter(t.Context(), "I1")) // the first one is no change
	if s.NeedsWelcomeBack() {
		t.Error("the first interpreter interrupts the preparation")
	}
	ok(t, s.ChangeInterpreter(t.Context(), "I2"))
	if !s.NeedsWelcomeBack() {
		t.Error("another interpreter does not ask for privacy again")
	}
}

func TestOutline(t *testing.T) {
	s := begin(t, newFake()).agreed("code")
	_, err := s.Answer(t.Context(), s.path("d1"), schema.Answer{Missing: schema.DoesNotKnow})
	ok(t, err)
	got := make(map[schema.Path]Status)
	for _, e := range s.Outline() {
		got[e.Path] = e.Status
	}
	for name, want := range map[string]Status{"a1": Done, "d1": Missing, "g1": Open, "h1": NotRelevant, "l3": "", "b1": "", "g2": "", "treated_as_child": ""} {
		if got[s.path(name)] != want {
			t.Errorf("%s is %q, want %q", name, got[s.path(name)], want)
		}
	}
	s.OpenStaff()
	if list := s.Outline(); list[len(list)-1].Path != s.path("l3") || !list[len(list)-1].Required {
		t.Error("the staff's question is not in the outline though its pages are open")
	}
}

func TestNewNeedsAStepOfConsent(t *testing.T) {
	f, err := schema.Compile(&schema.Questionnaire{
		Format: schema.FormatV1, ID: "x", Version: "1", Title: words("x"), Source: "en",
		Languages: []schema.Language{{Tag: "en", Name: "English"}},
		Items:     []schema.Item{group("g", schema.StageTalk, schema.Item{Name: "q", Kind: schema.TextKind, Text: english("?")})},
	})
	ok(t, err)
	_, err = New(Params{Form: f, Keeper: newFake()})
	if screening.CodeOf(err) != screening.CodeNoConsent {
		t.Errorf("got %v, want %s", err, screening.CodeNoConsent)
	}
}

func TestASessionPrintsNothingOfThePerson(t *testing.T) {
	k := newFake()
	var out strings.Builder
	p := params(t, k)
	p.Log = slog.New(slog.NewJSONHandler(&out, nil))
	fresh, err := New(p)
	ok(t, err)
	s := talk{fresh, t}.agreed("code")
	s.say("d1", marker)
	k.fail = errFull
	_, err = s.Answer(t.Context(), s.path("safe"), schema.Answer{Value: marker})
	fmt.Fprintf(&out, "%v %+v %#v %s %v", s.Session, s.Session, s.Session, s.Session, err)
	fmt.Fprintf(&out, "%v %+v %#v", struct{ S *Session }{s.Session}, s.Page(), s.Outline())
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "session", s.Session)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "session", s.Session)
	if text := out.String(); strings.Contains(text, marker) || strings.Contains(text, string(s.Code())) || !strings.Contains(text, "[session ") {
		t.Errorf("a session prints as %s", text)
	}
}
