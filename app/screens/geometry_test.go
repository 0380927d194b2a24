package screens

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"leeward/app/device"
	"leeward/app/typeset"
	"leeward/assets"
)

// least is the height that whatever scrolls must keep for itself.
const least = 180

// pressable reports whether a thing is there to be pressed, chosen or typed into.
func pressable(o fyne.CanvasObject) bool {
	switch o.(type) {
	case *typeset.Button, *typeset.Choice, *typeset.Entry:
		return true
	}
	return false
}

// check looks at the geometry of the screen: nothing stands outside the window, nothing that is pressed is
// too small or lies over another, no words are cut.
func (at *sitting) check(where string) {
	at.t.Helper()
	size := at.w.Canvas().Size()
	if got := at.w.Content().MinSize().Width; got > size.Width {
		at.t.Errorf("%s: needs a window of %v, is in one of %v", where, got, size.Width)
	}
	var pressables, words []seen
	for _, x := range at.everything() {
		switch o := x.object.(type) {
		case *container.Scroll:
			if o.Size().Height < least && o.Content.MinSize().Height > o.Size().Height {
				at.t.Errorf("%s: only %v is left of the page", where, o.Size())
			}
		case *typeset.Label:
			if o.Text() == "" {
				continue
			}
			words = append(words, x)
			if need := o.MinSize(); need.Height > o.Size().Height+1 || o.NoWrap && need.Width > o.Size().Width+1 {
				at.t.Errorf("%s: %q needs %v and has %v", where, o.Text(), need, o.Size())
			}
		}
		if pressable(x.object) {
			pressables = append(pressables, x)
			if h := x.object.Size().Height; h < typeset.Target {
				at.t.Errorf("%s: %s is only %v high", where, name(x.object), h)
			}
		}
	}
	for _, x := range append(words, pressables...) {
		at.inside(where, x, size)
	}
	at.apart(where, pressables)
	at.apart(where, words)
}

// inside reports what stands outside the window, or of what scrolls outside of the page.
func (at *sitting) inside(where string, x seen, size fyne.Size) {
	at.t.Helper()
	const slack = 0.6 // sums of lengths are not exact
	if x.at.X < -slack || x.right() > size.Width+slack {
		at.t.Errorf("%s: %s stands from %v to %v in a window of %v", where, name(x.object), x.at.X, x.right(), size.Width)
	}
	top, bottom := float32(0), size.Height
	if x.scroll != nil {
		top = fyne.CurrentApp().Driver().AbsolutePositionForObject(x.scroll.Content).Y
		bottom = top + max(x.scroll.Content.Size().Height, x.scroll.Size().Height)
	}
	if x.at.Y < top-slack || x.bottom() > bottom+slack {
		at.t.Errorf("%s: %s stands from %v to %v, between %v and %v", where, name(x.object), x.at.Y, x.bottom(), top, bottom)
	}
}

// apart reports what lies over one another: on the same page, or both outside of it.
func (at *sitting) apart(where string, list []seen) {
	at.t.Helper()
	for i, x := range list {
		for _, y := range list[:i] {
			if x.scroll == y.scroll && x.at.X < y.right()-1 && y.at.X < x.right()-1 && x.at.Y < y.bottom()-1 && y.at.Y < x.bottom()-1 {
				at.t.Errorf("%s: %s at %v lies over %s at %v", where, name(x.object), x.at, name(y.object), y.at)
			}
		}
	}
}

func name(o fyne.CanvasObject) string {
	switch o := o.(type) {
	case *typeset.Button:
		return fmt.Sprintf("the button %q", o.Text())
	case *typeset.Choice:
		return fmt.Sprintf("the row %q", o.Captions.First.Text())
	case *typeset.Label:
		return fmt.Sprintf("%q", o.Text())
	}
	return fmt.Sprintf("a %T", o)
}

// Every screen, in three scripts, with small and with large letters, in a wide and in a narrow window. The person's
// language is the next one, so that two languages stand on every page. Every page of an interview is looked at where room
// is least, and once where it is most.
func TestEveryScreenHasRoom(t *testing.T) {
	alone(t)
	for i, lang := range []string{"en", "ar", "my"} {
		for _, l := range []look{{1100, 800, lang, 1}, {1100, 800, lang, 2}, {420, 800, lang, 1}, {420, 800, lang, 2}} {
			t.Run(fmt.Sprintf("%s at %v x %v in %v", lang, l.width, l.height, l.scale), func(t *testing.T) {
				tour(t, l, (i+1)%3+1)
			})
		}
	}
}

// In the largest letters every screen there is has room, on a phone and on a desktop.
func TestEveryScreenHasRoomThreeTimesAsLarge(t *testing.T) {
	alone(t)
	for _, l := range []look{{390, 844, "ar", 3}, {1280, 800, "en", 3}} {
		t.Run(l.lang, func(t *testing.T) {
			exhibit(t, l, func(at *sitting, screen string) { at.check(screen) })
		})
	}
}

