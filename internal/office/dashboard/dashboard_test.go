package dashboard

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/office/casework"
	"leeward/internal/office/engine"
	"leeward/internal/office/report"
	"leeward/internal/office/sqlite"
	"leeward/internal/screening"
	"leeward/schema"
	"leeward/schema/instrument"
)

const (
	testName = "noor"
	testPass = "six invented words for this test"
	attack   = `<script>alert("x")</script>"'><img src=x onerror=alert(1)>`
)

// bench is a dashboard over a real database, with a clock that the test moves.
type bench struct {
	*Dashboard
	t                 *testing.T
	records           *engine.Engine
	path              string // of its file
	key               encvfs.Key
	handler           http.Handler
	now               time.Time
	log               bytes.Buffer
	device            casework.Enrolled
	seq               uint64
	revoked, enrolled []string
	shut              bool
	reopened          [][]byte
	press             press
	exports           exporter
	alike             []string // of the next interview that arrives
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	now := func() time.Time { return b.now }
	_, _ = rand.Read(b.key[:])
	b.path = filepath.Join(t.TempDir(), "office.db")
	var err error
	if b.records, err = sqlite.Open(context.Background(), b.path, b.key, engine.Options{Now: now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.records.Close() })
	cheap := Cost{Time: 1, Memory: 64, Lanes: 1}
	if _, err := b.records.AddPerson(t.Context(), casework.Program, casework.Person{Name: testName, Role: "supervisor registrar administrator auditor", Lang: "en"},
		HashPassphrase(testPass, cheap)); err != nil {
		t.Fatal(err)
	}
	b.Dashboard = New(Options{
		Records: b.records, Staff: b.records, Cases: b.records, Helpers: b.records, House: b.records, Press: &b.press, Reports: b.records, Workbook: func(w io.Writer, l report.Leaf) error { _, err := io.WriteString(w, l.Heading); return err },
		Enrol: func(_ context.Context, device string) (string, time.Time, error) {
			b.enrolled = append(b.enrolled, device)
			return "LWE1:INVENTED", now().Add(24 * time.Hour), nil
		},
		Shut: func() bool { return b.shut },
		Reopen: func(_ context.Context, _ string, log []byte) (int, error) {
			if string(log) == "older" {
				return 0, casework.RefuseLog
			}
			b.reopened, b.shut = append(b.reopened, log), false
			return len(log), nil
		},
		Exports: &b.exports, Gate: b.records, Spoken: func(c [32]byte) []string { return []string{"word", fmt.Sprint(c[0])} },
		Revoke: func(_ context.Context, id string, from time.Time) (int, error) {
			b.revoked = append(b.revoked, id)
			done, err := b.records.Revoke(t.Context(), casework.Revocation{
				Device: b.device.ID, From: from, Hold: func(screening.BatchID) []byte { return []byte("held") },
				Sign: func(uint64, uint64, [32]byte) ([]byte, []byte, error) {
					return []byte("signed"), []byte("revoked"), nil
				},
			})
			return done.Held, err
		},
		Words: func() (string, error) { return "made up words", nil }, Demo: true, Office: "Test office", Now: now, Cost: cheap,
		Log: slog.New(slog.NewJSONHandler(&b.log, nil)),
		Form: func(_ context.Context, ref schema.Ref) (*schema.Form, error) {
			if ref != instrument.Form().Ref() {
				return nil, casework.ErrNotFound
			}
			return instrument.Form(), nil
		},
	})
	b.handler = b.Handler()
	return b
}

// answer is what a page answered.
type answer struct {
	*http.Response
	body string
}

func (b *bench) do(r *http.Request) answer {
	b.t.Helper()
	w := httptest.NewRecorder()
	b.handler.ServeHTTP(w, r)
	resp := w.Result()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer{resp, string(body)}
}

func (b *bench) get(path string, cookies ...*http.Cookie) answer {
	b.t.Helper()
	r := httptest.NewRequest(http.MethodGet, "https://office.test"+path, nil)
	for _, c := range cookies {
		r.AddCookie(c)
	}
	return b.do(r)
}

