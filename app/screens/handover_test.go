package screens

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"leeward/app/typeset"
	"leeward/schema"
)

// hold presses the corner of the hand-over view for so long.
func (at *sitting) hold(d time.Duration) {
	at.t.Helper()
	for _, x := range at.everything() {
		if g, ok := x.object.(*grip); ok {
			g.MouseDown(&desktop.MouseEvent{})
			at.clock.pass(d)
			g.MouseUp(&desktop.MouseEvent{})
			return
		}
	}
	at.t.Fatal("there is no corner to hold")
}

// What the person holds shows one question in one language, and no key or tap leads away from it but the
// screener's gesture.
func TestHandOver(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(2)
	at.skipTo("c3")
	at.key(fyne.KeyF10)
	state := at.s.talking.session.State()
	at.want(state.Label("/data/safety/c3", "ar").Text)
	at.wantNot(state.Label("/data/safety/c3", "en").Text, at.say("interview.stop.button"), at.say("menu.more.title"),
		at.say("urgent.card.title"), state.Guidance("/data/safety/c3", "en").Text, "Invented")
	shown := at.texts()
	for _, key := range []fyne.KeyName{fyne.KeyF1, fyne.KeyF2, fyne.KeyF3, fyne.KeyF4, fyne.KeyF5, fyne.KeyF6, fyne.KeyF7, fyne.KeyPageDown, fyne.KeyPageUp, fyne.KeyEscape} {
		if at.key(key); !slices.Equal(at.texts(), shown) {
			t.Fatalf("%s leads away: %q", key, at.texts())
		}
	}
	at.write("3")
	if a, _ := at.s.talking.session.Standing("/data/safety/c3"); a.Value != "far" {
		t.Errorf("the answer is %v", a.Value == "")
	}
	at.hold(gripHold / 4)
	if !slices.Equal(at.texts(), shown) {
		t.Fatal("a tap on the corner takes the screen back")
	}
	at.hold(gripHold)
	at.asked("/data/safety/c3")
	at.want(at.say("interview.stop.button"))

	at.key(fyne.KeyF10)
	at.clock.pass(gripKeysIn * 2)
	at.key(fyne.KeyEscape, fyne.KeyEscape, fyne.KeyEscape)
	at.asked("/data/safety/c3")
}

// What the staff answers is never handed over, and no page of the staff can be reached from there.
func TestHandOverNeverShowsWhatTheStaffAnswers(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(2)
	at.asked("/data/prepare/a1")
	at.key(fyne.KeyF10)
	at.want(at.say("handover.none.text"), at.say("interview.stop.button"))
	at.skipTo("b5")
	at.s.talking.session.OpenStaff()
	at.key(fyne.KeyF10)
	at.key(fyne.KeyPageDown)
	for _, e := range at.s.talking.session.Outline() {
		if e.Stage == schema.StageStaff {
			t.Error("the pages of the staff stay open while the person holds the screen")
		}
	}
}

// The person's words stand alone even after what was said before: an answer given in confidence is not
// shown to whoever holds the screen next.
func TestHandOverShowsNoEarlierAnswer(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(2)
	at.skipTo("d1")
	at.write("Secret")
	at.key(fyne.KeyF10)
	for _, x := range at.everything() {
		if e, ok := x.object.(*typeset.Entry); ok && e.Text != "" {
			t.Error("the earlier answer is on the screen")
		}
	}
}

// Sensitive questions stand behind a gate, once for each part, and again after every interruption.
func TestSensitiveQuestionsStandBehindAGate(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(2)
	at.skipTo("b6")
	at.s.talking.alone = false
	at.write("1234")
	at.key(fyne.KeyPageDown)
	secret := at.s.talking.session.State().Label("/data/safety/c3", "en").Text
	at.want(at.say("gate.sensitive.title"))
	at.wantNot(secret)
	at.press("gate.show.button")
	at.want(secret)
	at.write("5")
	at.key(fyne.KeyPageDown)
	at.asked("/data/safety/c4") // of the same part
	at.key(fyne.KeyF8, fyne.KeyReturn)
	at.goOn()
	at.want(at.say("gate.sensitive.title"))
	at.press("gate.later.button")
	at.wantNot(at.s.talking.session.State().Label("/data/safety/c4", "en").Text)
}

// The list of questions says of each how it stands, and leads there.
func TestJumpList(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(2)
	at.skipTo("d2")
	at.key(fyne.KeyF5)
	at.press("menu.list.button")
	at.want(at.say("jump.open.label"), at.say("jump.done.label"), at.say("jump.not_relevant.label"))
	state := at.s.talking.session.State()
	at.wantNot("Test") // no answer stands there
	at.tap(state.Label("/data/needs/c2", "en").Text)
	at.asked("/data/needs/c2")
	at.key(fyne.KeyF5)
	at.press("menu.list.button")
	at.tap(state.Label("/data/work/g1", "en").Text)
	at.asked("/data/work/g1")
}

// The statements of consent are read one by one, and the session knows when and in which words.
func TestConsentIsReadLineByLine(t *testing.T) {
	d := &fake{}
	at := entered(t, d, plain)
	at.begin(2)
	at.skipTo("b1_name")
	lines := at.s.talking.session.Page().Paths
	if len(lines) < 8 {
		t.Fatalf("%d lines", len(lines))
	}
	state := at.s.talking.session.State()
	for i, path := range lines {
		at.want(state.Label(path, "ar").Text, at.say("lines.number.text", "Number", i+1, "Of", len(lines)))
		if i > 0 {
			at.wantNot(state.Label(lines[i-1], "ar").Text)
		}
		at.key(fyne.KeyPageDown)
	}
	at.asked("/data/consent/b1")
	at.key(fyne.KeyPageUp)
	at.want(state.Label(lines[len(lines)-1], "ar").Text)
	at.key(fyne.KeyPageDown)
	at.skipTo("c3")
	read := map[schema.Path]bool{}
	for _, r := range d.keeper.first {
		if strings.Contains(string(r.Path), "/b1_lines/") && r.Lang == "ar" && r.Wording == state.Label(r.Path, "ar").Wording {
			read[r.Path] = true
		}
	}
	if len(read) != len(lines) {
		t.Errorf("%d of %d lines are noted as read", len(read), len(lines))
	}
}
