package xlsform

import (
	"slices"
	"strings"
	"testing"
	"time"

	"leeward/schema"
)

func TestColumnsAndAliases(t *testing.T) {
	im := imported(t, `survey
Type | Name | Label::English (en) | label::Arabic | hint::English (en) | relevance | Required | requiredmsg::English (en) | constraint | constraining message::English (en) | readonly | calculate | count | media::image::English (en) | bind::type
begin group | g | Group | مجموعة
int | age | Age | العمر | In years | | yes | Please | . > 0 | No
end group
add select one prompt using yn | s | Pick | اختر | | ${age} = 1
calculate | c | | | | | | | | | | 1 + 1 | | | int
begin repeat | r | R | ر | | | | | | | | | 2
photo | p | Photo | صورة | | | | | | | yes | | | a.png
end repeat
acknowledge | ok | OK | نعم`, strings.Replace(yesNo, "label", "label::English (en)", 1))
	if got, want := item(t, im, "/data/g/age"), (schema.Item{Required: "yes", Constraint: ". > 0"}); got.Required != want.Required || got.Kind != schema.Integer || got.RequiredText["en"].Text != "Please" || got.ConstText["en"].Text != "No" {
		t.Errorf("got %+v, want what the row says", got)
	}
	if got := item(t, im, "/data/s").Relevant; got != "${age} = 1" {
		t.Errorf("relevance: got %q", got)
	}
	if got := item(t, im, "/data/c").Stored; got != schema.Integer {
		t.Errorf("bind::type: got %q, want integer", got)
	}
	if got := item(t, im, "/data/r").RepeatCount; got != "../r_count" {
		t.Errorf("count: got %q, want the question that pyxform makes", got)
	}
	if got := item(t, im, "/data/r/p").Media["image"]["en"].Text; got != "a.png" {
		t.Errorf("media: got %q", got)
	}
	if l := im.Questionnaire.Languages; len(l) != 2 || l[0].Tag != "en" || l[1].Tag != "ar" || !l[1].RTL || l[0].RTL {
		t.Errorf("languages: got %+v, want English, and Arabic from right to left", l)
	}
	want := Untranslated{"Arabic", "choices", 2, "label"}
	if !slices.Contains(im.Missing, want) {
		t.Errorf("missing: got %v, want %v among them", im.Missing, want)
	}
}

func TestOneColonAndDefaultLanguage(t *testing.T) {
	im := imported(t, "survey\ntype|name|label:English|label:Dari\ntext|a|A|الف", "settings\nform_id|default_language|version|form_title\nx1|Dari|7|Form")
	q := im.Questionnaire
	if q.ID != "x1" || q.Version != "7" || q.Source != "prs" || q.Languages[1].Tag != "en" {
		t.Errorf("got %s %s %s %v", q.ID, q.Version, q.Source, q.Languages)
	}
	im = imported(t, "survey\ntype|name|label|label::French (fr)\ntext|a|A|B", "settings\ndefault_language\nEnglish (en)")
	if got := item(t, im, "/data/a").Text; got["en"].Text != "A" || got["fr"].Text != "B" {
		t.Errorf("columns without a language belong to the default one: got %v", got)
	}
	im = imported(t, "survey\ntype|name|label\ntext|a|ما اسمك؟")
	if l := im.Questionnaire.Languages[0]; l.Tag != "und" || !l.RTL {
		t.Errorf("got %+v, want an undetermined language whose direction is that of its letters", l)
	}
}

func TestWarnings(t *testing.T) {
	im := imported(t, `survey
type | name | label::English
text | a | A
text | A | Other case
| | | comment
Text | b | B
note | | Thank you
begin_group | g
text | c | C
end_group
select_one yn | d | D`, "choices\nlist_name|name|label::English|my column\nyn|yes||x\nyn|no|No", "choicess\nnothing")
	for _, want := range []string{WarnLanguage, WarnCase, WarnStyle, WarnGroupLabel, WarnChoiceLabel, WarnColumn} {
		if !slices.ContainsFunc(im.Warnings, func(p Problem) bool { return p.Code == want }) {
			t.Errorf("no warning %s in %s", want, brief(im.Warnings))
		}
	}
	item(t, im, "/data/generated_note_name_6")
}

