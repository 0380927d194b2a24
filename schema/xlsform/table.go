package xlsform

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
)

// WriteTable makes a workbook with one sheet: a heading of columns and rows by column. Every cell is a text,
// whatever it begins with.
func WriteTable(name string, columns []string, rows []map[string]string, widths map[string]float64) ([]byte, error) {
	book := excelize.NewFile()
	defer book.Close()
	if err := book.SetSheetName("Sheet1", name); err != nil {
		return nil, fmt.Errorf("write table: %w", err)
	}
	wrap, err := book.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return nil, fmt.Errorf("write table: %w", err)
	}
	s, err := book.NewStreamWriter(name)
	if err != nil {
		return nil, fmt.Errorf("write table: %w", err)
	}
	for i, c := range columns {
		if w := widths[c]; w > 0 {
			if err := s.SetColWidth(i+1, i+1, w); err != nil {
				return nil, fmt.Errorf("write table: %w", err)
			}
		}
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, fmt.Errorf("write table: %w", err)
	}
	line := make([]any, len(columns))
	for i, c := range columns {
		line[i] = c
	}
	for n := range len(rows) + 1 {
		if n > 0 {
			for i, c := range columns {
				line[i] = excelize.Cell{StyleID: wrap, Value: rows[n-1][c]}
			}
		}
		if err := s.SetRow(fmt.Sprintf("A%d", n+1), line); err != nil {
			return nil, fmt.Errorf("write table: %w", err)
		}
	}
	if err := s.Flush(); err != nil {
		return nil, fmt.Errorf("write table: %w", err)
	}
	b, err := book.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("write table: %w", err)
	}
	return b.Bytes(), nil
}

// ReadTable reads the first sheet of a workbook by the columns of its first row. It is bounded as [Read] is.
func ReadTable(file []byte) ([]map[string]string, error) {
	if err := sniff(file); err != nil {
		return nil, err
	}
	book, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked, RawCellValue: true})
	if err != nil {
		return nil, refuse(CodeBroken, "the workbook cannot be read", "open it in a spreadsheet program and save it as .xlsx again")
	}
	defer book.Close()
	found, err := lines(book, book.GetSheetName(0), true)
	if err != nil {
		return nil, fmt.Errorf("read table: %w", err)
	}
	if len(found) == 0 {
		return nil, nil
	}
	header := found[0].cells
	var out []map[string]string
	for _, r := range found[1:] {
		one := map[string]string{}
		for i, cell := range r.cells {
			if i < len(header) {
				one[strings.TrimSpace(header[i])] = cell
			}
		}
		out = append(out, one)
	}
	return out, nil
}
