package xlsform

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"leeward/schema"
)

// book makes a workbook of sheets written as lines with | between the cells; the first line of each is
// its name.
func book(t testing.TB, sheets ...string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, s := range sheets {
		lines := strings.Split(strings.TrimSpace(s), "\n")
		name := strings.TrimSpace(lines[0])
		if i == 0 {
			must(t, f.SetSheetName("Sheet1", name))
		} else {
			_, err := f.NewSheet(name)
			must(t, err)
		}
		for n, line := range lines[1:] {
			for col, cell := range strings.Split(line, "|") {
				if cell = strings.TrimSpace(cell); cell != "" {
					at, err := excelize.CoordinatesToCellName(col+1, n+1)
					must(t, err)
					must(t, f.SetCellStr(name, at, cell))
				}
			}
		}
	}
	b, err := f.WriteToBuffer()
	must(t, err)
	return b.Bytes()
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// imported reads a workbook that has to be sound.
func imported(t testing.TB, sheets ...string) *Import {
	t.Helper()
	im := Read(book(t, sheets...), Options{Name: "test"})
	if err := im.Err(); err != nil {
		t.Fatalf("Read: %v", err)
	}
	return im
}

// brief writes problems as "code row column", one a line.
func brief(list []Problem) string {
	var lines []string
	for _, p := range list {
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s %d %s", p.Code, p.Sheet, p.Row, p.Column)))
	}
	return strings.Join(lines, "\n")
}

const yesNo = `choices
list_name | name | label
yn | yes | Yes
yn | no  | No`

func item(t *testing.T, im *Import, p schema.Path) *schema.Item {
	t.Helper()
	it, ok := im.Form.Item(p)
	if !ok {
		t.Fatalf("there is no %s", p)
	}
	return it
}
