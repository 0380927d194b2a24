package report

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// room is how far the cell at (i, j) can move while all that is printed stays true: the most that fits a flow, found
// one person at a time and told up to limit.
func room(cells [][]int, hidden [][]bool, i, j, limit int, up bool) int {
	now := make([][]int, len(cells))
	for r := range cells {
		now[r] = slices.Clone(cells[r])
	}
	rows := len(cells)
	for moved := range limit {
		before := map[int]int{i: i}
		queue := []int{i}
		for len(queue) > 0 && !has(before, rows+j) {
			at := queue[0]
			queue = queue[1:]
			for v := range rows + len(cells[0]) {
				r, c, ok := between(at, v, rows)
				falls := (at < rows) == up
				if !ok || has(before, v) || r == i && c == j || !hidden[r][c] || falls && now[r][c] == 0 {
					continue
				}
				before[v] = at
				queue = append(queue, v)
			}
		}
		if !has(before, rows+j) || !up && now[i][j] == 0 {
			return moved
		}
		for v := rows + j; v != i; v = before[v] {
			r, c, _ := between(before[v], v, rows)
			if (before[v] < rows) == up {
				now[r][c]--
			} else {
				now[r][c]++
			}
		}
		if up {
			now[i][j]++
		} else {
			now[i][j]--
		}
	}
	return limit
}

func has(m map[int]int, v int) bool { _, ok := m[v]; return ok }

// attack returns the fewest values that a hidden cell of 1 to k-1 people can have for who sees all the rest.
func attack(cells, printed [][]int, k int) int {
	hidden := make([][]bool, len(cells))
	for i := range printed {
		for _, n := range printed[i] {
			hidden[i] = append(hidden[i], n == Hidden)
		}
	}
	fewest := 2 * k
	for i := range cells {
		for j, n := range cells[i] {
			if n > 0 && n < k {
				if !hidden[i][j] {
					return 1
				}
				fewest = min(fewest, 1+room(cells, hidden, i, j, k, true)+room(cells, hidden, i, j, k, false))
			}
		}
	}
	return fewest
}

// drawTable draws counts and pools them, as Make does, so that totals are 0 or at least k.
func drawTable(t *rapid.T, k int) [][]int {
	most := rapid.SampledFrom([]int{3, 15, 60, 400}).Draw(t, "most")
	c := counts{}
	for i := range rapid.IntRange(1, 8).Draw(t, "rows") {
		for j := range rapid.IntRange(1, 7).Draw(t, "columns") {
			if n := rapid.IntRange(-most/2, most).Draw(t, "n"); n > 0 {
				c[place{string(rune('a' + i)), string(rune('a' + j))}] = n
			}
		}
	}
	rows, cols := pools(c.margin(rowName), k), pools(c.margin(colName), k)
	return matrix(c.rename(rows, cols))
}

func matrix(c counts) [][]int {
	rows, cols := slices.Sorted(maps.Keys(c.margin(rowName))), slices.Sorted(maps.Keys(c.margin(colName)))
	cells := make([][]int, len(rows))
	for i, r := range rows {
		for _, col := range cols {
			cells[i] = append(cells[i], c[place{r, col}])
		}
	}
	return cells
}

// TestNothingCanBeSubtractedBack attacks random tables: what is printed, with every total, is a system of equations,
// and each hidden cell of few people must still have k values or more that solve it.
func TestNothingCanBeSubtractedBack(t *testing.T) {
	hid := 0
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(LeastK, 15).Draw(t, "k")
		cells := drawTable(t, k)
		total := 0
		printed := make([][]int, len(cells))
		for i := range cells {
			printed[i] = slices.Clone(cells[i])
			sum := 0
			for _, n := range cells[i] {
				sum += n
			}
			if total += sum; sum > 0 && sum < k && len(cells) > 1 {
				t.Fatalf("a row of %d people has its total printed", sum)
			}
		}
		if total < k {
			return // refused
		}
		hide(printed, k)
		if got := attack(cells, printed, k); got < k {
			t.Fatalf("k %d: a cell can have %d values only\ncells   %v\nprinted %v", k, got, cells, printed)
		}
		for i := range printed {
			if slices.Contains(printed[i], Hidden) {
				hid++
			}
		}
	})
	if hid == 0 {
		t.Error("nothing was hidden: the attack proved nothing")
	}
}

// TestAttackWorks: hiding only what is small is not enough, and the attack sees it.
func TestAttackWorks(t *testing.T) {
	cells := [][]int{{3, 40}, {50, 60}}
	if got := attack(cells, [][]int{{Hidden, 40}, {50, 60}}, 11); got != 1 {
		t.Errorf("a cell hidden alone can have %d values, want 1: its row gives it away", got)
	}
	if got := attack(cells, [][]int{{Hidden, Hidden}, {Hidden, Hidden}}, 11); got < 11 {
		t.Errorf("four hidden cells: %d values, want 11 or more", got)
	}
}
