package casework

import (
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"leeward/internal/screening"
	"leeward/schema"
)

// ErrNotFound says that the office holds nothing under that name.
var ErrNotFound = errors.New("not found")

// Need is something a person needs soon: Kind names the action card ("medical", "safety"), Level is
// "red" or "amber" (screening outline, alerts).
type Need struct {
	Kind  string `json:"kind"`
	Level string `json:"level"`
}

// Format prints nothing of the need.
func (n Need) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[need]") }

// LogValue keeps the person out of logs.
func (n Need) LogValue() slog.Value { return slog.StringValue("[need]") }

// The levels of a need.
const (
	Red   = "red"   // now
	Amber = "amber" // soon
)

// Row is one interview as a list shows it: a neutral code and what is needed to act, not one word of
// what the person said.
type Row struct {
	ID           screening.InterviewID
	Code         screening.RespondentCode // "" once withdrawn
	Status       screening.Status
	Versions     int                // how many versions arrived
	Device       screening.DeviceID // the lineage that first recorded it
	Received     time.Time          // when the office first recorded it; its own clock
	Language     schema.Lang        // of the interview
	ScreenerLang schema.Lang
	Needs        []Need // red first; empty once withdrawn
}

// Level returns the highest level among the needs of r, or "".
func (r Row) Level() string { return highest(r.Needs) }

// Held says that nothing of it can be read for now: what the office has of it waits until a supervisor lets it go, for its
// device was in other hands when it came.
func (r Row) Held() bool { return r.Versions == 0 && r.Status != screening.Withdrawn }

func highest(needs []Need) string {
	level := ""
	for _, n := range needs {
		if n.Level == Red {
			return Red
		}
		level = Amber
	}
	return level
}

// Query asks for one page of interviews, newest arrival first. It is an address: see the dashboard's
// list, whose form fields have these names.
type Query struct {
	Code   string // the beginning of a respondent code, upper or lower case, with or without the hyphen
	Urgent bool   // only interviews with a need
	After  Cursor // the last row of the page before; zero for the first page
	Limit  int    // rows, 1 to 200
}

// Cursor is a place in the list of interviews. Pages go on from it, so they stay fast however long the
// list is and never skip a row because another arrived.
type Cursor struct {
	Received time.Time
	ID       screening.InterviewID
}

// IsZero reports whether c is the top of the list.
func (c Cursor) IsZero() bool { return c.Received.IsZero() }

// String returns c for an address, or "" for the top of the list.
func (c Cursor) String() string {
	if c.IsZero() {
		return ""
	}
	return strconv.FormatInt(c.Received.UnixMilli(), 36) + "." + hex.EncodeToString(c.ID[:])
}

// ParseCursor reads what String wrote.
func ParseCursor(s string) (Cursor, error) {
	if s == "" {
		return Cursor{}, nil
	}
	at, id, ok := strings.Cut(s, ".")
	ms, err := strconv.ParseInt(at, 36, 64)
	raw, err2 := hex.DecodeString(id)
	if !ok || err != nil || err2 != nil || len(raw) != 16 {
		return Cursor{}, fmt.Errorf("parse place in the list: %w", ErrNotFound)
	}
	return Cursor{Received: time.UnixMilli(ms).UTC(), ID: screening.InterviewID(raw)}, nil
}

// Page is a part of the list of interviews.
type Page struct {
	Rows  []Row
	Next  Cursor // zero on the last page
	Total int    // of all that the query asks for, on every page, at most MostCounted
}

// Format prints a count.
func (p Page) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "[page of %d interviews]", len(p.Rows)) }

// LogValue keeps people out of logs.
func (p Page) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(p)) }

// Record is one interview as the office holds it. It is personal data. Once withdrawn, Interview holds
// nothing but the id and the status.
type Record struct {
	Row
	Batch       screening.BatchID // in which the shown version arrived
	Interview   screening.Interview
	Flags       []Flag    // what does not fit the questionnaire
	Signs       []Sign    // what answers say about indicators
	Outlived    bool      // erased because the office kept it long enough, not because the person took it back
	WithdrawnAt time.Time // device time; zero unless withdrawn
}

// Format prints a record without anything about the person, whatever the verb.
func (r Record) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "[record %s %s]", r.ID, r.Status)
}

// LogValue keeps the person out of logs.
func (r Record) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(r)) }

// Format prints a row without its needs.
func (r Row) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "[interview %s %s]", r.ID, r.Status) }

// LogValue keeps needs out of logs.
func (r Row) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(r)) }

// NormalCode returns the beginning of a respondent code as codes are written: upper case, a hyphen
// after the fourth character, at most nine characters.
func NormalCode(typed string) string {
	var b strings.Builder
	for _, c := range strings.ToUpper(typed) {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			continue
		}
		if b.Len() == 4 {
			b.WriteByte('-')
		}
		if b.Len() == 9 {
			break
		}
		b.WriteRune(c)
	}
	return b.String()
}
