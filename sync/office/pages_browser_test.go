//go:build browser

package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"leeward/internal/office/dashboard"
	"leeward/internal/screening"
)

// deskPage is a page of the office and, in English, a text that shows that it is that one.
type deskPage struct{ path, name, want string }

// everyPage refers somebody, so that there is something on each page, and returns all of them: one that is added to the
// office and not here fails the test.
func everyPage(t *testing.T, ctx context.Context, url string, iv screening.Interview) []deskPage {
	t.Helper()
	do(t, ctx, "from the interview to its case", chromedp.Navigate(url+"/interviews/"+iv.ID.String()), chromedp.Click("a.case"), chromedp.WaitVisible("#todo"))
	of := strings.TrimPrefix(answerOf(t, ctx, "address", chromedp.Location()), url)
	do(t, ctx, "refer", chromedp.SendKeys("#s-text", "A bed tonight"), chromedp.Click("#s-consent"), chromedp.Submit("#s-text"), chromedp.WaitVisible(".good"))
	packet := answerOf(t, ctx, "referral", chromedp.AttributeValue(`a[href*="/duties/"]`, "href")).Value
	do(t, ctx, "devices", chromedp.Navigate(url+"/devices"))
	lost := answerOf(t, ctx, "device", chromedp.AttributeValue("tbody a.lost", "href")).Value
	revoked := answerOf(t, ctx, "revoked device", chromedp.Evaluate[string](`document.querySelector("tr:has(.state.revoked) th a").getAttribute("href")`))
	pages := []deskPage{
		{"/triage", "triage", "Due tonight"},
		{"/triage?until=all", "triage-all", "Anybody? Nobody yet"},
		{"/cases", "cases", "newest first"},
		{"/cases?status=closed", "cases-closed", "Closed"},
		{"/cases?code=ZZZZ", "cases-nothing", "Nothing found"},
		{of, "case", "A bed tonight"},
		{of + "/merge", "merge", "can be undone"},
		{packet, "packet", "not the story"},
		{"/interviews", "list", "newest arrival"},
		{"/interviews/" + iv.ID.String(), "interview", "What may I call you?"},
		{"/arrivals", "arrivals", "Incidents"},
		{"/devices", "devices", "Active"},
		{lost, "revoke", "When a device is lost"},
		{strings.TrimSuffix(lost, "/revoke"), "device", "Make a code for this device"},
		{revoked, "device-held", "Batch no. 3"},
		{revoked + "/release", "release", "cannot be undone"},
		{"/questionnaires", "questionnaires", "XLSForm"},
		{"/directory", "directory", "Lantern House"},
		{"/directory/new", "service", "Who is served"},
		{"/people", "people", "sami"},
		{"/people/new", "person", "Case worker"},
		{"/reports?table=T3", "reports", "agreed to be counted"},
		{"/reports?table=T9", "reports-types", "Type of exploitation"},
		{"/releases", "releases", "2018-2024"},
		{"/exports", "exports", "Nothing has left"},
		{"/exports/new", "export", "Their public key"},
		{"/settings", "settings", "Months"},
		{"/audit", "audit", "Signed in"},
		{"/about", "about", "Fingerprint"},
		{"/confirm", "confirm", "asked once"},
		{"/code", "code", "Six digits"},
		{"/codes", "codes", "half minute"},
		{"/nothing", "problem", "Not here"},
	}
	wantAll(t, pages)
	return pages
}

// wantAll compares the list with the router.
func wantAll(t *testing.T, pages []deskPage) {
	t.Helper()
	all := dashboard.New(dashboard.Options{Cost: dashboard.Cost{Time: 1, Memory: 64, Lanes: 1}}).Pages()
	mux := http.NewServeMux()
	for _, pattern := range all {
		mux.Handle(pattern, http.NotFoundHandler())
	}
	// the door is looked at before signing in, and /reopen in an office that is shut; the others are no pages: they lead on, or are
	// files
	seen := map[string]bool{"GET /reopen": true, "GET /sign-in": true, "GET /{$}": true, "GET /style.css": true, "GET /mark.svg": true, "GET /reports/{table}": true}
	for _, p := range pages {
		_, pattern := mux.Handler(httptest.NewRequest(http.MethodGet, "https://office.test"+p.path, nil))
		seen[pattern] = true
	}
	for _, pattern := range all {
		if !seen[pattern] {
			t.Errorf("nobody looks at %s", pattern)
		}
	}
}

// byKeyboard goes through a page with the Tab key alone: whatever can be used is reached, and shows that it is.
func byKeyboard(t *testing.T, ctx context.Context, what string) {
	t.Helper()
	usable := answerOf(t, ctx, what, chromedp.Evaluate[int](`(() => {
		window.reached = new Set(); window.unseen = 0;
		document.addEventListener("focusin", e => {
			reached.add(e.target);
			const style = getComputedStyle(e.target);
			if (e.target.matches(":focus-visible") && style.outlineStyle === "none") unseen++;
		});
		window.usable = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")].filter(e => e.checkVisibility());
		document.activeElement.blur();
		return usable.length;
	})()`))
	if usable < 5 {
		t.Fatalf("%s: only %d things to use; the walk proves nothing", what, usable)
	}
	for range usable + 8 { // a date has several parts
		do(t, ctx, what, chromedp.KeyEvent("\t"))
	}
	left := answerOf(t, ctx, what, chromedp.Evaluate[string](`usable.filter(e => !reached.has(e)).map(e => e.outerHTML.slice(0, 80)).join(" | ")`))
	unseen := answerOf(t, ctx, what, chromedp.Evaluate[int](`unseen`))
	if left != "" || unseen > 0 {
		t.Errorf("%s: by keyboard nobody reaches %s; %d times nothing shows where one is", what, left, unseen)
	}
}

// menuByKeyboard opens the menu of the pages that do not stand in line, and goes on to the first of them.
func menuByKeyboard(t *testing.T, ctx context.Context, what string) {
	t.Helper()
	do(t, ctx, what, chromedp.Focus(".menu summary"), chromedp.KeyEvent("\r"))
	if shown := answerOf(t, ctx, what, chromedp.Evaluate[int](`[...document.querySelectorAll(".menu li")].filter(e => e.checkVisibility()).length`)); shown < 3 {
		t.Errorf("%s: %d pages in the menu", what, shown)
	}
	wantAccessible(t, ctx, what+" with its menu")
	picture(t, ctx, "office-menu")
	want := answerOf(t, ctx, what, chromedp.Evaluate[string](`[...document.querySelectorAll(".menu li a")].find(e => e.checkVisibility()).pathname`))
	do(t, ctx, what, chromedp.KeyEvent("\t"), chromedp.KeyEvent("\r"), chromedp.WaitVisible("body:not(.page-triage)"))
	if at := answerOf(t, ctx, what, chromedp.Location()); !strings.HasSuffix(at, want) {
		t.Errorf("%s: the menu leads to %s, want %s", what, at, want)
	}
}

// doubled is a page at 200 % in a window of 1280 pixels.
func doubled(t *testing.T, ctx context.Context, what string) {
	t.Helper()
	do(t, ctx, what, chromedp.EmulateViewport(640, 900, chromedp.EmulateScale(2)))
	wantNoSideScroll(t, ctx, what+" at 200 %")
	do(t, ctx, what, chromedp.EmulateViewport(1280, 900))
}
