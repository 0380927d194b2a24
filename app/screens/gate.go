package screens

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
	"leeward/schema"
)

// shut reports whether the page stays hidden behind a gate: it holds a question that could harm if seen
// (screening outline, sensitivity special), and nobody has said since the last interruption that the person
// is alone with the screener. Needs of the body, and what the staff answers, have no gate.
func (t *talk) shut(paths []schema.Path) bool {
	return !t.alone && slices.ContainsFunc(paths, t.sensitive)
}

// sensitive reports whether a question stands behind the gate.
func (t *talk) sensitive(path schema.Path) bool {
	node := t.session.State().Node(path)
	special := node.Item != nil && node.Item.Sensitivity == schema.Special && !node.Item.Staff
	return special && (node.Stage == schema.StageTalk || node.Stage == schema.StageClosing)
}

// gatePage stands before sensitive questions: nothing of them is on the screen yet.
func (t *talk) gatePage() view {
	open := func() {
		t.alone, t.deep = true, true
		t.present()
	}
	later := func() { // on past the page, which stays open in the list
		if problems, err := t.session.Next(context.Background()); err != nil || len(problems) > 0 {
			open()
			return
		}
		t.present()
	}
	show := t.button("gate.show.button", typeset.Primary, open)
	body := page(t.title("gate.sensitive.title"), t.text("gate.sensitive.text"), show,
		t.button("gate.later.button", typeset.Quiet, later))
	back := t.button("interview.back.button", typeset.Quiet, t.back)
	t.setAside()
	t.frame = t.newFrame()
	v := view{body: frameAround(padded(t.frame.note), body, t.footer(t.out(), t.rowEnd(back)))}
	v.focus, v.key = fyne.Focusable(show), func(k fyne.KeyName) bool {
		switch k {
		case fyne.KeyPageDown:
			open()
		case fyne.KeyPageUp:
			t.back()
		default:
			return false
		}
		return true
	}
	return t.here(v)
}
