package expr

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// moment is a date, or a date and the time of day on the wall clock of the interview's zone. Dates have
// no zone: a date of birth is the same everywhere.
type moment struct {
	day   int // days since 1970-01-01
	clock int // milliseconds since midnight
	timed bool
	zone  *time.Location
}

const (
	daySeconds = 24 * 60 * 60
	dayMillis  = daySeconds * 1000
)

// days returns the days since 1970-01-01 with the time of day as fraction.
func (m moment) days() float64 { return float64(m.day) + float64(m.clock)/dayMillis }

// momentOf is the inverse of days. A whole number is a date without time.
func momentOf(days float64, zone *time.Location) (moment, bool) {
	const span = 366 * 10000
	if math.IsNaN(days) || days < -span || days > span {
		return moment{}, false
	}
	day := math.Floor(days)
	clock := int(math.Round((days - day) * dayMillis))
	if clock == dayMillis {
		day, clock = day+1, 0
	}
	m := moment{day: int(day), clock: clock, timed: clock != 0, zone: zone}
	y := m.time().Year()
	return m, y >= 0 && y <= 9999
}

func momentAt(t time.Time) moment {
	y, mon, d := t.Date()
	clock := (t.Hour()*3600+t.Minute()*60+t.Second())*1000 + t.Nanosecond()/1e6
	return moment{day: civil(y, mon, d), clock: clock, timed: true, zone: t.Location()}
}

func civil(y int, m time.Month, d int) int {
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / daySeconds)
}

// time returns the moment as an instant in its zone.
func (m moment) time() time.Time {
	y, mon, d := time.Unix(int64(m.day)*daySeconds, 0).UTC().Date()
	c := m.clock
	return time.Date(y, mon, d, c/3600000, c/60000%60, c/1000%60, c%1000*1e6, m.zone)
}

// String returns YYYY-MM-DD, and for a moment with a time YYYY-MM-DDTHH:MM:SS.mmm±HH:MM.
func (m moment) String() string {
	if m.timed {
		return m.time().Format("2006-01-02T15:04:05.000-07:00")
	}
	y, mon, d := time.Unix(int64(m.day)*daySeconds, 0).UTC().Date()
	return fmt.Sprintf("%04d-%02d-%02d", y, mon, d)
}

// parseDate reads YYYY-MM-DD (month and day may have one digit), alone or followed by T and a time with
// or without an offset. A time without offset is one of zone.
func parseDate(s string, zone *time.Location) (moment, bool) {
	if len(s) < 8 || s[4] != '-' || s[0] < '0' || s[0] > '9' {
		return moment{}, false
	}
	date, clock, timed := strings.Cut(s, "T")
	y, rest, _ := strings.Cut(date, "-")
	m, d, two := strings.Cut(rest, "-")
	year, ok1 := digits(y, 4, 4)
	month, ok2 := digits(m, 1, 2)
	day, ok3 := digits(d, 1, 2)
	if !two || !ok1 || !ok2 || !ok3 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return moment{}, false
	}
	if !timed {
		return moment{day: civil(year, time.Month(month), day), zone: zone}, true
	}
	millis, offset, located, ok := parseClock(clock)
	if !ok {
		return moment{}, false
	}
	if !located {
		return moment{day: civil(year, time.Month(month), day), clock: millis, timed: true, zone: zone}, true
	}
	at := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return momentAt(at.Add(time.Duration(millis-offset*60000) * time.Millisecond).In(zone)), true
}

