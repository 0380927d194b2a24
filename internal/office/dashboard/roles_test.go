package dashboard

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"leeward/internal/office/casework"
)

// mayOpen says for each route who may: r reviewer, w case worker, s supervisor, g registrar, d data officer,
// a auditor, k administrator; * everybody who is signed in, - everybody. A route that is added has to be added here.
var mayOpen = map[string]string{
	"GET /sign-in": "-", "POST /sign-in": "-", "GET /style.css": "-", "GET /mark.svg": "-",
	"POST /sign-out": "*", "POST /language": "*", "GET /code": "*", "POST /code": "*", "GET /codes": "*", "POST /codes": "*",
	"GET /confirm": "*", "POST /confirm": "*", "GET /{$}": "*", "GET /about": "*", "GET /": "*",
	"GET /interviews": "rws", "GET /interviews/{id}": "rws", "GET /devices": "rsgk", "GET /arrivals": "rsgk",
	"GET /triage": "rws", "GET /cases": "rws", "GET /cases/{case}": "rws",
	"POST /cases/{case}/change": "rws", "POST /cases/{case}/tasks": "rws", "POST /cases/{case}/duties/{duty}": "rws",
	"POST /cases/{case}/finding": "rs", "POST /cases/{case}/second": "rs", "POST /cases/{case}/referrals": "ws",
	"GET /cases/{case}/duties/{duty}": "ws", "POST /cases/{case}/duties/{duty}/packet": "ws", "POST /interviews/{id}/copy": "rws", "POST /interviews/{id}/ask": "rs",
	"POST /cases/{case}/allow": "s", "POST /cases/{case}/hold": "s", "POST /cases/{case}/apart": "s", "GET /cases/{case}/merge": "s", "POST /cases/{case}/merge": "s", "POST /cases/{case}/part": "s",
	"GET /directory": "rwsg", "GET /directory/{service}": "g", "POST /directory/{service}": "g",
	"GET /devices/{device}": "rsgk", "POST /devices/{device}/enrol": "g", "GET /devices/{device}/release": "s", "POST /devices/{device}/release": "s",
	"GET /reopen": "k", "POST /reopen": "k",
	"POST /devices/enrol": "g", "POST /enrolments/{code}": "g", "GET /devices/{device}/revoke": "g", "POST /devices/{device}/revoke": "g",
	"GET /people": "k", "GET /people/{person}": "k", "POST /people/{person}": "k", "GET /audit": "a",
	"GET /questionnaires": "g", "POST /questionnaires": "g", "POST /questionnaires/{name}/remove": "g", "GET /settings": "k", "POST /settings": "k",
	"POST /arrivals/{batch}/release": "s",
	"GET /exports":                   "sd", "GET /exports/new": "sd", "POST /exports/new": "sd",
	"GET /reports": "sd", "POST /reports": "sd", "GET /reports/{table}": "sd", "GET /releases": "sd",
}

// asksAgain are the routes that want to know once more who somebody is, because what they do is hard to undo or gives
// something out of the house. Those that only show a form ask before anything was typed.
var asksAgain = []string{
	"GET /devices/{device}/revoke", "POST /devices/{device}/revoke", "GET /devices/{device}/release", "POST /devices/{device}/release",
	"POST /arrivals/{batch}/release", "GET /exports/new", "POST /exports/new", "GET /people/{person}", "POST /people/{person}",
	"POST /questionnaires", "POST /questionnaires/{name}/remove", "POST /settings", "POST /reports", "GET /reopen", "POST /reopen",
}

