package dashboard

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/schema"
)

// given is one recorded answer.
type given struct {
	Missing string      // reason in words, or ""
	Choices [][2]choice // of select questions
	Value   string      // of others, as typed or counted
	Prose   bool        // Value is free text
	Open    bool        // nothing was answered
	Removed bool        // an earlier answer was taken away again
	At      string
	Notes   []string // language ledger of this answer
	Draft   bool     // one of Notes says that the text was a machine draft
}

type choice struct {
	words
	Level string
}

func (g given) level() string {
	level := ""
	for _, c := range g.Choices {
		if c[0].Level == casework.Red {
			return casework.Red
		}
		level = cmp.Or(level, c[0].Level)
	}
	return level
}

func (v *reading) given(p schema.Path, node schema.Node, r screening.Recorded) given {
	g := given{Open: r.Answer.IsZero()}
	if !r.At.IsZero() {
		g.At = v.d.clock(r.At)
	}
	g.Notes, g.Draft = v.notes(p, r)
	switch {
	case r.Answer.Missing != "":
		g.Missing = v.d.missing(r.Answer.Missing)
	case node.Item.Kind == schema.SelectOne || node.Item.Kind == schema.SelectMultiple:
		for _, name := range strings.Fields(r.Answer.Value) {
			g.Choices = append(g.Choices, v.choice(p, name, v.asked(r)))
		}
	default:
		g.Value, g.Prose = r.Answer.Value, node.Item.Kind == schema.TextKind
		if r.Answer.About != "" {
			g.Value = v.d.say("interview.answer.about", "date", r.Answer.Known())
		}
	}
	return g
}

func (v *reading) choice(p schema.Path, name string, tongues [2]tongue) (both [2]choice) {
	list := v.form.Choices(p)
	at := slices.IndexFunc(list, func(c schema.Choice) bool { return c.Name == name })
	for i, t := range tongues {
		if at < 0 {
			both[i] = choice{words: words{Text: v.d.say("interview.answer.unread", "name", name), Dir: "auto"}}
			continue
		}
		level, _, _ := strings.Cut(list[at].Alert, ":")
		both[i] = choice{words: v.words(t, v.state.ChoiceLabel(p, name, t.Tag)), Level: level}
	}
	return both
}

// notes is the language ledger of one answer: in which language it was asked and what to know of the
// text that was shown.
func (v *reading) notes(p schema.Path, r screening.Recorded) (all []string, draft bool) {
	if r.Lang != "" {
		all = append(all, v.d.say("interview.line.asked", "language", v.d.languageName(r.Lang)))
	}
	if r.Fallback {
		all = append(all, v.d.say("interview.line.fallback"))
	}
	if r.Unreviewed {
		all, draft = append(all, v.d.say("interview.line.draft")), true
	}
	if r.Wording != "" && v.state.Label(p, r.Lang).Wording != r.Wording {
		all = append(all, v.d.say("interview.line.other_wording"))
	}
	if r.Interpreter != "" && r.Interpreter != v.rec.Interview.Setting.Interpreter {
		all = append(all, v.d.say("interview.line.interpreter", "code", r.Interpreter))
	}
	return all, draft
}

func (d *Dashboard) missing(m schema.Missing) string {
	switch m {
	case schema.Declined:
		return d.say("interview.missing.declined")
	case schema.DoesNotKnow:
		return d.say("interview.missing.dont_know")
	case schema.NotApplicable:
		return d.say("interview.missing.na")
	case schema.NotAsked:
		return d.say("interview.missing.not_asked")
	}
	return string(m)
}

// rawLines shows the answers that stand, without the words of a questionnaire.
func (d *Dashboard) rawLines(iv screening.Interview) (all []line) {
	now := iv.Current()
	paths := make([]string, 0, len(now))
	for p := range now {
		paths = append(paths, string(p))
	}
	slices.Sort(paths)
	for i, p := range paths {
		a := now[schema.Path(p)]
		l := line{Anchor: "r" + strconv.Itoa(i), Path: p, Now: given{Value: a.Value, Prose: true}}
		if a.Missing != "" {
			l.Now = given{Missing: d.missing(a.Missing)}
		}
		all = append(all, l)
	}
	return all
}
