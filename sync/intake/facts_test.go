package intake

import (
	"reflect"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/schema"
	"leeward/schema/instrument"
)

func TestFacts(t *testing.T) {
	now := time.Date(2026, 5, 17, 9, 0, 0, 0, time.UTC)
	iv := screening.Interview{Finished: now.Add(-time.Hour), Setting: screening.Setting{Language: "km"}}
	said := map[schema.Path]string{
		"/data/closing/b5": "yes", "/data/about/d2": "31", "/data/about/d3": "man", "/data/about/d4_country": "KH", "/data/about/d5_country": "KH",
		"/data/work/g2_country": "TH", "/data/assessment/l2_purpose": "labour crime none", "/data/assessment/l3": "possible",
		"/data/freedom/h2": "refused", "/data/freedom/h4": "police family", "/data/work/g4": "none", "/data/beginning/e4": "agency",
		"/data/beginning/e2": "social", "/data/about/d7": "lower", "/data/assessment/l4_ours": "food medical", "/data/about/d8/d8_children": "2",
	}
	got := facts(said, iv, false, now)
	want := casework.Facts{
		Counted: true, Opened: casework.Day(now), Assisted: casework.Day(now), Sex: "m", Age: 31, Nationality: "KH", Origin: "KH", Exploited: "TH",
		Forms: []string{"forced_crime", "labour"}, Means: []string{"papers", "pay_withheld", "psychological", "threats"},
		Recruited: "online", Education: "secondary", Children: "1 to 2", Finding: casework.FindingPossible, Lang: "km",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("facts differ from what was said")
		t.Logf("got  %#v", got.Forms)
		t.Logf("means %v, want %v; recruited %q", got.Means, want.Means, got.Recruited)
	}

	for _, agreed := range []string{"", "no"} {
		said["/data/closing/b5"] = agreed
		if got := facts(said, iv, true, now); !reflect.DeepEqual(got, casework.Facts{Opened: casework.Day(now)}) {
			t.Errorf("with %q to being counted, more than the day is kept", agreed)
		}
	}
}

// Every choice that facts reads exists in the screening interview under that name: a renamed question would
// otherwise leave the reports quietly empty.
func TestFactsReadTheInterview(t *testing.T) {
	form := instrument.Form()
	choices := map[string]map[string]bool{}
	for _, path := range form.Paths() {
		item, _ := form.Item(path)
		names := map[string]bool{}
		for _, c := range form.Evaluate(nil, schema.Env{}).Node(path).Choices {
			names[c.Name] = true
		}
		choices[item.Name] = names
	}
	for question, table := range map[string]map[string]string{
		"d3": sexes, "l2_purpose": purpose, "e4": recruiters, "d7": schooling, "d9": economies, "d8_marital": marital,
	} {
		for choice := range table {
			if !choices[question][choice] {
				t.Errorf("%s has no choice %s", question, choice)
			}
		}
	}
	for _, question := range []string{"b5", "d2", "d4_country", "d5_country", "g2_country", "g1_branch", "l3", "l4_ours", "e2", "e6_work", "e7", "g3_above", "g4", "g5", "g11", "h1_out", "h2", "h3", "h4", "h6", "h10", "d8_children"} {
		if choices[question] == nil {
			t.Errorf("the interview has no question %s", question)
		}
	}
}
