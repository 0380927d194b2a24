package screens

import (
	"context"
	"log/slog"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"

	"leeward/app/device"
	"leeward/app/session"
	"leeward/app/typeset"
	"leeward/app/voices"
	"leeward/internal/screening"
	"leeward/schema"
	"leeward/sync/bulletin"
	"leeward/translations"
)

// Options are what the program gives the screens.
type Options struct {
	App       fyne.App
	Window    fyne.Window
	Device    Device
	Catalogue *translations.Catalogue
	Form      *schema.Form // the questionnaire for new interviews
	Log       *slog.Logger // ids, codes and durations only
	Version   string

	Mounts  []string                                     // patterns of the folders under which a stick appears
	Voices  voices.Shelf                                 // recorded voices; see sound
	Media   string                                       // folder with the pictures of questionnaires; see picture
	Play    func(ctx context.Context, file string) error // plays one to its end, or until ctx ends; nil where this system cannot
	Printer Printer                                      // nil where nothing is ever printed
	Picker  Picker                                       // on a telephone, where it alone reaches a stick; else nil
}

// Screens is the content of the window.
type Screens struct {
	Options
	after func(time.Duration, func()) timer
	aside func(func())

	words   *translations.Words
	now     view
	open    bool   // the vault is unlocked
	idle    timer  // locks when nobody touches the screen
	talking *talk  // the interview on the screen, if any
	resume  *place // where to go on after a lock
	caret   *caret // and where somebody was typing
	dropped bool   // a lock ended a talk of which nothing could be kept
	owed    bool   // and it weighed on whoever interpreted it: see debrief
	working bool   // something slow is under way: one at a time

	rules       bulletin.Rules          // that the office set
	shipped     *translations.Catalogue // the program's own words, once the office's stand over them
	office      device.Office           // to whom the device belongs, as far as is known while it is open
	me          string                  // the screener's code, as last typed since unlocking
	scroll      *container.Scroll       // of the view
	showing     bool                    // a view is coming up
	covered     bool                    // the leaflet is on the screen
	leafletLang string                  // in which it was put there
	stick       string                  // folder of the stick, as last typed
	groupLang   schema.Lang             // in which the last person of a group was asked
	held        *held                   // a talk in memory, while the device is locked
	led         led                     // how many talks were led today
	comparing   func(words string)      // shows what people compare while the device asks to be admitted
	voice       func()                  // ends the recording that is being heard; nil in silence
}

// place is where an interview stood when the screen was locked: no answer, only which one.
type place struct{ id screening.InterviewID }

// view is one screen as it stands in the window.
type view struct {
	body   fyne.CanvasObject
	focus  fyne.Focusable
	begin  func()                  // instead of focus, once the body stands in the window
	key    func(fyne.KeyName) bool // keys that the focused widget leaves alone
	digit  func(n int) bool        // 1 to 9, where no text is being typed
	again  func() view             // makes the screen anew when something came from the office; nil where that changes nothing
	bare   bool                    // nothing of the program stands around it
	handed bool                    // the person holds the screen: no key leads to another page
}

// timer is a *time.Timer that ends on Fyne's goroutine.
type timer interface {
	Stop() bool
	Reset(d time.Duration) bool
}

// New fills the window with the first screen: making a passphrase, or asking for it.
func New(o Options) *Screens {
	after := func(d time.Duration, do func()) timer { return time.AfterFunc(d, func() { fyne.Do(do) }) }
	return open(o, after, func(do func()) { go do() })
}

// open is New with what tells the time and what works beside Fyne's goroutine.
func open(o Options, after func(time.Duration, func()) timer, aside func(func())) *Screens {
	s := &Screens{Options: o, after: after, aside: aside}
	s.useLanguage(s.App.Preferences().StringWithFallback(prefLanguage, "en"))
	s.useTextSize()
	typeset.OnKeys(s.Window.Canvas(), typeset.Keys{Key: s.key, Digit: s.digit, Touched: s.touch, Focused: s.focused})
	s.Window.SetCloseIntercept(s.closing)
	s.Window.SetPadded(false)
	s.idle = s.after(time.Hour, s.lockIdle)
	s.idle.Stop()
	s.begin()
	return s
}

// begin shows what stands before the vault.
func (s *Screens) begin() {
	if s.Device.Fresh() {
		first := s.impact("app.read.button", func() { s.show(s.firstStart()) })
		first.key = nil // nothing but the button goes on
		s.show(first)
		return
	}
	s.show(s.unlock(""))
}

// show puts a view in the place of the present one.
func (s *Screens) show(v view) {
	s.hush()
	s.now, s.covered = v, false
	body := v.body
	if s.open && !v.bare && !s.coversFrom(body) {
		body = frameAround(nil, body, s.footer(s.row(), s.row()))
	}
	if bar := s.practiceBar(v); bar != nil {
		body = frameAround(bar, body, nil)
	}
	s.scroll, _ = find(body, func(o fyne.CanvasObject) bool {
		_, scrolls := o.(*container.Scroll)
		return scrolls
	}).(*container.Scroll)
	s.showing = true
	s.Window.SetContent(body)
	switch {
	case v.begin != nil:
		v.begin()
	case v.focus != nil:
		s.Window.Canvas().Focus(v.focus)
	}
	s.showing = false
	s.Log.Debug("shown")
	s.touch()
}

