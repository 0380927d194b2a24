package questions

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/mobile"
	"fyne.io/fyne/v2/layout"

	"leeward/app/typeset"
	"leeward/schema"
)

// date is three entries in the order of ISO 8601, year, month, day, from left to right in every language,
// as its hint says and as [leeward/internal/shaping] shows such numbers. Month names and other orders come with the calendar.
type date struct {
	parts   [3]*typeset.Entry
	hint    *typeset.Label
	side    *typeset.Side
	column  *fyne.Container
	setting bool
	changed func(schema.Answer)
}

// Widths of the three entries, in letters, and how many digits they take.
var dateParts = [3]struct {
	digits int
	sample string
}{{4, "2024"}, {2, "05"}, {2, "17"}}

func newDate(q Question, changed func(schema.Answer)) *date {
	f := &date{hint: hint(), side: &typeset.Side{}, changed: changed}
	row := container.New(layout.NewHBoxLayout())
	for i, part := range dateParts {
		entry := typeset.NewEntry()
		entry.Mobile = mobile.NumberKeyboard
		entry.SetPlaceHolder(part.sample)
		entry.Accept = func(r rune) bool {
			_, ok := typeset.Digit(r)
			return ok && (entry.SelectedText() != "" || len([]rune(entry.Text)) < part.digits)
		}
		entry.OnChanged = func(string) {
			if !f.setting {
				f.changed(f.Answer())
			}
		}
		f.parts[i] = entry
		row.Add(container.New(&room{letters: float32(part.digits)}, entry))
	}
	f.column = container.New(&typeset.Column{Gap: 4}, f.hint, container.New(f.side, row))
	f.Set(q.Node.Answer)
	f.Show(q)
	return f
}

func (f *date) Object() fyne.CanvasObject { return f.column }

func (f *date) Show(q Question) {
	f.hint.Set(q.Words.Say("interview.date.hint"), q.Words.Lang())
	f.side.RTL = f.hint.RTL()
	f.column.Refresh()
	for _, entry := range f.parts {
		if q.Node.ReadOnly {
			entry.Disable()
		} else {
			entry.Enable()
		}
	}
}

func (f *date) Set(a schema.Answer) {
	if a == f.Answer() && !f.Incomplete() {
		return
	}
	parts := append(strings.SplitN(a.Value, "-", 3), "", "", "")
	f.setting = true
	for i, entry := range f.parts {
		entry.SetText(parts[i])
	}
	f.setting = false
}

func (f *date) Answer() schema.Answer {
	iso, ok := isoDate(f.parts[0].Text, f.parts[1].Text, f.parts[2].Text)
	if !ok {
		return schema.Answer{}
	}
	return schema.Answer{Value: iso}
}

func (f *date) Incomplete() bool {
	return f.Answer().IsZero() && f.parts[0].Text+f.parts[1].Text+f.parts[2].Text != ""
}

func (f *date) Focus(c fyne.Canvas) { c.Focus(f.parts[0]) }

// room gives an entry the width of so many digits and of what stands around them.
type room struct{ letters float32 }

func (r *room) MinSize(objects []fyne.CanvasObject) fyne.Size {
	theme := fyne.CurrentApp().Settings().Theme()
	width := r.letters*theme.Size(typeset.Body)*0.75 + 4*theme.Size("innerPadding")
	return fyne.NewSize(width, objects[0].MinSize().Height)
}

func (r *room) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.Position{})
	objects[0].Resize(size)
}
