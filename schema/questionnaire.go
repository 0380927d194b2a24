package schema

import "encoding/hex"

// FormatV1 is the value of the "format" member of every questionnaire of this version.
const FormatV1 = "leeward/questionnaire/1"

// Ref names the exact words and rules of a questionnaire: the SHA-256 of its canonical bytes
// (FORMAT.md, Canonical form). An interview is always evaluated with the Ref it was asked with.
type Ref [32]byte

// String returns the Ref as 64 hexadecimal digits.
func (r Ref) String() string { return hex.EncodeToString(r[:]) }

// Questionnaire is a definition as its author wrote it. It is never changed in place: a change makes
// another questionnaire with another Ref.
type Questionnaire struct {
	Format     string       `json:"format"`               // FormatV1
	ID         string       `json:"id"`                   // XLSForm settings: form_id
	Version    string       `json:"version"`              // XLSForm settings: version
	Title      Text         `json:"title"`                // XLSForm settings: form_title, by language
	Source     Lang         `json:"source"`               // the language in which it was written
	Languages  []Language   `json:"languages"`            // the first is the one to begin with (default_language)
	Instrument bool         `json:"instrument,omitempty"` // wording and scoring are fixed
	Consent    *Consent     `json:"consent,omitempty"`    // which questions carry the consent step
	Choices    []ChoiceList `json:"choices,omitempty"`    // XLSForm sheet "choices"
	Items      []Item       `json:"items"`                // XLSForm sheet "survey"
	Parameters []Parameter  `json:"parameters,omitempty"` // what an office fills in, shown in texts as ${office.name}

	Gaps  bool   `json:"gaps,omitempty"`  // texts may be missing in the source language where another has them: a workbook was so
	Style string `json:"style,omitempty"` // XLSForm settings: style
}

// Language is one language of a questionnaire.
type Language struct {
	Tag  Lang   `json:"tag"`
	Name string `json:"name"` // in its own script, for the list in which an interpreter finds it
	RTL  bool   `json:"rtl,omitempty"`
}

// Consent says where a questionnaire keeps its consent step. No interview leaves memory before Agree
// holds one of Yes, and none of it is kept when Keep holds one of Tally (field rule: a missing answer is
// the most protective choice).
type Consent struct {
	Agree Path     `json:"agree"`
	Yes   []string `json:"yes"`
	Keep  Path     `json:"keep,omitempty"`
	Tally []string `json:"tally,omitempty"`
}

// Parameter is a sentence or figure that each office supplies, with the text shown until it does.
type Parameter struct {
	Name    string `json:"name"`
	Default Text   `json:"default"`
}

// Text is one wording in each language.
type Text map[Lang]Wording

// Wording is a text in one language and how far one may rely on it.
type Wording struct {
	Text   string      `json:"text"`
	State  Translation `json:"state,omitempty"`  // empty in the source language
	Source string      `json:"source,omitempty"` // WordingHash of the source text it was made from

	Forms map[string]string `json:"forms,omitempty"` // the same text for other speakers and listeners (FORMAT.md, Texts)
}

// Translation is the state of a translated wording. Screens mark everything below Reviewed.
type Translation string

// The states of a wording, least reliable first.
const (
	MachineDraft Translation = "machine_draft"
	Reviewed     Translation = "reviewed"
	Approved     Translation = "approved"
	SourceText   Translation = "" // the wording is the original
)

// Kind says what an item is; the names are XLSForm's types.
type Kind string

// The kinds of items.
const (
	Group          Kind = "group"
	Repeat         Kind = "repeat" // a group that may be walked several times
	TextKind       Kind = "text"
	Integer        Kind = "integer"
	Decimal        Kind = "decimal"
	Date           Kind = "date"
	Note           Kind = "note"
	SelectOne      Kind = "select_one"
	SelectMultiple Kind = "select_multiple"
	Acknowledge    Kind = "acknowledge"
	Calculate      Kind = "calculate"
	Hidden         Kind = "hidden"
	Time           Kind = "time"
	DateTime       Kind = "dateTime"
	Range          Kind = "range" // a number from a scale: Parameters start, end and step
	Rank           Kind = "rank"  // all choices of a list in an order
	Barcode        Kind = "barcode"
	Geopoint       Kind = "geopoint"
	Geotrace       Kind = "geotrace"
	Geoshape       Kind = "geoshape"
	Image          Kind = "image"
	Audio          Kind = "audio"
	Video          Kind = "video"
	File           Kind = "file"
)

// The kinds of metadata: nobody is asked for them.
const (
	Start           Kind = "start"
	End             Kind = "end"
	Today           Kind = "today"
	DeviceID        Kind = "deviceid"
	Username        Kind = "username"
	PhoneNumber     Kind = "phonenumber"
	Email           Kind = "email"
	SimSerial       Kind = "simserial"
	SubscriberID    Kind = "subscriberid"
	Audit           Kind = "audit"
	StartGeopoint   Kind = "start-geopoint"
	BackgroundAudio Kind = "background-audio"
)

