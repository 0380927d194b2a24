package export

import "regexp"

// leading are fields that lead to a person, or to one day: they are in no record for statistics.
var leading = []string{
	"x_SafeContact", "x_NameLatin", "x_CommunicationNeeds", "x_LegalDeadline", "x_InterpreterMode", "x_InterpreterChecks", "x_Leaflet",
	"x_ChildSteps", "prs_Birthdate", "x_PhoneSafety", "x_OngoingContact", "x_DoNotContact",
}

// judged are fields that people of the office or the screener concluded: no helper gets a finding (field rule 23).
var judged = []string{"vic_TraffickingStatus", "x_Result", "x_RiskLevel", "x_Limits", "x_Observations", "x_Act", "x_Means", "x_Signs"}

// forHelper returns the record as a helper gets it, to whom the person agreed: what was said, and nobody's judgement.
func (r Record) forHelper() Record {
	for _, field := range judged {
		delete(r.Fields, field)
		delete(r.Missing, field)
	}
	return r
}

// deidentified returns the record for statistics: under another code, without what leads to the person, and with no
// date finer than a year.
func (r Record) deidentified(code string) Record {
	out := Record{Code: code, Fields: map[string][]string{}, Plans: r.Plans, Missing: map[string]string{}}
	for field, values := range r.Fields {
		for _, v := range values {
			if year := yearOf(v); year != "" {
				v = year
			}
			out.Fields[field] = append(out.Fields[field], v)
		}
	}
	for field, reason := range r.Missing {
		out.Missing[field] = reason
	}
	for _, field := range leading {
		delete(out.Fields, field)
		delete(out.Missing, field)
	}
	for _, e := range r.Events {
		e.Date = yearOf(e.Date)
		out.Events = append(out.Events, e)
	}
	return out
}

// aDate is a date that is as exact as it is known, and a time of day after it.
var aDate = regexp.MustCompile(`^([0-9]{4})(-[0-9]{2}(-[0-9]{2}(T.*)?)?)?$`)

// yearOf is the year of a date: "2024-05" gives "2024". What is no date gives "".
func yearOf(date string) string {
	if m := aDate.FindStringSubmatch(date); m != nil {
		return m[1]
	}
	return ""
}
