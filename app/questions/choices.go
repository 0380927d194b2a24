package questions

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"leeward/app/typeset"
	"leeward/schema"
	"leeward/schema/codes"
)

// choices is the field of select_one and select_multiple. It holds names of choices; rows are looked up
// by name and kept when choices come and go, so that the one with the focus stays the same widget.
type choices struct {
	many    bool
	alone   []string
	names   []string // offered, in the order of the list
	shown   []string // those that stand as rows: all, or of a long list what fits the search
	search  *search  // nil for a short list
	asked   Question // as it was shown last
	rtl     bool     // the direction in which they stand
	chosen  map[string]bool
	rows    map[string]*typeset.Choice
	hint    *typeset.Label
	column  *fyne.Container
	changed func(schema.Answer)
}

func newSelect(q Question, changed func(schema.Answer)) *choices {
	f := &choices{
		many: q.Node.Item.Kind == schema.SelectMultiple, alone: q.Node.Item.Alone, rows: make(map[string]*typeset.Choice),
		hint: hint(), column: container.New(&typeset.Column{Gap: 8}), changed: changed,
	}
	if len(q.Node.Choices) > longList {
		f.search = newSearch(f.find)
	}
	f.Set(q.Node.Answer)
	f.Show(q)
	return f
}

// hint is the line above a field that says what belongs there.
func hint() *typeset.Label {
	l := typeset.NewLabel("", "")
	l.Step, l.Color = typeset.Caption, typeset.ColorMuted
	return l
}

func (f *choices) Object() fyne.CanvasObject { return f.column }

func (f *choices) Show(q Question) {
	if f.many {
		f.hint.Set(q.Words.Say("interview.several.hint"), q.Words.Lang())
	}
	names := make([]string, 0, len(q.Node.Choices))
	for _, c := range q.Node.Choices {
		names = append(names, c.Name)
	}
	f.names, f.asked = names, q
	if f.search != nil {
		f.search.show(q)
	}
	f.find()
}

// find stands the rows that are to be seen now, in the words of the present languages.
func (f *choices) find() {
	shown := f.names
	if f.search != nil {
		shown = f.search.among(f.names, f.chosen, f.asked)
	}
	rtl := codes.RTL(string(f.asked.Interview))
	if !slices.Equal(shown, f.shown) || len(f.column.Objects) == 0 || rtl != f.rtl {
		f.rtl = rtl
		f.stand(shown)
	}
	for _, name := range shown {
		row := f.rows[name]
		caption(row, name, f.asked)
		row.SetOn(f.chosen[name])
		if f.asked.Node.ReadOnly {
			row.Disable()
		} else {
			row.Enable()
		}
	}
}

func caption(row *typeset.Choice, name string, q Question) { numbered(row, name, q, 0) }

// numbered captions a row, with its place in an order before the words where it has one.
func numbered(row *typeset.Choice, name string, q Question, place int) {
	first, second := q.Caption(name, q.Interview), q.Caption(name, q.Screener)
	number := ""
	if place > 0 {
		number = strconv.Itoa(place) + ". "
	}
	row.Captions.Set(number+first.Text, string(first.Lang), number+second.Text, string(second.Lang))
	if q.Picture != nil {
		row.SetPicture(q.Picture(name))
	}
}

// stand puts the rows of these choices under each other, in this order.
func (f *choices) stand(names []string) {
	f.shown = names
	objects := []fyne.CanvasObject{f.hint}
	if f.search != nil {
		objects = append(objects, f.search.objects()...)
	}
	rows := make([]*typeset.Choice, 0, len(names))
	for _, name := range names {
		row, ok := f.rows[name]
		if !ok {
			row = typeset.NewChoice(!f.many, func() { f.choose(name) })
			f.rows[name] = row
		}
		rows = append(rows, row)
	}
	typeset.NewGroup(rows...)
	f.column.Objects = append(objects, f.arranged(rows)...)
	f.column.Refresh()
}

// sideBySide are the appearances that put choices beside each other (XLSForm: appearance).
var sideBySide = []string{"likert", "horizontal", "horizontal-compact", "compact", "columns", "columns-pack", "columns-2", "columns-3", "columns-4", "columns-5"}