// TestStepUp sends every form, and asks for every page, long after somebody showed who they are.
func TestStepUp(t *testing.T) {
	b := newBench(t)
	b.arrive(invented())
	c := b.in()
	b.now = b.now.Add(proofHolds + time.Second)
	paths := strings.NewReplacer("{device}", b.device.ID.String(), "{person}", "1", "{$}", "", "{batch}", strings.Repeat("0a", 32))
	asked := 0
	for _, rt := range b.routes() {
		if rt.pattern == "POST /sign-out" { // it does
			continue
		}
		method, pattern, _ := strings.Cut(rt.pattern, " ")
		b.shut = pattern == "/reopen"
		r := httptest.NewRequest(method, "https://office.test"+paths.Replace(pattern), nil)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.AddCookie(c)
		a := b.do(r)
		got := strings.HasPrefix(a.Header.Get("Location"), "/confirm?") || a.StatusCode == http.StatusForbidden && strings.Contains(a.body, `href="/confirm?`)
		if want := slices.Contains(asksAgain, rt.pattern); got != want {
			t.Errorf("%s: status %d, asks again who this is: %v, want %v", rt.pattern, a.StatusCode, got, want)
		} else if got {
			asked++
		}
	}
	if asked != len(asksAgain) {
		t.Errorf("%d routes ask again, the table names %d", asked, len(asksAgain))
	}
}

var letters = map[casework.Role]string{
	casework.Reviewer: "r", casework.CaseWorker: "w", casework.Supervisor: "s", casework.Registrar: "g",
	casework.DataOfficer: "d", casework.Auditor: "a", casework.Administrator: "k",
}

// TestEveryRoleOnEveryRoute sends every role through every route of the router and compares who got in with the table.
func TestEveryRoleOnEveryRoute(t *testing.T) {
	b := newBench(t)
	iv := invented()
	b.arrive(iv)
	c, err := b.records.CaseOf(t.Context(), iv.ID)
	if err != nil {
		t.Fatal(err)
	}
	paths := strings.NewReplacer("{id}", iv.ID.String(), "{case}", c.ID.String(), "{duty}", casework.NewDutyID().String(),
		"{device}", b.device.ID.String(), "{service}", casework.NewServiceID().String(), "{person}", "1", "{$}", "", "{code}", strings.Repeat("0a", 32))
	for _, role := range casework.Roles() {
		name := string(role)
		if _, err := b.records.AddPerson(t.Context(), "test", casework.Person{Name: name, Role: role, Lang: "en"},
			HashPassphrase(testPass, Cost{Time: 1, Memory: 64, Lanes: 1})); err != nil {
			t.Fatal(err)
		}
		for _, rt := range b.routes() {
			who, listed := mayOpen[rt.pattern]
			if !listed {
				t.Fatalf("%s: say in the table who may", rt.pattern)
			}
			b.now = b.now.Add(time.Minute) // signing in often enough waits
			cookie := b.tryIn(name, testPass).Cookies()[0]
			method, pattern, _ := strings.Cut(rt.pattern, " ")
			r := httptest.NewRequest(method, "https://office.test"+paths.Replace(pattern), nil)
			r.Header.Set("Sec-Fetch-Site", "same-origin")
			r.AddCookie(cookie)
			a := b.do(r)
			want := who == "-" || who == "*" || strings.Contains(who, letters[role])
			if got := a.StatusCode != http.StatusForbidden; got != want {
				t.Errorf("%s as %s: status %d, want it open %v", rt.pattern, role, a.StatusCode, want)
			}
			if !want && strings.Contains(a.body, string(iv.Code)) {
				t.Errorf("%s as %s: shows a code", rt.pattern, role)
			}
		}
	}
	if len(mayOpen) != len(b.routes()) {
		t.Errorf("the table names %d routes, there are %d", len(mayOpen), len(b.routes()))
	}
}

// TestAddressesOfOthersAreNotFound: ids that are not there, malformed, or climb out of their place.
func TestAddressesOfOthersAreNotFound(t *testing.T) {
	b := newBench(t)
	b.arrive(invented())
	c := b.in()
	for _, path := range []string{
		"/cases/" + casework.NewCaseID().String(), "/cases/1", "/cases/..%2f..%2fetc%2fpasswd", "/cases/%00", "/interviews/%2e%2e",
		"/directory/..%2fnew", "/style.css/../../words.go", "/..%5c..%5coffice.db", "/triage?after=zz", "/cases?after=1.2", "/audit?before=-1",
	} {
		if a := b.get(path, c); a.StatusCode != http.StatusNotFound && a.StatusCode != http.StatusTemporaryRedirect && a.StatusCode != http.StatusMovedPermanently {
			t.Errorf("%s: status %d, want not found", path, a.StatusCode)
		}
	}
}

