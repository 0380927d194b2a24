package screens

import (
	"context"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
)

// home is where everything begins: a new interview, unfinished ones by code, and how far the rest has
// come. No times and no names: somebody may be looking. note says what just happened.
func (s *Screens) home(note string) view {
	ctx := context.Background()
	begin := s.button("home.new.button", typeset.Primary, func() { s.show(s.prepare()) })
	message := s.label(note)
	message.Bold = true
	body := []fyne.CanvasObject{s.title("home.start.title"), message, begin}
	body = append(body, s.draftRows(ctx)...)
	body = append(body, s.countLines(ctx)...)
	body = append(body, s.row(
		s.button("home.outbox.button", typeset.Quiet, func() { s.show(s.outbox("")) }),
		s.button("home.settings.button", typeset.Quiet, func() { s.show(s.settings("")) }),
		s.button("home.lock.button", typeset.Quiet, func() { s.lock("") }),
	))
	return view{body: page(body...), focus: begin, again: func() view { return s.home(note) }}
}

func (s *Screens) draftRows(ctx context.Context) []fyne.CanvasObject {
	drafts, err := s.Device.Drafts(ctx)
	switch {
	case err != nil:
		n := s.notice()
		n.Set(s.trouble(err), s.words.Lang())
		return []fyne.CanvasObject{n}
	case len(drafts) == 0:
		return []fyne.CanvasObject{s.quiet("home.none.text")}
	}
	rows := []fyne.CanvasObject{s.heading("home.drafts.title"), s.quiet("home.drafts.text", "Count", len(drafts))}
	for _, d := range drafts {
		b := typeset.NewButton(s.say("home.draft.button", "Code", string(d.Code)), s.words.Lang(), func() { s.goOn(d.ID) })
		rows = append(rows, b)
	}
	return rows
}

func (s *Screens) countLines(ctx context.Context) []fyne.CanvasObject {
	c, err := s.Device.Counts(ctx)
	if err != nil {
		return nil // said by draftRows
	}
	var lines []fyne.CanvasObject
	if waiting := c.Saved + c.Sealed + c.Sent + c.Stored + c.Quarantined; waiting > 0 {
		lines = append(lines, s.quiet("home.waiting.text", "Count", waiting))
	}
	if c.Opened > 0 {
		lines = append(lines, s.quiet("home.opened.text", "Count", c.Opened))
	}
	if c.Tally > 0 {
		lines = append(lines, s.quiet("home.counted.text", "Count", c.Tally))
	}
	if office, err := s.Device.Office(ctx); err == nil && !office.Enrolled {
		lines = append(lines, s.quiet("home.enrol.text"))
	}
	return lines
}
