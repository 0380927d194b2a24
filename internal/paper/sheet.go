package paper

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"log/slog"
	"math"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"leeward/internal/shaping"
)

// A page of A4 at 200 dots an inch: sharp enough for the marks of Burmese at eleven points.
const (
	dpi        = 200
	pageWidth  = 1654
	pageHeight = 2339
	margin     = 157 // 20 mm
	smallest   = 0.6 // of the intended size; below that nobody reads it
)

// ErrTooMuch says that a sheet does not fit on one page.
var ErrTooMuch = errors.New("too much for one page")

// block is one paragraph: in the reader's language large, and the same in a second language small below.
type block struct {
	text, lang  string
	points      float32
	bold        bool
	space       float32 // above, in points
	second      string
	secondLang  string
	secondScale float32
	rule        bool // a line above
}

// Sheet is one page of paper. It holds what may stand on it, and nothing else of an interview.
type Sheet struct {
	blocks  []block
	made    time.Time
	drafted bool // it has words that a machine translated and nobody reviewed
}

func (s *Sheet) add(b block) { s.blocks = append(s.blocks, b) }

// String and its like keep what stands on paper out of logs.
func (s Sheet) String() string { return "[sheet]" }

// Format implements fmt.Formatter as String does.
func (s Sheet) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue implements slog.LogValuer as String does.
func (s Sheet) LogValue() slog.Value { return slog.StringValue(s.String()) }

// PDF draws the sheet on one page of A4, smaller where it has to be, and streams it; [ErrTooMuch] when even
// that does not help.
func (s *Sheet) PDF(w io.Writer) error {
	page, err := s.Page()
	if err != nil {
		return err
	}
	var drawn bytes.Buffer
	fast := png.Encoder{CompressionLevel: png.BestSpeed} // it is printed, not sent
	if err := fast.Encode(&drawn, page); err != nil {
		return fmt.Errorf("draw the page: %w", err)
	}
	day := s.made.UTC().Truncate(24 * time.Hour) // paper tells the day, and nothing closer
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCreationDate(day)
	pdf.SetModificationDate(day)
	pdf.SetProducer("", false)
	pdf.AddPage()
	options := fpdf.ImageOptions{ImageType: "PNG"}
	pdf.RegisterImageOptionsReader("page", options, &drawn)
	pdf.ImageOptions("page", 0, 0, 210, 297, false, options, 0, "")
	if err := pdf.Output(w); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return nil
}

// Page draws the sheet in the largest size at which all of it fits: what [Sheet.PDF] writes, to be looked at.
func (s *Sheet) Page() (*image.Gray, error) {
	for size := float32(1); size >= smallest; size -= 0.05 {
		if page, fits := s.draw(size); fits {
			return page, nil
		}
	}
	return nil, ErrTooMuch
}

func (s *Sheet) draw(size float32) (*image.Gray, bool) {
	page := image.NewGray(image.Rect(0, 0, pageWidth, pageHeight))
	draw.Draw(page, page.Bounds(), image.White, image.Point{}, draw.Src)
	y := margin
	for _, b := range s.blocks {
		y += pixels(b.space * size)
		if b.rule {
			draw.Draw(page, image.Rect(margin, y, pageWidth-margin, y+2), image.NewUniform(color.Gray{0x80}), image.Point{}, draw.Src)
			y += pixels(6 * size)
		}
		y = put(page, y, b.text, b.lang, b.points*size, b.bold, color.Gray{0})
		if b.second != "" {
			y = put(page, y, b.second, b.secondLang, b.points*size*b.secondScale, false, color.Gray{0x50})
		}
		if y > pageHeight-margin {
			return nil, false
		}
	}
	return page, true
}

// put draws a text below y and returns where the next begins.
func put(page *image.Gray, y int, text, lang string, points float32, bold bool, c color.Color) int {
	width := pageWidth - 2*margin
	l := shaping.Lay(text, shaping.Style{Lang: lang, Bold: bold, Size: points * dpi / 72, Width: width})
	l.Paint(page, image.Rect(margin, y, margin+width, y+l.Height), 1, c)
	return y + l.Height
}

func pixels(points float32) int { return int(math.Round(float64(points) * dpi / 72)) }
