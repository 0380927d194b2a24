package screens

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2/canvas"

	"leeward/app/typeset"
)

// looks are how every screen is looked at: both directions, small and large letters, desktop and phone, so that each goes
// with each.
var looks = []look{{900, 640, "en", 1}, {390, 780, "ar", 1}, {390, 780, "en", 2}, {900, 640, "ar", 2}}

// Every screen as it looks, one sheet a screen: testdata/gallery. A sheet that is not as it was is written to
// testdata/failed/gallery; look at it before it takes the place of the old one.
func TestGallery(t *testing.T) {
	alone(t)
	sheets := make(map[string][]image.Image)
	for _, l := range looks {
		exhibit(t, l, func(at *sitting, screen string) {
			at.canBeCovered(screen)
			at.speaksOneLanguage(screen)
			at.still()
			sheets[screen] = append(sheets[screen], at.picture())
		})
	}
	for _, screen := range slices.Sorted(maps.Keys(sheets)) {
		if n := len(sheets[screen]); n != len(looks) {
			t.Errorf("%s was shown %d times, want once a look", screen, n)
			continue
		}
		hangs(t, screen, sheet(sheets[screen]))
	}
	hung, err := filepath.Glob("testdata/gallery/*.png")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range hung {
		if screen := strings.TrimSuffix(filepath.Base(file), ".png"); sheets[screen] == nil {
			t.Errorf("no screen is called %q any more", screen)
		}
	}
	for _, screen := range constructors(t) {
		if sheets[screen] == nil {
			t.Errorf("nobody looks at the screen that %s makes", screen)
		}
	}
}

// canBeCovered reports a screen of an open device that a finger cannot cover, wherever the page stands.
func (at *sitting) canBeCovered(screen string) {
	at.t.Helper()
	if !at.s.open || at.s.now.bare {
		return
	}
	for _, x := range at.everything() {
		if b, ok := x.object.(*typeset.Button); ok && x.scroll == nil && b.Text() == at.say("interview.cover.button") {
			return
		}
	}
	at.t.Errorf("no finger can cover %s; there is %q", screen, at.texts())
}

// speaksOneLanguage reports English words of the program on a screen in another language.
func (at *sitting) speaksOneLanguage(screen string) {
	at.t.Helper()
	lang := at.s.words.Lang()
	if lang == "en" {
		return
	}
	said, other := programWords(at.t, "en"), programWords(at.t, lang)
	english := make(map[string]bool)
	for key, text := range said {
		english[text] = other[key] != text
	}
	for _, text := range at.texts() {
		if english[text] {
			at.t.Errorf("%s says %q in %s", screen, text, lang)
		}
	}
}

// programWords are the words of the program in a language that nothing is put into, by key.
func programWords(t testing.TB, lang string) map[string]string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "translations", lang+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(content, &all); err != nil {
		t.Fatal(err)
	}
	words := make(map[string]string)
	for key, v := range all {
		if text, ok := v.(string); ok && !strings.Contains(text, "{{") {
			words[key] = text
		}
	}
	return words
}

// constructors are the functions of the package that make a screen.
func constructors(t *testing.T) (names []string) {
	t.Helper()
	all, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range all {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Type.Results == nil || len(f.Type.Results.List) != 1 {
				continue
			}
			if made, ok := f.Type.Results.List[0].Type.(*ast.Ident); !ok || made.Name != "view" || slices.Contains(frames, f.Name.Name) {
				continue
			}
			names = append(names, f.Name.Name)
		}
	}
	return names
}

// frames make a view out of what another function puts into them, or hand one on.
var frames = []string{"ask", "form", "confirmed", "here"}

var (
	drawnWords = regexp.MustCompile(`^([a-z-]+ ){5}[a-z-]+$`)
	folder     = regexp.MustCompile(`/.*/stick`)
	version    = regexp.MustCompile(` (v|go)\d[^ ]*$`)
	anyDay     = regexp.MustCompile(`20\d\d-\d\d-\d\d`)
)

