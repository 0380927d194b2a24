package screens

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"leeward/app/device"
)

// The note about the dangers of a place is read once a shift, before the first talk, by whoever unlocked the device.
func TestTheDangersOfThePlaceAreReadBeforeTheFirstTalk(t *testing.T) {
	const note = "The guard at gate two talks to the drivers."
	d := &fake{}
	at := entered(t, d, plain)
	at.key(fyne.KeyReturn)
	at.want(at.say("prepare.interview.title")) // nothing is written down
	at.key(fyne.KeyEscape)
	at.press("home.settings.button")
	at.want(at.say("site.none.text"))
	at.press("site.write.button")
	at.write(note)
	at.press("settings.save.button")
	at.want(at.say("settings.device.title"), note)
	at.key(fyne.KeyEscape)

	at.key(fyne.KeyReturn)
	at.want(at.say("site.read.text"), note)
	at.key(fyne.KeyEscape) // not read
	at.key(fyne.KeyReturn)
	at.want(note)
	at.key(fyne.KeyReturn)
	at.want(at.say("prepare.interview.title"))
	at.key(fyne.KeyEscape, fyne.KeyReturn)
	at.want(at.say("prepare.interview.title")) // once a shift

	d.site.Read = time.Now().Add(-shiftLength - time.Minute)
	at.key(fyne.KeyEscape)
	at.press("home.urgent.button")
	at.wantNot(note) // needs wait for no note
	at.key(fyne.KeyF7)
	at.key(fyne.KeyReturn)
	at.want(note)
	at.key(fyne.KeyEscape)
	d.practice = true
	at.press("home.new.button")
	at.want(at.say("prepare.interview.title"))
}

// A note that is too long stays in the field.
func TestANoteThatIsTooLong(t *testing.T) {
	at, d := opened(t, plain)
	at.s.show(at.s.siteForm(at.s.newTalk))
	at.field(0).SetText(strings.Repeat("long ", 1000))
	at.press("settings.save.button")
	at.want(at.say("site.long.text"))
	if site, err := d.Site(t.Context()); err != nil || site != (device.Site{}) {
		t.Errorf("kept %v, %v", site, err)
	}
}

// Somebody who is new on the device is asked for a promise of confidentiality, and after a year again.
func TestThePromiseOfConfidentialityIsRenewed(t *testing.T) {
	d := &fake{promises: map[string]time.Time{"": {}}}
	at := sit(t, d, plain)
	at.write("anything")
	at.key(fyne.KeyReturn)
	at.want(at.say("undertaking.mine.title"), at.say("undertaking.paper.text"))
	at.key(fyne.KeyEscape)
	at.want(at.say("home.new.button")) // later is as easy
	at.press("undertaking.due.button")
	at.press("undertaking.give.button")
	at.want(at.say("home.new.button"))
	at.wantNot(at.say("undertaking.due.button"))

	d.promises[""] = time.Now().Add(-undertakingHolds - time.Hour)
	at.key(fyne.KeyF9)
	at.write("anything")
	at.key(fyne.KeyReturn)
	at.want(at.say("home.new.button"), at.say("undertaking.due.button"))
	d.practice = true
	at.s.show(at.s.home(""))
	at.wantNot(at.say("undertaking.due.button"))
}

// Under the code of an interpreter stands when they promised confidentiality, if that is not too long ago.
func TestThePromiseOfAnInterpreter(t *testing.T) {
	d := &fake{promises: map[string]time.Time{"I8": time.Now().AddDate(-1, -1, 0)}}
	at := entered(t, d, plain)
	at.key(fyne.KeyReturn)
	at.wantNot(at.say("undertaking.interpreter_due.text"))
	at.w.Canvas().Focus(at.field(1))
	at.write("I8")
	at.want(at.say("undertaking.interpreter_due.text"))
	at.press("undertaking.interpreter.button")
	today := at.say("undertaking.interpreter.text", "When", time.Now().Format(time.DateOnly))
	at.want(today)
	at.wantNot(at.say("undertaking.interpreter_due.text"), at.say("undertaking.interpreter.button"))
	at.w.Canvas().Focus(at.field(1))
	at.key(fyne.KeyEnd, fyne.KeyBackspace)
	at.want(at.say("undertaking.interpreter_due.text")) // somebody else
	at.write("8")
	at.want(today)
	at.key(fyne.KeyPageDown)
	at.s.talking.show(at.s.talking.interpreterCard(""))
	at.want(today) // in the middle of a talk, too
}

// After a hard talk the screener asks after the interpreter; what comes of it is kept nowhere.
func TestTheInterpreterIsAskedAfterAHardTalk(t *testing.T) {
	d := &fake{numbers: []device.Number{
		{Name: "Counsellor", Phone: "1", Needs: []string{"psychosocial"}}, {Name: "Fire brigade", Phone: "2", Needs: []string{"safety"}},
	}}
	at := entered(t, d, plain)
	stop := func(from string, deep bool) {
		at.begin(2)
		at.skipTo(from)
		at.s.talking.deep = deep
		at.press("interview.stop.button")
		at.press("app.done.button")
	}
	stop("c3", false)
	at.want(at.say("home.new.button"))
	stop("d2", false) // what stands behind the gate was answered, before a lock for example
	at.want(at.say("debrief.interpreter.title"))
	at.key(fyne.KeyReturn)
	calls := len(d.keeper.calls)
	stop("d2", true)
	at.want(at.say("debrief.interpreter.title"), at.say("debrief.kept.text"))
	at.key(fyne.KeyReturn)
	at.want(at.say("home.new.button"))
	first := len(d.keeper.calls)
	stop("d2", true)
	at.press("debrief.support.button")
	at.want(at.say("debrief.support.text"), "Counsellor")
	at.wantNot("Fire brigade")
	at.key(fyne.KeyReturn)
	at.want(at.say("home.new.button"))
	if asked := len(d.keeper.calls) - first; asked != first-calls {
		t.Errorf("a talk after which support was wanted was written %d times, want %d", asked, first-calls)
	}
	defer func() { answers["a3"] = "2" }()
	answers["a3"] = "1"
	stop("d2", true)
	at.want(at.say("home.new.button")) // nobody interpreted
}

// However a hard talk ends, the interpreter is asked after: taken back in the middle, after stopping, by an answer, or
// behind a lock that nobody came back from in time.
func TestTheInterpreterIsAskedHoweverATalkEnds(t *testing.T) {
	at, d := opened(t, plain)
	ended := func(from, note string, end func()) {
		t.Helper()
		at.s.show(at.s.home(""))
		at.begin(2)
		at.skipTo(from)
		at.s.talking.deep = true
		end()
		at.want(at.say("debrief.interpreter.title"), at.say(note))
		holdsNothing(t, d)
	}
	ended("d2", "withdraw.done.text", func() {
		at.key(fyne.KeyF5)
		at.press("menu.withdraw.button")
		at.press("withdraw.erase.button")
	})
	ended("d2", "withdraw.done.text", func() {
		at.key(fyne.KeyF7)
		at.press("stop.erase.button")
		at.press("withdraw.erase.button")
	})
	ended("b6", "withdraw.done.text", func() {
		at.key(fyne.KeyPageUp, fyne.KeyPageUp)
		at.write("3")
		at.press("withdraw.erase.button")
	})
	ended("b1", "stop.erased.text", func() { at.key(fyne.KeyF7) })
	ended("b1", "stop.erased.text", func() {
		at.key(fyne.KeyF9)
		at.clock.pass(holdFor)
		at.write(passphrase)
		at.key(fyne.KeyReturn)
	})
}
