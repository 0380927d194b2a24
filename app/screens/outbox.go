package screens

import (
	"context"
	"image/color"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"leeward/app/typeset"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/sync/courier"
)

// outbox is the ladder of what waits for the office. Every rung is what its proof says, never a hope.
func (s *Screens) outbox(note string) view {
	ctx := context.Background()
	message := s.label(note)
	message.Bold = true
	send := s.button("outbox.sync.button", typeset.Primary, nil)
	send.OnTapped = func() { s.send(send, message) }
	body := []fyne.CanvasObject{s.title("outbox.ladder.title")}
	counts, err := s.Device.Counts(ctx)
	if err != nil {
		message.Set(s.trouble(err), s.words.Lang())
	}
	body = append(body, s.ladder(counts))
	office, err := s.Device.Office(ctx)
	if err != nil || !office.Enrolled {
		send.Disable()
		body = append(body, s.quiet("outbox.unenrolled.text"))
	}
	back := s.button("app.back.button", typeset.Quiet, func() { s.show(s.home("")) })
	stick := s.button("carry.stick.title", typeset.Quiet, func() { s.show(s.carry("")) })
	if send.Disabled() {
		stick.Disable()
	}
	if lack := office.Missing; len(lack.Numbers) > 0 {
		missing := s.text("outbox.missing.text", "Numbers", numbers(lack.Numbers), "When", lack.Since.Local().Format(time.DateOnly))
		missing.Color = theme.ColorNameWarning
		body = append(body, missing)
	}
	if office.Unshown > 0 {
		unshown := s.text("outbox.unshown.text", "Number", office.Unshown)
		unshown.Color = theme.ColorNameWarning
		body = append(body, unshown)
	}
	body = append(body, s.newsLines(ctx, office.News)...)
	body = append(body, s.age(ctx), message)
	around := frameAround(nil, page(body...), s.footer(s.row(back, stick), s.rowEnd(send)))
	return view{body: around, focus: send, key: s.escape(func() { s.show(s.home("")) }), again: func() view { return s.outbox(note) }}
}

// numbers writes runs of numbers: "41–43, 45".
func numbers(spans []screening.Span) string {
	var list []string
	for _, n := range spans {
		one := strconv.FormatUint(n.From, 10)
		if n.To > n.From {
			one += "–" + strconv.FormatUint(n.To, 10)
		}
		list = append(list, one)
	}
	return strings.Join(list, ", ")
}

// ladder shows each rung with how many interviews stand on it.
func (s *Screens) ladder(c store.Counts) fyne.CanvasObject {
	rungs := []struct {
		rung  screening.Rung
		count int
	}{
		{screening.RungSaved, c.Saved},
		{screening.RungSealed, c.Sealed},
		{screening.RungSent, c.Sent},
		{screening.RungStored, c.Stored},
		{screening.RungOpened, c.Opened},
		{screening.RungQuarantined, c.Quarantined},
	}
	var rows []fyne.CanvasObject
	total := 0
	for _, r := range rungs {
		total += r.count
		if r.rung == screening.RungQuarantined && r.count == 0 {
			continue
		}
		rows = append(rows, s.rung(r.rung, r.count))
	}
	if total == 0 {
		rows = append(rows, s.quiet("outbox.empty.text"))
	}
	return card(rows...)
}

// rung is one line of the ladder: the number stands out where there is something to count.
func (s *Screens) rung(r screening.Rung, count int) fyne.CanvasObject {
	number := s.label(strconv.Itoa(count))
	number.Step, number.Bold = typeset.Title, count > 0
	name, hint := s.text("rung."+r.String()+".label"), s.quiet("rung."+r.String()+".hint")
	name.Bold, hint.Step = true, typeset.Caption
	switch {
	case count == 0:
		number.Color, name.Color = typeset.ColorMuted, typeset.ColorMuted
	case r == screening.RungQuarantined:
		number.Color, name.Color = theme.ColorNameWarning, theme.ColorNameWarning
	}
	return s.beside(2.8, number, column(2, name, s.row(s.steps(r, count)), hint))
}

// news says on which day the office was last heard of; an hour would tell too much about a talk.
func (s *Screens) news(at time.Time) *typeset.Label {
	if at.IsZero() {
		return s.quiet("outbox.never.text")
	}
	return s.quiet("outbox.last.text", "When", at.Local().Format("2006-01-02"))
}

// age says for how many days something has been waiting; nothing where nothing is.
func (s *Screens) age(ctx context.Context) *typeset.Label {
	oldest, err := s.Device.Oldest(ctx)
	if err != nil || oldest.IsZero() {
		return s.label("")
	}
	return s.quiet("outbox.age.text", "Number", int(time.Since(oldest).Hours()/24))
}

// steps shows a rung as a shape: as many filled squares as steps are done. Quarantine has a shape of its own.
func (s *Screens) steps(r screening.Rung, count int) fyne.CanvasObject {
	const of, side = 5, 9
	row := container.NewHBox()
	colour := theme.Color(theme.ColorNamePrimary)
	if count == 0 {
		colour = theme.Color(typeset.ColorMuted)
	}
	for i := range of {
		square := canvas.NewRectangle(color.Transparent)
		square.StrokeColor, square.StrokeWidth = colour, 1.5
		if screening.Rung(i) < r && r != screening.RungQuarantined {
			square.FillColor = colour
		}
		if square.SetMinSize(fyne.NewSquareSize(side)); r == screening.RungQuarantined {
			square.CornerRadius = side / 2
		}
		row.Add(container.NewCenter(square))
	}
	return row
}

// send talks to the office and says how it went.
func (s *Screens) send(button *typeset.Button, message *typeset.Label) {
	button.Disable()
	s.tell(message, s.say("outbox.syncing.text"))
	var got courier.Result
	s.work(func(ctx context.Context) (err error) {
		got, err = s.Device.Sync(ctx)
		return err
	}, func(err error) {
		if !s.open {
			return // locked meanwhile
		}
		said := s.say("outbox.sent.text", "Count", got.Sent)
		switch {
		case err != nil:
			said = s.trouble(err)
		case got.Sent == 0:
			said = s.say("outbox.nothing.text")
		}
		s.show(s.outbox(said))
	})
}

// escape makes a view's key handler that goes back on Escape.
func (s *Screens) escape(back func()) func(fyne.KeyName) bool {
	return func(k fyne.KeyName) bool {
		if k == fyne.KeyEscape {
			back()
			return true
		}
		return false
	}
}
