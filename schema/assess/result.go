package assess

import (
	"slices"
	"strings"

	"leeward/schema"
)

// The five results that exist in the field (L3). "Not" and "determined" exist only at the office, after a
// second reader (L7, instrument.OfficeForm), and close no help either.
const (
	ResultPossible     = "possible"
	ResultExploited    = "exploited"
	ResultVulnerable   = "vulnerable"
	ResultUndetermined = "undetermined"
	ResultNoSign       = "no_sign"
)

// Results lists them in the order of L3.
func Results() []string {
	return []string{ResultPossible, ResultExploited, ResultVulnerable, ResultUndetermined, ResultNoSign}
}

// Remark is something to weigh beside a result that a screener is about to set or has set. It forbids
// nothing. Its words are instrument.Word(Word).
type Remark struct {
	quiet
	Word  string
	Rests []Rest
}

// Remarks says what the answers hold against a result as the last word. Limits, L6, stand beside every
// result: whatever kept the person from speaking rules out "no sign" as the last word.
func (p Profile) Remarks(s *schema.State, result string) (out []Remark) {
	add := func(when bool, word string, rests []Rest) {
		if when {
			out = append(out, Remark{Word: word, Rests: rests})
		}
	}
	add(len(p.Limits) > 0, "assess.limits", p.Limits)
	switch result {
	case ResultNoSign:
		add(p.Strong, "assess.strong", p.strong())
		add(p.Assistance.Standing == Present, "assess.assist.supported", p.Assistance.rests())
		add(len(s.Alerts()) > 0, "assess.need", nil)
		add(p.mostlyUnasked(), "assess.unasked", nil)
	case ResultVulnerable, ResultUndetermined:
		add(p.Strong, "assess.strong", p.strong())
		add(p.Assistance.Standing == Present, "assess.assist.supported", p.Assistance.rests())
	case ResultExploited:
		add(p.Legal.Standing == Present, "assess.legal.supported", nil)
	}
	add(slices.Contains([]Risk{RiskHigh, RiskImmediate}, p.Danger.AtLeast), "assess.danger", p.Danger.Own)
	return out
}

// mostlyUnasked reports whether fewer than half of the indicators of labour were asked about.
func (p Profile) mostlyUnasked() bool { return 2*p.Lists[0].Asked < p.Lists[0].All }

// strong collects what the strong indicators that are present rest on.
func (p Profile) strong() (out []Rest) {
	for _, l := range p.Lists {
		for _, d := range l.Dimensions {
			for _, i := range d.Indicators {
				if i.Strength == Strong && i.Standing == Present {
					out = append(out, i.Rests...)
				}
			}
		}
	}
	return out
}

func (p Part) rests() (out []Rest) {
	for _, k := range p.Kinds {
		out = append(out, k.Rests...)
	}
	return out
}

// limits are the answers to L6 but "none".
func (e *evidence) limits() (out []Rest) {
	for _, one := range e.said {
		for _, choice := range one.chosen {
			if one.name == "l6" && choice != "none" {
				out = append(out, e.rest(one, choice, Present))
			}
		}
	}
	return out
}

// criminalSigns are the signs of forced criminality that an answer stands for: question=choice. They follow
// the heads of UNODC's key indicators of trafficking for forced criminality (act, means, purpose; quotas
// with punishment, accounts in the person's name); only its first page was read.
var criminalSigns = []struct {
	id      string
	answers []string
}{
	{"fc.online", []string{"g1=online"}},
	{"fc.illegal", []string{"g1=illegal", "g10=yes"}},
	{"fc.accounts", []string{"g9=names"}},
	{"fc.quota", []string{"g9=targets"}},
	{"fc.punished", []string{"g9=punished"}},
	{"fc.moved", []string{"g9=moved"}},
	{"fc.ransom", []string{"g11=pay", "g11=family_pay", "k1=paid"}},
}

// criminal lists the signs of forced criminality. They count in no dimension: a person who was forced to
// break the law needs a lawyer and must not be punished for it.
func (e *evidence) criminal() []Indicator {
	out := make([]Indicator, len(criminalSigns))
	for i, sign := range criminalSigns {
		out[i] = Indicator{ID: sign.id, Standing: NotAsked}
	}
	for _, one := range e.said {
		for i, sign := range criminalSigns {
			for _, key := range sign.answers {
				q, choice, _ := strings.Cut(key, "=")
				if q != one.name {
					continue
				}
				out[i].Standing = stronger(out[i].Standing, NotFound)
				if slices.Contains(one.chosen, choice) {
					out[i].Standing = Present
					out[i].Rests = append(out[i].Rests, e.rest(one, choice, Present))
				}
			}
		}
	}
	return out
}