// parseClock reads HH:MM[:SS[.fff]] and an optional offset, Z or ±HH[:MM], in minutes.
func parseClock(s string) (millis, offset int, located, ok bool) {
	if i := strings.IndexAny(s, "Z+-"); i >= 0 {
		zone := s[i:]
		s, located = s[:i], true
		if zone != "Z" {
			h, m, _ := strings.Cut(zone[1:], ":")
			if len(h) == 4 {
				h, m = h[:2], h[2:]
			}
			if m == "" {
				m = "00"
			}
			hours, ok1 := digits(h, 2, 2)
			minutes, ok2 := digits(m, 2, 2)
			if !ok1 || !ok2 || hours > 14 || minutes > 59 {
				return 0, 0, false, false
			}
			if offset = hours*60 + minutes; zone[0] == '-' {
				offset = -offset
			}
		}
	}
	part := strings.Split(s, ":")
	if len(part) != 2 && len(part) != 3 {
		return 0, 0, false, false
	}
	if len(part) == 2 {
		part = append(part, "00")
	}
	sec, frac, dotted := strings.Cut(part[2], ".")
	h, ok1 := digits(part[0], 2, 2)
	m, ok2 := digits(part[1], 2, 2)
	sc, ok3 := digits(sec, 2, 2)
	if !ok1 || !ok2 || !ok3 || h > 23 || m > 59 || sc > 59 {
		return 0, 0, false, false
	}
	millis = (h*3600 + m*60 + sc) * 1000
	if dotted {
		if _, fine := digits(frac, 1, 9); !fine {
			return 0, 0, false, false
		}
		f, _ := digits((frac + "00")[:3], 3, 3)
		millis += f
	}
	return millis, offset, located, true
}

func digits(s string, least, most int) (int, bool) {
	if len(s) < least || len(s) > most || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// ValidDate reports whether s is a day of the calendar in the form YYYY-MM-DD.
func ValidDate(s string) bool {
	m, ok := parseDate(s, time.UTC)
	return ok && !m.timed && len(s) == len("2006-01-02")
}

// DateText returns the day of a date or dateTime as YYYY-MM-DD, and of a number the day that lies so many days
// after 1970-01-01; "" for anything else.
func DateText(s string, zone *time.Location) string {
	m, ok := toMoment(TextValue(s), zone)
	if !ok {
		return ""
	}
	m.timed = false
	return m.String()
}

// ValidDateTime reports whether s is a date, T and a time of day, with or without an offset.
func ValidDateTime(s string) bool {
	m, ok := parseDate(s, time.UTC)
	return ok && m.timed
}

// ValidTime reports whether s is a time of day, with or without an offset.
func ValidTime(s string) bool {
	_, _, _, ok := parseClock(s)
	return ok
}

// toMoment reads what date(), date-time() and the format functions accept.
func toMoment(v Value, zone *time.Location) (moment, bool) {
	if v.kind == Number || v.kind == Boolean {
		return momentOf(v.num, zone)
	}
	s := strings.Trim(v.str, space)
	if m, ok := parseDate(s, zone); ok {
		return m, true
	}
	return momentOf(ParseNumber(s, zone), zone)
}

// formatMoment writes m by ODK's codes; a code it does not know stays as it stands.
func formatMoment(m moment, layout string) string {
	t := m.time()
	var b strings.Builder
	for i := 0; i < len(layout); i++ {
		if layout[i] != '%' || i+1 == len(layout) {
			b.WriteByte(layout[i])
			continue
		}
		i++
		switch layout[i] {
		case 'Y':
			fmt.Fprintf(&b, "%04d", t.Year())
		case 'y':
			fmt.Fprintf(&b, "%02d", t.Year()%100)
		case 'm':
			fmt.Fprintf(&b, "%02d", t.Month())
		case 'n':
			fmt.Fprintf(&b, "%d", t.Month())
		case 'b':
			b.WriteString(t.Month().String()[:3])
		case 'd':
			fmt.Fprintf(&b, "%02d", t.Day())
		case 'e':
			fmt.Fprintf(&b, "%d", t.Day())
		case 'a':
			b.WriteString(t.Weekday().String()[:3])
		case 'H':
			fmt.Fprintf(&b, "%02d", t.Hour())
		case 'h':
			fmt.Fprintf(&b, "%d", t.Hour())
		case 'M':
			fmt.Fprintf(&b, "%02d", t.Minute())
		case 'S':
			fmt.Fprintf(&b, "%02d", t.Second())
		case '3':
			fmt.Fprintf(&b, "%03d", t.Nanosecond()/1e6)
		default:
			b.WriteString(layout[i-1 : i+1])
		}
	}
	return b.String()
}

// MomentText writes a time as now() does: YYYY-MM-DDTHH:MM:SS.mmm±HH:MM in its own zone.
func MomentText(t time.Time) string { return momentAt(t).String() }
