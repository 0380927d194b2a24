package screens

import (
	"slices"

	"fyne.io/fyne/v2"

	"leeward/app/questions"
	"leeward/app/typeset"
	"leeward/schema"
)

// key is what the window does with a key that the focused widget leaves alone.
func (s *Screens) key(name fyne.KeyName) bool {
	switch {
	case name == fyne.KeyF8 && !s.covered:
		s.cover()
	case name == fyne.KeyF9 && s.open:
		s.hide()
	case s.now.key != nil && s.now.key(name):
	case name == fyne.KeyF1 && !s.covered && !s.now.handed:
		s.help()
	default:
		s.Log.Debug("unused key")
		return false
	}
	return true
}

func (s *Screens) digit(n int) bool { return s.now.digit != nil && s.now.digit(n) }

// focused scrolls to what has the keyboard now. When a screen has just come up it stays at its top: what
// is asked is read before it is answered.
func (s *Screens) focused(o fyne.CanvasObject) {
	if t := s.talking; t != nil && t.answering(o) {
		t.hands, _ = o.(fyne.Focusable)
	}
	if s.scroll != nil && !s.showing && holds(s.scroll.Content, o) {
		typeset.Reveal(s.scroll, o)
	}
}

// answering reports whether o belongs to a field of the page that is shown.
func (t *talk) answering(o fyne.CanvasObject) bool {
	return slices.ContainsFunc(t.asked, func(a *asked) bool { return a.block != nil && holds(a.block.Object(), o) })
}

// keyRows is the list of keys: what stands on the key, and what it does.
var keyRows = []struct{ key, words string }{
	{"F1", "keys.list.title"},
	{"Page Down", "interview.next.button"},
	{"Page Up", "interview.back.button"},
	{"1 – 9", "keys.digits.label"},
	{"Up, Down", "keys.arrows.label"},
	{"Space", "keys.space.label"},
	{"Tab", "keys.tab.label"},
	{"Esc", "keys.escape.label"},
	{"F2", "keys.language.label"},
	{"F3", "keys.swap.label"},
	{"F5", "menu.more.title"},
	{"F10", "menu.handover.button"},
	{"F4", "urgent.needs.title"},
	{"F6", "interview.pause.button"},
	{"F7", "interview.stop.button"},
	{"F8", "keys.cover.label"},
	{"F9", "home.lock.button"},
}

// help lists the keys over whatever is shown; leaving it leads back to that, as it was.
func (s *Screens) help() {
	s.over(func(back func()) view {
		objects := []fyne.CanvasObject{s.title("keys.list.title"), s.quiet("keys.list.text")}
		var rows []fyne.CanvasObject
		for _, r := range keyRows {
			key := typeset.NewLabel(r.key, "en")
			key.Bold = true
			if s.words.RTL() {
				key.Align = typeset.End // where its column begins
			}
			rows = append(rows, s.beside(7, key, s.text(r.words)))
		}
		leave := s.button("app.back.button", typeset.Primary, back)
		return view{
			body:  frameAround(nil, page(append(objects, card(rows...))...), s.footer(s.row(), s.rowEnd(leave))),
			focus: leave,
			key: func(k fyne.KeyName) bool {
				if k == fyne.KeyF1 || k == fyne.KeyEscape {
					back()
					return true
				}
				return false
			},
		}
	})
}

// over shows a view over the present one. Back shows that again as it was left, with what had the keyboard.
func (s *Screens) over(lay func(back func()) view) {
	before, had := s.now, s.Window.Canvas().Focused()
	s.show(lay(func() {
		before.begin = func() {
			if had != nil {
				s.Window.Canvas().Focus(had)
			}
		}
		s.show(before)
	}))
}

// keys are the same on every page of an interview.
func (t *talk) keys(k fyne.KeyName) bool {
	switch k {
	case fyne.KeyPageDown:
		t.next()
	case fyne.KeyPageUp:
		t.back()
	case fyne.KeyF2:
		t.switchLanguage()
	case fyne.KeyF3:
		t.swap()
	case fyne.KeyF5:
		t.menu()
	case fyne.KeyF10:
		t.handOver()
	default:
		return t.always(k)
	}
	return true
}

// always is the keys of whatever a talk shows: nobody has to find the way back to a question first.
func (t *talk) always(k fyne.KeyName) bool {
	switch k {
	case fyne.KeyF4:
		t.urgent()
	case fyne.KeyF6:
		t.pause()
	case fyne.KeyF7:
		t.stop()
	default:
		return false
	}
	return true
}

// here adds to a view of the talk the keys of always.
func (t *talk) here(v view) view {
	own := v.key
	v.key = func(k fyne.KeyName) bool { return own != nil && own(k) || t.always(k) }
	return v
}

// pick answers with a digit: the question that has the keyboard, or else the first.
func (t *talk) pick(n int) bool {
	focused, _ := t.Window.Canvas().Focused().(fyne.CanvasObject)
	var first func() bool
	for _, a := range t.asked {
		if a.block == nil {
			continue
		}
		p, ok := a.block.Field.(questions.Picker)
		if !ok {
			continue
		}
		if focused != nil && holds(a.block.Object(), focused) {
			return t.pickIn(a, p, n)
		}
		if first == nil {
			first = func() bool { return t.pickIn(a, p, n) }
		}
	}
	return first != nil && first()
}

// pickIn chooses by number, and takes the keyboard along to the one choice.
func (t *talk) pickIn(a *asked, p questions.Picker, n int) bool {
	picked := p.Pick(n)
	if picked && a.item.Kind == schema.SelectOne && slices.Contains(t.asked, a) {
		a.block.Focus(t.Window.Canvas())
	}
	return picked
}
