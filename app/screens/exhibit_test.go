package screens

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"leeward/app/device"
	"leeward/app/voices"
	"leeward/assets"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/schema"
	"leeward/schema/instrument/cases"
)

// exhibit shows every screen there is, by the name of what makes it.
func exhibit(t *testing.T, l look, visit func(at *sitting, screen string)) {
	door := sit(t, keyDevice(), l)
	visit(door, "unlock")
	exhibitDoor(door, visit)

	d := busyDevice()
	at := entered(t, d, l)
	visit(at, "home")
	exhibitHome(at, d, visit)
	exhibitSettings(at, visit)
	exhibitTraining(at, d, visit)
	exhibitTalk(at, visit)
	exhibitEnd(at, visit)
}

// busyDevice belongs to an office, and there is something to say on most of its screens.
func busyDevice() *fake {
	d := keyDevice()
	d.limit, d.office = 0, screeningDemo
	d.drafts = []store.Summary{{Code: "7K2F-QX9B", At: "/data/work/g1"}}
	d.counts = store.Counts{Saved: 1, Stored: 2, Opened: 14}
	d.asked = []device.Asked{{ID: [16]byte{1}, Code: "7K2F-QX9B", At: time.Now(), Text: "Which quay did they mean?"}}
	d.arrivals = []device.Arrival{{Number: 1}, {Number: 2, Answers: schema.Answers{"/data/needs/c1": {Value: "water"}}}}
	d.numbers = []device.Number{{Name: "Harbour clinic", Phone: "+00 555 0100", Hours: "8–18", Ours: true}}
	d.site = device.Site{Note: "The guard at gate two talks to the drivers.", Written: time.Now()}
	d.local = device.Local{Me: "S-01", Place: "XX", Office: map[string]schema.Text{"contact": {"en": {Text: "555 0100"}}}}
	return d
}

func exhibitDoor(at *sitting, visit func(*sitting, string)) {
	s := at.s
	for _, one := range []struct {
		screen string
		make   func() view
	}{
		{"impact", func() view { return s.impact("app.read.button", func() {}) }},
		{"firstStart", s.firstStart},
		{"recover", s.recover},
		{"recoverRequest", func() view { return s.recoverRequest([]byte("request"), strings.Fields(other+" salt two")) }},
		{"recoverAnswer", s.recoverAnswer},
		{"handIn", s.handIn},
	} {
		s.show(one.make())
		visit(at, one.screen)
	}
	s.leaflet(at.s.words.Lang(), func() {})
	visit(at, "leaflet")
}

func exhibitHome(at *sitting, d *fake, visit func(*sitting, string)) {
	s := at.s
	stick := filepath.Join(at.t.TempDir(), "stick") // its path is on no screen
	if err := os.MkdirAll(filepath.Join(stick, "letters"), 0o700); err != nil {
		at.t.Fatal(err)
	}
	for _, one := range []struct {
		screen string
		make   func() view
	}{
		{"prepare", s.prepare},
		{"promise", s.promise},
		{"siteNote", func() view { return s.siteNote(d.site) }},
		{"siteForm", func() view { return s.siteForm(s.newTalk) }},
		{"asked", func() view { return s.asked("") }},
		{"findToWithdraw", func() view { return s.findToWithdraw(at.say("withdraw.unknown.text")) }},
		{"withdrawal", func() view { return s.withdrawal(screening.InterviewID{}, func(string) {}) }},
		{"stopped", func() view { return s.stopped(screening.InterviewID{}, "7K2F-QX9B", func(string) {}) }},
		{"group", func() view { return s.group("") }},
		{"quick", func() view { return s.quick(device.Arrival{Number: 2}) }},
		{"eraseArrival", func() view { return s.eraseArrival(2) }},
		{"shareView", func() view { return s.shareView(device.Share{Device: 2, Of: 3}) }},
		{"takeNumber", func() view { return s.takeNumber("12") }},
		{"outbox", func() view { return s.outbox("") }},
		{"carry", func() view { return s.carry("") }},
		{"debrief", func() view { return s.debrief(at.say("summary.counted.text")) }},
		{"support", s.support},
	} {
		s.show(one.make())
		visit(at, one.screen)
	}
	s.Mounts = []string{stick}
	look := chooser{Screens: s, title: "carry.stick.title", back: func() {}, chose: func(string) {}}
	s.show(look.at(s.startFolder()))
	visit(at, "at")
	s.Mounts = nil
	s.show(s.home(""))
	s.help()
	visit(at, "help")
}

