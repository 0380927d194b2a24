package xlsform

import (
	"fmt"
	"strings"
)

// code says what a Problem of that code is about.
type code struct{ code, what string }

var errorCodes = []code{
	{CodeXLS, "a workbook of Excel 97, or one with a password"},
	{CodeCSV, "text or CSV in place of a workbook"},
	{CodeBroken, "a file that cannot be read"},
	{CodeTooLarge, "a file, or what it unpacks to, beyond the bounds"},
	{CodeTooManyRows, "a sheet beyond the bounds"},
	{CodeNoSurvey, "no sheet survey, or nothing in it"},
	{CodeNoColumn, "a column that has to be there"},
	{CodeDuplicateCol, "two columns that mean the same"},
	{CodeNoType, "a row with a name or a label and no type"},
	{CodeUnknownType, "a type that XLSForm does not have"},
	{CodeNoName, "a row without name"},
	{CodeBadName, "a name that is none"},
	{CodeReserved, "the name meta"},
	{CodeDuplicateName, "a name that is taken"},
	{CodeUnmatched, "a group, repeat or loop without beginning or end"},
	{CodeNoLabel, "a question without label, hint and media"},
	{CodeNoList, "a choice list that is not there"},
	{CodeNoChoice, "a choice without name"},
	{CodeDuplicate, "a choice twice in a list"},
	{CodeBadChoice, "a choice with a space where several are kept"},
	{CodeNoCalculation, "a calculate that calculates nothing"},
	{CodeParameters, "a parameter, or its value, that the type does not take"},
	{CodeReference, "`${name}` of nothing, or of several"},
	{CodeExpression, "an expression that does not parse or compile"},
	{CodeCycle, "expressions that need one another; the message names the loop"},
	{CodeNotSupported, "what cannot be carried out together"},
}

var warningCodes = []code{
	{WarnSheet, "a sheet whose name is nearly one that is read"},
	{WarnLanguage, "a language without code"},
	{WarnTranslation, "texts that are missing in some language; `missing_translations` lists them"},
	{WarnChoiceLabel, "a choice without label"},
	{WarnGroupLabel, "a group or repeat without label"},
	{WarnCase, "names that differ by case only"},
	{WarnCaseSlip, "an operator or function in another case"},
	{WarnColumn, "a column that no filter can use"},
	{WarnRow, "a row that is left out"},
	{WarnDeprecated, "what phones and programs have given up"},
	{WarnStyle, "what XLSForm writes otherwise"},
	{WarnFile, "a list in a file that is not at hand"},
	{WarnLogic, "logic that is legal and probably not meant"},
	{WarnIgnored, "what is passed over"},
}

func writeCodes(b *strings.Builder) {
	b.WriteString("\n## What `form lint -json` writes\n\nOne object with the lists `errors`, `warnings` and `missing_translations`; the exit code is 1 where there are errors. An error or warning has\n" +
		"`code` and `message`, and where they are known `sheet`, `row` (from 1, as spreadsheets count), `column` (as the header is written) and `hint`. A\n" +
		"missing translation has `language`, `sheet`, `row` and `column`. `form run` of a workbook that does not import writes the first error as `error` and all\n" +
		"of them as `errors`. Codes do not change; messages may.\n\n| code of an error | about |\n|---|---|\n")
	for _, c := range errorCodes {
		fmt.Fprintf(b, "| `%s` | %s |\n", c.code, c.what)
	}
	b.WriteString("\n| code of a warning | about |\n|---|---|\n")
	for _, c := range warningCodes {
		fmt.Fprintf(b, "| `%s` | %s |\n", c.code, c.what)
	}
}
