package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"leeward/internal/office/casework"
)

// pools says under which name each class of an attribute stands, from the totals of that attribute alone: classes of
// 1 to k-1 people together, and with them the next larger ones until they are k. Ties go by name.
func pools(totals map[string]int, k int) map[string]string {
	order := slices.SortedFunc(maps.Keys(totals), func(a, b string) int {
		return cmp.Or(cmp.Compare(totals[a], totals[b]), strings.Compare(a, b))
	})
	to, sum := map[string]string{}, 0
	name := pooled
	for _, class := range order {
		to[class] = class
		if n := totals[class]; n > 0 && (n < k || sum > 0 && sum < k) {
			sum += n
			to[class] = name
		}
	}
	if to[Unknown] == pooled {
		for class, into := range to {
			if into == pooled {
				to[class] = pooledUnknown
			}
		}
	}
	return to
}

// The names of a pool.
const (
	pooled        = "small groups together"
	pooledUnknown = "small groups together, unknown among them"
)

// margin adds up one attribute.
func (c counts) margin(of func(place) string) map[string]int {
	totals := map[string]int{}
	for p, n := range c {
		totals[of(p)] += n
	}
	return totals
}

// rename puts people under other names of their row and column.
func (c counts) rename(row, col map[string]string) counts {
	out := counts{}
	for p, n := range c {
		out[place{row[p.row], col[p.col]}] += n
	}
	return out
}

func rowName(p place) string { return p.row }
func colName(p place) string { return p.col }

// table pools, hides and prints the counts of one finding.
func (d definition) table(c counts, f casework.Finding, k int) Table {
	t := Table{ID: d.id, Title: d.title, Finding: f, Note: d.note}
	for _, n := range c {
		t.People += n
	}
	if t.People < k {
		t.People, t.Refused = Hidden, fmt.Sprintf("fewer than %d people", k)
		return t
	}
	if d.id == flowsID {
		c = rest(c, k)
	} else {
		c = c.rename(pools(c.margin(rowName), k), pools(c.margin(colName), k))
	}
	rows, cols := c.margin(rowName), c.margin(colName)
	if d.all && !apart(cols) {
		t.Refused = fmt.Sprintf("possible and determined victims cannot be told apart with at least %d people each", k)
		return t
	}
	if !d.free {
		withUnknown(rows)
	}
	t.Rows, t.Columns = slices.Sorted(maps.Keys(rows)), slices.Sorted(maps.Keys(cols))
	t.Cells = make([][]int, len(t.Rows))
	for i, r := range t.Rows {
		t.Cells[i] = make([]int, len(t.Columns))
		for j, col := range t.Columns {
			t.Cells[i][j] = c[place{r, col}]
		}
		t.RowTotals = append(t.RowTotals, rows[r])
	}
	if d.col == nil {
		t.Columns, t.RowTotals = nil, nil
		return t
	}
	for _, col := range t.Columns {
		t.ColumnTotals = append(t.ColumnTotals, cols[col])
	}
	hide(t.Cells, k)
	return t
}

// apart reports whether neither of the findings that are never added up stands in a pool.
func apart(columns map[string]int) bool {
	if columns[pooled] == 0 {
		return true
	}
	for _, f := range Findings() {
		if columns[string(f)] == 0 {
			return false
		}
	}
	return true
}

// withUnknown adds the row of what nobody knows where it does not stand in a pool.
func withUnknown(classes map[string]int) {
	if _, there := classes[pooledUnknown]; !there {
		classes[Unknown] += 0
	}
}

// rest prints flows of at least k, each as a part of the total of its destination (T6). What is left of a destination,
// and what is left of all flows between countries (T8), is 0 or at least k, too.
func rest(c counts, k int) counts {
	to := pools(c.margin(func(p place) string { return destinationOf(p.row) }), k)
	small := 0
	out := counts{}
	for p, n := range c {
		where, between := to[destinationOf(p.row)], strings.Contains(p.row, Origin)
		if between && n >= k && where == destinationOf(p.row) {
			out[p] += n
			continue
		}
		out[place{row: where + Elsewhere}] += n
		if between {
			small += n
		}
	}
	for {
		least, found := place{}, false
		for p, n := range out {
			left := out[place{row: destinationOf(p.row) + Elsewhere}]
			if !strings.Contains(p.row, Origin) || !(left > 0 && left < k || small > 0 && small < k) {
				continue
			}
			if !found || n < out[least] || n == out[least] && p.row < least.row {
				least, found = p, true
			}
		}
		if !found {
			return out
		}
		out[place{row: destinationOf(least.row) + Elsewhere}] += out[least]
		small += out[least]
		delete(out, least)
	}
}

func destinationOf(row string) string {
	row, _, _ = strings.Cut(row, Origin)
	return strings.TrimSuffix(row, Elsewhere)
}
