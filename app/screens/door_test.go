package screens

import (
	"context"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
	"leeward/internal/screening"
	"leeward/internal/vault"
)

// field is the n-th line to type in.
func (at *sitting) field(n int) *typeset.Entry {
	at.t.Helper()
	for _, x := range at.everything() {
		if e, ok := x.object.(*typeset.Entry); ok {
			if n == 0 {
				return e
			}
			n--
		}
	}
	at.t.Fatalf("there is no such field; there is %q", at.texts())
	return nil
}

func TestFirstStart(t *testing.T) {
	d, _ := real(t)
	at := sit(t, d, plain)
	at.want(at.say("impact.list.title"), at.say("impact.who.text"))
	at.key(fyne.KeyEscape) // nothing but having read it goes on
	at.press("app.read.button")
	at.want(at.say("first.welcome.title"), at.say("first.shared.text"))

	at.write("12345")
	at.key(fyne.KeyReturn) // to the second field
	if at.w.Canvas().Focused() != at.field(1) {
		t.Error("Enter in the first field does not lead to the second")
	}
	at.write("12345")
	at.key(fyne.KeyReturn)
	at.want(at.say("first.weak.text"))
	if !d.Fresh() {
		t.Fatal("a weak passphrase was set")
	}

	at.press("first.words.button")
	drawn := at.field(0).Text
	if got := len(strings.Fields(drawn)); got != vault.GeneratedWords {
		t.Fatalf("%d words are offered: %q", got, drawn)
	}
	if at.w.Canvas().Focused() != at.field(1) {
		t.Error("after the words were taken the keyboard is not on the second field")
	}
	at.field(1).SetText("")
	at.write(drawn + "x")
	at.key(fyne.KeyReturn)
	at.want(at.say("first.differ.text"))
	if !d.Fresh() {
		t.Fatal("a passphrase with a slip was set")
	}
	at.press("first.again.button")
	at.key(fyne.KeyBackspace)
	at.w.Canvas().Focus(at.field(1))
	at.key(fyne.KeyEnd, fyne.KeyBackspace, fyne.KeyReturn)
	at.want(at.say("undertaking.mine.title"), at.say("undertaking.mine.text"))
	at.key(fyne.KeyReturn)
	at.want(at.say("home.new.button"))
	if d.Fresh() {
		t.Error("no passphrase was made")
	}
	at.key(fyne.KeyF9)
	at.write(drawn)
	at.key(fyne.KeyReturn)
	at.want(at.say("home.new.button"))
}

func TestUnlock(t *testing.T) {
	at, _ := opened(t, plain)
	at.press("home.lock.button")
	at.want(at.say("unlock.locked.title"))
	at.write("not this one")
	at.key(fyne.KeyReturn)
	at.want(at.say("error.wrong_passphrase.text"), at.say("error.wrong_passphrase.hint"))
	if at.field(0).Text != "" || at.w.Canvas().Focused() != at.field(0) {
		t.Error("the field is not empty and ready for the next try")
	}
	at.write(passphrase)
	at.press("unlock.open.button")
	at.want(at.say("home.new.button"))
}

func TestTooManyTries(t *testing.T) {
	d := &fake{unlock: screening.Fail(screening.CodeWait, &vault.WaitError{Left: 2500 * time.Millisecond})}
	at := sit(t, d, plain)
	at.write("something")
	at.key(fyne.KeyReturn)
	at.want(at.say("unlock.wait.text", "Count", 3))
	d.unlock = nil
	at.write("something")
	at.key(fyne.KeyReturn)
	at.want(at.say("unlock.wait.text", "Count", 3)) // not before the time is over
	at.clock.pass(2 * time.Second)
	at.want(at.say("unlock.wait.text", "Count", 1))
	at.clock.pass(time.Second)
	at.wantNot(at.say("unlock.wait.text", "Count", 1))
	at.key(fyne.KeyReturn)
	at.want(at.say("home.new.button"))
}

func TestDamagedDeviceSaysWhatToDo(t *testing.T) {
	at := sit(t, &fake{unlock: screening.Fail(screening.CodeDamaged, nil)}, plain)
	at.write("something")
	at.key(fyne.KeyReturn)
	at.want(at.say("error.damaged.text"), at.say("error.damaged.hint"))
}

func TestIdleLockComesBackToTheSameQuestion(t *testing.T) {
	at, _ := opened(t, plain)
	at.begin(2)
	at.skipTo("d2")
	at.write("27")
	at.clock.pass(time.Minute)
	at.key(fyne.KeyF3, fyne.KeyF3) // somebody is there
	at.clock.pass(defaultLockMinutes*time.Minute - time.Second)
	at.asked("/data/about/d2")
	at.clock.pass(time.Second)
	at.want(at.say("unlock.idle.text"))
	at.wantNot("27")
	at.write(passphrase)
	at.key(fyne.KeyReturn)
	at.goOn()
	if got := at.asked("/data/about/d2").block.Answer().Value; got != "27" {
		t.Errorf("after the lock the answer is %q, want 27", got)
	}
}