func TestOrOther(t *testing.T) {
	im := imported(t, "survey\ntype|name|label\nselect_one yn or_other|a|A", yesNo)
	env := schema.Env{Now: time.Unix(0, 0).UTC(), Language: "und"}
	a := im.Form.Begin(env)
	if s := im.Form.Evaluate(a, env); s.Relevant("/data/a_other") {
		t.Error("asks what else before other was chosen")
	}
	a = im.Form.Record("/data/a", schema.Answer{Value: "other"}, a, env)
	if s := im.Form.Evaluate(a, env); !s.Relevant("/data/a_other") || s.Node("/data/a").Problem != nil {
		t.Error("does not ask what else")
	}
}

// TestInterview walks a questionnaire as a person would: a trigger, a filter that takes a choice away,
// a counted repeat with defaults, choices from answers, a range.
func TestInterview(t *testing.T) {
	im := imported(t, `survey
type | name | label | calculation | trigger | choice_filter | repeat_count | default | parameters
today | today
select_one yn | land | Land
select_one town | city | City | | | land = ${land}
integer | n | How many
begin_repeat | child | Child | | | | ${n}
text | who | Who | | | | | nobody
end_repeat
select_one ${who} | eldest | Eldest
text | seen | | concat('land ', ${land}) | ${land}
range | pain | Pain | | | | | | start=0 end=10 step=2
calculate | first | | once(${n})`, `choices
list_name | name | label | land
yn | yes | Yes
yn | no | No
town | a | A | yes
town | b | B | no`)
	env := schema.Env{Now: time.Date(2026, 1, 15, 10, 0, 0, 0, time.UTC), Language: "und"}
	a := im.Form.Begin(env)
	say := func(p schema.Path, v string) *schema.State {
		t.Helper()
		a = im.Form.Record(p, schema.Answer{Value: v}, a, env)
		return im.Form.Evaluate(a, env)
	}
	value := func(s *schema.State, p schema.Path, want string) {
		t.Helper()
		if got := s.Value(p); got != want {
			t.Errorf("%s: got %q, want %q", p, got, want)
		}
	}
	s := im.Form.Evaluate(a, env)
	value(s, "/data/today", "2026-01-15")
	value(s, "/data/seen", "")
	s = say("/data/land", "yes")
	value(s, "/data/seen", "land yes")
	s = say("/data/city", "a")
	value(s, "/data/city", "a")
	value(say("/data/land", "no"), "/data/city", "") // that town is in the other land
	s = say("/data/land", "yes")
	value(s, "/data/city", "a") // it is offered again
	s = say("/data/n", "2")
	value(s, "/data/child[2]/who", "nobody")
	value(s, "/data/first", "2")
	say("/data/child[1]/who", "ada")
	s = say("/data/child[2]/who", "ben")
	if got := s.Node("/data/eldest").Choices; len(got) != 2 || got[0].Name != "ada" {
		t.Errorf("choices from answers: got %d of them", len(got))
	}
	say("/data/eldest", "ben")
	s = say("/data/child[2]/who", "bea")
	value(s, "/data/eldest", "")
	s = say("/data/n", "3")
	value(s, "/data/first", "2")
	value(s, "/data/child[3]/who", "nobody")
	if p := say("/data/pain", "3").Node("/data/pain").Problem; p == nil {
		t.Error("3 lies on no step from 0 by 2, and is accepted")
	}
	if p := say("/data/pain", "4").Node("/data/pain").Problem; p != nil {
		t.Error("4 lies on a step, and is refused")
	}
}

