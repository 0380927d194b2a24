package screens

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"leeward/app/device"
	"leeward/app/typeset"
	"leeward/internal/vault"
	"leeward/schema"
	"leeward/schema/instrument"
	"leeward/translations"
)

const passphrase = "lantern harbour gentle window seven rivers"

// TestMain lets the heap grow: Fyne remembers what it drew for a minute, and looking through that again and again is a
// third of the work of all the tests here.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(1 << 30) // from where on it is looked through as often as it takes
	os.Exit(m.Run())
}

// alone leaves a test out under the race detector that sets page after page on one goroutine, or compares their pictures:
// there the detector has nothing to find, and takes ten times as long.
func alone(t *testing.T) {
	t.Helper()
	if racing {
		t.Skip("one goroutine sets many pages here")
	}
}

// clock is what the screens wait by; time passes when a test says so.
type clock struct {
	now    time.Duration
	timers []*ringing
}

type ringing struct {
	clock *clock
	due   time.Duration
	set   bool
	do    func()
}

func (c *clock) after(d time.Duration, do func()) timer {
	r := &ringing{clock: c, due: c.now + d, set: true, do: do}
	c.timers = append(c.timers, r)
	return r
}

func (r *ringing) Stop() bool {
	was := r.set
	r.set = false
	return was
}

func (r *ringing) Reset(d time.Duration) bool {
	was := r.set
	r.due, r.set = r.clock.now+d, true
	return was
}

// pass lets time pass, and rings what falls due, earliest first.
func (c *clock) pass(d time.Duration) {
	end := c.now + d
	for {
		var next *ringing
		for _, r := range c.timers {
			if r.set && r.due <= end && (next == nil || r.due < next.due) {
				next = r
			}
		}
		if next == nil {
			c.now = end
			return
		}
		c.now, next.set = next.due, false
		next.do()
	}
}

// sitting is somebody in front of the window.
type sitting struct {
	t     testing.TB
	s     *Screens
	w     fyne.Window
	clock *clock
	title string
}

// look is how a window is set up.
type look struct {
	width, height float32
	lang          string
	scale         float64
}

var plain = look{1100, 800, "en", 1}

// catalogue reads the words once: they never change.
var catalogue = sync.OnceValues(translations.New)

// sit opens the program's window on a device. What the program does aside is done at once.
func sit(t testing.TB, dev Device, l look) *sitting {
	t.Helper()
	a := test.NewTempApp(t)
	test.NewCanvas().Capture() // Fyne's caches look at the clock only when something is painted
	a.Preferences().SetString(prefLanguage, l.lang)
	a.Preferences().SetFloat(prefTextSize, l.scale)
	words, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	w := a.NewWindow("Leeward")
	shut := false
	w.SetOnClosed(func() { shut = true })
	t.Cleanup(func() {
		if !shut { // Fyne's test driver cannot close a window twice
			w.Close()
		}
	})
	w.Resize(fyne.NewSize(l.width, l.height))
	at := &sitting{t: t, w: w, clock: &clock{}, title: w.Title()}
	at.s = open(Options{
		App: a, Window: w, Device: dev, Catalogue: words, Form: instrument.Form(),
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Version: "test",
	}, at.clock.after, func(do func()) { do() })
	t.Cleanup(func() {
		if w.Title() != at.title {
			t.Errorf("the window is called %q now", w.Title())
		}
	})
	return at
}

// real is a whole device in a folder, with its cheapest passphrase.
func real(t testing.TB) (*device.Device, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "device")
	d := device.New(dir, device.Options{Form: instrument.Form(), Vault: vault.Options{KDF: vault.FloorKDF, Weak: true}})
	t.Cleanup(func() { _ = d.Lock(t.Context()) })
	return d, dir
}

// opened sits before a device that is open, at home.
func opened(t testing.TB, l look) (*sitting, *device.Device) {
	t.Helper()
	d, _ := real(t)
	return openedOn(t, d, l), d
}

