package schema_test

import (
	"testing"

	"leeward/schema"
)

// TestWhatNobodyTyped holds defaults and calculations to what a person could have answered.
func TestWhatNobodyTyped(t *testing.T) {
	pick := ask("pick", schema.SelectOne, from("yesno"))
	pick.Default = "perhaps"
	several := ask("several", schema.SelectMultiple, from("needs"))
	several.Default = "water beer"
	computed := ask("computed", schema.SelectOne, from("yesno"))
	computed.Calculation = "if(${weight} > 70, 'perhaps', 'yes')"
	weight := ask("weight", schema.Decimal)
	weight.Default = "70 + 1"
	late := ask("late", schema.TextKind, relevant("${pick} = 'yes'"))
	late.Default = "concat('a', 'b')"
	half := ask("half", schema.Decimal)
	half.Calculation = "${weight} div 2"
	f := compiled(t, sample(pick, several, weight, computed, late, half))
	a := f.Begin(schema.Env{})
	s := f.Evaluate(a, schema.Env{})
	for p, want := range map[schema.Path]string{
		"/data/pick": "", "/data/several": "water", "/data/weight": "71.0", "/data/computed": "", "/data/half": "35.5",
	} {
		if got := s.Value(p); got != want {
			t.Errorf("%s: got %q, want %q", p, got, want)
		}
	}
	a = f.Record("/data/pick", schema.Answer{Value: "yes"}, a, schema.Env{})
	if got := f.Evaluate(a, schema.Env{}).Value("/data/late"); got != "" {
		t.Errorf("a default that is an expression came late: got %q, want it left out", got)
	}
	a = f.Record("/data/weight", schema.Answer{Value: "60"}, a, schema.Env{})
	if got := f.Evaluate(a, schema.Env{}).Value("/data/computed"); got != "yes" {
		t.Errorf("computed: got %q, want yes", got)
	}
}

// TestInstancesThatACountBrings has pyxform's templates: only the first instance comes with one of the
// repeats inside it.
func TestInstancesThatACountBrings(t *testing.T) {
	inner := schema.Item{Name: "pet", Kind: schema.Repeat, Items: []schema.Item{ask("kind", schema.TextKind)}}
	outer := schema.Item{Name: "child", Kind: schema.Repeat, RepeatCount: "${n}", Items: []schema.Item{ask("name", schema.TextKind), inner}}
	n := ask("n", schema.Integer)
	n.Default = "2"
	f := compiled(t, sample(n, outer))
	a := f.Begin(schema.Env{})
	check := func(when string, want map[schema.Path]int) {
		t.Helper()
		got := f.Evaluate(a, schema.Env{}).Counts()
		for p, w := range want {
			if got[p] != w {
				t.Errorf("%s: %s has %d instances, want %d", when, p, got[p], w)
			}
		}
	}
	check("at the beginning", map[schema.Path]int{"/data/child": 2, "/data/child[1]/pet": 1, "/data/child[2]/pet": 0})
	a = f.Record("/data/n", schema.Answer{Value: "3"}, a, schema.Env{})
	check("after one more", map[schema.Path]int{"/data/child": 3, "/data/child[1]/pet": 1, "/data/child[3]/pet": 0})
}

func TestNoteWithReadOnlyOfItsOwn(t *testing.T) {
	note := ask("note", schema.Note)
	open := ask("open", schema.Note)
	open.ReadOnly = "false()"
	s := compiled(t, sample(note, open)).Evaluate(nil, schema.Env{})
	if !s.Node("/data/note").ReadOnly || s.Node("/data/open").ReadOnly {
		t.Error("a note is read only unless its column says otherwise")
	}
}

// TestNormal writes values as ODK stores them.
func TestNormal(t *testing.T) {
	f := compiled(t, sample(
		ask("whole", schema.Integer), ask("decimal", schema.Decimal), ask("day", schema.Date), ask("moment", schema.DateTime),
		ask("time", schema.Time), ask("words", schema.TextKind),
	))
	for _, c := range []struct {
		at          schema.Path
		given, want string
	}{
		{"/data/whole", " 12.9 ", "12"},
		{"/data/whole", "x", ""},
		{"/data/decimal", "7", "7.0"},
		{"/data/decimal", "0.25", "0.25"},
		{"/data/day", "2026-01-15", "2026-01-15"},
		{"/data/day", "2026-01-15T10:00:00.000+01:00", "2026-01-15"},
		{"/data/day", "2026-02-30", ""},
		{"/data/day", "soon", ""},
		{"/data/moment", "2026-01-15T10:00:00.000Z", "2026-01-15T10:00:00.000Z"},
		{"/data/moment", "2026-01-15", ""},
		{"/data/time", "10:30", "10:30"},
		{"/data/time", "25:00", ""},
		{"/data/words", " as said ", " as said "},
	} {
		if got := f.Normal(c.at, c.given); got != c.want {
			t.Errorf("%s of %q: got %q, want %q", c.at, c.given, got, c.want)
		}
	}
	day := ask("day", schema.Date)
	day.Calculation = "date('2026-01-30') + 3"
	if got := compiled(t, sample(day)).Evaluate(nil, schema.Env{}).Value("/data/day"); got != "2026-02-02" {
		t.Errorf("a date that is computed: got %q, want 2026-02-02", got)
	}
}
