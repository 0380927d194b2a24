package screens

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"leeward/app/device"
	"leeward/schema"
	"leeward/sync/bulletin"
)

// A need that is named brings its card by itself, once; the card says how soon and what to do.
func TestNewNeedShowsItsCard(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(2)
	at.skipTo("c3")
	at.write("1")
	at.want(at.say("interview.next.button")) // the answer stays in sight until the person is done
	at.key(fyne.KeyPageDown)
	at.want(at.say("need.safety.title"), at.say("urgent.red.label"), at.say("need.safety.action1"))
	at.key(fyne.KeyPageDown)
	at.asked("/data/safety/c4")
	at.key(fyne.KeyPageUp, fyne.KeyPageDown)
	at.asked("/data/safety/c4")
	at.press("interview.urgent.button")
	at.want(at.say("need.safety.title"))
}

// From every screen of a talk the card is one key or one tap away, and leads back to that screen.
func TestUrgentIsReachableEverywhere(t *testing.T) {
	alone(t)
	at := entered(t, &fake{}, plain)
	at.begin(2)
	try := func() {
		t.Helper()
		if at.sees(at.say("urgent.card.title")) {
			return
		}
		was := at.texts()
		at.key(fyne.KeyF4)
		at.want(at.say("urgent.card.title"))
		at.key(fyne.KeyEscape)
		if now := at.texts(); len(now) != len(was) || now[0] != was[0] {
			t.Fatalf("the card of %q leads to %q", was, now)
		}
		at.press("interview.urgent.button")
		at.want(at.say("urgent.card.title"))
		at.press("urgent.return.button")
	}
	at.walkTo("", answers, try)
	try()
	at.key(fyne.KeyEscape, fyne.KeyF6, fyne.KeyReturn)
	at.want(at.say("interview.paused.title"))
	try()
}

// The needs are asked to the end, wherever the talk stands, and then it goes on from there; also while the
// questions of privacy wait.
func TestUrgentQuestionsLeadBack(t *testing.T) {
	for name, interrupt := range map[string]func(at *sitting){
		"in a page": func(*sitting) {}, "in a pause": func(at *sitting) { at.key(fyne.KeyF6, fyne.KeyReturn) },
	} {
		t.Run(name, func(t *testing.T) {
			at := entered(t, &fake{}, plain)
			at.begin(2)
			at.skipTo("d1")
			interrupt(at)
			at.key(fyne.KeyF4)
			at.press("urgent.needs.title")
			for _, question := range []string{"c1", "c2", "c9"} {
				at.asked(schema.Path("/data/needs/" + question))
				at.key(fyne.KeyPageDown)
			}
			if at.s.talking.session.NeedsWelcomeBack() {
				at.goOn()
			}
			at.asked("/data/about/d1")
		})
	}
}

// Help begins before anything is asked about who and where.
func TestUrgentFromHome(t *testing.T) {
	at, d := opened(t, plain)
	at.press("home.urgent.button")
	at.asked("/data/needs/c1")
	at.write("1")
	at.key(fyne.KeyPageDown)
	at.asked("/data/needs/c2")
	at.write("1")
	at.key(fyne.KeyPageDown)
	at.want(at.say("urgent.card.title"), at.say("need.medical.title"))
	at.key(fyne.KeyPageDown, fyne.KeyPageDown)
	at.want(at.say("prepare.screener.hint")) // whose talk this is, was not asked before
	at.write("S-9")
	at.key(fyne.KeyReturn)
	at.asked("/data/prepare/a1")
	if got := at.s.talking.session.Setting().Screener; got != "S-9" {
		t.Errorf("the interview is led by %q, want S-9", got)
	}
	holdsNothing(t, d)
	at.key(fyne.KeyF7)
	at.want(at.say("stop.erased.text"))
	holdsNothing(t, d)
}

