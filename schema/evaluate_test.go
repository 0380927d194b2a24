package schema_test

import (
	"fmt"
	"testing"
	"time"

	"leeward/schema"
)

func TestRelevanceIsInherited(t *testing.T) {
	s := begin(t,
		ask("hurt", schema.SelectOne, from("yesno")),
		group("health", "${hurt} = 'yes'",
			ask("where", schema.TextKind),
			group("deep", "${where} != ''", ask("since", schema.Integer)),
		),
		calculate("told", "concat(${where}, '/', ${since})"),
	)
	s.visible("/data/hurt")
	s.want("/data/told", "/")
	s.answer("/data/hurt", "yes")
	s.visible("/data/hurt", "/data/health/where")
	s.answer("/data/health/where", "arm")
	s.answer("/data/health/deep/since", "3")
	s.want("/data/told", "arm/3")

	s.answer("/data/hurt", "no")
	s.visible("/data/hurt")
	s.want("/data/told", "/")
	if got := s.state.Kept(); len(got) != 1 {
		t.Errorf("Kept has %d answers, want only the relevant one", len(got))
	}
	s.answer("/data/hurt", "yes") // what was said comes back
	s.want("/data/told", "arm/3")
}

func TestMissingReadsAsBlankAndSatisfiesRequired(t *testing.T) {
	s := begin(t,
		ask("paid", schema.SelectOne, from("yesno"), required("true()")),
		ask("why", schema.TextKind, relevant("${paid} = 'no'")),
		ask("open", schema.TextKind, relevant("${paid} = ''")),
		ask("other", schema.TextKind, relevant("${paid} != 'yes'")),
		ask("same", schema.TextKind, relevant("${paid} = 'declined' or ${paid} = 'no'")),
	)
	s.problems("/data/paid required")
	for _, why := range schema.MissingReasons() {
		s.missing("/data/paid", why)
		s.problems()
		s.visible("/data/paid", "/data/open", "/data/other")
		if got := s.state.Node("/data/paid").Answer; got.Missing != why || got.Value != "" {
			t.Errorf("the reason %s did not stay", why)
		}
	}
	if bad := s.form.Admits("/data/paid", schema.Answer{Missing: "because"}, nil, s.env); bad == nil || bad.Reason != schema.BadKind {
		t.Error("a reason outside of the four was admitted")
	}
	if bad := s.form.Admits("/data/paid", schema.Answer{Missing: schema.Declined, Value: "no"}, nil, s.env); bad == nil {
		t.Error("a value beside a reason was admitted")
	}
}

func TestConstraint(t *testing.T) {
	age := ask("age", schema.Integer, constraint(". >= 0 and . < ${most}"))
	age.ConstText = schema.Text{"en": {Text: "Below ${most}, please"}}
	s := begin(t, calculate("most", "100 + 20"), age)
	s.problems() // a blank satisfies every constraint
	s.refuse("/data/age", "120", schema.BadConstraint)
	s.refuse("/data/age", "12.5", schema.BadKind)
	s.refuse("/data/age", "١٢", schema.BadKind)
	s.answer("/data/age", "119")
	s.answers["/data/age"] = schema.Answer{Value: "500"} // from a damaged draft
	s.evaluate()
	s.problems("/data/age constraint")
	if got := s.state.Problems()[0].Text.Text; got != "Below 120, please" {
		t.Errorf("message: got %q", got)
	}
}

func TestKinds(t *testing.T) {
	s := begin(t,
		ask("n", schema.Integer), ask("d", schema.Decimal), ask("day", schema.Date), ask("ok", schema.Acknowledge),
		ask("one", schema.SelectOne, from("yesno")),
		ask("many", schema.SelectMultiple, from("needs"), func(it *schema.Item) { it.Alone = []string{"none"} }),
		ask("note", schema.Note), ask("free", schema.TextKind), calculate("c", "1"),
	)
	for path, values := range map[schema.Path][]string{
		"/data/n": {"0", "-3", "000", "123456789012345678"}, "/data/d": {"1", "-1.5", ".5", "0.10"}, "/data/day": {"2024-02-29"},
		"/data/ok": {"OK"}, "/data/one": {"yes"}, "/data/many": {"none", "water", "doctor water"}, "/data/free": {" ", "\u200fمرحبا", "a\nb"},
	} {
		for _, v := range values {
			s.answer(path, v)
		}
	}
	for path, values := range map[schema.Path][]string{
		"/data/n": {"", "-", "1.0", "1e3", " 1", "1234567890123456789"}, "/data/d": {"1.", ".", "1,5", "1e3", "-"},
		"/data/day": {"2023-02-29", "2023-2-1", "2023-02-01T10:00:00Z", "today"}, "/data/ok": {"ok"}, "/data/one": {"yes no"},
		"/data/note": {"x"}, "/data/c": {"2"}, "/data/free": {"\xff"}, "/data/unknown": {"x"},
	} {
		for _, v := range values {
			if v != "" { // a blank opens the question again
				s.refuse(path, v, schema.BadKind)
			}
		}
	}
	for path, values := range map[schema.Path][]string{
		"/data/one": {"maybe"}, "/data/many": {"none water", "water water", "water  doctor", " water", "fire"},
	} {
		for _, v := range values {
			s.refuse(path, v, schema.BadChoice)
		}
	}
}

