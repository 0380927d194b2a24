package screens

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"leeward/app/device"
	"leeward/app/typeset"
	"leeward/internal/store"
	"leeward/schema"
	"leeward/schema/instrument/cases"
)

// Without a network what waits goes into a folder of a stick, and the office's answers come from there.
func TestCarryByStick(t *testing.T) {
	d := &fake{office: device.Office{Enrolled: true, Name: "Invented office"}, counts: store.Counts{Saved: 1}, oldest: time.Now().Add(-75 * time.Hour)}
	at := entered(t, d, plain)
	at.press("home.outbox.button")
	at.want(at.say("outbox.age.text", "Number", 3))
	stick := filepath.Join(t.TempDir(), "stick")
	if err := os.Mkdir(stick, 0o700); err != nil {
		t.Fatal(err)
	}
	at.s.Mounts = []string{filepath.Join(filepath.Dir(stick), "*")}
	at.press("carry.stick.title")
	at.press("carry.write.button")
	at.want(at.say("carry.folder.text"))
	at.tap(stick)
	at.press("carry.write.button")
	at.want(at.say("carry.written.text", "Number", 2))
	at.press("carry.read.button")
	at.want(at.say("carry.taken.text", "Number", 1))
	if !slices.Equal(d.sticks, []string{stick, stick}) {
		t.Errorf("carried to %q", d.sticks)
	}
	at.key(fyne.KeyEscape)
	at.want(at.say("outbox.ladder.title"))
}

// The person's own wishes stand first, then needs, then the screener's result and what the answers support.
func TestSummaryBeginsWithTheWishes(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(2)
	said := maps.Clone(answers)
	said["k4"] = "1"
	at.walkTo("", said, nil)
	texts := at.texts()
	place := func(text string) int {
		t.Helper()
		i := slices.Index(texts, text)
		if i < 0 {
			t.Fatalf("%q does not stand in the summary: %q", text, texts)
		}
		return i
	}
	state := at.s.talking.session.State()
	wish := "• " + state.ChoiceLabel("/data/closing/k4", state.Node("/data/closing/k4").Choices[0].Name, "en").Text
	if a, _ := at.s.talking.session.Standing("/data/closing/k4"); a.Value == "" {
		t.Fatal("nobody answered what would help")
	}
	order := []int{
		place(at.say("summary.wishes.title")), place(wish), place(at.say("summary.needs.title")), place(at.say("summary.result.label")),
		place(at.s.talking.word("assess.grounds", true).Text()), place(at.s.talking.word("assess.legal"+".title", true).Text()),
		place(at.s.talking.word("assess.assist"+".title", true).Text()),
	}
	if !slices.IsSorted(order) {
		t.Errorf("the summary stands in the order %v", order)
	}
}

// A child is asked for thirty minutes; then the screen says so, and asks nothing more of anybody.
func TestAChildIsNotAskedForLong(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(2)
	at.write("1")
	at.key(fyne.KeyPageDown)
	at.write("2")
	at.key(fyne.KeyPageDown)
	at.write("1") // under 18
	at.key(fyne.KeyPageDown)
	at.s.App.Preferences().SetInt(prefLock, 60)
	at.s.touch()
	at.key(fyne.KeyF4)
	at.press("urgent.needs.title")
	at.wantNot(at.say("interview.child_time.badge"))
	at.clock.pass(childFor)
	at.want(at.say("interview.child_time.badge"))
}

// In the sun, in the dark and for the left hand the same things stand on the screen.
func TestHowTheScreenLooks(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.press("home.settings.button")
	at.press("settings.mode_sun.label")
	if at.s.mode() != typeset.Sun {
		t.Errorf("the mode is %d", at.s.mode())
	}
	at.press("settings.hand_left.label")
	at.key(fyne.KeyEscape)
	at.begin(2)
	next, stop := at.label(at.say("interview.next.button")), at.label(at.say("interview.stop.button"))
	if next.at.X > stop.at.X {
		t.Errorf("for the left hand the way on stands at %v, the way out at %v", next.at.X, stop.at.X)
	}
}

