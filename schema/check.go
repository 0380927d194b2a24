package schema

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"leeward/schema/expr"
)

// checker looks for contradictions inside a questionnaire. It keeps the first one.
type checker struct {
	q     *Questionnaire
	langs map[Lang]bool
	lists map[string]*ChoiceList
	items map[Path]*Item
	err   *ParseError
}

// check runs the checks of FORMAT.md, "Order of checks", from 4 on.
func check(q *Questionnaire) *ParseError {
	c := &checker{q: q, langs: map[Lang]bool{}, lists: map[string]*ChoiceList{}, items: map[Path]*Item{}}
	c.head()
	for i := range q.Choices {
		c.list(&q.Choices[i], fmt.Sprintf("choices[%d]", i))
	}
	for i, p := range q.Parameters {
		at := fmt.Sprintf("parameters[%d]", i)
		c.want(ValidName(p.Name), join(at, "name"), "not a name", nameHint)
		c.text(p.Default, join(at, "default"), true)
	}
	c.want(len(q.Items) > 0, "items", "a questionnaire needs a question", "")
	c.level(q.Items, "items", "/data", true)
	c.consent()
	return c.err
}

const nameHint = "a letter or _, then letters, digits, _ - or ."

// want records a failure unless ok holds or there is an earlier one.
func (c *checker) want(ok bool, path, message, hint string) {
	if !ok && c.err == nil {
		c.err = &ParseError{path, message, hint}
	}
}

func (c *checker) head() {
	q := c.q
	c.want(q.Format == FormatV1, "format", "not a format that this program reads", "it reads "+FormatV1)
	c.want(q.ID != "", "id", "missing", "")
	c.want(len(q.Languages) > 0, "languages", "a questionnaire needs a language", "")
	for i, l := range q.Languages {
		at := fmt.Sprintf("languages[%d].tag", i)
		tag := string(l.Tag)
		c.want(tag != "" && len(tag) <= 64 && strings.TrimSpace(tag) == tag, at, "not a language tag", `such as "en"`)
		c.want(!c.langs[l.Tag], at, "given twice", "")
		c.langs[l.Tag] = true
	}
	c.want(!q.Gaps || !q.Instrument, "gaps", "an instrument has every text in its source language", "")
	c.want(c.langs[q.Source], "source", "not one of the languages", "")
	c.text(q.Title, "title", true)
}

// text checks the wordings of one text. A needed text has one in the source language.
func (c *checker) text(t Text, path string, needed bool) {
	if needed && (!c.q.Gaps || len(t) == 0) {
		c.want(t[c.q.Source].Text != "", join(path, string(c.q.Source)), "no text in the source language", "")
	}
	langs := make([]Lang, 0, len(t))
	for l := range t {
		langs = append(langs, l)
	}
	slices.Sort(langs)
	for _, l := range langs {
		w, at := t[l], join(path, string(l))
		c.want(c.langs[l], at, "not one of the languages", "")
		c.want(strings.TrimSpace(w.Text) != "", join(at, "text"), "blank", "leave the wording out")
		switch w.State {
		case SourceText, MachineDraft, Reviewed, Approved:
		default:
			c.want(false, join(at, "state"), "unknown state of a translation", "machine_draft, reviewed or approved")
		}
		c.want(l != c.q.Source || w.State == SourceText && w.Source == "", at, "the source language is no translation", "leave state and source out")
		for form, text := range w.Forms {
			c.want(validForm(form), join(at, "forms"), "unknown form", "f, m, _f, _m, f_f, f_m, m_f, m_m, n_f or n_m")
			c.want(strings.TrimSpace(text) != "", join(at, "forms"), "blank", "leave the form out")
		}
		c.want(w.Source == "" || len(w.Source) == 16 && strings.Trim(w.Source, "0123456789abcdef") == "", join(at, "source"), "not a wording hash", "16 hexadecimal digits")
	}
}

