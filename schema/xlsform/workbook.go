package xlsform

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// Bounds of a workbook. The largest of 70 real ones unpacks to 12 MB and has 9,000 rows of choices.
const (
	MaxFile     = 64 << 20  // bytes as sent
	maxUnpacked = 256 << 20 // bytes unpacked
	maxParts    = 4096      // files inside
	maxRows     = 100_000   // of one sheet
	maxCell     = 32 << 10  // characters, Excel's own bound
	blankRows   = 60        // so many blank rows in a row end a sheet, as in pyxform
	blankCols   = 20        // so many blank headers in a row end the header, as in pyxform
)

// sheet is one sheet as text. Rows that are blank are left out.
type sheet struct {
	name   string
	header []string
	rows   []row
}

// row is one row; number counts from 1 as the spreadsheet does.
type row struct {
	number int
	cells  []string
}

// refused is the one problem of a file that is no workbook.
type refused Problem

func (r *refused) Error() string { return Problem(*r).String() }

func refuse(code, message, hint string) *refused {
	return &refused{Code: code, Message: message, Hint: hint}
}

// open unpacks a workbook and returns the sheets that XLSForm knows, by their lower-case names, and the
// names of all.
func open(file []byte) (map[string]*sheet, []string, *refused) {
	if err := sniff(file); err != nil {
		return nil, nil, err
	}
	book, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{
		UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked, RawCellValue: true,
	})
	if err != nil {
		return nil, nil, refuse(CodeBroken, "the workbook cannot be read", "open it in a spreadsheet program and save it as .xlsx again")
	}
	defer book.Close()
	out := map[string]*sheet{}
	names := book.GetSheetList()
	for _, name := range names {
		key := strings.ToLower(strings.TrimSpace(name))
		if _, twice := out[key]; twice || !known[key] {
			continue
		}
		s, err := readSheet(book, name)
		if err != nil {
			return nil, nil, err
		}
		s.name = key
		out[key] = s
	}
	return out, names, nil
}

var known = map[string]bool{"survey": true, "choices": true, "settings": true, "external_choices": true, "entities": true, "osm": true}

// sniff tells what a file is before anything is unpacked.
func sniff(file []byte) *refused {
	switch {
	case len(file) > MaxFile:
		return refuse(CodeTooLarge, fmt.Sprintf("the file is larger than %d MB", MaxFile>>20), "delete sheets and pictures that the questionnaire does not need")
	case bytes.HasPrefix(file, []byte("\xd0\xcf\x11\xe0")):
		return refuse(CodeXLS, "this is a workbook of Excel 97 (.xls), or one with a password", "save it as Excel workbook (.xlsx), without a password")
	case !bytes.HasPrefix(file, []byte("PK")):
		if looksLikeText(file) {
			return refuse(CodeCSV, "this is a text file, not a workbook", "put the sheets survey, choices and settings into one Excel workbook (.xlsx)")
		}
		return refuse(CodeBroken, "this is not an Excel workbook", "save it as Excel workbook (.xlsx)")
	}
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return refuse(CodeBroken, "the workbook is damaged: part of the file is missing", "fetch it again from where it came from")
	}
	var size uint64
	csv, book := false, false
	for _, f := range z.File {
		size += f.UncompressedSize64
		low := strings.ToLower(f.Name)
		csv = csv || strings.HasSuffix(low, ".csv")
		book = book || strings.HasSuffix(strings.ReplaceAll(low, "\\", "/"), "xl/workbook.xml")
	}
	switch {
	case size > maxUnpacked || len(z.File) > maxParts:
		return refuse(CodeTooLarge, "the workbook is too large once it is unpacked", "copy survey, choices and settings into a new workbook")
	case !book && csv:
		return refuse(CodeCSV, "this is an archive of CSV files", "put the sheets survey, choices and settings into one Excel workbook (.xlsx)")
	case !book:
		return refuse(CodeBroken, "this is an archive, but not an Excel workbook", "save it as Excel workbook (.xlsx)")
	}
	return nil
}

func looksLikeText(file []byte) bool {
	head := file[:min(len(file), 512)]
	return len(head) > 0 && !bytes.ContainsRune(head, 0)
}

