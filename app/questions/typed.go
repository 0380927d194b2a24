package questions

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/mobile"

	"leeward/app/typeset"
	"leeward/schema"
)

// typed is the field of text and numbers: one entry and a hint. Read turns what was typed into the value
// that is stored, or says that it is none.
type typed struct {
	entry   *typeset.Entry
	hint    *typeset.Label
	hintKey string
	column  *fyne.Container
	read    func(string) (string, bool)
	setting bool // the entry changes by Set, not by a person
	changed func(schema.Answer)
}

// multiline is the appearance of a text with room for several lines (XLSForm: appearance).
const (
	multiline      = "multiline"
	multilineLines = 4
)

func newText(q Question, changed func(schema.Answer)) *typed {
	entry := typeset.NewEntry()
	if strings.Contains(q.Node.Item.Appearance, multiline) {
		entry = typeset.NewMultiLineEntry(multilineLines)
	}
	read := func(s string) (string, bool) { return strings.TrimSpace(s), true }
	return newTyped(q, entry, "interview.text.hint", read, changed)
}

func newNumber(q Question, changed func(schema.Answer)) *typed {
	entry := typeset.NewEntry()
	entry.Mobile = mobile.NumberKeyboard
	key, read, signs := "interview.whole.hint", integer, "-"+string(minusSign)
	if q.Node.Item.Kind == schema.Decimal {
		key, read, signs = "interview.number.hint", decimal, signs+".,"+string(arabicDecimal)
	}
	entry.Accept = func(r rune) bool {
		_, ok := typeset.Digit(r)
		return ok || strings.ContainsRune(signs, r)
	}
	return newTyped(q, entry, key, read, changed)
}

func newTyped(q Question, entry *typeset.Entry, hintKey string, read func(string) (string, bool), changed func(schema.Answer)) *typed {
	f := &typed{entry: entry, hint: hint(), hintKey: hintKey, read: read, changed: changed}
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
	f.hint.Set(q.Words.Say(f.hintKey), q.Words.Lang())
	if q.Node.ReadOnly {
		f.entry.Disable()
	} else {
		f.entry.Enable()
	}
}

// Set leaves the entry alone when it says the same already, so that the caret stays.
func (f *typed) Set(a schema.Answer) {
	if a == f.Answer() && !f.Incomplete() {
		return
	}
	f.setting = true
	f.entry.SetText(a.Value)
	f.setting = false
}

func (f *typed) Answer() schema.Answer {
	value, ok := f.read(f.entry.Text)
	if !ok {
		return schema.Answer{}
	}
	return schema.Answer{Value: value}
}

func (f *typed) Incomplete() bool {
	_, ok := f.read(f.entry.Text)
	return !ok && strings.TrimSpace(f.entry.Text) != ""
}

func (f *typed) Focus(c fyne.Canvas) { c.Focus(f.entry) }
