//go:build browser

package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestBrowserRightToLeft reads every page in Arabic, from right to left, wide and narrow, and has axe look at each.
func TestBrowserRightToLeft(t *testing.T) {
	o, arabic, _ := seeded(t)
	o.run("demo", "-cases", "400", "-seed", "3")
	url, _ := o.start()
	o.run("report", "-from", "2018", "-to", "2024")
	ctx := window(t, 1280, 900)
	do(t, ctx, "the door in Arabic", chromedp.Navigate(url+"/sign-in?lang=ar"), chromedp.WaitVisible("#name"))
	wantAccessible(t, ctx, "sign-in")
	picture(t, ctx, "office-ar-sign-in")
	do(t, ctx, "sign in", signIn(o, url), chromedp.SetValue("#lang", "ar"), chromedp.Submit("#lang"), chromedp.WaitVisible(".drafted"))
	for _, p := range everyPage(t, ctx, url, arabic) {
		do(t, ctx, p.name, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(url+p.path))
		dir := answerOf(t, ctx, p.name, chromedp.Evaluate[string](`getComputedStyle(document.body).direction`))
		if body := answerOf(t, ctx, p.name, chromedp.Text("body")); dir != "rtl" || !strings.Contains(body, "مسودة آلية") {
			t.Errorf("%s: direction %s, or nothing says that the words are a draft", p.path, dir)
		}
		wantAccessible(t, ctx, p.name)
		picture(t, ctx, "office-ar-"+p.name)
		do(t, ctx, "narrow", chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile))
		wantNoSideScroll(t, ctx, "narrow "+p.name)
		picture(t, ctx, "office-ar-narrow-"+p.name)
	}
}