// readSheet reads the cells as they are stored. Only together with what is shown can a number be told
// from a boolean and from a date, so a sheet with numbers is read a second time.
func readSheet(book *excelize.File, name string) (*sheet, *refused) {
	broken := refuse(CodeBroken, fmt.Sprintf("the sheet %s cannot be read", name), "open the workbook in a spreadsheet program and save it again")
	stored, err := lines(book, name, true)
	if errors.Is(err, errTooManyRows) {
		return nil, refuse(CodeTooManyRows, fmt.Sprintf("the sheet %s has more than %d rows", name, maxRows), "")
	}
	if err != nil {
		return nil, broken
	}
	shown := stored
	if slices.ContainsFunc(stored, func(r row) bool { return slices.ContainsFunc(r.cells, numeric) }) {
		if shown, err = lines(book, name, false); err != nil {
			return nil, broken
		}
	}
	out := &sheet{}
	for _, r := range stored {
		display := r.cells
		for len(shown) > 0 && shown[0].number < r.number {
			shown = shown[1:]
		}
		if len(shown) > 0 && shown[0].number == r.number {
			display = shown[0].cells
		}
		cells := texts(r.cells, display, len(out.header))
		switch {
		case len(cells) == 0:
		case out.header == nil:
			out.header = trimHeader(cells)
		default:
			out.rows = append(out.rows, row{r.number, cells})
		}
	}
	return out, nil
}

var errTooManyRows = errors.New("too many rows")

// lines reads the rows of a sheet that hold something, up to a long stretch of blank ones.
func lines(book *excelize.File, name string, raw bool) ([]row, error) {
	rows, err := book.Rows(name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []row
	blanks := 0
	for number := 1; rows.Next() && blanks <= blankRows; number++ {
		cells, err := rows.Columns(excelize.Options{RawCellValue: raw})
		if err != nil {
			return nil, err
		}
		if blanks++; slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
			blanks = 0
			out = append(out, row{number, cells})
		}
		if len(out) > maxRows {
			return nil, errTooManyRows
		}
	}
	return out, rows.Error()
}

// numeric reports whether a cell may be a number, a boolean or a date.
func numeric(s string) bool {
	s = strings.TrimSpace(s)
	return s != "" && strings.Trim(s, "0123456789.-+eE") == "" && strings.ContainsAny(s, "0123456789")
}

// texts makes cells of what is stored and shown, without the blank ones at the end.
func texts(stored, display []string, width int) []string {
	if width > 0 && len(stored) > width {
		stored = stored[:width]
	}
	var out []string
	for i, s := range stored {
		shown := ""
		if i < len(display) {
			shown = display[i]
		}
		if s = cellText(s, shown); s == "" {
			continue
		}
		for len(out) <= i {
			out = append(out, "")
		}
		out[i] = s
	}
	return out
}

// cellText is XLSForm's reading of a cell: TRUE and FALSE, numbers without needless decimals, dates as
// YYYY-MM-DD HH:MM:SS.
func cellText(raw, shown string) string {
	s := strings.TrimSpace(strings.ReplaceAll(raw, "\u00a0", " "))
	if len(s) > maxCell*4 {
		s = s[:maxCell*4]
	}
	if (s == "0" || s == "1") && (shown == "TRUE" || shown == "FALSE") {
		return shown
	}
	if s == "" || !strings.ContainsRune("0123456789-.", rune(s[0])) {
		return strings.ToValidUTF8(s, "")
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) || strings.ContainsAny(s, "xXpP_") {
		return strings.ToValidUTF8(s, "")
	}
	if shown != raw && strings.Count(shown, "-")+strings.Count(shown, "/")+strings.Count(shown, ":") >= 1 && f > 0 && f < 2958466 && !strings.HasPrefix(shown, "-") {
		if t, err := excelize.ExcelDateToTime(f, false); err == nil {
			return t.Round(time.Second).Format("2006-01-02 15:04:05")
		}
	}
	if f == math.Trunc(f) && math.Abs(f) < 1e15 && strings.Contains(s, ".") && shown != s {
		return strconv.FormatInt(int64(f), 10)
	}
	if strings.ContainsAny(s, "eE") || shown != raw && len(s) > 15 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return s
}

// trimHeader ends a header where many blank cells follow one another.
func trimHeader(cells []string) []string {
	blanks := 0
	for i, c := range cells {
		if blanks++; c != "" {
			blanks = 0
		}
		if blanks > blankCols {
			return cells[:i-blankCols]
		}
	}
	return cells
}
