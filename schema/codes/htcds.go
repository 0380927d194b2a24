package codes

import (
	_ "embed"
	"encoding/csv"
	"slices"
	"strings"
	"sync"
)

// HTCDSAttribution is what the licence of HTCDS (CC BY 4.0) asks to be shown beside its codes.
const HTCDSAttribution = "Human Trafficking Case Data Standard (HTCDS) by IOM, version 2.0, CC BY 4.0; changed; no endorsement by IOM"

//go:embed htcds/fields.csv
var htcdsFields string

//go:embed htcds/codes.csv
var htcdsCodes string

//go:embed htcds/aliases.csv
var htcdsAliases string

// Field is one field of HTCDS 2.0.
type Field struct {
	Name    string // "vic_MethodsOfControl"
	Section string
	Type    string // Text, Long Text, Date, Number, Checkbox, Picklist, Multiselect Picklist, Lookup […], Geolocation
	Core    bool   // part of the minimum specification
	Status  string // DRAFT or DEPRECATED; the standard has no other
}

// Many reports whether a field holds several codes.
func (f Field) Many() bool { return strings.HasPrefix(f.Type, "Multiselect") }

// Code is one entry of a code list.
type Code struct {
	Code  string // as the picklist has it, misspellings included
	Label string // English
}

type htcds struct {
	fields  []Field
	codes   map[string][]Code
	aliases map[string]string
}

var standard = sync.OnceValue(func() (h htcds) {
	h.codes, h.aliases = map[string][]Code{}, map[string]string{}
	for _, r := range rows(htcdsFields) {
		h.fields = append(h.fields, Field{Name: r[0], Section: r[1], Type: r[2], Core: r[3] == "yes", Status: r[4]})
	}
	for _, r := range rows(htcdsCodes) {
		h.codes[r[0]] = append(h.codes[r[0]], Code{r[1], r[2]})
	}
	for _, r := range rows(htcdsAliases) {
		h.aliases[r[0]] = r[1]
	}
	return h
})

// rows reads a table that is compiled in, without its heading.
func rows(table string) [][]string {
	all, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	if err != nil {
		panic("codes: a table of HTCDS: " + err.Error())
	}
	return all[1:]
}

// HTCDSFields returns the fields of HTCDS 2.0 in the order of the standard.
func HTCDSFields() []Field { return slices.Clone(standard().fields) }

// HTCDSField finds a field by its name or by an alias of it.
func HTCDSField(name string) (Field, bool) {
	h := standard()
	if other, ok := h.aliases[name]; ok {
		name = other
	}
	at := slices.IndexFunc(h.fields, func(f Field) bool { return f.Name == name })
	if at < 0 {
		return Field{}, false
	}
	return h.fields[at], true
}

// HTCDSCodes returns the picklist of a field; none for fields without one.
func HTCDSCodes(field string) []Code { return slices.Clone(standard().codes[field]) }

// HTCDSCode finds a code in the picklist of a field.
func HTCDSCode(field, code string) (Code, bool) {
	list := standard().codes[field]
	at := slices.IndexFunc(list, func(c Code) bool { return c.Code == code })
	if at < 0 {
		return Code{}, false
	}
	return list[at], true
}

// Section is a section of ISIC revision 4, or a level of ISCED 2011: its number there, and HTCDS's code.
type Section struct {
	Number string // "A" to "U", or "0" to "8"
	Code   string // "A_AgricultureForestryAndFishing", "PrimaryEducation"
	Label  string
}

// ISIC returns the 21 sections of economic activity.
func ISIC() (out []Section) {
	for _, c := range HTCDSCodes("vic_ForcedLabourIndustry") {
		number, _, _ := strings.Cut(c.Code, "_")
		out = append(out, Section{Number: number, Code: c.Code, Label: c.Label})
	}
	return out
}

// ISCED returns the nine levels of education.
func ISCED() (out []Section) {
	for i, c := range HTCDSCodes("prs_HighestLevelOfEducation") {
		out = append(out, Section{Number: string(rune('0' + i)), Code: c.Code, Label: c.Label})
	}
	return out
}
