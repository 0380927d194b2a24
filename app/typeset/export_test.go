package typeset

// CaretAfterSelection reports whether the caret stands at the end of what is selected.
func (e *Entry) CaretAfterSelection() bool { return e.edit.caret.Pos > e.edit.anchor }

// CaretX is where the caret is painted, from the left of the field.
func (e *Entry) CaretX() float32 { return e.caret.Position().X }
