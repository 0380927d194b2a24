package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"leeward/schema/codes"
	"leeward/schema/instrument/cases"
)

var update = flag.Bool("update", false, "write testdata/cases.json anew; then read what changed")

// The HTCDS record of every worked case, as it was read and found right.
func TestRecordsOfTheWorkedCases(t *testing.T) {
	var records []Record
	for _, c := range cases.All() {
		r := HTCDS(c.ID, c.State(), Options{})
		valid(t, r)
		records = append(records, r)
	}
	var b bytes.Buffer
	if err := WriteJSON(&b, records); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("testdata/cases.json", b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), want) {
		t.Error("a record differs from testdata/cases.json: run with -update and read the difference")
	}
	var back struct{ Records []map[string]any }
	if err := json.Unmarshal(want, &back); err != nil || len(back.Records) != len(cases.All()) {
		t.Errorf("%d records, %v", len(back.Records), err)
	}
}

// What stands in the files, and not only what was to be written, is HTCDS 2.0: every field, every code and every kind of
// value of every worked case, in JSON and in CSV, and the two say the same.
func TestFilesOfTheWorkedCasesAreHTCDS(t *testing.T) {
	var records []Record
	for _, c := range cases.All() {
		records = append(records, HTCDS(c.ID, c.State(), Options{}))
	}
	var asJSON, person, events, plans bytes.Buffer
	for _, err := range []error{WriteJSON(&asJSON, records), WriteCSV(&person, records), WriteEventsCSV(&events, records), WritePlansCSV(&plans, records)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	fromJSON, fromCSV := readJSON(t, asJSON.Bytes()), readCSV(t, person.Bytes(), events.Bytes(), plans.Bytes())
	coded := 0
	for _, want := range records {
		for name, got := range map[string]Record{"JSON": fromJSON[want.Code], "CSV": fromCSV[want.Code]} {
			valid(t, got)
			if !maps.EqualFunc(got.Fields, want.Fields, slices.Equal) || !slices.Equal(got.Events, want.Events) || !slices.Equal(got.Plans, want.Plans) {
				t.Errorf("%s: the %s holds another record", want.Code, name)
			}
			coded += len(got.Fields)
		}
	}
	if len(fromJSON) != len(records) || len(fromCSV) != len(records) || coded < 20*len(records) {
		t.Errorf("%d and %d records with %d fields", len(fromJSON), len(fromCSV), coded)
	}
}

// readJSON reads records as somebody else's program would, by what the standard says of each field.
func readJSON(t *testing.T, b []byte) map[string]Record {
	t.Helper()
	var file struct {
		Standard, Attribution string
		Records               []map[string]any
	}
	if err := json.Unmarshal(b, &file); err != nil || file.Standard != "HTCDS 2.0" || file.Attribution != codes.HTCDSAttribution {
		t.Fatalf("the file does not say what it is: %v", err)
	}
	out := map[string]Record{}
	for _, one := range file.Records {
		r := Record{Fields: map[string][]string{}}
		for name, value := range one {
			f, standard := codes.HTCDSField(name)
			switch v := value.(type) {
			case bool:
				r.Fields[name] = []string{map[bool]string{true: "true", false: "false"}[v]}
			case string:
				if r.Fields[name] = []string{v}; standard && f.Many() {
					t.Errorf("%s is one value and the standard has many", name)
				}
			case []any:
				for _, x := range v {
					switch x := x.(type) {
					case string:
						r.Fields[name] = append(r.Fields[name], x)
					case map[string]any:
						r.row(func(column string) string { s, _ := x[column].(string); return s })
					}
				}
			}
		}
		r.Code = r.Fields["x_Code"][0]
		delete(r.Fields, "x_Code")
		out[r.Code] = r
	}
	return out
}

// row adds an event or a plan.
func (r *Record) row(cell func(column string) string) {
	if kind := cell("spl_Type"); kind != "" {
		r.Plans = append(r.Plans, kind)
		return
	}
	r.Events = append(r.Events, Event{Type: cell("hte_Type"), Country: cell("hte_Country"), Date: cell("hte_Date")})
}

func readCSV(t *testing.T, person, events, plans []byte) map[string]Record {
	t.Helper()
	out := map[string]Record{}
	each := func(b []byte, do func(cell func(column string) string)) {
		rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			do(func(column string) string {
				at := slices.Index(rows[0], column)
				if at < 0 {
					return ""
				}
				return row[at]
			})
		}
	}
	each(person, func(cell func(string) string) {
		r := Record{Code: cell("x_Code"), Fields: map[string][]string{}}
		for _, column := range Columns() {
			if value := cell(column); value != "" && !slices.Contains([]string{"x_Code", "x_Missing", "x_Rough"}, column) {
				r.Fields[column] = strings.Split(value, ";")
			}
		}
		out[r.Code] = r
	})
	for _, b := range [][]byte{events, plans} {
		each(b, func(cell func(string) string) {
			r := out[cell("x_Code")]
			r.row(cell)
			out[r.Code] = r
		})
	}
	return out
}
