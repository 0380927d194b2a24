package xlsform

import (
	"testing"

	"leeward/schema"
)

// FuzzRead gives the reader damaged workbooks: it may refuse them, and what it imports has to survive a
// round through our JSON.
func FuzzRead(f *testing.F) {
	f.Add(book(f, "survey\ntype|name|label\ntext|a|A"))
	f.Add(book(f, "survey\ntype|name|label::English (en)|relevant\nselect_one yn|a|A\nbegin_repeat|r|R|${a} = 'yes'\ninteger|n|N\nend_repeat", yesNo, "settings\nform_id|version\nx|1"))
	f.Add([]byte("PK\x03\x04"))
	f.Add([]byte("\xd0\xcf\x11\xe0"))
	f.Add([]byte("type,name\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		im := Read(file, Options{})
		if len(im.Errors) > 0 {
			if im.Questionnaire != nil {
				t.Error("imported with errors")
			}
			return
		}
		again(t, im)
	})
}

// FuzzSurvey gives the reader sound workbooks with any text in the cells.
func FuzzSurvey(f *testing.F) {
	f.Add("text", "a", "A", "${a} = 1", "start=1", "yn")
	f.Add("select_one yn or_other", "a", "A", "selected(., 'b')", "randomize=true seed=4", "yn")
	f.Add("begin_repeat", "r", "R", "true()", "", "")
	f.Add("range", "r", "R ${r}", ". > 1", "start=1 end=2 step=0.1", "")
	f.Add("rank yn", "r", "", "", "seed=${r}", "yn")
	f.Fuzz(func(t *testing.T, kind, name, label, logic, parameters, choice string) {
		im := Read(grid2(t, [][]string{{"type", "name", "label", "relevant", "parameters"}, {kind, name, label, logic, parameters}},
			[][]string{{"list_name", "name", "label"}, {"yn", choice, choice}}), Options{})
		if len(im.Errors) == 0 {
			again(t, im)
		}
	})
}

func again(t *testing.T, im *Import) {
	t.Helper()
	b := im.Questionnaire.Canonical()
	q, err := schema.Parse(b)
	if err != nil {
		t.Skip() // names of choices with spaces are legal in a workbook only
	}
	if got := string(q.Canonical()); got != string(b) {
		t.Errorf("got\n%s\nwant\n%s", got, b)
	}
}
