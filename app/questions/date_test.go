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
		s.expect("2024-05-07", "")
	}
	if got := len(all[*typeset.Button](show(t, question(t, schema.Item{Kind: schema.Date}, "my")).block.Object())); got != 4 {
		t.Errorf("%d buttons where there is one calendar, want the four reasons only", got)
	}
}
