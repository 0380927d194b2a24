package export

import (
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"

	"leeward/schema"
	"leeward/schema/codes"
)

// Record is one interview as HTCDS 2.0: field to its codes or values. A field with one value has one.
type Record struct {
	Code    string              // the respondent's random code; no name
	Fields  map[string][]string // HTCDS fields and extensions
	Events  []Event             // historic trafficking events
	Plans   []string            // spl_Type, one for each kind of support wanted
	Missing map[string]string   // field to why it is empty: declined, does_not_know, not_asked, not_applicable
	Rough   map[string]string   // field of a date that was given roughly to how far it may be relied on: day, month, year
}

// Event is one of HTCDS's historic trafficking events.
type Event struct {
	Type    string // hte_Type: Recruitment, Transit, Exploitation
	Country string // hte_Country: ISO 3166-1 alpha-2, XZ at sea
	Date    string // hte_Date as exactly as known: 2024, 2024-05, 2024-05-17
}

// Format keeps the person out of every fmt verb.
func (r Record) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[record]") }

// LogValue keeps the person out of logs.
func (r Record) LogValue() slog.Value { return slog.StringValue("[record]") }

// Format keeps the person out of every fmt verb.
func (e Event) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[event]") }

// LogValue keeps the person out of logs.
func (e Event) LogValue() slog.Value { return slog.StringValue("[event]") }

// Options say what a record may hold beyond codes.
type Options struct {
	Identity bool          // names and contact, for a recipient to whom the person agreed
	Office   *schema.State // the decision of the office (instrument.OfficeForm), or nil
}

// MayCount reports whether the person agreed to be part of statistics; no answer is no.
func (r Record) MayCount() bool {
	return slices.Equal(r.Fields["x_ConsentStatistics"], []string{"yes"})
}

// HTCDS makes the record of an evaluated interview. It is empty but for the code where the person did not
// agree to the talk, or agreed only to be counted.
func HTCDS(code string, s *schema.State, o Options) Record {
	r := Record{Code: code, Fields: map[string][]string{}, Missing: map[string]string{}, Rough: map[string]string{}}
	if !agreedToBeKept(s) {
		return r
	}
	r.read(s, o)
	if o.Office != nil {
		r.read(o.Office, o)
	}
	return r
}

func (r *Record) read(s *schema.State, o Options) {
	for path, n := range s.Overview() {
		if !n.Relevant || n.Item.Kind == schema.Group || n.Item.Sensitivity == schema.Narrative ||
			n.Item.Sensitivity == schema.Identity && !o.Identity {
			continue
		}
		q := path.Name()
		if n.Answer.Missing != "" {
			r.miss(n.Item, string(n.Answer.Missing))
			continue
		}
		if n.Answer.Value == "" {
			continue
		}
		if special, ok := specials[q]; ok {
			special(r, s, n)
			continue
		}
		r.plain(s, path, n)
	}
}

// miss notes why the fields of an item are empty.
func (r *Record) miss(it *schema.Item, reason string) {
	for _, field := range []string{it.HTCDS, it.Local} {
		if _, out := kept[field]; field != "" && !out && len(r.Fields[field]) == 0 {
			r.Missing[field] = reason
		}
	}
}

// plain takes an answer as its item and its choices say: the item names the field, the choice the code.
func (r *Record) plain(s *schema.State, path schema.Path, n schema.Node) {
	it, value := n.Item, n.Answer.Value
	if it.List == "" {
		for _, field := range []string{it.HTCDS, it.Local} {
			r.add(field, n.Answer.Known())
			if _, out := kept[field]; field != "" && !out && n.Answer.About != "" {
				r.Rough[field] = string(n.Answer.About)
			}
		}
		return
	}
	chosen := strings.Fields(value)
	for _, c := range s.Form().Choices(path) {
		if !slices.Contains(chosen, c.Name) {
			continue
		}
		r.add(it.HTCDS, c.HTCDS)
		r.local(c.Local, it.Name)
	}
	r.add(it.Local, chosen...)
}

// local takes a code that HTCDS lacks, and what stands for it there.
func (r *Record) local(code, question string) {
	switch code {
	case "x_RestrictsMovement", "x_Ransom":
		r.add("x_MethodsOfControl", code)
		r.add("vic_MethodsOfControl", "Other")
	case "x_SexualAbuse":
		r.add("vic_MethodsOfControl", "SexualAbuse")
	case "x_SexualExploitation":
		r.add("vic_TypeOfExploitation", "SexualExploitation")
	case "x_ForcedByState":
		r.add("x_TypeOfExploitation", code)
	case "x_ForcedCriminality":
		if question == "l2_purpose" {
			r.add("x_TypeOfExploitation", code)
			return
		}
		r.add("x_Signs", code)
	}
}

