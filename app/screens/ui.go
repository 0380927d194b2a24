package screens

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"leeward/app/typeset"
	"leeward/internal/screening"
)

// say returns words of the program in its language.
func (s *Screens) say(key string, data ...any) string { return s.words.Say(key, data...) }

func (s *Screens) label(text string) *typeset.Label { return typeset.NewLabel(text, s.words.Lang()) }

// text is a paragraph.
func (s *Screens) text(key string, data ...any) *typeset.Label { return s.label(s.say(key, data...)) }

// quiet is a paragraph that comes second.
func (s *Screens) quiet(key string, data ...any) *typeset.Label {
	l := s.text(key, data...)
	l.Color = typeset.ColorMuted
	return l
}

func (s *Screens) title(key string, data ...any) *typeset.Label {
	l := s.text(key, data...)
	l.Step, l.Bold = typeset.Title, true
	return l
}

func (s *Screens) heading(key string, data ...any) *typeset.Label {
	l := s.text(key, data...)
	l.Step, l.Bold = typeset.Large, true
	return l
}

func (s *Screens) button(key string, weight typeset.Weight, tapped func()) *typeset.Button {
	b := typeset.NewButton(s.say(key), s.words.Lang(), tapped)
	b.Weight = weight
	return b
}

// trouble says what went wrong and what to do: the code's text and hint. Nothing for no error.
func (s *Screens) trouble(err error) string {
	if err == nil {
		return ""
	}
	code := screening.CodeOf(err)
	s.Log.Error("shown to the screener", "code", code)
	return s.say("error."+string(code)+".text") + " " + s.say("error."+string(code)+".hint")
}

// notice is a label for what goes wrong; empty it takes no room.
func (s *Screens) notice() *typeset.Label {
	l := s.label("")
	l.Color, l.Bold = theme.ColorNameError, true
	return l
}

// tell shows a message in a notice.
func (s *Screens) tell(l *typeset.Label, text string) {
	l.Set(text, s.words.Lang())
	if c := s.Window.Content(); c != nil {
		c.Refresh()
	}
}

// column stands objects under each other.
func column(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&typeset.Column{Gap: gap}, objects...)
}

// row stands objects beside each other, from the side on which the program's language begins.
func (s *Screens) row(objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&typeset.Mirror{Inner: layout.NewHBoxLayout(), RTL: s.words.RTL()}, objects...)
}

// measure is the widest that a page of text may be and still be read with ease.
const measure = 760

// page is a screen of its own: a column in the middle that scrolls, on the quiet background.
func page(objects ...fyne.CanvasObject) fyne.CanvasObject {
	inner := container.New(&narrow{width: measure, inset: 28}, column(16, objects...))
	return container.NewVScroll(inner)
}

// card stands objects on a surface of their own.
func card(objects ...fyne.CanvasObject) fyne.CanvasObject {
	face := canvas.NewRectangle(color.Transparent)
	face.FillColor = theme.Color(typeset.ColorSurface)
	face.StrokeColor, face.StrokeWidth = theme.Color(theme.ColorNameSeparator), 1
	face.CornerRadius = 10
	return container.NewStack(face, container.New(&narrow{inset: 18}, column(10, objects...)))
}

// entry is a line to type in.
func (s *Screens) entry(submit func()) *widget.Entry {
	e := widget.NewEntry()
	e.OnSubmitted = func(string) { submit() }
	e.OnChanged = func(string) { s.touch() }
	return e
}

func (s *Screens) secret(submit func()) *widget.Entry {
	e := widget.NewPasswordEntry()
	e.OnSubmitted = func(string) { submit() }
	e.OnChanged = func(string) { s.touch() }
	return e
}

// narrow centres its one object, not wider than width (0: as wide as there is), with an inset.
type narrow struct{ width, inset float32 }

func (n *narrow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := size.Width - 2*n.inset
	if n.width > 0 {
		width = min(width, n.width)
	}
	for _, o := range objects {
		o.Resize(fyne.NewSize(width, max(o.MinSize().Height, size.Height-2*n.inset)))
		o.Move(fyne.NewPos((size.Width-width)/2, n.inset))
	}
}

func (n *narrow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		size = size.Max(o.MinSize())
	}
	return size.AddWidthHeight(2*n.inset, 2*n.inset)
}
