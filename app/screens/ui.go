package screens

import (
	"errors"
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"leeward/app/typeset"
	"leeward/internal/screening"
	"leeward/sync/courier"
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
	if no, ok := errors.AsType[*courier.Refused](err); ok && code == screening.CodeRefused {
		code = refusedAs(no.Code)
	}
	s.Log.Error("shown to the screener", "code", code)
	return s.say("error."+string(code)+".text") + " " + s.say("error."+string(code)+".hint")
}

// refusedAs is the name under which the words for an office's refusal stand: what it means for a batch where that tells
// somebody what to do, and no more than that it was refused for codes of a later office.
func refusedAs(code screening.Code) screening.Code {
	switch code {
	case screening.EFork, screening.EEpoch:
		return screening.CodeRefused + "_place"
	case screening.ERevoked:
		return screening.CodeRefused + "_revoked"
	case screening.EFull:
		return screening.CodeRefused + "_full"
	case screening.EVersion, screening.ESig, screening.EFormat, screening.ERoot, screening.EHash, screening.EOffset, screening.EOpen,
		screening.EAhead, screening.EQuota, screening.EBusy, screening.EInternal, screening.ECode, screening.EWait:
		return code
	}
	return screening.CodeRefused
}

// notice is a label for what goes wrong; empty it takes no room.
func (s *Screens) notice() *typeset.Label {
	l := s.label("")
	l.Color, l.Bold = theme.ColorNameError, true
	return l
}

// tell shows a message in a notice.
func (s *Screens) tell(l *typeset.Label, text string) { s.tellIn(l, text, s.words.Lang()) }

// tellIn is tell in another language than the program's.
func (s *Screens) tellIn(l *typeset.Label, text, lang string) {
	l.Set(text, lang)
	if c := s.Window.Content(); c != nil {
		c.Refresh()
	}
}

// column stands objects under each other.
func column(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&typeset.Column{Gap: gap}, objects...)
}

// row stands objects beside each other, from the side on which the program's language begins, in as many
// lines as it takes.
func (s *Screens) row(objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&flow{gap: 8, rtl: s.words.RTL()}, objects...)
}

// rowEnd is a row that stands at the other side.
func (s *Screens) rowEnd(objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&flow{gap: 8, rtl: s.words.RTL(), end: true}, objects...)
}

// ends stands one object at the beginning of a line and one at its end.
func (s *Screens) ends(start, end fyne.CanvasObject) *fyne.Container {
	return container.New(&bar{rtl: s.words.RTL()}, start, end)
}

// beside stands a short label before an object, in a column of so many letter sizes.
func (s *Screens) beside(letters float32, label *typeset.Label, o fyne.CanvasObject) fyne.CanvasObject {
	width := letters * s.App.Settings().Theme().Size(typeset.Body)
	return container.New(&beside{width: width, rtl: s.words.RTL()}, label, o)
}

// footer is a bar at the bottom of a screen that stays in sight: the way on is in its last corner. Whoever has no keys
// can cover the screen from there.
func (s *Screens) footer(out *fyne.Container, on fyne.CanvasObject) fyne.CanvasObject {
	if s.open && !s.coversFrom(out) {
		out.Add(s.button("interview.cover.button", typeset.Quiet, s.cover))
	}
	line := container.New(&bar{rtl: s.words.RTL() != s.leftHanded()}, out, on)
	return s.chrome(column(0, rule(), padded(line)))
}

// coversFrom reports whether a finger can cover the screen from a part of it.
func (s *Screens) coversFrom(part fyne.CanvasObject) bool {
	said := s.say("interview.cover.button")
	return slices.ContainsFunc(buttons(part), func(b *typeset.Button) bool { return b.Text() == said })
}

// Letters in the bars around a page grow less than those on it where the window is narrow: what is asked
// needs the room.
const (
	narrowWindow = 700
	narrowScale  = 1.3
)

// chrome is what stands around a page.
func (s *Screens) chrome(o fyne.CanvasObject) fyne.CanvasObject {
	if s.textSize() <= narrowScale || s.Window.Canvas().Size().Width >= narrowWindow {
		return o
	}
	return container.NewThemeOverride(o, typeset.NewTheme(s.mode(), narrowScale))
}

func padded(o fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(8, 8, 20, 20), o)
}

func rule() fyne.CanvasObject {
	r := canvas.NewRectangle(theme.Color(theme.ColorNameSeparator))
	r.SetMinSize(fyne.NewSize(1, 1))
	return r
}

// measure is the widest that a page of text may be and still be read with ease.
const measure = 760

// page is a screen of its own: a column in the middle that scrolls, on the quiet background.
func page(objects ...fyne.CanvasObject) fyne.CanvasObject {
	inner := container.New(&narrow{width: measure, inset: 28}, column(16, objects...))
	return container.NewVScroll(inner)
}

// gate is a small page in the middle: what stands before the vault.
func gate(objects ...fyne.CanvasObject) fyne.CanvasObject {
	inner := container.New(&narrow{width: 460, inset: 28, middle: true}, column(16, objects...))
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
func (s *Screens) entry(submit func()) *typeset.Entry {
	e := typeset.NewEntry()
	e.OnSubmitted = func(string) { submit() }
	e.OnChanged = func(string) { s.touch() }
	return e
}

// secret is a line for a passphrase.
func (s *Screens) secret(submit func()) *typeset.Entry {
	e := s.entry(submit)
	e.Password = true
	return e
}

// find returns the first object of a tree, in the order in which the Tab key goes, that is what is looked
// for; nil where there is none.
func find(root fyne.CanvasObject, is func(fyne.CanvasObject) bool) fyne.CanvasObject {
	if root == nil || is(root) {
		return root
	}
	var children []fyne.CanvasObject
	switch o := root.(type) {
	case *fyne.Container:
		children = o.Objects
	case *container.Scroll:
		children = []fyne.CanvasObject{o.Content}
	case *container.ThemeOverride:
		children = []fyne.CanvasObject{o.Content}
	}
	for _, child := range children {
		if found := find(child, is); found != nil {
			return found
		}
	}
	return nil
}

// holds reports whether o is in, or is, the tree root.
func holds(root, o fyne.CanvasObject) bool {
	return find(root, func(x fyne.CanvasObject) bool { return x == o }) != nil
}
