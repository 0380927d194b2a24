package typeset

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// mark is the ring of a radio row or the box of a check row. What is chosen differs in shape, not only in
// colour: a dot in the ring, a tick in the box.
type mark struct {
	round bool
	on    bool
	frame *canvas.Rectangle
	dot   *canvas.Circle
	tick  [2]*canvas.Line
}

func newMark(round bool) *mark {
	m := &mark{round: round, frame: canvas.NewRectangle(nil), dot: canvas.NewCircle(nil)}
	m.frame.StrokeWidth = 2
	for i := range m.tick {
		m.tick[i] = canvas.NewLine(nil)
	}
	return m
}

func (m *mark) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{m.frame, m.dot, m.tick[0], m.tick[1]}
}

// place puts the mark into a square with that corner and side.
func (m *mark) place(at fyne.Position, side float32) {
	m.frame.Move(at)
	m.frame.Resize(fyne.NewSquareSize(side))
	m.frame.CornerRadius = side / 5
	if m.round {
		m.frame.CornerRadius = side / 2
	}
	m.dot.Move(at.AddXY(side/4, side/4))
	m.dot.Resize(fyne.NewSquareSize(side / 2))
	corner := at.AddXY(side*0.42, side*0.74)
	m.tick[0].Position1, m.tick[0].Position2 = at.AddXY(side*0.2, side*0.52), corner
	m.tick[1].Position1, m.tick[1].Position2 = corner, at.AddXY(side*0.8, side*0.28)
	for _, t := range m.tick {
		t.StrokeWidth = max(2, side/8)
	}
}

// paint sets colours and shapes for the present state.
func (m *mark) paint(w fyne.Widget, enabled bool) {
	edge, fill := theme.ColorNameInputBorder, theme.ColorNameInputBackground
	inner := theme.ColorNamePrimary
	switch {
	case !enabled:
		edge, inner = theme.ColorNameDisabled, theme.ColorNameDisabled
	case m.on:
		edge = theme.ColorNamePrimary
	}
	if m.on && !m.round {
		fill, inner = edge, theme.ColorNameForegroundOnPrimary
	}
	m.frame.StrokeColor, m.frame.FillColor = colour(edge, w), colour(fill, w)
	m.dot.FillColor = colour(inner, w)
	m.dot.Hidden = !m.on || !m.round
	for _, t := range m.tick {
		t.StrokeColor = colour(inner, w)
		t.Hidden = !m.on || m.round
	}
	for _, o := range m.objects() {
		o.Refresh()
	}
}
