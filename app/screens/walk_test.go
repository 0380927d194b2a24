package screens

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"leeward/schema"
)

// begin goes from home to the first question.
func (at *sitting) begin(lang int) {
	at.t.Helper()
	at.key(fyne.KeyReturn)
	at.write(string(rune('0' + lang)))
	at.key(fyne.KeyPageDown)
	if at.s.talking == nil {
		at.t.Fatalf("the interview did not begin: %q", at.texts())
	}
}

// answers are what one invented man from a fishing boat says, by the number of the choice or as typed.
// What is not here stays open.
var answers = map[string]string{
	"a1": "1", "a2": "2", "a7": "3", "a3": "2", "a4": "1235", "a5": "2", "a8": "2", "a9": "6", "c1": "13", "c2": "4", "c9": "7",
	"b1": "1", "b2": "1", "b3": "1", "b6": "1234", "c3": "3", "c4": "3", "c10": "4", "c7": "3", "c6": "1", "c8": "6",
	"d1": "Test", "d2": "27", "d3": "2", "g1": "2", "g3_hours": "16", "g4": "5", "g5": "3", "h2": "3", "h3": "2", "h4": "3",
	"b4": "34", "b5": "1", "l6": "8", "l2_purpose": "1", "l3": "1", "l5_level": "2",
}

// answer answers the page that is shown, with the keyboard alone.
func (at *sitting) answer(said map[string]string) {
	at.t.Helper()
	for _, a := range at.s.talking.asked {
		name := string(a.path[strings.LastIndex(string(a.path), "/")+1:])
		if said[name] == "" || a.block == nil {
			continue
		}
		for range 400 {
			focused, _ := at.w.Canvas().Focused().(fyne.CanvasObject)
			if focused != nil && holds(a.block.Object(), focused) {
				break
			}
			at.key(fyne.KeyTab)
		}
		at.write(said[name])
	}
}

// walkTo answers and goes on until the question of a name is shown, or until after the last page where
// the name is empty. Visit is called on every page; may be nil.
func (at *sitting) walkTo(name string, said map[string]string, visit func()) {
	at.t.Helper()
	if racing {
		at.t.Skip("setting a whole interview takes too long under the race detector")
	}
	for range 100 {
		t := at.s.talking
		onPage := t != nil && t.frame != nil && slices.ContainsFunc(t.asked, func(a *asked) bool { return strings.HasSuffix(string(a.path), "/"+name) })
		if name != "" && onPage {
			return
		}
		if visit != nil {
			visit()
		}
		switch {
		case at.sees(at.say("summary.interview.title")):
			if name == "" {
				return
			}
			at.t.Fatalf("%s was never asked", name)
		case at.sees(at.say("stage.staff.button")):
			at.press("stage.staff.button")
			continue
		case at.sees(at.say("gate.sensitive.title")):
			at.key(fyne.KeyPageDown)
			continue
		case !at.sees(at.say("urgent.card.title")):
			at.answer(said)
		}
		at.key(fyne.KeyPageDown)
	}
	at.t.Fatalf("the walk does not end; there is %q", at.texts())
}

// skipTo gives the same answers to the session itself, and shows the page of a question: for what a test
// is not about.
func (at *sitting) skipTo(name string) {
	at.t.Helper()
	t, ctx := at.s.talking, at.t.Context()
	for !slices.ContainsFunc(t.session.Page().Paths, func(p schema.Path) bool { return strings.HasSuffix(string(p), "/"+name) }) {
		for _, path := range t.session.Page().Paths {
			said := answers[string(path[strings.LastIndex(string(path), "/")+1:])]
			node := t.session.State().Node(path)
			var names []string
			for _, digit := range said {
				if len(node.Choices) > 0 {
					names = append(names, node.Choices[digit-'1'].Name)
				}
			}
			if len(names) > 0 {
				said = strings.Join(names, " ")
			}
			if said == "" {
				continue
			}
			at.says(path, said)
		}
		if problems, err := t.session.Next(ctx); len(problems) > 0 || err != nil {
			at.t.Fatalf("on from %v: %v, %v", t.session.Page().Paths, problems, err)
		}
	}
	for _, alert := range t.session.State().Alerts() {
		t.seen = append(t.seen, alert.Level+alert.Kind)
	}
	t.alone = true
	t.present()
}

// says gives one answer to the session itself.
func (at *sitting) says(path schema.Path, value string) {
	at.t.Helper()
	if problem, err := at.s.talking.session.Answer(at.t.Context(), path, schema.Answer{Value: value}); problem != nil || err != nil {
		at.t.Fatalf("answer %s: %v, %v", path, problem, err)
	}
}
