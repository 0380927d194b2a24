package paper

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"leeward/internal/shaping"
	"leeward/schema/codes"
)

// Table is a table of counts on paper, with its heading on every page and its notes after the last line. It names
// nobody.
type Table struct {
	Lang    string // BCP 47, of all words
	Heading string
	Lines   [][]string // the first holds the names of the columns; all are equally long
	Notes   []string
	Even    bool      // all columns are equally wide; else the first is twice as wide as the others
	Made    time.Time // the day stands in the file
}

const (
	tablePoints = 9.5
	cellSpace   = 12 // dots around a cell
)

// tablePage is a page that is being drawn.
type tablePage struct {
	*image.Gray
	y int
}

// PDF draws the table on as many pages of A4 as it needs and streams them.
func (t Table) PDF(w io.Writer) error {
	day := t.Made.UTC().Truncate(24 * time.Hour)
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCreationDate(day)
	pdf.SetModificationDate(day)
	pdf.SetProducer("", false)
	for i, page := range t.pages() {
		var drawn bytes.Buffer
		fast := png.Encoder{CompressionLevel: png.BestSpeed}
		if err := fast.Encode(&drawn, page); err != nil {
			return fmt.Errorf("draw page %d: %w", i+1, err)
		}
		pdf.AddPage()
		name, options := fmt.Sprint("page", i), fpdf.ImageOptions{ImageType: "PNG"}
		pdf.RegisterImageOptionsReader(name, options, &drawn)
		pdf.ImageOptions(name, 0, 0, 210, 297, false, options, 0, "")
	}
	if err := pdf.Output(w); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

func (t Table) pages() (all []*image.Gray) {
	page := t.fresh()
	turn := func(height int) {
		if page.y+height > pageHeight-margin {
			all = append(all, page.Gray)
			page = t.fresh()
		}
	}
	for i, line := range t.Lines {
		if i == 0 {
			continue // stands on every page
		}
		turn(t.row(nil, 0, line, false))
		page.y = t.row(page.Gray, page.y, line, false)
	}
	page.y += 2 * cellSpace
	for _, n := range t.Notes {
		l := t.lay(n, pageWidth-2*margin, false)
		turn(l.Height)
		l.Paint(page, image.Rect(margin, page.y, pageWidth-margin, page.y+l.Height), 1, color.Gray{0x30})
		page.y += l.Height + cellSpace
	}
	return append(all, page.Gray)
}

// fresh begins a page with the heading and the names of the columns.
func (t Table) fresh() *tablePage {
	p := &tablePage{Gray: image.NewGray(image.Rect(0, 0, pageWidth, pageHeight))}
	draw.Draw(p, p.Bounds(), image.White, image.Point{}, draw.Src)
	p.y = put(p.Gray, margin, t.Heading, t.Lang, 15, true, color.Gray{0}) + 2*cellSpace
	if len(t.Lines) > 0 {
		p.y = t.row(p.Gray, p.y, t.Lines[0], true)
	}
	return p
}

func (t Table) lay(text string, width int, bold bool) *shaping.Layout {
	return shaping.Lay(text, shaping.Style{Lang: t.Lang, Bold: bold, Size: tablePoints * dpi / 72, Width: width})
}

// row draws a line of the table below y and returns where the next begins; without a page it only measures. The first
// column stands at the side on which the language begins.
func (t Table) row(page *image.Gray, y int, line []string, bold bool) int {
	first := 2 // units that the first column is wide
	if t.Even {
		first = 1
	}
	unit := (pageWidth - 2*margin) / (len(line) + first - 1)
	cells, height := make([]*shaping.Layout, len(line)), 0
	for i, text := range line {
		width := unit
		if i == 0 {
			width = first * unit
		}
		cells[i] = t.lay(text, width-cellSpace, bold || i == 0)
		height = max(height, cells[i].Height)
	}
	end := y + height + cellSpace
	if page == nil {
		return end
	}
	for i, c := range cells {
		from, to := 0, first*unit
		if i > 0 {
			from, to = (i+first-1)*unit, (i+first)*unit
		}
		if codes.RTL(t.Lang) {
			all := (len(line) + first - 1) * unit
			from, to = all-to, all-from
		}
		c.Paint(page, image.Rect(margin+from, y, margin+to-cellSpace, y+c.Height), 1, color.Gray{0})
	}
	rule := image.Rect(margin, end-cellSpace/2, pageWidth-margin, end-cellSpace/2+1)
	draw.Draw(page, rule, image.NewUniform(color.Gray{0xa0}), image.Point{}, draw.Src)
	return end
}
