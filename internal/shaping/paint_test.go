package shaping

import (
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

// page paints a text twice: regular at 20 px, and bold at 16 px in a narrower box.
func page(text, lang string) *image.RGBA {
	regular := Lay(text, Style{Lang: lang, Size: 20, Width: 600})
	bold := Lay(text, Style{Lang: lang, Size: 16, Width: 300, Bold: true})
	img := image.NewRGBA(image.Rect(0, 0, 640, regular.Height+bold.Height+50))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	regular.Paint(img, image.Rect(20, 20, 620, 20), 1, color.Black)
	bold.Paint(img, image.Rect(20, 30+regular.Height, 320, 30+regular.Height), 1, color.Black)
	return img
}

func TestPaintGoldens(t *testing.T) {
	for _, s := range sentences {
		t.Run(s.lang, func(t *testing.T) { golden(t, s.lang+".png", page(s.text, s.lang)) })
	}
	t.Run("mixed", func(t *testing.T) {
		golden(t, "mixed.png", page("He said: عمرك 25 سنة, ကျွန်ုပ်, Ж, 中文, ไทย. → ①", "en"))
	})
}

// golden compares an image with testdata/name. Other processors round curves differently, so single
// pixels may differ a little; more than one in ten thousand may not. The image that failed is kept.
func golden(t *testing.T, name string, got *image.RGBA) {
	t.Helper()
	want := image.NewRGBA(got.Bounds())
	if f, err := os.Open(filepath.Join("testdata", name)); err == nil {
		defer f.Close()
		if img, err := png.Decode(f); err == nil && img.Bounds() == got.Bounds() {
			draw.Draw(want, want.Bounds(), img, image.Point{}, draw.Src)
		}
	}
	differ := 0
	for i := range got.Pix {
		if d := int(got.Pix[i]) - int(want.Pix[i]); d > 16 || d < -16 {
			differ++
		}
	}
	if differ*10000 <= len(got.Pix) {
		return
	}
	failed := filepath.Join("testdata", "failed", name)
	if err := os.MkdirAll(filepath.Dir(failed), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(failed)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, got); err != nil {
		t.Fatal(err)
	}
	t.Errorf("%d of %d values differ from testdata/%s; look at %s", differ, len(got.Pix), name, failed)
}

// ink returns the bounds of everything painted.
func ink(img *image.RGBA) image.Rectangle {
	var r image.Rectangle
	for y := img.Rect.Min.Y; y < img.Rect.Max.Y; y++ {
		for x := img.Rect.Min.X; x < img.Rect.Max.X; x++ {
			if _, _, _, a := img.At(x, y).RGBA(); a > 0 {
				r = r.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return r
}

func TestInkStaysWithinTheOverhang(t *testing.T) {
	for _, s := range append(sentences[:len(sentences):len(sentences)], struct{ lang, text string }{"my", "ဩဪ္ဋ္ဌုံ့ ဤြွှေ့ါ်"}) {
		for _, bold := range []bool{false, true} {
			l := Lay(s.text, Style{Lang: s.lang, Size: 40, Width: 300, Bold: bold})
			over := Overhang(40)
			img := image.NewRGBA(image.Rect(-2*over, -2*over, 300+2*over, l.Height+2*over))
			l.Paint(img, image.Rect(0, 0, 300, l.Height), 1, color.Black)
			if got, allowed := ink(img), image.Rect(0, 0, 300, l.Height).Inset(-over); !got.In(allowed) {
				t.Errorf("%s: ink in %v, want within %v", s.lang, got, allowed)
			}
		}
	}
}

func TestAlignment(t *testing.T) {
	for _, c := range []struct {
		lang   string
		align  Align
		lo, hi int // where the middle of the ink must be
	}{
		{"en", Start, 0, 60},
		{"en", Center, 140, 160},
		{"en", End, 240, 300},
		{"ar", Start, 240, 300},
		{"ar", Center, 140, 160},
		{"ar", End, 0, 60},
	} {
		text := "Yes"
		if c.lang == "ar" {
			text = "نعم"
		}
		img := image.NewRGBA(image.Rect(0, 0, 300, 60))
		Lay(text, Style{Lang: c.lang, Size: 20, Align: c.align}).Paint(img, img.Bounds(), 1, color.Black)
		r := ink(img)
		if middle := (r.Min.X + r.Max.X) / 2; middle < c.lo || middle > c.hi {
			t.Errorf("%s, alignment %d: middle of the ink at %d, want %d to %d", c.lang, c.align, middle, c.lo, c.hi)
		}
	}
}

// A layout is measured once and painted at any scale: twice the scale, twice the ink.
func TestScale(t *testing.T) {
	l := Lay("Leeward", Style{Lang: "en", Size: 20})
	bounds := func(scale float32) image.Rectangle {
		img := image.NewRGBA(image.Rect(-50, -50, 400, 200))
		l.Paint(img, image.Rect(0, 0, 350, 150), scale, color.Black)
		return ink(img)
	}
	one, two := bounds(1), bounds(2)
	if d := two.Dx() - 2*one.Dx(); d < -4 || d > 4 {
		t.Errorf("ink is %d px wide at scale 1, %d at scale 2", one.Dx(), two.Dx())
	}
	if d := two.Max.Y - 2*one.Max.Y; d < -4 || d > 4 {
		t.Errorf("ink ends at %d px at scale 1, at %d at scale 2", one.Max.Y, two.Max.Y)
	}
}

func BenchmarkPaint(b *testing.B) {
	l := Lay(sentences[4].text, Style{Lang: "ar", Size: 16, Width: 400})
	img := image.NewRGBA(image.Rect(0, 0, 400, l.Height))
	for b.Loop() {
		l.Paint(img, img.Bounds(), 1, color.Black)
	}
}
