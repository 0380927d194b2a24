package export

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/schema"
)

// Shape is how an export is written.
type Shape string

// The shapes.
const (
	HTCDSJSON   Shape = "htcds-json"
	HTCDSCSV    Shape = "htcds-csv"
	CTDC        Shape = "ctdc"         // one person a row, categories only, for tools that make synthetic data
	AnswersCSV  Shape = "answers-csv"  // as the questionnaire has it, with scripts for Stata and R
	AnswersXLSX Shape = "answers-xlsx" // the same as a workbook
)

// Shapes are all shapes.
func Shapes() []Shape { return []Shape{HTCDSJSON, HTCDSCSV, CTDC, AnswersCSV, AnswersXLSX} }

// Ask is what somebody wants to hand over, to whom and for what.
type Ask struct {
	Shape   Shape
	Scope   Scope
	Purpose string // one sentence
	To      string // the person who gets it
	Key     string // their key; "" with Clear
	Clear   bool   // not sealed: on purpose

	From    int                      // first year in which the office first knew of the people
	Until   int                      // last such year
	Case    screening.RespondentCode // instead of years: one case
	Finding casework.Finding         // of CTDC: possible or actual
	Lang    schema.Lang              // of labels
}

// What is wrong with an Ask.
var (
	ErrShape   = errors.New("no such shape")
	ErrScope   = errors.New("an export needs a scope of consent")
	ErrOne     = errors.New("a helper gets one person's record: name the case, as HTCDS")
	ErrMany    = errors.New("an export for statistics takes years, and no case")
	ErrPurpose = errors.New("the purpose has to be said, in 10 to 200 characters on one line")
	ErrTo      = errors.New("the person who gets it has to be named, in 2 to 100 characters on one line")
	ErrKey     = errors.New("the key of the person who gets it is needed, or it has to be said that the file is not sealed")
	ErrFinding = errors.New("possible and actual are never added up: choose one")
)

// check returns whom to seal to.
func (a Ask) check() (to seal.Recipient, err error) {
	years := a.From > 0 && a.Until >= a.From
	switch {
	case !slices.Contains(Shapes(), a.Shape):
		return to, ErrShape
	case !slices.Contains(Scopes(), a.Scope):
		return to, ErrScope
	case a.Scope.One() && (a.Case == "" || a.Shape != HTCDSJSON && a.Shape != HTCDSCSV):
		return to, ErrOne
	case !a.Scope.One() && (a.Case != "" || !years):
		return to, ErrMany
	case !oneLine(a.Purpose, 10, 200):
		return to, ErrPurpose
	case !oneLine(a.To, 2, 100):
		return to, ErrTo
	case a.Shape == CTDC && a.Finding != casework.FindingPossible && a.Finding != casework.FindingActual:
		return to, ErrFinding
	case a.Clear && a.Key == "":
		return to, nil
	}
	if to, err = seal.ParseRecipient(a.Key); err != nil || a.Clear {
		return to, ErrKey
	}
	return to, nil
}

// oneLine reports whether a text is one line of so many characters, without those that do not show.
func oneLine(text string, least, most int) bool {
	n := utf8.RuneCountInString(text)
	return n >= least && n <= most && strings.TrimSpace(text) == text && utf8.ValidString(text) &&
		!strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}
