package export

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"leeward/schema"
)

// file is one file of an export.
type file struct {
	name string
	body []byte
}

// shuffled gives people numbers by chance, from 1, and puts every table in their order: the order in which they came
// would tell who they are to those who saw them come. order is a permutation of 0 to people-1.
func (a *Answers) shuffled(order []int) {
	for _, s := range a.sheets {
		for i := range s.rows {
			s.rows[i].person = order[s.rows[i].person-1] + 1
		}
		slices.SortStableFunc(s.rows, func(x, y row) int { return cmp.Or(cmp.Compare(x.person, y.person), cmp.Compare(x.cells, y.cells)) })
	}
}

// header are the names of the columns of a table.
func (s *sheet) header() []string {
	names := []string{"person"}
	if s.repeat != "" {
		names = append(names, "place")
	}
	for _, c := range s.columns {
		names = append(names, c.name)
	}
	return names
}

// csv is a table as CSV: every cell is a number, or empty.
func (s *sheet) csv() []byte {
	var b bytes.Buffer
	for i, name := range s.header() {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(name)
	}
	b.WriteByte('\n')
	for _, r := range s.rows {
		b.WriteString(strconv.Itoa(r.person))
		b.WriteByte(',')
		b.WriteString(r.cells)
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// files are the tables as CSV, the book of codes, and scripts that read them into Stata and R.
func (a *Answers) files() (all []file, err error) {
	for _, s := range a.sheets {
		all = append(all, file{s.name + ".csv", s.csv()})
	}
	var variables, values bytes.Buffer
	if err := writeTable(&variables, a.variables()); err != nil {
		return nil, err
	}
	if err := writeTable(&values, a.values()); err != nil {
		return nil, err
	}
	return append(all, file{"variables.csv", variables.Bytes()}, file{"values.csv", values.Bytes()},
		file{"read.do", a.stata()}, file{"read.R", a.r()}), nil
}

// variables is the book of codes: each column, what it is and where it comes from.
func (a *Answers) variables() [][]string {
	table := [][]string{{"table", "variable", "question", "label"}}
	for _, s := range a.sheets {
		for _, c := range s.columns {
			table = append(table, []string{s.name, c.name, string(c.path), c.label})
		}
	}
	return table
}

// values is what each number of each coded column stands for.
func (a *Answers) values() [][]string {
	table := [][]string{{"variable", "number", "choice", "label"}}
	for _, s := range a.sheets {
		for _, c := range s.columns {
			for _, k := range c.codes {
				table = append(table, []string{c.name, strconv.Itoa(k.n), k.name, k.label})
			}
		}
	}
	for _, m := range schema.MissingReasons() {
		table = append(table, []string{"every variable", fmt.Sprint(missingCodes[m]), string(m), missingLabels[m]})
	}
	return table
}

// missingLabels say why there is no value. None of them is "no".
var missingLabels = map[schema.Missing]string{
	schema.Declined: "did not want to answer", schema.DoesNotKnow: "does not know",
	schema.NotAsked: "was not asked", schema.NotApplicable: "does not apply",
}
