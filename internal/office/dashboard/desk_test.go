package dashboard

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/schema"
	"leeward/schema/instrument"
	"leeward/schema/xlsform"
)

// arriveSaying lets an invented interview arrive with an answer to whom not to tell, and forms of who it may be.
func (b *bench) arriveSaying(whomNot string, alike ...string) (screening.Interview, casework.Case) {
	b.t.Helper()
	iv := invented()
	if whomNot != "" {
		iv.Answers = append(iv.Answers, screening.Recorded{
			Seq: 90, At: iv.Started, Path: "/data/about/d12", Answer: schema.Answer{Value: whomNot}, Lang: "ar",
		})
	}
	b.alike = alike
	b.arrive(iv)
	c, err := b.records.CaseOf(b.t.Context(), iv.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	return iv, c
}

// service puts an entry into the directory through its page.
func (b *bench) service(me *http.Cookie, name string, pairs ...string) string {
	b.t.Helper()
	id := casework.NewServiceID().String()
	if a := b.post("/directory/"+id, form(append(pairs, "version", "0", "name", name, "active", "yes")...), me); a.StatusCode != http.StatusSeeOther {
		b.t.Fatalf("directory: status %d", a.StatusCode)
	}
	return id
}

// on posts a form about a case as it stands now.
func (b *bench) on(c casework.Case, me *http.Cookie, to string, pairs ...string) answer {
	b.t.Helper()
	f, err := b.records.ViewCase(b.t.Context(), "test", c.ID)
	if err != nil {
		b.t.Fatal(err)
	}
	return b.post("/cases/"+c.ID.String()+to, form(append(pairs, "version", fmt.Sprint(f.Version))...), me)
}

// TestPacketTellsTheLeast follows a referral to what is handed over: no finding, no story, an end, and only while it may be.
func TestPacketTellsTheLeast(t *testing.T) {
	b := newBench(t)
	me := b.in()
	_, to, err := seal.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	clinic := b.service(me, "Clinic", "seal_to", to.String())
	iv, c := b.arriveSaying("none")
	if a := b.on(c, me, "/referrals", "service", clinic, "urgency", "24h", "text", "A bed", "consent", "yes", "days", "3"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("refer: status %d", a.StatusCode)
	}
	f, err := b.records.ViewCase(t.Context(), "test", c.ID)
	if err != nil {
		t.Fatal(err)
	}
	path := "/cases/" + c.ID.String() + "/duties/" + f.Duties[0].ID.String()
	page := b.get(path, me)
	for _, want := range []string{"A bed", string(c.Code), "Clinic", "Arabic", "24 hours", "Not to be used after 4 Mar 2026"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	for _, never := range []string{"onerror", string(iv.Code), "possible"} {
		if _, main, _ := strings.Cut(page.body, "<main"); strings.Contains(strings.ToLower(main), never) {
			t.Errorf("the packet tells %q", never)
		}
	}
	if !strings.Contains(page.body, "Supervisor, Test office") || !strings.Contains(page.body, "no phone yet") || strings.Contains(page.body, "Phone of the office") {
		t.Error("the packet does not say to whom the service answers, or that there is no phone for it")
	}
	for _, bad := range []string{"call me", "1", "<b>123</b>", strings.Repeat("1", 41)} {
		if a := b.post("/settings", form("do", "phone", "phone", bad), me); a.StatusCode != http.StatusBadRequest {
			t.Errorf("phone %q: status %d, want 400", bad, a.StatusCode)
		}
	}
	if a := b.post("/settings", form("do", "phone", "phone", "+999 000-17"), me); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the office's phone: status %d", a.StatusCode)
	}
	if page := b.get(path, me); !strings.Contains(page.body, "&#43;999 000-17") || strings.Contains(page.body, "no phone yet") {
		t.Error("the packet does not name the office's phone")
	}
	if page := b.get("/settings", me); !strings.Contains(page.body, `value="&#43;999 000-17"`) {
		t.Error("the settings do not show the phone")
	}
	for as, begins := range map[string]string{"pdf": "%PDF-", "age": "age-encryption.org/v1"} {
		a := b.post(path+"/packet", form("as", as), me)
		if a.StatusCode != http.StatusOK || !strings.HasPrefix(a.body, begins) || !strings.Contains(a.Header.Get("Content-Disposition"), string(c.Code)+".pdf") {
			t.Errorf("%s: status %d, begins %.25q", as, a.StatusCode, a.body)
		}
	}
	b.now = b.now.AddDate(0, 0, 4)
	me = b.in()
	if a := b.post(path+"/packet", form("as", "pdf"), me); a.StatusCode != http.StatusUnprocessableEntity || strings.Contains(a.body, "%PDF") {
		t.Errorf("after it expired: status %d", a.StatusCode)
	}
	if page := b.get(path, me); !strings.Contains(page.body, "has expired") || strings.Contains(page.body, `value="pdf"`) {
		t.Error("the page of an expired packet still offers it")
	}
}

// TestWhoIsShutOutCannotBeChosen: the case says whom the person does not want to know, no form refers there, and a
// supervisor can note that the person allows it.
func TestWhoIsShutOutCannotBeChosen(t *testing.T) {
	b := newBench(t)
	me := b.in()
	embassy := b.service(me, "Consulate", "body", "embassy")
	_, c := b.arriveSaying("embassy")
	page := b.get("/cases/"+c.ID.String(), me)
	if !strings.Contains(page.body, "No referral to") || strings.Contains(page.body, `<option value="`+embassy) {
		t.Error("the case offers whom the person shut out")
	}
	refer := func() int {
		return b.on(c, me, "/referrals", "service", embassy, "urgency", "24h", "text", "x", "consent", "yes").StatusCode
	}
	if got := refer(); got != http.StatusUnprocessableEntity {
		t.Errorf("a forged form: status %d, want refused", got)
	}
	if a := b.on(c, me, "/allow", "recipient", "embassy"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("allowed without a reason: status %d", a.StatusCode)
	}
	for _, bad := range []string{"", "helper", "everybody"} {
		if a := b.on(c, me, "/allow", "recipient", bad, "note", "x"); a.StatusCode != http.StatusBadRequest {
			t.Errorf("allowed %q: status %d", bad, a.StatusCode)
		}
	}
	b.now = b.now.Add(time.Minute)
	if a := b.on(c, me, "/allow", "recipient", "embassy", "note", "wants a passport"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("allow: status %d", a.StatusCode)
	}
	if got := refer(); got != http.StatusSeeOther {
		t.Errorf("after it was allowed: status %d", got)
	}
	if page := b.get("/cases/"+c.ID.String(), me); !strings.Contains(page.body, "wants a passport") {
		t.Error("the case does not say why")
	}
}

// TestAlikeIsForTheSupervisor: others read only that there may be another case; it ends when somebody says so.
func TestAlikeIsForTheSupervisor(t *testing.T) {
	b := newBench(t)
	me := b.in()
	_, one := b.arriveSaying("none", "ftm|f|SY|1995")
	_, two := b.arriveSaying("none", "ftm|f|SY|1995")
	if _, err := b.records.AddPerson(t.Context(), "test", casework.Person{Name: "rev", Role: "reviewer", Lang: "en"},
		HashPassphrase(testPass, Cost{Time: 1, Memory: 64, Lanes: 1})); err != nil {
		t.Fatal(err)
	}
	path := "/cases/" + one.ID.String()
	if page := b.get(path, me); !strings.Contains(page.body, string(two.Code)) {
		t.Error("a supervisor is not told which case may be the same person's")
	}
	page := b.get(path, b.tryIn("rev", testPass).Cookies()[0])
	if !strings.Contains(page.body, "ask the supervisor") || strings.Contains(page.body, string(two.Code)) {
		t.Error("a reviewer is told more than to ask the supervisor, or nothing")
	}
	if a := b.on(one, me, "/apart", "other", two.ID.String()); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("apart: status %d", a.StatusCode)
	}
	if page := b.get(path, me); strings.Contains(page.body, string(two.Code)) {
		t.Error("it is suggested still")
	}
}

