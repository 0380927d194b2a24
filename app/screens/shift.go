package screens

import (
	"context"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
)

// shiftCard hands urgent needs over to the next shift: by code, with what has to be done and how soon,
// and without the story.
func (t *talk) shiftCard() view {
	alerts := t.session.State().Alerts()
	objects := []fyne.CanvasObject{t.title("menu.shift.button"), t.quiet("shift.needs.text")}
	if t.session.Kept() {
		code := t.heading("interview.code.label", "Code", string(t.session.Code()))
		objects = append(objects, code)
	} else {
		objects = append(objects, t.text("shift.unkept.text"))
	}
	if len(alerts) == 0 {
		objects = append(objects, t.text("urgent.none.text"))
	} else {
		objects = append(objects, card(t.needList(alerts)))
	}
	objects = append(objects, t.quiet("first.shared.text"))
	on := t.button("urgent.return.button", typeset.Primary, t.present)
	body := frameAround(nil, page(objects...), t.footer(t.out(), t.rowEnd(on)))
	return t.here(view{body: body, focus: on, key: t.escape(t.present)})
}

// practising reports whether the talk goes to the store of practice.
func (t *talk) practising() bool { return t.Device.Practice() }

// realPerson asks before a talk of practice becomes real: somebody real is sitting there after all.
func (t *talk) realPerson(note string) view {
	lines := []fyne.CanvasObject{t.text("real.person.text")}
	if note != "" {
		n := t.notice()
		n.Set(note, t.words.Lang())
		lines = append(lines, n)
	}
	return t.ask("menu.real.button", lines,
		way{"real.person.button", typeset.Primary, func() {
			if err := t.Device.BecomeReal(context.Background(), t.session); err != nil {
				t.show(t.realPerson(t.trouble(err)))
				return
			}
			t.present()
		}},
		way{"app.back.button", typeset.Quiet, t.present},
	)
}
