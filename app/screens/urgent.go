package screens

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"leeward/app/typeset"
	"leeward/schema"
)

// actionCard says what can be done now for every need that was named. It opens from every page, and by
// itself when an answer names a new one. No answer stands on it, and nothing on it depends on a legal test.
func (t *talk) actionCard(back func()) view {
	alerts := t.session.State().Alerts()
	objects := []fyne.CanvasObject{t.title("urgent.card.title"), t.quiet("urgent.needs.text")}
	if len(alerts) == 0 {
		objects = append(objects, t.text("urgent.none.text"))
	}
	var told []string
	for _, alert := range alerts {
		if t.seen = append(t.seen, alert.Level+alert.Kind); slices.Contains(told, alert.Kind) {
			continue
		}
		told = append(told, alert.Kind)
		objects = append(objects, t.needCard(alert))
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

// needCard is one need: how soon, in a word and a colour, and up to three things to do.
func (t *talk) needCard(alert schema.Alert) fyne.CanvasObject {
	colour := theme.ColorNameWarning
	if alert.Level == "red" {
		colour = theme.ColorNameError
	}
	when := typeset.NewBadge(t.say("urgent."+alert.Level+".label"), t.words.Lang(), colour)
	objects := []fyne.CanvasObject{when, t.heading("need." + alert.Kind + ".title")}
	for _, n := range []string{"1", "2", "3"} {
		if key := "need." + alert.Kind + ".action" + n; t.words.Has(key) {
			objects = append(objects, t.label("• "+t.say(key)))
		}
	}
	return card(append(objects, t.helpers(alert.Kind)...)...)
}

// newAlerts reports whether an answer since the last action card named a need that was not on it.
func (t *talk) newAlerts() bool {
	return slices.ContainsFunc(t.session.State().Alerts(), func(a schema.Alert) bool {
		return !slices.Contains(t.seen, a.Level+a.Kind)
	})
}
