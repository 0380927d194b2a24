package export

import (
	"bytes"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"leeward/internal/office/casework"
	"leeward/schema/codes"
)

// ctdcColumns are the variables of the Global Synthetic Dataset of the Counter-Trafficking Data Collaborative (codebook
// version 2, February 2024), one person a row, in the order of the codebook.
var ctdcColumns = []string{
	"yearOfRegistration", "gender", "ageBroad", "citizenship", "CountryOfExploitation", "traffickMonths",
	"meansDebtBondageEarnings", "meansThreats", "meansAbusePsyPhySex", "meansFalsePromises", "meansDrugsAlcohol", "meansDenyBasicNeeds",
	"meansExcessiveWorkHours", "meansWithholdDocs", "isForcedLabour", "isSexualExploit", "isOtherExploit",
	"typeOfLabourAgriculture", "typeOfLabourConstruction", "typeOfLabourDomesticWork", "typeOfLabourHospitality",
	"typeOfSexProstitution", "typeOfSexPornography",
	"recruiterRelationIntimatePartner", "recruiterRelationFriend", "recruiterRelationFamily", "recruiterRelationOther",
}

// ctdcMarks are the columns that are 1 or empty, never 0, and which facts make them 1.
var ctdcMarks = map[string]func(f *casework.Facts) bool{
	"meansDebtBondageEarnings":         used("debt", "pay_withheld"),
	"meansThreats":                     used("threats", "threat_law", "threat_family", "children"),
	"meansAbusePsyPhySex":              used("psychological", "physical", "sexual"),
	"meansFalsePromises":               used("false_promises"),
	"meansDrugsAlcohol":                used("substances"),
	"meansDenyBasicNeeds":              used("movement", "no_medical_care", "no_necessities"),
	"meansExcessiveWorkHours":          used("excessive_hours"),
	"meansWithholdDocs":                used("papers"),
	"isForcedLabour":                   hasForm("labour", "begging", "servitude"),
	"isSexualExploit":                  hasForm("sexual"),
	"isOtherExploit":                   hasForm("marriage", "forced_crime", "other"),
	"typeOfLabourAgriculture":          inSector("A"),
	"typeOfLabourConstruction":         inSector("F"),
	"typeOfLabourDomesticWork":         inSector("T"),
	"typeOfLabourHospitality":          inSector("I"),
	"recruiterRelationIntimatePartner": recruitedBy("partner"),
	"recruiterRelationFriend":          recruitedBy("friend"),
	"recruiterRelationFamily":          recruitedBy("family"),
	"recruiterRelationOther":           recruitedBy("agency", "employer"),
}

func used(means ...string) func(*casework.Facts) bool {
	return func(f *casework.Facts) bool {
		return slices.ContainsFunc(f.Means, func(m string) bool { return slices.Contains(means, m) })
	}
}

func hasForm(forms ...string) func(*casework.Facts) bool {
	return func(f *casework.Facts) bool {
		return slices.ContainsFunc(f.Forms, func(one string) bool { return slices.Contains(forms, one) })
	}
}

func inSector(section string) func(*casework.Facts) bool {
	return func(f *casework.Facts) bool { return f.Sector == section }
}

func recruitedBy(who ...string) func(*casework.Facts) bool {
	return func(f *casework.Facts) bool { return slices.Contains(who, f.Recruited) }
}

// ctdcAges are the age bands, by the first year after each.
var ctdcAges = []ageBand{{9, "0--8"}, {18, "9--17"}, {21, "18--20"}, {24, "21--23"}, {27, "24--26"}, {30, "27--29"}, {39, "30--38"}, {48, "39--47"}, {1 << 30, "48+"}}

type ageBand struct {
	below int
	band  string
}

// ctdcRow is one person; nothing in it is finer than the codebook's classes. What is not known is empty.
func ctdcRow(f *casework.Facts) []string {
	row := make([]string, len(ctdcColumns))
	for i, name := range ctdcColumns {
		switch mark := ctdcMarks[name]; {
		case mark != nil:
			if mark(f) {
				row[i] = "1"
			}
		case name == "yearOfRegistration":
			row[i] = strconv.Itoa(time.Unix(f.Opened*24*60*60, 0).UTC().Year())
		case name == "gender":
			row[i] = map[string]string{"f": "Woman", "m": "Man", "x": "Trans/Transgender/NonConforming"}[f.Sex]
		case name == "ageBroad" && f.Age > 0:
			row[i] = ctdcAges[slices.IndexFunc(ctdcAges, func(a ageBand) bool { return f.Age < a.below })].band
		case name == "citizenship":
			row[i] = alpha3(f.Nationality)
		case name == "CountryOfExploitation":
			row[i] = alpha3(f.Exploited)
		}
	}
	return row
}

func alpha3(country string) string {
	c, _ := codes.CountryByCode(country)
	return c.Alpha3
}

// ctdcPeople counts people by their row: those who are equal stand together, whoever came first.
type ctdcPeople map[string]int

func (p ctdcPeople) add(f *casework.Facts) { p[strings.Join(ctdcRow(f), ",")]++ }

// file is the people as CSV. Every cell is a word of the codebook, so none is quoted and none acts as a formula.
func (p ctdcPeople) file() file {
	var b bytes.Buffer
	b.WriteString(strings.Join(ctdcColumns, ",") + "\n")
	for _, line := range slices.Sorted(maps.Keys(p)) {
		for range p[line] {
			b.WriteString(line + "\n")
		}
	}
	return file{"ctdc.csv", b.Bytes()}
}
