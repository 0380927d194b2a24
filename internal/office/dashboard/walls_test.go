package dashboard

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"leeward/internal/office/casework"
)

// TestEveryRouteNeedsASession walks the one list of routes: a page that is added and forgotten here is
// still tested.
func TestEveryRouteNeedsASession(t *testing.T) {
	b := newBench(t)
	iv := invented()
	b.arrive(iv)
	closed := 0
	for _, rt := range b.routes() {
		method, pattern, _ := strings.Cut(rt.pattern, " ")
		path := strings.NewReplacer("{id}", iv.ID.String(), "{$}", "").Replace(pattern)
		r := httptest.NewRequest(method, "https://office.test"+path, nil)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		for name, cookie := range map[string]*http.Cookie{"none": nil, "forged": cookieWith(make([]byte, 32)), "short": cookieWith([]byte("x"))} {
			if cookie != nil {
				r.Header.Set("Cookie", cookie.String())
			}
			a := b.do(r)
			a.wantHeaders(t, rt.pattern)
			if rt.open {
				continue
			}
			closed++
			if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/sign-in") {
				t.Errorf("%s with cookie %s: status %d to %q, want the sign-in page", rt.pattern, name, a.StatusCode, a.Header.Get("Location"))
			}
			if strings.Contains(a.body, string(iv.Code)) {
				t.Errorf("%s: shows a code to nobody in particular", rt.pattern)
			}
		}
	}
	if closed < 15 {
		t.Errorf("only %d checks of closed routes; the walk proves nothing", closed)
	}
	if log, err := b.records.Audit(t.Context()); err != nil || slices.ContainsFunc(log, func(e casework.Entry) bool { return e.Act == casework.ActView }) {
		t.Errorf("somebody without a session looked at an interview (%v)", err)
	}
}

func TestSignInTakesTheSameForUnknownNames(t *testing.T) {
	b := newBench(t)
	var computed atomic.Int32
	b.checker.checked = func() { computed.Add(1) }
	wrong := b.tryIn(testName, "not it")
	unknown := b.tryIn("nobody here", "not it")
	if computed.Load() != 2 {
		t.Errorf("%d computations of Argon2id for two tries, want 2", computed.Load())
	}
	if wrong.StatusCode != http.StatusUnauthorized || unknown.StatusCode != wrong.StatusCode || wrong.body != unknown.body {
		t.Error("a known and an unknown name are answered differently")
	}
	if len(wrong.Cookies())+len(unknown.Cookies()) != 0 {
		t.Error("a refused sign-in sets a cookie")
	}
	log, err := b.records.Audit(t.Context())
	if err != nil || len(log) != 3 || log[1].Actor != testName || log[2].Actor != "" {
		t.Errorf("audit: %+v (%v), want both refusals, the second without the name that was typed", log, err)
	}
}

func TestSessionLife(t *testing.T) {
	b := newBench(t)
	c := b.in()
	if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || c.Name != "__Host-leeward" {
		t.Errorf("cookie: %v", c)
	}
	ok := func(what string, want bool) {
		t.Helper()
		if got := b.get("/interviews", c).StatusCode == http.StatusOK; got != want {
			t.Errorf("%s: signed in %v, want %v", what, got, want)
		}
	}
	for range 15 { // idle time begins anew with each page
		b.now = b.now.Add(45 * time.Minute)
		ok("within the idle time", true)
	}
	b.now = b.now.Add(time.Hour + time.Second)
	ok("after an idle hour", false)

	c = b.in()
	for range 16 {
		b.now = b.now.Add(44 * time.Minute)
		ok("during the day", true)
	}
	b.now = b.now.Add(30 * time.Minute)
	ok("after half a day", false)

	c = b.in()
	if a := b.post("/sign-out", nil, c); a.StatusCode != http.StatusSeeOther || len(a.Cookies()) != 1 || a.Cookies()[0].MaxAge >= 0 {
		t.Errorf("sign-out: status %d, cookies %v", a.StatusCode, a.Cookies())
	}
	ok("after signing out", false)
}

