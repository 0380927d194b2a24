package screens

import (
	"context"
	"errors"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"leeward/app/device"
	"leeward/app/typeset"
	"leeward/internal/vault"
)

// keysPart leads to what concerns passphrases, and says how far a change of keys is.
func (s *Screens) keysPart() []fyne.CanvasObject {
	part := []fyne.CanvasObject{s.heading("settings.passphrase.title"), s.text("people.shared.text")}
	part = append(part, s.rekeyLine()...)
	ways := []fyne.CanvasObject{
		s.button("people.list.button", typeset.Quiet, func() { s.show(s.people("")) }),
		s.button("settings.passphrase.button", typeset.Quiet, func() { s.show(s.changePassphrase()) }),
		s.button("keyfile.list.title", typeset.Quiet, func() { s.show(s.keyFile()) }),
	}
	if front, err := s.Device.Front(context.Background()); err == nil && front.Allowed {
		ways = append(ways, s.button("front.make.button", typeset.Quiet, func() { s.show(s.makeFront()) }))
	}
	ways = append(ways, s.button("wipe.device.button", typeset.Quiet, func() { s.show(s.wipe()) }))
	return append(part, s.row(ways...))
}

// rekeyEvery is how often the line that says how far a change of keys is looks again.
const rekeyEvery = 300 * time.Millisecond

// rekeyLine says how far the store is written anew; nothing where it is not.
func (s *Screens) rekeyLine() []fyne.CanvasObject {
	r := s.Device.Rekeying()
	if !r.Running && r.Failed == "" {
		return nil
	}
	line := s.label(s.rekeyWords(r))
	line.Bold = true
	var look func()
	look = func() {
		if !s.open || !holds(s.now.body, line) {
			return
		}
		r := s.Device.Rekeying()
		s.tell(line, s.rekeyWords(r))
		if r.Running {
			s.after(rekeyEvery, look)
		}
	}
	if r.Running {
		s.after(rekeyEvery, look)
	}
	return []fyne.CanvasObject{line}
}

func (s *Screens) rekeyWords(r device.Rekey) string {
	switch {
	case r.Failed != "":
		return s.say("people.rekey_failed.text") + " " + s.say("error."+string(r.Failed)+".hint")
	case !r.Running:
		return s.say("people.rekeyed.text")
	}
	return s.say("people.rekey.text", "Percent", 100*r.Done/max(r.Of, 1))
}

// people lists who has a passphrase on this device, by sign.
func (s *Screens) people(note string) view {
	message := s.label(note)
	message.Bold = true
	back := func() { s.show(s.settings("")) }
	lines := []fyne.CanvasObject{s.title("people.list.title"), message, s.text("people.shared.text")}
	list, err := s.Device.People(context.Background())
	if err != nil {
		lines = append(lines, s.label(s.trouble(err)))
	}
	lines = append(lines, s.rekeyLine()...)
	var rows []fyne.CanvasObject
	for _, p := range list {
		rows = append(rows, s.personRow(p))
	}
	add := s.button("people.add.button", typeset.Primary, func() { s.show(s.addPerson()) })
	if len(list) >= vault.Places {
		add.Disable()
	}
	changed := s.button("people.suspect.button", typeset.Quiet, func() { s.show(s.suspect()) })
	lines = append(lines, card(rows...), s.row(add, changed))
	leave := s.button("app.back.button", typeset.Quiet, back)
	return view{body: frameAround(nil, page(lines...), s.footer(s.row(), s.rowEnd(leave))), focus: add, key: s.escape(back)}
}

func (s *Screens) personRow(p device.Person) fyne.CanvasObject {
	name := s.sign(p.Place)
	if p.Code != "" {
		name += " · " + p.Code
	}
	if p.Me {
		return s.text("people.me.label", "Name", name)
	}
	remove := s.button("people.remove.button", typeset.Quiet, func() { s.show(s.removePerson(p, name)) })
	return s.ends(s.label(name), remove)
}

// addPerson gives a colleague a passphrase, which they should type themselves.
func (s *Screens) addPerson() view {
	var add func()
	mine := s.own(func() { add() })
	c := s.choose(func() { add() })
	c.label = "people.theirs.label"
	add = func() {
		fresh, ok := c.chosen()
		if !ok {
			return
		}
		place, shown := 0, mine.secret()
		s.slowly(c.note, func(ctx context.Context) (err error) {
			place, err = s.Device.AddPerson(ctx, shown, fresh)
			return err
		}, func() { s.show(s.people(s.say("people.added.text", "Sign", s.sign(place)))) })
	}
	return s.form("people.add.title", func() { s.show(s.people("")) }, mine.passphrase,
		[]fyne.CanvasObject{s.text("people.add.text")},
		card(mine.lines()...),
		card(append(c.offered(), append(c.fields(), s.button("people.add.button", typeset.Primary, add))...)...),
	)
}

