package dashboard

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
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

// TestClockJump: a clock that goes back lets nobody in for longer, and nothing breaks.
func TestClockJump(t *testing.T) {
	b := newBench(t)
	_, _ = b.caseFor(t)
	me := b.in()
	b.now = b.now.AddDate(-5, 0, 0)
	if a := b.get("/triage", me); a.StatusCode != http.StatusOK && a.StatusCode != http.StatusSeeOther {
		t.Errorf("five years back: status %d", a.StatusCode)
	}
	b.now = b.now.AddDate(10, 0, 0)
	if a := b.get("/triage", me); a.StatusCode != http.StatusSeeOther {
		t.Errorf("five years on: status %d, want the session ended", a.StatusCode)
	}
}
