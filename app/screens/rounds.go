package screens

import (
	"context"

	"fyne.io/fyne/v2"

	"leeward/app/session"
	"leeward/app/typeset"
	"leeward/schema"
)

// roundTitle says which round of a repeat the page belongs to, and takes it away where the screener may.
func (t *talk) roundTitle(r session.Instance) fyne.CanvasObject {
	who, state := t.session.Setting(), t.session.State()
	number := t.say("rounds.number.text", "Number", r.Index, "Of", r.Of)
	one, two := state.Label(r.Path, who.Language), state.Label(r.Path, who.ScreenerLang)
	first, second := typeset.NewLabel(one.Text, string(one.Lang)), typeset.NewLabel(two.Text, string(two.Lang))
	first.Bold, second.Color = true, typeset.ColorMuted
	where := column(4, typeset.NewPair(first, second), t.label(number))
	if !r.Free {
		return where
	}
	return t.ends(where, t.rowEnd(t.button("rounds.remove.button", typeset.Quiet, func() { t.removeRound(r.Path) })))
}

// roundDoor asks whether to add one round more: its own page, after the last round.
func (t *talk) roundDoor(repeat schema.Path) []fyne.CanvasObject {
	who, state := t.session.Setting(), t.session.State()
	label := state.Label(repeat+"[1]", who.ScreenerLang)
	if label.Text == "" { // without a round, by the questionnaire's words
		item, _ := t.session.Form().Item(repeat)
		label.Text, label.Lang = item.Text[who.ScreenerLang].Text, who.ScreenerLang
	}
	title := typeset.NewLabel(label.Text, string(label.Lang))
	title.Step, title.Bold = typeset.Title, true
	objects := []fyne.CanvasObject{
		title, t.text("rounds.so_far.text", "Number", state.Counts()[repeat]),
		t.button("rounds.add.button", typeset.Quiet, func() {
			t.moved(t.session.AddInstance(context.Background(), repeat))
		}),
	}
	if gone, ok := t.session.CanUndoRemove(); ok && gone == repeat {
		objects = append(objects, t.button("rounds.undo.button", typeset.Quiet, func() {
			t.moved(t.session.UndoRemove(context.Background()))
		}))
	}
	return objects
}

// removeRound takes a round away; the page that follows brings it back on request.
func (t *talk) removeRound(round schema.Path) {
	t.flush()
	if !t.session.Over() {
		t.moved(t.session.RemoveInstance(context.Background(), round))
	}
}

// moved shows what a change of rounds led to.
func (t *talk) moved(err error) {
	t.half = make(map[schema.Path]*asked) // rounds have moved
	t.present()
	if err != nil {
		t.frame.tell(t.trouble(err))
	}
}
