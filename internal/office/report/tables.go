package report

import (
	"slices"
	"strconv"

	"leeward/internal/office/casework"
)

// Unknown is the class of what nobody knows; it is a row of every table.
const Unknown = "unknown"

// definition is one table: what its rows and columns are. A table without columns has one count a row.
type definition struct {
	id, title string
	row, col  func(*person) string
	note      string
	free      bool // its rows and columns have no unknown
	all       bool // of everybody screened, not of one finding
}

// findings are those of which there is a table each.
func (d definition) findings() []casework.Finding {
	if d.all {
		return []casework.Finding{""}
	}
	return Findings()
}

// of says in the table of which finding a case stands, if in any.
func (d definition) of(f *person) (casework.Finding, bool) {
	if d.all {
		return "", true
	}
	return f.Finding, f.told
}

func (d definition) column(f *person) string {
	if d.col == nil {
		return ""
	}
	return d.col(f)
}

// definitions are the reports of the regional office. Attributes that several tables share are the same function,
// so that their totals agree.
func definitions() []definition {
	return []definition{
		{id: assistedID, title: "Assisted persons by year of first help", row: assistedYear, free: true, note: "The year of assistance, not of exploitation."},
		{id: "T3", title: "Sex, adults and children by year", row: yearOf, col: groupOf, note: "Who is in doubt about being under 18 counts as a child."},
		{id: "T4", title: "Age by year", row: ageBand, col: yearOf, note: "Age when the office first knew of the person."},
		{id: "T5", title: "Nationality by year", row: func(f *person) string { return known(f.Nationality) }, col: yearOf},
		{id: "T6", title: "Country of exploitation by year", row: destination, col: yearOf},
		{id: flowsID, title: "Origin and destination", row: flow, free: true, note: "Origin is the country of residence before. Flows of few people and those within a country stand in the rest of their destination."},
		{id: "T8", title: "International and internal", row: yearOf, col: crossing, note: "By country of residence before and country of exploitation."},
		{id: "T9", title: "Type of exploitation by sex, adults and children", row: form, col: groupOf, note: "Each person once: several types other than labour with sexual are one row. The lists that types rest on are the questionnaire's."},
		{id: "T10", title: "Sector of labour", row: sector, note: "ISIC section; fishing (A03) is a line of its own. Of people whose only type is labour."},
		{id: "T15-education", title: "Education by sex, adults and children", row: func(f *person) string { return known(f.Education) }, col: groupOf},
		{id: "T15-economy", title: "Economic situation by sex, adults and children", row: func(f *person) string { return known(f.Economy) }, col: groupOf},
		{id: "T15-marital", title: "Marital status by sex, adults and children", row: func(f *person) string { return known(f.Marital) }, col: groupOf},
		{id: "T15-children", title: "Number of children by sex, adults and children", row: func(f *person) string { return known(f.Children) }, col: groupOf},
		{id: "T18", title: "Screening by language", row: func(f *person) string { return known(string(f.Lang)) }, col: finding, all: true, note: funnelNote},
		{id: "T18-site", title: "Screening by place number", row: site, col: finding, all: true, note: funnelNote},
		{id: "T18-month", title: "Screening by month of the year", row: monthOf, col: finding, all: true, note: funnelNote},
	}
}

const funnelNote = "Languages and places differ in whom they screen; the table ranks neither."

// meansID begins the names of the tables in which a person may stand in several rows.
const meansID = "T11"

// meansBy are the attributes by which people of each means are told apart. Other tables have the same columns, so that
// their totals agree.
var meansBy = []struct {
	id, title string
	of        func(*person) string
}{
	{meansID + "-sex", "Means of control by sex, adults and children", groupOf},
	{meansID + "-type", "Means of control by type of exploitation", form},
}

// assistedID is the one table that has a running total.
const assistedID = "T1"

// flowsID is the one table whose rows are parts of the rows of another (T6).
const flowsID = "T7"

func known(code string) string {
	if code == "" {
		return Unknown
	}
	return code
}

func yearOf(f *person) string { return f.year }

// monthOf is the month of the year, of all years together: a month of one year would be a part of that year's totals in
// other tables, and could be computed from the months around it.
func monthOf(f *person) string { return f.yearOn(f.Opened).month }

func assistedYear(f *person) string {
	if f.Assisted == 0 {
		return "none noted"
	}
	return f.yearName(f.Assisted)
}

func groupOf(f *person) string { return f.group }

func sexGroup(f casework.Facts) string {
	switch {
	case f.Sex == "f" && f.Child:
		return "girls"
	case f.Sex == "m" && f.Child:
		return "boys"
	case f.Sex == "f":
		return "women"
	case f.Sex == "m":
		return "men"
	case f.Sex == "":
		return Unknown
	}
	return "other"
}

func ageBand(f *person) string {
	switch {
	case f.Age <= 0:
		return Unknown
	case f.Age < 12:
		return "00-11"
	case f.Age < 18:
		return "12-17"
	case f.Age < 25:
		return "18-24"
	case f.Age < 35:
		return "25-34"
	case f.Age < 45:
		return "35-44"
	case f.Age < 60:
		return "45-59"
	}
	return "60+"
}

func destination(f *person) string { return known(f.Exploited) }

// flow is a destination and where people came from; Elsewhere is the origin of whoever is told apart no further.
func flow(f *person) string {
	if f.Origin == "" || f.Origin == f.Exploited {
		return destination(f) + Elsewhere
	}
	return f.flow(f.Exploited, f.Origin)
}

// What stands between a destination and an origin in the name of a flow, and after a destination for all the rest.
const (
	Origin    = " from "
	Elsewhere = ": the rest, within the country, or unknown"
)

func crossing(f *person) string {
	switch {
	case f.Origin == "" || f.Exploited == "":
		return Unknown
	case f.Origin == f.Exploited:
		return "internal"
	}
	return "international"
}

func form(f *person) string {
	switch {
	case len(f.Forms) == 0:
		return Unknown
	case len(f.Forms) == 1:
		return f.Forms[0]
	case len(f.Forms) == 2 && slices.Contains(f.Forms, "labour") && slices.Contains(f.Forms, "sexual"):
		return "labour and sexual"
	}
	return "several"
}

func sector(f *person) string {
	if form(f) != "labour" {
		return "not labour alone"
	}
	return known(f.Sector)
}

func finding(f *person) string {
	switch {
	case f.Finding != casework.FindingOpen:
		return string(f.Finding)
	case f.Declined:
		return "ended by the person"
	}
	return "none yet"
}

func site(f *person) string {
	if f.Site == 0 {
		return Unknown
	}
	return "place " + strconv.Itoa(f.Site)
}
