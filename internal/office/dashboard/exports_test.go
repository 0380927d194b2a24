package dashboard

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/casework"
)

// exporter keeps what was asked for, or refuses it.
type exporter struct {
	asked  []ExportAsk
	actor  string
	refuse error
}

func (e *exporter) Export(_ context.Context, actor string, a ExportAsk) ([]byte, error) {
	if e.refuse != nil {
		return nil, e.refuse
	}
	e.actor, e.asked = actor, append(e.asked, a)
	return []byte("sealed bytes"), nil
}

func (e *exporter) Exported(context.Context) (all []casework.Exported, err error) {
	for i, a := range e.asked {
		all = append(all, casework.Exported{
			N: int64(i), At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Actor: e.actor, Shape: a.Shape, Scope: a.Scope, People: 7, Sealed: i == 0,
			Purpose: a.Purpose, To: a.To, Key: "0123456789abcdef",
		})
	}
	return all, nil
}

// TestExportsLeaveOnceConfirmed: who exports has just shown who they are, says for whom and for what, and gets a sealed file.
func TestExportsLeaveOnceConfirmed(t *testing.T) {
	b := newBench(t)
	c := b.in()
	b.now = b.now.Add(proofHolds + time.Second)
	ask := form("scope", "statistics", "shape", "ctdc", "from", "2024", "until", "2025", "finding", "actual", "purpose", "A yearly "+attack, "to", "Doctor "+attack, "key", "age1pq1x", "code", "7K2F")
	if a := b.post("/exports/new", ask, c); a.StatusCode != http.StatusForbidden || len(b.exports.asked) > 0 {
		t.Errorf("without proof: status %d, %d exports", a.StatusCode, len(b.exports.asked))
	}
	if a := b.get("/exports/new", c); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/confirm?next=%2Fexports%2Fnew" {
		t.Errorf("without proof: status %d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	c = b.in()
	a := b.post("/exports/new", ask, c)
	if a.StatusCode != http.StatusOK || a.body != "sealed bytes" || a.Header.Get("Content-Disposition") != `attachment; filename="leeward-ctdc.zip.age"` {
		t.Fatalf("status %d, %q as %q", a.StatusCode, a.body, a.Header.Get("Content-Disposition"))
	}
	want := ExportAsk{
		Shape: "ctdc", Scope: "statistics", Purpose: "A yearly " + attack, To: "Doctor " + attack, Key: "age1pq1x", From: 2024, Until: 2025,
		Finding: casework.FindingActual, Lang: "en",
	}
	if got := b.exports.asked[0]; got != want || b.exports.actor != testName {
		t.Errorf("got %+v by %s, want %+v", got, b.exports.actor, want)
	}
	page := b.get("/exports", c)
	for _, shown := range []string{"Being counted", "CTDC (CSV)", "Doctor &lt;script&gt;", "A yearly &lt;script&gt;", "0123456789abcdef"} {
		if !strings.Contains(page.body, shown) {
			t.Errorf("the register lacks %q", shown)
		}
	}
	for what, change := range map[string][2]string{"shape": {"shape", "pdf"}, "scope": {"scope", "police"}, "finding": {"finding", "not"}} {
		other := url.Values{}
		for k, v := range ask {
			other[k] = v
		}
		other.Set(change[0], change[1])
		if a := b.post("/exports/new", other, c); a.StatusCode != http.StatusBadRequest {
			t.Errorf("another %s: status %d, want 400", what, a.StatusCode)
		}
	}
	b.exports.refuse = casework.RefuseExport + "_key"
	if a := b.post("/exports/new", ask, c); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "It begins with age1pq1") || !strings.Contains(a.body, `value="2024"`) {
		t.Errorf("a wrong key: status %d, or what was typed is gone", a.StatusCode)
	}
	if len(b.exports.asked) != 1 {
		t.Errorf("%d exports, want 1", len(b.exports.asked))
	}
}

// TestOneRecordIsASupervisors: who may count only gets no record that leads to a person, whatever the form says.
func TestOneRecordIsASupervisors(t *testing.T) {
	b := newBench(t)
	if _, err := b.records.AddPerson(t.Context(), "test", casework.Person{Name: "dora", Role: casework.DataOfficer, Lang: "en"},
		HashPassphrase(testPass, Cost{Time: 1, Memory: 64, Lanes: 1})); err != nil {
		t.Fatal(err)
	}
	c := b.tryIn("dora", testPass).Cookies()[0]
	if page := b.get("/exports/new", c); strings.Contains(page.body, `value="shelter"`) || !strings.Contains(page.body, `value="statistics"`) {
		t.Errorf("status %d: the page offers a data officer other than statistics", page.StatusCode)
	}
	one := form("scope", "shelter", "shape", "htcds-json", "finding", "actual", "code", "7K2F-QX9B", "purpose", "A bed for tonight", "to", "Shelter", "key", "age1pq1x")
	if a := b.post("/exports/new", one, c); a.StatusCode != http.StatusForbidden {
		t.Errorf("one record: status %d, want 403", a.StatusCode)
	}
	if a := b.post("/exports/new", one, b.in()); a.StatusCode != http.StatusOK || len(b.exports.asked) != 1 || b.exports.asked[0].Code != "7K2F-QX9B" {
		t.Errorf("a supervisor: status %d, asked %+v", a.StatusCode, b.exports.asked)
	}
}
