package screens

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"leeward/app/typeset"
	"leeward/internal/store"
)

// home is where everything begins: a new interview, unfinished ones by code, and how far the rest has
// come. No times and no names: somebody may be looking. note says what just happened.
func (s *Screens) home(note string) view {
	ctx := context.Background()
	begin := s.button("home.new.button", typeset.Primary, s.newTalk)
	urgent := s.button("home.urgent.button", typeset.Danger, s.urgentFirst)
	message := s.label(note)
	message.Bold = true
	body := []fyne.CanvasObject{
		s.ends(s.title("home.start.title"), s.rowEnd(urgent)), s.quiet("home.calm.text"), message, s.wear(), begin,
	}
	if s.Device.Practice() {
		body = append(body, s.trainingButton(func() { s.show(s.home("")) }))
	}
	if asked := s.askedButton(ctx); asked != nil {
		body = append(body, asked)
	}
	if due := s.promiseButton(); due != nil {
		body = append(body, due)
	}
	body = append(body, s.drafts(ctx), s.counts(ctx), s.row(
		s.button("home.outbox.button", typeset.Quiet, func() { s.show(s.outbox("")) }),
		s.button("home.settings.button", typeset.Quiet, func() { s.show(s.settings("")) }),
		s.button("home.lock.button", typeset.Quiet, func() { s.lock("") }),
		s.button("group.list.title", typeset.Quiet, func() { s.show(s.group("")) }),
		s.button("home.withdraw.button", typeset.Quiet, func() { s.show(s.findToWithdraw("")) }),
		s.button("keys.list.title", typeset.Quiet, s.help),
	))
	return view{body: page(body...), focus: begin, again: func() view { return s.home(note) }}
}

// drafts is a card with the interviews that can be gone on with: by code, and how far they are.
func (s *Screens) drafts(ctx context.Context) fyne.CanvasObject {
	drafts, err := s.Device.Drafts(ctx)
	switch {
	case err != nil:
		n := s.notice()
		n.Set(s.trouble(err), s.words.Lang())
		return n
	case len(drafts) == 0:
		return s.quiet("home.none.text")
	}
	rows := []fyne.CanvasObject{s.heading("home.drafts.title"), s.quiet("home.drafts.text", "Count", len(drafts))}
	for _, d := range drafts {
		rows = append(rows, s.draft(d))
	}
	return card(rows...)
}

func (s *Screens) draft(d store.Summary) fyne.CanvasObject {
	on := typeset.NewButton(s.say("home.draft.button", "Code", string(d.Code)), s.words.Lang(), func() { s.goOn(d.ID) })
	stage := s.Form.Stage(d.At)
	if stage == "" { // of an older questionnaire, which is only read when the interview is opened
		return s.row(on)
	}
	return s.ends(s.row(on), s.quiet("home.stage.text", "Stage", s.say("stage."+string(stage)+".title")))
}

// counts is a card with what this device holds, in numbers.
func (s *Screens) counts(ctx context.Context) fyne.CanvasObject {
	c, err := s.Device.Counts(ctx)
	if err != nil {
		return s.row() // said by drafts
	}
	var lines []fyne.CanvasObject
	if waiting := c.Saved + c.Sealed + c.Sent + c.Stored + c.Quarantined; waiting > 0 {
		lines = append(lines, s.text("home.waiting.text", "Count", waiting))
	}
	if c.Opened > 0 {
		lines = append(lines, s.quiet("home.opened.text", "Count", c.Opened))
	}
	if c.Tally > 0 {
		lines = append(lines, s.quiet("home.counted.text", "Count", c.Tally))
	}
	if len(lines) == 0 {
		lines = append(lines, s.quiet("outbox.empty.text"))
	}
	lines = append(lines, s.clockLines(ctx)...)
	if old := s.oldNews(ctx); old != nil {
		lines = append(lines, old)
	}
	if news, err := s.Device.News(ctx); err == nil && news.Revoked {
		line := s.text("news.revoked.text")
		line.Color = theme.ColorNameWarning
		lines = append(lines, line)
	}
	if office, err := s.Device.Office(ctx); err == nil && !office.Enrolled {
		lines = append(lines, s.quiet("home.enrol.text"))
	}
	return card(append([]fyne.CanvasObject{s.heading("home.counts.title")}, lines...)...)
}
