package casework

import (
	"fmt"
	"log/slog"
	"time"

	"leeward/schema"
)

// Facts is what is counted of a case: codes only, never free text, never a place finer than a country. Codes are
// those of HTCDS 2.0 and ISO 3166-1 alpha-2; "" is unknown, and unknown is always a row of a report.
type Facts struct {
	Counted     bool        `cbor:"1,keyasint,omitempty"` // the person agreed to be counted (B5); others are in no report
	Opened      int64       `cbor:"2,keyasint,omitempty"` // days since 1970 UTC on which the office first knew of the person
	Assisted    int64       `cbor:"3,keyasint,omitempty"` // days since 1970 UTC of the first help, 0 for none
	Sex         string      `cbor:"4,keyasint,omitempty"` // "f", "m", "x"
	Age         int         `cbor:"5,keyasint,omitempty"` // years when Opened; 0 unknown
	Child       bool        `cbor:"6,keyasint,omitempty"` // treated as a child
	Nationality string      `cbor:"7,keyasint,omitempty"`
	Origin      string      `cbor:"8,keyasint,omitempty"` // country of residence before
	Exploited   string      `cbor:"9,keyasint,omitempty"` // country of exploitation
	Forms       []string    `cbor:"10,keyasint,omitempty"`
	Sector      string      `cbor:"11,keyasint,omitempty"` // section of ISIC rev. 4; "A03" for fishing
	Means       []string    `cbor:"12,keyasint,omitempty"`
	Recruited   string      `cbor:"13,keyasint,omitempty"`
	Education   string      `cbor:"14,keyasint,omitempty"`
	Economy     string      `cbor:"15,keyasint,omitempty"`
	Marital     string      `cbor:"16,keyasint,omitempty"`
	Finding     Finding     `cbor:"17,keyasint,omitempty"`
	Lang        schema.Lang `cbor:"18,keyasint,omitempty"` // of the interview
	Site        int         `cbor:"19,keyasint,omitempty"` // number of the place of screening, from 1; 0 unknown
	Declined    bool        `cbor:"20,keyasint,omitempty"` // the person ended the talk
	Children    string      `cbor:"21,keyasint,omitempty"` // how many the person has: "0", "1 to 2", "3 or more"
}

// FactsRow is the facts of one case in the order in which they changed.
type FactsRow struct {
	Seq   int64
	Case  CaseID
	Gone  bool // no longer counts; Facts is empty
	Facts Facts
}

// Day returns the day of a time, as Facts keeps it.
func Day(t time.Time) int64 { return t.Unix() / (24 * 60 * 60) }

// Format prints nothing of the person.
func (f Facts) Format(s fmt.State, _ rune) { fmt.Fprint(s, "[facts]") }

// LogValue keeps the person out of logs.
func (f Facts) LogValue() slog.Value { return slog.StringValue("[facts]") }

// Format prints nothing of the person.
func (f FactsRow) Format(s fmt.State, _ rune) { fmt.Fprintf(s, "[facts %d]", f.Seq) }

// LogValue keeps the person out of logs.
func (f FactsRow) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(f)) }
