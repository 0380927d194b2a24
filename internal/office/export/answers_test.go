package export

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"leeward/schema"
	"leeward/schema/instrument"
	"leeward/schema/instrument/synthetic"
)

// odd is a questionnaire with everything that a table has to get right, and texts that programs could run.
const odd = `{"format": "leeward/questionnaire/1", "id": "odd", "version": "1", "source": "en", "title": {"en": {"text": "Odd"}},
	"languages": [{"tag": "en", "name": "English"}, {"tag": "fr", "name": "Français"}],
	"choices": [{"name": "l", "choices": [
		{"name": "yes", "label": {"en": {"text": "=1+1 \"yes\" ` + "`macro'" + ` $S"}, "fr": {"text": "Oui"}}}, {"name": "no", "label": {"en": {"text": "No"}}},
		{"name": "a-b", "label": {"en": {"text": "A dash"}}}, {"name": "a_b", "label": {"en": {"text": "A line"}}}]}],
	"items": [
		{"name": "one", "kind": "select_one", "list": "l", "text": {"en": {"text": "Which one?"}, "fr": {"text": "Lequel ?"}}},
		{"name": "many", "kind": "select_multiple", "list": "l", "text": {"en": {"text": "Which?"}}},
		{"name": "order", "kind": "rank", "list": "l", "text": {"en": {"text": "In which order?"}}},
		{"name": "when", "kind": "date", "text": {"en": {"text": "When?"}}},
		{"name": "pay", "kind": "decimal", "text": {"en": {"text": "How much?"}}},
		{"name": "said", "kind": "text", "text": {"en": {"text": "What?"}}},
		{"name": "both", "kind": "calculate", "calculation": "concat(${said}, ' ')"},
		{"name": "twice", "kind": "calculate", "stored": "integer", "calculation": "${pay} * 2"},
		{"name": "jobs", "kind": "repeat", "text": {"en": {"text": "Jobs"}}, "items": [
			{"name": "hours", "kind": "integer", "text": {"en": {"text": "Hours?"}}},
			{"name": "weeks", "kind": "repeat", "text": {"en": {"text": "Weeks"}}, "items": [{"name": "days", "kind": "integer", "text": {"en": {"text": "Days?"}}}]}]}]}`

