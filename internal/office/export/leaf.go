package export

import (
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"leeward/internal/office/report"
	"leeward/schema/codes"
)

// leafSheet is the one sheet of a workbook with one table.
const leafSheet = "Sheet1"

// WriteLeaf writes a table of a report as a workbook: heading, table, notes. Numbers are numbers, everything else is
// text that no program runs.
func WriteLeaf(w io.Writer, l report.Leaf) (err error) {
	book := excelize.NewFile()
	defer func() {
		if e := book.Close(); err == nil {
			err = e
		}
	}()
	lines := append([][]string{{l.Heading}, {}}, l.Lines...)
	lines = append(lines, nil)
	for _, n := range l.Notes {
		lines = append(lines, []string{n})
	}
	for y, line := range lines {
		for x, text := range line {
			cell, err := excelize.CoordinatesToCellName(x+1, y+1)
			if err != nil {
				return fmt.Errorf("write workbook: %w", err)
			}
			if n, bad := strconv.Atoi(text); bad == nil && x > 0 {
				err = book.SetCellInt(leafSheet, cell, int64(n))
			} else {
				err = book.SetCellStr(leafSheet, cell, text)
			}
			if err != nil {
				return fmt.Errorf("write workbook: %w", err)
			}
		}
	}

	rtl := codes.RTL(l.Lang)
	if err := book.SetSheetView(leafSheet, 0, &excelize.ViewOptions{RightToLeft: &rtl}); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	if err := book.SetColWidth(leafSheet, "A", "A", 36); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	if err := book.Write(w); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}