// Stage says in which part of an interview a group is walked; only top-level groups have one.
type Stage string

// The stages. Needs comes before consent because help never depends on it; Staff opens only after the
// person and the interpreter have left the screen's sight.
const (
	StagePrepare Stage = "prepare"
	StageNeeds   Stage = "needs"
	StageConsent Stage = "consent"
	StageTalk    Stage = "talk"
	StageClosing Stage = "closing"
	StageStaff   Stage = "staff"
)

// Sensitivity is how much harm an answer could do if seen (screening outline, sensitivity classes).
type Sensitivity string

// The classes of sensitivity.
const (
	Operational Sensitivity = "operational" // about the interview
	Personal    Sensitivity = "personal"    // about the person
	Special     Sensitivity = "special"     // could cause harm if seen; behind a gate
	Narrative   Sensitivity = "narrative"   // free text, never in regional figures
	Identity    Sensitivity = "identity"    // names; kept apart
)

// Item is a group or a question. Names of the logic members are XLSForm's columns.
type Item struct {
	Name        string      `json:"name"`
	Code        string      `json:"code,omitempty"` // the number that people use for it: "A1"
	Kind        Kind        `json:"kind"`
	Stage       Stage       `json:"stage,omitempty"`       // top-level groups only
	Staff       bool        `json:"staff,omitempty"`       // answered by the screener, never read out
	Text        Text        `json:"text,omitempty"`        // label
	Hint        Text        `json:"hint,omitempty"`        // shown to the person
	Guidance    Text        `json:"guidance,omitempty"`    // guidance_hint: for the screener only
	ChildText   Text        `json:"child_text,omitempty"`  // instead of Text for a person treated as a child
	Sensitivity Sensitivity `json:"sensitivity,omitempty"` // Personal where it is left out
	Quick       bool        `json:"quick,omitempty"`       // part of the sixty-second list
	List        string      `json:"list,omitempty"`        // select_one, select_multiple, rank: the choice list, or ${question} of a repeat
	Alone       []string    `json:"alone,omitempty"`       // select_multiple: choices that exclude all others

	Relevant     string `json:"relevant,omitempty"`
	Required     string `json:"required,omitempty"`
	RequiredText Text   `json:"required_message,omitempty"`
	Constraint   string `json:"constraint,omitempty"`
	ConstText    Text   `json:"constraint_message,omitempty"`
	Calculation  string `json:"calculation,omitempty"`
	ChoiceFilter string `json:"choice_filter,omitempty"`
	Default      string `json:"default,omitempty"`
	ReadOnly     string `json:"read_only,omitempty"`
	RepeatCount  string `json:"repeat_count,omitempty"` // repeat: how many instances; blank where the screener adds them
	Appearance   string `json:"appearance,omitempty"`
	Trigger      string `json:"trigger,omitempty"` // "${a}, ${b}": the calculation runs only when one of these is answered
	Stored       Kind   `json:"stored,omitempty"`  // calculate: integer or decimal where the result is stored as a number (bind::type)

	Parameters map[string]string `json:"parameters,omitempty"` // XLSForm column parameters
	Media      map[string]Text   `json:"media,omitempty"`      // file names: image, big-image, audio, video

	Gate *Gate `json:"gate,omitempty"`

	HTCDS string `json:"htcds,omitempty"` // HTCDS 2.0 field
	Local string `json:"local,omitempty"` // x_ extension where HTCDS has none

	Items []Item `json:"items,omitempty"` // groups and repeats only
}

// Gate is what happens when an answer makes its condition true: Do is "stop" (no interview today) or
// "warn" (a neutral remark). It never asks why.
type Gate struct {
	When string `json:"when"`
	Do   string `json:"do"`
	Text Text   `json:"text"`
}

// ChoiceList is a named list of choices, in the order in which they are offered.
type ChoiceList struct {
	Name    string   `json:"name"`
	File    string   `json:"file,omitempty"` // where the choices come from when they are not known here
	Choices []Choice `json:"choices"`

	Duplicates bool `json:"duplicates,omitempty"` // a name may come twice, told apart by a choice_filter (XLSForm settings: allow_choice_duplicates)
}

// Choice is one row of a choice list.
type Choice struct {
	Name       string            `json:"name"`
	Label      Text              `json:"label,omitempty"`
	Columns    map[string]string `json:"columns,omitempty"`    // further columns, for choice_filter
	Alert      string            `json:"alert,omitempty"`      // "red:safety": a need that opens the action card
	Indicators []IndicatorMark   `json:"indicators,omitempty"` // what it says about the ILO indicators
	HTCDS      string            `json:"htcds,omitempty"`      // HTCDS 2.0 code
	Local      string            `json:"local,omitempty"`      // x_ extension where HTCDS has none
	Media      map[string]Text   `json:"media,omitempty"`      // file names: image, big-image, audio, video
}

// IndicatorMark links a choice to an indicator: As is "present" or "possible".
type IndicatorMark struct {
	ID string `json:"id"`
	As string `json:"as"`
}
