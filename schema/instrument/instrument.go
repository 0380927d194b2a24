// Package instrument holds the questionnaire that ships with Leeward: the screening interview, its
// texts in each language, and, in synthetic, invented people who answer it.
//
// screening.json is written by hand and is the only source. Its wording was made for this project: it is
// a draft, not validated, not tested with survivors, and not an IOM form. Arabic and Burmese are machine
// drafts that no translator has reviewed; every screen says so. What an office has to fill in (how it
// stands to the police, what it must report, its threshold of working hours, who comes when somebody is
// in danger of self-harm) stands there as a parameter with a provisional text.
//
// # How the outline became items
//
// Item codes are those of the screening outline ("A1", "H3"). Composite items are groups: A6, G2, G3 and
// H1. Three helpers have no code of their own: treated_as_child (A7 and D2 together), b4_asked (what the
// person asked for without an offer, so that police, embassy and family are never offered), and g3_above
// (working time above the office's threshold, worked out from G3 for the page that only staff see).
//
// treated_as_child holds "yes" until A7 says adult: a missing answer is never the answer "adult", and D2
// can only add protection.
package instrument

import (
	_ "embed"
	"sync"

	"leeward/schema"
)

//go:embed screening.json
var screening []byte

// Names of items that the rest of the program fills in or reads.
const (
	TreatedAsChild    = "treated_as_child"           // calculate: "yes" or "no"
	SelfHarmResponder = "office_self_harm_responder" // hidden: empty until the office names somebody; C5 stays closed until then
	HoursThreshold    = "office_hours_threshold"     // hidden: hours of work a day from which indicator ex.hours is present
)

var questionnaire = sync.OnceValue(func() *schema.Questionnaire {
	q, err := schema.Parse(screening)
	if err != nil {
		panic("instrument: screening.json: " + err.Error())
	}
	return q
})

var form = sync.OnceValue(func() *schema.Form {
	f, err := schema.Compile(questionnaire())
	if err != nil {
		panic("instrument: screening.json: " + err.Error())
	}
	return f
})

// Screening returns the screening interview as it was written. It is parsed once and never changed.
func Screening() *schema.Questionnaire { return questionnaire() }

// Form returns the screening interview compiled. It is compiled once; a Form is safe for use by several
// goroutines.
func Form() *schema.Form { return form() }
