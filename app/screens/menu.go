package screens

import (
	"fyne.io/fyne/v2"

	"leeward/app/typeset"
	"leeward/schema"
)

// menu is what can be done beside asking: each way is one tap, or its number.
func (t *talk) menu() {
	t.flush()
	if t.session.Over() {
		return
	}
	t.show(t.menuView())
}

func (t *talk) menuView() view {
	ways := []way{
		{"menu.list.button", typeset.Quiet, func() { t.show(t.jumpList()) }},
		{"menu.handover.button", typeset.Quiet, t.handOver},
		{"menu.language.button", typeset.Quiet, func() { t.present(); t.languages() }},
		{"menu.interpreter.button", typeset.Quiet, func() { t.show(t.interpreterCard("")) }},
		{"menu.shift.button", typeset.Quiet, func() { t.show(t.shiftCard()) }},
		{"keys.list.title", typeset.Quiet, t.help},
	}
	if t.byPhone() {
		ways = append(ways, way{"menu.dropped.button", typeset.Quiet, t.callDropped})
	}
	if t.session.Kept() {
		ways = append(ways, way{"menu.withdraw.button", typeset.Quiet, func() { t.show(t.withdrawHere()) }})
	}
	if t.practising() {
		ways = append(ways, way{"menu.real.button", typeset.Danger, func() { t.show(t.realPerson("")) }})
	}
	objects := []fyne.CanvasObject{t.title("menu.more.title")}
	var buttons []*typeset.Button
	for _, w := range ways {
		b := t.button(w.key, w.weight, w.take)
		buttons, objects = append(buttons, b), append(objects, b)
	}
	on := t.button("urgent.return.button", typeset.Primary, t.present)
	body := frameAround(nil, page(objects...), t.footer(t.out(), t.rowEnd(on)))
	digit := func(n int) bool {
		if n > len(buttons) {
			return false
		}
		ways[n-1].take()
		return true
	}
	return t.here(view{body: body, focus: buttons[0], digit: digit, key: t.escape(t.present)})
}

// questionOf finds the question that people know by a code, such as "A4"; its path is empty where the
// questionnaire has none.
func (t *talk) questionOf(code string) schema.Path {
	form := t.session.Form()
	for _, path := range form.Paths() {
		if item, ok := form.Item(path); ok && item.Code == code && item.Kind != schema.Group {
			return path
		}
	}
	return ""
}

// withdrawHere takes the agreement back in the middle of the talk: one question, because a slip would
// erase everything, and no reason.
func (t *talk) withdrawHere() view {
	lines := []fyne.CanvasObject{t.text("withdraw.agreement.text"), t.quiet("withdraw.sealed.text")}
	return t.ask("withdraw.agreement.title", lines,
		way{"withdraw.erase.button", typeset.Danger, t.withdraw},
		way{"withdraw.keep.button", typeset.Quiet, t.present},
	)
}
