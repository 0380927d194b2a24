package screens

import (
	"fmt"
	"image"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"leeward/internal/store"
)

// Three screens as they look: home, a question in two languages, and the ladder of the outbox; for a
// screener who reads English with a person who reads Arabic or Burmese, and for one who reads those.
func TestGoldens(t *testing.T) {
	alone(t)
	for i, person := range []string{"ar", "my"} {
		for _, l := range []look{{760, 620, "en", 1}, {420, 760, person, 1}} {
			t.Run(fmt.Sprintf("%s in %s", person, l.lang), func(t *testing.T) {
				at := entered(t, &fake{
					office: screeningDemo, drafts: []store.Summary{{Code: "7K2F-QX9B", At: "/data/work/g1"}},
					counts: store.Counts{Saved: 1, Stored: 2, Opened: 14},
				}, l)
				same := func(screen string) {
					t.Helper()
					test.AssertImageMatches(t, fmt.Sprintf("%s-%s-by-%s.png", screen, person, l.lang), at.picture())
				}
				if person == "ar" || l.lang == person { // the others are the same but for the person's language
					same("home")
					at.press("home.outbox.button")
					same("outbox")
					at.key(fyne.KeyEscape)
				}
				at.begin(i + 2)
				at.skipTo("c3")
				at.write("3")
				same("question")
			})
		}
	}
}

// What stands before the end, as screeners of three languages read it after the same interview. The docs show
// these pictures.
func TestGoldensOfTheSummary(t *testing.T) {
	alone(t)
	for i, lang := range []string{"en", "ar", "my"} {
		t.Run(lang, func(t *testing.T) {
			at := entered(t, &fake{office: screeningDemo}, look{760, 1160, lang, 1})
			at.begin([]int{2, 1, 1}[i])
			at.skipTo("m1_paper")
			talk := at.s.talking
			talk.session.OpenStaff()
			at.skipTo("l5_level")
			at.says("/data/closing/k4", "shelter medical")
			at.says("/data/assessment/l5/l5_level", "medium")
			at.s.show(talk.summary(""))
			at.want(at.say("summary.wishes.title"), at.say("summary.result.hint"))
			test.AssertImageMatches(t, "summary-"+lang+".png", at.picture())
		})
	}
}

// picture is the window as it is painted; the second resize lets heights settle.
func (at *sitting) picture() image.Image {
	size := at.w.Canvas().Size()
	at.w.Resize(size.AddWidthHeight(0, 1))
	at.w.Resize(size)
	return at.w.Canvas().Capture()
}
