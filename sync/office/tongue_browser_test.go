//go:build browser

package main

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestBrowserRightToLeft reads every page in Arabic, from right to left, wide and narrow, and has axe look at each; then each
// once more in one of the other languages.
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
	pages := everyPage(t, ctx, url, arabic)
	for _, p := range pages {
		do(t, ctx, p.name, chromedp.EmulateViewport(1280, 900))
		visit(t, ctx, o, url+p.path)
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
	spoken := ""
	for i, p := range pages {
		do(t, ctx, p.name, chromedp.EmulateViewport(1280, 900))
		visit(t, ctx, o, url+p.path)
		if next := otherTongues[i*len(otherTongues)/len(pages)]; next != spoken {
			spoken = next
			do(t, ctx, p.name, chromedp.SetValue("#lang", spoken), chromedp.Submit("#lang"), chromedp.WaitVisible(`html[lang="`+spoken+`"] .drafted`))
		}
		inTongue(t, ctx, p.name, spoken)
	}
}

// otherTongues are those that no other test in a browser reads every page in.
var otherTongues = []string{"my", "fa", "th", "km", "lo", "vi", "fr", "es"}

// inTongue looks at a page that is open in a language.
func inTongue(t *testing.T, ctx context.Context, name, tongue string) {
	t.Helper()
	name += " in " + tongue
	if lang := answerOf(t, ctx, name, chromedp.Evaluate[string](`document.documentElement.lang`)); lang != tongue {
		t.Errorf("%s: the page says that it is in %s", name, lang)
	}
	want := map[bool]string{true: "rtl", false: "ltr"}[tongue == "fa"]
	if dir := answerOf(t, ctx, name, chromedp.Evaluate[string](`getComputedStyle(document.body).direction`)); dir != want {
		t.Errorf("%s: direction %s, want %s", name, dir, want)
	}
	wantAccessible(t, ctx, name)
	wantOneLine(t, ctx, name)
	picture(t, ctx, "office-"+tongue+"-"+strings.Fields(name)[0])
	do(t, ctx, name, chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile))
	wantNoSideScroll(t, ctx, "narrow "+name)
	picture(t, ctx, "office-"+tongue+"-narrow-"+strings.Fields(name)[0])
}
