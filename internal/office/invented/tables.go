package invented

import (
	"leeward/internal/office/casework"
	"leeward/schema"
)

const sites = 24

// route is a country people come from, one where they were exploited, and a language.
type route struct {
	from, to string
	lang     schema.Lang
}

// routes are drawn with weight 1 over their place.
var routes = []route{
	{"MM", "TH", "my"},
	{"KH", "TH", "km"},
	{"BD", "MY", "bn"},
	{"NP", "AE", "ne"},
	{"PH", "SA", "fil"},
	{"ID", "MY", "id"},
	{"ET", "LB", "am"},
	{"SY", "JO", "ar"},
	{"LA", "TH", "lo"},
	{"VN", "KH", "vi"},
	{"IN", "KW", "hi"},
	{"KE", "MM", "sw"},
	{"UA", "PL", "uk"},
	{"NG", "IT", "en"},
	{"UZ", "RU", "uz"},
	{"HT", "DO", "ht"},
	{"PK", "IR", "ur"},
	{"LK", "OM", "si"},
}

func (m *maker) route() route {
	total := 0.0
	for i := range routes {
		total += 1 / float64(i+1)
	}
	at := m.Float64() * total
	for i, r := range routes {
		if at -= 1 / float64(i+1); at < 0 {
			return r
		}
	}
	return routes[0]
}

var (
	sexes = []weighted[string]{{"f", 55}, {"m", 41}, {"x", 1}, {"", 3}}
	forms = []weighted[string]{
		{"labour", 52}, {"sexual", 23}, {"forced_crime", 12}, {"servitude", 6}, {"begging", 4}, {"marriage", 2}, {"other", 1},
	}
	sectors = []weighted[string]{{"A03", 22}, {"F", 20}, {"T", 19}, {"A", 15}, {"C", 12}, {"I", 9}, {"", 3}}
	means   = []weighted[string]{
		{"debt", 20},
		{"papers", 18},
		{"threats", 16},
		{"pay_withheld", 14},
		{"movement", 10},
		{"false_promises", 9},
		{"psychological", 8},
		{"physical", 7},
		{"excessive_hours", 7},
		{"no_medical_care", 5},
		{"no_necessities", 5},
		{"sexual", 4},
		{"threat_law", 4},
		{"threat_family", 3},
		{"substances", 2},
		{"children", 1},
		{"other", 1},
	}
	recruiters = []weighted[string]{{"agency", 28}, {"friend", 22}, {"online", 20}, {"family", 12}, {"employer", 8}, {"partner", 5}, {"", 5}}
	schooling  = []weighted[string]{{"none", 14}, {"primary", 34}, {"secondary", 36}, {"higher", 7}, {"", 9}}
	economies  = []weighted[string]{{"very_poor", 25}, {"poor", 45}, {"standard", 18}, {"", 12}}
	marital    = []weighted[string]{{"single", 48}, {"married", 34}, {"separated", 9}, {"widowed", 4}, {"", 5}}
	families   = []weighted[string]{{"0", 45}, {"1 to 2", 30}, {"3 or more", 15}, {"", 10}}
	findings   = []weighted[casework.Finding]{
		{casework.FindingPossible, 55}, {casework.FindingActual, 20}, {casework.FindingUndetermined, 13}, {casework.FindingNot, 8}, {casework.FindingOpen, 4},
	}
)
