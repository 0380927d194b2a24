package dashboard

import (
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/casework"
	demo "leeward/internal/office/invented"
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
