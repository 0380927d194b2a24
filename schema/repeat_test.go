package schema_test

import (
	"maps"
	"testing"

	"leeward/schema"
)

func repeat(name, count string, items ...schema.Item) schema.Item {
	it := group(name, "", items...)
	it.Kind, it.RepeatCount = schema.Repeat, count
	return it
}

func (s *scenario) add(repeat schema.Path) {
	s.t.Helper()
	s.answers = s.form.AddInstance(repeat, s.answers, s.env)
	s.evaluate()
}

func (s *scenario) remove(instance schema.Path) {
	s.t.Helper()
	s.answers = s.form.RemoveInstance(instance, s.answers, s.env)
	s.evaluate()
}

func TestRepeats(t *testing.T) {
	s := begin(t,
		repeat("child", "",
			calculate("number", "position(..)"),
			ask("name", schema.TextKind, byDefault("unnamed")),
			ask("age", schema.Integer, required("yes"), func(it *schema.Item) { it.Text = en("How old is ${name}?") }),
			ask("school", schema.SelectOne, from("yesno"), relevant("${age} < 18")),
			calculate("both", "concat(${name}, ../number)"),
			calculate("mine", "sum(${age})"),               // in the same instance: one node
			calculate("everybody", "sum(/data/child/age)"), // absolute: all of them
		),
		calculate("total", "sum(${age})"),
		calculate("minors", "count(${child}[age < 18])"),
		calculate("pupils", "join(' ', ${child}[school = 'yes']/name)"),
		calculate("second", "indexed-repeat(${name}, ${child}, 2)"),
		calculate("many", "count(${child})"),
	)
	s.visible("/data/child[1]/name", "/data/child[1]/age")
	s.problems("/data/child[1]/age required")
	s.answer("/data/child[1]/age", "7")
	s.answer("/data/child[1]/school", "yes")
	s.answer("/data/child[1]/name", "Nilar")
	s.want("/data/second", "")
	s.add("/data/child")
	s.want("/data/child[2]/name", "unnamed")
	s.answer("/data/child[2]/age", "30")
	s.visible("/data/child[1]/name", "/data/child[1]/age", "/data/child[1]/school", "/data/child[2]/name", "/data/child[2]/age")
	s.want("/data/child[2]/both", "unnamed2")
	s.want("/data/child[2]/mine", "30")
	s.want("/data/child[2]/everybody", "37")
	s.want("/data/total", "37")
	s.want("/data/minors", "1")
	s.want("/data/pupils", "Nilar")
	s.want("/data/second", "unnamed")
	s.want("/data/many", "2")
	if got := s.state.Label("/data/child[1]/age", "en").Text; got != "How old is Nilar?" {
		t.Errorf("label: got %q", got)
	}
	if got := s.state.Node("/data/child[2]/age"); got.Item.Name != "age" || len(got.Groups) != 1 || got.Groups[0] != "/data/child[2]" {
		t.Errorf("Node: groups %v", got.Groups)
	}
	if got := s.state.Kept(); got["/data/child"].Value != "2" || got["/data/child[2]/age"].Value != "30" {
		t.Error("Kept lacks the count or an answer of an instance")
	}
	if s.form.Admits("/data/child[3]/age", schema.Answer{Value: "1"}, s.answers, s.env) == nil {
		t.Error("an answer was admitted in an instance that there is not")
	}

	s.remove("/data/child[1]")
	s.want("/data/child[1]/name", "unnamed")
	s.want("/data/child[1]/number", "1")
	s.want("/data/total", "30")
	s.remove("/data/child[1]")
	s.visible()
	s.want("/data/many", "0")
	s.want("/data/total", "0")
}

func TestRepeatCount(t *testing.T) {
	s := begin(t,
		ask("n", schema.Integer),
		repeat("trip", "${n}", ask("to", schema.TextKind), repeat("stop", "", ask("at", schema.TextKind), calculate("where", "concat(${to}, '/', ${at}, '/', position(../..), '.', position(..))"))),
		calculate("stops", "count(${stop})"),
		calculate("places", "join(',', ${at})"),
	)
	s.visible("/data/n")
	s.answer("/data/n", "2")
	s.answer("/data/trip[1]/to", "A")
	s.answer("/data/trip[2]/to", "B")
	s.add("/data/trip[2]/stop")
	s.answer("/data/trip[2]/stop[2]/at", "x")
	s.want("/data/trip[2]/stop[2]/where", "B/x/2.2")
	s.want("/data/stops", "3")
	s.want("/data/places", ",,x")
	if got, want := s.state.Counts(), (map[schema.Path]int{"/data/trip": 2, "/data/trip[1]/stop": 1, "/data/trip[2]/stop": 2}); !maps.Equal(got, want) {
		t.Errorf("Counts: got %v, want %v", got, want)
	}
	s.answer("/data/n", "1") // what was said stays with the caller
	s.want("/data/stops", "1")
	s.answer("/data/n", "2")
	s.want("/data/trip[2]/stop[2]/where", "B/x/2.2")
	s.answer("/data/n", "999999")
	if got := s.state.Counts()["/data/trip"]; got != 1000 {
		t.Errorf("a slip made %d instances, want the bound of 1000", got)
	}
	s.answers["/data/n"] = schema.Answer{Value: "-3"}
	s.evaluate()
	s.visible("/data/n")
}

func TestAddedInstancesBeginWithoutInnerOnes(t *testing.T) {
	s := begin(t, repeat("trip", "", repeat("stop", "", ask("at", schema.TextKind))))
	s.visible("/data/trip[1]/stop[1]/at")
	s.add("/data/trip")
	s.visible("/data/trip[1]/stop[1]/at")
	s.add("/data/trip[2]/stop")
	s.visible("/data/trip[1]/stop[1]/at", "/data/trip[2]/stop[1]/at")
	s.remove("/data/trip[1]")
	s.visible("/data/trip[1]/stop[1]/at")
	if got := s.form.AddInstance("/data/nothing", s.answers, s.env); !maps.Equal(got, s.answers) {
		t.Error("adding an instance of nothing changed the answers")
	}
}

func TestRepeatCountMustNotDependOnItsOwnContents(t *testing.T) {
	_, err := schema.Compile(sample(repeat("r", "count(${q})", ask("q", schema.TextKind))))
	if err == nil || err.Error() != "/data/r: cycle: r -> q -> r" {
		t.Errorf("Compile: got %v, want a cycle", err)
	}
}
