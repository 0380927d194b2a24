package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"leeward/app/device"
	"leeward/app/screens"
	"leeward/app/voices"
	"leeward/assets"
	"leeward/internal/paper"
	"leeward/internal/vault"
	"leeward/schema/instrument"
	"leeward/sync/courier"
	"leeward/translations"
)

// version is set by the linker for a release.
var version = "0.1.0-dev"

// appID names the program to the system; FyneApp.toml has the same.
const appID = "org.leeward.field"

// Program is one run of leeward.
type Program struct {
	Dir        string // of the device; the user's own folder for settings if empty
	Passphrase string // file that holds the passphrase, for Prepare and Salvage
	KeyFile    string // key file beside it; empty for who has none
	Code       string // enrolment code, for Prepare
	Prepare    bool   // make the device ready without a window, and end
	Salvage    string // folder that the damaged files are copied to: read out what can be read without a window, and end
	Backup     string // folder that a copy of the locked device goes to: make it without a window, and end
	Sign       int    // of whose passphrase it is, from 1, for Salvage
	Debug      bool   // Log tells of every screen that is shown, not of which
	Log        *slog.Logger
}

func parseFlags(args []string) (*Program, error) {
	p := &Program{}
	f := flag.NewFlagSet("leeward", flag.ContinueOnError)
	f.StringVar(&p.Dir, "data", "", "`folder` of the device (default: your own folder for settings)")
	f.BoolVar(&p.Prepare, "prepare", false, "make the device ready without a window: its passphrase from -passphrase-file, its office from -enrol")
	f.StringVar(&p.Passphrase, "passphrase-file", "", "`file` with the passphrase, for -prepare and -salvage")
	f.StringVar(&p.KeyFile, "key-file", "", "the key `file` beside the passphrase, for whoever has one, for -prepare and -salvage")
	f.StringVar(&p.Code, "enrol", "", "enrolment `code` from the office, for -prepare")
	f.StringVar(&p.Salvage, "salvage", "", "read what can be read out of a damaged store, after copying its files to a new `folder`; its passphrase from -passphrase-file")
	f.StringVar(&p.Backup, "backup", "", "copy the device, locked and as encrypted as it is, to a new `folder`")
	f.IntVar(&p.Sign, "sign", 0, "`number` of the sign whose passphrase it is, 1 to 8 as on the lock screen, for -salvage where the office has set a limit of tries")
	f.BoolVar(&p.Debug, "debug", false, "log each time that a screen is shown or a key has no use, without saying which")
	f.Usage = func() {
		fmt.Fprintf(f.Output(), "Usage: leeward [-data FOLDER]\n       leeward -prepare -passphrase-file FILE [-key-file FILE] [-enrol CODE] [-data FOLDER]\n"+
			"       leeward -salvage NEWFOLDER -passphrase-file FILE [-key-file FILE] [-sign N] [-data FOLDER]\n"+
			"       leeward -backup NEWFOLDER [-data FOLDER]\n       leeward voices list|pack|install …\n\n"+
			"Opens the window of the device. Version %s. Exit status 0 when all went well, 1 otherwise.\n\n", version)
		f.PrintDefaults()
	}
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	level := slog.LevelInfo
	if p.Debug {
		level = slog.LevelDebug
	}
	p.Log = slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: level}))
	if f.NArg() > 0 {
		return nil, fmt.Errorf("what is %q? leeward -h says what can be said", f.Arg(0))
	}
	return p, p.check()
}

// check refuses what does not go together.
func (p *Program) check() error {
	things := 0
	for _, said := range []bool{p.Prepare, p.Salvage != "", p.Backup != ""} {
		if said {
			things++
		}
	}
	switch asks := p.Prepare || p.Salvage != ""; {
	case things > 1:
		return errors.New("-prepare, -salvage and -backup are three things: say one")
	case p.Backup != "" && p.Passphrase != "":
		return errors.New("-backup needs no passphrase: the copy is as encrypted as the device")
	case p.Backup != "" && p.KeyFile != "":
		return errors.New("-backup needs no key file: the copy is as encrypted as the device")
	case !asks && p.KeyFile != "":
		return errors.New("-key-file needs -prepare or -salvage: in the window the key file is chosen where the passphrase is typed")
	case !asks && p.Passphrase != "", !p.Prepare && p.Code != "":
		return errors.New("-passphrase-file and -enrol need -prepare or -salvage: in the window the passphrase is typed, and the code entered under Settings")
	case asks && p.Passphrase == "":
		return errors.New("-prepare and -salvage need -passphrase-file")
	case p.Sign != 0 && p.Salvage == "", p.Sign < 0 || p.Sign > vault.Places:
		return fmt.Errorf("-sign is a number from 1 to %d and needs -salvage", vault.Places)
	}
	return nil
}