func (c *checker) list(l *ChoiceList, at string) {
	c.want(ValidChoice(l.Name), join(at, "name"), "not a name", "no spaces")
	c.want(c.lists[l.Name] == nil, join(at, "name"), "given twice", "")
	c.lists[l.Name] = l
	names := map[string]bool{}
	for i := range l.Choices {
		ch, at := &l.Choices[i], fmt.Sprintf("%s.choices[%d]", at, i)
		c.want(ValidChoice(ch.Name), join(at, "name"), "not a choice name", "no spaces: several choices are kept with a space between them")
		c.want(!names[ch.Name] || l.Duplicates, join(at, "name"), "given twice", "")
		names[ch.Name] = true
		c.text(ch.Label, join(at, "label"), c.q.Instrument)
		for column := range ch.Columns {
			c.want(column != "" && column != "name" && column != "label", join(at, "columns"), "a column needs a name of its own", "")
		}
		if ch.Alert != "" {
			_, _, ok := ch.alert()
			c.want(ok, join(at, "alert"), "not an alert", `such as "red:safety" or "amber:debt"`)
		}
		for j, m := range ch.Indicators {
			at := fmt.Sprintf("%s.indicators[%d]", at, j)
			c.want(m.ID != "", join(at, "id"), "missing", "")
			c.want(m.As == "present" || m.As == "possible", join(at, "as"), "unknown", "present or possible")
		}
	}
}

// level checks the items of the root or of one group.
func (c *checker) level(items []Item, at string, parent Path, top bool) {
	names := map[string]bool{}
	for i := range items {
		it, at := &items[i], fmt.Sprintf("%s[%d]", at, i)
		path := parent + Path("/"+it.Name)
		c.want(ValidName(it.Name), join(at, "name"), "not a name", nameHint)
		c.want(!names[it.Name], join(at, "name"), "given twice in this group", "")
		names[it.Name] = true
		c.items[path] = it
		c.want(len(c.items) <= maxItems, at, fmt.Sprintf("more than %d items", maxItems), "")
		c.item(it, at, top)
		if c.err != nil {
			return
		}
		if it.Kind.holdsItems() {
			c.level(it.Items, join(at, "items"), path, false)
		}
	}
}

func (c *checker) item(it *Item, at string, top bool) {
	c.want(it.Kind.known(), join(at, "kind"), "unknown kind", "")
	c.texts(it, at)
	c.want(it.Stage == "" || top && it.Kind == Group, join(at, "stage"), "only groups at the top have a stage", "")
	c.want(it.Stage == "" || slices.Contains(stages, it.Stage), join(at, "stage"), "unknown stage", "")
	c.want(it.Sensitivity == "" || slices.Contains(sensitivities, it.Sensitivity), join(at, "sensitivity"), "unknown sensitivity", "")
	c.want(len(it.Items) == 0 || it.Kind.holdsItems(), join(at, "items"), "only groups have items", "")
	c.want(it.RepeatCount == "" || it.Kind == Repeat, join(at, "repeat_count"), "only repeats have a count", "")
	choices := it.Kind.chooses()
	c.want(choices || it.List == "", join(at, "list"), "only select questions have a list", "")
	c.want(!choices || c.lists[it.List] != nil || it.answerList() != "", join(at, "list"), "no such choice list", c.nearList(it.List))
	c.want(choices || it.ChoiceFilter == "", join(at, "choice_filter"), "only select questions have a choice_filter", "")
	c.want(it.Stored == "" || it.Kind == Calculate && (it.Stored == Integer || it.Stored == Decimal), join(at, "stored"), "only a calculate is stored as integer or decimal", "")
	c.want(it.Trigger == "" || !it.Kind.holdsItems(), join(at, "trigger"), "a group holds no answer", "")
	c.want(len(it.Alone) == 0 || it.Kind == SelectMultiple, join(at, "alone"), "only select_multiple has choices that stand alone", "")
	for i, name := range it.Alone {
		c.want(c.err != nil || c.lists[it.List].has(name), fmt.Sprintf("%s.alone[%d]", at, i), "no such choice in the list", "")
	}
	c.want(it.Kind != Calculate || it.Calculation+it.Default+it.Trigger != "", join(at, "calculation"), "missing", "a calculate needs one")
	c.want(!it.Kind.holdsItems() || it.Calculation+it.Constraint+it.Required+it.Default == "", at, "a group holds no answer", "only relevant and read_only apply")
	if it.Gate != nil {
		c.want(it.Gate.When != "", at+".gate.when", "missing", "")
		c.want(it.Gate.Do == "stop" || it.Gate.Do == "warn", at+".gate.do", "unknown", "stop or warn")
		c.text(it.Gate.Text, at+".gate.text", true)
	}
}

