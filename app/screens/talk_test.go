package screens

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
	"leeward/schema"
)

// A whole interview, from home to the outbox, without a mouse.
func TestInterviewByKeyboardAlone(t *testing.T) {
	at, d := opened(t, plain)
	at.begin(2)
	at.walkTo("", answers, nil)
	at.want(at.say("summary.interview.title"), at.say("summary.result.label"), at.say("summary.result.hint"))
	if result := slices.Index(at.texts(), at.say("summary.result.label")); slices.Contains(at.texts()[result+1:], at.say("summary.result.label")) {
		t.Errorf("more than one result stands there: %q", at.texts())
	}
	code := string(at.s.talking.session.Code())
	at.key(fyne.KeyReturn)
	at.nameActions()
	at.key(fyne.KeyEscape, fyne.KeyReturn)
	at.want(at.say("summary.finished.text", "Code", code))
	counts, err := d.Counts(t.Context())
	if err != nil || counts.Saved != 1 || counts.Drafts != 0 {
		t.Errorf("the device holds %+v, %v; want one finished interview", counts, err)
	}
	at.want(at.say("debrief.interpreter.title"))
	at.key(fyne.KeyReturn)
	at.key(fyne.KeyTab, fyne.KeyReturn)
	at.want(at.say("outbox.ladder.title"), at.say("rung.saved.label"))
	at.key(fyne.KeyEscape)
	at.want(at.say("home.new.button"))
}

// A whole interview with the finger; only what is written in words comes from the keyboard.
func TestInterviewByTapsAlone(t *testing.T) {
	alone(t)
	at, d := opened(t, plain)
	at.press("home.new.button")
	at.tap("العربية")
	at.press("prepare.start.button")
	for range 100 {
		switch {
		case at.sees(at.say("summary.interview.title")):
			at.press("summary.finish.button")
			at.press("urgent.done.button")
			at.press("urgent.return.button")
			at.press("summary.finish.button")
			if counts, err := d.Counts(t.Context()); err != nil || counts.Saved != 1 {
				t.Errorf("the device holds %+v, %v; want one finished interview", counts, err)
			}
			return
		case at.sees(at.say("stage.staff.button")):
			at.press("stage.staff.button")
		case at.sees(at.say("urgent.card.title")):
			at.press("urgent.return.button")
		case at.sees(at.say("gate.sensitive.title")):
			at.press("gate.show.button")
		default:
			at.tapAnswers()
			at.press("interview.next.button")
		}
	}
	t.Fatalf("the interview does not end: %q", at.texts())
}

// tapAnswers gives the page that is shown the answers of the invented man.
func (at *sitting) tapAnswers() {
	at.t.Helper()
	for _, a := range at.s.talking.asked {
		said := answers[lastName(a.path)]
		if a.block == nil || said == "" {
			continue
		}
		node := at.s.talking.session.State().Node(a.path)
		for _, digit := range said {
			if len(node.Choices) == 0 {
				at.finger(at.place(a.block.Object()))
				at.write(string(digit))
				continue
			}
			caption := at.s.talking.session.State().ChoiceLabel(a.path, node.Choices[digit-'1'].Name, "en").Text
			at.tapIn(a, caption)
		}
	}
}

func lastName(p schema.Path) string {
	s := string(p)
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '/' {
			return s[i+1:]
		}
	}
	return s
}

// place is where an object stands: the first line to type in, for a field.
func (at *sitting) place(o fyne.CanvasObject) seen {
	at.t.Helper()
	for _, x := range at.everything() {
		if _, ok := x.object.(*typeset.Entry); ok && holds(o, x.object) {
			return x
		}
	}
	at.t.Fatal("the question has no field")
	return seen{}
}

// tapIn taps on a choice of one question; other questions of the page may offer the same.
func (at *sitting) tapIn(a *asked, caption string) {
	at.t.Helper()
	for _, x := range at.everything() {
		c, ok := x.object.(*typeset.Choice)
		if ok && holds(a.block.Object(), c) && (c.Captions.First.Text() == caption || c.Captions.Second.Text() == caption) {
			at.finger(x)
			return
		}
	}
	at.t.Fatalf("%s does not offer %q", a.path, caption)
}

