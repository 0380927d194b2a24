package export

import (
	"bytes"
	"fmt"
	"strings"

	"leeward/schema"
)

// stataMissing are the extended missing values that stand for reasons in Stata.
var stataMissing = map[schema.Missing]string{
	schema.Declined: ".a", schema.DoesNotKnow: ".b", schema.NotAsked: ".c", schema.NotApplicable: ".d",
}

const stataHead = `* Reads the tables into Stata 14 or later, with labels. Run it in their folder: do read.do
* Reasons for a missing value become .a to .d; an empty cell was not on this person's way.
version 14
clear all
`

// stata is a do-file that reads every table, labels it and saves it beside itself.
func (a *Answers) stata() []byte {
	var b bytes.Buffer
	b.WriteString(stataHead)
	for _, s := range a.sheets {
		fmt.Fprintf(&b, "\nimport delimited using \"%s.csv\", clear varnames(1) case(preserve) encoding(\"utf-8\")\n", s.name)
		if s.repeat != "" {
			b.WriteString("tostring place, replace\n")
		}
		var reasons []string
		for _, m := range schema.MissingReasons() {
			reasons = append(reasons, fmt.Sprintf("%d=%s", missingCodes[m], stataMissing[m]))
		}
		for _, c := range s.columns {
			fmt.Fprintf(&b, "mvdecode %s, mv(%s)\n", c.name, strings.Join(reasons, ` \ `))
			fmt.Fprintf(&b, "label variable %s %s\n", c.name, stataText(c.label, 80))
			for _, k := range c.codes {
				fmt.Fprintf(&b, "label define %s %d %s, add\n", c.name, k.n, stataText(k.label, 200))
			}
			for _, m := range schema.MissingReasons() {
				fmt.Fprintf(&b, "label define %s %s %s, add\n", c.name, stataMissing[m], stataText(missingLabels[m], 200))
			}
			fmt.Fprintf(&b, "label values %s %s\n", c.name, c.name)
		}
		fmt.Fprintf(&b, "save \"%s.dta\", replace\n", s.name)
	}
	return b.Bytes()
}

// stataQuotes takes out what Stata would read inside a text: quotes and macros.
var stataQuotes = strings.NewReplacer("`", "’", "'", "’", `"`, "’", "$", "")

// stataText is a text in compound quotes, of at most so many characters.
func stataText(text string, most int) string {
	clean := []rune(stataQuotes.Replace(text))
	if len(clean) > most {
		clean = append(clean[:most-1], '…')
	}
	return "`\"" + string(clean) + "\"'"
}
