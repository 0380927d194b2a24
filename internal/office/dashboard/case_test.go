package dashboard

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/casework"
)

// form is a form with pairs of name and value.
func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// caseFor lets somebody's interview arrive and returns the address of the case and its version.
func (b *bench) caseFor(t *testing.T) (path string, c casework.Case) {
	t.Helper()
	iv := invented()
	b.arrive(iv, casework.Need{Kind: "medical", Level: casework.Red})
	c, err := b.records.CaseOf(t.Context(), iv.ID)
	if err != nil {
		t.Fatal(err)
	}
	return "/cases/" + c.ID.String(), c
}

// TestFromTriageToClosedLoop is an evening of a case worker: see what is due, take it, refer, note the answer.
func TestFromTriageToClosedLoop(t *testing.T) {
	b := newBench(t)
	path, c := b.caseFor(t)
	me := b.in()
	triage := b.get("/triage", me)
	if !strings.Contains(triage.body, string(c.Code)) || !strings.Contains(triage.body, "Nobody yet") || strings.Contains(strings.ToLower(triage.body), "victim") {
		t.Error("triage does not show the case with its owner, or says what a list must not say")
	}
	service := casework.NewServiceID().String()
	if a := b.post("/directory/"+service, form("version", "0", "name", "Night <b>clinic</b>", "kinds", "emergency_health", "active", "yes"), me); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("directory: status %d %s", a.StatusCode, a.body)
	}
	send := func(to string, want int, pairs ...string) answer {
		t.Helper()
		now, err := b.records.Cases(t.Context(), casework.CaseQuery{Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		a := b.post(path+to, form(append(pairs, "version", fmt.Sprint(now.Rows[0].Version))...), me)
		if a.StatusCode != want {
			t.Errorf("%s: status %d, want %d", to, a.StatusCode, want)
		}
		return a
	}
	send("/change", 303, "status", "follow_up", "owner", "1", "phone", "unsafe", "contact", "1", "quiet", "yes", "note", attack)
	send("/tasks", 303, "text", "call the shelter", "urgency", "1h", "owner", "me")
	send("/tasks", 422, "text", " ", "urgency", "1h")
	send("/tasks", 400, "text", "x", "urgency", "never")
	send("/referrals", 422, "service", service, "urgency", "24h", "text", "a bed")
	send("/referrals", 303, "service", service, "urgency", "24h", "text", "a bed", "consent", "yes")
	page := b.get(path, me)
	for _, want := range []string{"Do not contact", "call the shelter", "Night &lt;b&gt;clinic", "Follow-up", "&lt;script&gt;"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the case does not show %q", want)
		}
	}
	if strings.Contains(page.body, attack) {
		t.Error("a note acts on the page")
	}
	f, err := b.records.ViewCase(t.Context(), testName, c.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range f.Duties {
		duty := path + "/duties/" + d.ID.String()
		if d.Kind == casework.DutyReferral {
			b.post(duty, form("version", fmt.Sprint(d.Version), "do", "answer", "answer", "accepted", "result", "a bed tonight", "days", "3"), me)
			after, err := b.records.Duty(t.Context(), c.ID, d.ID)
			if err != nil || !after.Done.IsZero() || !after.Due.Equal(b.now.AddDate(0, 0, 3)) {
				t.Errorf("accepted: done %v, due %v (%v): the loop must stay open", after.Done, after.Due, err)
			}
			d.Version = after.Version
		}
		b.post(duty, form("version", fmt.Sprint(d.Version), "do", "done", "result", "done"), me)
	}
	if f, err = b.records.ViewCase(t.Context(), testName, c.ID); err != nil || !f.Due.IsZero() {
		t.Errorf("after all is done something is due at %v (%v)", f.Due, err)
	}
}

// TestBothAreTold: two people save at once; the second keeps what they wrote, the first reads of it.
func TestBothAreTold(t *testing.T) {
	b := newBench(t)
	path, c := b.caseFor(t)
	me := b.in()
	v := fmt.Sprint(c.Version)
	b.post(path+"/change", form("version", v, "note", "mine"), me)
	a := b.post(path+"/change", form("version", v, "note", "theirs, long and careful"), me)
	if a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "theirs, long and careful") || !strings.Contains(a.body, path) {
		t.Errorf("the second: status %d, without what they wrote or the way back", a.StatusCode)
	}
	if page := b.get(path, me); !strings.Contains(page.body, "saved at the same time") || !strings.Contains(page.body, "mine") {
		t.Error("the first is not told")
	}
	if a := b.post(path+"/change", form("note", "x"), me); a.StatusCode != http.StatusConflict {
		t.Errorf("a form without version: status %d", a.StatusCode)
	}
}

func TestTonightEndsAtSix(t *testing.T) {
	zone := time.FixedZone("office", 3*3600)
	for at, want := range map[string]string{
		"2026-03-01T12:00:00+03:00": "2026-03-02T06:00:00+03:00", "2026-03-02T02:00:00+03:00": "2026-03-02T06:00:00+03:00",
		"2026-03-02T06:00:00+03:00": "2026-03-03T06:00:00+03:00",
		"2026-03-02T05:30:00+03:00": "2026-03-03T06:00:00+03:00", // a red need is due within the hour
	} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := tonight(now, zone).Format(time.RFC3339); got != want {
			t.Errorf("at %s tonight ends %s, want %s", at, got, want)
		}
	}
}

// TestWhoOpensACaseAgainSaysWhy: closing needs no reason, taking that back does; both are lines in the case and in the log.
func TestWhoOpensACaseAgainSaysWhy(t *testing.T) {
	b := newBench(t)
	me := b.in()
	_, c := b.arriveSaying("none")
	change := func(want int, pairs ...string) {
		t.Helper()
		if a := b.on(c, me, "/change", pairs...); a.StatusCode != want {
			t.Errorf("%q: status %d, want %d", pairs, a.StatusCode, want)
		}
	}
	change(http.StatusSeeOther, "status", "closed")
	change(http.StatusUnprocessableEntity, "status", "open")
	change(http.StatusSeeOther, "status", "referred") // closed as well
	change(http.StatusUnprocessableEntity, "status", "follow_up", "note", " ")
	if f, err := b.records.ViewCase(t.Context(), "test", c.ID); err != nil || f.Status != casework.CaseReferred {
		t.Fatalf("without a reason the case is %q (%v)", f.Status, err)
	}
	change(http.StatusSeeOther, "status", "open", "note", "She came back and asks for help.")
	f, err := b.records.ViewCase(t.Context(), "test", c.ID)
	if err != nil || f.Status != casework.CaseOpen || !slices.ContainsFunc(f.Events, func(e casework.CaseEvent) bool { return strings.Contains(e.Text, "She came back") }) {
		t.Errorf("opened again: %q (%v), or without the reason", f.Status, err)
	}
}
