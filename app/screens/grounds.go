package screens

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
	"leeward/schema"
	"leeward/schema/assess"
)

// wishCodes are the questions about the person's own wishes (screening outline): they stand first wherever
// an interview is summed up.
var wishCodes = []string{"K4", "K5", "K6"}

// wishes is what the person wants, in the words of the choices.
func (t *talk) wishes() (rows []fyne.CanvasObject) {
	state, lang := t.session.State(), t.session.Setting().ScreenerLang
	for _, code := range wishCodes {
		path := t.questionOf(code)
		node := state.Node(path)
		if path == "" || !node.Relevant || node.Answer.Value == "" {
			continue
		}
		for name := range strings.FieldsSeq(node.Answer.Value) {
			said := state.ChoiceLabel(path, name, lang)
			rows = append(rows, t.bullet(said))
		}
	}
	if len(rows) == 0 {
		rows = append(rows, t.quiet("summary.no_wish.text"))
	}
	return append([]fyne.CanvasObject{t.heading("summary.wishes.title")}, rows...)
}

// grounds is what the answers support, and which answers that rests on: two results side by side, neither
// of which decides about help. It shows answers of the person, so it stands on the staff's pages alone.
func (t *talk) grounds() []fyne.CanvasObject {
	state := t.session.State()
	if t.session.Page().Stage != schema.StageStaff {
		return nil
	}
	p := assess.Of(state)
	rows := []fyne.CanvasObject{t.word("assess.grounds", true), t.word("assess.judgement", false), t.word("assess.both", false)}
	supported := func(on bool, title string) {
		key := title + ".unsupported"
		if on {
			key = title + ".supported"
		}
		rows = append(rows, t.word(title+".title", true), t.word(title+".rule", false), t.word(key, false))
	}
	supported(p.Legal.Standing == assess.Present, "assess.legal")
	for _, part := range []struct {
		key string
		is  assess.Part
	}{{"assess.legal.act", p.Legal.Act}, {"assess.legal.means", p.Legal.Means}, {"assess.legal.purpose", p.Legal.Purpose}} {
		if part.key == "assess.legal.means" && !p.Legal.MeansNeeded {
			rows = append(rows, t.word("assess.legal.means_child", false))
			continue
		}
		rows = append(rows, t.part(part.key, part.is)...)
	}
	supported(p.Assistance.Standing == assess.Present, "assess.assist")
	for _, l := range p.Lists {
		rows = append(rows, t.coverage(l)...)
	}
	rows = append(rows, t.criminal(p)...)
	for _, r := range p.Remarks(state, t.result()) {
		rows = append(append(rows, t.word(r.Word, true)), t.rests(r.Rests)...)
	}
	return []fyne.CanvasObject{card(rows...)}
}

// result is the screener's own, empty while it is open.
func (t *talk) result() string {
	a, _ := t.session.Standing(t.questionOf("L3"))
	return a.Value
}

// part is act, means or purpose: how it stands, and on what.
func (t *talk) part(key string, p assess.Part) []fyne.CanvasObject {
	lang := t.session.Setting().ScreenerLang
	name, standing := assess.Word(key, lang), assess.Word("standing."+string(p.Standing), lang)
	line := typeset.NewLabel(name.Text+": "+standing.Text, string(name.Lang))
	line.Bold = true
	rows := []fyne.CanvasObject{line}
	for _, k := range p.Kinds {
		rows = append(rows, t.rests(k.Rests)...)
	}
	return rows
}

// rests are the questions and answers that something rests on, each once.
func (t *talk) rests(rests []assess.Rest) (rows []fyne.CanvasObject) {
	state, lang := t.session.State(), t.session.Setting().ScreenerLang
	var told []string
	for _, r := range rests {
		if key := string(r.Path) + r.Choice; !slices.Contains(told, key) {
			told = append(told, key)
			question, answer := r.Question(state, lang), r.Answer(state, lang)
			line := typeset.NewLabel("• "+r.Code+" "+question.Text+" – "+answer.Text+phasesOf(r, lang), string(question.Lang))
			line.Step = typeset.Caption
			rows = append(rows, line)
		}
	}
	return rows
}

// phasesOf says in brackets when it was that an answer tells of.
func phasesOf(r assess.Rest, lang schema.Lang) string {
	var when []string
	for _, p := range r.Phases {
		when = append(when, assess.Word("phase."+string(p), lang).Text)
	}
	if len(when) == 0 {
		return ""
	}
	return " (" + strings.Join(when, ", ") + ")"
}

// coverage says of each dimension how it stands, how much of it was asked, and which indicators it holds.
func (t *talk) coverage(l assess.List) (rows []fyne.CanvasObject) {
	lang := t.session.Setting().ScreenerLang
	if !l.Verified {
		rows = append(rows, t.word("assess.unverified", true))
	}
	for _, d := range l.Dimensions {
		standing := assess.NotFound
		switch {
		case d.Positive:
			standing = assess.Present
		case d.Possibly:
			standing = assess.Possible
		case d.Asked == 0:
			standing = assess.NotAsked
		}
		asked := strings.NewReplacer("{asked}", strconv.Itoa(d.Asked), "{all}", strconv.Itoa(d.All)).
			Replace(assess.Word("assess.coverage", lang).Text)
		name := assess.Word("dimension."+d.ID, lang)
		text := name.Text + ": " + assess.Word("standing."+string(standing), lang).Text + " (" + asked + ")"
		rows = append(rows, typeset.NewLabel(text, string(name.Lang)))
		rows = append(rows, t.indicators(d.Indicators)...)
	}
	return rows
}

// indicators are those that some answer speaks for, each with the answers it rests on.
func (t *talk) indicators(all []assess.Indicator) (rows []fyne.CanvasObject) {
	lang := t.session.Setting().ScreenerLang
	for _, i := range all {
		if i.Standing != assess.Present && i.Standing != assess.Possible {
			continue
		}
		name := assess.Word("indicator."+i.ID, lang)
		line := typeset.NewLabel(name.Text+": "+assess.Word("standing."+string(i.Standing), lang).Text, string(name.Lang))
		line.Color = typeset.ColorMuted
		rows = append(append(rows, line), t.rests(i.Rests)...)
	}
	return rows
}

// criminal is the signs of forced criminality, where there are any: they count nowhere, and call for a lawyer.
func (t *talk) criminal(p assess.Profile) (rows []fyne.CanvasObject) {
	if rows = t.indicators(p.Criminal); len(rows) == 0 {
		return nil
	}
	return append([]fyne.CanvasObject{t.word("dimension.fc", true), t.word("assess.criminal", false)}, rows...)
}

// word is a sentence of the assessment in the screener's language.
func (t *talk) word(key string, bold bool) *typeset.Label {
	w := assess.Word(key, t.session.Setting().ScreenerLang)
	l := typeset.NewLabel(w.Text, string(w.Lang))
	if l.Bold = bold; !bold {
		l.Color = typeset.ColorMuted
	}
	return l
}

func (t *talk) bullet(s schema.Shown) *typeset.Label {
	return typeset.NewLabel("• "+s.Text, string(s.Lang))
}
