package screens

import (
	"regexp"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"leeward/app/device"
	"leeward/app/typeset"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/schema"
	"leeward/sync/courier"
	"leeward/translations"
)

// entered is a device that is open, as a test says it is.
func entered(t testing.TB, d *fake, l look) *sitting {
	t.Helper()
	at := sit(t, d, l)
	at.write("anything")
	at.key(fyne.KeyReturn)
	at.want(at.say("home.new.button"))
	return at
}

var clockTime = regexp.MustCompile(`\d\d?:\d\d|20\d\d-\d\d`)

// Drafts stand there by code and by how far they are: no time, no name, no language, no answer.
func TestHomeTellsNothingAboutPeople(t *testing.T) {
	at := entered(t, &fake{drafts: []store.Summary{
		{
			Code: "7K2F-QX9B", At: "/data/work/g1", Started: time.Now(), Touched: time.Now(),
			Setting: screening.Setting{Screener: "SCREENER", Interpreter: "INTERPRETER", Language: "my"},
		},
		{Code: "AAAA-BBBB", At: "/data/of/an/older/questionnaire"},
	}, counts: store.Counts{Saved: 1, Sealed: 2, Opened: 4, Tally: 2}}, plain)
	at.want(at.say("home.draft.button", "Code", "7K2F-QX9B"), at.say("home.draft.button", "Code", "AAAA-BBBB"),
		at.say("home.stage.text", "Stage", at.say("stage.talk.title")), at.say("home.drafts.text", "Count", 2),
		at.say("home.waiting.text", "Count", 3), at.say("home.opened.text", "Count", 4), at.say("home.counted.text", "Count", 2))
	at.wantNot("SCREENER", "INTERPRETER", "မြန်မာ")
	for _, text := range at.texts() {
		if clockTime.MatchString(text) {
			t.Errorf("a time is on the screen: %q", text)
		}
	}
	at.check("home")
	at.tap(at.say("home.draft.button", "Code", "7K2F-QX9B"))
	at.want(at.say("error.damaged.text")) // and home stays
}

// The keyboard begins at the new interview; the next stop without drafts is the outbox.
func TestTheOrderOfTheKeyboardAtHome(t *testing.T) {
	at := entered(t, &fake{}, plain)
	for _, key := range []string{"home.new.button", "home.outbox.button", "home.settings.button", "home.lock.button"} {
		if b, ok := at.w.Canvas().Focused().(*typeset.Button); !ok || b.Text() != at.say(key) {
			t.Fatalf("the keyboard is not on %q", at.say(key))
		}
		at.key(fyne.KeyTab)
	}
}

func TestPrepare(t *testing.T) {
	d := &fake{}
	at := entered(t, d, plain)
	at.key(fyne.KeyReturn)
	at.want(at.say("prepare.screener.hint"), at.say("prepare.interpreter.hint"))
	at.wantNot(at.say("prepare.unreviewed.text"))
	at.write("3")
	at.want(at.say("prepare.unreviewed.text"))
	if c, ok := at.w.Canvas().Focused().(*typeset.Choice); !ok || !c.On() {
		t.Error("the keyboard is not on the language that was chosen")
	}
	at.w.Canvas().Focus(at.field(0))
	at.write(" S-17 ")
	at.w.Canvas().Focus(at.field(1))
	at.write("I-4")
	at.key(fyne.KeyPageDown) // from within a field
	who := at.s.talking.session.Setting()
	if who != (screening.Setting{Screener: "S-17", Interpreter: "I-4", Language: "my", ScreenerLang: "en"}) {
		t.Errorf("the interview begins with %+v", who)
	}
	at.key(fyne.KeyF7)
	at.key(fyne.KeyReturn)
	if at.field(0).Text != "S-17" || at.field(1).Text != "" {
		t.Errorf("the next interview begins with %q and %q, want the screener's code alone", at.field(0).Text, at.field(1).Text)
	}
	at.key(fyne.KeyF9)
	d.local = device.Local{} // what a device tells somebody else
	at.write("anything")
	at.key(fyne.KeyReturn, fyne.KeyReturn)
	if got := at.field(0).Text; got != "" {
		t.Errorf("after a lock somebody else finds the code %q", got)
	}
	at.press("prepare.leave.button")
	at.want(at.say("home.new.button"))
}

// Every rung says what its proof says.
func TestOutboxLadder(t *testing.T) {
	d := &fake{
		office: device.Office{Enrolled: true, Name: "Invented office", News: time.Date(2026, 3, 1, 9, 5, 0, 0, time.UTC)},
		counts: store.Counts{Saved: 11, Sealed: 12, Sent: 13, Stored: 14, Opened: 15},
	}
	at := entered(t, d, plain)
	at.press("home.outbox.button")
	for rung, count := range map[string]string{"saved": "11", "sealed": "12", "sent": "13", "stored": "14", "opened": "15"} {
		name, number := at.label(at.say("rung."+rung+".label")), at.label(count)
		if name.at.Y > number.bottom() || number.at.Y > name.bottom()+30 || !number.object.(*typeset.Label).Bold {
			t.Errorf("%s interviews do not stand beside %q", count, rung)
		}
	}
	at.wantNot(at.say("rung.quarantined.label"), "09:05", at.say("app.practice.badge"), at.say("outbox.unshown.text", "Number", 2))
	d.office.Unshown = 2
	d.counts.Quarantined = 1
	d.synced = courier.Result{Sent: 2}
	at.key(fyne.KeyReturn)
	at.want(at.say("outbox.sent.text", "Count", 2), at.say("outbox.unshown.text", "Number", 2), at.say("rung.quarantined.label"), at.say("rung.quarantined.hint"))
	d.synced = courier.Result{}
	at.key(fyne.KeyReturn)
	at.want(at.say("outbox.nothing.text"))
	d.syncErr = screening.Fail(screening.CodeOffline, nil)
	at.key(fyne.KeyReturn)
	at.want(at.say("error.offline.text"), at.say("error.offline.hint"))
}

