package screens

import (
	"context"
	"errors"
	"image"
	"slices"
	"time"

	"fyne.io/fyne/v2"

	"leeward/app/session"
	"leeward/internal/screening"
	"leeward/schema"
)

// typingPause is how long a text rests before it is saved; leaving the question saves it at once.
const typingPause = 600 * time.Millisecond

// talk is an interview on the screen. What is asked and kept is the session's; a talk shows it.
type talk struct {
	*Screens
	session *session.Session
	asked   []*asked               // the questions of the page that is shown
	frame   *frame                 // what stands around them
	swapped bool                   // the screener's language first
	half    map[schema.Path]*asked // questions that were left half typed
	seen    []string               // needs whose action card was shown, by level and kind
	before  schema.Lang            // the person's language before the present one
	alone   bool                   // sensitive questions may be shown: nobody else is there, as was said at their gate
	deep    bool                   // they were shown once
	reading *lines                 // the statements of consent, while they are read
	told    schema.Path            // the question over which it was said who asked before
	hands   fyne.Focusable         // the field that had the keyboard last
	arrival int                    // number on the list of a group; 0 for somebody who was not on it
	childs  timer                  // rings when a child has been asked for long enough
	tired   bool                   // it has rung
	recheck bool                   // the checks of the interpreter are due again
	uncoded bool                   // begun in a hurry: whose talk it is has to be said yet
	typing  timer                  // until the answer being typed is saved
	typed   *asked                 // whose that is

	pictures map[string]image.Image // of choices, by the name of the file; nil for one that cannot be shown
}

// talk shows an interview.
func (s *Screens) talk(one *session.Session) {
	s.begun(one).present()
}

func (s *Screens) begun(one *session.Session) *talk {
	s.talking = &talk{Screens: s, session: one, half: make(map[schema.Path]*asked)}
	return s.talking
}

// urgentFirst begins with what somebody needs at once, before anything else is asked: bodily needs wait
// for no preparation and for no consent. What was named stays in memory until there is consent.
func (s *Screens) urgentFirst() {
	one, err := s.Device.Start(context.Background(), screening.Setting{
		Screener: s.me, Language: s.screenerLanguage(), ScreenerLang: s.screenerLanguage(),
	})
	if err == nil {
		err = one.Urgent()
	}
	if err != nil && !errors.Is(err, session.ErrNotHere) { // an office's questionnaire without a page of needs is begun at its beginning
		s.show(s.home(s.trouble(err)))
		return
	}
	t := s.begun(one)
	t.uncoded = s.me == ""
	t.present()
}

// present shows what the session says stands next.
func (t *talk) present() {
	switch {
	case t.session.Over():
		t.end("")
	case t.session.NeedsWelcomeBack() && !t.session.Page().Urgent: // needs wait for nothing
		t.show(t.welcomeBack())
	case t.uncoded && !t.session.Page().Urgent:
		t.show(t.codeCard())
	default:
		t.lead()
		if t.shut(t.session.Page().Paths) {
			t.show(t.gatePage())
			return
		}
		t.show(t.pageView())
		t.typeOn()
	}
}

// childFor is how long a child is asked at most (screening outline, under_18).
const childFor = 30 * time.Minute

// watch looks at the clock while a child is asked.
func (t *talk) watch() {
	if t.childs != nil || !t.session.State().Child() || t.session.State().Value(t.questionOf("A7")) == "" {
		return
	}
	t.childs = t.after(childFor, func() {
		t.tired = true
		if t.talking == t && t.frame != nil {
			t.frame.refresh()
		}
	})
}

// end leaves the interview for home.
func (t *talk) end(note string) {
	t.offList()
	if t.childs != nil {
		t.childs.Stop()
	}
	t.talking = nil
	t.show(t.home(note))
}

// suspend ends the talk because the screen is locked or closed, and returns where it can be gone on with.
// Of a talk that nobody agreed to keep nothing stays.
func (t *talk) suspend() (*place, error) {
	t.flush()
	if t.session.Over() {
		return nil, nil
	}
	at := &place{id: t.session.ID()}
	if !t.session.Kept() {
		at = nil
	}
	return at, t.session.Stop(context.Background())
}

// changed follows what a person does to a field. Choices are saved at once, typed text when the typing
// rests.
func (t *talk) changed(a *asked, answer schema.Answer) {
	t.touch()
	if t.typed != nil && t.typed != a {
		t.flush()
	}
	switch a.item.Kind {
	case schema.TextKind, schema.Integer, schema.Decimal, schema.Date, schema.Time, schema.DateTime, schema.Barcode,
		schema.Geopoint, schema.Geotrace, schema.Geoshape:
		if answer.Missing == "" {
			t.rest(a)
			return
		}
	}
	t.stopTyping()
	t.save(a, answer)
}

// rest saves a typed answer after a pause.
func (t *talk) rest(a *asked) {
	t.stopTyping()
	t.typed = a
	t.frame.unsaved()
	t.typing = t.after(typingPause, func() {
		if t.typed == a {
			t.flush()
		}
	})
}

func (t *talk) stopTyping() {
	if t.typing != nil {
		t.typing.Stop()
	}
	t.typing, t.typed = nil, nil
}

// flush saves what is being typed.
func (t *talk) flush() {
	a := t.typed
	if a == nil {
		return
	}
	t.stopTyping()
	if !a.block.Incomplete() {
		t.save(a, a.block.Answer())
	}
}

// save gives the answer to the session and shows what came of it. One that takes consent back would erase
// everything, so a slip of the finger is asked about first.
func (t *talk) save(a *asked, answer schema.Answer) {
	if t.session.TakesBack(a.path, answer) {
		t.show(t.takeBack(a, answer))
		return
	}
	t.give(a, answer)
}

