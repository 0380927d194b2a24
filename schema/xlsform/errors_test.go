package xlsform

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
)

// TestErrors gives every kind of mistake with the place at which it has to be reported.
func TestErrors(t *testing.T) {
	for name, c := range map[string]struct{ survey, choices, want string }{
		"no type":             {"type|name|label\n|a|A\ntext|b|B", "", "missing_type survey 2 type"},
		"unknown type":        {"type|name|label\ntxet|a|A", "", "unknown_type survey 2 type"},
		"vendor type":         {"type|name|label\ndb:person|a|A\nselect_one_with_other yn|b|B\ntext|c|C", "", "unknown_type survey 2 type\nunknown_type survey 3 type"},
		"no name":             {"type|name|label\ntext||A", "", "missing_name survey 2 name"},
		"bad name":            {"type|name|label\ntext|1a|A", "", "invalid_name survey 2 name"},
		"reserved name":       {"type|name|label\ntext|meta|A", "", "reserved_name survey 2 name"},
		"duplicate name":      {"type|name|label\ntext|a|A\ntext|a|B", "", "duplicate_name survey 3 name"},
		"duplicate repeat":    {"type|name|label\nbegin_group|g|G\nbegin_repeat|r|R\ntext|a|A\nend_repeat\nend_group\nbegin_repeat|r|R\ntext|b|B\nend_repeat", "", "duplicate_name survey 7 name"},
		"no end":              {"type|name|label\nbegin_group|g|G\ntext|a|A", "", "unmatched_group survey 2 type"},
		"no begin":            {"type|name|label\ntext|a|A\nend_repeat||", "", "unmatched_group survey 3 type"},
		"crossed":             {"type|name|label\nbegin_group|g|G\ntext|a|A\nend_repeat", "", "unmatched_group survey 4 type"},
		"no label":            {"type|name|label\ntext|a|", "", "missing_label survey 2 label"},
		"no list":             {"type|name|label\nselect_one|a|A", yesNo, "unknown_list survey 2 type"},
		"unknown list":        {"type|name|label\nselect_one ny|a|A", yesNo, "unknown_list survey 2 type"},
		"no choice name":      {"type|name|label\nselect_one yn|a|A", yesNo + "\nyn||Perhaps", "missing_choice_name choices 4 name"},
		"duplicate choice":    {"type|name|label\nselect_one yn|a|A", yesNo + "\nyn|no|Never", "duplicate_choice choices 4 name"},
		"spaced choice":       {"type|name|label\nselect_multiple yn|a|A", yesNo + "\nyn|not now|Not now", "invalid_choice_name choices 4 name"},
		"no calculation":      {"type|name|label\ncalculate|a|", "", "missing_calculation survey 2 calculation"},
		"parameter":           {"type|name|label|parameters\nrange|a|A|start=1 finish=3", "", "bad_parameters survey 2 parameters"},
		"no pair":             {"type|name|label|parameters\nrange|a|A|5", "", "bad_parameters survey 2 parameters"},
		"step of nothing":     {"type|name|label|parameters\nrange|a|A|step=0", "", "bad_parameters survey 2 parameters"},
		"column twice":        {"type|name|label|remark|remark\ntext|a|A", "", "duplicate_column survey 1 remark"},
		"same column twice":   {"type|name|label|relevant|relevance\ntext|a|A", "", "duplicate_column survey 1 relevance"},
		"unknown reference":   {"type|name|label|relevant\ntext|a|A\ntext|b|B|${aa} = 1", "", "unknown_reference survey 3 relevant"},
		"reference in label":  {"type|name|label\ntext|a|A ${b}", "", "unknown_reference survey 2 label"},
		"trigger":             {"type|name|label|trigger|calculation\ntext|a|A|${b}|1", "", "unknown_reference survey 2 trigger"},
		"expression":          {"type|name|label|calculation\ncalculate|a||1 + )", "", "bad_expression survey 2 calculation"},
		"another language":    {"type|name|label|relevant\ntext|a|A\ntext|b|B|${a} == 1", "", "bad_expression survey 3 relevant"},
		"remark of its own":   {"type|name|label|note\ntext|a|A|see ${b}", "", "unknown_reference survey 2 note"},
		"trigger nobody sees": {"type|name|label|trigger|calculation\ncalculate|a|||1\ntext|b|B|${a}|2", "", "unknown_reference survey 3 trigger"},
		"parameter's value":   {"type|name|label|parameters\naudio|a|A|quality=best\ntext|b|B|rows=two\ngeopoint|c|C|allow-mock-accuracy=1", "", "bad_parameters survey 2 parameters\nbad_parameters survey 3 parameters\nbad_parameters survey 4 parameters"},
		"audit of places":     {"type|name|label|parameters\ntext|a|A\naudit|||location-priority=balanced", "", "bad_parameters survey 3 parameters"},
		"long step":           {"type|name|label|parameters\nrange|a|A|start=1 end=5 step=9", "", "bad_parameters survey 2 parameters"},
		"value of no file":    {"type|name|label|parameters\nselect_one yn|a|A|value=id", yesNo, "bad_parameters survey 2 parameters"},
		"nothing to save to":  {"type|name|label|save_to\ntext|a|A|height", "", "not_supported survey 2 save_to"},
		"list in a repeat":    {"type|name|label\nbegin_repeat|r|R\ncsv-external|l\ntext|a|A\nend_repeat", "", "not_supported survey 3 type"},
		"background place":    {"type|name|label\ntext|a|A\nbackground-geopoint|b", "", "unknown_reference survey 3 trigger"},
		"loop over nothing":   {"type|name|label\nbegin_loop|l|L\ntext|a|A\nend_loop", "", "unknown_list survey 2 type"},
		"loop left open":      {"type|name|label\nbegin_loop over yn|l|L\ntext|a|A\nend_group", yesNo, "unmatched_group survey 4 type"},
		"cycle":               {"type|name|label|calculation\ncalculate|a||${b}\ncalculate|b||${a}", "", "cycle survey 2"},
		"no type column":      {"kind|name|label\ntext|a|A", "", "missing_column survey 1 type\nmissing_type survey 2 type"},
		"group without name":  {"type|name|label\nbegin_group||G\ntext|a|A\nend_group", "", "missing_name survey 2 name"},
		"trigger alone":       {"type|name|label|trigger\ntext|a|A\ncalculate|c||${a}", "", "missing_calculation survey 3 calculation"},
		"seed alone":          {"type|name|label|parameters\nselect_one yn|a|A|seed=3", yesNo, "bad_parameters survey 2 parameters"},
		"table of two lists":  {"type|name|label|appearance\nbegin_group|g|G|table-list\nselect_one yn|a|A\nselect_one ny|b|B\nend_group", yesNo + "\nny|n|N", "unknown_list survey 4 type"},
		"audit":               {"type|name|label\ntext|a|A\naudit|log|", "", "invalid_name survey 3 name"},
		"or_other":            {"type|name|label|choice_filter\nselect_one yn or_other|a|A|name = 'yes'", yesNo, "not_supported survey 2 choice_filter"},
		"all at once": {
			"type|name|label|relevant\ntext|1|One\ntexx|b|B\nselect_one x|c|C\ntext|d||${nobody}", "",
			"invalid_name survey 2 name\nunknown_type survey 3 type\nunknown_list survey 4 type\nmissing_label survey 5 label\nunknown_reference survey 5 relevant",
		},
	} {
		t.Run(name, func(t *testing.T) {
			sheets := []string{"survey\n" + c.survey}
			if c.choices != "" {
				sheets = append(sheets, c.choices)
			}
			im := Read(book(t, sheets...), Options{})
			if got := brief(im.Errors); got != c.want {
				t.Errorf("got errors\n%s\nwant\n%s\n%v", got, c.want, im.Err())
			}
			if im.Questionnaire != nil || im.Form != nil {
				t.Error("a workbook with errors was imported")
			}
		})
	}
}

