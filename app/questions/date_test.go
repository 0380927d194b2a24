package questions_test

import (
	"strings"
	"testing"

	"leeward/app/typeset"
	"leeward/schema"
)

func TestDate(t *testing.T) {
	for _, c := range []struct {
		program    string // its order of day, month and year
		appearance string
		parts      []string
		want       string
		incomplete bool
	}{
		{"en", "", []string{"7", "5", "2024"}, "2024-05-07", false},
		{"ar", "", []string{"٢٩", "٠٢", "٢٠٢٤"}, "2024-02-29", false},
		{"my", "", []string{"၃၁", "၁၂", "၂၀၂၄"}, "2024-12-31", false},
		{"zh", "", []string{"2024", "12", "31"}, "2024-12-31", false},
		{"en", "", []string{"29", "2", "2023"}, "", true},
		{"en", "", []string{"7", "5", "2567"}, "", true}, // a year of another era
		{"en", "", []string{"7", "5", "24"}, "", true},
		{"en", "", []string{"", "5", "2024"}, "", true},
		{"en", "", []string{"12x", "123", "20245"}, "2024-12-12", false}, // what does not fit is refused as it is typed
		{"th", "", []string{"7", "5", "2567"}, "2024-05-07", false},
		{"th", "", []string{"๗", "๕", "๒๕๖๗"}, "2024-05-07", false},
		{"th", "", []string{"7", "5", "2024"}, "", true},
		{"fa", "", []string{"1403", "2", "18"}, "2024-05-07", false},
		{"fa", "", []string{"۱۴۰۳", "۱۲", "۳۰"}, "2025-03-20", false}, // a leap year
		{"fa", "", []string{"1402", "12", "30"}, "", true},
		{"ps", "", []string{"1403", "7", "31"}, "", true},
		{"en", "month-year", []string{"5", "2024"}, "2024-05-01", false},
		{"en", "year", []string{"2024"}, "2024-01-01", false},
		{"th", "year no-calendar", []string{"2567"}, "2024-01-01", false},
		{"fa", "month-year", []string{"1403", "2"}, "2024-04-20", false},
	} {
		q := question(t, schema.Item{Kind: schema.Date, Appearance: c.appearance}, "en")
		q.Words = spoken(c.program)
		s := show(t, q)
		for i, part := range c.parts {
			if i > 0 {
				s.canvas.FocusNext()
			}
			s.typed(part)
		}
		s.expect(c.want, "")
		if got := s.block.Incomplete(); got != c.incomplete {
			t.Errorf("%s %v: incomplete %v, want %v", c.program, c.parts, got, c.incomplete)
		}
	}
}

// The calendar of the person's language is a tap away; the date is the same, the year another.
func TestDateChangesItsCalendar(t *testing.T) {
	q := question(t, schema.Item{Kind: schema.Date}, "prs")
	q.Node.Answer.Value = "2024-05-07"
	s := show(t, q)
	texts := func() (entries []string) {
		for _, e := range all[*typeset.Entry](s.block.Object()) {
			entries = append(entries, e.Text)
		}
		return entries
	}
	for _, want := range []string{"18 02 1403", "07 05 2024"} {
		all[*typeset.Button](s.block.Object())[0].OnTapped()
		if got := strings.Join(texts(), " "); got != want {
			t.Errorf("the field shows %s, want %s", got, want)
		}
		if got := s.block.Answer().Value; got != "2024-05-07" || len(s.got) != 0 {
			t.Errorf("another calendar makes %s of the date, with %d answers", got, len(s.got))
		}
	}
	if got := len(all[*typeset.Button](show(t, question(t, schema.Item{Kind: schema.Date}, "my")).block.Object())); got != 4 {
		t.Errorf("%d buttons where there is one calendar, want the four reasons only", got)
	}
}

// Who knows a date only roughly leaves open what they do not know; the answer says how far it may be relied on, and
// neither another calendar nor another look changes it.
func TestRoughDates(t *testing.T) {
	for _, c := range []struct {
		program string
		parts   []string // in the order of the language
		want    schema.Answer
		said    string
	}{
		{"en", []string{"", "", "2019"}, schema.Answer{Value: "2019-01-01", About: schema.AboutYear}, "about 2019 · 2019-01-01"},
		{"en", []string{"", "5", "2019"}, schema.Answer{Value: "2019-05-01", About: schema.AboutMonth}, "about May 2019 · 2019-05-01"},
		{"en", []string{"7", "5", "2019"}, schema.Answer{Value: "2019-05-07", About: schema.AboutDay}, "about 7 May 2019 · 2019-05-07"},
		{"en", []string{"7", "", "2019"}, schema.Answer{}, ""},
		{"en", []string{"", "5", ""}, schema.Answer{}, ""},
		{"fa", []string{"۱۳۹۷", "", ""}, schema.Answer{Value: "2018-03-21", About: schema.AboutYear}, "حدود 1397 · 2018-03-21"},
		{"th", []string{"", "", "2562"}, schema.Answer{Value: "2019-01-01", About: schema.AboutYear}, "ประมาณ 2562 · 2019-01-01"},
	} {
		q := question(t, schema.Item{Kind: schema.Date}, "en")
		q.Words = words(t, c.program)
		s := show(t, q)
		for i, part := range c.parts {
			if i > 0 {
				s.canvas.FocusNext()
			}
			s.typed(part)
		}
		all[*typeset.Choice](s.block.Object())[0].OnTapped()
		if got := s.block.Answer(); got != c.want || s.got[len(s.got)-1] != c.want {
			t.Errorf("%s %v: %q %q, want %q %q", c.program, c.parts, got.Value, got.About, c.want.Value, c.want.About)
		}
		if got := s.block.Incomplete(); got != c.want.IsZero() {
			t.Errorf("%s %v: incomplete %v", c.program, c.parts, got)
		}
		if c.want.IsZero() {
			continue
		}
		found := false
		for _, l := range all[*typeset.Label](s.block.Object()) {
			found = found || l.Text() == c.said
		}
		if !found {
			t.Errorf("%s %v: nothing says %q", c.program, c.parts, c.said)
		}
		q.Node.Answer, q.Interview = c.want, "prs"
		again := show(t, q)
		for range 3 { // through the calendars, back to the first
			for _, b := range all[*typeset.Button](again.block.Object())[:1] {
				b.OnTapped()
			}
			if got := again.block.Answer(); got != c.want || len(again.got) > 0 {
				t.Errorf("%s %v: looked at, it is %q %q", c.program, c.parts, got.Value, got.About)
			}
		}
		again.block.Set(schema.Answer{Value: "2020-02-02"})
		if got := again.block.Answer(); got.About != "" {
			t.Errorf("an exact date is about %q", got.About)
		}
	}
	q := question(t, schema.Item{Kind: schema.Date, Staff: true}, "en")
	if n := len(all[*typeset.Choice](show(t, q).block.Object())); n != 0 {
		t.Error("a date of the staff can be rough")
	}
}
