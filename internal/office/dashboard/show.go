package dashboard

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"os"
	"slices"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// frame is what every page has around its own data.
type frame struct {
	Page   string // name of the page, for the mark in the navigation
	Lang   string
	Dir    string
	Draft  bool   // nobody has reviewed the words of this language
	Here   string // the address that a choice of language leads back to
	Spoken []spokenView
	Office string
	Demo   bool
	Person string // "" before sign-in
	Nav    []navItem
	More   []navItem // what there is no room for beside Nav: it stands in a menu
	Data   any
}

// navItem is one entry of the main navigation.
type navItem struct {
	Path    string
	Word    string
	Current string // "page" on the page itself, "true" on one beneath it, else ""
}

// navigation is every entry; a person sees those that their role opens. under names the pages beneath.
var navigation = []struct {
	path, page string
	under      []string
	any        []casework.Power
}{
	{"/triage", "triage", nil, []casework.Power{casework.SeeCases}},
	{"/cases", "cases", []string{"case", "merge", "packet"}, []casework.Power{casework.SeeCases}},
	{"/interviews", "list", []string{"interview"}, []casework.Power{casework.ReadInterviews}},
	{"/arrivals", "arrivals", nil, []casework.Power{casework.SeeArrivals}},
	{"/devices", "devices", []string{"device", "enrol", "revoke", "release"}, []casework.Power{casework.SeeArrivals, casework.KeepDevices}},
	{"/questionnaires", "questionnaires", nil, []casework.Power{casework.KeepForms}},
	{"/directory", "directory", []string{"service"}, []casework.Power{casework.SeeServices, casework.KeepServices}},
	{"/reports", "reports", []string{"releases"}, []casework.Power{casework.SeeReports}},
	{"/exports", "exports", []string{"export"}, []casework.Power{casework.Export, casework.ExportNamed}},
	{"/people", "people", []string{"person"}, []casework.Power{casework.KeepPeople}},
	{"/settings", "settings", nil, []casework.Power{casework.KeepSettings}},
	{"/audit", "audit", nil, []casework.Power{casework.ReadLog}},
	{"/about", "about", nil, nil},
}

func (d *Dashboard) navigate(page string, s casework.Session) (items []navItem) {
	if s.Stage != casework.StageIn || d.o.Shut() {
		return nil
	}
	for _, n := range navigation {
		if !(route{any: n.any}).allows(s.Person.Role) {
			continue
		}
		item := navItem{Path: n.path, Word: d.say("frame." + n.page)}
		switch {
		case n.page == page:
			item.Current = "page"
		case slices.Contains(n.under, page):
			item.Current = "true"
		}
		items = append(items, item)
	}
	return items
}

// Room for entries of the navigation in one line of a window of common width, in every language.
const (
	mostInLine = 6 // where that is all
	keptInLine = 4 // where there is a menu beside them, and the page where somebody is
)

// inLine parts the navigation into what stands in one line and what goes into the menu beside it. Where somebody is stays in
// sight.
func inLine(all []navItem) (line, menu []navItem) {
	if len(all) <= mostInLine {
		return all, nil
	}
	for i, item := range all {
		if i < keptInLine || item.Current != "" {
			line = append(line, item)
		} else {
			menu = append(menu, item)
		}
	}
	return line, menu
}

func (d *Dashboard) funcs() template.FuncMap {
	return template.FuncMap{
		"say":       d.say,
		"many":      d.many,
		"lang":      func() string { return d.words.Lang() },
		"clock":     d.clock,
		"stamp":     func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"ago":       func(t time.Time) string { return d.ago(d.o.Now().Sub(t)) },
		"waits":     func(t time.Time) string { return d.waits(d.o.Now().Sub(t)) },
		"kilobytes": kilobytes,
		"waiting":   func(t time.Duration) string { return d.many(int(t/time.Second), "time.seconds") },
		// Templates take one argument; these carry along whether a page shows two languages.
		"both":     func(text [2]words, two bool) pairView { return pairView{text, two} },
		"answered": func(g given, two bool) answerView { return answerView{g, two} },
		"lined":    func(l line, two bool) lineView { return lineView{l, two} },
	}
}

type pairView struct {
	Text [2]words
	Two  bool
}

type answerView struct {
	Given given
	Two   bool
}

type lineView struct {
	Line line
	Two  bool
}

// ago writes how long something lies back, or "" where a date says it better.
func (d *Dashboard) ago(since time.Duration) string {
	switch {
	case since < 0 || since >= 14*24*time.Hour:
		return ""
	case since < time.Minute:
		return d.say("time.now")
	case since < time.Hour:
		return d.many(int(since/time.Minute), "time.minutes")
	case since < 48*time.Hour:
		return d.many(int(since/time.Hour), "time.hours")
	default:
		return d.many(int(since/(24*time.Hour)), "time.days")
	}
}

// waits says how long something has been waiting, however long.
func (d *Dashboard) waits(since time.Duration) string {
	switch {
	case since < time.Hour:
		return d.many(max(int(since/time.Minute), 1), "wait.minutes")
	case since < 48*time.Hour:
		return d.many(int(since/time.Hour), "wait.hours")
	default:
		return d.many(int(since/(24*time.Hour)), "wait.days")
	}
}

// here is the address of a page that can be asked for again; a form that was sent cannot.
func here(r *http.Request) string {
	if r.Method != http.MethodGet {
		return "/"
	}
	return r.URL.RequestURI()
}

