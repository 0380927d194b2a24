package schema

import (
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"

	"leeward/schema/expr"
)

// Shown is a text as it reaches a screen or paper, and how far one may rely on it.
//
// Text may hold answers that were put in for ${…}, so every way of printing a Shown gives "[text]".
type Shown struct {
	Text        string
	Lang        Lang        // of the text really shown
	Fallback    bool        // it is not in the language that was asked for
	Translation Translation // SourceText for the language of the author
	Stale       bool        // the source was reworded after this translation was made
	Wording     string      // WordingHash of the wording, before any value is put in; "" where there is no text
}

// Format keeps what was put into a text out of every fmt verb.
func (s Shown) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[text]") }

// LogValue keeps what was put into a text out of logs.
func (s Shown) LogValue() slog.Value { return slog.StringValue("[text]") }

// template is a text cut at its ${…}.
type template []piece

// piece is literal text, the value of a question, the label of its choice, or an office parameter.
type piece struct {
	text   string
	slot   int32
	label  bool
	office int // index in Parameters, or -1
}

const (
	officePrefix = "office."
	choicePrefix = "choice."
)

// allTexts cuts every text of the questionnaire that holds a reference.
func (c *compiler) allTexts() {
	for i := range c.defs {
		d := &c.defs[i]
		it := d.item
		c.texts(d.path, "text", it.Text)
		c.texts(d.path, "hint", it.Hint)
		c.texts(d.path, "guidance", it.Guidance)
		c.texts(d.path, "child_text", it.ChildText)
		c.texts(d.path, "required_message", it.RequiredText)
		c.texts(d.path, "constraint_message", it.ConstText)
		if it.Gate != nil {
			c.texts(d.path, "gate.text", it.Gate.Text)
		}
	}
	for _, l := range c.q.Choices {
		for i := range l.Choices {
			c.texts(Path("choices/"+l.Name+"/"+l.Choices[i].Name), "label", l.Choices[i].Label)
		}
	}
}

// texts cuts one text in all languages, those in the order of the questionnaire.
func (c *compiler) texts(p Path, member string, t Text) {
	for _, l := range c.q.Languages {
		w := t[l.Tag]
		c.template(p, join(member, string(l.Tag)), w.Text)
		for form, raw := range w.Forms {
			c.template(p, join(join(member, string(l.Tag)), form), raw)
		}
	}
}

func (c *compiler) template(p Path, member, raw string) {
	if _, cut := c.templates[raw]; cut || !strings.Contains(raw, "${") {
		return
	}
	out, err := c.cut(raw)
	if err != nil {
		c.refuse(p, member, err.message, err.suggest)
		return
	}
	c.templates[raw] = out
}

func (c *compiler) cut(raw string) (template, *nameError) {
	var out template
	for rest := raw; rest != ""; {
		before, after, found := strings.Cut(rest, "${")
		if before != "" {
			out = append(out, piece{text: before, slot: none, office: -1})
		}
		if !found {
			break
		}
		name, tail, closed := strings.Cut(after, "}")
		if !closed {
			return nil, &nameError{message: "${ without }"}
		}
		rest = tail
		name = strings.TrimSpace(name)
		if parameter, ok := strings.CutPrefix(name, officePrefix); ok {
			i := c.q.parameter(parameter)
			if i < 0 {
				return nil, &nameError{message: fmt.Sprintf("there is no parameter %s", parameter)}
			}
			out = append(out, piece{slot: none, office: i})
			continue
		}
		name, label := strings.CutPrefix(name, choicePrefix)
		slot, err := c.lookup(name)
		if err != nil {
			return nil, err.(*nameError) // lookup makes no other
		}
		if label && c.defs[slot].list == none {
			return nil, &nameError{message: fmt.Sprintf("%s has no choices", name)}
		}
		out = append(out, piece{slot: slot, label: label, office: -1})
	}
	return out, nil
}

func (q *Questionnaire) parameter(name string) int {
	for i := range q.Parameters {
		if q.Parameters[i].Name == name {
			return i
		}
	}
	return -1
}

// pick chooses a wording: the language asked for, the source language, then any in the order of the
// questionnaire. A text with any wording is never shown as a blank.
func (q *Questionnaire) pick(t Text, asked Lang) (Wording, Lang, bool) {
	if w, ok := t[asked]; ok {
		return w, asked, true
	}
	if w, ok := t[q.Source]; ok {
		return w, q.Source, true
	}
	for _, l := range q.Languages {
		if w, ok := t[l.Tag]; ok {
			return w, l.Tag, true
		}
	}
	return Wording{}, "", false
}

// show makes a text ready to be shown in the language asked for.
func (s *State) show(n int32, t Text, asked Lang) Shown {
	w, lang, ok := s.form.q.pick(t, asked)
	if !ok {
		return Shown{Lang: asked}
	}
	text := s.spoken(w)
	out := Shown{Text: text, Lang: lang, Fallback: lang != asked, Wording: WordingHash(text)}
	if lang != s.form.q.Source {
		if out.Translation = w.State; w.State == "" {
			out.Translation = MachineDraft // nobody vouched for it
		}
		out.Stale = w.Source != "" && w.Source != WordingHash(t[s.form.q.Source].Text)
	}
	if pieces, ok := s.form.templates[text]; ok {
		s.fill(&out, n, pieces)
	}
	return out
}