func TestSignInGivesANewToken(t *testing.T) {
	b := newBench(t)
	first := b.in()
	planted := cookieWith([]byte("an attacker knows these 32 bytes"))
	second := b.tryIn(testName, testPass, first)
	third := b.tryIn(testName, testPass, planted)
	if second.Cookies()[0].Value == first.Value || third.Cookies()[0].Value == planted.Value {
		t.Fatal("a token that was there before is a session now")
	}
	if b.get("/interviews", first).StatusCode == http.StatusOK || b.get("/interviews", planted).StatusCode == http.StatusOK {
		t.Error("an older token still works")
	}
}

func TestForgedFormsAreRefused(t *testing.T) {
	b := newBench(t)
	c := b.in()
	for _, site := range []string{"cross-site", "same-site"} {
		for _, path := range []string{"/sign-out", "/sign-in"} {
			r := httptest.NewRequest(http.MethodPost, "https://office.test"+path, strings.NewReader("name=x&passphrase=y"))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Sec-Fetch-Site", site)
			r.AddCookie(c)
			if a := b.do(r); a.StatusCode != http.StatusForbidden {
				t.Errorf("%s from %s: status %d, want 403", path, site, a.StatusCode)
			}
		}
	}
	r := httptest.NewRequest(http.MethodPost, "https://office.test/sign-out", nil)
	r.Header.Set("Origin", "https://elsewhere.test")
	r.AddCookie(c)
	if a := b.do(r); a.StatusCode != http.StatusForbidden {
		t.Errorf("another origin: status %d, want 403", a.StatusCode)
	}
	if b.get("/interviews", c).StatusCode != http.StatusOK {
		t.Error("a forged form ended the session")
	}
}

func TestLimitHitsOnlyWhoGuesses(t *testing.T) {
	b := newBench(t)
	from := func(address, pass string) answer {
		r := httptest.NewRequest(http.MethodPost, "https://office.test/sign-in",
			strings.NewReader(url.Values{"name": {testName}, "passphrase": {pass}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.RemoteAddr = address
		return b.do(r)
	}
	for range pairBurst {
		from("192.0.2.1:999", "wrong")
	}
	if a := from("192.0.2.1:998", testPass); a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" {
		t.Errorf("a sixth try: status %d, want 429 with a time", a.StatusCode)
	}
	if a := from("192.0.2.2:999", testPass); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the same person from elsewhere: status %d, want in", a.StatusCode)
	}
	b.now = b.now.Add(pairEvery)
	if a := from("192.0.2.1:997", testPass); a.StatusCode != http.StatusSeeOther {
		t.Errorf("after the wait: status %d, want in", a.StatusCode)
	}
	for i := range pairBurst { // one IPv6 network is one address
		from("[2001:db8::"+string(rune('1'+i))+"]:999", "wrong")
	}
	if a := from("[2001:db8::ffff]:999", "wrong"); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("a sixth try from one network: status %d, want 429", a.StatusCode)
	}
}

func TestNextStaysHere(t *testing.T) {
	for next, want := range map[string]string{
		"/devices": "/devices", "/interviews?code=7K": "/interviews?code=7K", "": "/", "https://evil.test/": "/", "//evil.test": "/",
		`/\evil.test`: "/", "javascript:alert(1)": "/", "/\r\nSet-Cookie: x=y": "/", "evil.test": "/", "https:/evil": "/",
	} {
		if got := localPath(next); got != want {
			t.Errorf("next %q: got %q, want %q", next, got, want)
		}
	}
}

func TestHashesOfOtherShapesAreRefused(t *testing.T) {
	good := HashPassphrase("a  b", Cost{Time: 1, Memory: 64, Lanes: 1})
	if ok, err := checkPassphrase("a b", good); !ok || err != nil {
		t.Errorf("the same words: %v (%v), want in", ok, err)
	}
	for _, bad := range []string{"", "x", "$argon2i$v=19$m=64,t=1,p=1$AAAA$AAAA", strings.Replace(good, "m=64", "m=99999999", 1), good[:len(good)-2]} {
		if ok, err := checkPassphrase("a b", bad); ok || err == nil {
			t.Errorf("%.30q: accepted", bad)
		}
	}
}
