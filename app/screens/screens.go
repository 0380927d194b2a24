package screens

import (
	"context"
	"log/slog"
	"time"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
	"leeward/internal/screening"
	"leeward/schema"
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
}

// Screens is the content of the window.
type Screens struct {
	Options
	words   *translations.Words
	now     view
	open    bool        // the vault is unlocked
	idle    *time.Timer // locks when nobody touches the screen
	talking *talk       // the interview on the screen, if any
	resume  *place      // where to go on after a lock
	working bool        // something slow is under way: one at a time
}

// place is where an interview stood when the screen was locked: no answer, only which one.
type place struct{ id screening.InterviewID }

// view is one screen as it stands in the window.
type view struct {
	body  fyne.CanvasObject
	focus fyne.Focusable
	begin func()                  // instead of focus, once the body stands in the window
	key   func(fyne.KeyName) bool // keys that the focused widget leaves alone
	digit func(n int) bool        // 1 to 9, where no text is being typed
	again func() view             // makes the screen anew when something came from the office; nil where that changes nothing
}

// New fills the window with the first screen: making a passphrase, or asking for it.
func New(o Options) *Screens {
	s := &Screens{Options: o}
	s.useLanguage(s.App.Preferences().StringWithFallback(prefLanguage, "en"))
	s.useTextSize()
	typeset.OnKeys(s.Window.Canvas(), typeset.Keys{Key: s.key, Digit: s.digit, Touched: s.touch})
	s.idle = time.AfterFunc(time.Hour, func() { fyne.Do(s.lockIdle) })
	s.idle.Stop()
	s.begin()
	return s
}

// begin shows what stands before the vault.
func (s *Screens) begin() {
	if s.Device.Fresh() {
		s.show(s.firstStart())
		return
	}
	s.show(s.unlock(""))
}

// show puts a view in the place of the present one.
func (s *Screens) show(v view) {
	s.now = v
	s.Window.SetContent(v.body)
	switch {
	case v.begin != nil:
		v.begin()
	case v.focus != nil:
		s.Window.Canvas().Focus(v.focus)
	}
	s.touch()
}

// Close ends the screens: what is unfinished is kept as a draft. The program calls it when the window
// closes.
func (s *Screens) Close() {
	s.idle.Stop()
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
		if s.open && !s.working && s.now.again != nil {
			s.show(s.now.again())
		}
	})
}

func (s *Screens) key(name fyne.KeyName) bool {
	switch {
	case name == fyne.KeyF9 && s.open:
		s.lock("")
		return true
	case s.now.key != nil:
		return s.now.key(name)
	}
	return false
}

func (s *Screens) digit(n int) bool { return s.now.digit != nil && s.now.digit(n) }

// touch puts the idle lock off.
func (s *Screens) touch() {
	if s.open {
		s.idle.Reset(s.lockAfter())
	}
}

func (s *Screens) lockIdle() {
	if s.open {
		s.lock(s.say("unlock.idle.text"))
	}
}

// lock closes the vault and shows why. The interview that is open is kept and found again after
// unlocking, at the same question. If its last answer cannot be saved, the screen covers the interview
// and says so instead: locking would lose the answer.
func (s *Screens) lock(why string) {
	at, err := s.suspend()
	if err != nil {
		s.show(s.talking.stopUnsaved(err))
		return
	}
	s.idle.Stop()
	s.resume = at
	s.open = false
	s.show(s.unlock(why))
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
	go func() {
		err := do(context.Background())
		fyne.Do(func() {
			s.working = false
			done(err)
		})
	}()
}
