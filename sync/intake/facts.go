package intake

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/schema"
)

// facts reads from the answers what reports count. Questions are known by their names, as the screening interview
// has them; a questionnaire that lacks one leaves its fact unknown. Nothing here is a text, a name or a date finer
// than a day. Without a yes to being counted nothing but that is kept: a report must not know more than it may say.
func facts(values map[schema.Path]string, iv screening.Interview, child bool, now time.Time) casework.Facts {
	by := make(map[string]string, len(values))
	for path, value := range values {
		by[path.Name()] = value
	}
	if by["b5"] != "yes" {
		return casework.Facts{Opened: casework.Day(now)}
	}
	f := casework.Facts{
		Counted: true, Opened: casework.Day(now), Child: child, Lang: iv.Setting.Language,
		Sex: sexes[by["d3"]], Nationality: only(by["d4_country"]), Origin: by["d5_country"], Exploited: by["g2_country"],
		Forms: forms(by["l2_purpose"]), Sector: by["g1_branch"], Means: means(by),
		Recruited: recruiters[by["e4"]], Education: schooling[by["d7"]], Economy: economies[by["d9"]], Marital: marital[by["d8_marital"]],
		Finding: findings[by["l3"]],
	}
	if years, err := strconv.Atoi(by["d2"]); err == nil && years > 0 && years <= 120 {
		f.Age = years
	}
	if n, err := strconv.Atoi(by["d8_children"]); err == nil {
		f.Children = family(n)
	}
	if by["e2"] == "social" || by["e2"] == "online_ad" {
		f.Recruited = "online"
	}
	if given := by["l4_ours"]; given != "" && given != "none" && !iv.Finished.IsZero() {
		f.Assisted = casework.Day(iv.Finished)
	}
	return f
}

// family is a class of how many children somebody has; the number itself could tell who it is.
func family(n int) string {
	switch {
	case n < 0:
		return ""
	case n == 0:
		return "0"
	case n < 3:
		return "1 to 2"
	}
	return "3 or more"
}

// only is the one choice of several, or "" where there are more: a second citizenship is not guessed away.
func only(chosen string) string {
	if all := strings.Fields(chosen); len(all) == 1 {
		return all[0]
	}
	return ""
}

func forms(purposes string) []string {
	var all []string
	for _, p := range strings.Fields(purposes) {
		if f := purpose[p]; f != "" && !slices.Contains(all, f) {
			all = append(all, f)
		}
	}
	slices.Sort(all)
	return all
}

// means are the means of control that the answers name, in the words of the Counter-Trafficking Data Collaborative.
func means(by map[string]string) []string {
	has := func(question string, choices ...string) bool {
		for _, c := range strings.Fields(by[question]) {
			if slices.Contains(choices, c) {
				return true
			}
		}
		return false
	}
	var all []string
	for _, m := range []struct {
		name string
		seen bool
	}{
		{"debt", has("e7", "debt_unclear") || has("g5", "unfair") || has("g11", "pay", "family_pay")},
		{"excessive_hours", has("g3_above", "yes")},
		{"false_promises", has("e6_work", "different") || has("e6_place", "different") || has("e6_pay", "different") || has("e6_conditions", "different")},
		{"movement", has("h1_out", "not_at_all") || has("h10", "lock", "guard")},
		{"no_medical_care", has("h6", "doctor")},
		{"papers", has("h2", "refused", "destroyed")},
		{"pay_withheld", has("g4", "late", "other_person", "none")},
		{"physical", has("h3", "yes")},
		{"psychological", has("h4", "shame", "police")},
		{"threats", has("h4", "me", "family")},
	} {
		if m.seen {
			all = append(all, m.name)
		}
	}
	return all
}

// Choices of the screening interview, and what a report calls them. A choice that is missing here stays unknown.
var (
	sexes   = map[string]string{"woman": "f", "man": "m", "trans_woman": "x", "trans_man": "x", "other": "x"}
	purpose = map[string]string{
		"labour": "labour", "child_labour": "labour", "sexual": "sexual", "crime": "forced_crime", "servitude": "servitude",
		"begging": "begging", "marriage": "marriage", "military": "other", "organ": "other", "adoption": "other", "surrogacy": "other", "other": "other",
	}
	recruiters = map[string]string{"agency": "agency", "friend": "friend", "community": "friend", "family": "family", "employer": "employer", "partner": "partner"}
	schooling  = map[string]string{
		"none": "none", "early": "primary", "primary": "primary", "lower": "secondary", "upper": "secondary", "post": "secondary",
		"short": "higher", "bachelor": "higher", "master": "higher", "doctor": "higher",
	}
	economies = map[string]string{"not": "very_poor", "hard": "poor", "getby": "standard", "well": "standard"}
	marital   = map[string]string{"single": "single", "married": "married", "partner": "married", "separated": "separated", "divorced": "separated", "widowed": "widowed"}
	findings  = map[string]casework.Finding{"possible": casework.FindingPossible, "undetermined": casework.FindingUndetermined}
)
