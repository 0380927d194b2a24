package questions

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/mobile"

	"leeward/app/typeset"
	"leeward/schema"
	"leeward/schema/codes"
)

// date is a day, typed as numbers in the order of the screener's language, and said again in words below, in the
// calendar at hand and as it is stored (ISO 8601). Where the person's or the screener's language has a calendar
// of its own, a button changes to it. An appearance of month-year or year asks for less than a day, and stores
// the first one, as ODK does. Somebody who is asked may know a date only roughly: then the day, or day and month, may stay
// open, and the answer says so (schema.About).
type date struct {
	parts    map[rune]*datePart // by 'y', 'm', 'd'
	asks     string             // which of them are asked
	calendar calendar
	offered  []calendar
	dating   dating
	lang     string
	mirror   *typeset.Mirror
	row      *fyne.Container
	said     *typeset.Label
	change   *typeset.Button // to the next calendar
	about    *typeset.Choice // the date is rough; nil where it cannot be
	words    Words
	stands   schema.Answer // what fill wrote, until somebody types: another calendar or a rough date may not say it again
	column   *fyne.Container
	setting  bool
	changed  func(schema.Answer)
}

// datePart is one entry under its name.
type datePart struct {
	name  *typeset.Label
	entry *typeset.Entry
	box   *fyne.Container
}

func newDate(q Question, changed func(schema.Answer)) *date {
	f := &date{parts: make(map[rune]*datePart), asks: "ymd", said: hint(), changed: changed}
	switch appearance := " " + q.Node.Item.Appearance + " "; {
	case strings.Contains(appearance, " month-year "):
		f.asks = "ym"
	case strings.Contains(appearance, " year "):
		f.asks = "y"
	}
	f.mirror = newParts()
	f.row = container.New(f.mirror)
	for _, part := range f.asks {
		f.parts[part] = f.newPart(part)
	}
	f.change = typeset.NewButton("", "", f.nextCalendar)
	if q.Node.Item.Kind == schema.Date && !q.Node.Item.Staff {
		f.about = typeset.NewChoice(false, f.roughen)
	}
	f.column = container.New(&typeset.Column{Gap: 4}, f.row, f.said)
	f.Show(q)
	f.Set(q.Node.Answer)
	return f
}

func (f *date) newPart(part rune) *datePart {
	p := &datePart{name: hint(), entry: typeset.NewEntry()}
	p.name.NoWrap = true
	p.entry.Mobile, p.entry.Accept, p.entry.MaxLength = mobile.NumberKeyboard, digitsAnd(""), 2
	if part == 'y' {
		p.entry.MaxLength = 4
	}
	p.entry.OnChanged = func(string) {
		if f.setting {
			return
		}
		f.stands = schema.Answer{}
		f.say()
		f.changed(f.Answer())
	}
	p.box = container.New(&typeset.Column{Gap: 2}, p.name, container.New(&room{letters: float32(p.entry.MaxLength)}, p.entry))
	return p
}

func (f *date) Object() fyne.CanvasObject { return f.column }

func (f *date) Show(q Question) {
	f.lang, f.words = q.Words.Lang(), q.Words
	f.dating = datingOf(f.lang)
	f.offered = []calendar{gregorian}
	for _, d := range []dating{f.dating, datingOf(string(q.Interview))} {
		if d.Calendar != "" && !slices.Contains(f.offered, d.Calendar) {
			f.offered = append(f.offered, d.Calendar)
		}
	}
	if f.calendar == "" && f.dating.First {
		f.calendar = f.dating.Calendar
	}
	if !slices.Contains(f.offered, f.calendar) {
		f.to(gregorian)
	}
	f.mirror.RTL = codes.RTL(f.lang)
	f.row.Objects = nil
	for _, part := range f.dating.Order {
		p, ok := f.parts[part]
		if !ok {
			continue
		}
		p.name.Set(f.dating.Words[string(part)], f.lang)
		enable(p.entry, !q.Node.ReadOnly)
		f.row.Add(p.box)
	}
	f.column.Objects = []fyne.CanvasObject{f.row, f.said}
	if len(f.offered) > 1 {
		f.column.Objects = append(f.column.Objects, container.New(&typeset.Side{RTL: f.mirror.RTL}, f.change))
	}
	enable(f.change, !q.Node.ReadOnly)
	if f.about != nil {
		f.about.Captions.Set(f.words.Say("interview.about.label"), f.lang, "", f.lang)
		enable(f.about, !q.Node.ReadOnly)
		f.column.Add(f.about)
	}
	f.say()
	f.column.Refresh()
}

// roughen says that the date is rough, or that it is not.
func (f *date) roughen() {
	f.about.SetOn(!f.about.On())
	f.stands = schema.Answer{}
	f.say()
	f.changed(f.Answer())
}

func (f *date) rough() bool { return f.about != nil && f.about.On() }

