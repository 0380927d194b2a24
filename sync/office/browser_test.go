//go:build browser

package main

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"leeward/internal/screening"
	"leeward/schema"
	"leeward/sync/batch"
)

const attack = `<script>document.title="hacked"</script><img src=x onerror=alert(1)>`

// seeded is an office with invented people: two staged interviews, some by chance, one withdrawn, one
// batch that claims another device's interview, and a device that was lost and went on sending.
func seeded(t *testing.T) (o *testOffice, arabic, burmese screening.Interview) {
	t.Helper()
	o = newTestOffice(t)
	arabic = staged(t, "ar", "كان العمل في ورشة خياطة قرب الميناء.\nلم أستلم جواز السفر منذ آذار. "+attack)
	burmese = staged(t, "my", "ငါးဖမ်းလှေပေါ်မှာ အလုပ်လုပ်ခဲ့သည်။")
	o.withSenders(4, func(devices []*sender) {
		devices[3].lost(t)
		for i := range 57 {
			iv := invent(t, uint64(i), []schema.Lang{"ar", "my", "en"}[i%3], "An invented sentence.", nil)
			devices[i%3].interview(iv)
			if i == 56 {
				devices[i%3].withdraw(iv)
			}
		}
		devices[0].interview(arabic)
		devices[1].interview(burmese)
		stolen := arabic
		stolen.Version = 4
		r, err := batch.FromInterview(stolen)
		if err != nil {
			t.Fatal(err)
		}
		devices[2].send(r)
	})
	return o, arabic, burmese
}

// lost revokes a device that sends on: what comes is held.
func (s *sender) lost(t *testing.T) {
	t.Helper()
	s.interview(invent(t, 70, "en", "An invented sentence.", nil))
	if _, err := s.office.Revoke(t.Context(), revokeAsk{Device: s.device.ID.String()}); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		r, err := batch.FromInterview(invent(t, uint64(71+i), "en", "An invented sentence.", nil))
		if err != nil {
			t.Fatal(err)
		}
		if got := s.send(r); got.Code != screening.ERevoked {
			t.Fatalf("receipt: got %+v, want it held", got)
		}
	}
}