// openedOn is opened for a device that is fresh.
func openedOn(t testing.TB, d *device.Device, l look) *sitting {
	t.Helper()
	if err := d.Create(t.Context(), passphrase); err != nil {
		t.Fatal(err)
	}
	if err := d.Undertake(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if err := d.Lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	at := sit(t, d, l)
	at.write(passphrase)
	at.key(fyne.KeyReturn)
	return at
}

// seen is one thing on the screen, in the window's units.
type seen struct {
	object fyne.CanvasObject
	at     fyne.Position
	scroll *container.Scroll // in which it stands, or nil
}

func (x seen) right() float32  { return x.at.X + x.object.Size().Width }
func (x seen) bottom() float32 { return x.at.Y + x.object.Size().Height }

// everything lists what is shown, hidden things left out, widgets before their parts.
func (at *sitting) everything() (list []seen) {
	var walk func(o fyne.CanvasObject, from fyne.Position, in *container.Scroll)
	walk = func(o fyne.CanvasObject, from fyne.Position, in *container.Scroll) {
		if o == nil || !o.Visible() {
			return
		}
		pos := from.Add(o.Position())
		list = append(list, seen{o, pos, in})
		switch o := o.(type) {
		case *fyne.Container:
			for _, child := range o.Objects {
				walk(child, pos, in)
			}
		case *container.Scroll:
			walk(o.Content, pos, o)
		case *typeset.Entry:
		case fyne.Widget:
			for _, child := range test.WidgetRenderer(o).Objects() {
				walk(child, pos, in)
			}
		}
	}
	walk(at.w.Content(), fyne.Position{}, nil)
	return list
}

// texts lists the words that are shown.
func (at *sitting) texts() (list []string) {
	for _, x := range at.everything() {
		if l, ok := x.object.(*typeset.Label); ok && l.Text() != "" {
			list = append(list, l.Text())
		}
	}
	return list
}

func (at *sitting) sees(part string) bool {
	return slices.ContainsFunc(at.texts(), func(s string) bool { return strings.Contains(s, part) })
}

func (at *sitting) want(parts ...string) {
	at.t.Helper()
	for _, part := range parts {
		if !at.sees(part) {
			at.t.Fatalf("%q is not on the screen; there is %q", part, at.texts())
		}
	}
}

func (at *sitting) wantNot(parts ...string) {
	at.t.Helper()
	for _, part := range parts {
		if at.sees(part) {
			at.t.Fatalf("%q is on the screen: %q", part, at.texts())
		}
	}
}

// say returns words of the program in its language.
func (at *sitting) say(key string, pairs ...any) string { return at.s.say(key, pairs...) }

// key presses keys as a window hands them on.
func (at *sitting) key(names ...fyne.KeyName) {
	for _, name := range names {
		switch focused := at.w.Canvas().Focused(); {
		case name == fyne.KeyTab:
			at.w.Canvas().FocusNext()
		case focused != nil:
			focused.TypedKey(&fyne.KeyEvent{Name: name})
		case at.w.Canvas().OnTypedKey() != nil:
			at.w.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: name})
		}
	}
}

// write types letters and digits, wherever the keyboard is.
func (at *sitting) write(text string) {
	for _, r := range text {
		if focused := at.w.Canvas().Focused(); focused != nil {
			focused.TypedRune(r)
		} else if typed := at.w.Canvas().OnTypedRune(); typed != nil {
			typed(r)
		}
	}
}

// tap presses the button or the row with these words, where a finger would.
func (at *sitting) tap(caption string) {
	at.t.Helper()
	for _, x := range at.everything() {
		switch o := x.object.(type) {
		case *typeset.Button:
			if o.Text() == caption {
				at.finger(x)
				return
			}
		case *typeset.Choice:
			if o.Captions.First.Text() == caption || o.Captions.Second.Text() == caption {
				at.finger(x)
				return
			}
		}
	}
	at.t.Fatalf("nothing to tap is called %q; there is %q", caption, at.texts())
}

// finger scrolls to a thing and taps on its middle.
func (at *sitting) finger(x seen) {
	at.t.Helper()
	if x.scroll != nil {
		typeset.Reveal(x.scroll, x.object)
	}
	pos := fyne.CurrentApp().Driver().AbsolutePositionForObject(x.object)
	middle := pos.AddXY(x.object.Size().Width/2, x.object.Size().Height/2)
	if size := at.w.Canvas().Size(); middle.X > size.Width || middle.Y > size.Height || middle.X < 0 || middle.Y < 0 {
		at.t.Fatalf("a finger cannot reach %v at %v in a window of %v", x.object, middle, size)
	}
	test.TapCanvas(at.w.Canvas(), middle)
}

// press taps on the button of a key of words.
func (at *sitting) press(key string) {
	at.t.Helper()
	at.tap(at.say(key))
}

// asked is the question of a path on the page that is shown.
func (at *sitting) asked(path schema.Path) *asked {
	at.t.Helper()
	if at.s.talking != nil {
		for _, a := range at.s.talking.asked {
			if a.path == path {
				return a
			}
		}
	}
	at.t.Fatalf("%s is not asked here; there is %q", path, at.texts())
	return nil
}
