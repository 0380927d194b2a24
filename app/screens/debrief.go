package screens

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"

	"leeward/app/device"
	"leeward/app/typeset"
	"leeward/schema"
)

// leave goes home from a talk that is over: by way of the interpreter where it weighed on them (REQ-18).
func (t *talk) leave(note string, weighs bool) {
	t.end(note)
	if weighs {
		t.show(t.debrief(note))
	}
}

// weighs reports whether somebody interpreted a hard talk with somebody real. A session that has ended does not know it
// any more.
func (t *talk) weighs() bool { return t.interpreted() && t.hard() && !t.practising() }

// interpreted reports whether somebody interpreted.
func (t *talk) interpreted() bool {
	mode, _ := t.session.Standing(t.questionOf(codeInterpreting))
	return t.session.Setting().Interpreter != "" || mode.Value != "" && mode.Value != interpretNone
}

// hard reports whether what was heard may weigh on whoever interpreted it: a need that cannot wait, or what stands
// behind the gate, shown now or answered before the talk was taken up again.
func (t *talk) hard() bool {
	told := func(path schema.Path) bool {
		a, _ := t.session.Standing(path)
		return a.Value != "" && t.sensitive(path)
	}
	return t.deep || slices.ContainsFunc(t.session.State().Visible(), told) || slices.ContainsFunc(t.session.State().Alerts(), func(need schema.Alert) bool { return need.Level == "red" })
}

// debrief asks the screener to ask after the interpreter. What comes of it is kept nowhere: in no case, and not on the
// device.
func (s *Screens) debrief(note string) view {
	lines := []fyne.CanvasObject{s.text("debrief.interpreter.text"), s.text("debrief.screener.text"), s.quiet("debrief.kept.text")}
	if note != "" {
		said := s.label(note)
		said.Bold = true
		lines = append([]fyne.CanvasObject{said}, lines...)
	}
	home := func() { s.show(s.home("")) }
	return s.ask("debrief.interpreter.title", lines,
		way{"debrief.done.button", typeset.Primary, home},
		way{"debrief.support.button", typeset.Quiet, func() { s.show(s.support()) }},
	)
}

// support says whom an interpreter who is burdened can talk with.
func (s *Screens) support() view {
	const kind = "psychosocial"
	lines := []fyne.CanvasObject{s.text("debrief.support.text")}
	here, err := s.Device.Numbers(context.Background())
	if err != nil {
		lines = append(lines, s.label(s.trouble(err)))
	}
	for _, one := range append(s.helpers(kind), slices.DeleteFunc(here, func(one device.Number) bool { return !one.For(kind) })...) {
		lines = append(lines, s.label(numberWords(one)))
	}
	return s.ask("debrief.support.button", lines, way{"app.done.button", typeset.Primary, func() { s.show(s.home("")) }})
}