// An action card that comes up before a page with something open on it leads back to that page, where the
// problem is seen.
func TestCardDoesNotHideAProblem(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(2)
	at.skipTo("c3")
	at.write("1")
	at.key(fyne.KeyPageDown)
	at.want(at.say("urgent.card.title"))
	at.key(fyne.KeyF6, fyne.KeyReturn)
	at.goOn()
	at.press("gate.show.button") // somebody else may be there now
	at.asked("/data/safety/c3")
}

// A red need leads to the numbers of this place, and what was done is named before the end; the words stay with the
// interview.
func TestARedNeedIsClosedByANamedAction(t *testing.T) {
	at, d := opened(t, plain)
	at.begin(2)
	at.skipTo("c3")
	at.write("1")
	at.key(fyne.KeyPageDown)
	at.want(at.say("urgent.name_it.text"), at.say("urgent.no_number.text"))
	at.press("numbers.list.title")
	at.want(at.say("numbers.none.text"))
	at.press("numbers.add.button")
	at.want(at.say("numbers.incomplete.text"))
	for i, text := range []string{"Safe house", "+999 7"} {
		at.w.Canvas().Focus(at.field(i))
		at.write(text)
	}
	at.tap(at.say("need.safety.title"))
	at.press("numbers.add.button")
	all, err := d.Numbers(t.Context())
	if err != nil || len(all) != 1 || !all[0].For("safety") || all[0].For("medical") {
		t.Fatalf("written down: %+v, %v", all, err)
	}
	at.press("app.back.button")
	one := at.s.talking.session
	if got := one.OpenActions(); len(got) != 1 {
		t.Fatalf("open before anything was done: %v", got)
	}
	at.tap("Safe house · \u2068+999 7\u2069")
	at.want(at.say("urgent.noted.text", "Name", at.say("urgent.called.text", "Name", "Safe house +999 7")))
	at.press("urgent.done.button")
	want := at.say("urgent.called.text", "Name", "Safe house +999 7") + "; " + at.say("need.safety.action1")
	if got := one.Action("safety"); got != want || len(one.OpenActions()) != 0 {
		t.Errorf("noted %q, want %q", got, want)
	}
	at.wantNot(at.say("urgent.name_it.text"))
}

// While a red need has no named action the interview does not finish; stopping asks for nothing.
func TestFinishWaitsForANamedAction(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(2)
	at.skipTo("c3")
	at.write("1")
	one := at.s.talking
	one.seen = append(one.seen, "redsafety")
	at.walkTo("", answers, nil)
	at.press("summary.finish.button")
	at.want(at.say("urgent.name_it.text"))
	at.press("urgent.wants_not.button")
	at.key(fyne.KeyEscape)
	at.want(at.say("summary.interview.title"), at.say("urgent.noted.text", "Name", at.say("urgent.wants_not.button")))
	at.key(fyne.KeyF7)
	at.want(at.say("interview.paused.title"))
}

// The places of the office's directory stand on the card before the numbers of this place, each for its kinds of need.
func TestTheOfficesDirectoryStandsOnTheCard(t *testing.T) {
	d := &fake{
		numbers: []device.Number{{Name: "Night porter", Phone: "+999 4"}},
		guide: bulletin.Guide{Help: []bulletin.Help{
			{Needs: []string{"safety"}, Name: map[string]string{"en": "Safe house"}, Phone: "+999 2", Hours: map[string]string{"en": "day and night"}},
			{Needs: []string{"medical"}, Name: map[string]string{"en": "Quay Clinic"}, Phone: "+999 3"},
		}},
	}
	at := entered(t, d, plain)
	at.begin(2)
	at.skipTo("c3")
	at.write("1")
	at.key(fyne.KeyPageDown)
	at.want("Safe house · \u2068+999 2\u2069 · day and night", "Night porter")
	at.wantNot("Quay Clinic", at.say("urgent.no_number.text"))
	at.tap("Safe house · \u2068+999 2\u2069 · day and night")
	if got := at.s.talking.session.Action("safety"); !strings.Contains(got, "Safe house +999 2") {
		t.Errorf("noted %q", got)
	}
}
