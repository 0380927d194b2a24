package questions

import "testing"

// The days are ICU's (its Persian calendar, over a century and a half).
func TestPersianCalendar(t *testing.T) {
	for _, day := range [][2]string{
		{"2010-05-31", "1389-03-10"},
		{"2026-08-05", "1405-05-14"},
		{"2065-09-07", "1444-06-17"},
		{"2054-01-10", "1432-10-21"},
		{"2013-12-17", "1392-09-26"},
		{"2048-04-01", "1427-01-13"},
		{"1941-01-16", "1319-10-26"},
		{"1959-03-13", "1337-12-22"},
		{"1999-08-23", "1378-06-01"},
		{"2003-10-02", "1382-07-10"},
		{"2063-07-10", "1442-04-19"},
		{"1955-02-18", "1333-11-29"},
		{"1963-09-04", "1342-06-13"},
		{"2029-11-07", "1408-08-17"},
		{"2083-06-17", "1462-03-27"},
		{"2034-02-16", "1412-11-28"},
		{"2080-08-15", "1459-05-25"},
		{"2009-09-03", "1388-06-12"},
		{"1942-11-18", "1321-08-27"},
		{"2061-12-23", "1440-10-03"},
		{"2044-03-27", "1423-01-08"},
		{"2090-03-30", "1469-01-11"},
		{"2091-01-24", "1469-11-05"},
		{"2059-05-06", "1438-02-16"},
	} {
		want, _ := gregorian.civil(day[1])
		if got, ok := persian.civil(day[0]); !ok || got != want {
			t.Errorf("%s is %v of the Persian calendar, want %v", day[0], got, want)
		}
	}
}

// Every day of every calendar comes back, and none is a day of another.
func TestCalendarsComeBack(t *testing.T) {
	for c, span := range years {
		days := 0
		for year := span[0]; year <= span[1]; year++ {
			for month := 0; month <= 13; month++ {
				for day := 0; day <= 32; day += 1 + year%3 {
					d := civil{year, month, day}
					iso, ok := c.iso(d)
					if !ok {
						continue
					}
					days++
					if back, ok := c.civil(iso); !ok || back != d {
						t.Fatalf("%s %v is %s, which is %v", c, d, iso, back)
					}
				}
			}
		}
		if days < 50_000 {
			t.Errorf("%s: %d days, want some fifty thousand or more", c, days)
		}
		for other, others := range years {
			if other != c && others[0] <= span[1] && span[0] <= others[1] {
				t.Errorf("%s and %s have years in common", c, other)
			}
		}
	}
}

func TestEveryLanguageWritesDates(t *testing.T) {
	for lang, d := range datings() {
		if len(d.Order) != 3 || d.Words["y"] == "" || d.Words["m"] == "" || d.Words["d"] == "" || d.Names[gregorian] == "" {
			t.Errorf("%s: %+v", lang, d)
		}
		for _, month := range d.Months {
			if month == "" {
				t.Errorf("%s lacks a month", lang)
			}
		}
		if d.Calendar == persian && d.Persian[11] == "" {
			t.Errorf("%s lacks a month of its calendar", lang)
		}
	}
	if got := datingOf("fa-AF").Order + datingOf("xx").Order + datingOf("").Order; got != "ymddmydmy" {
		t.Errorf("orders are %s", got)
	}
}
