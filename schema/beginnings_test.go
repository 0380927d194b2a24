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
