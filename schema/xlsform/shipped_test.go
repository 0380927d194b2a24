package xlsform_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/xuri/excelize/v2"

	"leeward/schema/instrument"
	"leeward/schema/xlsform"
)

// The interview that ships goes into a workbook and comes back with every question,
// rule and word; what XLSForm has no column for goes along in ours, for people to read.
func TestTheShippedInterviewAsAWorkbook(t *testing.T) {
	b, err := xlsform.Write(instrument.Screening())
	if err != nil {
		t.Fatal(err)
	}
	im := xlsform.Read(b, xlsform.Options{Name: "screening"})
	for i, p := range im.Errors {
		if i < 10 {
			t.Errorf("%s", p)
		}
	}
	if im.Form == nil {
		t.Fatal("no form came back")
	}
	before, after := instrument.Form().Paths(), im.Form.Paths()
	if len(before) != len(after) {
		t.Errorf("%d items came back of %d", len(after), len(before))
	}
	for _, p := range before {
		was, _ := instrument.Form().Item(p)
		is, ok := im.Form.Item(p)
		if !ok {
			t.Errorf("%s is gone", p)
			continue
		}
		for name, pair := range map[string][2]string{
			"relevant": {was.Relevant, is.Relevant}, "constraint": {was.Constraint, is.Constraint}, "calculation": {was.Calculation, is.Calculation},
			"kind": {string(was.Kind), string(is.Kind)}, "required": {was.Required, is.Required},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s %s: %q came back as %q", p, name, pair[0], pair[1])
			}
		}
		for _, l := range instrument.Screening().Languages {
			if was.Text[l.Tag].Text != is.Text[l.Tag].Text || was.Guidance[l.Tag].Text != is.Guidance[l.Tag].Text {
				t.Errorf("%s reads otherwise in %s", p, l.Tag)
			}
		}
	}
}

// Forms for women and men have no column in XLSForm; they stand in ours and are not lost on the way out.
func TestFormsForWomenAndMenInAWorkbook(t *testing.T) {
	b, err := xlsform.Write(instrument.Screening())
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("survey")
	if err != nil {
		t.Fatal(err)
	}
	written := map[string]string{} // by name and column
	for _, row := range rows[1:] {
		for i, cell := range row {
			if i > 1 {
				written[row[1]+" "+rows[0][i]] = cell
			}
		}
	}
	n := 0
	for _, p := range instrument.Form().Paths() {
		it, _ := instrument.Form().Item(p)
		for _, l := range instrument.Screening().Languages {
			for form, want := range it.Text[l.Tag].Forms {
				n++
				at := fmt.Sprintf("%s leeward_label_%s::%s (%s)", it.Name, form, l.Name, l.Tag)
				if written[at] != want {
					t.Errorf("%s: %q, want %q", at, written[at], want)
				}
			}
		}
	}
	if n == 0 {
		t.Error("no question has a form of its own, so nothing was shown")
	}
}
