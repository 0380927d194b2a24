package screens

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"leeward/app/session"
	"leeward/app/typeset"
	"leeward/schema"
)

// jumpList is every question with how it stands, stage by stage; a tap goes there. What does not apply is
// listed last and cannot be gone to. No answer stands here.
func (t *talk) jumpList() view {
	objects := []fyne.CanvasObject{t.title("menu.list.button")}
	stage := schema.Stage("")
	var apart []fyne.CanvasObject
	var open *typeset.Button
	for _, e := range t.session.Outline() {
		row, b := t.jumpRow(e)
		if e.Status == session.NotRelevant {
			apart = append(apart, row)
			continue
		}
		if e.Stage != stage {
			stage = e.Stage
			objects = append(objects, t.heading("stage."+string(stage)+".title"))
		}
		if objects = append(objects, row); open == nil && e.Status == session.Open {
			open = b
		}
	}
	if len(apart) > 0 {
		objects = append(append(objects, t.heading("jump.not_relevant.label")), apart...)
	}
	on := t.button("urgent.return.button", typeset.Primary, t.present)
	v := view{body: frameAround(nil, page(objects...), t.footer(t.out(), t.rowEnd(on))), focus: on, key: t.escape(t.present)}
	if open != nil {
		v.focus = open
	}
	return t.here(v)
}

// jumpRow says a question and how it stands, in a word and a shape.
func (t *talk) jumpRow(e session.Entry) (fyne.CanvasObject, *typeset.Button) {
	label := t.session.State().Label(e.Path, t.session.Setting().ScreenerLang)
	state := typeset.NewBadge(t.say("jump."+string(e.Status)+".label"), t.words.Lang(), jumpColours[e.Status])
	if e.Status == session.NotRelevant {
		text := typeset.NewLabel(label.Text, string(label.Lang))
		text.Color = typeset.ColorMuted
		return text, nil
	}
	b := typeset.NewButton(label.Text, string(label.Lang), func() {
		if err := t.session.Jump(context.Background(), e.Path); err != nil {
			t.present()
			t.tellJump(err)
			return
		}
		t.present()
	})
	return column(4, state, b), b
}

var jumpColours = map[session.Status]fyne.ThemeColorName{
	session.Open:    theme.ColorNameWarning,
	session.Done:    theme.ColorNameSuccess,
	session.Missing: typeset.ColorMuted,
}

// tellJump says why a question cannot be gone to now.
func (t *talk) tellJump(err error) {
	switch err {
	case session.ErrStopped:
		t.frame.remark(t.stopRemark())
	case session.ErrConsentFirst:
		t.frame.tell(t.say("error.no_consent.text"))
	default:
		t.frame.tell(t.trouble(err))
	}
}
