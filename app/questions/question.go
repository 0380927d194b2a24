package questions

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"leeward/app/typeset"
	"leeward/schema"
)

// Words are the program's words in one language; translations.Words is one.
type Words interface {
	Say(key string, pairs ...any) string
	Lang() string
}

// Question is what a field needs to know of a question and of how it is shown now.
type Question struct {
	Node      schema.Node // New reads its Answer, Show does not
	Interview schema.Lang // the language in which the person is asked
	Screener  schema.Lang
	Caption   func(choice string, lang schema.Lang) schema.Shown // State.ChoiceLabel for this question
	Picture   func(choice string) image.Image                    // what stands beside its words; nil for none. May be nil itself
	Words     Words                                              // the program's, in the screener's language
}

// Field is the widget in which one question is answered.
type Field interface {
	// Object is what stands on the screen.
	Object() fyne.CanvasObject
	// Show takes over other languages, choices that the filter left, and whether answers may change. It
	// never touches what was answered or half typed, nor the focus.
	Show(q Question)
	// Set replaces the answer, without calling back. An answer with a reason empties the field.
	Set(a schema.Answer)
	// Answer is what stands in the field: a value, or the zero Answer.
	Answer() schema.Answer
	// Incomplete reports whether something stands in the field that is no answer yet, such as a date
	// without a year. Leaving it would lose it, so the screen asks first.
	Incomplete() bool
	// Focus gives the field the keyboard.
	Focus(c fyne.Canvas)
}

// New makes the field for a question's kind. Changed is called with each change that a person makes, on
// Fyne's goroutine; text comes letter by letter, and saving it is better done after a pause. The zero
// Answer means that what was there is gone, or that it is not complete.
//
// What nobody is asked (notes, calculations, hidden items, metadata, groups) has a field without a widget.
func New(q Question, changed func(schema.Answer)) Field {
	switch q.Node.Item.Kind {
	case schema.SelectOne, schema.SelectMultiple:
		return newSelect(q, changed)
	case schema.Acknowledge:
		return newAcknowledge(q, changed)
	case schema.TextKind:
		return newText(q, changed)
	case schema.Integer, schema.Decimal:
		return newNumber(q, changed)
	case schema.Date:
		return newDate(q, changed)
	case schema.Time:
		return newTime(q, changed)
	case schema.DateTime:
		return newMoment(q, changed)
	case schema.Range:
		return newRange(q, changed)
	case schema.Rank:
		return newRank(q, changed)
	case schema.Barcode:
		return newCode(q, changed)
	case schema.Geopoint:
		return newPlace(q, changed)
	case schema.Geotrace, schema.Geoshape:
		return newPlaces(q, changed)
	case schema.Image, schema.Audio, schema.Video, schema.File:
		return newAttachment(q)
	}
	return silent{}
}

// silent is the field of what takes no answer.
type silent struct{}

func (silent) Object() fyne.CanvasObject { return container.New(&typeset.Column{}) }
func (silent) Show(Question)             {}
func (silent) Set(schema.Answer)         {}
func (silent) Answer() schema.Answer     { return schema.Answer{} }
func (silent) Incomplete() bool          { return false }
func (silent) Focus(fyne.Canvas)         {}