func TestOneTimeCodes(t *testing.T) {
	b := newBench(t)
	b.o.Codes = true
	in := b.tryIn(testName, testPass)
	half := in.Cookies()[0]
	if to := in.Header.Get("Location"); !strings.HasPrefix(to, "/codes") {
		t.Fatalf("signed in to %q, want to set up codes first", to)
	}
	if a := b.get("/triage", half); a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/codes") {
		t.Errorf("with a passphrase alone: status %d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	page := b.get("/codes", half)
	_, rest, ok := strings.Cut(page.body, `name="secret" value="`)
	if !ok || !strings.Contains(page.body, "<svg") {
		t.Fatal("no secret is offered")
	}
	secret := rest[:strings.IndexByte(rest, '"')]
	code := func(at time.Time) string {
		t.Helper()
		c, err := totp.GenerateCode(secret, at)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if a := b.post("/codes", form("secret", secret, "code", "000000"), half); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("a wrong code at set-up: status %d", a.StatusCode)
	}
	done := b.post("/codes", form("secret", secret, "code", code(b.now)), half)
	if done.StatusCode != http.StatusSeeOther || b.get("/triage", done.Cookies()[0]).StatusCode != http.StatusOK {
		t.Fatalf("set up: status %d", done.StatusCode)
	}
	if b.get("/triage", half).StatusCode == http.StatusOK {
		t.Error("the token of the first half still works")
	}
	if got := b.get("/codes", done.Cookies()[0]).StatusCode; got != http.StatusNotFound {
		t.Errorf("set up again: status %d, want not found", got)
	}

	b.now = b.now.Add(time.Hour)
	half = b.tryIn(testName, testPass).Cookies()[0]
	if a := b.post("/code", form("code", code(b.now.Add(-5*time.Minute))), half); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("an old code: status %d", a.StatusCode)
	}
	in = b.post("/code", form("code", code(b.now)), half)
	if in.StatusCode != http.StatusSeeOther || b.get("/triage", in.Cookies()[0]).StatusCode != http.StatusOK {
		t.Fatalf("with the code: status %d", in.StatusCode)
	}
	half = b.tryIn(testName, testPass).Cookies()[0]
	if a := b.post("/code", form("code", code(b.now)), half); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("the same code again: status %d, want refused", a.StatusCode)
	}
	for range pairBurst {
		b.post("/code", form("code", "123456"), half)
	}
	if a := b.post("/code", form("code", "123456"), half); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("guessing on: status %d, want 429", a.StatusCode)
	}
}

func TestWhatMattersAsksAgain(t *testing.T) {
	b := newBench(t)
	c := b.in()
	b.now = b.now.Add(proofHolds + time.Second)
	if a := b.get("/people/new", c); a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/confirm?next=") {
		t.Fatalf("status %d to %q, want asked again", a.StatusCode, a.Header.Get("Location"))
	}
	add := form("name", "mina", "lang", "en", "roles", "case_worker")
	if a := b.post("/people/new", add, c); a.StatusCode != http.StatusForbidden {
		t.Errorf("a form: status %d, want refused", a.StatusCode)
	}
	if a := b.post("/confirm", form("passphrase", "wrong", "next", "/people/new"), c); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("a wrong passphrase: status %d", a.StatusCode)
	}
	if a := b.post("/confirm", form("passphrase", testPass, "next", "/people/new"), c); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the passphrase: status %d", a.StatusCode)
	}
	a := b.post("/people/new", add, c)
	if a.StatusCode != http.StatusOK || !strings.Contains(a.body, "made up words") {
		t.Fatalf("add: status %d, the passphrase is not shown", a.StatusCode)
	}
	if a := b.post("/people/new", add, c); a.StatusCode != http.StatusConflict {
		t.Errorf("the same name: status %d", a.StatusCode)
	}
	if b.tryIn("mina", "made up words").StatusCode != http.StatusSeeOther {
		t.Error("the new person cannot sign in")
	}
	if a := b.post("/people/1", form("roles", "auditor", "lang", "en", "active", "yes"), c); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("one's own roles: status %d, want refused", a.StatusCode)
	}
	b.o.Demo = false
	if a := b.post("/people/2", form("roles", "case_worker auditor", "lang", "en", "active", "yes"), c); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("roles to keep apart: status %d, want refused", a.StatusCode)
	}
	if a := b.post("/people/2", form("roles", "case_worker", "lang", "en"), c); a.StatusCode != http.StatusSeeOther {
		t.Errorf("no longer: status %d", a.StatusCode)
	}
	if b.tryIn("mina", "made up words").StatusCode == http.StatusSeeOther {
		t.Error("somebody who may not signed in")
	}
	log, err := b.records.Audit(t.Context())
	if err != nil || !slices.ContainsFunc(log, func(e casework.Entry) bool { return e.Act == casework.ActUser && strings.Contains(e.Object, "mina") }) {
		t.Errorf("the log does not say who was added (%v)", err)
	}
}