func tour(t *testing.T, l look, person int) {
	fresh, _ := real(t)
	newcomer := sit(t, fresh, l)
	newcomer.check("what is kept")
	newcomer.press("app.read.button")
	newcomer.check("first start")

	at, _ := opened(t, l)
	at.check("home")
	at.key(fyne.KeyF1)
	at.check("keys")
	at.key(fyne.KeyEscape, fyne.KeyReturn)
	at.check("prepare")
	at.key(fyne.KeyEscape)
	at.beside()
	at.begin(person)
	at.aside()
	page := 0
	if (l.width > narrowWindow || l.scale == 1) && l != plain {
		at.check("a page")
		at.key(fyne.KeyF7)
		at.press("home.settings.button")
		at.check("settings")
		return
	}
	at.walkTo("d2", answers, func() {
		page++
		at.check(fmt.Sprintf("page %d", page))
	})
	at.key(fyne.KeyF4)
	at.check("action card")
	at.key(fyne.KeyEscape, fyne.KeyF6)
	at.check("paused")
	at.key(fyne.KeyReturn)
	at.check("welcome back")
	at.key(fyne.KeyF8)
	at.check("leaflet")
	at.key(fyne.KeyReturn, fyne.KeyF7)
	at.check("stopped")
	at.press("stop.erase.button")
	at.check("withdrawal")
	at.press("withdraw.keep.button")
	at.press("debrief.done.button")
	at.check("home with a draft")
	at.key(fyne.KeyTab, fyne.KeyReturn)
	at.goOn()
	at.walkTo("", answers, func() {
		page++
		at.check(fmt.Sprintf("page %d", page))
	})
	at.check("summary")
	at.press("summary.paper.button")
	at.check("paper")
	at.key(fyne.KeyEscape)
	at.press("summary.finish.button")
	at.check("action card")
	at.press("numbers.list.title")
	at.check("local numbers")
	at.key(fyne.KeyEscape)
	at.nameActions()
	at.check("action card, with what was done")
	at.key(fyne.KeyEscape)
	at.press("summary.finish.button")
	at.check("the interpreter after a hard talk")
	at.press("debrief.done.button")
	at.check("home after an interview")
	at.press("home.outbox.button")
	at.check("outbox")
	at.key(fyne.KeyEscape)
	at.press("home.settings.button")
	at.check("settings")
	at.key(fyne.KeyF9)
	at.check("locked")
}

// beside looks at what home leads to beside an interview.
func (at *sitting) beside() {
	at.s.show(at.s.promise())
	at.check("a promise")
	at.s.show(at.s.siteForm(at.s.newTalk))
	at.check("a note about the place")
	at.s.show(at.s.siteNote(device.Site{Note: "The guard at gate two talks to the drivers."}))
	at.check("the note, to be read")
	at.s.show(at.s.debrief(at.say("summary.counted.text")))
	at.check("after the interpreter")
	at.s.show(at.s.support())
	at.check("support")
	at.s.show(at.s.home(""))
	at.press("home.withdraw.button")
	at.check("taking back by code")
	at.key(fyne.KeyEscape)
	at.press("group.list.title")
	at.key(fyne.KeyReturn)
	at.check("a person of a group")
	at.tap("English")
	at.check("languages of a group")
	at.key(fyne.KeyEscape)
	at.write("3")
	at.key(fyne.KeyEscape)
	at.check("a group")
	at.key(fyne.KeyEscape)
	at.press("home.outbox.button")
	at.s.show(at.s.carry(""))
	at.check("stick")
	at.s.Mounts = nil
	at.press("chooser.look.button")
	at.check("looking for a folder")
	at.s.show(at.s.voicesView(""))
	at.check("voices")
	at.s.show(at.s.licence(assets.Licences()[1], sheets(assets.Licences()[1].Text), 0))
	at.check("a licence")
	at.s.show(at.s.home(""))
}

// aside looks at what an interview leads to beside its questions.
func (at *sitting) aside() {
	t := at.s.talking
	for name, show := range map[string]func(){
		"more": t.menu, "all questions": func() { t.show(t.jumpList()) }, "interpreter": func() { t.show(t.interpreterCard("")) },
		"next shift": func() { t.show(t.shiftCard()) }, "gate": func() { t.show(t.gatePage()) }, "languages": func() { t.present(); t.languages() },
		"real person": func() { t.show(t.realPerson("")) }, "screener's code": func() { t.show(t.codeCard()) },
	} {
		show()
		at.check(name)
	}
	t.present()
}

// goOn answers the questions of privacy again and goes on with the talk.
func (at *sitting) goOn() {
	at.t.Helper()
	at.want(at.say("interview.resume.button"))
	at.answer(map[string]string{"a1": "1", "a2": "2"})
	at.key(fyne.KeyPageDown)
	if at.s.talking.session.NeedsWelcomeBack() {
		at.t.Fatalf("the talk does not go on: %q", at.texts())
	}
}
