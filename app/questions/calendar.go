package questions

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/language"
)

//go:embed dates.json
var datesJSON []byte

// dating is how a language writes dates; dates.py takes it from CLDR.
type dating struct {
	Order    string            // "dmy": the order of day, month and year
	Words    map[string]string // what they are called, by "d", "m" and "y"
	Months   [12]string        // of our calendar
	Persian  [12]string        // of the Persian calendar, where speakers use it
	Calendar calendar          // used beside ours; empty for none
	First    bool              // that one comes first
	Names    map[calendar]string
}

var datings = sync.OnceValue(func() map[string]dating {
	var all map[string]dating
	if err := json.Unmarshal(datesJSON, &all); err != nil {
		panic("questions: dates.json: " + err.Error())
	}
	return all
})

// datingOf returns how a language writes dates: as English does where nobody knows.
func datingOf(lang string) dating {
	for tag := language.Make(lang); ; tag = tag.Parent() {
		if d, ok := datings()[tag.String()]; ok {
			return d
		}
		if tag.IsRoot() {
			return datings()["en"]
		}
	}
}

// calendar is a way to count years and months. What is stored is always ISO 8601.
type calendar string

const (
	gregorian calendar = "gregorian"
	buddhist  calendar = "buddhist" // our months, and years from 543 before ours
	persian   calendar = "persian"  // the solar calendar of Iran and Afghanistan
)

const buddhistYears = 543

// civil is a day as a calendar counts it.
type civil struct{ year, month, day int }

// years are the years in which each calendar takes dates: those from 1850 to 2200 of ours. They have none in
// common, so a year of one calendar is never taken for one of another.
var years = map[calendar][2]int{gregorian: {1850, 2200}, buddhist: {1850 + buddhistYears, 2200 + buddhistYears}, persian: {1229, 1578}}

// iso returns the day in ISO 8601, when there is such a day.
func (c calendar) iso(d civil) (string, bool) {
	if span := years[c]; d.year < span[0] || d.year > span[1] || d.month < 1 || d.month > 12 || d.day < 1 {
		return "", false
	}
	var at time.Time
	switch c {
	case persian:
		if d.day > persianMonth(d.year, d.month) {
			return "", false
		}
		at = persianStart(d.year, d.month).AddDate(0, 0, d.day-1)
	case buddhist:
		d.year -= buddhistYears
		fallthrough
	default:
		at = time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC)
		if at.Day() != d.day {
			return "", false
		}
	}
	return at.Format(time.DateOnly), true
}

// civil returns a day of ISO 8601 as the calendar counts it.
func (c calendar) civil(iso string) (civil, bool) {
	at, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return civil{}, false
	}
	d := civil{at.Year(), int(at.Month()), at.Day()}
	switch c {
	case buddhist:
		d.year += buddhistYears
	case persian:
		d.year -= 621
		if at.Before(persianStart(d.year, 1)) {
			d.year--
		}
		for d.month = 12; at.Before(persianStart(d.year, d.month)); {
			d.month--
		}
		d.day = int(at.Sub(persianStart(d.year, d.month)).Hours()/24) + 1
	}
	return d, true
}

// persianStart is the first day of a month of the Persian calendar, by the rule of eight leap years in 33,
// which gives the days of Iran's law from 1799 to 2256.
func persianStart(year, month int) time.Time {
	days := 365*(year-1) + (8*year+21)/33 + 31*(month-1) - max(0, month-7)
	return time.Date(622, time.March, 21, 0, 0, 0, 0, time.UTC).AddDate(0, 0, days)
}

// persianMonth is how many days a month has.
func persianMonth(year, month int) int {
	next := persianStart(year+1, 1)
	if month < 12 {
		next = persianStart(year, month+1)
	}
	return int(next.Sub(persianStart(year, month)).Hours() / 24)
}

// written is a day in words: "5 May 2024".
func (d dating) written(c calendar, day civil, parts string) string {
	months := d.Months
	if c == persian {
		if months = d.Persian; months[0] == "" {
			months = datings()["en"].Persian
		}
	}
	var out []string
	for _, part := range d.Order {
		switch {
		case !strings.ContainsRune(parts, part):
		case part == 'd':
			out = append(out, fmt.Sprint(day.day))
		case part == 'm':
			out = append(out, months[day.month-1])
		default:
			out = append(out, fmt.Sprint(day.year))
		}
	}
	return strings.Join(out, " ")
}
