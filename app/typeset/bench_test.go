package typeset_test

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"leeward/app/typeset"
)

// paintAll paints every text below an object, as large as it stands. The window's own share is left out: the
// one of tests copies whole pictures, the real one hands them to OpenGL.
func paintAll(o fyne.CanvasObject) {
	switch o := o.(type) {
	case *fyne.Container:
		for _, child := range o.Objects {
			paintAll(child)
		}
	case *container.Scroll:
		paintAll(o.Content)
	case *canvas.Raster:
		o.Generator(int(o.Size().Width), int(o.Size().Height))
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			paintAll(child)
		}
	}
}

// Each round shows other languages, and lays out and paints all of it.
func BenchmarkLanguageSwitch(b *testing.B) {
	for _, n := range []int{1, 20} {
		b.Run(fmt.Sprintf("%d questions", n), func(b *testing.B) {
			test.NewTempApp(b).Settings().SetTheme(typeset.NewTheme(typeset.Light, 1))
			column := container.New(&typeset.Column{Gap: 10})
			pages := make([]*page, n)
			for i := range pages {
				pages[i] = newPage(wordings["en"], wordings["my"], true)
				column.Add(pages[i].content)
			}
			w := test.NewTempWindow(b, container.NewVScroll(column))
			w.Resize(fyne.NewSize(900, 820))
			langs := []string{"ar", "my", "en"}
			for i := 0; b.Loop(); i++ {
				for _, p := range pages {
					p.show(wordings[langs[i%3]], wordings["en"])
				}
				w.Resize(fyne.NewSize(900, float32(820+i%2)))
				paintAll(w.Content())
			}
		})
	}
}

// Each round makes the next question, puts it into the window, lays it out and paints it.
func BenchmarkNextQuestion(b *testing.B) {
	test.NewTempApp(b).Settings().SetTheme(typeset.NewTheme(typeset.Light, 1))
	w := test.NewTempWindow(b, container.NewStack())
	w.Resize(fyne.NewSize(900, 820))
	langs := []string{"ar", "my", "en"}
	for i := 0; b.Loop(); i++ {
		w.SetContent(container.NewVScroll(newPage(wordings[langs[i%3]], wordings["en"], true).content))
		paintAll(w.Content())
	}
}
