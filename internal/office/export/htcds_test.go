package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"leeward/schema"
	"leeward/schema/codes"
	"leeward/schema/instrument"
	"leeward/schema/instrument/synthetic"
)

var env = schema.Env{Now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), Language: "en"}

const marker = "ZQXMARKER"

func named(t testing.TB, f *schema.Form, name string) schema.Path {
	t.Helper()
	for _, p := range f.Paths() {
		if strings.HasSuffix(string(p), "/"+name) {
			return p
		}
	}
	t.Fatalf("no question %q", name)
	return ""
}

func told(t testing.TB, f *schema.Form, pairs ...string) *schema.State {
	t.Helper()
	said := f.Defaults(env)
	for i := 0; i < len(pairs); i += 2 {
		a := schema.Answer{Value: pairs[i+1]}
		if reason, ok := strings.CutPrefix(pairs[i+1], "?"); ok {
			a = schema.Answer{Missing: schema.Missing(reason)}
		}
		said[named(t, f, pairs[i])] = a
	}
	return f.Evaluate(said, env)
}

func agreed(t testing.TB, pairs ...string) *schema.State {
	t.Helper()
	return told(t, instrument.Form(), append([]string{
		"a1", "yes", "a2", "none", "a7", "adult", "b2", "yes", "b3", "named", "b6", "purpose voluntary", "depth", "extended",
	}, pairs...)...)
}

var partialDate = regexp.MustCompile(`^(19|20)[0-9]{2}(-[0-9]{2}(-[0-9]{2})?)?$`)

// valid checks a record against HTCDS 2.0 as it is compiled in: fields, codes, single and multiple values,
// types; and the extensions against their list.
func valid(t *testing.T, r Record) {
	t.Helper()
	for field, values := range r.Fields {
		f, standard := codes.HTCDSField(field)
		if !standard && !isExtension(field) || f.Status == "DEPRECATED" {
			t.Errorf("%s is no field of HTCDS and no extension", field)
		}
		if len(values) == 0 || standard && !f.Many() && len(values) > 1 {
			t.Errorf("%s holds %d values", field, len(values))
		}
		for _, v := range values {
			if list := codes.HTCDSCodes(field); len(list) > 0 {
				if _, ok := codes.HTCDSCode(field, v); !ok {
					t.Errorf("%s holds a code that its picklist lacks", field)
				}
			}
			if f.Type == "Checkbox" && v != "true" && v != "false" {
				t.Errorf("%s is a checkbox", field)
			}
			if slices.Contains([]string{"prs_Citizenship", "prs_MailingCountry"}, field) {
				if _, ok := codes.CountryByCode(v); !ok && v != codes.AtSea {
					t.Errorf("%s holds no country", field)
				}
			}
			if strings.HasSuffix(field, "Language") && standard && len(v) != 3 {
				t.Errorf("%s holds no code of ISO 639-2", field)
			}
		}
	}
	for _, e := range r.Events {
		if _, ok := codes.HTCDSCode("hte_Type", e.Type); !ok || e.Country == "" || e.Date != "" && !partialDate.MatchString(e.Date) {
			t.Error("an event is not HTCDS's")
		}
	}
	for _, p := range r.Plans {
		if _, ok := codes.HTCDSCode("spl_Type", p); !ok {
			t.Errorf("no such kind of support plan: %s", p)
		}
	}
}

// A date that was given roughly leaves no finer than it is known, in both files, and says so.
func TestRoughDatesSayHowRoughTheyAre(t *testing.T) {
	item := schema.Item{Kind: schema.Date, HTCDS: "prs_Birthdate"}
	r := Record{Fields: map[string][]string{}, Missing: map[string]string{}, Rough: map[string]string{}}
	r.plain(nil, "", schema.Node{Item: &item, Answer: schema.Answer{Value: "2001-01-01", About: schema.AboutYear}})
	if got := r.Fields["prs_Birthdate"]; !slices.Equal(got, []string{"2001"}) || r.Rough["prs_Birthdate"] != "year" {
		t.Errorf("the record has %q, rough %v", got, r.Rough)
	}
	for name, write := range map[string]func(io.Writer, []Record) error{"JSON": WriteJSON, "CSV": WriteCSV} {
		var out strings.Builder
		if err := write(&out, []Record{r}); err != nil || !strings.Contains(out.String(), "x_Rough") || strings.Contains(out.String(), "2001-01-01") {
			t.Errorf("%s: %v; it says more than is known, or not how rough it is", name, err)
		}
	}
}

