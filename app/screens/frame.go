package screens

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

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
	child    *typeset.Badge
	earlier  *typeset.Badge // that somebody asked the person before
	language *typeset.Button
	note     *typeset.Label
}

// pageView is the page of the session with its frame.
func (t *talk) pageView() view {
	page := t.session.Page()
	f := t.newFrame()
	t.setAside()
	t.frame = f
	t.reading = t.linesOf(page)
	objects := t.head(page)
	paths := page.Paths
	if t.reading != nil {
		objects, paths = append(objects, t.lineObjects(t.reading)...), t.reading.paths[t.reading.at:t.reading.at+1]
	}
	var first *asked
	for i, path := range paths {
		a := t.question(path)
		a.follows = i > 0
		if t.reading != nil { // it stands alone, and is read out
			a.words.First.Step, a.words.First.Bold, a.words.Second.Step = typeset.Title, true, typeset.Large
		}
		t.asked = append(t.asked, a)
		a.show()
		objects = append(objects, a.objects()...)
		if first == nil && a.block != nil {
			first = a
		}
	}
	body := container.NewVScroll(container.New(&narrow{width: measure * 1.25, inset: 24}, column(14, objects...)))
	v := view{body: frameAround(f.top(page), body, f.bottom(page)), key: t.keys, digit: t.pick}
	f.refresh()
	if first != nil {
		v.begin = func() { first.block.Focus(t.Window.Canvas()) }
	}
	return v
}

// head is what stands over the questions of a page: who asked before, the round of a repeat, the title of a group.
func (t *talk) head(page session.Page) (objects []fyne.CanvasObject) {
	objects = t.earlierNote(page)
	if page.Round != nil {
		objects = append(objects, t.roundTitle(*page.Round))
	}
	if page.Repeat != "" {
		objects = append(objects, t.roundDoor(page.Repeat)...)
	}
	if page.Group != "" && (page.Round == nil || page.Group != page.Round.Path) {
		objects = append(objects, t.groupTitle(page.Group))
	}
	return objects
}

// setAside keeps what is half typed when a page is left, such as a date without its year: it is no answer
// yet, and it is found again where it was.
func (t *talk) setAside() {
	for _, a := range t.asked {
		if a.block != nil && a.block.Incomplete() {
			t.half[a.path] = a
		}
	}
	t.asked = nil
}

func (t *talk) groupTitle(group schema.Path) fyne.CanvasObject {
	who := t.session.Setting()
	one, two := t.session.State().Label(group, who.Language), t.session.State().Label(group, who.ScreenerLang)
	// Over the pages of the staff, and over lines that are read out, stands what is for the screener.
	if item, _ := t.session.Form().Item(group); item.Staff || t.reading != nil || t.session.Page().Stage == schema.StageStaff {
		one = two
	}
	first, second := typeset.NewLabel(one.Text, string(one.Lang)), typeset.NewLabel(two.Text, string(two.Lang))
	first.Color, second.Color = typeset.ColorMuted, typeset.ColorMuted
	return typeset.NewPair(first, second)
}

func (t *talk) newFrame() *frame {
	lang := t.words.Lang()
	f := &frame{talk: t, progress: t.label(""), note: t.notice()}
	f.saved, f.child = typeset.NewBadge("", lang, ""), typeset.NewBadge("", lang, theme.ColorNameWarning)
	f.earlier = typeset.NewBadge("", lang, typeset.ColorMuted)
	f.progress.Color, f.progress.Step = typeset.ColorMuted, typeset.Caption
	f.language = typeset.NewButton("", "", t.languages)
	return f
}

// top says where the talk is, whether its answers are kept, and in which language it goes.
func (f *frame) top(page session.Page) fyne.CanvasObject {
	t := f.talk
	swap := t.button("interview.swap.button", typeset.Quiet, t.swap)
	more := t.button("menu.more.title", typeset.Quiet, t.menu)
	stage := t.heading("stage." + string(page.Stage) + ".title")
	where := t.row(stage, f.saved, f.child, f.earlier, f.progress)
	return t.chrome(column(0, padded(t.ends(where, t.rowEnd(swap, f.language, more))), rule(), padded(f.note)))
}

// bottom has the ways out on one side and the way on at the other, always in the same places.
func (f *frame) bottom(page session.Page) fyne.CanvasObject {
	t := f.talk
	back := t.button("interview.back.button", typeset.Quiet, t.back)
	if !page.CanBack {
		back.Disable()
	}
	return t.footer(t.out(), t.rowEnd(back, t.button("interview.next.button", typeset.Primary, t.next)))
}

// out is the ways out that stand under whatever a talk shows.
func (t *talk) out() *fyne.Container {
	return t.row(
		t.button("interview.stop.button", typeset.Quiet, t.stop),
		t.button("interview.pause.button", typeset.Quiet, t.pause),
		t.button("interview.cover.button", typeset.Quiet, t.cover),
		t.button("interview.urgent.button", typeset.Danger, t.urgent),
	)
}

// refresh says anew what may have changed with an answer or a language.
func (f *frame) refresh() {
	t := f.talk
	t.watch()
	page, lang := t.session.Page(), t.words.Lang()
	f.progress.Set(t.say("interview.progress.text", "Number", page.Index, "Count", page.Of), lang)
	for _, l := range t.session.Form().Questionnaire().Languages {
		if l.Tag == t.session.Setting().Language {
			f.language.Set(l.Name, string(l.Tag))
		}
	}
	child := ""
	if page.Stage != schema.StagePrepare && t.session.State().Child() {
		child = t.say("interview.child.badge")
		if t.tired {
			child += " · " + t.say("interview.child_time.badge")
		}
	}
	f.child.Set(child, lang)
	earlier := ""
	if page.Stage == schema.StageTalk && t.earlier() != "" {
		earlier = t.say("interview.earlier.badge")
	}
	f.earlier.Set(earlier, lang)
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

// tell says what went wrong.
func (f *frame) tell(text string) {
	f.note.Color = theme.ColorNameError
	f.talk.Screens.tell(f.note, text)
}

// remark says what an open gate has to say, in the questionnaire's words.
func (f *frame) remark(said schema.Shown) {
	f.note.Color = theme.ColorNameError
	f.talk.tellIn(f.note, said.Text, string(said.Lang))
}

// tellCalm says what just happened, where nothing is wrong.
func (f *frame) tellCalm(text string) {
	f.note.Color = theme.ColorNameSuccess
	f.talk.Screens.tell(f.note, text)
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
