package export

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"leeward/schema"
)

const rHead = `# Reads the tables into R, with labels. Run it in their folder: source("read.R")
# Each table is a data frame of numbers; attr(x, "label") is the question, attr(x, "labels") what the numbers stand for.
# as_factors(answers) gives factors instead, with NA where there is a reason for a missing value.
# With the package haven the columns print and convert as its labelled vectors do.
`

const rTail = `
as_factors <- function(table) {
  for (name in names(table)) {
    labels <- attr(table[[name]], "labels")
    labels <- labels[!labels %in% reasons]
    if (length(labels) > 0) {
      table[[name]] <- factor(as.vector(unclass(table[[name]])), levels = unname(labels), labels = make.unique(names(labels)))
    } else if (!is.null(attr(table[[name]], "label"))) {
      x <- as.vector(unclass(table[[name]]))
      table[[name]] <- ifelse(x %in% reasons, NA, x)
    }
  }
  table
}
`

// r is a script that reads every table and labels it, with nothing but R itself.
func (a *Answers) r() []byte {
	var b bytes.Buffer
	b.WriteString(rHead)
	var reasons []string
	for _, m := range schema.MissingReasons() {
		reasons = append(reasons, fmt.Sprintf("%s = %d", rText(missingLabels[m]), missingCodes[m]))
	}
	fmt.Fprintf(&b, "reasons <- c(%s)\n", strings.Join(reasons, ", "))
	b.WriteString(`labelled <- function(x, label, labels = NULL) {
  structure(as.double(x), label = label, labels = c(labels, reasons), class = c("haven_labelled", "vctrs_vctr", "double"))
}
`)
	for _, s := range a.sheets {
		fmt.Fprintf(&b, "\n%s <- read.csv(%s, fileEncoding = \"UTF-8\")\n", s.name, rText(s.name+".csv"))
		for _, c := range s.columns {
			var labels []string
			for _, k := range c.codes {
				labels = append(labels, fmt.Sprintf("%s = %d", rText(k.label), k.n))
			}
			given := ""
			if labels != nil {
				given = ", c(" + strings.Join(labels, ", ") + ")"
			}
			fmt.Fprintf(&b, "%s$%s <- labelled(%s$%s, %s%s)\n", s.name, c.name, s.name, c.name, rText(c.label), given)
		}
	}
	b.WriteString(rTail)
	return b.Bytes()
}

// rText is a text as R reads it, in ASCII: what R is started with decides how it reads anything else.
func rText(text string) string { return strconv.QuoteToASCII(text) }
