// Package instrument holds the questionnaire that ships with Leeward: the screening interview, its
// texts in each language, the words beside it (cards, glossary, results, papers), and, in synthetic,
// invented people who answer it.
//
// screening/ is the source: structure.json and one text file a language; its README says how they are
// written. screening.json, office.json and words.json are built from it by go generate and are what ships. The wording
// was made for this project: it is a draft, not validated, not tested with survivors, and not an IOM form.
// Every translated text carries its own state, and screens mark what nobody reviewed. What an office has
// to fill in (how it stands to the police, what it must report, its threshold of working hours, who comes
// when somebody is in danger of self-harm, who gives legal help) stands there as a parameter with a
// provisional text.
//
// # How the outline became items
//
// Item codes are those of the screening outline ("A1", "H3"); what lies on one page is a group (A6, G2, H1).
// docs/instrument.md lists every item with its purpose. Helpers have no code of their own:
// treated_as_child (A7 and D2 together), address_form (A8 and who reads aloud), depth (the tier), b4_asked
// (what the person asked for without an offer, so that police, embassy and family are never offered), and
// g3_above (working time above the office's threshold, worked out from G3 for the page that only staff see).
//
// treated_as_child holds "yes" until A7 says adult: a missing answer is never the answer "adult", and D2
// can only add protection.
package instrument

//go:generate go run generate.go

import (
	"embed"
	"encoding/json"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"leeward/schema"
)

//go:embed screening.json
var screening []byte

//go:embed office.json
var officeFile []byte

//go:embed words.json
var wordsFile []byte

//go:embed screening/structure.json screening/text/*.json
var sources embed.FS

// Names of items that the rest of the program fills in or reads.
const (
	TreatedAsChild    = "treated_as_child"           // calculate: "yes" or "no"
	SelfHarmResponder = "office_self_harm_responder" // hidden: empty until the office names somebody; C5 stays closed until then
	HoursThreshold    = "office_hours_threshold"     // hidden: hours of work a day from which indicator ex.hours is present
	LegalAid          = "office_legal_aid"           // hidden: empty until the office names legal help; G10 and H8 stay closed until then
	Depth             = "depth"                      // select_one: "core" or "extended"
)

var (
	questionnaire = sync.OnceValue(func() *schema.Questionnaire { return parse("screening.json", screening) })
	form          = sync.OnceValue(func() *schema.Form { return compile("screening.json", questionnaire()) })
	officeForm    = sync.OnceValue(func() *schema.Form { return compile("office.json", parse("office.json", officeFile)) })
)

// parse reads what is compiled in. It was checked when it was built, and a test checks it again: at every
// start of the program the strict reader would cost several times as much.
func parse(name string, b []byte) *schema.Questionnaire {
	q := new(schema.Questionnaire)
	if err := json.Unmarshal(b, q); err != nil {
		panic("instrument: " + name + ": " + err.Error())
	}
	return q
}

func compile(name string, q *schema.Questionnaire) *schema.Form {
	f, err := schema.Compile(q)
	if err != nil {
		panic("instrument: " + name + ": " + err.Error())
	}
	return f
}

// Screening returns the screening interview as it was written. It is parsed once and never changed.
func Screening() *schema.Questionnaire { return questionnaire() }

// Form returns the screening interview compiled. It is compiled once; a Form is safe for use by several
// goroutines.
func Form() *schema.Form { return form() }

// OfficeForm returns the decision that only the office takes, after a second reader (L7): whether somebody
// is, may be or is not a victim of trafficking, by which organisation, and why. It is a questionnaire of
// its own so that "not a victim" can be entered on no device. Its hidden item limits_noted takes the
// answer L6 of the interview: "not" is admitted only where that is "none", or after a second talk.
func OfficeForm() *schema.Form { return officeForm() }

var words = sync.OnceValue(func() map[string]schema.Text {
	var w map[string]schema.Text
	if err := json.Unmarshal(wordsFile, &w); err != nil {
		panic("instrument: words.json: " + err.Error())
	}
	return w
})

// Word returns a text that stands in no question ("card.medical.say", "term.consent.meaning",
// "indicator.cd.debt") in lang, and how far it may be relied on: where lang has none, in the source language
// with Fallback set. An unknown key gives a blank.
func Word(key string, lang schema.Lang) schema.Shown {
	source := questionnaire().Source
	text := words()[key]
	w, ok := text[lang]
	if !ok {
		w, ok = text[source]
		return schema.Shown{Text: w.Text, Lang: source, Fallback: ok, Wording: schema.WordingHash(w.Text)}
	}
	out := schema.Shown{Text: w.Text, Lang: lang, Translation: w.State, Wording: schema.WordingHash(w.Text)}
	out.Stale = w.Source != "" && w.Source != schema.WordingHash(text[source].Text)
	return out
}

// Terms lists the keys of the glossary, sorted: "term.consent". What one means is Word(term + ".meaning", …).
func Terms() (keys []string) {
	for key := range words() {
		if term, ok := strings.CutSuffix(key, ".meaning"); ok && strings.HasPrefix(term, "term.") {
			keys = append(keys, term)
		}
	}
	slices.Sort(keys)
	return keys
}

// Source returns the files that the interview is built from, for translators and for docs: structure.json
// and text/*.json.
func Source() fs.FS {
	sub, err := fs.Sub(sources, "screening")
	if err != nil {
		panic("instrument: " + err.Error()) // the folder is compiled in
	}
	return sub
}