// arranged stands rows under each other, or in equal cells side by side where the questionnaire says so.
func (f *choices) arranged(rows []*typeset.Choice) (objects []fyne.CanvasObject) {
	for _, row := range rows {
		objects = append(objects, row)
	}
	beside := func(appearance string) bool { return slices.Contains(sideBySide, appearance) }
	if slices.ContainsFunc(strings.Fields(f.asked.Node.Item.Appearance), beside) {
		tiles := &typeset.Tiles{Gap: 8, RTL: codes.RTL(string(f.asked.Interview))}
		return []fyne.CanvasObject{container.New(tiles, objects...)}
	}
	return objects
}

// choose follows a tap: one of many replaces the one before; among several, a choice that stands alone
// and all others exclude each other.
func (f *choices) choose(name string) {
	switch {
	case !f.many:
		f.chosen = map[string]bool{name: true}
	case f.chosen[name]:
		delete(f.chosen, name)
	case slices.Contains(f.alone, name):
		f.chosen = map[string]bool{name: true}
	default:
		for _, alone := range f.alone {
			delete(f.chosen, alone)
		}
		f.chosen[name] = true
	}
	f.mark()
	f.changed(f.Answer())
}

func (f *choices) mark() {
	for name, row := range f.rows {
		row.SetOn(f.chosen[name])
	}
}

func (f *choices) Set(a schema.Answer) {
	f.chosen = make(map[string]bool)
	for _, name := range strings.Fields(a.Value) {
		f.chosen[name] = true
	}
	f.mark()
}

// Answer lists what is chosen and still offered, in the order of the list.
func (f *choices) Answer() schema.Answer {
	var names []string
	for _, name := range f.names {
		if f.chosen[name] {
			names = append(names, name)
		}
	}
	return schema.Answer{Value: strings.Join(names, " ")}
}

func (f *choices) Incomplete() bool { return false }

// Focus goes to what is chosen, else to the first row, or to the search of a long list.
func (f *choices) Focus(c fyne.Canvas) {
	for _, name := range f.shown {
		if f.chosen[name] {
			c.Focus(f.rows[name])
			return
		}
	}
	switch {
	case f.search != nil:
		c.Focus(f.search.field)
	case len(f.shown) > 0:
		c.Focus(f.rows[f.shown[0]])
	}
}

// Point is [Pointer]'s.
func (f *choices) Point(c fyne.Canvas, choice string) {
	if slices.Contains(f.shown, choice) {
		c.Focus(f.rows[choice])
	}
}

// acknowledged is the value of an acknowledgement (XLSForm: acknowledge).
const acknowledged = "OK"

// acknowledge is one row to tick.
type acknowledge struct {
	row     *typeset.Choice
	column  *fyne.Container
	changed func(schema.Answer)
}

func newAcknowledge(q Question, changed func(schema.Answer)) *acknowledge {
	f := &acknowledge{changed: changed}
	f.row = typeset.NewChoice(false, func() {
		f.row.SetOn(!f.row.On())
		f.changed(f.Answer())
	})
	f.column = container.New(&typeset.Column{}, f.row)
	f.Set(q.Node.Answer)
	f.Show(q)
	return f
}

func (f *acknowledge) Object() fyne.CanvasObject { return f.column }

func (f *acknowledge) Show(q Question) {
	f.row.Captions.Set(q.Words.Say("interview.acknowledge.button"), q.Words.Lang(), "", "")
	if q.Node.ReadOnly {
		f.row.Disable()
	} else {
		f.row.Enable()
	}
}

func (f *acknowledge) Set(a schema.Answer) { f.row.SetOn(a.Value == acknowledged) }

func (f *acknowledge) Answer() schema.Answer {
	if f.row.On() {
		return schema.Answer{Value: acknowledged}
	}
	return schema.Answer{}
}

func (f *acknowledge) Incomplete() bool    { return false }
func (f *acknowledge) Focus(c fyne.Canvas) { c.Focus(f.row) }
