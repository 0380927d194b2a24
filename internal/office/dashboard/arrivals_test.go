package dashboard

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/casework"
)

// TestLostSince holds what came since a device may have been in other hands: it waits on the page of arrivals, cannot be
// read meanwhile, and its case says so.
func TestLostSince(t *testing.T) {
	b := newBench(t)
	me := b.in()
	iv, _ := b.arriveSaying("none")
	path := "/devices/" + b.device.ID.String() + "/revoke"
	if a := b.post(path, form("sure", "yes", "since", "tomorrow"), me); a.StatusCode != http.StatusBadRequest || len(b.revoked) != 0 {
		t.Errorf("since tomorrow: status %d, %d revoked", a.StatusCode, len(b.revoked))
	}
	if a := b.post(path, form("sure", "yes", "since", "2026-03-02T12:00"), me); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "still to come") {
		t.Errorf("a time to come: status %d", a.StatusCode)
	}
	if a := b.post(path, form("sure", "yes", "since", "2026-03-01T08:00"), me); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/arrivals#incidents" {
		t.Fatalf("status %d to %s", a.StatusCode, a.Header.Get("Location"))
	}
	page := b.get("/arrivals", me)
	let := regexp.MustCompile(`/arrivals/[0-9a-f]{64}/release`).FindString(page.body)
	if let == "" {
		t.Fatal("arrivals do not show what waits")
	}
	if page := b.get("/interviews/"+iv.ID.String(), me); page.StatusCode != http.StatusOK || !strings.Contains(page.body, "Waits for a supervisor") ||
		strings.Contains(page.body, "/ask") {
		t.Errorf("the page of what waits: status %d", page.StatusCode)
	}
	if page := b.get("/interviews", me); !strings.Contains(page.body, `<span class="tag warn">Waits</span>`) {
		t.Error("the list does not mark what waits")
	}
	if a := b.post("/interviews/"+iv.ID.String()+"/copy", form("safe", "yes"), me); a.StatusCode != http.StatusNotFound {
		t.Errorf("a copy of what waits: status %d", a.StatusCode)
	}
	if a := b.post(let, nil, me); a.StatusCode != http.StatusSeeOther {
		t.Errorf("release: status %d", a.StatusCode)
	}
	if page := b.get("/arrivals", me); strings.Contains(page.body, "/release") {
		t.Error("what a supervisor let go still waits")
	}
	if a := b.post("/arrivals/"+strings.Repeat("0", 64)+"/release", nil, me); a.StatusCode != http.StatusNotFound {
		t.Errorf("a batch that is not held: status %d", a.StatusCode)
	}
}

// TestTonightNeverEndsBeforeWhatIsUrgent: what is red is due within the hour, whatever the hour.
func TestTonightNeverEndsBeforeWhatIsUrgent(t *testing.T) {
	for hour := range 24 {
		now := time.Date(2026, 3, 1, hour, 52, 0, 0, time.UTC)
		by := tonight(now, time.UTC)
		if ahead := by.Sub(now); ahead < leastAhead || ahead > 26*time.Hour || by.Hour() != 6 {
			t.Errorf("at %s the night ends %s", now.Format("15:04"), by)
		}
	}
}

func TestAskTheField(t *testing.T) {
	b := newBench(t)
	me := b.in()
	iv, _ := b.arriveSaying("none")
	path := "/interviews/" + iv.ID.String()
	if a := b.post(path+"/ask", form("text", ""), me); a.StatusCode != http.StatusBadRequest {
		t.Errorf("nothing asked: status %d", a.StatusCode)
	}
	if a := b.post(path+"/ask", form("text", "Which harbour?"), me); a.StatusCode != http.StatusSeeOther || len(b.press.asked) != 1 {
		t.Errorf("asked: status %d", a.StatusCode)
	}
	if page := b.get(path, me); !strings.Contains(page.body, "waits for the device") {
		t.Error("the page does not say that the question waits")
	}
	b.press.lost = true
	if a := b.post(path+"/ask", form("text", "Which harbour?"), me); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "not trusted any more") {
		t.Errorf("a lost device: status %d", a.StatusCode)
	}
}

// TestTalksOfTheDay: a supervisor sees who led many talks today, in the order of codes and not of numbers, and no address names anybody.
func TestTalksOfTheDay(t *testing.T) {
	b := newBench(t)
	for i, screener := range []string{"z-9", "a-1", "z-9", "z-9", "m-5"} {
		iv := invented()
		iv.Setting.Screener, iv.Started = screener, b.now.Add(-time.Duration(i)*time.Minute)
		if screener == "m-5" {
			iv.Started = b.now.AddDate(0, 0, -1)
		}
		b.arrive(iv)
	}
	page := b.get("/arrivals", b.in()).body
	first, last := strings.Index(page, "<bdi>a-1</bdi>"), strings.Index(page, "<bdi>z-9</bdi> <span class=\"tag warn\">Many talks today")
	if first < 0 || last < first || strings.Contains(page, "m-5") || strings.Count(page, "Many talks today") != 1 {
		t.Errorf("a-1 stands at %d, z-9 with its mark at %d, or yesterday counts", first, last)
	}
	if regexp.MustCompile(`href="[^"]*z-9`).MatchString(page) {
		t.Error("an address names somebody")
	}
	if _, err := b.records.AddPerson(t.Context(), casework.Program, casework.Person{Name: "rita", Role: casework.Registrar, Lang: "en"},
		HashPassphrase(testPass, Cost{Time: 1, Memory: 64, Lanes: 1})); err != nil {
		t.Fatal(err)
	}
	if page := b.get("/arrivals", b.tryIn("rita", testPass).Cookies()...); page.StatusCode != http.StatusOK || strings.Contains(page.body, "z-9") {
		t.Error("a registrar sees who led how many talks")
	}
}

// TestDoubtedClockShows: beside the times of the interview, on a page for each, and once for its device among what arrived.
func TestDoubtedClockShows(t *testing.T) {
	b := newBench(t)
	me := b.in()
	doubted, trusted := invented(), invented()
	doubted.ClockDoubt = true
	b.arrive(doubted)
	b.arrive(trusted)
	for iv, want := range map[string]bool{doubted.ID.String(): true, trusted.ID.String(): false} {
		if page := b.get("/interviews/"+iv, me); strings.Contains(page.body, "clock was in doubt") != want {
			t.Errorf("the page of an interview speaks of the clock: %v, want %v", !want, want)
		}
	}
	if page := b.get("/arrivals", me); strings.Count(page.body, "E_CLOCK") != 1 || !strings.Contains(page.body, "set the clock") {
		t.Error("arrivals do not say once what to do about the clock")
	}
}
