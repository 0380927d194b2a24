package questions

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/mobile"

	"leeward/app/typeset"
	"leeward/schema"
)

// typed is the field of what is typed into one entry under a hint: texts, numbers, times, places, codes.
type typed struct {
	entry   *typeset.Entry
	hint    *typeset.Label
	form    form
	column  *fyne.Container
	setting bool // the entry changes by Set, not by a person
	given   schema.Answer
	shown   string // how what was given stands in the entry
	changed func(schema.Answer)
}

// form says how a kind of value is typed.
type form struct {
	hint   string                      // key of the words above the entry
	mobile mobile.KeyboardType         // what a phone shows
	accept func(rune) bool             // which letters, where not all
	read   func(string) (string, bool) // what was typed as it is stored; ok is false where it is none
	show   func(string) string         // what is stored as it is typed, where that differs
}

// multiline is the appearance of a text with room for several lines (XLSForm: appearance).
const (
	multiline      = "multiline"
	multilineLines = 4
)

func plainText(s string) (string, bool) { return strings.TrimSpace(s), true }

func newText(q Question, changed func(schema.Answer)) *typed {
	entry := typeset.NewEntry()
	if strings.Contains(q.Node.Item.Appearance, multiline) {
		entry = typeset.NewMultiLineEntry(multilineLines)
	}
	return newTyped(q, entry, form{hint: "interview.text.hint", mobile: entry.Mobile, read: plainText}, changed)
}

func newNumber(q Question, changed func(schema.Answer)) *typed {
	f := form{hint: "interview.whole.hint", mobile: mobile.NumberKeyboard, accept: digitsAnd("-" + string(minusSign)), read: integer}
	switch q.Node.Item.Kind {
	case schema.Decimal:
		f.hint, f.accept, f.read = "interview.number.hint", digitsAnd(numberSigns), decimal
	case schema.Range:
		f.hint, f.accept = "interview.number.hint", digitsAnd(numberSigns)
		f.read = func(s string) (string, bool) {
			value, ok := decimal(s)
			return value, ok && q.Node.Item.OnScale(value)
		}
	}
	return newTyped(q, typeset.NewEntry(), f, changed)
}

// digitsAnd accepts the digits of every script and some signs.
func digitsAnd(signs string) func(rune) bool {
	return func(r rune) bool {
		_, ok := typeset.Digit(r)
		return ok || strings.ContainsRune(signs, r)
	}
}

func newTyped(q Question, entry *typeset.Entry, how form, changed func(schema.Answer)) *typed {
	f := &typed{entry: entry, hint: hint(), form: how, changed: changed}
	entry.Mobile, entry.Accept = how.mobile, how.accept
	f.column = container.New(&typeset.Column{Gap: 4}, f.hint, f.entry)
	f.Set(q.Node.Answer)
	f.entry.OnChanged = func(string) {
		if !f.setting {
			f.changed(f.Answer())
		}
	}
	f.Show(q)
	return f
}

func (f *typed) Object() fyne.CanvasObject { return f.column }

func (f *typed) Show(q Question) {
	f.hint.Set(q.Words.Say(f.form.hint), q.Words.Lang())
	f.entry.SetLang(q.Words.Lang())
	enable(f.entry, !q.Node.ReadOnly)
}

// enable says whether a widget may be used.
func enable(w fyne.Disableable, on bool) {
	if on {
		w.Enable()
	} else {
		w.Disable()
	}
}

// Set leaves the entry alone when it says the same already, so that the caret stays.
func (f *typed) Set(a schema.Answer) {
	if a == f.Answer() && !f.Incomplete() {
		return
	}
	text := a.Value
	if f.form.show != nil && text != "" {
		text = f.form.show(text)
	}
	f.given, f.shown, f.setting = a, text, true
	f.entry.SetText(text)
	f.setting = false
}

// Answer is what was given as long as nobody touches it: what the entry shows of it may be less.
func (f *typed) Answer() schema.Answer {
	if f.given.Value != "" && f.entry.Text == f.shown {
		return f.given
	}
	value, ok := f.form.read(f.entry.Text)
	if !ok {
		return schema.Answer{}
	}
	return schema.Answer{Value: value}
}

func (f *typed) Incomplete() bool {
	if f.given.Value != "" && f.entry.Text == f.shown {
		return false
	}
	_, ok := f.form.read(f.entry.Text)
	return !ok && strings.TrimSpace(f.entry.Text) != ""
}

func (f *typed) Focus(c fyne.Canvas) { c.Focus(f.entry) }
