package export

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// book is the tables as a workbook, with the book of codes on sheets of its own. Numbers are numbers; texts are cells
// that no program runs.
func (a *Answers) book() (body []byte, err error) {
	book := excelize.NewFile()
	defer func() {
		if e := book.Close(); err == nil && e != nil {
			err = fmt.Errorf("write workbook: %w", e)
		}
	}()
	first := true
	add := func(name string, lines func(yield func([]any) error) error) error {
		if first {
			first = false
			if err := book.SetSheetName("Sheet1", name); err != nil {
				return err
			}
		} else if _, err := book.NewSheet(name); err != nil {
			return err
		}
		w, err := book.NewStreamWriter(name)
		if err != nil {
			return err
		}
		y := 0
		if err := lines(func(cells []any) error {
			y++
			return w.SetRow("A"+strconv.Itoa(y), cells)
		}); err != nil {
			return err
		}
		return w.Flush()
	}
	for _, s := range a.sheets {
		if err := add(s.name, s.lines); err != nil {
			return nil, fmt.Errorf("write workbook: %w", err)
		}
	}
	if err := errors.Join(add("variables", texts(a.variables())), add("values", texts(a.values()))); err != nil {
		return nil, fmt.Errorf("write workbook: %w", err)
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		return nil, fmt.Errorf("write workbook: %w", err)
	}
	return b.Bytes(), nil
}

// lines are the header and the rows of a table.
func (s *sheet) lines(yield func([]any) error) error {
	if err := yield(anyOf(s.header())); err != nil {
		return err
	}
	for _, r := range s.rows {
		cells := []any{r.person}
		for i, text := range strings.Split(r.cells, ",") {
			cells = append(cells, numberOr(text, s.repeat != "" && i == 0))
		}
		if err := yield(cells); err != nil {
			return err
		}
	}
	return nil
}

// numberOr is a cell as a number where it is one, and nothing where it is empty.
func numberOr(text string, asText bool) any {
	if text == "" {
		return nil
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil && !asText {
		return n
	}
	return text
}

func texts(table [][]string) func(func([]any) error) error {
	return func(yield func([]any) error) error {
		for _, line := range table {
			if err := yield(anyOf(line)); err != nil {
				return err
			}
		}
		return nil
	}
}

func anyOf(line []string) (cells []any) {
	for _, text := range line {
		cells = append(cells, text)
	}
	return cells
}
