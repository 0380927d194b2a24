//go:build browser

package main

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"leeward/internal/seal"
)

// deskWalk is whose interview an evening at the office is about, and the passphrase of its second reader.
type deskWalk struct{ interview, second string }

// withoutScript is an evening at the office in a browser that runs no script: sign-in, triage, an interview, its case, a
// referral, a finding and its second reader, a report, an export, a device that is lost.
func withoutScript(t *testing.T, ctx context.Context, o *testOffice, url string, w deskWalk) {
	t.Helper()
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	do(t, ctx, "no script", chromedp.EmulateViewport(1280, 900), chromedp.Navigate(url+"/"), chromedp.Click(".me button"), chromedp.WaitVisible("#name"))
	wantNoScript(t, ctx)
	do(t, ctx, "sign in", signIn(o, url), chromedp.Navigate(url+"/triage"))
	if body := answerOf(t, ctx, "triage", chromedp.Text("main")); !strings.Contains(body, "Due tonight") {
		t.Error("the first page does not say what is due")
	}
	path := walkCase(t, ctx, url, w.interview)
	walkOffice(t, ctx, o, url)
	do(t, ctx, "the second reader", chromedp.Navigate(url+"/"), chromedp.Click(".me button"), chromedp.WaitVisible("#name"),
		chromedp.SendKeys("#name", "sami"), chromedp.SendKeys("#passphrase", w.second), chromedp.Submit("#passphrase"), chromedp.WaitVisible(".me"),
		chromedp.Navigate(path), chromedp.SendKeys("#s-note", "I read it and agree."), chromedp.Click(`button[value="yes"]`), chromedp.WaitVisible(".good"))
	if body := answerOf(t, ctx, "case", chromedp.Text("#finding ~ p")); !strings.Contains(body, "No sign") {
		t.Errorf("after the second reading the finding is %q", body)
	}
}

// wantNoScript fails if this browser would run a script of a page.
func wantNoScript(t *testing.T, ctx context.Context) {
	t.Helper()
	do(t, ctx, "a page with a script", chromedp.Navigate("data:text/html,<title>still</title><script>document.title='ran'</script>"))
	if title := answerOf(t, ctx, "a page with a script", chromedp.Title()); title != "still" {
		t.Fatalf("the browser runs scripts (%q): the walk proves nothing", title)
	}
}

// walkCase follows one case from the interview to a finding that waits for a second reader.
func walkCase(t *testing.T, ctx context.Context, url, interview string) (path string) {
	t.Helper()
	do(t, ctx, "from the interview to its case", chromedp.Navigate(url+"/interviews/"+interview), chromedp.Click("a.case"), chromedp.WaitVisible("#todo"))
	path = answerOf(t, ctx, "address", chromedp.Location()) // each step begins there: nothing of the one before is on the page
	do(t, ctx, "take it", chromedp.SendKeys("#c-note", "Called the shelter."), chromedp.SetValue("#c-owner", "1"), chromedp.Submit("#c-note"), chromedp.WaitVisible(".good"))
	do(t, ctx, "refer", chromedp.Navigate(path), chromedp.SendKeys("#s-text", "A lawyer tomorrow"), chromedp.Click("#s-consent"), chromedp.Submit("#s-text"), chromedp.WaitVisible(".good"))
	do(t, ctx, "what the service is told", chromedp.Navigate(path), chromedp.Click(`a[href*="/duties/"]`), chromedp.WaitVisible("#told"))
	picture(t, ctx, "office-packet-made")
	do(t, ctx, "propose", chromedp.Navigate(path), chromedp.Click("#finding ~ details summary"), chromedp.WaitVisible("#f-note"), chromedp.SetValue("#f", "not"),
		chromedp.SetValue("#f-note", "No work, no journey."), chromedp.Submit("#f-note"), chromedp.WaitVisible(".good"))
	body := answerOf(t, ctx, "case", chromedp.Text("main"))
	for _, want := range []string{"waits for a second reader", "A lawyer tomorrow", "Called the shelter."} {
		if !strings.Contains(body, want) {
			t.Errorf("the case does not show %q", want)
		}
	}
	picture(t, ctx, "office-case-worked")
	do(t, ctx, "narrow", chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile), chromedp.Navigate(path))
	wantNoSideScroll(t, ctx, "narrow case")
	picture(t, ctx, "office-case-narrow")
	do(t, ctx, "wide", chromedp.EmulateViewport(1280, 900))
	return path
}

// walkOffice releases a report, exports what people agreed to, and ends the trust in a device.
func walkOffice(t *testing.T, ctx context.Context, o *testOffice, url string) {
	t.Helper()
	do(t, ctx, "release", chromedp.Navigate(url+"/reports"), chromedp.SendKeys("#from", "2010"), chromedp.SendKeys("#to", "2012"), chromedp.Submit("#to"))
	for !strings.Contains(answerOf(t, ctx, "release", chromedp.Location()), "2010-2012") { // until it is there, or the time of the test is over
	}
	_, key, err := seal.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	fill := func(key string) chromedp.Action[chromedp.Void] {
		visit(t, ctx, o, url+"/exports/new")
		return chromedp.Steps(chromedp.SetValue("#shape", "ctdc"), chromedp.SetValue("#from", "2018"), chromedp.SetValue("#until", "2024"),
			chromedp.SetValue("#purpose", "The yearly report of the region"), chromedp.SetValue("#to", "Invented Analyst"), chromedp.SetValue("#key", key), chromedp.Submit("#key"))
	}
	do(t, ctx, "export to a key that is none", fill("age1pq1"), chromedp.WaitVisible("[role=alert]"))
	picture(t, ctx, "office-export-refused")
	do(t, ctx, "export", fill(key.String()))
	for ctx.Err() == nil && !strings.Contains(o.run("export", "list"), "Invented Analyst") { // a file is no page to wait for
	}
	do(t, ctx, "register of exports", chromedp.Navigate(url+"/exports"))
	if body := answerOf(t, ctx, "register of exports", chromedp.Text("main")); !strings.Contains(body, "Invented Analyst") {
		t.Errorf("the register shows %q", body)
	}
	picture(t, ctx, "office-exports-made")
	do(t, ctx, "devices", chromedp.Navigate(url+"/devices"))
	visit(t, ctx, o, url+answerOf(t, ctx, "lost device", chromedp.AttributeValue("tbody a.lost", "href")).Value)
	do(t, ctx, "stop trusting it", chromedp.Click("#sure"), chromedp.Submit("#sure"), chromedp.WaitVisible("body:not(.page-revoke)"), chromedp.Navigate(url+"/devices"), chromedp.WaitVisible(".state.revoked"))
}