func TestLanguageSwitchKeepsEverything(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(2)
	at.skipTo("d1")
	a := at.asked("/data/about/d1")
	at.write("Tes")
	at.key(fyne.KeyLeft)
	entry := at.w.Canvas().Focused().(*typeset.Entry)
	first := a.words.First.Text()
	for _, lang := range []schema.Lang{"en", "ar", "en", "ar"} { // the person's, and the one before
		at.key(fyne.KeyF2)
		if got := at.s.talking.session.Setting().Language; got != lang {
			t.Fatalf("the language is %s, want %s", got, lang)
		}
		if at.w.Canvas().Focused() != entry {
			t.Fatal("the keyboard is somewhere else")
		}
	}
	at.tap("العربية")
	at.tap("မြန်မာ") // in the list of languages, by its own name
	if at.w.Canvas().Focused() != entry {
		t.Fatal("the list of languages took the keyboard away")
	}
	at.press("interview.swap.button")
	at.press("interview.swap.button")
	if entry.Text != "Tes" || entry.CaretAt() != 2 {
		t.Errorf("the field holds %q with the caret at %d, want Tes and 2", entry.Text, entry.CaretAt())
	}
	if got := a.words.First.Text(); got == first || got != at.s.talking.session.State().Label(a.path, "my").Text {
		t.Errorf("the question reads %q after the switch", got)
	}
}

func TestSwapPutsTheOtherLanguageFirst(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(2)
	at.skipTo("d3")
	a := at.asked("/data/about/d3")
	was, beside := a.words.First.Text(), a.words.Second.Text()
	at.key(fyne.KeyF3)
	if a.words.First.Text() != beside || a.words.Second.Text() != was {
		t.Errorf("after the swap %q stands before %q", a.words.First.Text(), a.words.Second.Text())
	}
	at.write("2")
	rec, _ := at.s.talking.session.Standing("/data/about/d3")
	if rec.Value != "man" {
		t.Errorf("the second answer is %q after the swap, want man", rec.Value)
	}
}

func TestMissingReasons(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(1)
	at.skipTo("d3")
	at.write("2")
	for _, reason := range schema.MissingReasons() {
		at.tap(at.say("missing." + string(reason) + ".label"))
		if got, saved := at.s.talking.session.Standing("/data/about/d3"); got.Missing != reason || got.Value != "" || !saved {
			t.Errorf("%s gave %+v, saved %v", reason, got, saved)
		}
	}
	at.write("1")
	if got, _ := at.s.talking.session.Standing("/data/about/d3"); got.Missing != "" || got.Value != "woman" {
		t.Errorf("an answer after a reason gave %+v", got)
	}
}

func TestProblemsStandNextToTheirQuestion(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(1)
	at.key(fyne.KeyPageDown)
	at.want(at.say("problem.required.text"))
	a := at.asked("/data/prepare/a1")
	problem, field := at.label(at.say("problem.required.text")), at.label("Yes")
	if problem.at.Y >= field.at.Y || at.w.Canvas().Focused() == nil {
		t.Error("the problem is not above its field, or the keyboard is not there")
	}
	at.write("1")
	if a.problem.Text() != "" {
		t.Errorf("after the answer the problem still stands: %q", a.problem.Text())
	}

	at.skipTo("d2")
	at.write("999")
	at.key(fyne.KeyPageDown)
	a = at.asked("/data/about/d2")
	if a.problem.Text() == "" {
		t.Error("an age of 999 is taken without a word")
	}
	at.key(fyne.KeyBackspace, fyne.KeyPageDown)
	if at.sees(at.say("problem.constraint.text")) {
		t.Error("a right answer is complained about")
	}
}

// A number of which only the sign is typed is no answer: it is neither saved nor passed over, and it is
// found again.
func TestHalfTypedIsKeptAndSaid(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(1)
	at.skipTo("d2")
	at.write("-")
	at.key(fyne.KeyPageDown)
	at.want(at.say("problem.kind.text"))
	at.key(fyne.KeyF4, fyne.KeyEscape, fyne.KeyF1, fyne.KeyEscape)
	at.key(fyne.KeyPageUp)
	at.asked("/data/about/d1")
	at.key(fyne.KeyPageDown)
	if got := at.place(at.asked("/data/about/d2").block.Object()).object.(*typeset.Entry).Text; got != "-" {
		t.Errorf("the field holds %q, want what was typed", got)
	}
	at.key(fyne.KeyF6, fyne.KeyReturn)
	at.goOn()
	if got := at.place(at.asked("/data/about/d2").block.Object()).object.(*typeset.Entry).Text; got != "-" {
		t.Errorf("after a pause the field holds %q, want what was typed", got)
	}
}

func TestPauseAsksAboutPrivacyAgain(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(2)
	at.skipTo("g1")
	at.press("interview.pause.button")
	at.want(at.say("interview.paused.title"))
	at.wantNot(at.say("interview.next.button"))
	at.press("interview.resume.button")
	at.want(at.say("interview.paused.text"))
	at.key(fyne.KeyPageDown)
	at.want(at.say("problem.required.text"))
	at.answer(map[string]string{"a1": "2", "a2": "2"}) // not private
	at.key(fyne.KeyPageDown)
	if !at.s.talking.session.NeedsWelcomeBack() {
		t.Fatal("the talk goes on where others listen")
	}
	at.asked("/data/prepare/a1")
	at.w.Canvas().Focus(nil)
	at.write("1")
	at.key(fyne.KeyPageDown)
	at.asked("/data/work/g1")
}