// Run is the program: the window until it closes or ctx ends, or the preparation.
func (p *Program) Run(ctx context.Context) error {
	if err := vault.Harden(); err != nil {
		p.Log.Warn("harden", "err", err)
	}
	if p.Prepare {
		return p.prepare(ctx)
	}
	if p.Salvage != "" {
		return p.salvage(ctx, os.Stdout)
	}
	if p.Backup != "" {
		return p.backup(ctx, os.Stdout)
	}
	words, err := translations.New()
	if err != nil {
		return err
	}
	a := app.NewWithID(appID)
	a.SetIcon(fyne.NewStaticResource("icon.png", assets.Icon))
	var s *screens.Screens
	dev, err := p.device(a, device.Options{
		Synced: func(courier.Result, error) { s.Synced() }, Wiped: func() { s.Wiped() }, Revoked: func() { s.Revoked() }, Compare: func(words string) { s.Compare(words) },
	})
	if err != nil {
		return err
	}
	folder, err := p.folder(a)
	if err != nil {
		return err
	}
	// The title says nothing about who is interviewed, nor that anybody is.
	w := a.NewWindow("Leeward")
	w.Resize(fyne.NewSize(1100, 800))
	w.SetMaster()
	s = screens.New(screens.Options{
		App: a, Window: w, Device: dev, Catalogue: words, Form: instrument.Form(), Log: p.Log, Version: version,
		Mounts: mounts, Voices: shelf(folder), Media: filepath.Join(folder, "media"), Play: play, Printer: paper.Spooler{},
		Picker: newPicker(w),
	})
	stop := context.AfterFunc(ctx, func() { fyne.Do(a.Quit) })
	defer stop()
	a.Lifecycle().SetOnStarted(func() { // the window has a handle now
		if err := shield(w); err != nil {
			p.Log.Info("screenshots are possible", "err", err)
		}
	})
	watched := p.lockForSleep(ctx, s)
	w.ShowAndRun()
	watched()
	s.Close()
	return dev.Lock(context.WithoutCancel(ctx))
}

// lockForSleep locks the device when the computer sleeps, until the function that it returns is called.
func (p *Program) lockForSleep(ctx context.Context, s *screens.Screens) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	ticker := time.NewTicker(sleepTick)
	var watching sync.WaitGroup
	lock := func() { s.Sleep(ctx) }
	watching.Go(func() { watchSleep(ctx, ticker.C, time.Now, lock) })
	watching.Go(func() {
		if err := beforeSleep(ctx, lock); err != nil && ctx.Err() == nil {
			p.Log.Info("sleep is noticed afterwards only", "err", err)
		}
	})
	return func() {
		ticker.Stop()
		cancel()
		watching.Wait()
	}
}

// device is the device of this run, locked. With a window it syncs by itself and tells of it, as o says.
func (p *Program) device(a fyne.App, o device.Options) (*device.Device, error) {
	dir, err := p.folder(a)
	if err != nil {
		return nil, err
	}
	o.Form, o.Version, o.Background, o.Log = instrument.Form(), version, a != nil, p.Log
	return device.New(dir, o), nil
}

// folder is where the device lives.
func (p *Program) folder(a fyne.App) (string, error) {
	dir := p.Dir
	if dir == "" && a != nil && fyne.CurrentDevice().IsMobile() {
		dir = filepath.Join(a.Storage().RootURI().Path(), "device")
	}
	if dir == "" {
		own, err := os.UserConfigDir()
		if err != nil {
			return "", fmt.Errorf("find a folder for the device (say it with -data): %w", err)
		}
		dir = filepath.Join(own, "leeward")
	}
	return dir, nil
}

// shelf is where recorded voices are installed, in the folder of the device.
func shelf(folder string) voices.Shelf {
	return voices.Shelf{Dir: filepath.Join(folder, "recordings")}
}

// prepare makes the passphrase, if there is none, and joins the office.
func (p *Program) prepare(ctx context.Context) (err error) {
	shown := ""
	dev, secret, err := p.locked(device.Options{Compare: func(words string) {
		if words != shown {
			fmt.Fprintf(os.Stderr, "Compare these words with the office, which admits the device if it shows the same:\n  %s\n", words)
		}
		shown = words
	}})
	if err != nil {
		return err
	}
	switch fresh := dev.Fresh(); {
	case fresh && secret.KeyFile != nil:
		return errors.New("a fresh device has no key file yet: leave -key-file out, and make one in the window under Settings")
	case fresh:
		err = dev.Create(ctx, string(secret.Passphrase))
	default:
		err = dev.UnlockAt(ctx, vault.Anyone, secret)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dev.Lock(context.WithoutCancel(ctx))) }()
	if p.Code != "" {
		return dev.Enrol(ctx, p.Code)
	}
	return nil
}

// locked is the device, for use without a window, and what opens it: what stands in the file of the passphrase, and beside
// it the key file.
func (p *Program) locked(o device.Options) (dev *device.Device, shown vault.Secret, err error) {
	typed, err := os.ReadFile(p.Passphrase)
	if err != nil {
		return nil, shown, fmt.Errorf("read the passphrase: %w", err)
	}
	shown = vault.Passphrase(strings.TrimSpace(string(typed)))
	if p.KeyFile != "" {
		if shown.KeyFile, err = vault.LoadKeyFile(p.KeyFile); err != nil {
			return nil, shown, err
		}
	}
	dev, err = p.device(nil, o)
	return dev, shown, err
}
