package questions_test

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"leeward/app/questions"
	"leeward/app/typeset"
	"leeward/schema"
)

// golden compares what a window shows with testdata/name, as the goldens of typeset do: one pixel in
// ten thousand may differ. The image that failed is kept for a look.
func golden(t *testing.T, name string, w fyne.Window) {
	t.Helper()
	got := w.Canvas().Capture()
	if f, err := os.Open(filepath.Join("testdata", name)); err == nil {
		defer f.Close()
		if want, err := png.Decode(f); err == nil && alike(got, want) {
			return
		}
	}
	failed := filepath.Join("testdata", "failed", name)
	if err := os.MkdirAll(filepath.Dir(failed), 0o755); err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(failed)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	if err := png.Encode(out, got); err != nil {
		t.Fatal(err)
	}
	t.Errorf("window differs from testdata/%s; look at %s", name, failed)
}

func alike(a, b image.Image) bool {
	if a.Bounds() != b.Bounds() {
		return false
	}
	differ := 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			p, q := color.GrayModel.Convert(a.At(x, y)).(color.Gray), color.GrayModel.Convert(b.At(x, y)).(color.Gray)
			if max(p.Y, q.Y)-min(p.Y, q.Y) > 16 {
				differ++
			}
		}
	}
	return differ*10000 <= a.Bounds().Dx()*a.Bounds().Dy()
}

// every kind with an answer, one under the other.
func everyKind(t *testing.T, interview schema.Lang, program string) (all fyne.CanvasObject, first *questions.Block) {
	t.Helper()
	column := container.New(&typeset.Column{Gap: 24})
	for _, c := range []struct {
		item    schema.Item
		answer  schema.Answer
		choices []string
	}{
		{schema.Item{Kind: schema.SelectMultiple}, schema.Answer{Value: "doctor"}, []string{"food", "doctor"}},
		{schema.Item{Kind: schema.TextKind, Appearance: "multiline"}, schema.Answer{Value: map[schema.Lang]string{
			"en": "Three months in one house.", "ar": "ثلاثة أشهر في بيت واحد.", "my": "အိမ်တစ်အိမ်တွင် သုံးလ",
		}[interview]}, nil},
		{schema.Item{Kind: schema.Date}, schema.Answer{Value: "2024-02-29"}, nil},
		{schema.Item{Kind: schema.Integer}, schema.Answer{Missing: schema.DoesNotKnow}, nil},
		{schema.Item{Kind: schema.Acknowledge}, schema.Answer{Value: "OK"}, nil},
	} {
		q := question(t, c.item, interview, c.choices...)
		q.Words, q.Screener = words(t, program), schema.Lang(program)
		q.Node.Answer = c.answer
		b := questions.NewBlock(q, func(schema.Answer) {})
		if first == nil {
			first = b
		}
		column.Add(b.Object())
	}
	return container.NewPadded(column), first
}

func TestGoldens(t *testing.T) {
	for name, c := range map[string]struct {
		interview     schema.Lang
		program       string
		mode          typeset.Mode
		scale         float32
		width, height float32
	}{
		"en-wide":       {"en", "en", typeset.Light, 1, 860, 880},
		"ar-by-en-wide": {"ar", "en", typeset.Light, 1, 860, 880},
		"en-by-ar-dark": {"en", "ar", typeset.Dark, 1, 860, 980},
		"my-by-my":      {"my", "my", typeset.Light, 1, 860, 1080},
		"my-by-en-slim": {"my", "en", typeset.Light, 1, 360, 1280},
		"ar-by-ar-slim": {"ar", "ar", typeset.Light, 1, 360, 1240},
		"en-large":      {"en", "en", typeset.Light, 2, 700, 1700},
	} {
		t.Run(name, func(t *testing.T) {
			test.NewTempApp(t).Settings().SetTheme(typeset.NewTheme(c.mode, c.scale))
			content, first := everyKind(t, c.interview, c.program)
			back := canvas.NewRectangle(theme.Color(theme.ColorNameBackground))
			w := test.NewTempWindow(t, container.NewStack(back, content))
			w.SetPadded(false)
			w.Resize(fyne.NewSize(c.width, c.height+1))
			w.Resize(fyne.NewSize(c.width, c.height))
			first.Focus(w.Canvas())
			golden(t, name+".png", w)
		})
	}
}
