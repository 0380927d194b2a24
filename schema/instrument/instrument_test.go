package instrument

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"leeward/schema"
)

func TestEveryItemOfTheOutlineIsThereInItsOrder(t *testing.T) {
	var order []string
	found := map[string]*schema.Item{}
	eachItem(Screening().Items, func(it *schema.Item) {
		order = append(order, it.Name)
		found[it.Name] = it
	})
	last := -1
	for _, want := range outline {
		it := found[want.item]
		if it == nil {
			t.Errorf("%s is missing", want.item)
			continue
		}
		if at := slices.Index(order, want.item); at < last {
			t.Errorf("%s stands before its turn", want.item)
		} else {
			last = at
		}
		if outlineItem.MatchString(want.item) && it.Code != strings.ToUpper(want.item) {
			t.Errorf("%s has the code %q", want.item, it.Code)
		}
		var got []string
		for _, c := range choicesOf(t, it) {
			got = append(got, c.Name)
		}
		if !fromCodes(it.List) && strings.Join(got, " ") != want.choices {
			t.Errorf("%s offers %v, want %s", want.item, got, want.choices)
		}
	}
}

func TestRequiredQuickAndStaffItems(t *testing.T) {
	var required, quick, staff []string
	eachItem(Screening().Items, func(it *schema.Item) {
		if it.Required != "" {
			required = append(required, it.Name)
		}
		if it.Quick {
			quick = append(quick, it.Name)
		}
		if it.Staff && it.Code != "" {
			staff = append(staff, it.Name)
		}
	})
	for _, tt := range []struct {
		what, want string
		got        []string
	}{
		{"required", "a1 a2 a7 a3 a5 b1 b2 b3 b6 d2 b4 l6 j4 l2_purpose l3 l5_level", required},
		{"quick", "a7 c1 c2 c9 c3 c10 c8", quick},
		{"staff", "a1 a2 a7 a3 a4 a5 a8 a9 b6 c8 e11 g3_above l1 l6 j4 l3", staff},
	} {
		if got := strings.Join(tt.got, " "); got != tt.want {
			t.Errorf("%s: %s; want %s", tt.what, got, tt.want)
		}
	}
}

func TestStagesAndConsent(t *testing.T) {
	f := Form()
	var stages []string
	for _, it := range f.Questionnaire().Items {
		stages = append(stages, it.Name+":"+string(it.Stage))
	}
	want := "prepare:prepare needs:needs consent:consent safety:talk about:talk beginning:talk journey:talk work:talk freedom:talk private:talk child:talk now:talk closing:closing assessment:staff"
	if got := strings.Join(stages, " "); got != want {
		t.Errorf("stages %s; want %s", got, want)
	}
	c := f.Questionnaire().Consent
	for path, names := range map[schema.Path][]string{c.Agree: c.Yes, c.Keep: c.Tally} {
		if _, ok := f.Item(path); !ok || len(names) != 1 {
			t.Errorf("consent at %s, %v", path, names)
		}
		for _, name := range names {
			if !slices.ContainsFunc(f.Choices(path), func(c schema.Choice) bool { return c.Name == name }) {
				t.Errorf("%s has no choice %s", path, name)
			}
		}
	}
	for _, p := range []schema.Path{"/data/needs/c1", "/data/safety/c3"} {
		if it, _ := f.Item(p); it.Relevant != "" {
			t.Errorf("%s depends on something: help never does", p)
		}
	}
}

var indicator = regexp.MustCompile(`^(dr|cr|av|ex|cd|vd)\.[a-z_]+$`)

func TestAlertsIndicatorsAndCodes(t *testing.T) {
	kinds := []string{"medical", "safety", "others", "self_harm", "shelter", "child_safety", "removal", "debt", "protection", "psychosocial", "ongoing"}
	used := map[string]bool{}
	for _, l := range Screening().Choices {
		for _, c := range l.Choices {
			where := l.Name + "/" + c.Name
			if c.Alert != "" {
				level, kind, _ := strings.Cut(c.Alert, ":")
				if level != "red" && level != "amber" || !slices.Contains(kinds, kind) {
					t.Errorf("%s has the unknown alert %q", where, c.Alert)
				}
				used[kind] = true
			}
			present := map[string]bool{}
			for _, m := range c.Indicators {
				dimension, _, _ := strings.Cut(m.ID, ".")
				if !indicator.MatchString(m.ID) || m.As != "present" && m.As != "possible" {
					t.Errorf("%s marks %s as %s", where, m.ID, m.As)
				}
				if m.As == "present" && present[dimension] {
					t.Errorf("%s makes two indicators of %s present", where, dimension)
				}
				present[dimension] = present[dimension] || m.As == "present"
			}
			if strings.HasPrefix(c.HTCDS, "x_") || c.Local != "" && !strings.HasPrefix(c.Local, "x_") {
				t.Errorf("%s mixes HTCDS %q and local %q codes", where, c.HTCDS, c.Local)
			}
		}
	}
	for _, kind := range []string{"medical", "safety", "others", "self_harm", "shelter", "child_safety", "removal", "psychosocial", "ongoing", "protection", "debt"} {
		if !used[kind] {
			t.Errorf("no choice raises the alert %s", kind)
		}
	}
}