// practiceBar says on every screen of a demonstration or of practice that nobody real belongs here, in the language of
// whoever holds it; nil in earnest, and on what has to look like nothing.
func (s *Screens) practiceBar(v view) fyne.CanvasObject {
	words := s.words
	if v.handed {
		words = s.Catalogue.For(string(s.talking.session.Setting().Language))
	}
	said := words.Say("app.practice.badge")
	switch {
	case !s.open || v.bare && !v.handed:
		return nil
	case s.office.Demo:
		said += " · " + s.office.Name
	case !s.Device.Practice():
		return nil
	}
	l := typeset.NewLabel(said, words.Lang())
	l.Step, l.Color, l.Align = typeset.Caption, theme.ColorNameForegroundOnWarning, typeset.Center
	back := canvas.NewRectangle(theme.Color(theme.ColorNameWarning))
	return s.chrome(container.NewStack(back, container.New(layout.NewCustomPaddedLayout(2, 2, 12, 12), l)))
}

// learnOffice asks to whom the device belongs, and whose hands it is in.
func (s *Screens) learnOffice() {
	s.office = device.Office{}
	if office, err := s.Device.Office(context.Background()); err == nil {
		s.office = office
	}
	if here, err := s.Device.Local(context.Background()); err == nil {
		s.me = here.Me
	}
	s.learnNews()
}

// closing keeps the window open as long as an answer could not be saved: it would be lost.
func (s *Screens) closing() {
	if _, err := s.suspend(); err != nil {
		s.show(s.talking.stopUnsaved(err))
		return
	}
	s.Window.Close()
}

// Close ends the screens: what is unfinished is kept as a draft. The program calls it when the window
// closes.
func (s *Screens) Close() {
	s.idle.Stop()
	s.hush()
	if _, err := s.suspend(); err != nil {
		s.Log.Error("close", "code", screening.CodeOf(err))
	}
}

// suspend keeps the interview that is open as a draft and returns where it can be gone on with.
func (s *Screens) suspend() (*place, error) {
	t := s.talking
	if t == nil {
		return nil, nil
	}
	at, err := t.suspend()
	if err == nil {
		s.talking = nil
	}
	return at, err
}

// Synced is to be called, from any goroutine, when the device has talked to the office by itself.
func (s *Screens) Synced() {
	fyne.Do(func() {
		if !s.open || s.working || s.now.again == nil {
			return
		}
		s.learnNews()
		had, _ := s.Window.Canvas().Focused().(*typeset.Button)
		s.show(s.now.again())
		if had == nil {
			return
		}
		same := find(s.now.body, func(o fyne.CanvasObject) bool {
			b, ok := o.(*typeset.Button)
			return ok && b.Text() == had.Text()
		})
		if b, ok := same.(*typeset.Button); ok { // a hand on its way to a button finds it where it was
			s.Window.Canvas().Focus(b)
		}
	})
}

// touch puts the idle lock off.
func (s *Screens) touch() {
	if s.open {
		s.idle.Reset(s.lockAfter())
	}
}

// Sleep locks because the computer is about to sleep, or slept. It is to be called from another goroutine than Fyne's,
// and returns when the device is locked, or ctx ends.
func (s *Screens) Sleep(ctx context.Context) {
	locked := make(chan struct{})
	fyne.Do(func() {
		defer close(locked)
		if s.open {
			s.lock(s.say("unlock.slept.text"))
		}
	})
	select {
	case <-locked:
	case <-ctx.Done():
	}
}

func (s *Screens) lockIdle() {
	if s.open {
		s.lock(s.say("unlock.idle.text"))
	}
}

// lock closes the vault and shows why. The interview that is open is kept and found again after
// unlocking, at the same question; one that may not be kept waits in memory. If its last answer cannot be saved, the screen covers the interview
// and says so instead: locking would lose the answer.
func (s *Screens) lock(why string) {
	covered := s.covered
	if t := s.talking; t != nil {
		s.caret = t.caret()
		t.flush()
		if !t.session.Over() && !t.session.Kept() && t.session.SavedState() == session.InMemory {
			weighs := t.weighs()
			s.dropped = !s.hold(t, weighs)
			s.owed = s.dropped && weighs
		}
	}
	at, err := s.suspend()
	if err != nil {
		s.show(s.talking.stopUnsaved(err))
		return
	}
	s.idle.Stop()
	s.resume = at
	s.open, s.office, s.me = false, device.Office{}, ""
	if covered {
		s.leaflet(s.leafletLang, s.begin)
	} else {
		s.show(s.unlock(why))
	}
	if err := s.Device.Lock(context.Background()); err != nil {
		s.Log.Error("lock", "code", screening.CodeOf(err))
	}
}

// work runs do away from Fyne's goroutine and then done on it. While something runs, nothing else starts.
func (s *Screens) work(do func(ctx context.Context) error, done func(error)) {
	if s.working {
		return
	}
	s.working = true
	s.aside(func() {
		err := do(context.Background())
		fyne.Do(func() {
			s.working = false
			done(err)
		})
	})
}
