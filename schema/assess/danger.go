package assess

import (
	"slices"
	"strings"

	"leeward/schema"
)

// Risk is how high the risk is today, in the words of L5.
type Risk string

// The risks. RiskUnknown is what nobody has said anything about.
const (
	RiskUnknown   Risk = ""
	RiskLow       Risk = "low"
	RiskMedium    Risk = "medium"
	RiskHigh      Risk = "high"
	RiskImmediate Risk = "immediate"
)

var risks = []Risk{RiskUnknown, RiskLow, RiskMedium, RiskHigh, RiskImmediate}

// Danger is the person's own view of danger, and the risk that follows. The screener's judgement may be
// higher; it never makes the risk lower than what the person fears (WHO recommendation 7, REQ-08).
type Danger struct {
	quiet
	Own     []Rest // what the person said, as they said it
	AtLeast Risk   // by that alone
	Noted   Risk   // by the screener (L5)
	Risk    Risk   // the higher of the two
}

// ownView are the questions in which a person speaks of danger. An alert of theirs is at least a medium
// risk, a red one a high risk.
var ownView = []string{"c3", "c4", "c10", "c7", "k1", "k2", "g2_still", "j1_safe"}

func (e *evidence) danger() Danger {
	var out Danger
	for _, one := range e.said {
		if one.name == "l5_level" {
			out.Noted = Risk(one.chosen[0])
		}
		if !slices.Contains(ownView, one.name) {
			continue
		}
		for _, c := range one.choices {
			if c.Alert != "" && slices.Contains(one.chosen, c.Name) {
				out.Own = append(out.Own, Rest{Path: one.path, Code: one.code, Choice: c.Name, As: Present, Phases: []Phase{Now}})
				out.AtLeast = higher(out.AtLeast, riskOf(one.name, c))
			}
		}
	}
	out.Risk = higher(out.AtLeast, out.Noted)
	return out
}

func riskOf(question string, c schema.Choice) Risk {
	level, _, _ := strings.Cut(c.Alert, ":")
	switch {
	case question == "c3" && c.Name == "here", question == "c10" && c.Name == "today":
		return RiskImmediate
	case level == "red":
		return RiskHigh
	}
	return RiskMedium
}

func higher(a, b Risk) Risk {
	if slices.Index(risks, a) >= slices.Index(risks, b) {
		return a
	}
	return b
}
