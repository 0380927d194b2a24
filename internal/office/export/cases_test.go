package export

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"

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