// still puts fixed words in the place of what is different every time: the code of a talk, words that were drawn, days,
// and versions of what the program is made of.
func (at *sitting) still() {
	code := "none"
	if talk := at.s.talking; talk != nil {
		code = string(talk.session.Code())
	}
	for _, x := range at.everything() {
		if paper, ok := x.object.(*canvas.Image); ok && paper.Image != nil { // a page has its own pictures in internal/paper
			paper.Image = image.NewPaletted(paper.Image.Bounds(), color.Palette{color.White})
			paper.Refresh()
		}
		l, ok := x.object.(*typeset.Label)
		if !ok {
			continue
		}
		text := strings.ReplaceAll(anyDay.ReplaceAllString(l.Text(), "2026-11-22"), code, "7K2F-QX9B")
		text = version.ReplaceAllString(folder.ReplaceAllString(text, "/media/letters"), " v1.2.3")
		if drawnWords.MatchString(text) {
			text = passphrase
		}
		if text != l.Text() {
			l.Set(text, l.Lang())
		}
	}
}

// scrollBar is how wide the strip is in which a scroll bar stands: how long a page is below is not how it looks.
const scrollBar = 7

// sheet stands pictures beside each other, in few enough colours to keep: every one of the theme, and steps between the
// letters and what they stand on.
func sheet(pictures []image.Image) *image.Paletted {
	const gap = 8
	size := image.Point{X: -gap}
	for _, p := range pictures {
		size.X += p.Bounds().Dx() + gap
		size.Y = max(size.Y, p.Bounds().Dy())
	}
	whole := image.NewPaletted(image.Rectangle{Max: size}, few)
	nearest := make(map[uint32]uint8)
	left := 0
	for _, p := range pictures {
		rgba := image.NewRGBA(p.Bounds())
		draw.Draw(rgba, rgba.Rect, p, p.Bounds().Min, draw.Src)
		draw.Draw(rgba, image.Rect(rgba.Rect.Dx()-scrollBar, 0, rgba.Rect.Dx(), rgba.Rect.Dy()), image.White, image.Point{}, draw.Src)
		for y := range rgba.Rect.Dy() {
			row := rgba.Pix[y*rgba.Stride:]
			var last uint32 // the same colour as beside it, mostly
			var i uint8
			for x := range rgba.Rect.Dx() {
				if c := binary.BigEndian.Uint32(row[4*x:]); c != last {
					known := false
					if i, known = nearest[c]; !known {
						i = uint8(few.Index(rgba.RGBAAt(x, y)))
						nearest[c] = i
					}
					last = c
				}
				whole.Pix[whole.PixOffset(left+x, y)] = i
			}
		}
		left += rgba.Rect.Dx() + gap
	}
	return whole
}

var few = func() (p color.Palette) {
	steps := func(from, to color.NRGBA, n int) {
		for i := range n + 1 {
			mix := func(a, b uint8) uint8 { return uint8((int(a)*(n-i) + int(b)*i) / n) }
			p = append(p, color.NRGBA{R: mix(from.R, to.R), G: mix(from.G, to.G), B: mix(from.B, to.B), A: 0xff})
		}
	}
	rgb := func(r, g, b uint8) color.NRGBA { return color.NRGBA{R: r, G: g, B: b, A: 0xff} }
	white := rgb(0xff, 0xff, 0xff)
	steps(white, rgb(0x1b, 0x26, 0x2c), 8)
	for _, strong := range []color.NRGBA{rgb(0x1c, 0x52, 0x65), rgb(0x9b, 0x1c, 0x1c), rgb(0x7a, 0x4b, 0), rgb(0x1e, 0x5e, 0x37)} {
		steps(white, strong, 4)
	}
	return append(p, rgb(0xf6, 0xf4, 0xef), rgb(0xec, 0xeb, 0xe5), rgb(0xdf, 0xed, 0xf1), rgb(0xe3, 0xe7, 0xe5), rgb(0xb3, 0x47, 0x0b))
}()

// hangs compares a sheet with the one that was looked at.
func hangs(t *testing.T, screen string, now *image.Paletted) {
	t.Helper()
	name := filepath.Join("testdata", "gallery", screen+".png")
	if file, err := os.Open(name); err == nil {
		defer file.Close()
		was, err := png.Decode(file)
		if err != nil {
			t.Fatal(err)
		}
		if p, ok := was.(*image.Paletted); ok && p.Rect == now.Rect && bytes.Equal(p.Pix, now.Pix) {
			return
		}
	}
	failed := filepath.Join("testdata", "failed", "gallery", screen+".png")
	if err := os.MkdirAll(filepath.Dir(failed), 0o755); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, now); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(failed, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Errorf("the screen %s is not as it was: look at %s", screen, failed)
}