// show writes a page. It is rendered whole before the first byte leaves, so that a fault in a template
// never sends half a page with status 200.
func (d *Dashboard) show(w http.ResponseWriter, r *http.Request, s casework.Session, status int, page string, data any) error {
	var b bytes.Buffer
	f := frame{
		Page: page, Lang: d.words.Lang(), Dir: direction(d.words.Lang()), Draft: d.words.Draft(), Here: here(r), Spoken: d.tongues(r),
		Office: d.o.Office, Demo: d.o.Demo, Person: s.Person.Name, Data: data,
	}
	f.Nav, f.More = inLine(d.navigate(page, s))
	if err := d.pages[page].Execute(&b, f); err != nil {
		return fmt.Errorf("render page %s: %w", page, err)
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes()) // the reader went away: nobody is left to tell
	}
	return nil
}

// file serves one embedded file.
func file(name, kind string) func(*Dashboard, http.ResponseWriter, *http.Request, casework.Session) error {
	return func(_ *Dashboard, w http.ResponseWriter, _ *http.Request, _ casework.Session) error {
		b, err := files.ReadFile(name)
		if err != nil {
			return fmt.Errorf("read file: %w", err)
		}
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", "private, max-age=300") // nothing about a person is in it
		_, _ = w.Write(b)
		return nil
	}
}

type problemData struct {
	Title string
	Text  string
	Back  string // where to go on; "" before sign-in
	To    string // the way out, with words of its own; "" where Back is all
	Way   string // these words
	Kept  string // what was typed and not taken, to copy
}

// fail turns an error into a page. What went wrong inside stands in the log under a reference; the
// route is logged, not the address, which may name a person.
func (d *Dashboard) fail(w http.ResponseWriter, r *http.Request, s casework.Session, rt route, err error) {
	if errors.Is(err, casework.ErrNotFound) {
		d.problem(w, r, s, http.StatusNotFound, "not_found")
		return
	}
	if errors.Is(err, casework.ErrChanged) {
		d.problem(w, r, s, http.StatusConflict, "changed")
		return
	}
	if errors.Is(err, errForm) {
		d.problem(w, r, s, http.StatusBadRequest, "form")
		return
	}
	if rule, ok := errors.AsType[casework.Refusal](err); ok {
		d.problem(w, r, s, http.StatusUnprocessableEntity, "rule", "rule", d.say("rule."+string(rule)))
		return
	}
	if r.Context().Err() != nil {
		return // the reader went away
	}
	switch screening.CodeOf(err) {
	case screening.EBusy: // the database is away or overloaded: what was saved stays, and a new try may do
		w.Header().Set("Retry-After", "20")
		d.problem(w, r, s, http.StatusServiceUnavailable, "busy")
		return
	case screening.EFull:
		d.problem(w, r, s, http.StatusInsufficientStorage, "full")
		return
	}
	var ref [4]byte
	_, _ = rand.Read(ref[:])
	reference := hex.EncodeToString(ref[:])
	d.o.Log.Error("page failed", "route", rt.pattern, "reference", reference, "code", screening.CodeOf(err), "err", err)
	if screening.CodeOf(err) == screening.CodeDisk { // a disk on a cable or a network comes back
		w.Header().Set("Retry-After", "20")
		d.problem(w, r, s, http.StatusServiceUnavailable, "disk", "reference", reference)
		return
	}
	d.problem(w, r, s, http.StatusInternalServerError, "internal", "reference", reference)
}

// broken answers a form that did not arrive whole: its line was too slow, or it is none that this office made.
func (d *Dashboard) broken(w http.ResponseWriter, r *http.Request, s casework.Session, err error) {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		d.problem(w, r, s, http.StatusRequestTimeout, "slow")
		return
	}
	d.problem(w, r, s, http.StatusBadRequest, "form")
}

// typed is what a form holds that took somebody time to write.
func typed(r *http.Request) string {
	return cmp.Or(text(r, "note"), text(r, "text"), text(r, "result"))
}

func (d *Dashboard) problem(w http.ResponseWriter, r *http.Request, s casework.Session, status int, kind string, pairs ...any) {
	d.problemTo(w, r, s, status, kind, "", pairs...)
}

// problemTo is problem with the page that leads out of it.
func (d *Dashboard) problemTo(w http.ResponseWriter, r *http.Request, s casework.Session, status int, kind, to string, pairs ...any) {
	data := problemData{
		Title: d.say("problem." + kind + ".title"), Text: d.say("problem."+kind+".text", pairs...), To: to,
	}
	if to != "" {
		data.Way = d.say("problem." + kind + ".way")
	}
	if s.Person.Name != "" && to == "" && !d.o.Shut() {
		data.Back = "/"
		if id := r.PathValue("case"); id != "" && status != http.StatusNotFound {
			data.Back = "/cases/" + id
		}
	}
	if r.Method == http.MethodPost && status != http.StatusForbidden {
		data.Kept = typed(r)
	}
	if status == http.StatusUnauthorized {
		data.Back = "/sign-in"
	}
	if err := d.show(w, r, s, status, "problem", data); err != nil {
		d.o.Log.Error("problem page failed", "err", err)
		http.Error(w, data.Title, http.StatusInternalServerError)
	}
}

// home is the first page that a role opens.
func (d *Dashboard) home(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	http.Redirect(w, r, d.navigate("", s)[0].Path, http.StatusSeeOther)
	return nil
}

func (d *Dashboard) unknown(http.ResponseWriter, *http.Request, casework.Session) error {
	return casework.ErrNotFound
}
