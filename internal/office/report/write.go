package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
)

// hiddenMark stands in a cell that is not told, nobody in one of zero.
const (
	hiddenMark = "x"
	nobody     = "-"
)

// Told writes a count as tables print it.
func Told(n int) string {
	switch n {
	case Hidden:
		return hiddenMark
	case 0:
		return nobody
	}
	return strconv.Itoa(n)
}

// Lines returns the table as text, its heading first.
func (t Table) Lines() [][]string {
	head := append([]string{""}, t.Columns...)
	if t.Columns == nil {
		head = append(head, "people")
	} else {
		head = append(head, "total")
	}
	if t.ID == assistedID {
		return t.running(append(head, "running total"))
	}
	lines := [][]string{head}
	for i, row := range t.Rows {
		line := []string{row}
		for _, n := range t.Cells[i] {
			line = append(line, Told(n))
		}
		if t.Columns != nil {
			line = append(line, Told(t.RowTotals[i]))
		}
		lines = append(lines, line)
	}
	if t.Columns != nil {
		line := []string{"total"}
		for _, n := range t.ColumnTotals {
			line = append(line, Told(n))
		}
		lines = append(lines, append(line, Told(t.People)))
	}
	return lines
}

// running is a table of years with their running total. It is of the numbers that are printed and no others: what stands in
// a pool, or is of no year, is not added, so that it says nothing that they do not.
func (t Table) running(head []string) [][]string {
	lines, sum := [][]string{head}, 0
	for i, row := range t.Rows {
		line := []string{row, Told(t.Cells[i][0]), ""}
		if _, err := strconv.Atoi(row); err == nil && t.Cells[i][0] != Hidden {
			sum += t.Cells[i][0]
			line[2] = Told(sum)
		}
		lines = append(lines, line)
	}
	return append(lines, []string{"total", Told(t.People), ""})
}

// Notes says what the numbers of a table are, and are not: to be printed wherever the table is.
func (b Book) Notes(t Table) []string {
	of := "everybody screened"
	switch {
	case t.Finding != "":
		of = fmt.Sprintf("people found %s victims on reasonable grounds", map[bool]string{true: "possible", false: "actual"}[t.Finding == Findings()[0]])
	}
	notes := []string{
		fmt.Sprintf("Counted: %s people (%s) whom the office first knew of from %d to %d and who agreed to be counted.", Told(t.People), of, b.From, b.To),
		fmt.Sprintf("Asked of the office on %s. A later count may differ: people may correct or take back what they said.", b.At.Format("2 January 2006, 15:04 UTC")),
		fmt.Sprintf("%s: not told. It stands for 1 to %d people, or for another number that would give those away. %s: nobody. Groups under %d people stand together.", hiddenMark, b.K-1, nobody, b.K),
		"These are people who came to be screened, not how many there are in a country. Possible and actual victims are never added up.",
	}
	if t.Note != "" {
		notes = append(notes, t.Note)
	}
	if t.Refused != "" {
		notes = append(notes, "Not told: "+t.Refused+".")
	}
	return notes
}

func (b Book) heading(t Table) string {
	heading := t.ID + " " + t.Title
	if t.Finding != "" {
		heading += " (" + string(t.Finding) + ")"
	}
	return heading
}

// WriteText writes a table for people to read.
func (b Book) WriteText(w io.Writer, t Table) error {
	out := tabwriter.NewWriter(w, 0, 1, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, b.heading(t))
	if t.Refused == "" {
		for _, line := range t.Lines() {
			fmt.Fprintln(out, strings.Join(line, "\t")+"\t")
		}
	}
	for _, n := range b.Notes(t) {
		fmt.Fprintln(out, n)
	}
	fmt.Fprintln(out)
	return out.Flush()
}

// WriteCSV writes a table for a spreadsheet (Leaf.WriteCSV).
func (b Book) WriteCSV(w io.Writer, t Table) error { return b.Leaf(t).WriteCSV(w) }