func TestRegistrarEnrolsAndRevokes(t *testing.T) {
	b := newBench(t)
	b.arrive(invented())
	c := b.in()
	if a := b.post("/devices/enrol", nil, c); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "LWE1: INVE NTED") || !strings.Contains(a.body, "<svg") {
		t.Errorf("enrol: status %d without the code", a.StatusCode)
	}
	path := "/devices/" + b.device.ID.String() + "/revoke"
	if a := b.get("/devices", c); !strings.Contains(a.body, path) {
		t.Error("the list does not lead to revoking")
	}
	if a := b.get(path, c); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "cannot be undone") {
		t.Errorf("revoke: status %d, or it does not say what it does", a.StatusCode)
	}
	if a := b.post(path, nil, c); a.StatusCode != http.StatusBadRequest || len(b.revoked) != 0 {
		t.Errorf("revoked without a yes: status %d", a.StatusCode)
	}
	b.now = b.now.Add(proofHolds + time.Second)
	if a := b.post(path, form("sure", "yes"), c); a.StatusCode != http.StatusForbidden || len(b.revoked) != 0 {
		t.Errorf("revoked without proof: status %d", a.StatusCode)
	}
	b.post("/confirm", form("passphrase", testPass, "next", path), c)
	if a := b.post(path, form("sure", "yes"), c); a.StatusCode != http.StatusSeeOther || len(b.revoked) != 1 || b.revoked[0] != b.device.ID.String() {
		t.Errorf("revoke: status %d, revoked %v", a.StatusCode, b.revoked)
	}
}

// TestADutyIsOfItsCase: under the address of another case nobody sees a referral, hands it over or ends it.
func TestADutyIsOfItsCase(t *testing.T) {
	b := newBench(t)
	me := b.in()
	clinic := b.service(me, "Clinic")
	_, mine := b.arriveSaying("none")
	_, other := b.arriveSaying("none")
	if a := b.on(mine, me, "/referrals", "service", clinic, "urgency", "24h", "text", "A bed", "consent", "yes", "days", "3"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("refer: status %d", a.StatusCode)
	}
	f, err := b.records.ViewCase(t.Context(), "test", mine.ID)
	if err != nil {
		t.Fatal(err)
	}
	duty := "/duties/" + f.Duties[0].ID.String()
	for of, want := range map[casework.CaseID]int{mine.ID: http.StatusOK, other.ID: http.StatusNotFound} {
		path := "/cases/" + of.String() + duty
		if a := b.get(path, me); a.StatusCode != want || strings.Contains(a.body, "A bed") != (want == http.StatusOK) {
			t.Errorf("the page: status %d, want %d", a.StatusCode, want)
		}
		if a := b.post(path+"/packet", form("as", "pdf"), me); a.StatusCode != want {
			t.Errorf("the packet: status %d, want %d", a.StatusCode, want)
		}
	}
	take := form("do", "take", "version", strconv.FormatInt(f.Duties[0].Version, 10))
	for of, want := range map[casework.CaseID]int{other.ID: http.StatusNotFound, mine.ID: http.StatusSeeOther} {
		if a := b.post("/cases/"+of.String()+duty, take, me); a.StatusCode != want {
			t.Errorf("taken: status %d, want %d", a.StatusCode, want)
		}
	}
}