// window is a headless browser that fails the test on any violation of the policy.
func window(t *testing.T, width, height int64) context.Context {
	t.Helper()
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun, chromedp.IgnoreCertErrors,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("force-color-profile", "srgb"),
		chromedp.WindowSize(int(width), int(height)))
	if path := os.Getenv("LEEWARD_CHROMIUM"); path != "" {
		flags = append(flags, chromedp.ExecPath(path))
	}
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), flags...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil { // the first run starts the browser
		t.Fatal(err)
	}
	ctx, cancel = context.WithTimeout(ctx, 25*time.Minute) // whatever else the machine does
	t.Cleanup(cancel)
	err := chromedp.Listen(ctx, func(ev any) {
		switch ev := ev.(type) {
		case *cdplog.EventEntryAdded:
			if string(ev.Entry.Level) != "info" && !strings.Contains(ev.Entry.Text, "status of 401") && !strings.Contains(ev.Entry.Text, "status of 503") && !strings.HasSuffix(ev.Entry.URL, "/nothing") && !strings.HasSuffix(ev.Entry.URL, "/exports/new") {
				t.Errorf("browser says: %s %s", ev.Entry.Text, ev.Entry.URL)
			}
		case *runtime.EventExceptionThrown:
			t.Errorf("a script ran and failed: %s", ev.ExceptionDetails.Text)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return ctx
}

func do(t *testing.T, ctx context.Context, what string, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func answerOf[T any](t *testing.T, ctx context.Context, what string, a chromedp.Action[T]) T {
	t.Helper()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	return v
}

// tallest is how much of a page a picture shows, in pixels: what cuts pictures for the docs reads no more than 16,000.
const tallest = 12_000

// picture keeps a screenshot of the page under LEEWARD_PICTURES, if that is set.
func picture(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("LEEWARD_PICTURES")
	if dir == "" {
		return
	}
	page, err := png.Decode(bytes.NewReader(answerOf(t, ctx, name, chromedp.FullScreenshot(100))))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	shown := page.(interface {
		SubImage(image.Rectangle) image.Image
	}).SubImage(page.Bounds().Intersect(image.Rect(0, 0, page.Bounds().Dx(), tallest)))
	var b bytes.Buffer
	if err := png.Encode(&b, shown); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func signIn(o *testOffice, url string) chromedp.Action[chromedp.Void] {
	return chromedp.Steps(
		chromedp.Navigate(url),
		chromedp.SendKeys("#name", o.first.User),
		chromedp.SendKeys("#passphrase", o.first.Passphrase),
		chromedp.Submit("#passphrase"),
		chromedp.WaitVisible("table.list"),
	)
}

// visit opens a page; where the office asks again who this is, since the last answer lies some minutes back, it answers.
func visit(t *testing.T, ctx context.Context, o *testOffice, address string) {
	t.Helper()
	do(t, ctx, address, chromedp.Navigate(address))
	if strings.Contains(answerOf(t, ctx, address, chromedp.Location()), "/confirm?") {
		do(t, ctx, "confirm", chromedp.SendKeys("#passphrase", o.first.Passphrase), chromedp.Submit("#passphrase"), chromedp.WaitVisible("body:not(.page-confirm)"))
	}
}

func TestBrowser(t *testing.T) {
	o, arabic, burmese := seeded(t)
	url, _ := o.start()
	ctx := window(t, 1280, 900)

	do(t, ctx, "sign-in page", chromedp.Navigate(url), chromedp.WaitVisible("#name"))
	picture(t, ctx, "office-sign-in")
	do(t, ctx, "wrong passphrase", chromedp.SendKeys("#name", o.first.User), chromedp.SendKeys("#passphrase", "not it"),
		chromedp.Submit("#passphrase"), chromedp.WaitVisible("[role=alert]"))
	picture(t, ctx, "office-sign-in-refused")

	do(t, ctx, "list", signIn(o, url), chromedp.Navigate(url+"/interviews"))
	list := answerOf(t, ctx, "list", chromedp.Text("main"))
	if !strings.Contains(list, string(arabic.Code)) || strings.Contains(strings.ToLower(list), "victim") {
		t.Error("the list lacks a code, or says what a list must not say")
	}
	picture(t, ctx, "office-list")

	page := url + "/interviews/" + arabic.ID.String()
	do(t, ctx, "interview", chromedp.Navigate(page))
	title, body := answerOf(t, ctx, "title", chromedp.Title()), answerOf(t, ctx, "interview", chromedp.Text("main"))
	asked := chromedp.CSS("#q-about-d1 .ask .theirs span")
	dir := answerOf(t, ctx, "direction", chromedp.AttributeValue(asked, "dir")).Value
	lang := answerOf(t, ctx, "language", chromedp.AttributeValue(asked, "lang")).Value
	if dir != "rtl" || lang != "ar" {
		t.Errorf("the person's language stands with lang %q dir %q, want ar rtl", lang, dir)
	}
	if title != "Interview "+string(arabic.Code)+" · Leeward" || !strings.Contains(body, attack) {
		t.Errorf("title %q: an answer acted on the page, or is not shown as it was said", title)
	}
	for _, want := range []string{"What may I call you?", "Did not want to answer", "on reasonable grounds", "machine draft", "29", "31"} {
		if !strings.Contains(body, want) {
			t.Errorf("the interview does not show %q", want)
		}
	}
	picture(t, ctx, "office-interview-ar")

	do(t, ctx, "Burmese", chromedp.Navigate(url+"/interviews/"+burmese.ID.String()))
	picture(t, ctx, "office-interview-my")
	do(t, ctx, "devices", chromedp.Navigate(url+"/devices"))
	picture(t, ctx, "office-devices")
	do(t, ctx, "about", chromedp.Navigate(url+"/about"))
	picture(t, ctx, "office-about")

	do(t, ctx, "narrow", chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile), chromedp.Navigate(page))
	wantNoSideScroll(t, ctx, "narrow interview")
	picture(t, ctx, "office-interview-narrow")
	do(t, ctx, "narrow list", chromedp.Navigate(url+"/interviews"))
	wantNoSideScroll(t, ctx, "narrow list")
	picture(t, ctx, "office-list-narrow")
	do(t, ctx, "200 % text", chromedp.EmulateViewport(640, 900, chromedp.EmulateScale(2)), chromedp.Navigate(page))
	wantNoSideScroll(t, ctx, "200 % interview")
	do(t, ctx, "sign out", chromedp.Click(".me button"), chromedp.WaitVisible("#name"), chromedp.Navigate(page), chromedp.WaitVisible("#name"))
}

// wantOneLine fails where the head of a page takes more than one line.
func wantOneLine(t *testing.T, ctx context.Context, what string) {
	t.Helper()
	tall := answerOf(t, ctx, what, chromedp.Evaluate[float64](`document.querySelector(".bar").getBoundingClientRect().height`))
	if tall > 70 {
		t.Errorf("%s: the head of the page is %.0f pixels tall, want one line", what, tall)
	}
	wantNoSideScroll(t, ctx, what)
}

func wantNoSideScroll(t *testing.T, ctx context.Context, what string) {
	t.Helper()
	over := answerOf(t, ctx, what, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
	if over > 0 {
		t.Errorf("%s: %d pixels wider than the window", what, over)
	}
}
