package screens

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"leeward/app/device"
	"leeward/internal/screening"
)

var screeningDemo = device.Office{Enrolled: true, Name: "Invented office", Demo: true}

// before stands at a question of an interview that is kept by a disk of which the test says how it is.
func before(t *testing.T, question string) (*sitting, *fake) {
	t.Helper()
	d := &fake{}
	at := sit(t, d, plain)
	at.write("anything")
	at.key(fyne.KeyReturn)
	at.begin(1)
	at.skipTo(question)
	return at, d
}

func TestAnswerThatCannotBeSavedStaysOnTheScreen(t *testing.T) {
	at, d := before(t, "d3")
	at.want(at.say("interview.saved.badge"))
	d.keeper.fail = screening.Fail(screening.CodeDiskFull, nil)
	at.write("2")
	at.want(at.say("interview.unsaved.badge"), at.say("interview.unsaved.text"), at.say("error.disk_full.hint"))
	at.wantNot(at.say("interview.saved.badge"))
	at.key(fyne.KeyPageDown)
	if got := at.asked("/data/about/d3").block.Answer().Value; got != "man" {
		t.Errorf("the answer on the screen is %q, want man", got)
	}
	d.keeper.fail = nil
	at.key(fyne.KeyPageDown)
	at.asked("/data/about/d4/d4_country")
	at.want(at.say("interview.saved.badge"))
	at.wantNot(at.say("interview.unsaved.text"))
}

// Locking, closing and stopping would lose an answer that is not on the disk: they say so instead.
func TestNothingIsLeftWithAnAnswerUnsaved(t *testing.T) {
	for name, leave := range map[string]func(at *sitting){
		"lock":  func(at *sitting) { at.key(fyne.KeyF9) },
		"idle":  func(at *sitting) { at.clock.pass(defaultLockMinutes * time.Minute) },
		"stop":  func(at *sitting) { at.key(fyne.KeyF7) },
		"close": func(at *sitting) { at.s.closing() },
	} {
		t.Run(name, func(t *testing.T) {
			at, d := before(t, "d3")
			d.keeper.fail = screening.Fail(screening.CodeDisk, nil)
			at.write("2")
			leave(at)
			at.want(at.say("stop.talk.title"), at.say("interview.unsaved.text"))
			if d.locks > 0 {
				t.Fatal("the device was locked")
			}
			at.press("stop.return.button")
			if got := at.asked("/data/about/d3").block.Answer().Value; got != "man" {
				t.Errorf("the answer on the screen is %q, want man", got)
			}
			d.keeper.fail = nil
			leave(at)
			if at.s.talking != nil {
				t.Errorf("with a disk that works the talk is still there: %q", at.texts())
			}
		})
	}
}

// A text is saved when the typing rests, and not with every letter.
func TestTypedTextIsSavedWhenItRests(t *testing.T) {
	at, d := before(t, "d1")
	calls := len(d.keeper.calls)
	at.write("Te")
	at.clock.pass(typingPause / 2)
	at.write("st")
	at.clock.pass(typingPause / 2)
	at.want(at.say("interview.saving.badge"))
	if got := d.keeper.calls[calls:]; len(got) != 0 {
		t.Fatalf("saved while typing: %q", got)
	}
	at.clock.pass(typingPause)
	at.want(at.say("interview.saved.badge"))
	if got := d.keeper.calls[calls:]; len(got) != 1 || got[0] != "save" {
		t.Errorf("the disk was asked for %q, want one save", got)
	}
}

func TestWhatIsTypedIsSavedByLeaving(t *testing.T) {
	for name, leave := range map[string]func(at *sitting){
		"back":  func(at *sitting) { at.key(fyne.KeyPageUp) },
		"card":  func(at *sitting) { at.key(fyne.KeyF4) },
		"pause": func(at *sitting) { at.key(fyne.KeyF6) },
		"cover": func(at *sitting) { at.key(fyne.KeyF8) },
		"lock":  func(at *sitting) { at.key(fyne.KeyF9) },
		"stop":  func(at *sitting) { at.key(fyne.KeyF7) },
	} {
		t.Run(name, func(t *testing.T) {
			at, d := before(t, "d1")
			at.write("Test")
			calls := len(d.keeper.calls)
			leave(at)
			if got := d.keeper.calls[calls:]; len(got) == 0 || got[0] != "save" {
				t.Errorf("the disk was asked for %q, want a save first", got)
			}
		})
	}
}
