package report

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"leeward/internal/office/casework"
)

// drawMeans is a few people with few means, so that many counts are small.
func drawMeans(t *rapid.T) (people []casework.Facts) {
	n := rapid.IntRange(0, 90).Draw(t, "people")
	sexes, means, forms := []string{"f", "m", "x", ""}, []string{"debt", "papers", "threats"}, []string{"labour", "sexual", "begging"}
	often := rapid.IntRange(0, 10).Draw(t, "often")
	for range n {
		f := casework.Facts{
			Counted: true, Finding: Findings()[0], Sex: rapid.SampledFrom(sexes).Draw(t, "sex"),
			Child: rapid.IntRange(0, 3).Draw(t, "child") == 0,
		}
		for _, m := range means {
			if rapid.IntRange(0, 10).Draw(t, m) < often {
				f.Means = append(f.Means, m)
			}
		}
		f.Forms = []string{rapid.SampledFrom(forms).Draw(t, "form")}
		people = append(people, f)
	}
	return people
}

// TestMeansByGroupHideFewPeople attacks the tables of means: what is printed stands for no few people, not by itself and not
// subtracted from the people of its column, and a cell that is hidden could have k values.
func TestMeansByGroupHideFewPeople(t *testing.T) {
	const k = 5
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		count := newTally(1970, 1970)
		for _, f := range drawMeans(t) {
			count.add(f)
		}
		f := Findings()[0]
		whole := meansTable(count.means[f], f, count.people[f], k)
		for i, by := range meansBy {
			table := splitMeans(whole, by.id, by.title, count.meansBy[i].met[f], count.meansBy[i].people[f], k)
			if table.Refused != "" {
				seen["refused"]++
				continue
			}
			for r, row := range table.Cells {
				if slices.Contains(row, Hidden) {
					seen["hidden"]++
					table.checkHidden(t, r, k)
				} else {
					seen["told"]++
					table.checkTold(t, r, k)
				}
			}
			table.checkColumns(t)
		}
	})
	if seen["refused"] == 0 || seen["hidden"] < 50 || seen["told"] < 50 {
		t.Errorf("the draws were %v: of each there should be many", seen)
	}
}

func (t Table) checkTold(to *rapid.T, r, k int) {
	sum := 0
	for j, n := range t.Cells[r] {
		sum += n
		if gives(n, t.ColumnTotals[j], k) {
			to.Fatalf("%s, %s in %s: %d of %d are told", t.ID, t.Rows[r], t.Columns[j], n, t.ColumnTotals[j])
		}
	}
	if sum != t.RowTotals[r] {
		to.Fatalf("%s, %s: the row adds up to %d, not to %d", t.ID, t.Rows[r], sum, t.RowTotals[r])
	}
}

// checkHidden works out between which numbers the cells of a hidden row can be.
func (t Table) checkHidden(to *rapid.T, r, k int) {
	for j := range t.Cells[r] {
		if t.Cells[r][j] != Hidden {
			to.Fatalf("%s, %s: the row is told in part", t.ID, t.Rows[r])
		}
		low, high := 0, t.ColumnTotals[j]
		if total := t.RowTotals[r]; total != Hidden {
			low, high = max(0, total-(t.People-t.ColumnTotals[j])), min(total, high)
		}
		if len(t.Columns) > 1 && high-low+1 < k {
			to.Fatalf("%s, %s in %s: between %d and %d", t.ID, t.Rows[r], t.Columns[j], low, high)
		}
	}
}

// checkColumns fails where what is hidden of a column has to be somebody.
func (t Table) checkColumns(to *rapid.T) {
	for j, people := range t.ColumnTotals {
		printed, hidden := 0, false
		for r := range t.Rows {
			hidden = hidden || t.Cells[r][j] == Hidden
			printed += max(0, t.Cells[r][j])
		}
		if hidden && printed > 0 && printed < people {
			to.Fatalf("%s: %d of the %d people in %s were met with what is hidden", t.ID, people-printed, people, t.Columns[j])
		}
	}
}

// TestMeansByGroupCounts: of twenty women and twenty men, all women and half of the men were in debt.
func TestMeansByGroupCounts(t *testing.T) {
	count := newTally(1970, 1970)
	for i := range 40 {
		f := casework.Facts{Counted: true, Finding: Findings()[0], Sex: "f", Means: []string{"debt"}, Forms: []string{"labour"}}
		if i%2 == 0 {
			f.Sex = "m"
		}
		if i%4 == 0 {
			f.Means = []string{"threats", "threats"}
		}
		count.add(f)
	}
	half := newTally(1970, 1970)
	half.join(count)
	table := splitMeans(meansTable(half.means[Findings()[0]], Findings()[0], 40, 5), "T11-sex", "", half.meansBy[0].met[Findings()[0]], half.meansBy[0].people[Findings()[0]], 5)
	want := "[debt threats unknown] [men women] [[10 20] [10 0] [0 0]] [30 10 0] [20 20]"
	if got := fmt.Sprint(table.Rows, table.Columns, table.Cells, table.RowTotals, table.ColumnTotals); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
