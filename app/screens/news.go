package screens

import (
	"context"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"leeward/app/device"
	"leeward/app/typeset"
	"leeward/sync/bulletin"
)

// oldAfter is how long nothing was heard of the office before the screens say so. Nothing else comes of it.
const oldAfter = 7 * 24 * time.Hour

// learnNews takes up what the office published: new interviews begin with its questionnaire.
func (s *Screens) learnNews() {
	s.rules = bulletin.Rules{}
	if news, err := s.Device.News(context.Background()); err == nil {
		s.rules = news.Rules
	}
	s.Form = s.Device.Form()
	if s.shipped == nil {
		s.shipped = s.Catalogue
	}
	s.Catalogue = s.Device.Speak(s.shipped)
	s.useLanguage(s.words.Lang())
}

// askedButton leads to what the office asks back; nil where it asks nothing.
func (s *Screens) askedButton(ctx context.Context) fyne.CanvasObject {
	list, err := s.Device.Asked(ctx)
	if err != nil || len(list) == 0 {
		return nil
	}
	return typeset.NewButton(s.say("asked.count.button", "Number", len(list)), s.words.Lang(), func() { s.show(s.asked("")) })
}

// asked shows what the office asks back about interviews of this device, oldest first, until somebody has dealt with it.
func (s *Screens) asked(note string) view {
	ctx := context.Background()
	list, err := s.Device.Asked(ctx)
	if err != nil {
		note = s.trouble(err)
	}
	back := s.button("app.back.button", typeset.Quiet, func() { s.show(s.home("")) })
	body := []fyne.CanvasObject{s.title("asked.list.title"), s.label(note)}
	for _, a := range list {
		text := s.label("")
		text.Set(a.Text, "") // in whatever language the office wrote it
		done := s.button("asked.settle.button", typeset.Quiet, func() {
			s.work(func(ctx context.Context) error { return s.Device.SettleAsked(ctx, a.ID) }, func(err error) {
				switch {
				case err != nil:
					s.show(s.asked(s.trouble(err)))
				case len(list) == 1:
					s.show(s.home(""))
				default:
					s.show(s.asked(""))
				}
			})
		})
		about := s.quiet("asked.about.text", "Code", string(a.Code), "When", a.At.Local().Format(time.DateOnly))
		body = append(body, card(about, text, s.row(done)))
	}
	around := frameAround(nil, page(body...), s.footer(s.row(back), s.rowEnd()))
	return view{body: around, focus: back, key: s.escape(func() { s.show(s.home("")) }), again: func() view { return s.asked(note) }}
}

// newsLines say how old the office's news are, and what about them somebody should know.
func (s *Screens) newsLines(ctx context.Context, at time.Time) []fyne.CanvasObject {
	lines := append(s.clockLines(ctx), s.news(at))
	if old := s.oldNews(ctx); old != nil {
		lines = append(lines, old)
	}
	news, err := s.Device.News(ctx)
	if err != nil {
		return lines
	}
	if news.Lapsed {
		lines = append(lines, s.text("news.lease.text"))
	}
	if news.Revoked {
		line := s.text("news.revoked.text")
		line.Color = theme.ColorNameWarning
		lines = append(lines, line)
	}
	if news.Unusable {
		lines = append(lines, s.text("news.unusable.text"))
	}
	return lines
}

// clockLines say that the device's clock is wrong, where the office's shows it. Nothing waits for it to be set.
func (s *Screens) clockLines(ctx context.Context) []fyne.CanvasObject {
	clock, err := s.Device.Clock(ctx)
	key := map[device.Clock]string{device.ClockBehind: "clock.behind.text", device.ClockAhead: "clock.ahead.text"}[clock]
	if err != nil || key == "" {
		return nil
	}
	line := s.text(key)
	line.Color = theme.ColorNameWarning
	return []fyne.CanvasObject{line}
}

// oldNews says for how many days nothing was heard of the office; nil where that is not long, or nobody is to be heard.
func (s *Screens) oldNews(ctx context.Context) fyne.CanvasObject {
	news, err := s.Device.News(ctx)
	age := time.Since(news.Heard)
	if err != nil || news.Heard.IsZero() || age < oldAfter {
		return nil
	}
	return s.text("news.old.text", "Number", int(age.Hours()/24))
}

// helpers are the places of the office's directory that help with a kind of need.
func (s *Screens) helpers(need string) (all []device.Number) {
	for _, h := range s.Device.Guide().For(need) {
		name, _ := bulletin.In(h.Name, s.words.Lang())
		hours, _ := bulletin.In(h.Hours, s.words.Lang())
		all = append(all, device.Number{Name: name, Phone: h.Phone, Hours: hours})
	}
	return all
}

// Revoked is to be called, from any goroutine, when the device heard that its office trusts it no more: it locks, with every
// answer kept, and says why.
func (s *Screens) Revoked() {
	fyne.Do(func() {
		if s.open {
			s.lock(s.say("news.revoked.text"))
		}
	})
}

// Wiped is to be called, from any goroutine, when the office had the device wiped.
func (s *Screens) Wiped() {
	fyne.Do(func() {
		s.gone()
		on := s.button("app.done.button", typeset.Primary, s.begin)
		s.show(view{body: gate(s.mark(), s.text("news.wiped.text"), on), focus: on})
	})
}
