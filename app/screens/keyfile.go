package screens

import (
	"errors"
	"io"
	"io/fs"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"leeward/app/typeset"
	"leeward/internal/vault"
)

const (
	// keyFileFor is how long a key file that was chosen waits for the passphrase at the lock.
	keyFileFor = 2 * time.Minute
	// keyFileSmall is how long a file may be that is offered as a key file: some more than one has, so that a person who
	// has a damaged one, or the wrong one, is told so.
	keyFileSmall = 4 << 10
)

// proof is where somebody shows that it is they: their passphrase, and beside it the key file of who has one. The file's
// key is forgotten after use, and where it lay at once.
type proof struct {
	*Screens
	label      string // of the passphrase
	passphrase *typeset.Entry
	file       *vault.KeyFile
	look       *typeset.Button
	found      *typeset.Label // that there is one, or what is wrong with it
	waits      timer
}

// proof asks for both. submit is what Enter in the passphrase does.
func (s *Screens) proof(label string, submit func()) *proof {
	p := &proof{Screens: s, label: label, passphrase: s.secret(submit), found: s.notice()}
	p.look = s.button("keyfile.have.button", typeset.Quiet, p.choose)
	return p
}

// own is proof for whoever unlocked the device: it asks for no file where there is none.
func (s *Screens) own(submit func()) *proof { return s.proof("people.mine.label", submit) }

// lines are what is asked. What stands before the vault asks everybody for a key file, so that it tells nothing.
func (p *proof) lines() []fyne.CanvasObject {
	lines := []fyne.CanvasObject{p.quiet(p.label), p.passphrase}
	if p.open && !p.Device.HasKeyFile() {
		return lines
	}
	return append(lines, p.keyFile()...)
}

// keyFile is the way to the file, and what is known of it.
func (p *proof) keyFile() []fyne.CanvasObject {
	return []fyne.CanvasObject{p.row(p.look), p.found}
}

// secret is what was shown, of which the caller makes one try.
func (p *proof) secret() vault.Secret {
	return vault.Secret{Passphrase: []byte(p.passphrase.Text), KeyFile: p.file}
}

// given reports whether a passphrase was typed, and leads there if not: nothing typed is not worth a try.
func (p *proof) given() bool {
	if p.passphrase.Text == "" {
		p.Window.Canvas().Focus(p.passphrase)
	}
	return p.passphrase.Text != ""
}

// forget clears what was shown.
func (p *proof) forget() {
	p.passphrase.SetText("")
	p.file.Forget()
	p.file = nil
	if p.waits != nil {
		p.waits.Stop()
	}
}

// choose looks for the file: with the program's own words, or in the system's window where there is a Picker.
func (p *proof) choose() {
	if p.Picker != nil {
		p.Picker.Open(func(r io.Reader, err error) {
			var k *vault.KeyFile
			if err == nil {
				k, err = vault.ReadKeyFile(r)
			}
			p.take(k, err)
		})
		return
	}
	p.Window.Canvas().Focus(p.passphrase) // which has the keyboard again afterwards
	p.over(func(back func()) view {
		c := chooser{Screens: p.Screens, title: "keyfile.list.title", small: keyFileSmall, back: back}
		c.chose = func(path string) {
			k, err := vault.LoadKeyFile(path)
			back()
			p.take(k, err)
		}
		return c.at(p.startFolder())
	})
}

// take keeps a file that was read, or says what is wrong with it: no try was made.
func (p *proof) take(k *vault.KeyFile, err error) {
	p.file.Forget()
	p.file = k
	p.look.SetMarked(err == nil)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		p.found.Color = theme.ColorNameError
		p.tell(p.found, p.say("keyfile.unread.text"))
		return
	case err != nil:
		p.found.Color = theme.ColorNameError
		p.tell(p.found, p.trouble(err))
		return
	}
	p.found.Color = theme.ColorNameForeground
	p.tell(p.found, p.say("keyfile.chosen.text"))
	if p.waits == nil {
		p.waits = p.after(keyFileFor, p.leave)
	} else {
		p.waits.Reset(keyFileFor)
	}
}

// leave forgets a file that nobody used.
func (p *proof) leave() {
	p.file.Forget()
	p.file = nil
	p.look.SetMarked(false)
	if holds(p.now.body, p.found) {
		p.tell(p.found, "")
	}
}
