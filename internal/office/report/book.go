package report

import (
	"fmt"
	"iter"
	"strings"
	"time"

	"leeward/internal/office/casework"
)

// DefaultK is the least number of people that a number may stand for; LeastK is the smallest that may be set.
const (
	DefaultK = 11
	LeastK   = 5
)

// Hidden stands in the place of a count that is not told.
const Hidden = -1

// Book is every table of one period, made at one moment. It holds printed numbers only.
type Book struct {
	From   int       `json:"from"` // first year in which the office first knew of a person
	To     int       `json:"to"`   // last such year
	At     time.Time `json:"at"`   // when the office was asked
	K      int       `json:"k"`
	Tables []Table   `json:"tables"`
}

// Table is one table as it is printed. Cells are by row, then column; Hidden where a number is not told. Totals are
// of rows and columns; a table of one count a row has neither Columns nor ColumnTotals.
type Table struct {
	ID           string           `json:"id"`
	Title        string           `json:"title"`
	Finding      casework.Finding `json:"finding,omitempty"` // "" where Columns tell findings apart
	People       int              `json:"people"`            // the denominator
	Rows         []string         `json:"rows"`
	Columns      []string         `json:"columns,omitempty"`
	Cells        [][]int          `json:"cells"`
	RowTotals    []int            `json:"row_totals,omitempty"`
	ColumnTotals []int            `json:"column_totals,omitempty"`
	Note         string           `json:"note,omitempty"`
	Refused      string           `json:"refused,omitempty"` // why there are no numbers
}

// Findings are those that have tables of their own.
func Findings() []casework.Finding {
	return []casework.Finding{casework.FindingPossible, casework.FindingActual}
}

type place struct{ row, col string }

// counts are the numbers of people by place in a table, before anything is hidden.
type counts map[place]int

// Make counts everybody who agreed to it and whom the office first knew of from the beginning of the year from to the
// end of the year to. A period that is not over or runs backwards is ErrPeriod; k below LeastK is an error.
func Make(facts iter.Seq[casework.Facts], from, to int, at time.Time, k int) (Book, error) {
	if err := check(from, to, at, k); err != nil {
		return Book{}, err
	}
	t := newTally(from, to)
	for f := range facts {
		t.add(f)
	}
	return t.book(at, k), nil
}

func check(from, to int, at time.Time, k int) error {
	if from > to || to >= at.UTC().Year() {
		return ErrPeriod
	}
	if k < LeastK {
		return fmt.Errorf("k is %d, the least is %d", k, LeastK)
	}
	return nil
}

// book pools, hides and prints what was counted.
func (t *tally) book(at time.Time, k int) Book {
	b := Book{From: t.from, To: t.to, At: at.UTC(), K: k}
	for i, d := range t.all {
		for _, f := range d.findings() {
			b.Tables = append(b.Tables, d.table(t.sheets[i][f], f, k))
		}
	}
	whole := map[casework.Finding]Table{}
	for _, f := range Findings() {
		whole[f] = meansTable(t.means[f], f, t.people[f], k)
		b.Tables = append(b.Tables, whole[f])
	}
	for i, by := range meansBy {
		for _, f := range Findings() {
			b.Tables = append(b.Tables, splitMeans(whole[f], by.id, by.title, t.meansBy[i].met[f], t.meansBy[i].people[f], k))
		}
	}
	return b
}

// Find returns a table of the book. Where f is "" and there are several, it is that of possible victims.
func (b Book) Find(id string, f casework.Finding) (Table, bool) {
	for _, t := range b.Tables {
		if strings.EqualFold(t.ID, id) && (f == "" || t.Finding == "" || t.Finding == f) {
			return t, true
		}
	}
	return Table{}, false
}