// The worked cases are read in the screener's language, and marked as drafts that nobody has reviewed.
func TestWorkedCasesInTheScreenersLanguage(t *testing.T) {
	at, _ := opened(t, plain)
	at.s.useLanguage("ar")
	at.s.show(at.s.training(nil))
	worked, lang := cases.All()[0].In("ar")
	if lang != "ar" {
		t.Fatalf("the first case is told in %s", lang)
	}
	at.want(at.say("interview.draft.badge"))
	at.wantNot(cases.All()[0].Title)
	at.tap(worked.Title)
	at.want(at.say("interview.draft.badge"), worked.Story, worked.Checks[0].Ask)
	at.wantNot(cases.All()[0].Story)
	if !at.label(worked.Story).object.(*typeset.Label).RTL() {
		t.Error("the story is not read from the right")
	}
	at.tap(worked.Checks[0].Choices[1-worked.Checks[0].Right])
	at.want(at.say("training.wrong.text") + " " + worked.Checks[0].Why)
	at.wantNot(at.say("training.worked.title"))
	for _, check := range worked.Checks {
		at.tap(check.Choices[check.Right])
	}
	result := worked.State().ChoiceLabel("/data/assessment/l3", worked.Expect.Result, "ar").Text
	at.want(at.say("training.worked.title"), result, "• "+at.say("need.protection.title")+" – "+at.say("urgent.red.label"))
	at.want(at.say("training.right.text")+" "+worked.Checks[0].Why, at.say("training.score.text", "Right", 1, "Of", 2))
}

// What the questionnaire leaves to the office is asked for in words, in every language, and not by names of the program.
func TestThePlaceIsAskedForInWords(t *testing.T) {
	at, _ := opened(t, plain)
	for _, lang := range at.s.Catalogue.Languages() {
		at.s.useLanguage(lang)
		at.s.show(at.s.settings(""))
		for _, p := range at.s.Form.Questionnaire().Parameters {
			key := "settings." + p.Name + ".label"
			if !at.s.words.Has(key) || at.s.words.Fallback(key) {
				t.Errorf("%s has no words in %s", p.Name, lang)
			}
			at.want(at.say(key))
			at.wantNot(p.Name)
		}
	}
}

// Practice is said on every screen; a real person ends it, and is asked for agreement.
func TestPracticeAndARealPerson(t *testing.T) {
	at, d := opened(t, plain)
	at.press("home.settings.button")
	at.press("settings.practice_begin.button")
	at.want(at.say("app.practice.badge"))
	worked := cases.All()[0]
	at.press("training.list.title")
	at.tap(worked.Title)
	at.want(worked.Story, worked.Checks[0].Ask)
	at.wantNot(worked.Checks[0].Why)
	at.tap(worked.Checks[0].Choices[worked.Checks[0].Right])
	at.want(at.say("training.right.text") + " " + worked.Checks[0].Why)
	at.key(fyne.KeyEscape, fyne.KeyEscape)
	at.want(at.say("settings.practice_end.button"))
	at.key(fyne.KeyEscape)
	at.press("training.list.title") // from home too, while it is practice
	at.want(worked.Title)
	at.key(fyne.KeyEscape)
	at.want(at.say("home.new.button"))
	at.begin(2)
	at.skipTo("d2")
	at.want(at.say("app.practice.badge"), at.say("interview.saved.badge"))
	at.key(fyne.KeyF5)
	at.press("menu.real.button")
	at.press("real.person.button")
	at.wantNot(at.say("app.practice.badge"))
	at.want(at.say("stage.consent.title"), at.say("interview.unkept.badge"))
	if drafts, err := d.Drafts(t.Context()); err != nil || len(drafts) != 0 || d.Practice() {
		t.Errorf("%d drafts, %v: want nothing kept of a real person who was not asked", len(drafts), err)
	}
	if a, _ := at.s.talking.session.Standing(schema.Path("/data/prepare/a7")); a.Value != "adult" {
		t.Error("what was said before is lost")
	}
}
