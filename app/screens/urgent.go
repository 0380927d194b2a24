package screens

import (
	"slices"

	"fyne.io/fyne/v2"

	"leeward/app/session"
	"leeward/app/typeset"
	"leeward/schema"
)

// actionCard says what can be done now for every need that was named. It opens from every page, and by
// itself when an answer names a new one. No answer stands on it, and nothing on it depends on a legal test. For each red
// need it takes down what was done, because the interview does not end before (REQ-10).
func (t *talk) actionCard(back func()) view {
	alerts := t.session.State().Alerts()
	objects := []fyne.CanvasObject{t.title("urgent.card.title"), t.quiet("urgent.needs.text")}
	if t.session.SavedState() == session.NotSaved {
		objects = append(objects, t.text("interview.unsaved.text"))
	}
	if len(t.session.OpenActions()) > 0 {
		objects = append(objects, t.text("urgent.name_it.text"))
	}
	if len(alerts) == 0 {
		objects = append(objects, t.text("urgent.none.text"))
	}
	again := func() { t.cardAgain(back) }
	objects = append(objects, t.unnumbered(alerts, again)...)
	var told []string
	for _, alert := range alerts {
		if t.seen = append(t.seen, alert.Level+alert.Kind); slices.Contains(told, alert.Kind) {
			continue
		}
		told = append(told, alert.Kind)
		objects = append(objects, t.needCard(alert, again))
	}
	ask := t.button("urgent.needs.title", typeset.Danger, func() {
		if err := t.session.Urgent(); err != nil {
			t.show(t.actionCard(back))
			return
		}
		t.present()
	})
	on := t.button("urgent.return.button", typeset.Primary, back)
	if t.session.Kept() { // needs are handed over by code, without the story
		objects = append(objects, t.quiet("interview.code.label", "Code", string(t.session.Code())))
	}
	key := func(k fyne.KeyName) bool {
		switch k {
		case fyne.KeyPageDown, fyne.KeyEscape:
			back()
		case fyne.KeyF4: // it is open
		default:
			return false
		}
		return true
	}
	out := t.row(
		t.button("interview.stop.button", typeset.Quiet, t.stop),
		t.button("interview.pause.button", typeset.Quiet, t.pause),
		t.button("interview.cover.button", typeset.Quiet, t.cover),
	)
	body := frameAround(nil, page(objects...), t.footer(out, t.rowEnd(ask, on)))
	return t.here(view{body: body, focus: on, key: key})
}

// newAlerts reports whether an answer since the last action card named a need that was not on it.
func (t *talk) newAlerts() bool {
	return slices.ContainsFunc(t.session.State().Alerts(), func(a schema.Alert) bool {
		return !slices.Contains(t.seen, a.Level+a.Kind)
	})
}