// removePerson says what follows, and asks who does it for their own passphrase.
func (s *Screens) removePerson(p device.Person, name string) view {
	return s.confirmed("people.remove.title", "people.remove.button", func() { s.show(s.people("")) },
		[]fyne.CanvasObject{s.heading("people.who.label", "Name", name), s.text("people.remove.text"), s.text("people.copy.text")},
		func(ctx context.Context, mine vault.Secret) error { return s.Device.RemovePerson(ctx, mine, p.Place) },
		func() { s.show(s.people("")) })
}

// suspect changes the keys of the store where somebody may have seen more than they should.
func (s *Screens) suspect() view {
	return s.confirmed("people.suspect.title", "people.suspect.button", func() { s.show(s.people("")) },
		[]fyne.CanvasObject{s.text("people.suspect.text"), s.text("people.copy.text")},
		s.Device.ChangeKeys, func() { s.show(s.people("")) })
}

// changePassphrase puts another passphrase in the place of one's own.
func (s *Screens) changePassphrase() view {
	var change func()
	mine := s.own(func() { change() })
	c := s.choose(func() { change() })
	c.label = "settings.new.label"
	change = func() {
		if fresh, ok := c.chosen(); ok {
			shown := mine.secret()
			s.slowly(c.note, func(ctx context.Context) error { return s.Device.ChangePassphrase(ctx, shown, fresh) },
				func() { s.show(s.settings(s.say("settings.changed.text"))) })
		}
	}
	return s.form("settings.passphrase.button", func() { s.show(s.settings("")) }, mine.passphrase, nil,
		card(mine.lines()...),
		card(append(c.offered(), append(c.fields(), s.button("settings.passphrase.button", typeset.Primary, change))...)...),
	)
}

// makeFront makes the passphrase that opens an empty, ordinary store.
func (s *Screens) makeFront() view {
	var do func()
	mine := s.own(func() { do() })
	c := s.choose(func() { do() })
	c.label = "front.make.title"
	do = func() {
		if fresh, ok := c.chosen(); ok {
			shown := mine.secret()
			s.slowly(c.note, func(ctx context.Context) error { return s.Device.SetFront(ctx, shown, fresh) },
				func() { s.show(s.settings(s.say("front.made.text"))) })
		}
	}
	return s.form("front.make.title", func() { s.show(s.settings("")) }, mine.passphrase,
		[]fyne.CanvasObject{s.text("front.what.text"), s.text("front.limits.text")},
		card(mine.lines()...),
		card(append(c.offered(), append(c.fields(), s.button("front.make.button", typeset.Primary, do))...)...),
	)
}

// form is a page with a title, lines, cards, and a way back that Escape takes too.
func (s *Screens) form(title string, back func(), focus fyne.Focusable, lines []fyne.CanvasObject, cards ...fyne.CanvasObject) view {
	body := append([]fyne.CanvasObject{s.title(title)}, lines...)
	leave := s.button("app.back.button", typeset.Quiet, back)
	around := frameAround(nil, page(append(body, cards...)...), s.footer(s.row(), s.rowEnd(leave)))
	return view{body: around, focus: focus, key: s.escape(back)}
}

// confirmed asks for one's own passphrase before do. What is done cannot be taken back.
func (s *Screens) confirmed(title, key string, back func(), lines []fyne.CanvasObject, do func(context.Context, vault.Secret) error, done func()) view {
	var confirm func()
	note := s.notice()
	mine := s.own(func() { confirm() })
	confirm = func() {
		shown := mine.secret()
		if len(shown.Passphrase) == 0 {
			return
		}
		mine.passphrase.SetText("")
		s.slowly(note, func(ctx context.Context) error { return do(ctx, shown) }, done)
	}
	return s.form(title, back, mine.passphrase, lines, card(append(mine.lines(), note, s.button(key, typeset.Danger, confirm))...))
}

// slowly does what takes as long as a try at a passphrase, says so, and then what went wrong; or goes on.
func (s *Screens) slowly(note *typeset.Label, do func(context.Context) error, done func()) {
	note.Color = theme.ColorNameForeground
	s.tell(note, s.say("people.working.text"))
	s.work(do, func(err error) {
		note.Color = theme.ColorNameError
		switch {
		case err != nil:
			s.tell(note, s.passphraseTrouble(err))
		case !s.open: // locked meanwhile
			s.begin()
		default:
			done()
		}
	})
}

// passphraseTrouble is trouble, for what can go wrong with passphrases.
func (s *Screens) passphraseTrouble(err error) string {
	var limit *vault.LimitError
	var wait *vault.WaitError
	switch {
	case errors.As(err, &limit) && limit.Left == 0:
		return s.say("unlock.destroyed.text")
	case errors.As(err, &limit):
		return s.trouble(err) + " " + s.say("unlock.left.text", "N", limit.Left)
	case errors.As(err, &wait):
		return s.say("unlock.wait.text", "Count", int(wait.Left.Seconds())+1)
	case errors.Is(err, vault.ErrTaken):
		return s.say("people.taken.text")
	case errors.Is(err, device.ErrOwnFolder):
		return s.say("keyfile.here.text")
	case errors.Is(err, vault.ErrPending):
		return s.say("people.pending.text")
	}
	return s.trouble(err)
}
