package screens

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"leeward/app/device"
	"leeward/app/typeset"
	"leeward/internal/screening"
	"leeward/schema"
)

// group is the list of people who arrived together: numbers, no names, the most urgent first. Nobody agreed
// to an interview yet; what stands here is for tonight, and is erased after three days.
func (s *Screens) group(note string) view {
	list, err := s.Device.Arrivals(context.Background())
	message := s.notice()
	if message.Set(note, s.words.Lang()); err != nil {
		message.Set(s.trouble(err), s.words.Lang())
	}
	next := s.button("group.next.button", typeset.Primary, func() { s.show(s.quick(device.Arrival{})) })
	objects := []fyne.CanvasObject{
		s.title("group.list.title"), s.quiet("group.list.text"), message, s.text("group.count.text", "Number", len(list)),
	}
	people := make([]*quickPage, 0, len(list))
	for _, one := range list {
		people = append(people, s.judged(one))
	}
	slices.SortStableFunc(people, func(a, b *quickPage) int {
		return cmp.Or(cmp.Compare(a.urgency(), b.urgency()), cmp.Compare(a.one.Number, b.one.Number))
	})
	for _, q := range people {
		objects = append(objects, s.groupRow(q))
	}
	objects = append(objects, s.sharePart())
	leave := s.button("app.back.button", typeset.Quiet, func() { s.show(s.home("")) })
	body := frameAround(nil, page(objects...), s.footer(s.row(leave), s.rowEnd(next)))
	return view{body: body, focus: next, key: s.escape(func() { s.show(s.home("")) })}
}

// groupRow is one person: the number, what is urgent, and the ways on.
func (s *Screens) groupRow(q *quickPage) fyne.CanvasObject {
	lines := []fyne.CanvasObject{s.heading("group.person.text", "Number", q.one.Number)}
	var told []string
	for _, a := range q.state.Alerts() {
		if slices.Contains(told, a.Kind) {
			continue
		}
		told = append(told, a.Kind)
		colour := theme.ColorNameWarning
		if a.Level == "red" {
			colour = theme.ColorNameError
		}
		lines = append(lines, typeset.NewBadge(s.say("urgent."+a.Level+".label")+" · "+s.say("need."+a.Kind+".title"), s.words.Lang(), colour))
	}
	if len(told) == 0 {
		lines = append(lines, s.quiet("urgent.none.text"))
	}
	return card(append(lines, s.row(
		s.button("group.open.button", typeset.Quiet, func() { s.show(s.quick(q.one)) }),
		s.button("group.interview.button", typeset.Quiet, func() { s.fromGroup(q.one) }),
		s.button("group.erase.button", typeset.Quiet, func() { s.show(s.eraseArrival(q.one.Number)) }),
	))...)
}

func (s *Screens) eraseArrival(number int) view {
	back := func() { s.show(s.group("")) }
	return s.ask("group.erase.button", []fyne.CanvasObject{s.heading("group.person.text", "Number", number)},
		way{"withdraw.erase.button", typeset.Danger, func() {
			if err := s.Device.EraseArrival(context.Background(), number); err != nil {
				s.show(s.group(s.trouble(err)))
				return
			}
			back()
		}},
		way{"withdraw.keep.button", typeset.Quiet, back},
	)
}

// quickPage is the sixty-second questions of one person on one page. They are saved as they are answered.
type quickPage struct {
	*Screens
	one   device.Arrival
	state *schema.State
	asked []*quickItem
	lang  schema.Lang
	note  *typeset.Label
	needs *typeset.Label
}

func (s *Screens) judged(one device.Arrival) *quickPage {
	q := &quickPage{Screens: s, one: one, lang: s.groupLang}
	if q.lang == "" {
		q.lang = s.Form.Questionnaire().Languages[0].Tag
	}
	if q.one.Answers == nil {
		q.one.Answers = make(schema.Answers)
	}
	q.evaluate()
	return q
}

func (q *quickPage) evaluate() {
	q.state = q.Form.Evaluate(q.one.Answers, schema.Env{Now: time.Now(), Language: q.lang})
}

// urgency is 0 for what cannot wait, 1 for today, 2 for nothing urgent.
func (q *quickPage) urgency() int {
	alerts := q.state.Alerts() // red ones come first
	switch {
	case len(alerts) == 0:
		return 2
	case alerts[0].Level == "red":
		return 0
	}
	return 1
}

