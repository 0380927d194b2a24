package typeset

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// wideEm is the width, in letter sizes, from which two languages stand side by side.
const wideEm = 36

// Pair shows one thing in two languages: First, the interview's, large; Second, the screener's, smaller,
// beside it where there is room and under it where there is not. First stands on the side on which its
// language begins to read; side by side, the first lines share a baseline. An empty Second, or one that
// says the same, takes no room.
type Pair struct {
	widget.BaseWidget
	First, Second *Label
}

// NewPair makes a pair of two labels. Their steps and weights are the caller's.
func NewPair(first, second *Label) *Pair {
	p := &Pair{First: first, Second: second}
	p.ExtendBaseWidget(p)
	return p
}

// Set replaces both texts with their languages.
func (p *Pair) Set(first, firstLang, second, secondLang string) {
	p.First.Set(first, firstLang)
	p.Second.Set(second, secondLang)
	p.Refresh()
}

// Wide reports whether a width, in Fyne's units, has room for two languages side by side at the present
// text size.
func Wide(width float32) bool { return width >= wideEm*bodySize() }

func bodySize() float32 { return fyne.CurrentApp().Settings().Theme().Size(Body) }

func (p *Pair) single() bool { return p.Second.Text() == "" || p.Second.Text() == p.First.Text() }

// AccessibilityLabel is what a screen reader says.
func (p *Pair) AccessibilityLabel() string {
	if p.single() {
		return p.First.Text()
	}
	return p.First.Text() + " / " + p.Second.Text()
}

// AccessibilityRole says that this is text.
func (p *Pair) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer is Fyne's.
func (p *Pair) CreateRenderer() fyne.WidgetRenderer {
	p.ExtendBaseWidget(p)
	return again(&pairRenderer{pair: p}, p)
}

type pairRenderer struct {
	pair   *Pair
	height float32 // at the present width
}

const pairGap, stackGap = 24, 2

// Layout places both labels and remembers the height that they need together.
func (r *pairRenderer) Layout(size fyne.Size) {
	first, second := r.pair.First, r.pair.Second
	second.Hidden = r.pair.single()
	switch {
	case second.Hidden:
		fit(first, size.Width)
		first.Move(fyne.Position{})
		r.height = first.Size().Height
	case Wide(size.Width):
		r.beside(size.Width)
	default:
		fit(first, size.Width)
		fit(second, size.Width)
		first.Move(fyne.Position{})
		second.Move(fyne.NewPos(0, first.Size().Height+stackGap))
		r.height = first.Size().Height + stackGap + second.Size().Height
	}
}

// beside gives three fifths to the first language.
func (r *pairRenderer) beside(width float32) {
	first, second := r.pair.First, r.pair.Second
	large := (width - pairGap) * 3 / 5
	fit(first, large)
	fit(second, width-pairGap-large)
	drop := first.Baseline() - second.Baseline()
	x1, x2 := float32(0), large+pairGap
	if first.RTL() {
		x1, x2 = width-large, 0
	}
	first.Move(fyne.NewPos(x1, max(0, -drop)))
	second.Move(fyne.NewPos(x2, max(0, drop)))
	r.height = max(first.Position().Y+first.Size().Height, second.Position().Y+second.Size().Height)
}

func (r *pairRenderer) MinSize() fyne.Size {
	width := r.pair.BaseWidget.Size().Width
	if width < 1 {
		width = unknownWidth
	}
	r.Layout(fyne.NewSize(width, 0))
	return fyne.NewSize(max(r.pair.First.MinSize().Width, r.pair.Second.MinSize().Width), r.height)
}

func (r *pairRenderer) Refresh() {
	r.Layout(r.pair.BaseWidget.Size())
	r.pair.First.Refresh()
	r.pair.Second.Refresh()
}

func (r *pairRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.pair.First, r.pair.Second}
}
func (r *pairRenderer) Destroy() {}
