package questions

import (
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2/driver/mobile"

	"leeward/app/typeset"
	"leeward/schema"
)

// newCode is the field of a barcode: nothing here reads one, so what stands under it is typed.
func newCode(q Question, changed func(schema.Answer)) *typed {
	f := form{hint: "interview.code.hint", mobile: mobile.SingleLineKeyboard, read: plainText}
	return newTyped(q, typeset.NewEntry(), f, changed)
}

// newPlace is the field of a point, typed by hand: latitude and longitude in degrees.
func newPlace(q Question, changed func(schema.Answer)) *typed {
	f := form{hint: "interview.place.hint", mobile: mobile.SingleLineKeyboard, accept: digitsAnd(numberSigns + " "), read: point, show: degrees}
	return newTyped(q, typeset.NewEntry(), f, changed)
}

// newPlaces is the field of a line or an area: one point in each line.
func newPlaces(q Question, changed func(schema.Answer)) *typed {
	closed := q.Node.Item.Kind == schema.Geoshape
	f := form{
		hint: "interview.places.hint", mobile: mobile.DefaultKeyboard, accept: digitsAnd(numberSigns + " \n"),
		read: func(s string) (string, bool) { return points(s, closed) },
		show: func(value string) string {
			var lines []string
			for p := range strings.SplitSeq(value, ";") {
				lines = append(lines, degrees(strings.TrimSpace(p)))
			}
			return strings.Join(lines, "\n")
		},
	}
	return newTyped(q, typeset.NewMultiLineEntry(multilineLines), f, changed)
}

// point reads "13.7563 100.5018", or with a comma between, as "13.7563 100.5018 0 0": latitude, longitude,
// altitude and accuracy, as ODK stores them. The last two are 0 where nobody says them.
func point(s string) (string, bool) {
	parts := strings.Fields(strings.ReplaceAll(s, ", ", " "))
	if len(parts) == 1 {
		parts = strings.Split(parts[0], ",")
	}
	if len(parts) < 2 || len(parts) > 4 {
		return "", false
	}
	for i, part := range parts {
		value, ok := decimal(part)
		if !ok {
			return "", false
		}
		if f, err := strconv.ParseFloat(value, 64); err != nil || i == 0 && (f < -90 || f > 90) || i == 1 && (f < -180 || f > 180) {
			return "", false
		}
		parts[i] = value
	}
	for len(parts) < 4 {
		parts = append(parts, "0")
	}
	return strings.Join(parts, " "), true
}

// degrees shows a point without what nobody said.
func degrees(value string) string {
	parts := strings.Fields(value)
	for len(parts) > 2 && strings.Trim(parts[len(parts)-1], "0.") == "" {
		parts = parts[:len(parts)-1]
	}
	return strings.Join(parts, " ")
}

// points reads a point from each line; an area ends where it began, and has three corners or more.
func points(s string, closed bool) (string, bool) {
	var out []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		p, ok := point(line)
		if !ok {
			return "", false
		}
		out = append(out, p)
	}
	least := 2
	if closed {
		if len(out) > 0 && out[0] != out[len(out)-1] {
			out = append(out, out[0])
		}
		least = 4
	}
	return strings.Join(out, ";"), len(out) >= least
}

// newTime is the field of a time of day.
func newTime(q Question, changed func(schema.Answer)) *typed {
	f := form{hint: "interview.time.hint", mobile: mobile.NumberKeyboard, accept: digitsAnd(":."), read: timeOfDay(time.Now), show: clock}
	return newTyped(q, typeset.NewEntry(), f, changed)
}

// timeOfDay reads hours and minutes, "14:30", "14.30" or "1430", as "14:30:00.000+07:00": with the offset that
// the device's zone has now, as ODK stores it.
func timeOfDay(now func() time.Time) func(string) (string, bool) {
	return func(s string) (string, bool) {
		s = strings.ReplaceAll(ASCII(s), ".", ":")
		if number(s) && (len(s) == 3 || len(s) == 4) {
			s = s[:len(s)-2] + ":" + s[len(s)-2:]
		}
		hour, minute, _ := strings.Cut(s, ":")
		h, err := strconv.Atoi(hour)
		m, err2 := strconv.Atoi(minute)
		if err != nil || err2 != nil || len(minute) != 2 || h > 23 || h < 0 || m > 59 || m < 0 {
			return "", false
		}
		at := now()
		return time.Date(at.Year(), at.Month(), at.Day(), h, m, 0, 0, at.Location()).Format("15:04:05.000-07:00"), true
	}
}

// clock shows the hours and minutes of what is stored.
func clock(value string) string {
	if parts := strings.SplitN(value, ":", 3); len(parts) > 1 {
		return parts[0] + ":" + parts[1]
	}
	return value
}
