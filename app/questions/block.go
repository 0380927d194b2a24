package questions

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"leeward/app/typeset"
	"leeward/schema"
)

// Block is a field with its row of reasons: where one question is answered, whole. Choosing a reason
// empties the field, and answering takes the reason back.
type Block struct {
	Field   Field
	Missing *MissingRow // nil where nothing is asked: notes

	column  *fyne.Container
	changed func(schema.Answer)
}

// Pointer is a field whose choices stand in rows.
type Pointer interface {
	// Point gives the row of a choice the keyboard, without choosing it: while somebody hears it read.
	Point(c fyne.Canvas, choice string)
}

// NewBlock makes the block of a question. Changed is called as [New] says, and with reasons too.
func NewBlock(q Question, changed func(schema.Answer)) *Block {
	b := &Block{changed: changed}
	b.Field = New(q, b.answered)
	b.column = container.New(&typeset.Column{Gap: 16}, b.Field.Object())
	if _, none := b.Field.(silent); !none {
		b.Missing = NewMissingRow(q.Words, b.reasoned)
		b.Missing.Set(q.Node.Answer.Missing)
		b.Missing.SetReadOnly(q.Node.ReadOnly)
		b.column.Add(b.Missing.Object())
	}
	return b
}

func (b *Block) answered(a schema.Answer) {
	// A half-typed answer takes the reason back as well: the person has begun to answer.
	b.Missing.Set("")
	b.changed(a)
}

func (b *Block) reasoned(reason schema.Missing) {
	if reason != "" {
		b.Field.Set(schema.Answer{Missing: reason})
	}
	b.changed(b.Answer())
}

// Object is what stands on the screen.
func (b *Block) Object() fyne.CanvasObject { return b.column }

// Show takes over other languages and choices; see [Field].
func (b *Block) Show(q Question) {
	b.Field.Show(q)
	if b.Missing != nil {
		b.Missing.Show(q.Words)
		b.Missing.SetReadOnly(q.Node.ReadOnly)
	}
}

// Set replaces value or reason, without calling back.
func (b *Block) Set(a schema.Answer) {
	b.Field.Set(a)
	if b.Missing != nil {
		b.Missing.Set(a.Missing)
	}
}

// Answer is the value or the reason that stands, or the zero Answer.
func (b *Block) Answer() schema.Answer {
	if b.Missing != nil && b.Missing.Current() != "" {
		return schema.Answer{Missing: b.Missing.Current()}
	}
	return b.Field.Answer()
}

// Incomplete reports whether something half typed would be lost by leaving; see [Field].
func (b *Block) Incomplete() bool { return b.Field.Incomplete() }

// Focus gives the field the keyboard.
func (b *Block) Focus(c fyne.Canvas) { b.Field.Focus(c) }