func exhibitSettings(at *sitting, visit func(*sitting, string)) {
	s := at.s
	s.Voices = voices.Shelf{Dir: filepath.Join(at.t.TempDir(), "recordings")}
	for _, one := range []struct {
		screen string
		make   func() view
	}{
		{"settings", func() view { return s.settings("") }},
		{"people", func() view { return s.people("") }},
		{"addPerson", s.addPerson},
		{"removePerson", func() view { return s.removePerson(device.Person{Place: 1}, at.say("sign.moon.label")+" · S2") }},
		{"suspect", s.suspect},
		{"changePassphrase", s.changePassphrase},
		{"keyFile", s.keyFile},
		{"keyFileMade", func() view { return s.keyFileMade("/media/somebody/a stick/1f0e2d3c", nil) }},
		{"makeFront", s.makeFront},
		{"wipe", s.wipe},
		{"compare", func() view { return s.compare("abacus bacon cabbage dab eagle fable gadget habit", func() {}) }},
		{"numbersView", func() view { return s.numbersView(func() {}) }},
		{"voicesView", func() view { return s.voicesView("") }},
		{"packView", func() view { return s.packView(recorded(at.t, "one", "two")) }},
		{"licenceList", s.licenceList},
		{"licence", func() view { return s.licence(assets.Licences()[1], sheets(assets.Licences()[1].Text), 0) }},
	} {
		s.show(one.make())
		visit(at, one.screen)
	}
}

func exhibitTraining(at *sitting, d *fake, visit func(*sitting, string)) {
	d.practice = true
	at.s.show(at.s.training(func() {}))
	visit(at, "training")
	at.s.show(at.s.trainingCase(cases.All()[0], func() {}))
	visit(at, "trainingCase")
	at.s.show(at.s.settings(""))
	visit(at, "practising")
	d.practice = false
}

// exhibitTalk shows what stands in and around a talk with somebody who speaks the other direction.
func exhibitTalk(at *sitting, visit func(*sitting, string)) {
	person := 2
	if at.s.words.RTL() {
		person = 3
	}
	at.s.show(at.s.home(""))
	at.s.show(at.s.prepare())
	at.write(string(rune('0' + person)))
	at.key(fyne.KeyPageDown)
	talk := at.s.talking
	visit(at, "pageView")
	at.says("/data/prepare/a6/a6_earlier", "police shelter")
	at.says("/data/prepare/a6/a6_earlier_when", "2024-05")
	at.skipTo("b1_name")
	visit(at, "line")
	at.skipTo("b2")
	visit(at, "consent")
	at.s.show(talk.refusal())
	visit(at, "refusal")
	at.skipTo("c3")
	at.write("1")
	visit(at, "question")
	at.key(fyne.KeyF4)
	visit(at, "actionCard")
	at.key(fyne.KeyEscape, fyne.KeyF10)
	visit(at, "handView")
	at.key(fyne.KeyEscape, fyne.KeyEscape, fyne.KeyEscape)
	a := at.asked("/data/safety/c3")
	for _, one := range []struct {
		screen string
		make   func() view
	}{
		{"menuView", talk.menuView},
		{"jumpList", talk.jumpList},
		{"interpreterCard", func() view { return talk.interpreterCard("") }},
		{"glossary", func() view { return talk.glossary(func() {}) }},
		{"shiftCard", talk.shiftCard},
		{"gatePage", talk.gatePage},
		{"realPerson", func() view { return talk.realPerson("") }},
		{"codeCard", talk.codeCard},
		{"withdrawHere", talk.withdrawHere},
		{"leaveOut", func() view { return talk.leaveOut(a) }},
		{"takeBack", func() view { return talk.takeBack(a, schema.Answer{}) }},
		{"stopUnsaved", func() view { return talk.stopUnsaved(screening.Fail(screening.CodeDiskFull, nil)) }},
		{"staffDoor", talk.staffDoor},
	} {
		at.s.show(one.make())
		visit(at, one.screen)
	}
	talk.present()
	talk.languages()
	visit(at, "languages")
	talk.present()
	at.key(fyne.KeyF6)
	visit(at, "pause")
	at.key(fyne.KeyReturn)
	visit(at, "welcomeBack")
	at.goOn()
}

func exhibitEnd(at *sitting, visit func(*sitting, string)) {
	talk := at.s.talking
	at.skipTo("m1_paper")
	talk.session.OpenStaff()
	at.skipTo("l5_level")
	at.says("/data/closing/k4", "shelter medical")
	at.says("/data/assessment/l5/l5_level", "medium")
	visit(at, "staff")
	at.s.show(talk.summary(""))
	visit(at, "summary")
	at.s.Printer = &tray{names: []string{"desk", "hall"}}
	at.s.show(talk.paperPage([]string{"desk", "hall"}, 0))
	visit(at, "paperPage")
}
