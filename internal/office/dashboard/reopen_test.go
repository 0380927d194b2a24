package dashboard

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/casework"
)

// sendLog posts the form that opens the office: with a file, if there is one.
func (b *bench) sendLog(c *http.Cookie, log string, pairs ...string) answer {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(pairs); i += 2 {
		if err := w.WriteField(pairs[i], pairs[i+1]); err != nil {
			b.t.Fatal(err)
		}
	}
	if log != "" {
		part, err := w.CreateFormFile("log", "newer.lwl")
		if err != nil {
			b.t.Fatal(err)
		}
		if _, err := part.Write([]byte(log)); err != nil {
			b.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "https://office.test/reopen", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(c)
	return b.do(r)
}

// TestNobodyReadsWhileTheOfficeIsShut walks every route: with everybody's roles, only signing in and the page that opens the
// office answer, and no page says anything of anybody.
func TestNobodyReadsWhileTheOfficeIsShut(t *testing.T) {
	b := newBench(t)
	iv := invented()
	b.arrive(iv)
	c, err := b.records.CaseOf(t.Context(), iv.ID)
	if err != nil {
		t.Fatal(err)
	}
	me := b.in()
	b.shut = true
	paths := strings.NewReplacer("{id}", iv.ID.String(), "{case}", c.ID.String(), "{device}", b.device.ID.String(), "{$}", "", "{person}", "1")
	closed := 0
	for _, rt := range b.routes() {
		method, pattern, _ := strings.Cut(rt.pattern, " ")
		if rt.shut || rt.pattern == "POST /sign-out" {
			continue
		}
		r := httptest.NewRequest(method, "https://office.test"+paths.Replace(pattern), nil)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.AddCookie(me)
		a := b.do(r)
		if closed++; a.StatusCode != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" || strings.Contains(a.body, string(iv.Code)) || strings.Contains(a.body, "<nav") {
			t.Errorf("%s: status %d, or it says more than that the office is shut", rt.pattern, a.StatusCode)
		}
	}
	if closed < 40 {
		t.Errorf("only %d routes are shut", closed)
	}
	for _, path := range []string{"/about", "/sign-in", "/confirm", "/reopen"} {
		if a := b.get(path, me); strings.Contains(a.body, `href="/triage"`) {
			t.Errorf("%s leads to what nobody may open", path)
		}
	}
}

// TestOpeningTheOffice: whoever keeps the office opens it with a log or, ticked, without one, once they have said again who
// they are; nobody else, and no empty file, does.
func TestOpeningTheOffice(t *testing.T) {
	b := newBench(t)
	if _, err := b.records.AddPerson(t.Context(), "test", casework.Person{Name: "rev", Role: casework.Supervisor, Lang: "en"},
		HashPassphrase(testPass, Cost{Time: 1, Memory: 64, Lanes: 1})); err != nil {
		t.Fatal(err)
	}
	b.shut = true
	if a := b.get("/interviews"); !strings.Contains(a.body, `href="/reopen"`) {
		t.Error("the page that says that the office is shut does not lead to where it is opened")
	}
	if a := b.get("/reopen"); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/sign-in?next=%2Freopen" {
		t.Errorf("nobody in particular: status %d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	other := b.tryIn("rev", testPass).Cookies()[0]
	if a := b.sendLog(other, "newer", "do", "log"); a.StatusCode != http.StatusForbidden {
		t.Errorf("who does not keep the office: status %d", a.StatusCode)
	}
	if a := b.get("/triage", other); a.StatusCode != http.StatusServiceUnavailable || strings.Contains(a.body, "/reopen\"") {
		t.Errorf("status %d, or it sends somebody where they may not go", a.StatusCode)
	}
	me := b.in()
	b.now = b.now.Add(proofHolds + time.Second)
	if a := b.get("/reopen", me); a.StatusCode != http.StatusSeeOther {
		t.Errorf("without proof: status %d", a.StatusCode)
	}
	if a := b.sendLog(me, "newer", "do", "log"); a.StatusCode != http.StatusForbidden || !b.shut {
		t.Errorf("without proof: status %d, shut %v", a.StatusCode, b.shut)
	}
	me = b.in()
	for what, a := range map[string]answer{
		"no file": b.sendLog(me, "", "do", "log"), "an unticked box": b.sendLog(me, "", "do", "without"), "nothing": b.sendLog(me, ""),
	} {
		if a.StatusCode != http.StatusBadRequest || !b.shut {
			t.Errorf("%s: status %d, shut %v", what, a.StatusCode, b.shut)
		}
	}
	if a := b.sendLog(me, "older", "do", "log"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "not a newer log") {
		t.Errorf("an older log: status %d", a.StatusCode)
	}
	if a := b.sendLog(me, "newer", "do", "log"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "5 people who had withdrawn were erased") {
		t.Errorf("a newer log: status %d", a.StatusCode)
	}
	if a := b.get("/reopen", me); a.StatusCode != http.StatusNotFound {
		t.Errorf("an office that is open: status %d", a.StatusCode)
	}
	b.shut = true
	if a := b.sendLog(me, "", "do", "without", "sure", "yes"); a.StatusCode != http.StatusOK || len(b.reopened) != 2 || b.reopened[1] != nil {
		t.Errorf("without a log: status %d, opened with %q", a.StatusCode, b.reopened)
	}
}
