package assess

import (
	"slices"
	"strings"

	"leeward/schema"
)

// Phase is when something happened (rule of the outline: E is before leaving and on the way, G and H are
// there). Its words are Word("phase." + …).
type Phase string

// The phases.
const (
	Before Phase = "before"
	Way    Phase = "way"
	There  Phase = "there"
	Now    Phase = "now"
)

// byGroup is the phase of what a group of the interview asks about.
var byGroup = map[string]Phase{
	"about": Before, "beginning": Before, "journey": Way, "work": There, "freedom": There, "private": There,
	"child": There, "now": Now, "safety": Now, "assessment": There,
}

// byAnswer are answers that speak of another phase than their group, by question or question=choice.
var byAnswer = map[string]Phase{
	"i2=way": Way, "i3": There, "j2": Before, "j3=promised": Before, "k3": Before, "e12_travel": Way, "e8": Before,
	"j1_safe": Now, "j1_carer": Now,
}

// phases says when what an answer tells of happened. E9 asks for it; without that answer it may be either. What the
// screener noted (worksheet, limits) is no answer of the person's and has none.
func phases(s *schema.State, path schema.Path, choice string) []Phase {
	q := name(path)
	if strings.HasPrefix(q, "l2_") || q == "l6" {
		return nil
	}
	if q == "e9" {
		switch s.Value(path + "_when") {
		case "before":
			return []Phase{Before}
		case "way":
			return []Phase{Way}
		}
		return []Phase{Before, Way}
	}
	for _, key := range []string{q + "=" + choice, q} {
		if p, ok := byAnswer[key]; ok {
			return []Phase{p}
		}
	}
	parts := strings.Split(string(path), "/")
	if at := slices.Index(parts, "data"); at >= 0 && at+1 < len(parts) {
		if p, ok := byGroup[parts[at+1]]; ok {
			return []Phase{p}
		}
	}
	return nil
}
