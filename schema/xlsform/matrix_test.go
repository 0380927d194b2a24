package xlsform

import (
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"leeward/schema"
)

var update = flag.Bool("update", false, "write docs/xlsform.md anew")

// TestMatrix keeps the page on XLSForm as the importer really is.
func TestMatrix(t *testing.T) {
	const page = "../../docs/xlsform.md"
	if *update {
		must(t, os.WriteFile(page, []byte(Matrix()), 0o644))
	}
	b, err := os.ReadFile(page)
	must(t, err)
	if string(b) != Matrix() {
		t.Errorf("%s is not what the importer does; run go test ./schema/xlsform -run TestMatrix -update", page)
	}
}

// TestMatrixHolds tries every type of the page: those supported are imported as what it says, the others
// are refused.
func TestMatrixHolds(t *testing.T) {
	for name, kind := range kinds {
		p, called := schema.Path("/data/a"), "a"
		if kind == schema.Audit {
			p, called = "/data/meta/audit", ""
		}
		logic := "1|"
		if name == "background-geopoint" {
			logic = "|${first}"
		}
		im := Read(book(t, "survey\ntype|name|label|calculation|trigger\ntext|first|First\n"+name+"|"+called+"|A|"+logic), Options{})
		if err := im.Err(); err != nil {
			t.Errorf("type %s: %v", name, err)
		} else if got := item(t, im, p).Kind; got != kind {
			t.Errorf("type %s: got %s, want %s", name, got, kind)
		}
	}
	for _, name := range []string{"select_one yn", "select multiple yn", "select all that apply from yn", "add select one prompt using yn", "select1 yn", "rank yn", "select_one yn or specify other"} {
		if err := Read(book(t, "survey\ntype|name|label\n"+name+"|a|A", yesNo), Options{}).Err(); err != nil {
			t.Errorf("type %s: %v", name, err)
		}
	}
	for _, name := range refusedTypes {
		im := Read(book(t, "survey\ntype|name|label\ntext|first|First\n"+name+" x|a|A"), Options{})
		if len(im.Errors) == 0 || im.Errors[0].Code != CodeUnknownType || !strings.Contains(im.Errors[0].Message, strings.SplitN(name, " ", 2)[0]) {
			t.Errorf("type %s: got %v, want %s", name, im.Errors, CodeUnknownType)
		}
	}
}

// TestDifferences tries each line of what the page says on pyxform.
func TestDifferences(t *testing.T) {
	for _, d := range differences {
		im := Read(book(t, "survey\n"+d.survey), Options{})
		if refused := len(im.Errors) > 0; refused != d.refused {
			t.Errorf("%s: refused is %t, want %t (%v)", d.what, refused, d.refused, im.Err())
		}
		if strings.Contains(d.what, "with a warning") && len(im.Warnings) == 0 {
			t.Errorf("%s: there is no warning", d.what)
		}
	}
}

// TestCodesAreListed wants every code of problem.go on the page, once.
func TestCodesAreListed(t *testing.T) {
	source, err := os.ReadFile("problem.go")
	must(t, err)
	for _, m := range regexp.MustCompile(`(Code|Warn)\w+ += "(\w+)"`).FindAllStringSubmatch(string(source), -1) {
		list := errorCodes
		if m[1] == "Warn" {
			list = warningCodes
		}
		if n := len(slices.DeleteFunc(slices.Clone(list), func(c code) bool { return c.code != m[2] })); n != 1 {
			t.Errorf("the code %s is listed %d times, want once", m[2], n)
		}
	}
}