func TestStopAndGoOnFromHome(t *testing.T) {
	at, _ := opened(t, plain)
	at.begin(3)
	at.skipTo("g1")
	code := string(at.s.talking.session.Code())
	at.press("interview.stop.button")
	at.want(code, at.say("interview.paused.text"))
	at.press("app.done.button")
	at.press("debrief.done.button")
	at.want(at.say("home.draft.button", "Code", code), at.say("home.stage.text", "Stage", at.say("stage.talk.title")))
	at.key(fyne.KeyTab, fyne.KeyReturn)
	at.goOn()
	at.asked("/data/work/g1")
	if got := at.s.talking.session.Setting().Language; got != "my" {
		t.Errorf("the talk goes on in %s, want my", got)
	}
}

func TestLeaveOut(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(1)
	at.skipTo("d1")
	at.write("Test")
	at.key(fyne.KeyPageDown, fyne.KeyPageUp)
	at.press("summary.leave_out.button")
	at.want(at.say("summary.leave_out.text"))
	at.press("app.back.button")
	if got, _ := at.s.talking.session.Standing("/data/about/d1"); got.Value != "Test" {
		t.Errorf("going back changed the answer to %+v", got)
	}
	at.press("summary.leave_out.button")
	at.press("summary.leave_out.button")
	if got, _ := at.s.talking.session.Standing("/data/about/d1"); got.Missing != schema.Declined || got.Value != "" {
		t.Errorf("what was left out is now %+v", got)
	}
	if got := at.asked("/data/about/d1").block.Answer(); got.Missing != schema.Declined {
		t.Errorf("the screen shows %+v", got)
	}
}

func TestSummaryLeadsToWhatIsOpen(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(1)
	said := map[string]string{}
	for k, v := range answers {
		said[k] = v
	}
	delete(said, "h2")
	at.walkTo("", said, nil)
	open := at.s.talking.session.State().Label("/data/freedom/h2", "en").Text
	at.want(at.say("summary.open.title"), open)
	at.tap(open)
	at.asked("/data/freedom/h2")
}

func TestStaffPagesStandBehindADoor(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(2)
	at.skipTo("m1_add")
	at.key(fyne.KeyPageDown)
	at.want(at.say("stage.staff.text"))
	at.key(fyne.KeyEscape)
	at.asked("/data/closing/m1/m1_add")
	at.key(fyne.KeyPageDown)
	at.press("stage.staff.button")
	at.want(at.say("stage.staff.title"))
	at.key(fyne.KeyF6, fyne.KeyReturn)
	at.goOn()
	if page := at.s.talking.session.Page(); page.Stage == schema.StageStaff {
		t.Error("after a pause the pages of the staff are open")
	}
}

// What has the keyboard is in sight, also at the end of a long page.
func TestKeyboardIsAlwaysInSight(t *testing.T) {
	at := entered(t, &fake{}, look{420, 800, "en", 2})
	at.begin(2)
	at.skipTo("c1")
	for range 25 {
		at.key(fyne.KeyTab)
		focused := at.w.Canvas().Focused().(fyne.CanvasObject)
		i := slices.IndexFunc(at.everything(), func(x seen) bool { return x.object == focused })
		x := at.everything()[i]
		if x.scroll == nil {
			continue
		}
		top := fyne.CurrentApp().Driver().AbsolutePositionForObject(x.scroll).Y
		y := fyne.CurrentApp().Driver().AbsolutePositionForObject(focused).Y
		if y < top-1 || y+min(focused.Size().Height, least) > top+x.scroll.Size().Height+1 {
			t.Fatalf("%s stands at %v, outside of %v to %v", name(focused), y, top, top+x.scroll.Size().Height)
		}
	}
}

func TestKeysAreListed(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(1)
	at.skipTo("d1")
	at.write("Te")
	at.key(fyne.KeyF1)
	at.want(at.say("keys.list.title"), "F8", at.say("keys.cover.label"))
	at.key(fyne.KeyF1)
	at.write("st")
	if got := at.asked("/data/about/d1").block.Answer().Value; got != "Test" {
		t.Errorf("after the list of keys the field holds %q, want Test", got)
	}
}

// nameActions says on the action card, with the keyboard, what was done about each red need.
func (at *sitting) nameActions() {
	at.t.Helper()
	one := at.s.talking.session
	for range 200 {
		if len(one.OpenActions()) == 0 {
			return
		}
		if b, ok := at.w.Canvas().Focused().(*typeset.Button); ok && b.Text() == at.say("urgent.done.button") {
			at.key(fyne.KeyReturn)
			continue
		}
		at.key(fyne.KeyTab)
	}
	at.t.Fatalf("what was done cannot be named: %q", at.texts())
}
