package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"time"
)

// Leaf is one table of a book as it leaves the office: every word in one language, every number as it is printed.
// Lines begin with the heading of the columns; there are none where the numbers are not told.
type Leaf struct {
	Lang    string // BCP 47
	Heading string
	Lines   [][]string
	Notes   []string // denominator, method, date of the query: they go wherever the table goes
	At      time.Time
}

// WriteCSV writes a leaf for a spreadsheet: heading, table, notes. No cell can act as a formula.
func (l Leaf) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	lines := append([][]string{{l.Heading}}, l.Lines...)
	for _, n := range l.Notes {
		lines = append(lines, []string{n})
	}
	for _, line := range lines {
		safe := make([]string, len(line))
		for i := range line {
			safe[i] = harmless(line[i])
		}
		if err := out.Write(safe); err != nil {
			return fmt.Errorf("write report: %w", err)
		}
	}
	out.Flush()
	return out.Error()
}

// harmless keeps a spreadsheet from running a cell (OWASP, CSV injection); a dash for nobody runs nothing.
func harmless(cell string) string {
	if cell != "" && cell != nobody && strings.ContainsRune("=+-@\t\r\n|", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// Leaf returns a table of the book in English.
func (b Book) Leaf(t Table) Leaf {
	l := Leaf{Lang: "en", Heading: b.heading(t), Notes: b.Notes(t), At: b.At}
	if t.Refused == "" {
		l.Lines = t.Lines()
	}
	return l
}