func (b *bench) post(path string, form url.Values, cookies ...*http.Cookie) answer {
	b.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "https://office.test"+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for _, c := range cookies {
		r.AddCookie(c)
	}
	return b.do(r)
}

func (b *bench) tryIn(name, pass string, cookies ...*http.Cookie) answer {
	b.t.Helper()
	return b.post("/sign-in", url.Values{"name": {name}, "passphrase": {pass}, "next": {"/devices"}}, cookies...)
}

// in signs in and returns the cookie.
func (b *bench) in() *http.Cookie {
	b.t.Helper()
	a := b.tryIn(testName, testPass)
	if a.StatusCode != http.StatusSeeOther || len(a.Cookies()) != 1 {
		b.t.Fatalf("sign-in: status %d, %d cookies", a.StatusCode, len(a.Cookies()))
	}
	return a.Cookies()[0]
}

// arrive records an interview as intake would.
func (b *bench) arrive(iv screening.Interview, needs ...casework.Need) {
	b.t.Helper()
	ctx := b.t.Context()
	if b.device.Epoch == 0 {
		a := casework.Admission{Code: [32]byte{1}, SignKey: [32]byte{2}, TLSKey: [32]byte{3}, SealTo: "age1pq-x", Grant: granted}
		if err := b.records.AddCode(ctx, a.Code, b.now.Add(time.Hour), true); err != nil {
			b.t.Fatal(err)
		}
		var err error
		if b.device, _, err = b.records.Admit(ctx, a); err != nil {
			b.t.Fatal(err)
		}
	}
	b.seq++
	header := []byte(fmt.Sprint("header ", b.seq))
	batch := screening.BatchID(sha256.Sum256(header))
	if _, err := b.records.Receive(ctx, casework.Arrival{
		Entry: []byte("stored"), Batch: batch, Device: b.device.ID, Epoch: 1, Seq: b.seq, Made: b.now, Header: header, Sig: make([]byte, 64), Payload: []byte("sealed"),
	}); err != nil {
		b.t.Fatal(err)
	}
	record := casework.OpenedRecord{Kind: casework.KindInterview, Interview: iv.ID, Version: iv.Version, Content: &iv, Needs: needs, Alike: b.alike}
	if iv.Status == screening.Withdrawn {
		record = casework.OpenedRecord{Kind: casework.KindWithdrawal, Interview: iv.ID, Version: iv.Version, At: b.now}
	}
	if _, err := b.records.Open(ctx, casework.Opened{
		Entry: []byte("opened"), Batch: batch, Device: b.device.ID, Level: screening.LevelOpened, Proof: [32]byte{9}, Records: []casework.OpenedRecord{record},
	}); err != nil {
		b.t.Fatal(err)
	}
}

// invented is a short interview in Arabic in which every text is hostile.
func invented() screening.Interview {
	at := time.Date(2026, 2, 28, 9, 0, 0, 0, time.UTC)
	iv := screening.Interview{
		ID: screening.NewInterviewID(), Version: 1, Code: screening.NewRespondentCode(), Status: screening.Final,
		Questionnaire: instrument.Form().Ref(), Started: at, Finished: at.Add(time.Hour),
		Setting: screening.Setting{Screener: attack, Interpreter: attack, Language: "ar", ScreenerLang: "en"},
		Consent: screening.Consent{Agreed: true, Keep: "code", Lang: "ar", At: at},
	}
	for i, r := range []screening.Recorded{
		{Path: "/data/prepare/a1", Answer: schema.Answer{Value: "yes"}, Lang: "ar"},
		{Path: "/data/prepare/a2", Answer: schema.Answer{Value: "interpreter " + attack}, Lang: "ar"},
		{Path: "/data/prepare/a7", Answer: schema.Answer{Value: "adult"}, Lang: "en", Fallback: true},
		{Path: "/data/consent/b1", Answer: schema.Answer{Value: "understood"}, Lang: "ar"},
		{Path: "/data/consent/b2", Answer: schema.Answer{Value: "yes"}, Lang: "ar"},
		{Path: "/data/consent/b3", Answer: schema.Answer{Value: "code"}, Lang: "ar"},
		{Path: "/data/safety/c3", Answer: schema.Answer{Value: "here"}, Lang: "ar", Unreviewed: true},
		{Path: "/data/about/d1", Answer: schema.Answer{Value: attack}, Lang: "ar"},
		{Path: "/data/about/d2", Answer: schema.Answer{Value: "29"}, Lang: "ar"},
		{Path: "/data/about/d3", Answer: schema.Answer{Missing: schema.Declined}, Lang: "ar"},
		{Path: "/data/about/d2", Answer: schema.Answer{Value: "31"}, Lang: "ar"},
		{Path: "/data/assessment/l3", Answer: schema.Answer{Value: "possible"}, Lang: "en"},
		{Path: schema.Path("/data/elsewhere/" + attack), Answer: schema.Answer{Value: attack}, Lang: "ar"},
	} {
		r.Seq, r.At = uint64(i)+1, at.Add(time.Duration(i)*time.Minute)
		iv.Answers = append(iv.Answers, r)
	}
	return iv
}

