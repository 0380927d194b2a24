package assess_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"leeward/schema"
	"leeward/schema/assess"
	"leeward/schema/instrument"
)

var env = schema.Env{Now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), Language: "en"}

// path finds a question by its name.
func path(t testing.TB, name string) schema.Path {
	t.Helper()
	for _, p := range instrument.Form().Paths() {
		if strings.HasSuffix(string(p), "/"+name) {
			return p
		}
	}
	t.Fatalf("no question %q", name)
	return ""
}

// told evaluates an interview with an adult in a shelter who agreed: name, value, name, value.
func told(t testing.TB, pairs ...string) *schema.State {
	t.Helper()
	said := instrument.Form().Defaults(env)
	pairs = append([]string{"a1", "yes", "a2", "none", "a7", "adult", "b2", "yes", "b3", "code", "depth", "extended"}, pairs...)
	for i := 0; i < len(pairs); i += 2 {
		a := schema.Answer{Value: pairs[i+1]}
		if missing, ok := strings.CutPrefix(pairs[i+1], "?"); ok {
			a = schema.Answer{Missing: schema.Missing(missing)}
		}
		said[path(t, pairs[i])] = a
	}
	return instrument.Form().Evaluate(said, env)
}

// The ten vectors of the dimension rule, and all counts beside them.
func TestDimensionRule(t *testing.T) {
	for _, v := range []struct {
		s, m, w int
		want    bool
	}{
		{2, 0, 0, true},
		{1, 1, 0, true},
		{1, 0, 1, true},
		{0, 3, 0, true},
		{0, 2, 1, true},
		{1, 0, 0, false},
		{0, 2, 0, false},
		{0, 1, 9, false},
		{0, 0, 9, false},
		{0, 0, 0, false},
		{3, 0, 0, true},
		{1, 2, 2, true},
		{0, 4, 0, true},
		{0, 3, 3, true},
	} {
		if got := assess.Positive(v.s, v.m, v.w); got != v.want {
			t.Errorf("%d strong, %d medium, %d weak: %v, want %v", v.s, v.m, v.w, got, v.want)
		}
	}
	for s := range 4 {
		for m := range 5 {
			for w := range 5 {
				want := s >= 2 || s >= 1 && m+w >= 1 || m >= 3 || m >= 2 && w >= 1
				if got := assess.Positive(s, m, w); got != want {
					t.Errorf("%d %d %d: %v, want %v", s, m, w, got, want)
				}
			}
		}
	}
}

func indicator(t *testing.T, p assess.Profile, id string) assess.Indicator {
	t.Helper()
	dimension, _, _ := strings.Cut(id, ".")
	for _, i := range p.Lists[0].Dimension(dimension).Indicators {
		if i.ID == id {
			return i
		}
	}
	t.Fatalf("no indicator %s", id)
	return assess.Indicator{}
}

