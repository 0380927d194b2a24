package screens

import (
	"testing"

	"fyne.io/fyne/v2"

	"leeward/schema"
	"leeward/schema/instrument"
)

// The interpreter finds the words that matter most on demand, in both languages, in the screener's alphabet, marked
// where nobody read them over; and comes back to where the talk was.
func TestTheGlossaryIsThereForTheInterpreter(t *testing.T) {
	if terms := instrument.Terms(); len(terms) != 40 {
		t.Fatalf("%d words, want the forty that matter", len(terms))
	}
	at := entered(t, &fake{office: screeningDemo}, look{760, 1160, "en", 1})
	at.begin(2)
	setting := at.s.talking.session.Setting()
	person := setting.Language
	if person == "en" || setting.ScreenerLang != "en" {
		t.Fatalf("the talk is in %s and %s", person, setting.ScreenerLang)
	}
	where := at.texts()
	at.s.talking.show(at.s.talking.interpreterCard(""))
	at.press("interpreter.words.button")
	at.want(at.say("interpreter.words.text"), at.say("interview.draft.badge"))
	var owns []string
	for _, text := range at.texts() {
		for _, term := range instrument.Terms() {
			if text == instrument.Word(term, "en").Text+": "+instrument.Word(term+".meaning", "en").Text {
				owns = append(owns, text)
			}
		}
	}
	if len(owns) != 40 || owns[0][0] != 'A' || owns[39][0] != 'W' {
		t.Errorf("%d words of the screener, or not in their alphabet", len(owns))
	}
	for _, term := range []string{"term.debt_bondage", "term.consent", "term.recruiter"} {
		at.want(instrument.Word(term, person).Text, instrument.Word(term+".meaning", person).Text)
	}
	at.key(fyne.KeyEscape)
	at.want(at.say("menu.interpreter.button"))
	at.key(fyne.KeyEscape)
	if now := at.texts(); len(now) != len(where) {
		t.Errorf("the talk goes on with %q, want %q", now, where)
	}
	at.key(fyne.KeyF10) // handed over: the words are out of reach
	at.wantNot(at.say("menu.interpreter.button"), instrument.Word("term.trafficking", person).Text)
}

// The summary says of each indicator on which answer it rests and when that was, and tells signs of forced
// criminality apart from every list.
func TestTheSummaryExplainsItself(t *testing.T) {
	at := entered(t, &fake{office: screeningDemo}, look{760, 1160, "en", 1})
	at.begin(2)
	at.skipTo("m1_paper")
	talk := at.s.talking
	talk.session.OpenStaff()
	at.skipTo("l5_level")
	for path, value := range map[schema.Path]string{"/data/freedom/h2": "refused", "/data/work/g1": "online"} {
		if problem, err := talk.session.Answer(t.Context(), path, schema.Answer{Value: value}); problem != nil || err != nil {
			t.Fatalf("answer %s: %v, %v", path, problem, err)
		}
	}
	at.s.show(talk.summary(""))
	at.want(
		"Papers taken away: Present", "• H2 Who had your papers? – With another, not given (at that place)",
		"Signs of forced criminality", "Ordered to send messages or use accounts online: Present",
		instrument.Word("assess.criminal", "en").Text,
	)
}
