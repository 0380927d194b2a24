package screens

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
	"leeward/schema"
)

// shut returns the part of the interview whose gate is closed and that the page belongs to; empty where
// the page may be shown. A gate stands before questions that could harm if seen (screening outline,
// sensitivity special), once for each part of the interview, and closes with every interruption. Needs of
// the body, and what the staff answers, have none.
func (t *talk) shut(paths []schema.Path) schema.Path {
	for _, path := range paths {
		node := t.session.State().Node(path)
		if node.Item == nil || node.Item.Sensitivity != schema.Special || node.Item.Staff {
			continue
		}
		if node.Stage != schema.StageTalk && node.Stage != schema.StageClosing {
			continue
		}
		part := schema.Path("")
		if len(node.Groups) > 0 {
			part = node.Groups[0]
		}
		if !slices.Contains(t.gates, part) {
			return part
		}
	}
	return ""
}

// closeGates shuts every gate again: somebody else may be there now.
func (t *talk) closeGates() { t.gates = nil }

// gatePage stands before sensitive questions: nothing of them is on the screen yet.
func (t *talk) gatePage(part schema.Path) view {
	open := func() {
		t.gates = append(t.gates, part)
		t.present()
	}
	later := func() { // on past the part, which stays open in the list
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
