package instrument

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"leeward/schema"
)

// interview is one invented person answering the screening form.
type interview struct {
	t    *testing.T
	said schema.Answers
	env  schema.Env
}

func begin(t *testing.T) *interview {
	env := schema.Env{Now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), Language: "en"}
	return &interview{t: t, said: Form().Defaults(env), env: env}
}

// path finds an item by its name, which is unique in this form.
func path(t *testing.T, name string) schema.Path {
	t.Helper()
	for _, p := range Form().Paths() {
		if strings.HasSuffix(string(p), "/"+name) {
			return p
		}
	}
	t.Fatalf("no item %q", name)
	return ""
}

// says answers questions: name, value, name, value. What the form refuses fails the test.
func (i *interview) says(pairs ...string) *interview {
	i.t.Helper()
	for n := 0; n < len(pairs); n += 2 {
		p, a := path(i.t, pairs[n]), schema.Answer{Value: pairs[n+1]}
		if bad := Form().Admits(p, a, i.said, i.env); bad != nil {
			i.t.Fatalf("%s refuses %q: %s", pairs[n], pairs[n+1], bad.Reason)
		}
		if !i.state().Relevant(p) {
			i.t.Fatalf("%s is not asked of this person", pairs[n])
		}
		i.said[p] = a
	}
	return i
}

// gives a missing reason for a question.
func (i *interview) gives(reason schema.Missing, names ...string) *interview {
	i.t.Helper()
	for _, name := range names {
		i.said[path(i.t, name)] = schema.Answer{Missing: reason}
	}
	return i
}

func (i *interview) refused(name, value string, want schema.Reason) {
	i.t.Helper()
	bad := Form().Admits(path(i.t, name), schema.Answer{Value: value}, i.said, i.env)
	if bad == nil || bad.Reason != want {
		i.t.Errorf("%s takes %q, want %s", name, value, want)
	}
}

func (i *interview) state() *schema.State { return Form().Evaluate(i.said, i.env) }

func (i *interview) asked(want bool, names ...string) {
	i.t.Helper()
	s := i.state()
	for _, name := range names {
		if got := s.Relevant(path(i.t, name)); got != want {
			i.t.Errorf("%s asked: %v, want %v", name, got, want)
		}
	}
}

func (i *interview) alerts(want ...string) {
	i.t.Helper()
	var got []string
	for _, a := range i.state().Alerts() {
		got = append(got, a.Level+":"+a.Kind)
	}
	if !slices.Equal(got, want) {
		i.t.Errorf("alerts %v, want %v", got, want)
	}
}

func (i *interview) marks(want ...string) {
	i.t.Helper()
	var got []string
	for _, m := range i.state().Marks() {
		got = append(got, m.Indicator+" "+m.As)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		i.t.Errorf("marks\n%q, want\n%q", got, want)
	}
}

func (i *interview) gates(want ...string) {
	i.t.Helper()
	var got []string
	for _, g := range i.state().Gates() {
		name := string(g.Path[strings.LastIndexByte(string(g.Path), '/')+1:])
		got = append(got, name+" "+g.Do)
		if g.Text.Text == "" {
			i.t.Errorf("the gate of %s says nothing", name)
		}
	}
	if !slices.Equal(got, want) {
		i.t.Errorf("gates %v, want %v", got, want)
	}
}

func (i *interview) open(want ...string) {
	i.t.Helper()
	var got []string
	for _, p := range i.state().Problems() {
		got = append(got, string(p.Path[strings.LastIndexByte(string(p.Path), '/')+1:])+" "+string(p.Reason))
	}
	if !slices.Equal(got, want) {
		i.t.Errorf("problems %v, want %v", got, want)
	}
}

func (i *interview) label(name, want string) {
	i.t.Helper()
	if got := i.state().Label(path(i.t, name), "en").Text; got != want {
		i.t.Errorf("%s reads %q, want %q", name, got, want)
	}
}

// prepared is an adult in a quiet place.
func prepared(t *testing.T) *interview {
	return begin(t).says("a1", "yes", "a2", "interpreter", "a7", "adult", "a3", "in_person", "a4", "code no_tie accepted", "a5", "my")
}

// agreed has heard the script and agreed, with a code.
func agreed(i *interview) *interview {
	return i.says("b1", "understood", "b2", "yes", "b3", "code", "b6", "voluntary limits purpose withdraw")
}

