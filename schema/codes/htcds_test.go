package codes

import "testing"

func TestHTCDS(t *testing.T) {
	fields, codes, core := HTCDSFields(), 0, 0
	for _, f := range fields {
		codes += len(HTCDSCodes(f.Name))
		if f.Core {
			core++
		}
		if f.Name == "" || f.Section == "" || f.Status != "DRAFT" && f.Status != "DEPRECATED" {
			t.Errorf("a field without name, section or status: %+v", f)
		}
	}
	if len(fields) != 84 || codes != 182 || core != 40 {
		t.Errorf("%d fields, %d codes, %d core; want 84, 182, 40", len(fields), codes, core)
	}
	if _, ok := HTCDSCode("vic_RelationshipToTrafficker", "Unaquainted"); !ok {
		t.Error("the standard's own misspelling was mended")
	}
	if f, ok := HTCDSField("vic_Methods_of_Control"); !ok || f.Name != "vic_MethodsOfControl" || !f.Many() {
		t.Errorf("the XForm's name leads to %+v", f)
	}
	if f, ok := HTCDSField("vic_ForcedLabourIndustry"); !ok || f.Many() {
		t.Errorf("the industry is a single pick: %+v", f)
	}
	if _, ok := HTCDSField("vic_None"); ok {
		t.Error("an unknown field was found")
	}
	if _, ok := HTCDSCode("prs_Gender", "Familial"); ok {
		t.Error("a code of another field was found")
	}
}

func TestISICAndISCED(t *testing.T) {
	if s := ISIC(); len(s) != 21 || s[0].Number != "A" || s[20].Number != "U" || s[5].Code != "F_Construction" {
		t.Errorf("ISIC: %d sections, %+v", len(s), s)
	}
	if s := ISCED(); len(s) != 9 || s[1].Number != "1" || s[1].Code != "PrimaryEducation" || s[8].Code != "DoctoralOrEquivalentLevel" {
		t.Errorf("ISCED: %d levels", len(s))
	}
}