func TestLockOnDemandComesBackToTheSameQuestion(t *testing.T) {
	at, _ := opened(t, plain)
	at.begin(3)
	at.skipTo("g1")
	at.key(fyne.KeyF9)
	at.want(at.say("unlock.locked.title"))
	at.write(passphrase)
	at.key(fyne.KeyReturn)
	at.goOn()
	at.asked("/data/work/g1")
}

func TestLockComesBackToTheSameCaret(t *testing.T) {
	at, _ := opened(t, plain)
	at.begin(2)
	at.skipTo("d2")
	at.write("27")
	at.key(fyne.KeyLeft)
	at.key(fyne.KeyF9)
	at.want(at.say("unlock.locked.title"))
	at.write(passphrase)
	at.key(fyne.KeyReturn)
	at.goOn()
	field, ok := at.w.Canvas().Focused().(*typeset.Entry)
	if !ok {
		t.Fatal("the field that was typed in does not have the keyboard")
	}
	if field.Text != "27" || field.CaretAt() != 1 {
		t.Errorf("the caret stands behind %d of %d letters, want 1 of 2", field.CaretAt(), len(field.Text))
	}
}

// A talk that nobody agreed to keep yet is nowhere but in memory. It waits there behind the lock, for who
// held it, and not for ever.
func TestALockBeforeConsentLosesNothingForAWhile(t *testing.T) {
	at, d := opened(t, plain)
	at.begin(2)
	at.skipTo("b1")
	at.clock.pass(defaultLockMinutes * time.Minute)
	at.want(at.say("unlock.idle.text"))
	at.wantNot(at.say("interview.next.button"))
	unlock := func() {
		at.write(passphrase)
		at.key(fyne.KeyReturn)
	}
	unlock()
	at.want(at.say("interview.go_on.title"))
	at.goOn()
	at.asked("/data/consent/b1")

	at.key(fyne.KeyF8) // somebody came in, and stays
	at.clock.pass(coverFor)
	at.want(at.s.Catalogue.For("ar").Say("cover.health.title")) // still the same leaflet, over the lock
	if at.s.open {
		t.Fatal("the device was not locked beneath the leaflet")
	}
	at.clock.pass(holdFor)
	at.key(fyne.KeyReturn)
	unlock()
	at.want(at.say("stop.erased.text"), at.say("home.new.button"))
	if drafts, err := d.Drafts(t.Context()); err != nil || len(drafts) != 0 {
		t.Errorf("%d drafts, %v: want nothing kept", len(drafts), err)
	}
}

// Another passphrase finds nothing of a talk in memory.
func TestATalkInMemoryWaitsForNobodyElse(t *testing.T) {
	at, d := opened(t, plain)
	const other = "mirror candle distant orchard nine boats"
	if _, err := d.AddPerson(t.Context(), vault.Passphrase(passphrase), other); err != nil {
		t.Fatal(err)
	}
	at.begin(2)
	at.skipTo("b1")
	at.key(fyne.KeyF9)
	at.write(other)
	at.key(fyne.KeyReturn)
	at.press("gate.later.button")
	at.want(at.say("home.new.button"))
	at.wantNot(at.say("stop.erased.text"), at.say("interview.go_on.title"))
	at.key(fyne.KeyF9)
	at.write(passphrase)
	at.key(fyne.KeyReturn)
	at.want(at.say("home.new.button"))
}

// The device is locked before the computer sleeps, and comes back to the same question.
func TestSleepLocks(t *testing.T) {
	at, _ := opened(t, plain)
	at.begin(2)
	at.skipTo("g1")
	at.s.Sleep(t.Context())
	at.want(at.say("unlock.slept.text"))
	if at.s.open {
		t.Error("the device is open")
	}
	at.s.Sleep(t.Context()) // asleep twice is asleep
	at.write(passphrase)
	at.key(fyne.KeyReturn)
	at.goOn()
	at.asked("/data/work/g1")
}

func TestCoverOutsideOfATalkLocks(t *testing.T) {
	at, _ := opened(t, plain)
	at.key(fyne.KeyF8)
	at.want(at.say("cover.health.line1"))
	at.wantNot(at.say("app.name.title"), at.say("home.new.button"))
	if at.s.open {
		t.Error("the device is open beneath the leaflet")
	}
	at.key(fyne.KeyReturn)
	at.want(at.say("unlock.locked.title"))
}