// A man from a fishing boat, field by field.
func TestRecordOfAnInterview(t *testing.T) {
	s := agreed(t, "d2", "31", "d3", "man", "d4_country", "MM", "d6", "shn my", "d7", "none", "d1", marker, "d11_given", marker, "k7", marker,
		"e2", "friends social", "e3", "Facebook", "e4", "agency", "e6_work", "different", "f1_start", "MM", "f1_through", "TH MY",
		"g1", "fishing house", "g2_country", "XZ", "g2_area", marker, "g2_from", "2023-05", "g3_hours", "18", "g4", "none", "h1_out", "not_at_all",
		"h2", "refused", "h4", "me", "k4", "shelter legal medical", "k8", "children", "l2_purpose", "labour crime", "l3", "possible", "b5", "yes", "d9", "?declined")
	r := HTCDS("7K2F-QX9B", s, Options{})
	valid(t, r)
	for field, want := range map[string]string{
		"con_Consent": "true", "prs_Gender": "Masculine", "prs_Citizenship": "MM", "prs_PrimaryLanguage": "shn", "prs_SecondaryLanguage": "mya",
		"prs_Birthdate": "", "x_Age": "31", "vic_MethodOfRecruitment": "ThroughOnlineSocialNetworks ThroughFriendsOrSocialEvents",
		"vic_RecruitmentWebsitesAndApps": "Facebook", "vic_RelationshipToTrafficker": "Unaquainted", "x_RecruiterRelation": "agency",
		"vic_MethodsOfControl":     "FalsePromises TakesEarnings Other WithholdsDocuments PhysicalThreats ExcessiveWorkingHours",
		"x_MethodsOfControl":       "x_RestrictsMovement",
		"vic_ForcedLabourIndustry": "A_AgricultureForestryAndFishing",
		"x_ForcedLabourIndustries": "A_AgricultureForestryAndFishing T_ActivitiesOfHouseholdsAsEmployers",
		"vic_TypeOfExploitation":   "ForcedLabour Other", "x_TypeOfExploitation": "x_ForcedCriminality",
		"vic_TraffickingStatus": "PossibleVictimOfTrafficking", "x_Result": "possible", "prs_HighestLevelOfEducation": "",
		"x_OthersHeld": "", "prs_FirstName": "", "prs_MobilePhone": "", "x_CalledName": "",
	} {
		if got := strings.Join(r.Fields[field], " "); got != want {
			t.Errorf("%s: %q, want %q", field, got, want)
		}
	}
	if want := []Event{{"Recruitment", "MM", ""}, {"Transit", "MY", ""}, {"Transit", "TH", ""}, {"Exploitation", "XZ", "2023-05"}}; len(r.Events) != 4 || r.Events[3] != want[3] || r.Events[0] != want[0] {
		t.Error("the events are not those of the interview")
	}
	if !slices.Equal(r.Plans, []string{"SocialCare", "Health", "Legal"}) || r.Missing["x_EconomicSituation"] != "declined" || !r.MayCount() {
		t.Errorf("plans %v, missing %v, may count %v", r.Plans, r.Missing, r.MayCount())
	}
	if got := HTCDS("x", s, Options{Identity: true}); !slices.Equal(got.Fields["prs_FirstName"], []string{marker}) || !slices.Equal(got.Fields["prs_MobilePhone"], []string{marker}) {
		t.Error("a recipient to whom the person agreed does not get the name")
	}
}

func TestTheOfficesDecisionStandsInPlace(t *testing.T) {
	office := told(t, instrument.OfficeForm(), "l7", "not", "l7_by", "ngo", "l7_second", "yes", "l7_reason", marker)
	r := HTCDS("x", agreed(t, "l3", "possible"), Options{Office: office})
	valid(t, r)
	if r.Fields["vic_TraffickingStatus"][0] != "NotAVictimOfTrafficking" || r.Fields["vic_TraffickingStatusDecisionMakingOrg"][0] != "NGO" {
		t.Errorf("%v", r.Fields["vic_TraffickingStatus"])
	}
}

func TestWithoutAgreementThereIsNoRecord(t *testing.T) {
	for _, pairs := range [][]string{{"b2", "no"}, {"b3", "tally"}, {"b3", "?declined"}, {"b2", "?not_asked"}} {
		r := HTCDS("x", agreed(t, append(pairs, "d2", "31", "c2", "today")...), Options{})
		if len(r.Fields) > 0 || len(r.Events) > 0 || len(r.Missing) > 0 {
			t.Errorf("%v: a record all the same", pairs)
		}
	}
	if HTCDS("x", agreed(t), Options{}).MayCount() || HTCDS("x", agreed(t, "b5", "?declined"), Options{}).MayCount() {
		t.Error("no answer counts as a yes to statistics")
	}
}