// say repeats the date in words, and names the calendar.
func (f *date) say() {
	f.change.Set(f.dating.Names[f.calendar], f.lang)
	text := ""
	if a := f.Answer(); !a.IsZero() {
		day, said, _ := f.typed()
		text = f.dating.written(f.calendar, day, said)
		if f.rough() {
			text = f.words.Say("interview.about.text", "Date", text)
		}
		text += " · " + a.Value
	}
	f.said.Set(text, f.lang)
}

// nextCalendar goes on to the next calendar, and takes the date along.
func (f *date) nextCalendar() {
	f.to(f.offered[(slices.Index(f.offered, f.calendar)+1)%len(f.offered)])
}

func (f *date) to(c calendar) {
	a := f.Answer()
	if f.calendar = c; a.IsZero() {
		f.say()
		return
	}
	f.fill(a)
}

// typed is what stands in the entries, and which of them were filled in; what is not asked, and what a rough date leaves
// open at its end, is the first.
func (f *date) typed() (day civil, said string, ok bool) {
	day = civil{month: 1, day: 1}
	open := false
	for _, part := range "ymd" {
		p, asked := f.parts[part]
		if !asked {
			continue
		}
		if p.entry.Text == "" && part != 'y' && f.rough() {
			open = true
			continue
		}
		n, err := strconv.Atoi(ASCII(p.entry.Text))
		if err != nil || open || part == 'y' && n < 1000 {
			return civil{}, "", false
		}
		said += string(part)
		switch part {
		case 'y':
			day.year = n
		case 'm':
			day.month = n
		default:
			day.day = n
		}
	}
	return day, said, true
}

// abouts is how far a rough date may be relied on, by what was said of it.
var abouts = map[string]schema.About{"y": schema.AboutYear, "ym": schema.AboutMonth, "ymd": schema.AboutDay}

func (f *date) Set(a schema.Answer) {
	if a != f.Answer() || f.Incomplete() {
		f.fill(a)
	}
}

// fill writes an answer into the entries, as the calendar at hand counts it.
func (f *date) fill(a schema.Answer) {
	texts := map[rune]string{}
	f.stands = schema.Answer{}
	if day, ok := f.calendar.civil(a.Value); ok {
		texts = map[rune]string{'y': strconv.Itoa(day.year), 'm': fmt.Sprintf("%02d", day.month), 'd': fmt.Sprintf("%02d", day.day)}
		if f.stands = a; a.About == schema.AboutYear || a.About == schema.AboutMonth {
			delete(texts, 'd')
		}
		if a.About == schema.AboutYear {
			delete(texts, 'm')
		}
	}
	f.setting = true
	if f.about != nil {
		f.about.SetOn(a.About != "")
	}
	for part, p := range f.parts {
		p.entry.SetText(texts[part])
	}
	f.setting = false
	f.say()
}

func (f *date) Answer() schema.Answer {
	if !f.stands.IsZero() {
		return f.stands
	}
	day, said, ok := f.typed()
	if !ok {
		return schema.Answer{}
	}
	iso, ok := f.calendar.iso(day)
	if !ok {
		return schema.Answer{}
	}
	a := schema.Answer{Value: iso}
	if f.rough() {
		a.About = abouts[said]
	}
	return a
}

func (f *date) Incomplete() bool {
	for _, p := range f.parts {
		if p.entry.Text != "" {
			return f.Answer().IsZero()
		}
	}
	return false
}

// Focus goes to the first entry in the order of the language.
func (f *date) Focus(c fyne.Canvas) {
	for _, part := range f.dating.Order {
		if p, ok := f.parts[part]; ok {
			c.Focus(p.entry)
			return
		}
	}
}

// moment is a day and a time of day.
type moment struct {
	day     *date
	time    *typed
	column  *fyne.Container
	changed func(schema.Answer)
}

func newMoment(q Question, changed func(schema.Answer)) *moment {
	f := &moment{changed: changed}
	each := func(schema.Answer) { f.changed(f.Answer()) }
	day, at := q, q
	day.Node.Answer, at.Node.Answer = schema.Answer{}, schema.Answer{}
	f.day, f.time = newDate(day, each), newTime(at, each)
	f.column = container.New(&typeset.Column{Gap: 8}, f.day.Object(), f.time.Object())
	f.Set(q.Node.Answer)
	return f
}

func (f *moment) Object() fyne.CanvasObject { return f.column }

func (f *moment) Show(q Question) {
	f.day.Show(q)
	f.time.Show(q)
}

func (f *moment) Set(a schema.Answer) {
	if a == f.Answer() && !f.Incomplete() {
		return
	}
	day, at, _ := strings.Cut(a.Value, "T")
	f.day.Set(schema.Answer{Value: day})
	f.time.Set(schema.Answer{Value: at})
}

func (f *moment) Answer() schema.Answer {
	day, at := f.day.Answer(), f.time.Answer()
	if day.Value == "" || at.Value == "" {
		return schema.Answer{}
	}
	return schema.Answer{Value: day.Value + "T" + at.Value}
}

func (f *moment) Incomplete() bool {
	return f.day.Incomplete() || f.time.Incomplete() || f.day.Answer().IsZero() != f.time.Answer().IsZero()
}

func (f *moment) Focus(c fyne.Canvas) { f.day.Focus(c) }

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
