package dashboard

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// away is a case book whose database fails as err says.
type away struct {
	CaseBook
	err error
}

func (a away) Triage(context.Context, time.Time, casework.Cursor, int) (casework.CasePage, error) {
	return casework.CasePage{}, a.err
}

func (a away) ChangeCase(context.Context, string, casework.CaseID, int64, casework.CaseChange) error {
	return a.err
}

// TestFaultsSayWhatToDo: what goes wrong beneath a page tells the reader what to do, keeps what was typed, and says
// nothing of the inside.
func TestFaultsSayWhatToDo(t *testing.T) {
	b := newBench(t)
	path, c := b.caseFor(t)
	me := b.in()
	for _, f := range []struct {
		err  error
		want int
		say  string
	}{
		{screening.Fail(screening.EBusy, errors.New("dial /run/secret.sock")), http.StatusServiceUnavailable, "Try again in a minute"},
		{screening.Fail(screening.EFull, errors.New("no space")), http.StatusInsufficientStorage, "make room"},
		{screening.Fail(screening.CodeDisk, errors.New("page 7")), http.StatusServiceUnavailable, "disk of this office"},
		{screening.Fail(screening.CodeDamaged, errors.New("page 7")), http.StatusInternalServerError, "give your administrator this number"},
	} {
		b.o.Cases = away{b.records, f.err}
		a := b.get("/triage", me)
		if a.StatusCode != f.want || !strings.Contains(a.body, f.say) || strings.Contains(a.body, "secret") || strings.Contains(a.body, "page 7") {
			t.Errorf("%v: status %d, want %d with %q and nothing of the inside", f.err, a.StatusCode, f.want, f.say)
		}
		if busy := f.want == http.StatusServiceUnavailable; busy != (a.Header.Get("Retry-After") != "") {
			t.Errorf("%v: Retry-After %q", f.err, a.Header.Get("Retry-After"))
		}
		a = b.post(path+"/change", form("version", "1", "note", "a long and careful note"), me)
		if a.StatusCode != f.want || !strings.Contains(a.body, "a long and careful note") {
			t.Errorf("%v on saving: status %d, or what was typed is gone", f.err, a.StatusCode)
		}
	}
	b.o.Cases = b.records
	if got := b.get(path, me); got.StatusCode != http.StatusOK || !strings.Contains(got.body, string(c.Code)) {
		t.Errorf("when it is back: status %d", got.StatusCode)
	}
}

func TestHugeAndBrokenForms(t *testing.T) {
	b := newBench(t)
	path, _ := b.caseFor(t)
	me := b.in()
	for what, body := range map[string]string{"huge": "version=1&note=" + strings.Repeat("x", 1<<20), "broken": "version=1&note=%zz"} {
		r := httptest.NewRequest(http.MethodPost, "https://office.test"+path+"/change", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.AddCookie(me)
		if a := b.do(r); a.StatusCode != http.StatusBadRequest || !strings.Contains(a.body, "Nothing was changed") {
			t.Errorf("%s form: status %d, want 400 and that nothing was changed", what, a.StatusCode)
		}
	}
}

// TestClockJump: a clock that leaps, back or ahead, ends sessions instead of letting anybody in for longer; one that is set
// back a little does not.
func TestClockJump(t *testing.T) {
	b := newBench(t)
	_, _ = b.caseFor(t)
	for _, jump := range []struct {
		years, minutes int
		want           int
	}{{0, -2, http.StatusOK}, {-5, 0, http.StatusSeeOther}, {5, 0, http.StatusSeeOther}} {
		me := b.in()
		b.now = b.now.AddDate(jump.years, 0, 0).Add(time.Duration(jump.minutes) * time.Minute)
		if a := b.get("/triage", me); a.StatusCode != jump.want {
			t.Errorf("%d years and %d minutes: status %d, want %d", jump.years, jump.minutes, a.StatusCode, jump.want)
		}
	}
}

// TestEndedSessionLosesNothing: whoever writes longer than a session lasts gets back what they wrote, and the page to sign in
// says why they are there; who never signed in is told nothing of it.
func TestEndedSessionLosesNothing(t *testing.T) {
	b := newBench(t)
	path, _ := b.caseFor(t)
	me := b.in()
	b.now = b.now.Add(sessionIdle + time.Second)
	a := b.post(path+"/change", form("version", "1", "note", "a long <b>and</b> careful note"), me)
	if a.StatusCode != http.StatusUnauthorized || !strings.Contains(a.body, "a long &lt;b&gt;and&lt;/b&gt; careful note") ||
		!strings.Contains(a.body, `href="/sign-in"`) || !strings.Contains(a.body, "Nothing was saved just now") {
		t.Errorf("a note after the end: status %d, or what was typed is gone\n%s", a.StatusCode, a.body)
	}
	if a := b.get("/triage", me); a.StatusCode != http.StatusSeeOther {
		t.Errorf("a page after the end: status %d", a.StatusCode)
	}
	const why = "You were signed out"
	if a := b.get("/sign-in?next=/triage", me); a.StatusCode != http.StatusOK || !strings.Contains(a.body, why) {
		t.Errorf("the sign-in page does not say why: status %d", a.StatusCode)
	}
	if a := b.get("/sign-in"); strings.Contains(a.body, why) {
		t.Error("who never signed in was signed out")
	}
	if a := b.post(path+"/change", form("version", "1", "note", "from nowhere")); a.StatusCode != http.StatusSeeOther || strings.Contains(a.body, "from nowhere") {
		t.Errorf("a form without any session: status %d", a.StatusCode)
	}
}

// late is a body whose line is too slow.
type late struct{}

func (late) Read([]byte) (int, error) { return 0, os.ErrDeadlineExceeded }
func (late) Close() error             { return nil }

// TestSlowLineIsTold: what did not come in time is told from a form of another make, of a page and of a file.
func TestSlowLineIsTold(t *testing.T) {
	b := newBench(t)
	path, _ := b.caseFor(t)
	me := b.in()
	for kind, to := range map[string]string{"application/x-www-form-urlencoded": path + "/change", "multipart/form-data; boundary=x": "/questionnaires"} {
		r := httptest.NewRequest(http.MethodPost, "https://office.test"+to, late{})
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.AddCookie(me)
		if a := b.do(r); a.StatusCode != http.StatusRequestTimeout || !strings.Contains(a.body, "Try again on a better line") {
			t.Errorf("%s: status %d, want 408 and what to do", to, a.StatusCode)
		}
	}
}
