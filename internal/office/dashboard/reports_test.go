package dashboard

import (
	"math/rand/v2"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/casework"
	demo "leeward/internal/office/invented"
	"leeward/internal/office/report"
	"leeward/internal/screening"
	"leeward/schema/instrument"
)

// TestReleaseIsShownOnceAndStays: years are released, shown with table, chart and notes, and refused a second time.
func TestReleaseIsShownOnceAndStays(t *testing.T) {
	b := newBench(t)
	codes := rand.New(rand.NewPCG(1, 2))
	if err := b.records.Invent(t.Context(), 1, demo.Cases(600, 3, b.now, instrument.Form().Ref()),
		func() screening.RespondentCode { return demo.Code(codes) }, func(int) {}); err != nil {
		t.Fatal(err)
	}
	c := b.in()
	if a := b.get("/reports", c); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "Nothing was released yet") {
		t.Fatalf("empty: status %d", a.StatusCode)
	}
	years := form("from", "2020", "to", "2025")
	if a := b.post("/reports", years, c); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/reports?years=2020-2025" {
		t.Fatalf("release: status %d to %s", a.StatusCode, a.Header.Get("Location"))
	}
	page := b.get("/reports?years=2020-2025&table=T3&finding=possible", c)
	for _, want := range []string{"<svg role=\"img\"", "<desc id=", "women", "unknown", "agreed to be counted", "T18-site"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	b.now = b.now.Add(time.Minute)
	if a := b.post("/reports", form("from", "2025", "to", "2025"), c); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "release already") {
		t.Errorf("an overlap: status %d", a.StatusCode)
	}
	if a := b.post("/reports", form("from", "2026", "to", "2026"), c); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a year that goes on: status %d", a.StatusCode)
	}
	if a := b.post("/reports", form("from", "x"), c); a.StatusCode != http.StatusBadRequest {
		t.Errorf("no years: status %d", a.StatusCode)
	}
	if a := b.get("/reports?table=T2", c); a.StatusCode != http.StatusNotFound {
		t.Errorf("a table that is not made: status %d", a.StatusCode)
	}
	all, err := b.records.Releases(t.Context())
	if err != nil || len(all) != 1 || all[0].Actor != testName {
		t.Errorf("the register has %d entries (%v), want 1 by %s", len(all), err, testName)
	}
	log, err := b.records.Audit(t.Context())
	if err != nil || log[len(log)-1].Act != casework.ActReport {
		t.Errorf("the log does not end with the release (%v)", err)
	}
}

// released is a bench with invented cases and one release of their years.
func released(t *testing.T) (*bench, *http.Cookie) {
	t.Helper()
	b := newBench(t)
	codes := rand.New(rand.NewPCG(1, 2))
	if err := b.records.Invent(t.Context(), 1, demo.Cases(600, 3, b.now, instrument.Form().Ref()),
		func() screening.RespondentCode { return demo.Code(codes) }, func(int) {}); err != nil {
		t.Fatal(err)
	}
	c := b.in()
	if a := b.post("/reports", form("from", "2020", "to", "2025"), c); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("release: status %d", a.StatusCode)
	}
	return b, c
}

// TestTablesLeaveAsFiles: each kind of file, with its own type and a name that says what it is; the log says who took it.
func TestTablesLeaveAsFiles(t *testing.T) {
	b, c := released(t)
	for as, begins := range map[string]string{"csv": "\"T3 Sex", "xlsx": "T3 Sex", "pdf": "%PDF-"} {
		a := b.get("/reports/T3."+as+"?years=2020-2025&finding=possible", c)
		name := `attachment; filename="T3-2020-2025-possible.` + as + `"`
		if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != fileKinds[as] || a.Header.Get("Content-Disposition") != name {
			t.Errorf("%s: status %d, %s, %s", as, a.StatusCode, a.Header.Get("Content-Type"), a.Header.Get("Content-Disposition"))
		}
		if !strings.HasPrefix(a.body, begins) {
			t.Errorf("%s begins with %.20q, want %q", as, a.body, begins)
		}
		log, err := b.records.Audit(t.Context())
		if last := log[len(log)-1]; err != nil || last.Act != casework.ActReport || last.Object != "2020-2025 T3."+as {
			t.Errorf("%s: the log ends with %+v (%v)", as, last, err)
		}
	}
	for _, bad := range []string{"/reports/T3", "/reports/T3.doc", "/reports/T2.csv", "/reports/..%2fT3.csv", "/reports/T3.csv.pdf"} {
		if a := b.get(bad, c); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d, want not found", bad, a.StatusCode)
		}
	}
	if a := b.get("/releases", c); !strings.Contains(a.body, "2020-2025") || !strings.Contains(a.body, testName) {
		t.Error("the register does not show the years and who released them")
	}
}

// TestTablesSpeak looks for words of the program's own codes in the tables of a language with another script.
func TestTablesSpeak(t *testing.T) {
	b, _ := released(t)
	books, err := report.Released(t.Context(), b.records)
	if err != nil {
		t.Fatal(err)
	}
	arabic := b.spoken["ar"]
	foreign := regexp.MustCompile(`[a-z]{2,}|[A-Z]{4,}`)
	for _, table := range books[0].Tables {
		l := arabic.leaf(books[0], table)
		for _, line := range l.Lines {
			if table.ID == "T18" {
				line = line[1:] // names of languages, where the tables of names lack one in Arabic, are English
			}
			for _, cell := range line {
				if foreign.MatchString(cell) {
					t.Errorf("%s: the cell %q is in no language", table.ID, cell)
				}
			}
		}
		for _, text := range append(l.Notes, strings.TrimPrefix(l.Heading, table.ID)) {
			if foreign.MatchString(text) {
				t.Errorf("%s: the note %q is in no language", table.ID, text)
			}
		}
	}
}
