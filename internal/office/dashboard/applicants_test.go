package dashboard

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// TestWordsAreComparedBeforeADeviceIsAdmitted: the page awaits a device, shows its words, and lets in what they stand for.
func TestWordsAreComparedBeforeADeviceIsAdmitted(t *testing.T) {
	b := newBench(t)
	c := b.in()
	ask := casework.Admission{Code: [32]byte{0xc0}, SignKey: [32]byte{2}, TLSKey: [32]byte{3}, SealTo: "age1pq-x", App: attack, Check: [32]byte{77}, Grant: granted}
	if err := b.records.AddCode(t.Context(), ask.Code, b.now.Add(time.Hour), false); err != nil {
		t.Fatal(err)
	}
	refreshes := func(path, want string) answer {
		t.Helper()
		a := b.get(path, c)
		if got := a.Header.Get("Refresh"); got != want {
			t.Errorf("%s: Refresh %q, want %q", path, got, want)
		}
		return a
	}
	refreshes("/devices", "")
	refreshes("/devices?watch=61", "")
	refreshes("/devices?watch=60", "10; url=/devices?watch=59")
	refreshes("/devices?watch=1", "10; url=/devices?watch=0")
	refreshes("/devices?watch=0", "")
	if _, _, err := b.records.Admit(t.Context(), ask); screening.CodeOf(err) != screening.EWait {
		t.Fatalf("got %v, want E_WAIT", err)
	}
	page := refreshes("/devices?watch=60", "") // nobody is interrupted while reading
	for _, want := range []string{`translate="no"><li>word</li><li>77</li></ol>`, "&lt;script&gt;", "/enrolments/c0"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	to := "/enrolments/c0" + strings.Repeat("0", 62)
	check := "4d" + strings.Repeat("0", 62)
	for what, form := range map[string]url.Values{
		"nothing said": {}, "another thing": {"do": {"drop"}, "check": {check}}, "no words": {"do": {"admit"}}, "half a name": {"do": {"admit"}, "check": {check[:32]}},
	} {
		if a := b.post(to, form, c); a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: status %d, want 400", what, a.StatusCode)
		}
	}
	if a := b.post(to, url.Values{"do": {"admit"}, "check": {strings.Repeat("0", 64)}}, c); a.StatusCode != http.StatusConflict {
		t.Errorf("words of another request: status %d, want 409", a.StatusCode)
	}
	if a := b.post("/enrolments/zz", url.Values{"do": {"refuse"}}, c); a.StatusCode != http.StatusNotFound {
		t.Errorf("no such name: status %d, want 404", a.StatusCode)
	}
	if _, _, err := b.records.Admit(t.Context(), ask); screening.CodeOf(err) != screening.EWait {
		t.Fatalf("after all that: got %v, want E_WAIT still", err)
	}
	a := b.post(to, url.Values{"do": {"admit"}, "check": {check}}, c)
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/devices?watch=6" {
		t.Errorf("admitting: status %d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	refreshes("/devices?watch=6", "10; url=/devices?watch=5")
	if _, grant, err := b.records.Admit(t.Context(), ask); err != nil || len(grant) == 0 {
		t.Errorf("admitted: got %d bytes (%v), want a grant", len(grant), err)
	}
	if page := refreshes("/devices?watch=5", ""); strings.Contains(page.body, "/enrolments/") { // it came: nothing to watch for
		t.Error("a device that was admitted still waits")
	}
}

// TestEnrolmentCodeCanBeTyped: in groups that the device reads as the code, with its end.
func TestEnrolmentCodeCanBeTyped(t *testing.T) {
	b := newBench(t)
	a := b.post("/devices/enrol", url.Values{}, b.in())
	for _, want := range []string{"LWE1: INVE NTED</code>", "2 Mar 2026", "/devices?watch=60"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page of a code lacks %q", want)
		}
	}
}