func TestCells(t *testing.T) {
	for _, c := range [][3]string{
		{"1", "TRUE", "TRUE"},
		{"0", "FALSE", "FALSE"},
		{"1", "1", "1"},
		{"1.0", "1", "1"},
		{"007", "007", "007"},
		{"0.1", "10%", "0.1"},
		{"45292", "2024-01-01", "2024-01-01 00:00:00"},
		{"1e3", "1000", "1000"},
		{" a\u00a0b ", " a b ", "a b"},
		{"-", "-", "-"},
		{"2024-01-05", "2024-01-05", "2024-01-05"},
	} {
		if got := cellText(c[0], c[1]); got != c[2] {
			t.Errorf("cellText(%q, %q): got %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

func TestCSVBesideTheWorkbook(t *testing.T) {
	im := Read(book(t, "survey\ntype|name|label|calculation\nselect_one_from_file towns.csv|a|A\ncalculate|c||pulldata('towns', 'land', 'name', ${a})"), Options{
		Files: func(name string) ([]byte, bool) {
			return []byte("name,label,land\nt1,Town,north\nt2,Other,south\n"), name == "towns.csv"
		},
	})
	must(t, im.Err())
	env := schema.Env{Now: time.Unix(0, 0).UTC()}
	a := im.Form.Record("/data/a", schema.Answer{Value: "t2"}, schema.Answers{}, env)
	if got := im.Form.Evaluate(a, env).Value("/data/c"); got != "south" {
		t.Errorf("pulldata: got %q, want south", got)
	}
}

func TestWriteAndReadBack(t *testing.T) {
	im := imported(t, `survey
type | name | label::English (en) | label::Arabic (ar) | relevant | parameters | appearance
begin_group | g | Group | مجموعة
select_multiple yn | a | A | ا
end_group
range | r | R | ر | selected(${a}, 'yes') | start=1 end=5 | vertical`, strings.Replace(yesNo, "label", "label::English (en)", 1), "settings\nform_title|form_id|version|instance_name\nT|t|3|concat('x', ${r})")
	readBack(t, im)
}

// TestWriteParameters keeps what an office fills in, in a way that other programs understand too.
func TestWriteParameters(t *testing.T) {
	im := imported(t, `survey
type | name | label::English (en) | label::Arabic (ar) | calculation | leeward_default::English (en) | leeward_default::Arabic (ar)
calculate | office.helpline | | | '112' | Call 112 | اتصل
note | n | Help: ${office.helpline} | مساعدة ${office.helpline}
select_one t | t | T | ت`, "choices\nlist_name|name|label::English (en)|label::Arabic (ar)|kind\nt|x|X|س|a\nt|x|Y|ص|b", "settings\nallow_choice_duplicates\nyes")
	if p := im.Questionnaire.Parameters; len(p) != 1 || p[0].Name != "helpline" || p[0].Default["ar"].Text != "اتصل" {
		t.Fatalf("got parameters %v, want helpline in both languages", p)
	}
	s := im.Form.Evaluate(nil, schema.Env{})
	if got := s.Label("/data/n", "en").Text; got != "Help: Call 112" {
		t.Errorf("got %q, want the default put in", got)
	}
	readBack(t, im)
}

// TestConsentStep: a workbook says which question asks for consent, and a name that is none is told.
func TestConsentStep(t *testing.T) {
	const survey = `survey
type | name | label
begin_group | start | Start
select_one yn | agree | Do you agree?
end_group
select_one yn | keep | Keep it?`
	im := imported(t, survey, yesNo, "settings\nleeward_consent|leeward_consent_yes|leeward_keep|leeward_tally\nagree|yes|/data/keep|no")
	c := im.Questionnaire.Consent
	if c == nil || c.Agree != "/data/start/agree" || !slices.Equal(c.Yes, []string{"yes"}) || c.Keep != "/data/keep" || !slices.Equal(c.Tally, []string{"no"}) {
		t.Fatalf("got %+v", c)
	}
	readBack(t, im)
	for _, wrong := range []string{"nothing|yes", "agree|perhaps", "agree|"} {
		if im := Read(book(t, survey, yesNo, "settings\nleeward_consent|leeward_consent_yes\n"+wrong), Options{}); im.Err() == nil {
			t.Errorf("%s: imported", wrong)
		}
	}
}

// readBack writes a questionnaire and wants the same one back.
func readBack(t *testing.T, im *Import) {
	t.Helper()
	b, err := Write(im.Questionnaire)
	must(t, err)
	again := Read(b, Options{})
	must(t, again.Err())
	if got, want := string(again.Questionnaire.Canonical()), string(im.Questionnaire.Canonical()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
