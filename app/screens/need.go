package screens

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"leeward/app/device"
	"leeward/app/typeset"
	"leeward/internal/screening"
	"leeward/schema"
)

// consentless are the kinds of needs in which somebody is helped whatever they want: what the person does not want is
// no way to close them.
var consentless = []string{"child_safety", "self_harm"}

// needCard is one need: how soon, in a word and a colour, whom to call, and up to three things to do. For a red one each
// of them can be noted as done. again shows the card anew.
func (t *talk) needCard(alert schema.Alert, again func()) fyne.CanvasObject {
	colour := theme.ColorNameWarning
	if alert.Level == "red" {
		colour = theme.ColorNameError
	}
	when := typeset.NewBadge(t.say("urgent."+alert.Level+".label"), t.words.Lang(), colour)
	n := &need{talk: t, kind: alert.Kind, again: again, notes: alert.Level == "red" && t.session.Acts(alert.Kind)}
	objects := []fyne.CanvasObject{when, t.heading("need." + alert.Kind + ".title")}
	if done := t.session.Action(alert.Kind); done != "" {
		said := t.text("urgent.noted.text", "Name", done)
		said.Color, said.Bold = theme.ColorNameSuccess, true
		objects = append(objects, said)
	}
	objects = append(append(objects, n.calls()...), n.things()...)
	if n.notes {
		objects = append(objects, n.other()...)
	}
	return card(objects...)
}

// need is a need on the card.
type need struct {
	*talk
	kind  string
	notes bool // what was done is taken down
	again func()
}

// did notes what was done, in the language of the program.
func (n *need) did(what string) {
	if err := n.session.Act(context.Background(), n.kind, what, schema.Lang(n.words.Lang())); err != nil {
		n.Log.Error("note an action", "code", screening.CodeOf(err)) // the card says that it is not saved
	}
	n.again()
}

// unnumbered says what to do where nobody is written down who could be called about one of the needs.
func (t *talk) unnumbered(alerts []schema.Alert, again func()) []fyne.CanvasObject {
	all, err := t.Device.Numbers(context.Background())
	covered := func(a schema.Alert) bool {
		return len(t.helpers(a.Kind)) > 0 || slices.ContainsFunc(all, func(one device.Number) bool { return one.For(a.Kind) })
	}
	if err != nil || !slices.ContainsFunc(alerts, func(a schema.Alert) bool { return !covered(a) }) {
		return nil
	}
	add := t.button("numbers.list.title", typeset.Quiet, func() { t.show(t.here(t.numbersView(again))) })
	return []fyne.CanvasObject{t.text("urgent.no_number.text"), t.row(add)}
}

// calls is whom to call from here: the directory of the office and the numbers of this place, or how to get one.
func (n *need) calls() (objects []fyne.CanvasObject) {
	all, err := n.Device.Numbers(context.Background())
	if err != nil {
		return []fyne.CanvasObject{n.label(n.trouble(err))}
	}
	all = append(n.helpers(n.kind), slices.DeleteFunc(all, func(one device.Number) bool { return !one.For(n.kind) })...)
	if len(all) == 0 {
		return nil // said once, above
	}
	if n.notes {
		objects = append(objects, n.quiet("urgent.call.text"))
	}
	for _, one := range all {
		said := numberWords(one)
		if !n.notes {
			objects = append(objects, n.label(said))
			continue
		}
		objects = append(objects, typeset.NewButton(said, n.words.Lang(), func() {
			n.did(n.say("urgent.called.text", "Name", one.Name+" "+one.Phone))
		}))
	}
	return objects
}

// numberWords is a number on one line. The parts stand apart with signs that no direction of writing moves.
func numberWords(n device.Number) string {
	said := n.Name
	if n.Phone != "" {
		said += " · \u2068" + n.Phone + "\u2069" // isolated: the digits stay together beside Arabic
	}
	if n.Hours != "" {
		said += " · " + n.Hours
	}
	return said
}

// things is what to do, each with a button that notes it.
func (n *need) things() (objects []fyne.CanvasObject) {
	for _, i := range []string{"1", "2", "3"} {
		key := "need." + n.kind + ".action" + i
		if !n.words.Has(key) {
			continue
		}
		line := n.label("• " + n.say(key))
		if !n.notes {
			objects = append(objects, line)
			continue
		}
		done := n.button("urgent.done.button", typeset.Quiet, func() { n.did(n.say(key)) })
		objects = append(objects, n.ends(line, n.rowEnd(done)))
	}
	return objects
}

// other is a line for what is not on the card, and for a person who does not want it.
func (n *need) other() []fyne.CanvasObject {
	var note func()
	typed := n.entry(func() { note() })
	note = func() {
		if typed.Text != "" {
			n.did(typed.Text)
		}
	}
	ways := n.row(n.button("urgent.note.button", typeset.Quiet, note))
	if !slices.Contains(consentless, n.kind) {
		ways.Add(n.button("urgent.wants_not.button", typeset.Quiet, func() { n.did(n.say("urgent.wants_not.button")) }))
	}
	return []fyne.CanvasObject{n.quiet("urgent.other.label"), typed, ways}
}

// cardAgain shows the action card anew and leaves the keyboard where it was, and the page as far down.
func (t *talk) cardAgain(back func()) {
	had, _ := t.Window.Canvas().Focused().(*typeset.Button)
	at := slices.Index(buttons(t.now.body), had)
	t.show(t.actionCard(back))
	if now := buttons(t.now.body); had != nil && at >= 0 && at < len(now) {
		t.Window.Canvas().Focus(now[at])
	}
}
