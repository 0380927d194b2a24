package screens

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"leeward/app/questions"
	"leeward/app/session"
	"leeward/app/typeset"
	"leeward/schema"
)

// frame is what always stands around the questions: where the talk is, where its answers are, the two
// languages, and the ways out.
type frame struct {
	talk     *talk
	progress *typeset.Label
	saved    *typeset.Badge
	language *typeset.Button
	urgent   *typeset.Button
	note     *typeset.Label
}

// pageView is the page of the session with its frame.
func (t *talk) pageView() view {
	page := t.session.Page()
	f := t.newFrame()
	t.frame, t.asked = f, nil
	var objects []fyne.CanvasObject
	if page.Group != "" {
		objects = append(objects, t.groupTitle(page.Group))
	}
	var first *asked
	for i, path := range page.Paths {
		a := t.question(path)
		a.follows = i > 0
		a.show()
		t.asked = append(t.asked, a)
		objects = append(objects, a.objects()...)
		if first == nil && a.block != nil {
			first = a
		}
	}
	body := container.NewVScroll(container.New(&narrow{width: measure * 1.25, inset: 24}, column(14, objects...)))
	v := view{body: container.NewBorder(f.top(page), f.bottom(page), nil, nil, body), key: t.keys, digit: t.pick}
	f.refresh()
	if first != nil {
		v.begin = func() { first.block.Focus(t.Window.Canvas()) }
	}
	return v
}

func (t *talk) groupTitle(group schema.Path) fyne.CanvasObject {
	who := t.session.Setting()
	one, two := t.session.State().Label(group, who.Language), t.session.State().Label(group, who.ScreenerLang)
	if item, _ := t.session.Form().Item(group); item.Staff {
		one = two
	}
	first, second := typeset.NewLabel(one.Text, string(one.Lang)), typeset.NewLabel(two.Text, string(two.Lang))
	first.Color, second.Color = typeset.ColorMuted, typeset.ColorMuted
	return typeset.NewPair(first, second)
}

func (t *talk) newFrame() *frame {
	f := &frame{talk: t, progress: t.label(""), note: t.notice(), saved: typeset.NewBadge("", t.words.Lang(), "")}
	f.progress.Color = typeset.ColorMuted
	f.language = typeset.NewButton("", "", t.switchLanguage)
	f.urgent = t.button("interview.urgent.button", typeset.Danger, func() {
		t.flush()
		t.show(t.actionCard(t.present))
	})
	return f
}

// top says where the talk is, whether its answers are kept, and in which language it goes.
func (f *frame) top(page session.Page) fyne.CanvasObject {
	t := f.talk
	stage := t.heading("stage." + string(page.Stage) + ".title")
	stage.NoWrap, f.progress.NoWrap = true, true
	swap := t.button("interview.swap.button", typeset.Quiet, t.swap)
	left := column(4, stage, f.progress, f.saved)
	right := container.NewCenter(container.NewHBox(swap, f.language))
	bar := container.New(&typeset.Mirror{Inner: &spread{}, RTL: t.words.RTL()}, left, right)
	return column(0, padded(bar), rule(), padded(f.note))
}

// bottom has the ways out on one side and the way on at the other, always in the same places.
func (f *frame) bottom(page session.Page) fyne.CanvasObject {
	t := f.talk
	back := t.button("interview.back.button", typeset.Quiet, t.back)
	if !page.CanBack {
		back.Disable()
	}
	out := container.NewHBox(
		t.button("interview.stop.button", typeset.Quiet, t.stop),
		t.button("interview.pause.button", typeset.Quiet, t.pause),
		f.urgent,
	)
	on := container.NewHBox(back, t.button("interview.next.button", typeset.Primary, t.next))
	bar := container.New(&typeset.Mirror{Inner: &spread{}, RTL: t.words.RTL()}, out, on)
	return column(0, rule(), padded(bar))
}

// refresh says anew what may have changed with an answer or a language.
func (f *frame) refresh() {
	t := f.talk
	page, lang := t.session.Page(), t.words.Lang()
	f.progress.Set(t.say("interview.progress.text", "Number", page.Index, "Count", page.Of), lang)
	for _, l := range t.session.Form().Questionnaire().Languages {
		if l.Tag == t.session.Setting().Language {
			f.language.Set(l.Name, string(l.Tag))
		}
	}
	switch {
	case t.session.SavedState() == session.NotSaved:
		f.saved.Color = theme.ColorNameError
		f.saved.Set(t.say("interview.unsaved.badge"), lang)
	case t.session.SavedState() == session.OnDisk:
		f.saved.Color = theme.ColorNameSuccess
		f.saved.Set(t.say("interview.saved.badge"), lang)
	case t.counted():
		f.saved.Color = typeset.ColorMuted
		f.saved.Set(t.say("interview.counted.badge"), lang)
	default:
		f.saved.Color = typeset.ColorMuted
		f.saved.Set(t.say("interview.unkept.badge"), lang)
	}
	if c := t.Window.Content(); c != nil {
		c.Refresh()
	}
}

// unsaved says that something is being typed that is not on the disk yet.
func (f *frame) unsaved() {
	if f.talk.session.SavedState() == session.OnDisk {
		f.saved.Color = typeset.ColorMuted
		f.saved.Set(f.talk.say("interview.saving.badge"), f.talk.words.Lang())
	}
}

func (f *frame) tell(text string) { f.talk.Screens.tell(f.note, text) }

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
	case fyne.KeyF4:
		t.frame.urgent.OnTapped()
	case fyne.KeyF6:
		t.pause()
	case fyne.KeyF7:
		t.stop()
	default:
		return false
	}
	return true
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

// holds reports whether o is in, or is, the tree of containers root.
func holds(root, o fyne.CanvasObject) bool {
	if root == o {
		return true
	}
	c, ok := root.(*fyne.Container)
	if !ok {
		return false
	}
	for _, child := range c.Objects {
		if holds(child, o) {
			return true
		}
	}
	return false
}

// switchLanguage goes to the next language of the interview: the person's words change where they stand,
// and nothing else does.
func (t *talk) switchLanguage() {
	langs := t.session.Form().Questionnaire().Languages
	for i, l := range langs {
		if l.Tag != t.session.Setting().Language {
			continue
		}
		if err := t.session.Language(context.Background(), langs[(i+1)%len(langs)].Tag); err != nil {
			t.frame.tell(t.trouble(err))
		}
		break
	}
	t.showAgain()
}

// swap puts the other language first.
func (t *talk) swap() {
	t.swapped = !t.swapped
	t.showAgain()
}

func (t *talk) showAgain() {
	for _, a := range t.asked {
		a.show()
	}
	t.frame.refresh()
}

// spread stands its first object at the beginning of a line and its last at the end.
type spread struct{}

func (spread) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	end := objects[len(objects)-1].MinSize()
	start := objects[0]
	start.Resize(fyne.NewSize(size.Width-end.Width-12, size.Height))
	start.Move(fyne.Position{})
	objects[len(objects)-1].Resize(fyne.NewSize(end.Width, size.Height))
	objects[len(objects)-1].Move(fyne.NewPos(size.Width-end.Width, 0))
}

func (spread) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	for _, o := range objects {
		least := o.MinSize()
		size = fyne.NewSize(size.Width+least.Width, max(size.Height, least.Height))
	}
	return size
}

func padded(o fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(8, 8, 20, 20), o)
}

func rule() fyne.CanvasObject {
	r := canvas.NewRectangle(theme.Color(theme.ColorNameSeparator))
	r.SetMinSize(fyne.NewSize(1, 1))
	return r
}