func oddForm(t *testing.T) *schema.Form {
	t.Helper()
	q, err := schema.Parse([]byte(odd))
	if err != nil {
		t.Fatal(err)
	}
	f, err := schema.Compile(q)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func table(t *testing.T, body []byte) (rows []map[string]string) {
	t.Helper()
	all, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = line[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// Every kind of question, missing reasons, and instances of repeats within repeats.
func TestAnswersAsTables(t *testing.T) {
	f := oddForm(t)
	a := NewAnswers(f, "fr")
	a.Add(f.Evaluate(schema.Answers{
		"/data/one": {Value: "no"}, "/data/many": {Value: "a_b yes"}, "/data/order": {Value: "no a-b yes a_b"}, "/data/when": {Value: "2024-05-17"},
		"/data/pay": {Value: "12.5"}, "/data/said": {Value: marker}, "/data/jobs": {Value: "2"}, "/data/jobs[1]/hours": {Value: "9"},
		"/data/jobs[2]/hours": {Missing: schema.Declined}, "/data/jobs[2]/weeks": {Value: "2"}, "/data/jobs[2]/weeks[1]/days": {Value: "6"}, "/data/jobs[2]/weeks[2]/days": {Value: "7"},
	}, env))
	a.Add(f.Evaluate(schema.Answers{"/data/one": {Missing: schema.DoesNotKnow}, "/data/many": {Missing: schema.NotAsked}, "/data/when": {Missing: schema.NotApplicable}}, env))
	a.shuffled([]int{1, 0})

	sheets := map[string][]map[string]string{}
	for _, s := range a.sheets {
		sheets[s.name] = table(t, s.csv())
	}
	people := sheets["answers"]
	if len(people) != 2 || people[0]["person"] != "1" || people[0]["one"] != "-9992" || people[1]["one"] != "2" {
		t.Fatalf("people: got %v, want two in the drawn order", people)
	}
	for name, want := range map[string]string{
		"many_yes": "1", "many_no": "0", "many_a_b": "0", "many_a_b_2": "1", "order_no": "1", "order_a_b": "2", "order_yes": "3", "when_year": "2024", "pay": "12.5", "twice": "25",
	} {
		if got, there := people[1][name]; got != want || !there {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if people[0]["many_yes"] != "-9993" || people[0]["when_year"] != "-9994" || people[0]["pay"] != "" {
		t.Errorf("missing: got %v, want reasons, and nothing where nothing was said", people[0])
	}
	for _, out := range []string{"said", "both"} {
		if _, there := people[0][out]; there {
			t.Errorf("%s is a column: it can hold text", out)
		}
	}
	jobs, weeks := sheets["jobs"], sheets["weeks"]
	if len(jobs) != 2 || jobs[0]["person"] != "2" || jobs[0]["hours"] != "9" || jobs[1]["place"] != "2" || jobs[1]["hours"] != "-9991" {
		t.Errorf("jobs: got %v", jobs)
	}
	if len(weeks) != 2 || weeks[1]["place"] != "2_2" || weeks[1]["days"] != "7" {
		t.Errorf("weeks: got %v", weeks)
	}
}

// Labels come in the language that was asked for, and none of them is a formula, a macro or the end of a text.
func TestLabelsRunNothing(t *testing.T) {
	f := oddForm(t)
	files, err := NewAnswers(f, "en").files()
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]string{}
	for _, one := range files {
		by[one.name] = string(one.body)
	}
	if !strings.Contains(by["values.csv"], `"'=1+1 ""yes"`) {
		t.Errorf("a label begins as a formula:\n%s", by["values.csv"])
	}
	if want := "label define one 1 `\"=1+1 ’yes’ ’macro’ S\"', add"; !strings.Contains(by["read.do"], want) {
		t.Errorf("want %s in\n%s", want, by["read.do"])
	}
	if want := `"=1+1 \"yes\" ` + "`macro'" + ` $S" = 1`; !strings.Contains(by["read.R"], want) {
		t.Errorf("want %s in\n%s", want, by["read.R"])
	}
	if a := NewAnswers(f, "fr"); a.sheets[0].columns[0].label != "Lequel ?" || a.sheets[0].columns[0].codes[0].label != "Oui" || a.sheets[0].columns[0].codes[1].label != "No" {
		t.Error("labels are not French where they can be, and in the first language where not")
	}
}

var wellNamed = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,31}$`)

// Forty invented people of the screening interview: names that R and Stata take, numbers only, nothing that was typed;
// and the workbook holds what the tables do.
func TestInventedPeopleAsTables(t *testing.T) {
	f := instrument.Form()
	a := NewAnswers(f, "en")
	for seed := range uint64(40) {
		said := f.Defaults(env)
		for _, step := range synthetic.Interview(seed, f, marker) {
			said[step.Path] = step.Answer
		}
		a.Add(f.Evaluate(said, env))
	}
	var order []int
	for i := range 40 {
		order = append(order, 39-i)
	}
	a.shuffled(order)
	seen := map[string]bool{}
	for _, s := range a.sheets {
		for _, c := range s.columns {
			if lower := strings.ToLower(c.name); !wellNamed.MatchString(c.name) || seen[lower] {
				t.Errorf("%s: no name for a variable, or there twice", c.name)
			}
			seen[strings.ToLower(c.name)] = true
		}
	}
	rows := table(t, a.sheets[0].csv())
	filled := 0
	for _, row := range rows {
		for name, cell := range row {
			if cell != "" && !plainNumber.MatchString(cell) {
				t.Errorf("%s holds something that is no number", name)
			}
			if cell != "" {
				filled++
			}
		}
	}
	if len(rows) != 40 || filled < 40*50 {
		t.Errorf("%d people with %d cells, want 40 with many", len(rows), filled)
	}
	if slices.ContainsFunc(a.sheets[0].columns, func(c column) bool { return strings.Contains(string(c.path), "d11") || c.name == "k8" }) {
		t.Error("names, or that others are held, are in the tables")
	}
	body, err := a.book()
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	lines, err := book.GetRows("answers")
	if err != nil || len(lines) != 41 {
		t.Fatalf("%d lines on the sheet (%v), want 41", len(lines), err)
	}
	for i, name := range lines[0] {
		if i < len(lines[1]) && rows[0][name] != lines[1][i] {
			t.Errorf("%s: the workbook has %q, the table %q", name, lines[1][i], rows[0][name])
		}
	}
	if names := book.GetSheetList(); !slices.Contains(names, "variables") || !slices.Contains(names, "values") {
		t.Errorf("sheets %v: the book of codes is missing", names)
	}
	if s := fmt.Sprintf("%v %+v", a, *a); strings.Contains(s, "Yes") {
		t.Error("printing answers shows them")
	}
}