func (t *talk) give(a *asked, answer schema.Answer) {
	kept, counted, weighs := t.session.Kept(), t.counted(), t.weighs()
	problem, err := t.session.Answer(context.Background(), a.path, answer)
	switch {
	case t.session.Over():
		t.leave(t.say("withdraw.done.text"), weighs)
		return
	case err != nil:
		t.frame.tell(t.say("interview.unsaved.text") + " " + t.trouble(err))
	case problem != nil:
		a.complain(problem)
	default:
		a.complain(nil)
		t.follow(a)
		switch {
		case t.session.Kept() && !kept:
			t.offList()
			t.frame.tellCalm(t.say("consent.kept.text"))
		case t.counted() && !counted:
			t.frame.tellCalm(t.say("consent.counted.text"))
		default:
			t.frame.remark(t.remark(a.path))
		}
	}
	t.frame.refresh()
}

// remark is what an open gate says about the answer just given: a neutral sentence, for whoever may be
// reading.
func (t *talk) remark(path schema.Path) schema.Shown {
	for _, g := range t.session.Gates() {
		if g.Path == path && !t.agreeing(path) {
			return g.Text
		}
	}
	return schema.Shown{}
}

// follow shows the page anew when an answer changed which questions stand on it.
func (t *talk) follow(a *asked) {
	if t.session.NeedsWelcomeBack() {
		return
	}
	paths := t.session.Page().Paths
	if slices.EqualFunc(t.asked, paths, func(b *asked, p schema.Path) bool { return b.path == p }) {
		for _, b := range t.asked {
			b.show()
		}
		return
	}
	t.show(t.pageView())
	for _, b := range t.asked {
		if b.path == a.path && b.block != nil {
			b.block.Focus(t.Window.Canvas())
		}
	}
}

// next goes on: save, check, and show what comes.
func (t *talk) next() {
	t.flush()
	if t.session.Over() || t.halfTyped() || t.nextLine() {
		return
	}
	page := t.session.Page()
	switch {
	case slices.ContainsFunc(page.Paths, t.agreeing) && t.refused():
		t.show(t.refusal())
		return
	case t.newAlerts():
		t.show(t.actionCard(t.goOnFromCard))
		return
	}
	problems, err := t.session.Next(context.Background())
	switch {
	case errors.Is(err, session.ErrStaffClosed):
		t.show(t.staffDoor())
	case errors.Is(err, session.ErrNotHere):
		t.show(t.summary(""))
	case errors.Is(err, session.ErrStopped):
		t.frame.remark(t.stopRemark())
	case errors.Is(err, session.ErrConsentFirst):
		t.frame.tell(t.say("error.no_consent.text"))
	case err != nil:
		t.frame.tell(t.trouble(err))
	case len(problems) > 0:
		t.complain(problems)
	default:
		t.present()
	}
}

// goOnFromCard takes up the step that an action card came before. The page comes back first: if something
// on it keeps the talk from going on, that is seen.
func (t *talk) goOnFromCard() {
	t.present()
	t.next()
}

// urgent shows what can be done now, over whatever is on the screen.
func (t *talk) urgent() {
	t.flush()
	if !t.session.Over() {
		t.over(t.actionCard)
	}
}

// halfTyped reports whether something on the page is no answer yet, and says so there.
func (t *talk) halfTyped() bool {
	for _, a := range t.asked {
		if a.block != nil && a.block.Incomplete() {
			a.complain(&schema.Problem{Path: a.path, Reason: schema.BadKind})
			a.block.Focus(t.Window.Canvas())
			t.focused(a.problem)
			return true
		}
	}
	return false
}

// complain shows each problem beside its question and goes to the first.
func (t *talk) complain(problems []schema.Problem) {
	gone := false
	for _, a := range t.asked {
		for _, p := range problems {
			if p.Path != a.path {
				continue
			}
			a.complain(&p)
			if !gone && a.block != nil {
				a.block.Focus(t.Window.Canvas())
				t.focused(a.problem)
				gone = true
			}
		}
	}
}

// stopRemark is what the gate says that keeps the talk from going on now.
func (t *talk) stopRemark() schema.Shown {
	for _, g := range t.session.Gates() {
		if g.Do == "stop" {
			return g.Text
		}
	}
	return schema.Shown{Text: t.say("interview.gate.title"), Lang: schema.Lang(t.words.Lang())}
}

func (t *talk) back() {
	t.flush()
	if t.session.Over() || t.lineBefore() {
		return
	}
	t.session.Back(context.Background())
	if t.reading = t.linesOf(t.session.Page()); t.reading != nil {
		t.reading.at = len(t.reading.paths) - 1 // where they were left
	}
	t.present()
}

// agreeing reports whether path is the question whether the person wants to talk.
func (t *talk) agreeing(path schema.Path) bool {
	return path == t.session.Form().Questionnaire().Consent.Agree
}

// ofConsent reports whether path is one of the questions of the consent step.
func (t *talk) ofConsent(path schema.Path) bool {
	return t.agreeing(path) || path == t.session.Form().Questionnaire().Consent.Keep
}

func (t *talk) refused() bool {
	c := t.session.Form().Questionnaire().Consent
	a, _ := t.session.Standing(c.Agree)
	return !a.IsZero() && !slices.Contains(c.Yes, a.Value)
}

// counted reports whether the person asked to be counted only.
func (t *talk) counted() bool {
	c := t.session.Form().Questionnaire().Consent
	if c.Keep == "" || t.refused() {
		return false
	}
	a, _ := t.session.Standing(c.Keep)
	return a.Missing != "" || slices.Contains(c.Tally, a.Value)
}
