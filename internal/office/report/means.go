package report

import (
	"fmt"
	"maps"
	"slices"

	"leeward/internal/office/casework"
)

// meansNote stands under every table of means.
const meansNote = "A person may stand in several rows."

// gives reports whether a count of n of so many people gives away a few of them: those who are counted or those who are not.
func gives(n, people, k int) bool {
	left := people - n
	return n > 0 && n < k || left > 0 && left < k
}

// meansTable prints how many people each means was used on. A person may stand in several rows, so the rows have no
// total; where what is printed adds up to less than the people, one more row is hidden, or the last could be computed.
func meansTable(c counts, f casework.Finding, people, k int) Table {
	t := Table{ID: meansID, Title: "Means of control", Finding: f, People: people, Note: meansNote}
	if people < k {
		t.People, t.Refused = Hidden, fmt.Sprintf("fewer than %d people", k)
		return t
	}
	totals := c.margin(rowName)
	withUnknown(totals)
	least, printed, hidden := "", 0, 0
	for row, n := range totals {
		switch {
		case gives(n, people, k):
			totals[row] = Hidden
			hidden++
		case n > 0:
			printed += n
			if least == "" || n < totals[least] || n == totals[least] && row < least {
				least = row
			}
		}
	}
	if hidden > 0 && printed < people && least != "" {
		totals[least] = Hidden
	}
	for _, row := range slices.Sorted(maps.Keys(totals)) {
		t.Rows, t.Cells = append(t.Rows, row), append(t.Cells, []int{totals[row]})
	}
	return t
}

// splitMeans prints a table of means (whole) by another attribute. Each row is a table of its own of who was met with
// that means and who was not, in columns of which the people are printed: where a cell of it gives few people away, or its
// total is not told, none of the row is. What is then not told of a column has no least number, as in the whole table:
// rows are hidden until what is printed of every column adds up to its people, or nothing is.
func splitMeans(whole Table, id, title string, met, people counts, k int) Table {
	t := Table{ID: id, Title: title, Finding: whole.Finding, People: whole.People, Refused: whole.Refused, Note: meansNote}
	if t.Refused != "" {
		return t
	}
	to := pools(people.margin(colName), k)
	of := people.rename(map[string]string{"": ""}, to).margin(colName)
	t.Rows, t.Columns = whole.Rows, slices.Sorted(maps.Keys(of))
	for _, col := range t.Columns {
		t.ColumnTotals = append(t.ColumnTotals, of[col])
	}
	cells := counts{}
	for p, n := range met {
		cells[place{p.row, to[p.col]}] += n
	}
	told := make([]bool, len(t.Rows))
	for i, row := range t.Rows {
		told[i] = whole.Cells[i][0] != Hidden
		t.RowTotals = append(t.RowTotals, whole.Cells[i][0])
		t.Cells = append(t.Cells, nil)
		for j, col := range t.Columns {
			n := cells[place{row, col}]
			t.Cells[i] = append(t.Cells[i], n)
			told[i] = told[i] && !gives(n, t.ColumnTotals[j], k)
		}
	}
	for !t.covered(told) {
		told[t.leastTold(told)] = false
	}
	for i := range t.Rows {
		if !told[i] {
			for j := range t.Columns {
				t.Cells[i][j] = Hidden
			}
		}
	}
	return t
}

// covered reports whether every row is told, or none with anybody in it, or those that are have all people of each column.
func (t Table) covered(told []bool) bool {
	if !slices.Contains(told, false) || t.leastTold(told) < 0 {
		return true
	}
	for j, people := range t.ColumnTotals {
		printed := 0
		for i := range t.Rows {
			if told[i] {
				printed += t.Cells[i][j]
			}
		}
		if printed < people {
			return false
		}
	}
	return true
}

// leastTold is the row of the fewest people that is told and has any, or -1.
func (t Table) leastTold(told []bool) int {
	least := -1
	for i, n := range t.RowTotals {
		if told[i] && n > 0 && (least < 0 || n < t.RowTotals[least]) {
			least = i
		}
	}
	return least
}