// TestThePersonsOwnCopy is in the person's language, has what they said and nothing that staff wrote, and is made only
// when somebody says that carrying it is safe.
func TestThePersonsOwnCopy(t *testing.T) {
	b := newBench(t)
	me := b.in()
	iv, _ := b.arriveSaying("none")
	path := "/interviews/" + iv.ID.String()
	if a := b.post(path+"/copy", nil, me); a.StatusCode != http.StatusBadRequest {
		t.Errorf("without a word on safety: status %d", a.StatusCode)
	}
	a := b.post(path+"/copy", form("safe", "yes"), me)
	if a.StatusCode != http.StatusOK || !strings.HasPrefix(a.body, "%PDF-") {
		t.Fatalf("status %d, %.20q", a.StatusCode, a.body)
	}
	log, err := b.records.Audit(t.Context())
	if last := log[len(log)-1]; err != nil || last.Act != casework.ActCopy || last.Object != iv.ID.String() {
		t.Errorf("the log ends with %+v (%v)", last, err)
	}
	rec, err := b.records.View(t.Context(), "test", iv.ID)
	if err != nil {
		t.Fatal(err)
	}
	table := b.spoken["ar"].copyTable(instrument.Form(), rec, "ar")
	text := fmt.Sprint(table.Lines, table.Notes)
	name := instrument.Form().Evaluate(iv.Current(), schema.Env{Now: iv.Finished}).Label("/data/about/d1", "ar").Text
	staff := instrument.Form().Evaluate(iv.Current(), schema.Env{Now: iv.Finished}).Label("/data/assessment/l3", "ar").Text
	if !strings.Contains(text, name) || !strings.Contains(text, attack) || strings.Contains(text, staff) || table.Lang != "ar" {
		t.Errorf("the copy in %s lacks what the person said, or has what staff wrote", table.Lang)
	}
	plain := b.spoken["en"].copyTable(instrument.Form(), rec, "en")
	if mark := b.spoken["ar"].say("paper.drafted"); !slices.Contains(table.Notes, mark) || len(plain.Notes) != len(table.Notes)-1 {
		t.Errorf("the copy in Arabic ends with %q, the English one with %q: only the first has words of a machine", table.Notes, plain.Notes)
	}
	if rows := inRows("q", strings.Repeat("word ", 500)); len(rows) != 5 || rows[1][0] != "" || strings.Contains(rows[0][1], "wo ") {
		t.Errorf("a long answer stands in %d rows", len(rows))
	}
}