// spoken picks the form of a wording that comes closest to who is spoken to and who speaks: both, then
// the listener's, then the speaker's, else the text itself.
func (s *State) spoken(w Wording) string {
	if len(w.Forms) == 0 || s.form.address == none {
		return w.Text
	}
	both := s.cells[s.form.address].value
	to, by, _ := strings.Cut(both, "_")
	for _, form := range [...]string{both, to, "_" + by} {
		if t, ok := w.Forms[form]; ok {
			return t
		}
	}
	return w.Text
}

// validForm reports whether a form says to whom a text is said (f, m or the neutral n), by whom after a
// low line, or both.
func validForm(form string) bool {
	to, by, said := strings.Cut(form, "_")
	switch {
	case to != "" && to != "f" && to != "m" && to != "n", said && by != "f" && by != "m":
		return false
	}
	return said || to == "f" || to == "m"
}

// fill puts values and office parameters into a text.
func (s *State) fill(out *Shown, n int32, pieces template) {
	var b strings.Builder
	for _, p := range pieces {
		switch {
		case p.label:
			b.WriteString(s.choiceSaid(out, n, p.slot))
		case p.slot != none:
			if at := s.near(p.slot, n); at != none {
				b.WriteString(s.cells[at].value)
			}
		case p.office >= 0:
			param := &s.form.q.Parameters[p.office]
			w, lang, ok := s.form.q.pick(s.env.Office[param.Name], out.Lang)
			if !ok {
				w, lang, _ = s.form.q.pick(param.Default, out.Lang)
			}
			out.Fallback = out.Fallback || lang != out.Lang
			b.WriteString(w.Text)
		default:
			b.WriteString(p.text)
		}
	}
	out.Text = b.String()
}

// choiceSaid returns the label of the choice that question slot has, in the language of out; that of its
// first choice where there is no answer, so that a sentence never has a hole.
func (s *State) choiceSaid(out *Shown, n, slot int32) string {
	var value string
	if at := s.near(slot, n); at != none {
		value = s.cells[at].value
	}
	l := s.form.lists[s.form.defs[slot].list]
	if len(l.choices) == 0 {
		return value
	}
	w, lang, ok := s.form.q.pick(l.choices[l.index[value]].Label, out.Lang) // the first for what is not in the list
	if !ok {
		return value
	}
	out.Fallback = out.Fallback || lang != out.Lang
	return s.spoken(w)
}

// Label returns the question as it is put to the person, in the wording for children where the person
// is treated as one. It is blank only for an item that has no text in any language.
func (s *State) Label(p Path, lang Lang) Shown {
	n, ok := s.find(p)
	if !ok {
		return Shown{Lang: lang}
	}
	it := s.def(n).item
	if s.Child() && len(it.ChildText) > 0 {
		return s.show(n, it.ChildText, lang)
	}
	return s.show(n, it.Text, lang)
}

// Hint returns what is shown to the person below the question.
func (s *State) Hint(p Path, lang Lang) Shown {
	if n, ok := s.find(p); ok {
		return s.show(n, s.def(n).item.Hint, lang)
	}
	return Shown{Lang: lang}
}

// Guidance returns what only the screener reads.
func (s *State) Guidance(p Path, lang Lang) Shown {
	if n, ok := s.find(p); ok {
		return s.show(n, s.def(n).item.Guidance, lang)
	}
	return Shown{Lang: lang}
}

// ChoiceLabel returns the label of a choice of the question at p; a choice without any label shows its
// name.
func (s *State) ChoiceLabel(p Path, choice string, lang Lang) Shown {
	n, ok := s.find(p)
	if ok && s.def(n).answers != none {
		return Shown{Text: choice, Lang: lang}
	}
	if !ok || s.def(n).list == none {
		return Shown{Lang: lang}
	}
	l := s.form.lists[s.def(n).list]
	i, ok := l.index[choice]
	if !ok {
		return Shown{Lang: lang}
	}
	if l.twice && s.def(n).filter != nil { // the one that is offered
		if at := slices.IndexFunc(s.remaining[n], func(row int32) bool { return l.choices[row].Name == choice }); at >= 0 {
			i = s.remaining[n][at]
		}
	}
	if out := s.show(n, l.choices[i].Label, lang); out.Text != "" {
		return out
	}
	return Shown{Text: choice, Lang: lang, Fallback: true}
}

// Child reports whether the questionnaire is read with its wording for children: the item
// treated_as_child is "yes".
func (s *State) Child() bool {
	return s.form.treated != none && s.cells[s.form.treated].value == "yes"
}

// labelOf is jr:choice-name: the label alone, in the language of the interview.
func (s *State) labelOf(t expr.Target, choice string) string {
	p := s.form.places[t]
	if p.kind == placeItem && s.form.defs[p.slot].answers != none {
		return choice // answers of a repeat are their own labels
	}
	if p.kind != placeItem || s.form.defs[p.slot].list == none {
		return ""
	}
	l := s.form.lists[s.form.defs[p.slot].list]
	i, ok := l.index[choice]
	if !ok {
		return ""
	}
	if w, _, ok := s.form.q.pick(l.choices[i].Label, s.env.Language); ok {
		return w.Text
	}
	return choice
}
