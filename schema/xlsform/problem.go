package xlsform

import (
	"fmt"
	"strings"
)

// Problem is one error or warning. Row counts from 1 as spreadsheets do; Sheet, Row and Column are left
// out where a problem is not in one place.
type Problem struct {
	Code    string `json:"code"`
	Sheet   string `json:"sheet,omitempty"`
	Row     int    `json:"row,omitempty"`
	Column  string `json:"column,omitempty"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// String returns "survey row 64, calculation: message (hint)".
func (p Problem) String() string {
	var b strings.Builder
	if p.Sheet != "" {
		b.WriteString(p.Sheet)
	}
	if p.Row > 0 {
		fmt.Fprintf(&b, " row %d", p.Row)
	}
	if p.Column != "" {
		fmt.Fprintf(&b, ", %s", p.Column)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	b.WriteString(p.Message)
	if p.Hint != "" {
		fmt.Fprintf(&b, " (%s)", p.Hint)
	}
	return b.String()
}

// The codes of errors. They are part of the output of "form lint -json" and do not change.
const (
	CodeXLS           = "old_excel"
	CodeCSV           = "csv"
	CodeBroken        = "broken_file"
	CodeTooLarge      = "too_large"
	CodeNoSurvey      = "no_survey"
	CodeDuplicateCol  = "duplicate_column"
	CodeNoColumn      = "missing_column"
	CodeNoType        = "missing_type"
	CodeUnknownType   = "unknown_type"
	CodeNoName        = "missing_name"
	CodeBadName       = "invalid_name"
	CodeReserved      = "reserved_name"
	CodeDuplicateName = "duplicate_name"
	CodeUnmatched     = "unmatched_group"
	CodeNoLabel       = "missing_label"
	CodeNoList        = "unknown_list"
	CodeNoChoice      = "missing_choice_name"
	CodeDuplicate     = "duplicate_choice"
	CodeBadChoice     = "invalid_choice_name"
	CodeNoCalculation = "missing_calculation"
	CodeParameters    = "bad_parameters"
	CodeReference     = "unknown_reference"
	CodeExpression    = "bad_expression"
	CodeCycle         = "cycle"
	CodeNotSupported  = "not_supported"
	CodeTooManyRows   = "too_many_rows"
)

// The codes of warnings.
const (
	WarnSheet       = "misspelt_sheet"
	WarnLanguage    = "language_without_code"
	WarnTranslation = "missing_translation"
	WarnChoiceLabel = "choice_without_label"
	WarnGroupLabel  = "group_without_label"
	WarnCase        = "names_differ_by_case"
	WarnColumn      = "ignored_column"
	WarnRow         = "ignored_row"
	WarnDeprecated  = "deprecated"
	WarnStyle       = "style"
	WarnCaseSlip    = "read_as"
	WarnFile        = "file_not_at_hand"
	WarnLogic       = "logic"
	WarnIgnored     = "not_supported"
)

// Untranslated is a text that one language has and another has not.
type Untranslated struct {
	Language string `json:"language"`
	Sheet    string `json:"sheet"`
	Row      int    `json:"row"`
	Column   string `json:"column"`
}
