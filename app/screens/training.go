package screens

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"leeward/app/typeset"
	"leeward/schema"
	"leeward/schema/assess"
	"leeward/schema/instrument/cases"
)

// training lists the worked cases of practice: invented people whose interviews were worked by hand. back leads to where
// it was opened from.
func (s *Screens) training(back func()) view {
	objects := []fyne.CanvasObject{s.title("training.list.title"), s.quiet("training.list.text")}
	objects = append(objects, s.drafted(s.words.Lang())...)
	var first *typeset.Button
	for _, c := range cases.All() {
		told, lang := c.In(s.words.Lang())
		b := typeset.NewButton(told.Title, lang, func() { s.show(s.trainingCase(c, back)) })
		if objects = append(objects, b); first == nil {
			first = b
		}
	}
	around := frameAround(nil, page(objects...), s.footer(s.row(s.button("app.back.button", typeset.Quiet, back)), s.row()))
	return view{body: around, focus: first, key: s.escape(back)}
}

// drafted says that the cases were put into a language by a machine and that nobody has read them over.
func (s *Screens) drafted(lang string) []fyne.CanvasObject {
	if lang == "en" {
		return nil
	}
	return []fyne.CanvasObject{s.quiet("interview.draft.badge")}
}

// trainingCase is one story, to be played by a colleague, and what to take along from it afterwards.
func (s *Screens) trainingCase(c cases.Case, out func()) view {
	c, lang := c.In(s.words.Lang())
	title, story := typeset.NewLabel(c.Title, lang), typeset.NewLabel(c.Story, lang)
	title.Step, title.Bold = typeset.Title, true
	objects := append([]fyne.CanvasObject{title}, s.drafted(lang)...)
	objects = append(objects, story, s.quiet("training.play.text"))
	for _, part := range []struct {
		key   string
		lines []string
	}{
		{"training.notice.title", c.Lesson.Notice}, {"training.say.title", c.Lesson.Say}, {"training.avoid.title", c.Lesson.Avoid},
	} {
		rows := []fyne.CanvasObject{s.heading(part.key)}
		for _, line := range part.lines {
			rows = append(rows, typeset.NewLabel("• "+line, lang))
		}
		objects = append(objects, card(rows...))
	}
	chosen, score, worked := slices.Repeat([]int{-1}, len(c.Checks)), s.label(""), s.worked(c)
	worked.Hide() // it would answer the questions
	for i, check := range c.Checks {
		objects = append(objects, s.check(check, lang, func(choice int) {
			if chosen[i] < 0 { // the first answer counts; the others are learning
				chosen[i] = choice
			}
			if right, of := c.Score(chosen); !slices.Contains(chosen, -1) {
				score.Set(s.say("training.score.text", "Right", right, "Of", of), s.words.Lang())
				worked.Show()
			}
		}))
	}
	objects = append(objects, score, worked)
	begin := s.button("home.new.button", typeset.Primary, s.newTalk)
	back := func() { s.show(s.training(out)) }
	leave := s.button("app.back.button", typeset.Quiet, back)
	around := frameAround(nil, page(objects...), s.footer(s.row(leave), s.rowEnd(begin)))
	return view{body: around, focus: begin, key: s.escape(back)}
}

// worked is what the answers of a case come to, as it was worked out by hand: the needs that open a card, what the two
// results rest on, and the result that a screener set.
func (s *Screens) worked(c cases.Case) fyne.CanvasObject {
	lang := schema.Lang(s.words.Lang())
	rows := []fyne.CanvasObject{s.heading("training.worked.title")}
	told := map[string]bool{}
	for _, level := range []string{"red", "amber"} { // each need once, as it is most urgent
		for _, alert := range c.Expect.Alerts {
			if is, kind, _ := strings.Cut(alert, ":"); is == level && !told[kind] {
				told[kind] = true
				rows = append(rows, s.label("• "+s.say("need."+kind+".title")+" – "+s.say("urgent."+level+".label")))
			}
		}
	}
	line := func(key string, standing assess.Standing) {
		name := assess.Word(key, lang)
		rows = append(rows, typeset.NewLabel(name.Text+": "+assess.Word("standing."+string(standing), lang).Text, string(name.Lang)))
	}
	const title = ".title" // of the assessment's own words
	line("assess.legal"+title, c.Expect.Legal)
	line("assess.assist"+title, c.Expect.Assistance)
	for _, dimension := range c.Expect.Positive {
		line("dimension."+dimension, assess.Present)
	}
	if c.Expect.Result != "" {
		said := c.State().ChoiceLabel("/data/assessment/l3", c.Expect.Result, lang)
		result := typeset.NewLabel(said.Text, string(said.Lang))
		result.Bold = true
		rows = append(rows, s.quiet("summary.result.label"), result)
	}
	return card(rows...)
}

// check asks the screener, and says at once why an answer is right; chose is told each choice. Nothing of it
// is kept.
func (s *Screens) check(c cases.Check, lang string, chose func(choice int)) fyne.CanvasObject {
	ask, why := typeset.NewLabel(c.Ask, lang), typeset.NewLabel("", lang)
	ask.Bold = true
	rows := []fyne.CanvasObject{ask}
	choices := make([]*typeset.Choice, len(c.Choices))
	for i, text := range c.Choices {
		choices[i] = typeset.NewChoice(true, func() {
			for j, one := range choices {
				one.SetOn(i == j)
			}
			said := s.say("training.wrong.text")
			if why.Color = theme.ColorNameError; i == c.Right {
				why.Color, said = theme.ColorNameSuccess, s.say("training.right.text")
			}
			why.Set(said+" "+c.Why, lang)
			chose(i)
			s.touch()
			s.Window.Content().Refresh()
		})
		choices[i].Captions.Set(text, lang, "", lang)
		rows = append(rows, choices[i])
	}
	typeset.NewGroup(choices...)
	return card(append(rows, why)...)
}
