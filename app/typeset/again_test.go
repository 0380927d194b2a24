package typeset_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"leeward/app/typeset"
)

// Fyne drops renderers that it has not painted for a minute and makes new ones; what they draw has to stand
// where it stood.
func TestRendererMadeAgainIsLaidOut(t *testing.T) {
	start(t, typeset.Light, 1)
	p := newPage(wordings["ar"], wordings["en"], true)
	entry := typeset.NewEntry()
	entry.SetText("نعم")
	p.content.Add(entry)
	window(t, 500, 600, container.NewPadded(p.content))
	for _, w := range []fyne.Widget{p.title, p.title.First, p.badge, p.choices[1], p.next, entry} {
		before := places(test.WidgetRenderer(w))
		after := places(w.CreateRenderer())
		for i := range before {
			if before[i] != after[i] {
				t.Errorf("%T: object %d stood at %v and stands at %v", w, i, before[i], after[i])
			}
		}
	}
}

// places are the position and the size of each object.
func places(r fyne.WidgetRenderer) (out [][2]float32) {
	for _, o := range r.Objects() {
		out = append(out, [2]float32{o.Position().X, o.Position().Y}, [2]float32{o.Size().Width, o.Size().Height})
	}
	return out
}