// TestHints checks that a mistake comes with what was probably meant.
func TestHints(t *testing.T) {
	im := Read(book(t, "survey\ntype|name|label|relevant\ntext|name|N\nselect_one yesno|b|B|${nmae} == 1\ntexte|c|C", yesNo), Options{})
	text := im.Err().Error()
	for _, want := range []string{"did you mean =?", "did you mean text?"} {
		if !strings.Contains(text, want) {
			t.Errorf("got %s, want %q in it", text, want)
		}
	}
}

func TestFilesThatAreNoWorkbook(t *testing.T) {
	packed := func(names ...string) []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, n := range names {
			w, err := z.Create(n)
			must(t, err)
			_, err = w.Write([]byte("a,b\n"))
			must(t, err)
		}
		must(t, z.Close())
		return b.Bytes()
	}
	good := book(t, "survey\ntype|name|label\ntext|a|A")
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"xls":         {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"), CodeXLS},
		"csv":         {[]byte("type,name,label\ntext,a,A\n"), CodeCSV},
		"csv archive": {packed("survey.csv", "choices.csv"), CodeCSV},
		"zip":         {packed("letter.txt"), CodeBroken},
		"cut":         {good[:len(good)/2], CodeBroken},
		"empty":       {nil, CodeBroken},
		"noise":       {bytes.Repeat([]byte{0, 255}, 99), CodeBroken},
		"no survey":   {book(t, "questions\ntype|name|label\ntext|a|A"), CodeNoSurvey},
		"blank":       {book(t, "survey\n|"), CodeNoSurvey},
	} {
		t.Run(name, func(t *testing.T) {
			im := Read(c.file, Options{})
			if len(im.Errors) != 1 || im.Errors[0].Code != c.want {
				t.Fatalf("got %v, want one %s", im.Errors, c.want)
			}
			if c.want != CodeNoSurvey && im.Errors[0].Hint == "" {
				t.Error("no word on what to do")
			}
		})
	}
}

// TestBomb builds a workbook whose sheet claims to unpack to more than the bound.
func TestBomb(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("xl/workbook.xml")
	must(t, err)
	block := bytes.Repeat([]byte{' '}, 1<<20)
	for range maxUnpacked>>20 + 1 {
		_, err = w.Write(block)
		must(t, err)
	}
	must(t, z.Close())
	im := Read(b.Bytes(), Options{})
	if len(im.Errors) != 1 || im.Errors[0].Code != CodeTooLarge {
		t.Errorf("got %v, want one %s for a file of %d bytes", im.Errors, CodeTooLarge, b.Len())
	}
}
