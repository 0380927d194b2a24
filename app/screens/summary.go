package screens

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"

	"leeward/app/session"
	"leeward/app/typeset"
	"leeward/schema"
)

// summary stands before the end: the person's own wishes first, then the needs, then the screener's result on
// reasonable grounds with what the answers support, then what is open.
func (t *talk) summary(note string) view {
	done, open := t.tally()
	message := t.notice()
	message.Set(note, t.words.Lang())
	objects := append([]fyne.CanvasObject{t.title("summary.interview.title")}, t.wishes()...)
	if alerts := t.session.State().Alerts(); len(alerts) > 0 {
		objects = append(objects, t.heading("summary.needs.title"), t.needList(alerts))
	}
	objects = append(objects, t.earlierRows()...)
	objects = append(append(objects, t.resultRows()...), t.grounds()...)
	objects = append(objects, t.text("summary.answered.text", "Count", done))
	if len(open) == 0 {
		objects = append(objects, t.text("summary.ready.text"))
	} else {
		objects = append(objects, t.heading("summary.open.title"), t.quiet("summary.open.text", "Count", len(open)))
		objects = append(objects, t.openRows(open)...)
	}
	finish := t.button("summary.finish.button", typeset.Primary, t.finish)
	back := t.button("interview.back.button", typeset.Quiet, t.present)
	after := "summary.finish.text"
	if t.counted() {
		after = "consent.counted.text"
	}
	objects = append(objects, t.quiet(after), t.quiet("summary.signed.text", "Code", t.session.Setting().Screener))
	onPaper := t.button("summary.paper.button", typeset.Quiet, t.paper)
	body := frameAround(padded(message), page(objects...), t.footer(t.out(), t.rowEnd(onPaper, back, finish)))
	key := func(k fyne.KeyName) bool {
		if k == fyne.KeyEscape || k == fyne.KeyPageUp {
			t.present()
			return true
		}
		return false
	}
	return t.here(view{body: body, focus: finish, key: key})
}

func (t *talk) tally() (done int, open []session.Entry) {
	for _, e := range t.session.Outline() {
		switch e.Status {
		case session.Done, session.Missing:
			done++
		case session.Open:
			open = append(open, e)
		}
	}
	return done, open
}

// openRows leads to each question that is open; required ones are what keeps the interview from ending.
func (t *talk) openRows(open []session.Entry) (rows []fyne.CanvasObject) {
	lang := t.session.Setting().ScreenerLang
	slices.SortStableFunc(open, func(a, b session.Entry) int { // what must be answered comes first
		switch {
		case a.Required == b.Required:
			return 0
		case a.Required:
			return -1
		}
		return 1
	})
	for _, e := range open {
		label := t.session.State().Label(e.Path, lang)
		b := typeset.NewButton(label.Text, string(label.Lang), func() {
			if err := t.session.Jump(context.Background(), e.Path); err != nil {
				t.show(t.summary(t.trouble(err)))
				return
			}
			t.present()
		})
		rows = append(rows, b)
	}
	return rows
}

func (t *talk) needList(alerts []schema.Alert) fyne.CanvasObject {
	var lines []fyne.CanvasObject
	told := map[string]bool{}
	for _, a := range alerts {
		if !told[a.Kind] {
			told[a.Kind] = true
			lines = append(lines, t.label("• "+t.say("need."+a.Kind+".title")+" – "+t.say("urgent."+a.Level+".label")))
			if done := t.session.Action(a.Kind); done != "" {
				lines = append(lines, t.quiet("urgent.noted.text", "Name", done))
			}
		}
	}
	return column(4, lines...)
}

// resultRows repeats the screener's own judgement, with the words that keep it in proportion.
func (t *talk) resultRows() (rows []fyne.CanvasObject) {
	state, lang := t.session.State(), t.session.Setting().ScreenerLang
	for _, path := range state.Visible() {
		node := state.Node(path)
		if node.Stage != schema.StageStaff || node.Item.HTCDS != "vic_TraffickingStatus" || node.Answer.Value == "" {
			continue
		}
		said := state.ChoiceLabel(path, node.Answer.Value, lang)
		result := typeset.NewLabel(said.Text, string(said.Lang))
		result.Bold = true
		rows = append(rows, t.heading("summary.result.label"), result, t.quiet("summary.result.hint"))
	}
	return rows
}

// finish ends the interview; what is missing for that is shown where it is missing.
func (t *talk) finish() {
	code, counted, weighs := t.session.Code(), t.counted(), t.weighs()
	if len(t.session.OpenActions()) > 0 {
		t.show(t.actionCard(func() { t.show(t.summary("")) }))
		return
	}
	problems, err := t.session.Finish(context.Background())
	switch {
	case err != nil:
		t.show(t.summary(t.trouble(err)))
	case len(problems) > 0:
		if err := t.session.Jump(context.Background(), problems[0].Path); err != nil {
			t.show(t.summary(t.say("problem.required.text")))
			return
		}
		t.present()
		t.complain(problems)
	case counted:
		t.leave(t.say("summary.counted.text"), weighs)
	default:
		t.Device.Finished()
		t.leave(t.say("summary.finished.text", "Code", string(code)), weighs)
	}
}
