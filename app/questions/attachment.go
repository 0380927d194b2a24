package questions

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"leeward/app/typeset"
	"leeward/schema"
)

// attachment is the field of pictures, recordings and files. This device takes none: it says so, and the
// screener marks the question as not asked. What another program brought stays as it is.
type attachment struct {
	words *typeset.Label
	value string
	box   *fyne.Container
}

func newAttachment(q Question) *attachment {
	f := &attachment{words: typeset.NewLabel("", "")}
	f.words.Color = typeset.ColorMuted
	f.box = container.New(&typeset.Column{}, f.words)
	f.Set(q.Node.Answer)
	f.Show(q)
	return f
}

func (f *attachment) Object() fyne.CanvasObject { return f.box }

func (f *attachment) Show(q Question) {
	f.words.Set(q.Words.Say("interview.attachment.text"), q.Words.Lang())
}

func (f *attachment) Set(a schema.Answer)   { f.value = a.Value }
func (f *attachment) Answer() schema.Answer { return schema.Answer{Value: f.value} }
func (f *attachment) Incomplete() bool      { return false }
func (f *attachment) Focus(fyne.Canvas)     {}
