package questions

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"leeward/app/typeset"
	"leeward/schema"
)

// shortScale is how many values of a range stand as buttons; of a longer one the number is typed.
const shortScale = 11

// scale is the field of a short range: its values side by side, in the order of the scale.
type scale struct {
	values  []string
	buttons []*typeset.Button
	chosen  string
	box     *fyne.Container
	changed func(schema.Answer)
}

func newRange(q Question, changed func(schema.Answer)) Field {
	values := q.Node.Item.Scale(shortScale)
	if values == nil {
		return newNumber(q, changed)
	}
	f := &scale{values: values, changed: changed, box: container.New(&typeset.Tiles{Gap: 8})}
	for _, value := range values {
		b := typeset.NewButton(value, "en", func() { f.choose(value) })
		f.buttons = append(f.buttons, b)
		f.box.Add(b)
	}
	f.Set(q.Node.Answer)
	f.Show(q)
	return f
}

func (f *scale) choose(value string) {
	if f.chosen == value {
		value = ""
	}
	f.Set(schema.Answer{Value: value})
	f.changed(f.Answer())
}

func (f *scale) Object() fyne.CanvasObject { return f.box }

func (f *scale) Show(q Question) {
	for _, b := range f.buttons {
		enable(b, !q.Node.ReadOnly)
	}
}

func (f *scale) Set(a schema.Answer) {
	f.chosen = a.Value
	for i, b := range f.buttons {
		b.SetMarked(f.values[i] == f.chosen)
	}
}

func (f *scale) Answer() schema.Answer { return schema.Answer{Value: f.chosen} }
func (f *scale) Incomplete() bool      { return false }

func (f *scale) Focus(c fyne.Canvas) { c.Focus(f.buttons[max(0, slices.Index(f.values, f.chosen))]) }

// Pick chooses the n-th value.
func (f *scale) Pick(n int) bool {
	if n < 1 || n > len(f.values) || f.buttons[n-1].Disabled() {
		return false
	}
	f.choose(f.values[n-1])
	return true
}

// rank is the field of an order of choices: tapping gives the next place, tapping again takes it back.
type rank struct {
	names   []string // offered, in the order of the list
	order   []string // those that have a place
	rows    map[string]*typeset.Choice
	asked   Question
	hint    *typeset.Label
	column  *fyne.Container
	changed func(schema.Answer)
}

func newRank(q Question, changed func(schema.Answer)) *rank {
	f := &rank{rows: make(map[string]*typeset.Choice), hint: hint(), column: container.New(&typeset.Column{Gap: 8}), changed: changed}
	f.order = strings.Fields(q.Node.Answer.Value)
	f.Show(q)
	return f
}

func (f *rank) Object() fyne.CanvasObject { return f.column }

func (f *rank) Show(q Question) {
	f.asked = q
	f.hint.Set(q.Words.Say("interview.rank.hint"), q.Words.Lang())
	f.names = f.names[:0]
	objects := []fyne.CanvasObject{f.hint}
	var rows []*typeset.Choice
	for _, c := range q.Node.Choices {
		row, ok := f.rows[c.Name]
		if !ok {
			row = typeset.NewChoice(false, func() { f.choose(c.Name) })
			f.rows[c.Name] = row
		}
		enable(row, !q.Node.ReadOnly)
		f.names, rows, objects = append(f.names, c.Name), append(rows, row), append(objects, row)
	}
	typeset.NewGroup(rows...)
	f.column.Objects = objects
	f.mark()
	f.column.Refresh()
}

func (f *rank) choose(name string) {
	if i := slices.Index(f.order, name); i >= 0 {
		f.order = slices.Delete(f.order, i, i+1)
	} else {
		f.order = append(f.order, name)
	}
	f.mark()
	f.changed(f.Answer())
}

// mark numbers the rows that have a place, in both languages.
func (f *rank) mark() {
	f.order = slices.DeleteFunc(f.order, func(name string) bool { return !slices.Contains(f.names, name) })
	for _, name := range f.names {
		place := slices.Index(f.order, name) + 1
		f.rows[name].SetOn(place > 0)
		numbered(f.rows[name], name, f.asked, place)
	}
}

func (f *rank) Set(a schema.Answer) {
	f.order = strings.Fields(a.Value)
	f.mark()
}

// Answer is the order once all have a place.
func (f *rank) Answer() schema.Answer {
	if len(f.order) < len(f.names) {
		return schema.Answer{}
	}
	return schema.Answer{Value: strings.Join(f.order, " ")}
}

func (f *rank) Incomplete() bool { return len(f.order) > 0 && len(f.order) < len(f.names) }

func (f *rank) Focus(c fyne.Canvas) {
	if len(f.names) > 0 {
		c.Focus(f.rows[f.names[0]])
	}
}
