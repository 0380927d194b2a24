package paper

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"testing"
	"time"
)

func invented(lang string, rows int) Table {
	word := map[string]string{"en": "women", "ar": "نساء"}[lang]
	t := Table{
		Lang: lang, Heading: "T3 " + word, Notes: []string{word + ": 1 " + word}, Made: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		Lines: [][]string{{"", word, word + " 2", "3"}},
	}
	for i := range rows {
		t.Lines = append(t.Lines, []string{fmt.Sprint(word, " ", i), "12", "x", "-"})
	}
	return t
}

// inked counts dark dots.
func inked(page *image.Gray, in image.Rectangle) (n int) {
	for y := in.Min.Y; y < in.Max.Y; y++ {
		for x := in.Min.X; x < in.Max.X; x++ {
			if page.GrayAt(x, y).Y < 0x80 {
				n++
			}
		}
	}
	return n
}

// TestTableOnPaper: a long table takes pages, each with the heading; the first column stands where the language begins.
func TestTableOnPaper(t *testing.T) {
	pages := invented("en", 60).pages()
	if len(pages) < 2 {
		t.Fatalf("60 rows stand on %d page", len(pages))
	}
	top := image.Rect(margin, margin, pageWidth-margin, margin+60)
	for i, p := range pages {
		if inked(p, top) == 0 {
			t.Errorf("page %d has no heading", i+1)
		}
		if inked(p, image.Rect(0, pageHeight-margin, pageWidth, pageHeight)) > 0 {
			t.Errorf("page %d runs into its margin", i+1)
		}
	}
	left, right := image.Rect(margin, 300, pageWidth/2, 600), image.Rect(pageWidth/2, 300, pageWidth-margin, 600)
	english, arabic := pages[0], invented("ar", 20).pages()[0]
	if inked(english, left) <= inked(english, right) || inked(arabic, left) >= inked(arabic, right) {
		t.Error("the names of the rows do not stand where the language begins")
	}
	if dir := os.Getenv("LEEWARD_PICTURES"); dir != "" {
		var b bytes.Buffer
		if err := png.Encode(&b, arabic); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(dir+"/paper-table-ar.png", b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTableIsAFile(t *testing.T) {
	var a, b bytes.Buffer
	if err := invented("en", 3).PDF(&a); err != nil {
		t.Fatal(err)
	}
	if err := invented("en", 3).PDF(&b); err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(a.Bytes(), []byte("%PDF-")) || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("not a PDF, or another one each time")
	}
}