func (c *checker) texts(it *Item, at string) {
	asked := it.Kind.asked() || it.Kind == Note
	c.text(it.Text, join(at, "text"), asked && (len(it.Text) > 0 || len(it.Hint) == 0))
	c.text(it.Hint, join(at, "hint"), asked && len(it.Text) == 0)
	c.text(it.Guidance, join(at, "guidance"), false)
	for _, kind := range slices.Sorted(maps.Keys(it.Media)) {
		c.text(it.Media[kind], join(at, "media."+kind), false)
	}
	c.text(it.ChildText, join(at, "child_text"), len(it.ChildText) > 0)
	c.text(it.RequiredText, join(at, "required_message"), len(it.RequiredText) > 0)
	c.text(it.ConstText, join(at, "constraint_message"), len(it.ConstText) > 0)
}

func (c *checker) nearList(name string) string {
	names := make([]string, 0, len(c.lists))
	for n := range c.lists {
		names = append(names, n)
	}
	if near := expr.Nearest(name, names); near != "" {
		return "did you mean " + near + "?"
	}
	return ""
}

func (c *checker) consent() {
	if c.q.Consent == nil || c.err != nil {
		return
	}
	k := c.q.Consent
	c.consentQuestion("consent.agree", k.Agree, "consent.yes", k.Yes)
	if k.Keep != "" || len(k.Tally) > 0 {
		c.consentQuestion("consent.keep", k.Keep, "consent.tally", k.Tally)
	}
}

func (c *checker) consentQuestion(at string, p Path, choicesAt string, choices []string) {
	it := c.items[p]
	c.want(it != nil, at, "no such question", "a path such as /data/consent/agree")
	c.want(it == nil || it.Kind == SelectOne, at, "not a select_one", "")
	c.want(len(choices) > 0, choicesAt, "missing", "")
	for i, name := range choices {
		c.want(c.err != nil || c.lists[it.List].has(name), fmt.Sprintf("%s[%d]", choicesAt, i), "no such choice in the list", "")
	}
}

func (l *ChoiceList) has(name string) bool {
	return slices.ContainsFunc(l.Choices, func(c Choice) bool { return c.Name == name })
}

// alert cuts "red:safety" into its level and kind.
func (c *Choice) alert() (level, kind string, ok bool) {
	level, kind, _ = strings.Cut(c.Alert, ":")
	return level, kind, (level == "red" || level == "amber") && ValidName(kind)
}

// ValidName reports whether s can name an item or a choice list: a letter or _, then letters, digits,
// _ - and . (XLSForm's rule).
func ValidName(s string) bool {
	for i, r := range s {
		letter := r == '_' || unicode.IsLetter(r)
		if !letter && (i == 0 || r != '-' && r != '.' && !unicode.IsDigit(r) && !unicode.IsMark(r)) {
			return false
		}
	}
	return s != "" && len(s) <= 255
}

// ValidChoice reports whether s can name a choice: anything without white space and control characters.
func ValidChoice(s string) bool {
	return s != "" && len(s) <= 255 && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
}

var (
	stages        = []Stage{StagePrepare, StageNeeds, StageConsent, StageTalk, StageClosing, StageStaff}
	sensitivities = []Sensitivity{Operational, Personal, Special, Narrative, Identity}
)

func (k Kind) known() bool {
	switch k {
	case Group, Repeat, TextKind, Integer, Decimal, Date, Note, SelectOne, SelectMultiple, Acknowledge, Calculate, Hidden,
		Time, DateTime, Range, Rank, Barcode, Geopoint, Geotrace, Geoshape, Image, Audio, Video, File:
		return true
	}
	return k.Metadata()
}

// Metadata reports whether items of this kind are filled in without asking anybody.
func (k Kind) Metadata() bool {
	switch k {
	case Start, End, Today, DeviceID, Username, PhoneNumber, Email, SimSerial, SubscriberID, Audit, StartGeopoint, BackgroundAudio:
		return true
	}
	return false
}

// chooses reports whether the answer is made of names of choices.
func (k Kind) chooses() bool { return k == SelectOne || k == SelectMultiple || k == Rank }

// holdsItems reports whether items of this kind have items inside and no answer of their own.
func (k Kind) holdsItems() bool { return k == Group || k == Repeat }