func TestSettings(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.press("home.settings.button")
	at.tap("العربية")
	at.want("الإعدادات", "لغة البرنامج")
	title := at.label("الإعدادات")
	if !title.object.(*typeset.Label).RTL() || at.s.words.Lang() != "ar" {
		t.Error("the words changed and their direction did not")
	}
	if back, wide := at.label(at.say("app.back.button")), at.w.Canvas().Size().Width; back.at.X > wide/2 {
		t.Errorf("the way on stands at %v of %v: not mirrored", back.at.X, wide)
	}
	if b, ok := at.w.Canvas().Focused().(*typeset.Button); !ok || b.Text() != "العربية" {
		t.Error("the keyboard is no longer on the language that was chosen")
	}
	before := title.object.Size().Height
	at.tap(at.say("settings.size_largest.label"))
	if after := at.label("الإعدادات").object.Size().Height; after < 1.5*before {
		t.Errorf("the title was %v high and is %v with very large letters", before, after)
	}
	at.tap("မြန်မာ")
	at.want("ဆက်တင်များ")
	at.tap(at.say("app.minutes.text", "Count", 1))
	at.key(fyne.KeyEscape)
	at.clock.pass(time.Minute)
	at.want(at.say("unlock.idle.text"))
}

// label is where words stand.
func (at *sitting) label(text string) seen {
	at.t.Helper()
	for _, x := range at.everything() {
		if l, ok := x.object.(*typeset.Label); ok && l.Text() == text {
			return x
		}
	}
	at.t.Fatalf("%q is not on the screen; there is %q", text, at.texts())
	return seen{}
}

func TestJoinAnOffice(t *testing.T) {
	d := &fake{enrolErr: screening.Fail(screening.CodeBadCode, nil)}
	at := sit(t, d, plain)
	at.write("anything")
	at.key(fyne.KeyReturn)
	at.wantNot(at.say("app.practice.badge"))
	at.press("home.settings.button")
	at.w.Canvas().Focus(at.field(0))
	at.key(fyne.KeyReturn) // nothing typed yet
	at.write(" LWE1:ABC ")
	at.key(fyne.KeyReturn)
	at.want(at.say("error.bad_code.text"))
	d.enrolErr = nil
	at.key(fyne.KeyReturn)
	at.want(at.say("settings.enrolled.text", "Office", "Invented office"), at.say("settings.demo.text"), at.say("app.practice.badge"))
	if len(d.codes) != 2 || d.codes[0] != "LWE1:ABC" {
		t.Errorf("the device was given %q", d.codes)
	}
}

// While people at the office compare words, the words stand on the screen, whatever else there is to say; Back stops it.
func TestJoiningWaitsForPeople(t *testing.T) {
	d := &fake{}
	at := sit(t, d, plain)
	at.write("anything")
	at.key(fyne.KeyReturn)
	said := "abacus bacon cabbage dab eagle fable gadget habit"
	ends := []func(context.Context) error{
		func(ctx context.Context) error {
			at.want(said, at.say("settings.compare.text"))
			at.s.Compare(said)
			at.press("app.back.button")
			return ctx.Err()
		},
		func(context.Context) error { return screening.Fail(screening.CodeBadCode, nil) },
		func(context.Context) error { return nil },
	}
	d.compares = func(ctx context.Context) error {
		at.s.Compare(said)
		end := ends[0]
		ends = ends[1:]
		return end(ctx)
	}
	join := func() {
		at.press("home.settings.button")
		at.w.Canvas().Focus(at.field(0))
		at.write("LWE1:ABC")
		at.key(fyne.KeyReturn)
	}
	join()
	at.want(at.say("settings.enrol.text"))
	at.wantNot(said)
	at.wantNot(at.say("error.offline.text"))
	at.press("app.back.button")
	join()
	at.want(at.say("error.bad_code.text"), at.say("settings.enrol.text"))
	at.press("app.back.button")
	join()
	at.want(at.say("settings.enrolled.text", "Office", "Invented office"))
	at.s.Compare(said) // late, from a request that is over
	at.wantNot(said)
}

// On a device of a demonstration every screen says so, but for the leaflet and the lock, which say nothing.
func TestPracticeIsMarkedEverywhere(t *testing.T) {
	at := sit(t, &fake{office: screeningDemo}, plain)
	at.write("anything")
	at.key(fyne.KeyReturn)
	badge := at.say("app.practice.badge") + " · " + screeningDemo.Name
	at.want(badge)
	at.key(fyne.KeyReturn)
	at.want(badge, at.say("prepare.interview.title"))
	at.key(fyne.KeyPageDown)
	at.walkTo("", answers, func() { at.want(badge) })
	at.want(badge, at.say("summary.interview.title"))
	at.key(fyne.KeyF4)
	at.want(badge, at.say("urgent.card.title"))
	at.key(fyne.KeyF8)
	at.wantNot(badge)
	at.key(fyne.KeyF9)
	at.wantNot(badge)
}

// In the person's hands the mark is in the person's language.
func TestPracticeIsMarkedInThePersonsHands(t *testing.T) {
	at := entered(t, &fake{office: screeningDemo}, plain)
	at.begin(2)
	at.skipTo("c3")
	at.key(fyne.KeyF10)
	at.want(at.s.Catalogue.For("ar").Say("app.practice.badge"))
	at.wantNot(at.say("app.practice.badge"))
}