func TestManFromAFishingBoat(t *testing.T) {
	i := agreed(prepared(t).says("c1", "water rest", "c2", "today", "c9", "none"))
	i.says("c3", "far", "c4", "no", "c10", "later", "c7", "taken", "c6", "no", "c8", "none")
	i.says("d1", "Ko Moe", "d2", "31", "d3", "man", "g1", "fishing")
	i.says("g2_country", "XZ", "g2_area", "far from land", "g2_from", "2023-05", "g2_still", "no", "g2_to", "2025")
	i.says("g3_hours", "18", "g3_days", "7", "g3_rest", "no", "g4", "late none", "g5", "unfair")
	i.says("h1_out", "not_at_all", "h1_phone", "with_permission", "h1_family", "freely", "h2", "refused", "h3", "saw", "h4", "me police")
	i.open("b4 required", "l6 required", "l2_purpose required", "l3 required", "l5_level required")
	i.says("b4", "health shelter legal", "b5", "yes", "l6", "none", "l2_purpose", "labour", "l3", "possible", "l5_level", "high")
	i.open()
	i.gates()
	i.alerts("red:protection", "amber:medical", "amber:safety", "amber:shelter", "amber:protection", "amber:debt")
	i.marks("ex.hours present", "ex.salary present", "ex.salary present", "cd.wages present", "cd.wages possible",
		"cd.debt present", "ex.wages present", "cd.isolation present", "cd.isolation possible", "cd.documents present",
		"cd.threat possible", "cd.threat present", "cd.denunciation present")
	i.label("d2", "How old are you, about?")
	if len(i.state().Kept()) < 40 {
		t.Errorf("%d answers are kept", len(i.state().Kept()))
	}
}

func TestHoursFollowTheOfficeThreshold(t *testing.T) {
	i := agreed(prepared(t)).says("g1", "factory", "g3_hours", "11", "g3_days", "6")
	i.marks()
	i.says("g3_hours", "12").marks("ex.hours present")
	i.said[path(t, HoursThreshold)] = schema.Answer{Value: "14"}
	i.marks()
	i.says("g3_days", "7", "g3_rest", "no").marks("ex.hours present")
	i.says("g3_rest", "yes").marks()
	i.gives(schema.Declined, "g3_hours", "g3_days").marks()
	i.asked(false, "g3_above")
}

func TestChild(t *testing.T) {
	i := begin(t).says("a1", "yes", "a2", "guardian", "a7", "maybe", "a3", "none", "a5", "ar")
	i.asked(false, "a4", "b1_police", "b1_why", "b1_help", "b1_promise", "b1_private")
	i.label("c1", "What do you need now: food, water, sleep, warm clothes, the toilet?")
	i.label("b1_work", "My job is to help children be safe.")
	i.label("b1", "Can you tell me what I just said?")
	i.says("c9", "child_here", "c8", "child").alerts("red:child_safety")
	agreed(i).says("d2", "25") // their own word can only add protection
	i.label("c3", "Is there somebody you are scared of?")
	i.says("a7", "adult").label("c3", "Are you afraid of somebody?")
	i.says("d2", "17").label("c3", "Is there somebody you are scared of?")
	i.refused("d2", "121", schema.BadConstraint)
	i.refused("d2", "-1", schema.BadConstraint)
	i.refused("d2", "about 17", schema.BadKind)
}

// Whoever cannot be said to be an adult is treated as a child.
func TestUnknownAgeIsNotAnAdult(t *testing.T) {
	for _, reason := range schema.MissingReasons() {
		i := begin(t).gives(reason, "a7")
		if got := i.state().Value(path(t, TreatedAsChild)); got != "yes" {
			t.Errorf("A7 %s: treated as a child: %q, want yes", reason, got)
		}
	}
}

func TestNoMeansNoInterviewAndHelpStaysOpen(t *testing.T) {
	for _, answer := range []schema.Answer{{Value: "no"}, {Value: "later"}, {Missing: schema.Declined}, {Missing: schema.DoesNotKnow}, {Missing: schema.NotAsked}} {
		i := prepared(t).says("c2", "emergency", "b1", "understood")
		i.gates()
		i.said[path(t, "b2")] = answer
		i.gates("b2 stop")
		i.asked(false, "b3", "b6", "d2", "g1", "h2", "b4", "b5", "l3")
		i.asked(true, "c1", "c2", "c9", "c3", "c10", "c6", "c8")
		i.says("c3", "here").alerts("red:medical", "red:safety")
		i.marks()
	}
}

