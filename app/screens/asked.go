package screens

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"leeward/app/questions"
	"leeward/app/typeset"
	"leeward/schema"
)

// asked is one question on the screen: its words in both languages, how far one may rely on them, and the
// field in which it is answered.
type asked struct {
	talk     *talk
	path     schema.Path
	item     *schema.Item
	words    *typeset.Pair
	oral     *typeset.Label // "please interpret orally"
	badges   [4]*typeset.Badge
	hint     *typeset.Pair
	guidance *typeset.Label
	block    *questions.Block // nil for a note
	problem  *typeset.Label
	media    *fyne.Container // picture of the question, or that it is not here
	voice    *typeset.Button // reads the question aloud; hidden where nobody recorded it
	leaveOut *typeset.Button // erases the answer and what was said before to this question
	follows  bool            // another question of the page stands before it, and bears the marks of both
}

// Places in badges.
const (
	badgeFallback = iota
	badgeDraft
	badgeStale
	badgeStaff
)

// question makes the question of a path, or finds it as it was left half typed.
func (t *talk) question(path schema.Path) *asked {
	if a, ok := t.half[path]; ok {
		delete(t.half, path)
		return a
	}
	item, _ := t.session.Form().Item(path)
	a := &asked{talk: t, path: path, item: item, problem: t.notice(), oral: t.label(""), guidance: t.label("")}
	first, second := typeset.NewLabel("", ""), typeset.NewLabel("", "")
	first.Step, first.Bold, second.Color = typeset.Title, true, typeset.ColorMuted
	if item.Kind == schema.Note {
		first.Step, first.Bold = typeset.Large, false
	}
	a.words = typeset.NewPair(first, second)
	hint, under := typeset.NewLabel("", ""), typeset.NewLabel("", "")
	hint.Color, under.Color, under.Step = typeset.ColorMuted, typeset.ColorMuted, typeset.Caption
	a.hint = typeset.NewPair(hint, under)
	a.media = column(8)
	a.oral.Bold, a.guidance.Color = true, typeset.ColorMuted
	for i, colour := range []fyne.ThemeColorName{theme.ColorNameWarning, theme.ColorNameWarning, theme.ColorNameWarning, typeset.ColorMuted} {
		a.badges[i] = typeset.NewBadge("", t.words.Lang(), colour)
	}
	a.leaveOut = t.button("summary.leave_out.button", typeset.Quiet, func() { t.show(t.leaveOut(a)) })
	a.voice = t.button("lines.play.button", typeset.Quiet, func() {
		if read := t.listen(path, t.pointer(a.block)); read != nil {
			read()
		}
	})
	if item.Kind != schema.Note {
		a.block = questions.NewBlock(a.question(), func(answer schema.Answer) { t.changed(a, answer) })
		a.block.Set(a.standing())
	}
	return a
}

// standing is the answer to show: what was given, or for a computed one what follows.
func (a *asked) standing() schema.Answer {
	if a.item.Calculation != "" {
		return a.talk.session.State().Node(a.path).Answer
	}
	answer, _ := a.talk.session.Standing(a.path)
	return answer
}

// languages returns in which language the question is asked, and which stands beside it. What the staff
// answers is for the screener alone.
func (a *asked) languages() (first, second schema.Lang) {
	who := a.talk.session.Setting()
	switch {
	case a.item.Staff:
		return who.ScreenerLang, who.ScreenerLang
	case a.talk.swapped:
		return who.ScreenerLang, who.Language
	}
	return who.Language, who.ScreenerLang
}

// question is what the field needs to know.
func (a *asked) question() questions.Question {
	state := a.talk.session.State()
	first, second := a.languages()
	return questions.Question{
		Node: state.Node(a.path), Interview: first, Screener: second, Words: a.talk.words,
		Caption: func(choice string, lang schema.Lang) schema.Shown { return state.ChoiceLabel(a.path, choice, lang) },
		Picture: func(choice string) image.Image { return a.talk.picture(a.path, choice) },
	}
}

// show puts the words of the present languages in their places. What was answered or half typed, and
// what has the keyboard, stays.
func (a *asked) show() {
	t, state := a.talk, a.talk.session.State()
	one, two := a.languages()
	first, second := state.Label(a.path, one), state.Label(a.path, two)
	if t.byPhone() {
		first.Text, second.Text = clauses(first.Text), clauses(second.Text)
	}
	a.words.Set(first.Text, string(first.Lang), second.Text, string(second.Lang))
	hint, under := state.Hint(a.path, one), state.Hint(a.path, two)
	a.hint.Set(hint.Text, string(hint.Lang), under.Text, string(under.Lang))
	guidance := state.Guidance(a.path, t.session.Setting().ScreenerLang)
	a.guidance.Set(guidance.Text, string(guidance.Lang))

	asking := state.Label(a.path, a.askedIn())
	oral := ""
	if asking.Fallback && !a.item.Staff {
		oral = t.say("interview.fallback.text")
	}
	a.oral.Set(oral, t.words.Lang())
	a.mark(badgeFallback, asking.Fallback, "interview.fallback.badge")
	a.mark(badgeDraft, asking.Translation == schema.MachineDraft && !a.covered(schema.MachineDraft), "interview.draft.badge")
	a.mark(badgeStale, asking.Stale, "interview.stale.badge")
	a.mark(badgeStaff, a.item.Staff && !a.follows, "interview.staff.badge")
	if a.block != nil {
		a.block.Show(a.question())
	}
	a.media.Objects = t.illustrate(a.path)
	a.voice.Hidden = a.item.Staff || t.listen(a.path, nil) == nil
	standing, _ := t.session.Standing(a.path)
	a.leaveOut.Hidden = standing.Value == "" || a.item.Staff || a.item.Calculation != "" || t.ofConsent(a.path)
}

// askedIn is the language in which the answer is asked for, whichever stands first on the screen.
func (a *asked) askedIn() schema.Lang {
	who := a.talk.session.Setting()
	if a.item.Staff {
		return who.ScreenerLang
	}
	return who.Language
}

// covered reports whether the first question of the page bears the mark of that translation already: one
// mark a page says it better than twelve.
func (a *asked) covered(as schema.Translation) bool {
	if !a.follows {
		return false
	}
	first := a.talk.asked[0]
	return a.talk.session.State().Label(first.path, first.askedIn()).Translation == as
}

func (a *asked) mark(i int, on bool, key string) {
	text := ""
	if on {
		text = a.talk.say(key)
	}
	a.badges[i].Set(text, a.talk.words.Lang())
}

// complain says what is wrong with the answer, in the author's words where there are any, to the screener; nil for nothing.
func (a *asked) complain(p *schema.Problem) {
	text, lang := "", a.talk.words.Lang()
	if p != nil {
		text = a.talk.say("problem." + string(p.Reason) + ".text")
		who := a.talk.session.Setting()
		if said := a.talk.session.State().Message(*p, who.ScreenerLang); said.Text != "" {
			text, lang = said.Text, string(said.Lang)
		}
	}
	a.problem.Set(text, lang)
	if c := a.talk.Window.Content(); c != nil {
		c.Refresh()
	}
}

// objects stand under each other on the page.
func (a *asked) objects() []fyne.CanvasObject {
	marks := make([]fyne.CanvasObject, 0, len(a.badges)+6)
	for _, b := range a.badges {
		marks = append(marks, b)
	}
	objects := append(marks, a.oral, a.words, a.hint, a.media, a.talk.row(a.voice))
	if a.block != nil {
		objects = append(objects, a.problem, a.block.Object(), a.talk.row(a.leaveOut))
	}
	return append(objects, a.guidance)
}
