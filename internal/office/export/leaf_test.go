package export

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"

	"leeward/internal/office/report"
)

// TestLeafIsAWorkbookThatRunsNothing: numbers are numbers, all else is text, from right to left where it is read so.
func TestLeafIsAWorkbookThatRunsNothing(t *testing.T) {
	var b bytes.Buffer
	l := report.Leaf{
		Lang: "ar", Heading: "=1+1", Lines: [][]string{{"", "2024"}, {"@SUM(A1)", "12"}, {"-", "x"}}, Notes: []string{"+cmd|' /C calc'!A0"},
	}
	if err := WriteLeaf(&b, l); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for cell, want := range map[string]string{"A1": "=1+1", "A4": "@SUM(A1)", "B4": "12", "B5": "x", "A7": "+cmd|' /C calc'!A0"} {
		got, err1 := book.GetCellValue(leafSheet, cell)
		formula, err2 := book.GetCellFormula(leafSheet, cell)
		if got != want || formula != "" || err1 != nil || err2 != nil {
			t.Errorf("%s: got %q with formula %q (%v %v), want %q", cell, got, formula, err1, err2, want)
		}
	}
	if kind, err := book.GetCellType(leafSheet, "B4"); err != nil || kind == excelize.CellTypeSharedString || kind == excelize.CellTypeInlineString {
		t.Errorf("a count is of type %v (%v), want a number", kind, err)
	}
	if view, err := book.GetSheetView(leafSheet, 0); err != nil || view.RightToLeft == nil || !*view.RightToLeft {
		t.Errorf("the sheet of a language read from right to left: %v", err)
	}
}
