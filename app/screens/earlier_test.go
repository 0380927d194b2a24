package screens

import (
	"testing"

	"fyne.io/fyne/v2"

	"leeward/schema"
)

// Where somebody asked the person before, the talk begins with that, and the summary has it; before consent, and where
// nobody did, nothing is said.
func TestWhoAskedBeforeIsSaidFirst(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(2)
	badge := at.say("interview.earlier.badge")
	at.says("/data/prepare/a6/a6_earlier", "none")
	if who := at.s.talking.earlier(); who != "" {
		t.Errorf("nobody asked before, and %q stands there", who)
	}
	at.says("/data/prepare/a6/a6_earlier", "police shelter")
	at.says("/data/prepare/a6/a6_earlier_when", "2024-05")
	at.skipTo("b2")
	at.wantNot(badge)
	at.skipTo("c3")
	said := at.say("interview.earlier.text", "Who", "Police · Shelter · \u20682024-05\u2069")
	at.want(said, badge)
	at.write("3")
	at.want(said) // as long as that page stands
	at.key(fyne.KeyF3)
	at.want(said)
	at.key(fyne.KeyPageDown)
	at.key(fyne.KeyPageDown) // the card
	at.want(badge)
	at.wantNot(said)
	at.s.show(at.s.talking.summary(""))
	at.want(badge, "Police · Shelter · \u20682024-05\u2069")
}

// What stands over the pages of the staff, and over lines that are read out, is for the screener alone.
func TestTitlesForTheScreenerAreInTheirLanguage(t *testing.T) {
	at := entered(t, &fake{}, plain)
	at.begin(2)
	state := at.s.talking.session.State()
	at.skipTo("b1_name")
	title := func(group schema.Path, lang schema.Lang) string { return state.Label(group, lang).Text }
	group := at.s.talking.session.Page().Group
	at.want(title(group, "en"))
	at.wantNot(title(group, "ar"))
	at.skipTo("m1_paper")
	at.s.talking.session.OpenStaff()
	at.skipTo("l5_level")
	group = at.s.talking.session.Page().Group
	at.want(title(group, "en"))
	at.wantNot(title(group, "ar"))
}