func TestOutboxWithoutOffice(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.press("home.outbox.button")
	at.want(at.say("outbox.unenrolled.text"), at.say("outbox.never.text"))
	at.tap(at.say("outbox.sync.button"))
	at.wantNot(at.say("outbox.nothing.text"))
}

// News from the office change the numbers on the screen, and leave the keyboard where it was.
func TestNewsFromTheOffice(t *testing.T) {
	d := &fake{counts: store.Counts{Stored: 1}}
	at := entered(t, d, plain)
	at.key(fyne.KeyTab, fyne.KeyTab)
	d.counts = store.Counts{Opened: 1}
	at.s.Synced()
	at.want(at.say("home.opened.text", "Count", 1))
	if b, ok := at.w.Canvas().Focused().(*typeset.Button); !ok || b.Text() != at.say("home.settings.button") {
		t.Error("the keyboard was taken away by news from the office")
	}
	at.press("home.new.button")
	at.s.Synced()
	at.want(at.say("prepare.interview.title"))
}

// A device that its office trusts no more locks with what was said kept, says why, and says so again to who opens it.
func TestRevokedLocksTheScreen(t *testing.T) {
	d := &fake{}
	at := entered(t, d, plain)
	d.news.Revoked = true
	at.s.Revoked()
	at.want(at.say("news.revoked.text"), at.say("unlock.locked.title"))
	if d.locks != 1 {
		t.Errorf("the device was locked %d times, want once", d.locks)
	}
	at.s.Revoked() // locked already
	at.write("anything")
	at.key(fyne.KeyReturn)
	at.want(at.say("news.revoked.text"), at.say("home.start.title"))
	if d.locks != 1 {
		t.Errorf("the device was locked %d times, want once", d.locks)
	}
}

// What the office asks back is named by number at home, and read on a page of its own until somebody has dealt with it.
// The office's own words of the program stand on every screen.
func TestQuestionsFromTheOffice(t *testing.T) {
	d := &fake{asked: []device.Asked{
		{ID: [16]byte{1}, Code: "7K2F-QX9B", At: time.Now(), Text: "Which quay did they mean?"},
		{ID: [16]byte{2}, Code: "AAAA-BBBB", At: time.Now(), Text: "Who saw the passport last?"},
	}, speak: func(c *translations.Catalogue) *translations.Catalogue {
		own, err := c.With("en", []byte(`{"home.calm.text": "Speak low."}`))
		if err != nil {
			t.Fatal(err)
		}
		return own
	}}
	at := entered(t, d, plain)
	at.want("Speak low.")
	at.wantNot("Which quay did they mean?", "7K2F-QX9B")
	at.tap(at.say("asked.count.button", "Number", 2))
	at.want("Which quay did they mean?", "Who saw the passport last?")
	at.press("asked.settle.button")
	at.want("Who saw the passport last?")
	at.wantNot("Which quay did they mean?")
	at.press("asked.settle.button")
	at.want(at.say("home.new.button"))
	at.wantNot(at.say("asked.count.button", "Number", 0))
}

// An office's own questionnaire may ask nothing about needs: the button at home begins it, and does not fail.
func TestUrgentWithoutAPageOfNeeds(t *testing.T) {
	q, err := schema.Parse([]byte(`{"format": "leeward/questionnaire/1", "id": "short", "version": "1", "source": "en",
		"title": {"en": {"text": "Short"}}, "languages": [{"tag": "en", "name": "English"}], "consent": {"agree": "/data/agree", "yes": ["yes"]},
		"choices": [{"name": "yes", "choices": [{"name": "yes", "label": {"en": {"text": "Yes"}}}]}],
		"items": [{"name": "agree", "kind": "select_one", "list": "yes", "text": {"en": {"text": "Do you agree?"}}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	form, err := schema.Compile(q)
	if err != nil {
		t.Fatal(err)
	}
	at := entered(t, &fake{form: form}, plain)
	at.press("home.urgent.button")
	at.wantNot(at.say("home.new.button"), at.say("error.internal.text"))
}

// While something slow is under way nothing else starts.
func TestOneSlowThingAtATime(t *testing.T) {
	d := &fake{office: device.Office{Enrolled: true}}
	at := entered(t, d, plain)
	var finish func()
	at.s.aside = func(do func()) { finish = do }
	at.press("home.outbox.button")
	at.key(fyne.KeyReturn)
	at.want(at.say("outbox.syncing.text"))
	first := finish
	at.key(fyne.KeyReturn)
	at.s.Synced()
	at.want(at.say("outbox.syncing.text"))
	at.key(fyne.KeyF9)
	first() // it ends after the lock
	at.want(at.say("unlock.locked.title"))
}

// Whoever led several talks today reads that they wear people out, once a talk and whatever became of it; a colleague on
// the same device does not, and practice does not count.
func TestManyTalksWearPeopleOut(t *testing.T) {
	at := entered(t, &fake{}, plain)
	for n := range tiring + 1 {
		if got, want := at.sees(at.say("home.led.text", "Number", n)), n >= tiring; got != want {
			t.Errorf("after %d talks home says it: %t", n, got)
		}
		at.begin(2)
		at.skipTo("c3")
		at.key(fyne.KeyF7)
		at.press("stop.erase.button")
		at.press("withdraw.erase.button")
		at.want(at.say("home.new.button"))
	}
	at.s.me = "another"
	at.s.show(at.s.home(""))
	at.wantNot(at.say("home.led.text", "Number", tiring+1))
}