func TestOnlyToBeCounted(t *testing.T) {
	i := prepared(t).says("b1", "again", "b2", "yes", "b3", "tally")
	c := Form().Questionnaire().Consent
	if s := i.state(); s.Value(c.Agree) != c.Yes[0] || s.Value(c.Keep) != c.Tally[0] {
		t.Errorf("agree %q keep %q", s.Value(c.Agree), s.Value(c.Keep))
	}
	i.gates()
	i.says("c3", "come").alerts("red:safety") // the action card still opens
}

// TestHelpWithoutTheLegalTest: exploitation alone opens the action card, whatever else was said and whatever
// the screener concludes.
func TestHelpWithoutTheLegalTest(t *testing.T) {
	wellOff(t).says("g4", "none").alerts("amber:protection")
	wellOff(t).says("g5", "unfair").alerts("amber:debt")
	wellOff(t).says("h3", "yes").alerts("amber:medical")
	wellOff(t).says("l3", "exploited").alerts("amber:protection")
	wellOff(t).says("l3", "possible").alerts("red:protection")
}

func TestEverythingDeclined(t *testing.T) {
	i := agreed(prepared(t))
	for range 3 { // what is asked may depend on what was declined
		for _, p := range i.state().Visible() {
			if it, _ := Form().Item(p); it.Kind != schema.Note && it.Calculation == "" && i.said[p].IsZero() {
				i.said[p] = schema.Answer{Missing: schema.Declined}
			}
		}
	}
	i.open()
	i.alerts()
	i.marks()
	i.asked(true, "g2_country", "g3_hours", "h1_out", "h4") // declined work is not "nothing yet"
	if s := i.state(); s.Value(path(t, "b4")) != "" || s.Value(path(t, "b5")) != "" || s.Value(path(t, "l3")) != "" {
		t.Error("a declined question has a value")
	}
}

func TestUrgentNeedBeforeConsent(t *testing.T) {
	i := begin(t).says("c1", "medicine water", "c9", "child_away", "c2", "emergency")
	i.alerts("red:medical", "red:child_safety", "amber:medical")
	i.says("c8", "selfharm watched confused").alerts("red:medical", "red:child_safety", "red:self_harm", "red:safety", "red:medical", "amber:medical")
	i.refused("c1", "nothing water", schema.BadChoice)
}

func TestSelfHarmIsAskedOnlyWhereSomebodyCanCome(t *testing.T) {
	i := agreed(prepared(t))
	i.asked(false, "c5")
	i.says("depth", "extended").asked(false, "c5")
	i.said[path(t, SelfHarmResponder)] = schema.Answer{Value: "R-02"}
	i.asked(true, "c5")
	i.says("c5", "now").alerts("red:self_harm")
	i.says("c5", "later").alerts("amber:psychosocial")
}

func TestNothingWrong(t *testing.T) {
	i := wellOff(t)
	i.open()
	i.alerts()
	i.marks()
	i.gates()
}

// wellOff is somebody who answers every question and in whose answers nothing is wrong.
func wellOff(t *testing.T) *interview {
	i := agreed(prepared(t).says("c1", "nothing", "c2", "no", "c9", "none"))
	i.says("c3", "no", "c4", "no", "c10", "no", "c7", "no", "c6", "yes", "c8", "none")
	i.says("d2", "40", "d3", "woman", "g1", "farm", "g2_country", "TH", "g2_from", "2021", "g2_still", "no", "g2_to", "2024-12-31")
	i.says("g3_hours", "8", "g3_days", "6", "g3_rest", "yes", "g4", "full", "g5", "no")
	i.says("h1_out", "freely", "h1_phone", "freely", "h1_family", "freely", "h2", "me", "h3", "no", "h4", "none")
	return i.says("b4_asked", "none", "b4", "none", "b5", "no", "l6", "none", "l2_purpose", "none", "l3", "no_sign", "l5_level", "low")
}