// Forty invented people: what is written reads back, holds no free text, and no formula.
func TestInventedPeople(t *testing.T) {
	var records []Record
	f := instrument.Form()
	for seed := range uint64(40) {
		said := f.Defaults(env)
		for _, step := range synthetic.Interview(seed, f, "="+marker) {
			said[step.Path] = step.Answer
		}
		r := HTCDS(fmt.Sprint("=C", seed), f.Evaluate(said, env), Options{})
		valid(t, r)
		records = append(records, r)
	}
	var asJSON, person, events, plans bytes.Buffer
	for _, err := range []error{WriteJSON(&asJSON, records), WriteCSV(&person, records), WriteEventsCSV(&events, records), WritePlansCSV(&plans, records)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	var back struct {
		Attribution string
		Records     []map[string]any
	}
	if err := json.Unmarshal(asJSON.Bytes(), &back); err != nil || len(back.Records) != 40 || !strings.Contains(back.Attribution, "CC BY 4.0") {
		t.Errorf("JSON: %v, %d records, attribution %q", err, len(back.Records), back.Attribution)
	}
	for name, b := range map[string]*bytes.Buffer{"person": &person, "events": &events, "plans": &plans, "json": &asJSON} {
		if strings.Contains(b.String(), marker) {
			t.Errorf("%s holds free text", name)
		}
		if name == "json" {
			continue
		}
		table, err := csv.NewReader(b).ReadAll()
		if err != nil || len(table) < 20 {
			t.Errorf("%s: %d rows, %v", name, len(table), err)
		}
		for _, row := range table {
			for _, cell := range row {
				if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t") {
					t.Fatalf("%s: a cell that a spreadsheet runs", name)
				}
			}
		}
	}
}

// unreached are codes that no answer of the interview gives, and why.
func unreached(field, code string) string {
	prefix, _, _ := strings.Cut(field, "_")
	switch {
	case prefix == "org" || prefix == "per" || prefix == "cas":
		return "kept by the office about organisations, perpetrators and cases"
	case field == "vic_ExploitationWebsitesAndApps":
		return "not asked: which site was used there is evidence, not a need"
	case field == "vic_Vulnerabilities":
		return "deprecated; circumstances travel as x_Vulnerabilities"
	case field == "spl_Type" && (strings.HasSuffix(code, "Rehabilitation") || code == "RightsBasedTraining"):
		return "chosen by the office in a plan, never by a first wish"
	}
	return ""
}

// Every code of HTCDS is given by some answer, or has a reason why not.
func TestEveryCodeIsReached(t *testing.T) {
	reached := map[string]bool{"hte_Type Recruitment": true, "hte_Type Transit": true, "hte_Type Exploitation": true} // events, tested above
	for _, f := range []*schema.Form{instrument.Form(), instrument.OfficeForm()} {
		for _, p := range f.Paths() {
			it, _ := f.Item(p)
			for _, c := range f.Choices(p) {
				if c.HTCDS == "" || it.List == "" {
					continue
				}
				if _, ok := codes.HTCDSCode(it.HTCDS, c.HTCDS); !ok && it.List != "services" {
					t.Errorf("%s gives %q, which is no code of %s", p, c.HTCDS, it.HTCDS)
				}
				reached[it.HTCDS+" "+c.HTCDS] = true
			}
		}
	}
	reached["vic_MethodsOfControl SexualAbuse"] = len(HTCDS("x", agreed(t, "i1", "yes", "i2", "control"), Options{}).Fields["vic_MethodsOfControl"]) == 1
	for _, f := range codes.HTCDSFields() {
		for _, c := range codes.HTCDSCodes(f.Name) {
			if got, why := reached[f.Name+" "+c.Code], unreached(f.Name, c.Code); got == (why != "") {
				t.Errorf("%s %s: reached %v, reason why not %q", f.Name, c.Code, got, why)
			}
		}
	}
}

// Every x_ name of the instrument is described, or stays here for a reason.
func TestExtensionsAreDescribed(t *testing.T) {
	for _, f := range []*schema.Form{instrument.Form(), instrument.OfficeForm()} {
		for _, p := range f.Paths() {
			it, _ := f.Item(p)
			names := []string{it.Local}
			for _, c := range f.Choices(p) {
				names = append(names, c.Local)
			}
			for _, n := range names {
				if _, out := kept[n]; n != "" && !isExtension(n) && !out {
					t.Errorf("%s: %s is not described", p, n)
				}
			}
			if it.HTCDS != "" {
				if _, ok := codes.HTCDSField(it.HTCDS); !ok {
					t.Errorf("%s: %s is no field of HTCDS", p, it.HTCDS)
				}
			}
		}
	}
	seen := map[string]bool{}
	for _, e := range Extensions() {
		if seen[e.Name] || e.What == "" {
			t.Errorf("%s is described twice or not at all", e.Name)
		}
		seen[e.Name] = true
	}
}

func TestNothingPrintsARecord(t *testing.T) {
	r := Record{Code: "c", Fields: map[string][]string{"x_Age": {marker}}, Events: []Event{{Country: marker}}}
	for _, v := range []any{r, &r, r.Events[0]} {
		if s := fmt.Sprintf("%v %+v %#v %s", v, v, v, v); strings.Contains(s, marker) {
			t.Errorf("%T prints what it holds", v)
		}
	}
}