// quick asks one person of a group.
func (s *Screens) quick(one device.Arrival) view {
	q := s.judged(one)
	q.note, q.needs = s.notice(), s.notice()
	language := typeset.NewButton("", "", nil)
	title := s.title("group.new.title")
	if one.Number > 0 {
		title = s.title("group.person.text", "Number", one.Number)
	}
	objects := []fyne.CanvasObject{s.ends(title, s.rowEnd(language)), q.needs}
	for _, path := range s.Form.Paths() {
		item, _ := s.Form.Item(path)
		if !item.Quick {
			continue
		}
		i := q.item(path, item)
		q.asked, objects = append(q.asked, i), append(objects, card(i.objects...))
	}
	language.OnTapped = func() { q.languages(language) }
	q.name(language)
	q.urgent()
	next := s.button("group.next.button", typeset.Primary, func() { q.leave(func() { s.show(s.quick(device.Arrival{})) }) })
	done := s.button("app.done.button", typeset.Quiet, func() { q.leave(func() { s.show(s.group("")) }) })
	body := frameAround(padded(q.note), page(objects...), s.footer(s.row(done), s.rowEnd(next)))
	return view{body: body, begin: func() { q.asked[0].block.Focus(s.Window.Canvas()) }, key: func(k fyne.KeyName) bool {
		switch k {
		case fyne.KeyPageDown:
			next.OnTapped()
		case fyne.KeyEscape:
			done.OnTapped()
		case fyne.KeyF2:
			q.turn()
			q.name(language)
		default:
			return false
		}
		return true
	}, digit: q.pick}
}

// turn goes to the next language of the questionnaire.
func (q *quickPage) turn() {
	langs := q.Form.Questionnaire().Languages
	i := slices.IndexFunc(langs, func(l schema.Language) bool { return l.Tag == q.lang })
	q.speak(langs[(i+1)%len(langs)].Tag)
}

// languages lists them by their names in their own script, for the person to point at.
func (q *quickPage) languages(named *typeset.Button) {
	q.over(func(back func()) view {
		rows, now := q.languageRows(q.Form.Questionnaire().Languages, q.lang, func(l schema.Lang) {
			back()
			q.speak(l)
			q.name(named)
		})
		body := page(card(q.heading("prepare.person_language.label"), column(6, rows...)))
		leave := q.button("app.back.button", typeset.Primary, back)
		v := view{body: frameAround(nil, body, q.footer(q.row(), q.rowEnd(leave))), key: q.escape(back), digit: digitOf(rows)}
		if v.focus = leave; now != nil {
			v.focus = now
		}
		return v
	})
}

func (q *quickPage) speak(lang schema.Lang) {
	q.lang, q.groupLang = lang, lang
	q.evaluate()
	for _, i := range q.asked {
		i.show()
	}
}

func (q *quickPage) name(b *typeset.Button) {
	for _, l := range q.Form.Questionnaire().Languages {
		if l.Tag == q.lang {
			b.Set(l.Name, string(l.Tag))
		}
	}
}

// give takes one answer and keeps it.
func (q *quickPage) give(path schema.Path, a schema.Answer) {
	q.touch()
	if q.Form.Admits(path, a, q.one.Answers, schema.Env{Now: time.Now(), Language: q.lang}) != nil {
		return
	}
	if q.one.Answers[path] = a; a.IsZero() {
		delete(q.one.Answers, path)
	}
	q.evaluate()
	q.urgent()
	number, err := q.Device.SaveArrival(context.Background(), q.one)
	if err != nil {
		q.tell(q.note, q.say("interview.unsaved.text")+" "+q.trouble(err))
		return
	}
	q.one.Number = number
	q.tell(q.note, "")
}

// urgent says what cannot wait, in words.
func (q *quickPage) urgent() {
	var words []string
	for _, a := range q.state.Alerts() {
		if text := q.say("need." + a.Kind + ".title"); !slices.Contains(words, text) {
			words = append(words, text)
		}
	}
	q.tell(q.needs, strings.Join(words, " · "))
}

// leave goes on when everything that was said is kept.
func (q *quickPage) leave(on func()) {
	if len(q.one.Answers) > 0 {
		if _, err := q.Device.SaveArrival(context.Background(), q.one); err != nil {
			q.tell(q.note, q.say("interview.unsaved.text")+" "+q.trouble(err))
			return
		}
	}
	on()
}

// fromGroup begins an interview with somebody of the list: what was said there is in it, in memory, until
// the person agrees to have it kept. Then, or when the talk ends, nothing of it stays on the list.
func (s *Screens) fromGroup(one device.Arrival) {
	lang := s.judged(one).lang
	session, err := s.Device.Start(context.Background(), screening.Setting{
		Screener: s.me, Language: lang, ScreenerLang: s.screenerLanguage(),
	})
	if err != nil {
		s.show(s.group(s.trouble(err)))
		return
	}
	for _, path := range session.Form().Paths() { // in the order of the questionnaire
		if a, said := one.Answers[path]; said {
			_, _ = session.Answer(context.Background(), path, a) // what the form does not admit is asked again
		}
	}
	t := s.begun(session)
	t.arrival, t.uncoded = one.Number, s.me == ""
	t.present()
}

// offList takes the person of the talk off the list of the group.
func (t *talk) offList() {
	if t.arrival == 0 {
		return
	}
	if err := t.Device.EraseArrival(context.Background(), t.arrival); err != nil {
		t.Log.Error("take off the list", "code", screening.CodeOf(err))
		return
	}
	t.arrival = 0
}