// add puts values into a field, each once. A field that takes one value keeps the first.
func (r *Record) add(field string, values ...string) {
	if _, out := kept[field]; out || field == "" {
		return
	}
	f, standard := codes.HTCDSField(field)
	for _, v := range values {
		if v == "" || slices.Contains(r.Fields[field], v) || standard && !f.Many() && len(r.Fields[field]) > 0 {
			continue
		}
		r.Fields[field] = append(r.Fields[field], v)
		delete(r.Missing, field)
	}
}

// specials are questions whose answer is not simply a code of a field.
var specials = map[string]func(r *Record, s *schema.State, n schema.Node){
	"b2": func(r *Record, s *schema.State, n schema.Node) { // consents, and was told the purpose
		told := slices.Contains(strings.Fields(s.Value("/data/consent/b6")), "purpose")
		r.add("con_Consent", strconv.FormatBool(n.Answer.Value == "yes" && told))
	},
	"d2": func(r *Record, _ *schema.State, n schema.Node) { r.add("x_Age", n.Answer.Value) },
	"d6": func(r *Record, _ *schema.State, n schema.Node) {
		fields := []string{"prs_PrimaryLanguage", "prs_SecondaryLanguage"}
		for i, tag := range strings.Fields(n.Answer.Value) {
			if i < len(fields) {
				r.add(fields[i], codes.ISO6392(tag))
			}
		}
	},
	"d4_country": func(r *Record, _ *schema.State, n schema.Node) {
		r.add("prs_Citizenship", strings.Fields(n.Answer.Value)...)
	},
	"d5_country": func(r *Record, _ *schema.State, n schema.Node) {
		r.add("prs_MailingCountry", n.Answer.Value)
		r.add("x_HomePlace", n.Answer.Value)
	},
	"f1_start": func(r *Record, _ *schema.State, n schema.Node) {
		r.Events = append(r.Events, Event{Type: "Recruitment", Country: n.Answer.Value})
		r.add("x_CountryOfRecruitment", n.Answer.Value)
	},
	"f1_through": func(r *Record, _ *schema.State, n schema.Node) {
		for _, country := range strings.Fields(n.Answer.Value) {
			r.Events = append(r.Events, Event{Type: "Transit", Country: country})
		}
		r.add("x_CountriesOfTransit", strings.Fields(n.Answer.Value)...)
	},
	"g1": func(r *Record, s *schema.State, n schema.Node) {
		for _, c := range s.Form().Choices(n.Path) {
			if slices.Contains(strings.Fields(n.Answer.Value), c.Name) {
				r.add("vic_ForcedLabourIndustry", c.HTCDS)
				r.add("x_ForcedLabourIndustries", c.HTCDS)
				r.local(c.Local, "g1")
			}
		}
	},
	"g2_country": func(r *Record, s *schema.State, n schema.Node) {
		from := s.Node(schema.Path(strings.TrimSuffix(string(n.Path), "country") + "from")).Answer.Known()
		r.Events = append(r.Events, Event{Type: "Exploitation", Country: n.Answer.Value, Date: from})
		r.add("x_LastCountryOfExploitation", n.Answer.Value)
	},
	"g2_from": func(*Record, *schema.State, schema.Node) {}, // with its country
	"g2_to":   func(r *Record, _ *schema.State, n schema.Node) { r.add("x_ExploitationUntil", n.Answer.Known()) },
	"k4": func(r *Record, s *schema.State, n schema.Node) {
		wanted := strings.Fields(n.Answer.Value)
		for _, c := range s.Form().Choices(n.Path) {
			if slices.Contains(wanted, c.Name) && c.HTCDS != "" && !slices.Contains(r.Plans, c.HTCDS) {
				r.Plans = append(r.Plans, c.HTCDS)
			}
		}
		r.add("x_ServicesWanted", wanted...)
	},
	"l3": func(r *Record, s *schema.State, n schema.Node) {
		r.add("x_Result", n.Answer.Value)
		if n.Answer.Value == "possible" {
			r.add("vic_TraffickingStatus", "PossibleVictimOfTrafficking")
		}
	},
	"l5_level": func(r *Record, _ *schema.State, n schema.Node) { r.add("x_RiskLevel", n.Answer.Value) },
	"l7": func(r *Record, s *schema.State, n schema.Node) { // the office's word stands in place of the field's
		delete(r.Fields, "vic_TraffickingStatus")
		for _, c := range s.Form().Choices(n.Path) {
			if c.Name == n.Answer.Value {
				r.add("vic_TraffickingStatus", c.HTCDS)
			}
		}
	},
	"a6_source": func(*Record, *schema.State, schema.Node) {}, // a kind; HTCDS asks for the organisation itself
}