func TestChoiceFilterDropsWhatIsNoLongerOffered(t *testing.T) {
	s := begin(t,
		ask("country", schema.SelectOne, from("country")),
		ask("town", schema.SelectOne, from("town"), filtered("country = ${country}"), required("yes")),
		ask("towns", schema.SelectMultiple, from("town"), filtered("selected(${country}, country) or name = 'bago'")),
		calculate("label", "jr:choice-name(${town}, '${town}')"),
	)
	s.offered("/data/town")
	s.answer("/data/country", "mm")
	s.offered("/data/town", "yangon", "bago")
	s.answer("/data/town", "yangon")
	s.answer("/data/towns", "yangon bago")
	s.want("/data/label", "Yangon")
	s.refuse("/data/town", "ranong", schema.BadChoice)

	s.answer("/data/country", "th")
	s.want("/data/town", "")
	s.want("/data/towns", "bago")
	s.want("/data/label", "")
	s.problems("/data/town required")
	if _, kept := s.state.Kept()["/data/town"]; kept {
		t.Error("a choice that is no longer offered was kept")
	}
	s.answer("/data/country", "mm") // and it comes back
	s.want("/data/town", "yangon")
}

func TestCalculationsRunInOrderOfNeed(t *testing.T) {
	s := begin(t,
		calculate("sum", "${double} + ${n}"),
		calculate("double", "2 * ${n}"),
		ask("n", schema.Integer),
		ask("shown", schema.Integer, func(it *schema.Item) { it.Calculation = "${sum} div 2" }),
		calculate("child", "if(${n} < 18, 'yes', 'no')"),
	)
	s.want("/data/sum", "") // NaN is stored as a blank
	s.answer("/data/n", "5")
	s.want("/data/sum", "15")
	s.want("/data/shown", "7") // an integer is cut
	s.want("/data/child", "yes")
}

func TestCalculationsStayBounded(t *testing.T) {
	items := []schema.Item{calculate("c0", "'0123456789'")}
	for i := range 40 { // ten terabytes, if nothing stopped it
		items = append(items, calculate(fmt.Sprintf("c%d", i+1), fmt.Sprintf("concat(${c%d}, ${c%d})", i, i)))
	}
	s := begin(t, items...)
	if got := len(s.state.Value("/data/c10")); got != 10<<10 {
		t.Errorf("c10 has %d bytes, want %d", got, 10<<10)
	}
	s.want("/data/c40", "")
}

func TestAgeFromBirth(t *testing.T) {
	s := begin(t,
		ask("birth", schema.Date),
		calculate("age", "int((today() - ${birth}) div 365.25)"),
		calculate("age2", "int((decimal-date-time(today()) - decimal-date-time(${birth})) div 365.25)"),
		ask("minor", schema.Note, relevant("${age} < 18")),
	)
	s.want("/data/age", "")
	s.visible("/data/birth")
	s.answer("/data/birth", "2008-01-16")
	s.want("/data/age", "17")
	s.want("/data/age2", "17")
	s.visible("/data/birth", "/data/minor")

	yangon := time.FixedZone("MMT", 6*3600+1800)
	s.env.Now = time.Date(2026, 1, 15, 18, 0, 0, 0, time.UTC).In(yangon) // already the 16th there
	s.evaluate()
	s.want("/data/age", "18")
}

func TestDefaults(t *testing.T) {
	s := begin(t,
		ask("static", schema.TextKind, byDefault("yes or no")),
		ask("day", schema.Date, byDefault("2024-01-05")),
		ask("now", schema.Date, byDefault("today()")),
		ask("n", schema.Integer, byDefault("4*4")),
		ask("copy", schema.Integer, byDefault("${n} + 1")),
		schema.Item{Name: "meta", Kind: schema.Hidden, Default: "v1"},
	)
	s.want("/data/static", "yes or no")
	s.want("/data/day", "2024-01-05")
	s.want("/data/now", "2026-01-15")
	s.want("/data/n", "16")
	s.want("/data/copy", "17")
	s.want("/data/meta", "v1")
	s.visible("/data/static", "/data/day", "/data/now", "/data/n", "/data/copy")
}