func TestStandings(t *testing.T) {
	p := assess.Of(told(t, "g1", "fishing", "h2", "refused", "h4", "none", "h1_out", "with_permission", "g5", "?declined"))
	for id, want := range map[string]assess.Standing{
		"cd.documents": assess.Present, "cd.isolation": assess.Possible, "cd.family": assess.NotFound, "cd.debt": assess.NotAsked,
	} {
		if got := indicator(t, p, id).Standing; got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
	for _, reason := range schema.MissingReasons() {
		p := assess.Of(told(t, "h2", "?"+string(reason)))
		if got := indicator(t, p, "cd.documents").Standing; got != assess.NotAsked {
			t.Errorf("%s counts as %s", reason, got)
		}
	}
}

// Each finding leads back to question, answer and phase.
func TestAFindingExplainsItself(t *testing.T) {
	s := told(t, "e9", "papers", "e9_when", "way", "h2", "destroyed", "g1", "farm")
	p := assess.Of(s)
	on, there := indicator(t, p, "cr.documents").Rests, indicator(t, p, "cd.documents").Rests
	if len(on) != 1 || on[0].Code != "E9" || !slices.Equal(on[0].Phases, []assess.Phase{assess.Way}) {
		t.Errorf("on the way it rests on %d answers", len(on))
	}
	if len(there) != 1 || there[0].Code != "H2" || !slices.Equal(there[0].Phases, []assess.Phase{assess.There}) {
		t.Errorf("there it rests on %d answers", len(there))
	}
	if q, a := there[0].Question(s, "en").Text, there[0].Answer(s, "en").Text; q != "Who had your papers?" || a != "Taken and destroyed or sold" {
		t.Errorf("it rests on %q: %q", q, a)
	}
	both := assess.Of(told(t, "e9", "papers"))
	if got := indicator(t, both, "cr.documents").Rests[0].Phases; len(got) != 2 {
		t.Errorf("nobody said when, and it rests on %v", got)
	}
}

// Every choice that marks an indicator has a phase, and every phase has words.
func TestEveryMarkHasAPhase(t *testing.T) {
	f := instrument.Form()
	for _, p := range f.Paths() {
		for _, c := range f.Choices(p) {
			if len(c.Indicators) == 0 {
				continue
			}
			s := told(t, "g1", "farm", "i1", "yes", "office_legal_aid", "somebody", "g3_hours", "16", string(p)[strings.LastIndexByte(string(p), '/')+1:], c.Name)
			if strings.HasPrefix(string(p), "/data/child") {
				s = told(t, "a7", "child", "g1", "farm", string(p)[strings.LastIndexByte(string(p), '/')+1:], c.Name)
			}
			found := false
			for _, l := range assess.Of(s).Lists {
				for _, d := range l.Dimensions {
					for _, i := range d.Indicators {
						for _, r := range i.Rests {
							found = found || r.Path == p && r.Choice == c.Name
							if len(r.Phases) == 0 {
								t.Errorf("%s = %s has no phase", r.Path, r.Choice)
							}
							for _, phase := range r.Phases {
								if assess.Word("phase."+string(phase), "en").Text == "" {
									t.Errorf("the phase %s has no words", phase)
								}
							}
						}
					}
				}
			}
			if !found && p != path(t, "g3_above") {
				t.Errorf("%s = %s marks indicators and reaches none", p, c.Name)
			}
		}
	}
}

// Every indicator of the table can be reached by some answer, and every one that an answer marks is in the
// table.
func TestEveryIndicatorCanBeReached(t *testing.T) {
	marked := map[string]bool{}
	for _, p := range instrument.Form().Paths() {
		for _, c := range instrument.Form().Choices(p) {
			for _, m := range c.Indicators {
				marked[m.ID] = true
			}
		}
	}
	known := map[string]bool{}
	for _, l := range assess.Of(told(t, "i1", "yes", "i2", "acts")).Lists {
		for _, d := range l.Dimensions {
			for _, i := range d.Indicators {
				known[i.ID] = true
				if !marked[i.ID] {
					t.Errorf("no answer marks %s", i.ID)
				}
				if assess.Word("indicator."+i.ID, "en").Text == "" {
					t.Errorf("%s has no words", i.ID)
				}
			}
		}
	}
	if len(known) != 67 {
		t.Errorf("%d indicators, want 67", len(known))
	}
	for id := range marked {
		if !known[id] {
			t.Errorf("an answer marks %s, which is in no list", id)
		}
	}
}

func TestCountsOfTheLists(t *testing.T) {
	for _, tt := range []struct {
		age  string
		want int
	}{{"adult", 67}, {"child", 65}} {
		l := assess.Of(told(t, "a7", tt.age)).Lists[0]
		if l.All != tt.want || l.Asked != 0 || !l.Verified {
			t.Errorf("%s: %d of %d asked, verified %v; want 0 of %d", tt.age, l.Asked, l.All, l.Verified, tt.want)
		}
	}
}

// The lists for sexual exploitation appear with it alone, and never as verified.
func TestListsForSexualExploitation(t *testing.T) {
	if got := assess.Of(told(t, "g1", "house")).Lists; len(got) != 1 {
		t.Errorf("%d lists where nobody spoke of it", len(got))
	}
	got := assess.Of(told(t, "g1", "house", "i1", "yes", "i2", "private")).Lists
	if len(got) != 2 || got[1].ID != assess.AdultSexual || got[1].Verified {
		t.Errorf("with it: %d lists", len(got))
	}
	if assess.Word("assess.unverified", "en").Text == "" {
		t.Error("there are no words to say that they are not verified")
	}
}

// Poverty, no papers and an earlier harm by themselves are never abuse of them.
func TestCircumstancesAloneAreOnlyPossible(t *testing.T) {
	p := assess.Of(told(t, "d9", "not", "d10", "debt conflict violence_home loss illness discrimination no_papers past", "k3", "yes"))
	for _, id := range []string{"av", "vd"} {
		d := p.Lists[0].Dimension(id)
		if d.Positive {
			t.Errorf("%s is positive by circumstances", id)
		}
		for _, i := range d.Indicators {
			if i.Standing == assess.Present {
				t.Errorf("%s is present by circumstances", i.ID)
			}
		}
	}
	if p.Legal.Standing == assess.Present || p.Assistance.Standing == assess.Present || p.Strong {
		t.Error("circumstances alone gave a result")
	}
}

// The two results stand apart: exploitation without means opens assistance and no more.
func TestTwoResultsNeverMerged(t *testing.T) {
	exploited := assess.Of(told(t, "g1", "factory", "g3_hours", "16", "g3_days", "7", "g4", "none", "h2", "me", "h4", "none"))
	if exploited.Assistance.Standing != assess.Present || exploited.Legal.Standing == assess.Present {
		t.Errorf("exploited: assistance %s, legal %s", exploited.Assistance.Standing, exploited.Legal.Standing)
	}
	whole := assess.Of(told(t, "e4", "agency", "e6_work", "different", "e6_pay", "different", "g1", "fishing", "g3_hours", "18", "g4", "none", "h2", "refused", "h4", "me"))
	if whole.Legal.Standing != assess.Present || whole.Assistance.Standing != assess.Present {
		t.Errorf("all three parts: legal %s (act %s, means %s), assistance %s", whole.Legal.Standing, whole.Legal.Act.Standing, whole.Legal.Means.Standing, whole.Assistance.Standing)
	}
	well := assess.Of(told(t, "e4", "agency", "e6_work", "as_told", "g1", "fishing", "g3_hours", "8", "g3_days", "6", "g4", "full", "h2", "me", "h4", "none"))
	if well.Legal.Standing != assess.NotFound || well.Assistance.Standing != assess.NotFound {
		t.Errorf("a good job: legal %s, assistance %s", well.Legal.Standing, well.Assistance.Standing)
	}
}

// Under 18 means are not needed, also where the age is in doubt or was not said.
func TestChildNeedsNoMeans(t *testing.T) {
	for _, age := range []string{"child", "maybe", "?not_asked"} {
		p := assess.Of(told(t, "a7", age, "e4", "family", "g1", "begging", "g3_hours", "14", "g4", "other_person"))
		if !p.Child || p.Legal.MeansNeeded || len(p.Legal.Means.Kinds) > 0 || p.Legal.Standing != assess.Present {
			t.Errorf("%s: child %v, means needed %v, legal %s", age, p.Child, p.Legal.MeansNeeded, p.Legal.Standing)
		}
	}
}

func TestOwnViewOfDangerOnlyRaises(t *testing.T) {
	for _, tt := range []struct {
		said []string
		want assess.Risk
	}{
		{nil, assess.RiskUnknown},
		{[]string{"c3", "here", "l5_level", "low"}, assess.RiskImmediate},
		{[]string{"k2", "look", "l5_level", "medium"}, assess.RiskHigh},
		{[]string{"c3", "far"}, assess.RiskMedium},
		{[]string{"c3", "no", "l5_level", "high"}, assess.RiskHigh},
		{[]string{"c3", "no", "l5_level", "low"}, assess.RiskLow},
	} {
		if got := assess.Of(told(t, tt.said...)).Danger.Risk; got != tt.want {
			t.Errorf("%v: %q, want %q", tt.said, got, tt.want)
		}
	}
}

func TestRemarksBesideAResult(t *testing.T) {
	words := func(s *schema.State, result string) (out []string) {
		for _, r := range assess.Of(s).Remarks(s, result) {
			if assess.Word(r.Word, "en").Text == "" {
				t.Errorf("%s has no words", r.Word)
			}
			out = append(out, r.Word)
		}
		return out
	}
	s := told(t, "l6", "fear time", "c3", "here", "g1", "farm", "h2", "refused")
	if got := words(s, assess.ResultNoSign); !slices.Equal(got, []string{"assess.limits", "assess.strong", "assess.need", "assess.unasked", "assess.danger"}) {
		t.Errorf("no sign: %v", got)
	}
	for _, result := range assess.Results() {
		if got := words(s, result); len(got) == 0 || got[0] != "assess.limits" {
			t.Errorf("%s: what kept the person from speaking does not stand first: %v", result, got)
		}
	}
	if got := words(told(t, "l6", "none"), assess.ResultPossible); len(got) != 0 {
		t.Errorf("possible, without limits: %v", got)
	}
	if got, l3 := assess.Results(), instrument.Form().Choices(path(t, "l3")); len(got) != len(l3) || got[0] != l3[0].Name || got[4] != l3[4].Name {
		t.Errorf("results %v are not those of L3", got)
	}
}

func TestForcedCriminality(t *testing.T) {
	p := assess.Of(told(t, "office_legal_aid", "somebody", "g1", "online", "g9", "targets punished names", "g10", "yes"))
	for _, i := range p.Criminal {
		want := assess.Present
		if i.ID == "fc.moved" {
			want = assess.NotFound
		} else if i.ID == "fc.ransom" {
			want = assess.NotAsked
		}
		if i.Standing != want {
			t.Errorf("%s is %s, want %s", i.ID, i.Standing, want)
		}
		if assess.Word("indicator."+i.ID, "en").Text == "" {
			t.Errorf("%s has no words", i.ID)
		}
	}
	if !slices.ContainsFunc(p.Assistance.Kinds, func(k assess.Kind) bool { return k.Name == "crime" && k.Standing == assess.Present }) {
		t.Error("forced criminality is no form of exploitation")
	}
}

// Acts, means and purposes are the choices of the worksheet, so that both can stand beside each other.
func TestKindsAreThoseOfTheWorksheet(t *testing.T) {
	s := told(t, "l2_act", "recruitment transport transfer harbouring receipt", "l2_means", "threat force coercion abduction fraud deception power vulnerability payment",
		"l2_purpose", "labour sexual child_labour marriage servitude military organ begging adoption surrogacy crime other")
	p := assess.Of(s)
	for part, c := range map[string]struct {
		kinds []assess.Kind
		list  string
	}{"act": {p.Legal.Act.Kinds, "l2_act"}, "means": {p.Legal.Means.Kinds, "l2_means"}, "purpose": {p.Legal.Purpose.Kinds, "l2_purpose"}} {
		ticked := map[string]bool{}
		for _, k := range c.kinds {
			ticked[k.Name] = true
		}
		for _, choice := range instrument.Form().Choices(path(t, c.list)) {
			if choice.Name != "none" && !ticked[choice.Name] {
				t.Errorf("%s: %s was ticked and is not there", part, choice.Name)
			}
		}
	}
	if p.Legal.Standing != assess.Present {
		t.Errorf("the worksheet alone gives %s", p.Legal.Standing)
	}
}

func BenchmarkOf(b *testing.B) {
	s := told(b, "e4", "agency", "e6_work", "different", "g1", "fishing", "g3_hours", "18", "g4", "none", "h2", "refused", "h4", "me")
	for b.Loop() {
		assess.Of(s)
	}
}
