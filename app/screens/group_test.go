package screens

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"leeward/app/device"
	"leeward/schema"
	"leeward/schema/instrument"
)

// Twenty people by keyboard: a digit and Page Down each, the most urgent first, no name anywhere.
func TestGroupList(t *testing.T) {
	d := &fake{}
	at := entered(t, d, plain)
	at.press("group.list.title")
	for n := range 20 {
		at.key(fyne.KeyReturn)
		at.want(at.say("group.new.title"))
		at.write("3") // an adult
		if n == 11 {
			at.tap(instrument.Form().Evaluate(nil, schema.Env{}).ChoiceLabel("/data/safety/c3", "here", "en").Text)
		}
		at.key(fyne.KeyEscape)
	}
	if len(d.arrivals) != 20 {
		t.Fatalf("%d people are on the list", len(d.arrivals))
	}
	at.want(at.say("group.count.text", "Number", 20), at.say("need.safety.title"))
	for _, text := range at.texts() {
		if text == at.say("group.person.text", "Number", 12) {
			break
		}
		if text == at.say("group.person.text", "Number", 1) {
			t.Error("somebody stands before the one who cannot wait")
		}
	}
	if at.s.now.again != nil {
		t.Error("news from the office would take the list away")
	}
}

// The person points at their language in a list, by its own name.
func TestTheLanguageOfAPersonOfAGroup(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.press("group.list.title")
	at.press("group.next.button")
	question := func(lang schema.Lang) string {
		return instrument.Form().Evaluate(nil, schema.Env{}).Label("/data/safety/c3", lang).Text
	}
	at.want(question("en"))
	at.tap("English")
	at.want("မြန်မာ", "فارسی")
	at.tap("العربية")
	at.want(question("ar"))
	at.key(fyne.KeyF2)
	at.want(question("my"))
	at.tap("မြန်မာ")
	at.key(fyne.KeyEscape)
	at.want(question("my"))
}

// What was said on the list is in the interview, and leaves the list when it is kept there, or when the talk
// ends.
func TestAnInterviewWithSomebodyOfAGroup(t *testing.T) {
	d := &fake{arrivals: []device.Arrival{{Number: 4, At: time.Now(), Answers: schema.Answers{
		"/data/prepare/a7": {Value: "child"}, "/data/needs/c1": {Value: "water"},
	}}}}
	at := entered(t, d, plain)
	at.press("group.list.title")
	at.press("group.interview.button")
	at.want(at.say("prepare.screener.hint"))
	at.key(fyne.KeyPageDown)
	if a, _ := at.s.talking.session.Standing("/data/needs/c1"); a.Value != "water" {
		t.Error("what was said on the list is not in the interview")
	}
	if len(d.arrivals) != 1 {
		t.Error("the person left the list before anything was kept")
	}
	at.key(fyne.KeyF7)
	at.want(at.say("stop.erased.text"))
	if len(d.arrivals) != 0 {
		t.Error("the talk ended, and the person is still listed")
	}
}

// The group is split by numbers, and somebody from another device keeps the number that they were given there.
func TestAGroupOnSeveralDevices(t *testing.T) {
	d := &fake{}
	at := entered(t, d, plain)
	at.press("group.list.title")
	at.want(at.say("share.whole.text"))
	at.press("share.split.button")
	at.tap(at.say("rounds.number.text", "Number", 2, "Of", 3))
	if d.share != (device.Share{Device: 2, Of: 3}) {
		t.Errorf("the device has part %v", d.share)
	}
	at.want(at.say("share.part.text", "Number", 2, "Of", 3))
	at.press("share.take.button")
	at.write("x")
	at.key(fyne.KeyReturn)
	at.want(at.say("share.number.text"))
	at.key(fyne.KeyBackspace)
	at.write("၁၇")
	at.key(fyne.KeyReturn)
	at.want(at.say("group.person.text", "Number", 17))
	at.write("3")
	at.key(fyne.KeyEscape)
	if len(d.arrivals) != 1 || d.arrivals[0].Number != 17 {
		t.Errorf("on the list: %v", d.arrivals)
	}
}