// What a person chooses alone excludes the rest; the name says so.
func TestChoicesThatStandAlone(t *testing.T) {
	eachItem(Screening().Items, func(it *schema.Item) {
		if it.Kind != schema.SelectMultiple {
			return
		}
		for _, c := range choicesOf(t, it) {
			none := slices.Contains([]string{"none", "nothing", "no", "not_yet"}, c.Name) && it.Name != "g4" && it.Name != "l1" || c.Name == "none" && it.Name == "l1"
			if none && !slices.Contains(it.Alone, c.Name) {
				t.Errorf("%s: %s can stand beside others", it.Name, c.Name)
			}
		}
	})
}

func TestTheReferenceIsStable(t *testing.T) {
	q := Screening()
	again, err := schema.Parse(q.Canonical())
	if err != nil {
		t.Fatalf("parse the canonical form: %v", err)
	}
	if again.Ref() != q.Ref() || !bytes.Equal(again.Canonical(), q.Canonical()) {
		t.Error("the canonical form does not survive a round trip")
	}
	if first, second := Form(), Form(); first.Ref() != q.Ref() || first != second {
		t.Error("Form is not the compiled Screening")
	}
	for _, r := range Form().Remarks() {
		t.Errorf("%s %s: %s", r.Path, r.Member, r.Message)
	}
}

// Answers that could do harm if seen are behind the gate; names are kept apart.
func TestSensitivity(t *testing.T) {
	want := map[string]schema.Sensitivity{
		"c2": schema.Special, "c3": schema.Special, "c5": schema.Special, "c8": schema.Special, "h3": schema.Special,
		"h4": schema.Special, "l3": schema.Special, "d3": schema.Special, "d1": schema.Identity, "g2_area": schema.Narrative,
		"g1": schema.Personal, "a1": schema.Operational,
	}
	eachItem(Screening().Items, func(it *schema.Item) {
		if it.Kind != schema.Group && it.Sensitivity == "" {
			t.Errorf("%s has no class of sensitivity", it.Name)
		}
		if s, ok := want[it.Name]; ok && it.Sensitivity != s {
			t.Errorf("%s is %q, want %q", it.Name, it.Sensitivity, s)
		}
	})
}

// "Not" is the office's word alone, and only after a talk that nothing disturbed, or a second one.
func TestOnlyTheOfficeSaysNot(t *testing.T) {
	f := OfficeForm()
	env := schema.Env{Language: "en"}
	for _, tt := range []struct {
		limits, second string
		admitted       bool
	}{{"none", "", true}, {"time fear", "", false}, {"", "", false}, {"time", "yes", true}, {"time", "no", false}} {
		said := schema.Answers{"/data/office/limits_noted": {Value: tt.limits}, "/data/office/l7_second": {Value: tt.second}}
		bad := f.Admits("/data/office/l7", schema.Answer{Value: "not"}, said, env)
		if (bad == nil) != tt.admitted {
			t.Errorf("limits %q, second talk %q: %v, want admitted %v", tt.limits, tt.second, bad, tt.admitted)
		}
		if bad := f.Admits("/data/office/l7", schema.Answer{Value: "actual"}, said, env); bad != nil {
			t.Errorf("actual is refused: %s", bad.Reason)
		}
	}
	eachItem(Screening().Items, func(it *schema.Item) {
		for _, c := range choicesOf(t, it) {
			if c.HTCDS == "NotAVictimOfTrafficking" || c.HTCDS == "ActualVictimOfTrafficking" {
				t.Errorf("%s says %s on a device", it.Name, c.HTCDS)
			}
		}
	})
}

// What is read without the strict reader is what the strict reader reads.
func TestWhatIsCompiledInIsSound(t *testing.T) {
	for name, b := range map[string][]byte{"screening.json": screening, "office.json": officeFile} {
		strict, err := schema.Parse(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if parse(name, b).Ref() != strict.Ref() {
			t.Errorf("%s is read as something else", name)
		}
	}
}

func BenchmarkStart(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		compile("screening.json", parse("screening.json", screening))
	}
}
