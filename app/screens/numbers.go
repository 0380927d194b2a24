package screens

import (
	"context"
	"errors"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"leeward/app/device"
	"leeward/app/typeset"
	"leeward/internal/screening"
)

// needKinds are the kinds of needs that the action card knows, by whom they are for.
var needKinds = []string{
	"medical", "safety", "others", "self_harm", "shelter", "child_safety", "removal", "protection", "ongoing", "debt", "psychosocial",
}

// numbersPart leads to the local numbers, and says when there is none yet.
func (s *Screens) numbersPart() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{s.heading("numbers.list.title")}
	if all, err := s.Device.Numbers(context.Background()); err == nil && len(all) == 0 {
		objects = append(objects, s.text("numbers.none.text"))
	} else {
		objects = append(objects, s.text("numbers.list.text"))
	}
	open := s.button("numbers.list.title", typeset.Quiet, func() {
		s.show(s.numbersView(func() { s.show(s.settings("")) }))
	})
	return append(objects, s.row(open))
}

// numbersView lists whom to call about urgent needs, and takes down another number. It is reached from the settings and
// from an action card that has no number.
func (s *Screens) numbersView(back func()) view {
	all, err := s.Device.Numbers(context.Background())
	objects := []fyne.CanvasObject{s.title("numbers.list.title"), s.quiet("numbers.list.text")}
	if err != nil {
		n := s.notice()
		n.Set(s.trouble(err), s.words.Lang())
		objects = append(objects, n)
	}
	if len(all) == 0 {
		objects = append(objects, s.text("numbers.none.text"))
	}
	for _, one := range all {
		objects = append(objects, s.numberCard(one, back))
	}
	form, first := s.newNumber(back)
	leave := s.button("app.back.button", typeset.Primary, back)
	body := frameAround(nil, page(append(objects, form)...), s.footer(s.row(), s.rowEnd(leave)))
	return view{body: body, focus: first, key: s.escape(back)}
}

func (s *Screens) numberCard(one device.Number, back func()) fyne.CanvasObject {
	said := s.label(numberWords(one))
	said.Bold = true
	needs := s.say("numbers.all.text")
	if len(one.Needs) > 0 {
		var names []string
		for _, kind := range one.Needs {
			names = append(names, s.say("need."+kind+".title"))
		}
		needs = strings.Join(names, " · ")
	}
	under := s.label(needs)
	under.Color = typeset.ColorMuted
	objects := []fyne.CanvasObject{said, under}
	if !one.Ours {
		return card(append(objects, typeset.NewBadge(s.say("numbers.office.badge"), s.words.Lang(), typeset.ColorMuted))...)
	}
	remove := s.button("numbers.remove.button", typeset.Quiet, func() {
		if err := s.Device.RemoveNumber(context.Background(), one); err != nil {
			s.Log.Error("remove a number", "code", screening.CodeOf(err))
		}
		s.show(s.numbersView(back))
	})
	return card(append(objects, s.row(remove))...)
}

// newNumber is the form for one number more; it returns its first field, too.
func (s *Screens) newNumber(back func()) (fyne.CanvasObject, fyne.Focusable) {
	note := s.notice()
	var add func()
	name, phone, hours := s.entry(func() { add() }), s.entry(func() { add() }), s.entry(func() { add() })
	var rows []fyne.CanvasObject
	kinds := make(map[string]*typeset.Choice)
	for _, kind := range needKinds {
		c := typeset.NewChoice(false, nil)
		c.Captions.Set(s.say("need."+kind+".title"), s.words.Lang(), "", s.words.Lang())
		c.OnTapped = func() {
			c.SetOn(!c.On())
			s.touch()
		}
		kinds[kind], rows = c, append(rows, c)
	}
	add = func() {
		needs := slices.DeleteFunc(slices.Clone(needKinds), func(kind string) bool { return !kinds[kind].On() })
		err := s.Device.AddNumber(context.Background(), device.Number{Needs: needs, Name: name.Text, Phone: phone.Text, Hours: hours.Text})
		switch {
		case errors.Is(err, device.ErrNumber):
			s.tell(note, s.say("numbers.incomplete.text"))
		case err != nil:
			s.tell(note, s.trouble(err))
		default:
			s.show(s.numbersView(back))
		}
	}
	return card(
		s.quiet("numbers.name.label"), name, s.quiet("numbers.phone.label"), phone, s.quiet("numbers.hours.label"), hours,
		s.quiet("numbers.needs.label"), column(4, rows...), note, s.row(s.button("numbers.add.button", typeset.Quiet, add)),
	), name
}
