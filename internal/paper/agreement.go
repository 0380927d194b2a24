package paper

import (
	"errors"
	"slices"
	"strings"
	"time"

	"leeward/schema"
	"leeward/schema/assess"
	"leeward/schema/instrument"
)

// ErrNotSafe says that the person does not want to carry paper, or was not asked.
var ErrNotSafe = errors.New("the person did not say that carrying paper is safe")

// Details are what a sheet says besides the interview. None of it is a name of the person.
type Details struct {
	Code    string      // the respondent's random code
	Contact string      // how to reach the office; on the plain card a number alone
	Made    time.Time   // of the talk; the day is shown
	Person  schema.Lang // language of the person
	Staff   schema.Lang // language of the screener

	Need func(kind string) string // the program's word for an urgent need, in the screener's language; the kind itself if nil
}

// Questions of the screening interview that stand on paper.
const (
	agree    = "/data/consent/b2"
	keep     = "/data/consent/b3"
	share    = "/data/closing/b4"
	count    = "/data/closing/b5"
	carry    = "/data/closing/m1/m1_paper"
	result   = "/data/assessment/l3"
	decision = "none"
)

// Agreement is what the person agreed to: whether answers are kept and how, who may be told, whether they are
// counted, how to change it. It is [ErrNotSafe] unless the person said that carrying it is safe; where they
// chose a plain card it is a code and a number. Of somebody who is only counted there is nothing to come back
// to, so the sheet bears no code.
func Agreement(s *schema.State, d Details) (*Sheet, error) {
	out, kept := &Sheet{made: d.Made}, words[s.Value(keep)] != ""
	switch s.Value(carry) {
	case "plain":
		if kept {
			out.add(block{text: d.Code, lang: "en", points: 28, bold: true})
		}
		out.add(block{text: d.Contact, lang: "en", points: 20, space: 12})
		return out, nil
	case "full":
	default:
		return nil, ErrNotSafe
	}
	out.heading("paper.title", d)
	if kept {
		out.pair("paper.code", d, 0, d.Code)
	}
	out.pair("paper.date", d, 0, d.Made.Format(time.DateOnly))
	out.section("paper.agreed", d)
	for _, key := range agreed(s) {
		out.pair(key, d, 4, "")
	}
	out.told(s, d)
	if kept {
		out.line("paper.change", d, 13, false, 14, "", true)
		out.pair("paper.see", d, 4, "")
	}
	if d.Contact != "" {
		out.pair("paper.contact", d, 8, d.Contact)
	}
	out.mark(d)
	return out, nil
}

// words say how answers are kept.
var words = map[string]string{"code": "paper.code_kept", "named": "paper.named_kept"}

// agreed are the sentences that say what was agreed to. A missing answer is the most protective choice.
func agreed(s *schema.State) []string {
	if s.Value(agree) != "yes" {
		return []string{"paper.talk_no"}
	}
	kept := words[s.Value(keep)]
	if kept == "" {
		kept = "paper.tally_kept"
	}
	counted := "paper.count_no"
	if s.Value(count) == "yes" {
		counted = "paper.count_yes"
	}
	return []string{"paper.talk", kept, counted}
}

// told lists who may be told, in both languages.
func (out *Sheet) told(s *schema.State, d Details) {
	helpers := slices.DeleteFunc(strings.Fields(s.Value(share)), func(h string) bool { return h == decision })
	if len(helpers) == 0 {
		out.pair("paper.tell_nobody", d, 4, "")
		return
	}
	out.pair("paper.tell", d, 4, "")
	for _, h := range helpers {
		person, staff := out.heed(s.ChoiceLabel(share, h, d.Person)), out.heed(s.ChoiceLabel(share, h, d.Staff))
		out.add(both("• "+person.Text, string(person.Lang), "• "+staff.Text, string(staff.Lang), 13, false, 2))
	}
}

// Result is a one-page result for staff, without a name and without anything the person told: the result on
// reasonable grounds, the needs that cannot wait, and what kept the person from speaking. It is never handed
// to the person.
func Result(s *schema.State, d Details) *Sheet {
	d.Person = d.Staff
	out := &Sheet{made: d.Made}
	out.heading("paper.staff_title", d)
	out.pair("paper.code", d, 0, d.Code)
	out.pair("paper.date", d, 0, d.Made.Format(time.DateOnly))
	out.section("paper.staff_result", d)
	if value := s.Value(result); value != "" {
		label := out.heed(s.ChoiceLabel(result, value, d.Staff))
		out.add(block{text: label.Text, lang: string(label.Lang), points: 16, bold: true, space: 4})
	}
	out.pair("assess.grounds", d, 4, "")
	out.pair("paper.staff_open", d, 4, "")
	if len(assess.Of(s).Limits) > 0 {
		out.pair("assess.limits", d, 4, "")
		out.pair("paper.staff_second", d, 4, "")
	}
	out.needs(s, d)
	if d.Contact != "" {
		out.pair("paper.contact", d, 8, d.Contact)
	}
	out.mark(d)
	return out
}

// needs lists the urgent needs by what may be said about them, never by the answer that named them.
func (out *Sheet) needs(s *schema.State, d Details) {
	var told []string
	for _, a := range s.Alerts() {
		if !slices.Contains(told, a.Kind) {
			told = append(told, a.Kind)
		}
	}
	if len(told) == 0 {
		return
	}
	out.section("paper.staff_urgent", d)
	for _, kind := range told {
		title, avoid := kind, out.heed(instrument.Word("card."+kind+".avoid", d.Staff))
		if d.Need != nil {
			title = d.Need(kind)
		}
		out.add(block{text: "• " + title + ". " + avoid.Text, lang: string(avoid.Lang), points: 12, space: 3})
	}
}

// heed takes notice of words that nobody reviewed, and returns them.
func (out *Sheet) heed(words schema.Shown) schema.Shown {
	out.drafted = out.drafted || words.Translation == schema.MachineDraft
	return words
}

// mark says at the foot that there are such words.
func (out *Sheet) mark(d Details) {
	if out.drafted {
		out.line("paper.drafted", d, 10, false, 14, "", false)
	}
}

func (out *Sheet) heading(key string, d Details) { out.line(key, d, 22, true, 0, "", false) }
func (out *Sheet) section(key string, d Details) { out.line(key, d, 15, true, 14, "", true) }

// pair adds a word in both languages, with a value after it where there is one.
func (out *Sheet) pair(key string, d Details, space float32, value string) {
	out.line(key, d, 13, false, space, value, false)
}

func (out *Sheet) line(key string, d Details, points float32, bold bool, space float32, value string, rule bool) {
	person, staff := out.heed(instrument.Word(key, d.Person)), out.heed(instrument.Word(key, d.Staff))
	if value != "" {
		value = ": \u2066" + value + "\u2069" // numbers and codes keep their order in Arabic
		person.Text += value
		staff.Text += value
	}
	b := both(person.Text, string(person.Lang), staff.Text, string(staff.Lang), points, bold, space)
	b.rule = rule
	out.add(b)
}

// both is a text in the person's language above the same in the screener's, or alone where they are one.
func both(person, personLang, staff, staffLang string, points float32, bold bool, space float32) block {
	b := block{text: person, lang: personLang, points: points, bold: bold, space: space, second: staff, secondLang: staffLang, secondScale: 0.72}
	if personLang == staffLang {
		b.second = ""
	}
	return b
}