// For each question and each reason: what is missing raises nothing, decides nothing and reads as blank.
func TestAMissingAnswerIsNeverNo(t *testing.T) {
	base := wellOff(t)
	for _, p := range base.state().Visible() {
		it, _ := Form().Item(p)
		if it.Kind == schema.Note || it.Calculation != "" {
			continue
		}
		for _, reason := range schema.MissingReasons() {
			i := &interview{t: t, said: maps.Clone(base.said), env: base.env}
			i.said[p] = schema.Answer{Missing: reason}
			s := i.state()
			if got := s.Node(p); got.Answer.Value != "" || got.Relevant && got.Answer.Missing != reason || got.Problem != nil {
				t.Errorf("%s with %s reads as something else", p, reason)
			}
			if len(s.Marks()) > 0 || len(s.Alerts()) > 0 {
				t.Errorf("%s with %s raises something", p, reason)
			}
			if stop := len(s.Gates()) > 0; stop != (it.Name == "b2") {
				t.Errorf("%s with %s: stopped %v", p, reason, stop)
			}
		}
	}
}

func TestStoppedOnTheWay(t *testing.T) {
	i := agreed(prepared(t)).says("g1", "not_yet")
	i.asked(false, "g2_country", "g3_hours", "g4", "g5", "h1_out", "h2", "h3", "h4", "g3_above")
	i.asked(true, "b4", "l3")
	i.refused("g1", "not_yet farm", schema.BadChoice)
	i.says("g1", "farm").asked(true, "g2_country", "h4")
}

func TestStillGoingOn(t *testing.T) {
	i := agreed(prepared(t)).says("g1", "house", "g2_from", "2025-11-02", "g2_still", "yes")
	i.alerts("red:ongoing")
	i.asked(false, "g2_to")
	for _, bad := range []string{"2025-13", "25", "2025-1", "last year", "2025-02-32", "1899", "2025-00"} {
		i.refused("g2_from", bad, schema.BadConstraint)
	}
}

// Embassy, police and family are never offered: they can be chosen only after the person asked.
func TestHelpersThatAreNeverOffered(t *testing.T) {
	i := agreed(prepared(t))
	offered := func() (names []string) {
		for _, c := range i.state().Node(path(t, "b4")).Choices {
			names = append(names, c.Name)
		}
		return names
	}
	if got := strings.Join(offered(), " "); got != "health shelter psychosocial legal child_protection labour none" {
		t.Errorf("offered without asking: %s", got)
	}
	i.refused("b4", "legal police", schema.BadChoice)
	i.says("b4_asked", "family", "b4", "shelter family")
	i.refused("b4", "embassy", schema.BadChoice)
	i.gives(schema.Declined, "b4_asked")
	if got := i.state().Value(path(t, "b4")); got != "shelter" {
		t.Errorf("after the wish was taken back %q may be told, want shelter", got)
	}
}

func TestGatesBeforeTheTalk(t *testing.T) {
	i := begin(t)
	i.gates()
	i.says("a1", "no").gates("a1 stop")
	i.says("a1", "yes", "a2", "interpreter officer").gates("a2 warn")
	i.says("a2", "interpreter support").gates()
	i.says("b1", "not").gates("b1 stop")
	i.says("b1", "partly").gates()
	i.refused("a2", "none officer", schema.BadChoice)
}

func TestPhoneInterpreterHasChecksOfItsOwn(t *testing.T) {
	i := begin(t).says("a3", "in_person")
	i.refused("a4", "alone", schema.BadChoice)
	i.says("a3", "phone", "a4", "code alone no_name word")
	i.says("a3", "none").asked(false, "a4")
}

// The script says what the office filled in, and shows that nothing was filled in.
func TestOfficeSentencesAreReadOut(t *testing.T) {
	i := begin(t).says("a7", "adult")
	i.label("b1_police", "[Provisional, not approved by an office] I do not work for the police or for immigration.")
	i.env.Office = map[string]schema.Text{
		"police_statement": {"en": {Text: "I am not from the police."}, "my": {Text: "ရဲ မဟုတ်ပါ။"}},
		"limits":           {"en": {Text: "a child in danger."}},
	}
	i.label("b1_police", "I am not from the police.")
	i.label("b1_limits", "These things I must tell others: a child in danger.")
	if got := i.state().Label(path(t, "b1_police"), "my").Text; got != "ရဲ မဟုတ်ပါ။" {
		t.Errorf("in Burmese the office says %q", got)
	}
}

func BenchmarkEvaluate(b *testing.B) {
	f := Form()
	said := schema.Answers{"/data/consent/b2": {Value: "yes"}, "/data/prepare/a7": {Value: "adult"}, "/data/work/g1": {Value: "fishing"}}
	for b.Loop() {
		f.Evaluate(said, schema.Env{Language: "en"})
	}
}
