//go:build browser

package main

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestBrowserDesk is an evening at the office in a real browser, by pages and keyboard only: triage, a case, a
// referral, a finding and its second reader, a merge; every page is looked at by axe.
func TestBrowserDesk(t *testing.T) {
	o, arabic, _ := seeded(t)
	o.run("demo", "-cases", "400", "-seed", "3")
	var second userAnswer
	if err := json.Unmarshal([]byte(o.run("user", "add", "-name", "sami", "-role", "reviewer", "-json")), &second); err != nil {
		t.Fatal(err)
	}
	url, _ := o.start()
	ctx := window(t, 1280, 900)
	do(t, ctx, "sign-in page", chromedp.Navigate(url), chromedp.WaitVisible("#name"))
	wantAccessible(t, ctx, "sign-in")
	do(t, ctx, "sign in", signIn(o, url))
	o.run("report", "-from", "2018", "-to", "2024")
	for _, p := range everyPage(t, ctx, url, arabic) {
		do(t, ctx, p.name, chromedp.Navigate(url+p.path))
		body := answerOf(t, ctx, p.name, chromedp.Text("main"))
		if _, want, ok := strings.Cut(p.want, "? "); ok {
			p.want = want
		}
		if !strings.Contains(body, p.want) {
			t.Errorf("%s does not show %q", p.path, p.want)
		}
		wantAccessible(t, ctx, p.name)
		picture(t, ctx, "office-"+p.name)
		doubled(t, ctx, p.name)
		if p.name == "case" || p.name == "revoke" {
			byKeyboard(t, ctx, p.name)
		}
	}
	do(t, ctx, "enrolment code", chromedp.Navigate(url+"/devices"), chromedp.Click("main form button"), chromedp.WaitVisible(".qr"))
	wantAccessible(t, ctx, "enrol")
	picture(t, ctx, "office-enrol")
	do(t, ctx, "lost device", chromedp.Navigate(url+"/devices"), chromedp.Click("tbody a.second"), chromedp.WaitVisible("#sure"))
	do(t, ctx, "stop trusting it", chromedp.Click("#sure"), chromedp.Submit("#sure"), chromedp.WaitVisible(".state.revoked"))
	walkCase(t, ctx, url, arabic.ID.String(), second.Passphrase)
}

// walkCase follows one case from the interview to a finding that a second person has read.
func walkCase(t *testing.T, ctx context.Context, url, interview, second string) {
	t.Helper()
	do(t, ctx, "from the interview to its case", chromedp.Navigate(url+"/interviews/"+interview), chromedp.Click("a.case"), chromedp.WaitVisible("#todo"))
	path := answerOf(t, ctx, "address", chromedp.Location())
	do(t, ctx, "take it", chromedp.SendKeys("#c-note", "Called the shelter."), chromedp.SetValue("#c-owner", "1"), chromedp.Submit("#c-note"), chromedp.WaitVisible(".good"))
	do(t, ctx, "propose", chromedp.Click("#finding ~ details summary"), chromedp.WaitVisible("#f-note"), chromedp.SetValue("#f", "not"), chromedp.SetValue("#f-note", "No work, no journey."),
		chromedp.Submit("#f-note"), chromedp.WaitVisible(".good"))
	body := answerOf(t, ctx, "case", chromedp.Text("main"))
	for _, want := range []string{"waits for a second reader", "A bed tonight", "Called the shelter."} {
		if !strings.Contains(body, want) {
			t.Errorf("the case does not show %q", want)
		}
	}
	picture(t, ctx, "office-case-worked")
	do(t, ctx, "narrow", chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile), chromedp.Navigate(path))
	wantNoSideScroll(t, ctx, "narrow case")
	wantAccessible(t, ctx, "narrow case")
	picture(t, ctx, "office-case-narrow")
	do(t, ctx, "narrow triage", chromedp.Navigate(url+"/triage"))
	wantNoSideScroll(t, ctx, "narrow triage")
	picture(t, ctx, "office-triage-narrow")
	do(t, ctx, "the second reader", chromedp.EmulateViewport(1280, 900), chromedp.Navigate(url+"/"), chromedp.Click(".me button"), chromedp.WaitVisible("#name"),
		chromedp.SendKeys("#name", "sami"), chromedp.SendKeys("#passphrase", second), chromedp.Submit("#passphrase"), chromedp.WaitVisible(".me"),
		chromedp.Navigate(path), chromedp.SendKeys("#s-note", "I read it and agree."), chromedp.Click(`button[value="yes"]`), chromedp.WaitVisible(".good"))
	if body := answerOf(t, ctx, "case", chromedp.Text("#finding ~ p")); !strings.Contains(body, "No sign") {
		t.Errorf("after the second reading the finding is %q", body)
	}
}
