package report_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/office/invented"
	"leeward/internal/office/report"
	"leeward/schema"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// facts are those of n invented people.
func facts(n int, change func(*casework.Facts)) iter.Seq[casework.Facts] {
	return func(yield func(casework.Facts) bool) {
		for c := range invented.Cases(n, 7, now, schema.Ref{}) {
			f := c.Facts
			if change != nil {
				change(&f)
			}
			if !yield(f) {
				return
			}
		}
	}
}

func make1(t *testing.T, all iter.Seq[casework.Facts]) report.Book {
	t.Helper()
	b, err := report.Make(all, 2018, 2025, now, report.DefaultK)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestNoNumberIsSmall: whatever the size of the office, no number of any table stands for 1 to k-1 people, tables of
// the same people agree in the totals that they share, and every table has its row of what nobody knows.
func TestNoNumberIsSmall(t *testing.T) {
	for _, n := range []int{0, 12, 100, 700, 5000} {
		b := make1(t, facts(n, nil))
		shared := map[string]int{}
		for _, table := range b.Tables {
			numbers := append([]int{table.People}, table.RowTotals...)
			numbers = append(numbers, table.ColumnTotals...)
			for _, row := range table.Cells {
				numbers = append(numbers, row...)
			}
			for _, x := range numbers {
				if x > 0 && x < report.DefaultK {
					t.Errorf("%d cases, %s %s: prints %d", n, table.ID, table.Finding, x)
				}
			}
			for j, col := range table.Columns {
				if strings.HasPrefix(col, "small groups") {
					continue // of another attribute
				}
				key := fmt.Sprint(table.Finding, col)
				if table.ID == "T11-type" { // types are columns there only
					key += " type"
				}
				if before, there := shared[key]; there && before != table.ColumnTotals[j] {
					t.Errorf("%d cases, %s %s: column %s adds up to %d, elsewhere %d", n, table.ID, table.Finding, col, table.ColumnTotals[j], before)
				}
				shared[key] = table.ColumnTotals[j]
			}
			if has := strings.Contains(strings.Join(table.Rows, ";"), report.Unknown); table.Refused == "" && !has && table.ID != "T1" {
				t.Errorf("%d cases, %s: no row of what nobody knows", n, table.ID)
			}
		}
	}
}

// TestWhoDidNotAgreeIsInNoNumber: not asked is no.
func TestWhoDidNotAgreeIsInNoNumber(t *testing.T) {
	agreed := make1(t, func(yield func(casework.Facts) bool) {
		for f := range facts(2000, nil) {
			if f.Counted && !yield(f) {
				return
			}
		}
	})
	if got, want := fmt.Sprint(make1(t, facts(2000, nil))), fmt.Sprint(agreed); got != want {
		t.Error("people who did not agree change the tables")
	}
	for _, table := range make1(t, facts(2000, func(f *casework.Facts) { f.Counted = false })).Tables {
		if table.Refused == "" || len(table.Rows) > 0 {
			t.Errorf("%s counts people who did not agree", table.ID)
		}
	}
}

// TestFlowsArePartsOfTheirDestination: T7 subtracted from T6 and T8 leaves nobody, or k.
func TestFlowsArePartsOfTheirDestination(t *testing.T) {
	for _, n := range []int{100, 700, 5000} {
		b := make1(t, facts(n, nil))
		for _, f := range report.Findings() {
			t6, _ := b.Find("T6", f)
			t7, _ := b.Find("T7", f)
			t8, _ := b.Find("T8", f)
			left := maps.Collect(func(yield func(string, int) bool) {
				for i, row := range t6.Rows {
					if !yield(row, t6.RowTotals[i]) {
						return
					}
				}
			})
			between := -1
			for j, col := range t8.Columns {
				if col == "international" {
					between = t8.ColumnTotals[j]
				}
			}
			for i, row := range t7.Rows {
				if to, _, flow := strings.Cut(row, " from "); flow {
					left[to] -= t7.Cells[i][0]
					between -= t7.Cells[i][0]
				}
			}
			for to, x := range left {
				if x < 0 || x > 0 && x < report.DefaultK {
					t.Errorf("%d cases, %s: %d people are left of destination %s", n, f, x, to)
				}
			}
			if between > 0 && between < report.DefaultK {
				t.Errorf("%d cases, %s: %d people are left of all flows", n, f, between)
			}
		}
	}
}

func TestRegisterRefusesOverlaps(t *testing.T) {
	before := []casework.Release{{From: 2018, To: 2020}, {From: 2023, To: 2023}}
	for years, want := range map[[2]int]error{
		{2018, 2020}: report.ErrOverlap, {2020, 2021}: report.ErrOverlap, {2010, 2025}: report.ErrOverlap,
		{2021, 2022}: nil, {2024, 2025}: nil, {2022, 2023}: report.ErrOverlap,
	} {
		if err := report.Admit(before, years[0], years[1]); !errors.Is(err, want) {
			t.Errorf("%v: got %v, want %v", years, err, want)
		}
	}
	for _, years := range [][2]int{{2025, 2026}, {2025, 2024}, {2027, 2027}} {
		if _, err := report.Make(facts(1, nil), years[0], years[1], now, report.DefaultK); !errors.Is(err, report.ErrPeriod) {
			t.Errorf("%v: got %v, want refused", years, err)
		}
	}
	if _, err := report.Make(facts(1, nil), 2024, 2025, now, 4); err == nil {
		t.Error("k of 4 is taken")
	}
}

// TestRunningTotal: of first help, by year; it adds up what is printed of years and nothing else.
func TestRunningTotal(t *testing.T) {
	b := make1(t, facts(3000, func(f *casework.Facts) {
		if f.Assisted%5 == 0 {
			f.Assisted = 0
		}
	}))
	for _, f := range report.Findings() {
		table, _ := b.Find("T1", f)
		lines, sum, years := table.Lines(), 0, 0
		for i, row := range table.Rows {
			line := lines[i+1]
			if year, err := strconv.Atoi(row); err == nil && year > 2000 {
				sum, years = sum+table.Cells[i][0], years+1
				if line[2] != strconv.Itoa(sum) {
					t.Errorf("%s %s: running total %s, want %d", f, row, line[2], sum)
				}
			} else if line[2] != "" {
				t.Errorf("%s %s has a running total", f, row)
			}
		}
		if last := lines[len(lines)-1]; years < 5 || last[0] != "total" || last[1] != strconv.Itoa(table.People) || sum >= table.People {
			t.Errorf("%s: %d years, last line %v", f, years, last)
		}
	}
}

// TestMonthsAreOfAllYears: a month of one year could be computed from that year and its other months.
func TestMonthsAreOfAllYears(t *testing.T) {
	table, ok := make1(t, facts(4000, nil)).Find("T18-month", "")
	if want := []string{"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", report.Unknown}; !ok || !slices.Equal(table.Rows, want) {
		t.Errorf("rows %v, want the months", table.Rows)
	}
}

func TestCellsAreNoFormulas(t *testing.T) {
	b := make1(t, facts(500, func(f *casework.Facts) { f.Nationality = "=HYPERLINK(1)"; f.Exploited = "@x" }))
	for _, id := range []string{"T5", "T6", "T7"} {
		table, _ := b.Find(id, casework.FindingPossible)
		var out bytes.Buffer
		if err := b.WriteCSV(&out, table); err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(&out)
		r.FieldsPerRecord = -1
		lines, err := r.ReadAll()
		if err != nil || !strings.Contains(fmt.Sprint(lines), "'") {
			t.Fatalf("%s: %v, or nothing was made harmless", id, err)
		}
		for _, line := range lines {
			for _, cell := range line {
				if cell != "-" && cell != "" && strings.ContainsAny(cell[:1], "=+-@|\t\r\n") {
					t.Errorf("%s: cell %q acts", id, cell)
				}
			}
		}
	}
}

// BenchmarkEveryReport makes all tables of an office of 100,000 cases at once.
func BenchmarkEveryReport(b *testing.B) {
	var all []casework.Facts
	for f := range facts(100_000, nil) {
		all = append(all, f)
	}
	for b.Loop() {
		if _, err := report.Make(func(yield func(casework.Facts) bool) {
			for _, f := range all {
				if !yield(f) {
					return
				}
			}
		}, 2016, 2025, now, report.DefaultK); err != nil {
			b.Fatal(err)
		}
	}
}