// wantHeaders checks what every answer carries. Only what has nothing of anybody in it may stay in a browser.
func (a answer) wantHeaders(t *testing.T, what string) {
	t.Helper()
	cache := "no-store"
	if a.StatusCode == http.StatusOK && (strings.HasSuffix(what, "/style.css") || strings.HasSuffix(what, "/mark.svg")) {
		cache = "private, max-age=300"
	}
	if got := a.Header.Get("Cache-Control"); got != cache {
		t.Errorf("%s: Cache-Control: got %q, want %q", what, got, cache)
	}
	for name, want := range map[string]string{
		"Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
		"X-Content-Type-Options":  "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "X-Robots-Tag": "noindex",
		"Permissions-Policy": "camera=(), geolocation=(), microphone=(), clipboard-read=(), display-capture=()",
	} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s: %s: got %q, want %q", what, name, got, want)
		}
	}
}

func cookieWith(token []byte) *http.Cookie {
	return &http.Cookie{Name: cookieName, Value: base64.RawURLEncoding.EncodeToString(token)}
}

// granted stands for the registrar's word and what the log says of it.
func granted(d casework.Enrolled, _ uint64, _ [32]byte) (grant, entry []byte, err error) {
	return d.ID[:], d.SignKey[:], nil
}

// press stands for what the office has out.
type press struct {
	news  casework.News
	asked []casework.Asked
	lost  bool // the device of every interview is not trusted
}

func (p *press) AskField(_ context.Context, _ string, _ screening.InterviewID, text string) error {
	switch {
	case p.lost:
		return screening.Fail(screening.ERevoked, errors.New("nobody would get it"))
	case text == "":
		return &casework.Unfit{Why: []string{"empty"}}
	}
	p.asked = append(p.asked, casework.Asked{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)})
	return nil
}

func (p *press) Asked(context.Context, screening.InterviewID) ([]casework.Asked, error) {
	return p.asked, nil
}

func (p *press) News(context.Context) (casework.News, error) { return p.news, nil }

func (p *press) Policy(context.Context) ([]byte, error) {
	for _, d := range p.news.Documents {
		if d.Kind == casework.NewsPolicy {
			return d.Packed, nil
		}
	}
	return nil, nil
}

func (p *press) Publish(_ context.Context, _ string, m casework.Manuscript) (casework.News, error) {
	if bytes.Contains(m.File, []byte("-1")) {
		return p.news, &casework.Unfit{Why: []string{"lock_minutes: -1 is not 1 to 30"}}
	}
	p.news.Version++
	p.news.Documents = append(p.news.Documents, casework.Document{Kind: m.Kind, Name: "invented", Label: "3", Version: p.news.Version, Packed: m.File})
	return p.news, nil
}

func (p *press) Unpublish(_ context.Context, _ string, kind casework.NewsKind, name string) (casework.News, error) {
	for i, d := range p.news.Documents {
		if d.Kind == kind && d.Name == name {
			p.news.Documents = append(p.news.Documents[:i], p.news.Documents[i+1:]...)
			return p.news, nil
		}
	}
	return p.news, casework.ErrNotFound
}
