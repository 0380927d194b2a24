//go:build browser

package main

import (
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
		visit(t, ctx, o, url+p.path)
		body := answerOf(t, ctx, p.name, chromedp.Text("main"))
		if _, want, ok := strings.Cut(p.want, "? "); ok {
			p.want = want
		}
		if !strings.Contains(body, p.want) {
			t.Errorf("%s does not show %q", p.path, p.want)
		}
		wantAccessible(t, ctx, p.name)
		wantOneLine(t, ctx, p.name)
		picture(t, ctx, "office-"+p.name)
		doubled(t, ctx, p.name)
		if p.name == "case" || p.name == "revoke" {
			byKeyboard(t, ctx, p.name)
		}
	}
	do(t, ctx, "triage", chromedp.Navigate(url+"/triage"))
	menuByKeyboard(t, ctx, "triage")
	do(t, ctx, "enrolment code", chromedp.Navigate(url+"/devices"), chromedp.Click("main form button"), chromedp.WaitVisible(".qr"))
	wantAccessible(t, ctx, "enrol")
	picture(t, ctx, "office-enrol")
	do(t, ctx, "a device is awaited", chromedp.Click("main a.button"), chromedp.WaitVisible("#asking"))
	wantAccessible(t, ctx, "awaiting a device")
	picture(t, ctx, "office-asking")
	do(t, ctx, "narrow", chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile), chromedp.Navigate(url+"/triage"))
	wantNoSideScroll(t, ctx, "narrow triage")
	picture(t, ctx, "office-triage-narrow")
	withoutScript(t, ctx, o, url, deskWalk{interview: arabic.ID.String(), second: second.Passphrase})
}

// TestBrowserShutOffice opens an office that was made from a copy, from its pages, after looking at each of them.
func TestBrowserShutOffice(t *testing.T) {
	o := newTestOffice(t)
	url, _ := o.restored()
	ctx := window(t, 1280, 900)
	do(t, ctx, "shut", chromedp.Navigate(url+"/"), chromedp.WaitVisible(".page-problem"))
	wantAccessible(t, ctx, "shut")
	picture(t, ctx, "office-shut")
	do(t, ctx, "to the door", chromedp.Click("main a.button"), chromedp.WaitVisible("#name"), chromedp.SendKeys("#name", o.first.User),
		chromedp.SendKeys("#passphrase", o.first.Passphrase), chromedp.Submit("#passphrase"), chromedp.WaitVisible("#log"))
	wantAccessible(t, ctx, "reopen")
	picture(t, ctx, "office-reopen")
	do(t, ctx, "narrow", chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile))
	wantNoSideScroll(t, ctx, "narrow reopen")
	do(t, ctx, "wide", chromedp.EmulateViewport(1280, 900), chromedp.Click("main details summary"), chromedp.WaitVisible("#sure"), chromedp.Click("#sure"))
	picture(t, ctx, "office-reopen-without")
	do(t, ctx, "open", chromedp.Click(`button[value="without"]`), chromedp.WaitVisible(".empty [role=status]"))
	wantAccessible(t, ctx, "open")
	picture(t, ctx, "office-reopened")
	do(t, ctx, "go on", chromedp.Click("main a.button"), chromedp.WaitVisible(".page-triage"))
}
