package dashboard

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"leeward/internal/office/casework"
)

// A session ends after an hour without a request, and after half a day in any case. One from the future ends, too.
const (
	sessionIdle = time.Hour
	sessionMost = 12 * time.Hour
	clockSlack  = 5 * time.Minute // by which a clock is set back now and then
)

// The prefix makes browsers refuse the cookie unless it is Secure, for this host only, and for all of it.
const cookieName = "__Host-leeward"

const (
	maxName       = 64
	maxPassphrase = 1024
)

// session returns the session of r, or a zero one where there is none that still holds.
func (d *Dashboard) session(r *http.Request) (casework.Session, error) {
	token, ok := tokenOf(r)
	if !ok {
		return casework.Session{}, nil
	}
	s, err := d.o.Staff.Session(r.Context(), token)
	if errors.Is(err, casework.ErrNotFound) {
		return casework.Session{}, nil
	}
	if err != nil {
		return casework.Session{}, fmt.Errorf("look up session: %w", err)
	}
	now := d.o.Now()
	back := s.Seen.Sub(now) > clockSlack || s.Started.Sub(now) > clockSlack // the clock went back: nobody knows how old it is
	if now.Sub(s.Seen) > sessionIdle || now.Sub(s.Started) > sessionMost || back {
		return casework.Session{}, d.o.Staff.EndSession(r.Context(), token)
	}
	return s, nil
}

// tokenOf returns the hash of the token in r's cookie: the office never keeps the token itself.
func tokenOf(r *http.Request) ([32]byte, bool) {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return [32]byte{}, false
	}
	token, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || len(token) != 32 {
		return [32]byte{}, false
	}
	return sha256.Sum256(token), true
}

func setCookie(w http.ResponseWriter, value string) {
	c := &http.Cookie{
		Name: cookieName, Value: value, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// after carries the page that was asked for through the sign-in, unless it is the front page.
func after(r *http.Request) string {
	if r.Method != http.MethodGet || r.URL.Path == "/" {
		return ""
	}
	return "?" + url.Values{"next": {r.URL.RequestURI()}}.Encode()
}

// localPath returns next if it is a page of this office, or "/": a link to the sign-in page must not be
// able to send anybody elsewhere.
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || !strings.HasPrefix(u.Path, "/") ||
		strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}

func (d *Dashboard) signInPage(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	next := localPath(r.URL.Query().Get("next"))
	if s.Stage == casework.StageIn {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return nil
	}
	data := signInData{Next: next}
	if _, was := tokenOf(r); was && s.Person.Name == "" { // a browser forgets its session when it ends, not when we do
		data.Problem = "signin.ended"
	}
	return d.show(w, r, s, http.StatusOK, "signin", data)
}

// ended answers who is not signed in, or not any more: with the sign-in page, or, where something was typed that would be
// gone, with what it was.
func (d *Dashboard) ended(w http.ResponseWriter, r *http.Request) {
	_, was := tokenOf(r)
	if was && r.Method == http.MethodPost && r.ParseForm() == nil && typed(r) != "" {
		d.problem(w, r, casework.Session{}, http.StatusUnauthorized, "ended")
		return
	}
	http.Redirect(w, r, "/sign-in"+after(r), http.StatusSeeOther)
}

type signInData struct {
	Next    string
	Problem string        // a word key, or ""
	Wait    time.Duration // with Problem "wait"
}

// signIn answers a wrong passphrase and an unknown name alike, and takes the same time for both.
func (d *Dashboard) signIn(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	if err := r.ParseForm(); err != nil {
		return d.show(w, r, s, http.StatusBadRequest, "signin", signInData{Next: "/", Problem: "signin.problem.form"})
	}
	name, pass := strings.TrimSpace(r.PostForm.Get("name")), r.PostForm.Get("passphrase")
	again := signInData{Next: localPath(r.PostForm.Get("next")), Problem: "signin.problem.wrong"}
	if name == "" || len(name) > maxName || pass == "" || len(pass) > maxPassphrase {
		return d.show(w, r, s, http.StatusUnauthorized, "signin", again)
	}
	from := addressOf(r.RemoteAddr)
	if wait, ok := d.limits.allow(name, from); !ok {
		wait = max(wait.Round(time.Second), time.Second)
		w.Header().Set("Retry-After", fmt.Sprint(int(wait.Seconds())))
		again.Problem, again.Wait = "signin.problem.wait", wait
		return d.show(w, r, s, http.StatusTooManyRequests, "signin", again)
	}
	person, keys, err := d.o.Staff.Person(r.Context(), name)
	if err != nil && !errors.Is(err, casework.ErrNotFound) {
		return fmt.Errorf("look up person: %w", err)
	}
	ok, err := d.checker.check(r.Context(), pass, keys.Hash)
	if err != nil {
		return fmt.Errorf("check passphrase: %w", err)
	}
	if !ok {
		// A name that nobody has may be a passphrase typed into the wrong field: it is not written down.
		if err := d.o.Staff.Note(r.Context(), person.Name, casework.ActSignFail, ""); err != nil {
			return fmt.Errorf("note refused sign-in: %w", err)
		}
		return d.show(w, r, s, http.StatusUnauthorized, "signin", again)
	}
	stage := casework.StageIn
	switch {
	case keys.TOTP != "": // the limit stays: whoever has the passphrase must not guess codes faster
		stage = casework.StageCode
	case d.o.Codes:
		stage = casework.StageSetup
	default:
		d.limits.forget(name, from)
	}
	return d.admit(w, r, person, stage, again.Next)
}

// admit gives the browser a new token, whatever it held before: at each step of signing in.
func (d *Dashboard) admit(w http.ResponseWriter, r *http.Request, p casework.Person, stage casework.Stage, next string) error {
	if old, ok := tokenOf(r); ok {
		if err := d.o.Staff.EndSession(r.Context(), old); err != nil {
			return fmt.Errorf("end the session before: %w", err)
		}
	}
	var token [32]byte
	_, _ = rand.Read(token[:]) // never fails (crypto/rand)
	if err := d.o.Staff.StartSession(r.Context(), sha256.Sum256(token[:]), p.ID, stage); err != nil {
		return fmt.Errorf("start session: %w", err)
	}
	setCookie(w, base64.RawURLEncoding.EncodeToString(token[:]))
	if stage != casework.StageIn {
		http.Redirect(w, r, stagePage(stage)+"?"+url.Values{"next": {next}}.Encode(), http.StatusSeeOther)
		return nil
	}
	if err := d.o.Staff.Note(r.Context(), p.Name, casework.ActSignIn, ""); err != nil {
		return fmt.Errorf("note sign-in: %w", err)
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

func (d *Dashboard) signOut(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	if token, ok := tokenOf(r); ok {
		if err := d.o.Staff.EndSession(r.Context(), token); err != nil {
			return fmt.Errorf("end session: %w", err)
		}
	}
	if err := d.o.Staff.Note(r.Context(), s.Person.Name, casework.ActSignOut, ""); err != nil {
		return fmt.Errorf("note sign-out: %w", err)
	}
	setCookie(w, "")
	w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
	return nil
}