// send uploads a file as the page of questionnaires does.
func (b *bench) send(me *http.Cookie, do string, file []byte) answer {
	b.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	_ = w.WriteField("do", do)
	part, err := w.CreateFormFile("file", "book.xlsx")
	if err == nil {
		_, err = part.Write(file)
	}
	if err != nil {
		b.t.Fatal(err)
	}
	_ = w.Close()
	r := httptest.NewRequest(http.MethodPost, "https://office.test/questionnaires", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	r.AddCookie(me)
	return b.do(r)
}

func TestQuestionnairesAreReadBeforeTheyGoOut(t *testing.T) {
	b := newBench(t)
	me := b.in()
	q := &schema.Questionnaire{
		ID: "invented", Version: "3", Source: "en", Languages: []schema.Language{{Tag: "en"}},
		Items: []schema.Item{{Name: "a", Kind: schema.TextKind, Text: schema.Text{"en": {Text: "A?"}}}},
	}
	good, err := xlsform.Write(q)
	if err != nil {
		t.Fatal(err)
	}
	if a := b.get("/questionnaires", me); !strings.Contains(a.body, "Nothing is published") {
		t.Error("an empty page does not say so")
	}
	if a := b.send(me, "publish", []byte("not a workbook")); a.StatusCode != http.StatusUnprocessableEntity || b.press.news.Version != 0 {
		t.Errorf("garbage: status %d, %d out", a.StatusCode, b.press.news.Version)
	}
	if a := b.send(me, "check", good); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "Nothing is wrong") || b.press.news.Version != 0 {
		t.Errorf("only checked: status %d, %d out", a.StatusCode, b.press.news.Version)
	}
	if a := b.send(me, "publish", good); a.StatusCode != http.StatusSeeOther || b.press.news.Version != 1 {
		t.Fatalf("publish: status %d, %d out", a.StatusCode, b.press.news.Version)
	}
	if a := b.get("/questionnaires", me); !strings.Contains(a.body, "invented") || !strings.Contains(a.body, "0 of 0") {
		t.Error("the page does not show what is out")
	}
	if a := b.send(me, "check", make([]byte, mostUpload+1)); a.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a huge file: status %d", a.StatusCode)
	}
	if a := b.post("/questionnaires/invented/remove", form("sure", "yes"), me); a.StatusCode != http.StatusSeeOther || len(b.press.news.Documents) != 0 {
		t.Errorf("take back: status %d", a.StatusCode)
	}
	if a := b.post("/questionnaires/other/remove", form("sure", "yes"), me); a.StatusCode != http.StatusNotFound {
		t.Errorf("take back what is not out: status %d", a.StatusCode)
	}
}

func TestSettings(t *testing.T) {
	b := newBench(t)
	me := b.in()
	if a := b.get("/settings", me); a.StatusCode != http.StatusOK || !strings.Contains(a.body, `value="11"`) || !strings.Contains(a.body, "No policy is out") {
		t.Errorf("at first: status %d", a.StatusCode)
	}
	for _, bad := range [][]string{{"do", "k", "k", "4"}, {"do", "k", "k", "x"}, {"do", "months", "months", "0"}, {"do", "x"}, {}} {
		if a := b.post("/settings", form(bad...), me); a.StatusCode != http.StatusBadRequest {
			t.Errorf("%v: status %d", bad, a.StatusCode)
		}
	}
	for _, good := range [][]string{{"do", "k", "k", "15"}, {"do", "months", "months", "60"}, {"do", "policy", "lock", "3", "keep", "", "hide", "leaflet"}} {
		if a := b.post("/settings", form(good...), me); a.StatusCode != http.StatusSeeOther {
			t.Errorf("%v: status %d", good, a.StatusCode)
		}
	}
	if a := b.post("/settings", form("do", "policy", "lock", "-1"), me); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "is not 1 to 30") {
		t.Errorf("a policy that devices would refuse: status %d", a.StatusCode)
	}
	page := b.get("/settings", me)
	for _, want := range []string{`value="15"`, `value="60"`, `value="3"`, `value="leaflet" selected`} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page does not show %s", want)
		}
	}
	log, err := b.records.Audit(t.Context())
	if err != nil || log[len(log)-1].Act != casework.ActSetting || log[len(log)-1].Object != "keep_months = 60" {
		t.Errorf("the log ends with %+v (%v)", log[len(log)-1], err)
	}
	b.now = b.now.Add(proofHolds + time.Second)
	if a := b.post("/settings", form("do", "k", "k", "5"), me); a.StatusCode != http.StatusForbidden {
		t.Errorf("without a fresh look at who it is: status %d", a.StatusCode)
	}
}
