package report

import (
	"math"
	"slices"
)

// hide hides each cell of 1 to k-1 people, and others with it, in a table whose totals of rows and columns are all
// printed and 0 or at least k. From what is left a hidden small cell can have at least k values.
//
// For a cell of n it looks for the cheapest other cells that could take up what the cell would have with k-1, and with
// 1, instead: a closed walk of cells that go up and down by turns, which leaves every total as it is. Where there is
// none, every cell is hidden: a cell then has min(r, c, N-r, N-c)+1 values, where r, c and N are the totals.
func hide(cells [][]int, k int) {
	g := grid{cells: cells, hidden: make([][]bool, len(cells))}
	for i := range cells {
		g.hidden[i] = make([]bool, len(cells[i]))
		for j, n := range cells[i] {
			g.hidden[i][j] = n > 0 && n < k
		}
	}
	for i := range cells {
		for j, n := range cells[i] {
			if n > 0 && n < k && !(g.protect(i, j, k-1-n, true) && g.protect(i, j, n-1, false)) {
				g.all()
			}
		}
	}
	for i := range cells {
		for j := range cells[i] {
			if g.hidden[i][j] {
				cells[i][j] = Hidden
			}
		}
	}
}

type grid struct {
	cells  [][]int
	hidden [][]bool
}

func (g grid) all() {
	for i := range g.hidden {
		for j := range g.hidden[i] {
			g.hidden[i][j] = true
		}
	}
}

// protect hides the cells that the cell at row i and column j needs to go up, or down, by an amount: over one walk, or
// else over one for each person. It reports whether there are such walks.
func (g grid) protect(i, j, amount int, up bool) bool {
	if amount == 0 {
		return true
	}
	now := make([][]int, len(g.cells))
	for r := range now {
		now[r] = slices.Clone(g.cells[r])
	}
	if g.walk(now, i, j, amount, up) {
		return true
	}
	for range amount {
		if !g.walk(now, i, j, 1, up) {
			return false
		}
	}
	return true
}

// walk hides the cells of the cheapest walk from row i to column j that changes cells by an amount, and changes them in
// now. It reports whether there is one. Cells of nobody are not used: some cannot be otherwise.
func (g grid) walk(now [][]int, i, j, amount int, up bool) bool {
	rows := len(g.cells)
	n := rows + len(g.cells[i])
	cost, before, done := make([]int, n), make([]int, n), make([]bool, n)
	for v := range cost {
		cost[v], before[v] = math.MaxInt, -1
	}
	cost[i] = 0
	for {
		at := -1
		for v := range cost {
			if !done[v] && cost[v] < math.MaxInt && (at < 0 || cost[v] < cost[at]) {
				at = v
			}
		}
		if at < 0 {
			return false
		}
		if at == rows+j {
			break
		}
		done[at] = true
		for v := range cost {
			r, c, ok := between(at, v, rows)
			if !ok || done[v] || r == i && c == j {
				continue
			}
			x := g.cells[r][c]
			if falls := (at < rows) == up; x == 0 || falls && now[r][c] < amount {
				continue
			}
			if g.hidden[r][c] {
				x = 0 // costs nothing more
			}
			if cost[at]+x < cost[v] {
				cost[v], before[v] = cost[at]+x, at
			}
		}
	}
	for v := rows + j; before[v] >= 0; v = before[v] {
		r, c, _ := between(before[v], v, rows)
		g.hidden[r][c] = true
		if (before[v] < rows) == up {
			now[r][c] -= amount
		} else {
			now[r][c] += amount
		}
	}
	return true
}

// between is the cell in which two places of a walk meet: a row and a column.
func between(a, b, rows int) (r, c int, ok bool) {
	a, b = min(a, b), max(a, b)
	return a, b - rows, a < rows && b >= rows
}
