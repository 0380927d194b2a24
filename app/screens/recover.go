package screens

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
)

// maxAnswer is the most that is read of a file that somebody brings.
const maxAnswer = 64 << 10

// recover is the way back in for who forgot their passphrase: choose a new one, carry a request to the office, compare
// eight words, bring the answer. The answer may come days later: the new passphrase is asked for again then.
func (s *Screens) recover() view {
	var ask func()
	c := s.choose(func() { ask() })
	ask = func() {
		fresh, ok := c.chosen()
		if !ok {
			return
		}
		var request []byte
		var words []string
		s.asking(c.note, func(ctx context.Context) (err error) {
			request, words, err = s.Device.AskRecovery(ctx, fresh)
			return err
		}, func() { s.show(s.recoverRequest(request, words)) })
	}
	answer := s.button("recover.answer.button", typeset.Quiet, func() { s.show(s.recoverAnswer()) })
	return s.form("recover.device.title", s.begin, c.own, []fyne.CanvasObject{s.text("recover.device.text"), s.row(answer)},
		card(append(c.offered(), append(c.fields(), s.button("recover.ask.button", typeset.Primary, ask))...)...))
}

// recoverRequest shows the words, and saves the request where the person says.
func (s *Screens) recoverRequest(request []byte, words []string) view {
	note := s.label("")
	said := typeset.NewLabel(strings.Join(words, " "), "en")
	said.Step, said.Bold = typeset.Large, true
	var keep func()
	path := s.entry(func() { keep() })
	path.SetText(atHome("request.lwq"))
	keep = func() {
		if err := os.WriteFile(strings.TrimSpace(path.Text), request, 0o600); err != nil {
			s.tell(note, s.say("recover.unsaved.text"))
			return
		}
		s.tell(note, s.say("recover.saved.text"))
	}
	save := s.button("recover.save.button", typeset.Primary, keep)
	answer := s.button("recover.answer.button", typeset.Quiet, func() { s.show(s.recoverAnswer()) })
	return s.form("recover.device.title", s.begin, save,
		[]fyne.CanvasObject{s.text("recover.carry.text"), s.text("recover.words.text")}, card(said),
		card(s.quiet("recover.file.label"), path, note, s.row(save, answer)))
}

// atHome is a file in one's own folder, to begin with: on a stick it is better.
func atHome(name string) string {
	home, err := os.UserHomeDir()
	if err != nil {
		return name
	}
	return filepath.Join(home, name)
}

// recoverAnswer takes the office's answer, with the passphrase that was chosen when asking.
func (s *Screens) recoverAnswer() view {
	note := s.notice()
	var open func()
	fresh := s.secret(func() { open() })
	path := s.entry(func() { s.Window.Canvas().Focus(fresh) })
	path.SetText(atHome("answer.lwa"))
	open = func() {
		typed := fresh.Text
		if typed == "" {
			return
		}
		answer, err := readAnswer(strings.TrimSpace(path.Text))
		if err != nil {
			s.tell(note, s.say("recover.unread.text"))
			return
		}
		place := 0
		s.asking(note, func(ctx context.Context) (err error) {
			place, err = s.Device.Recover(ctx, typed, answer)
			return err
		}, func() {
			s.opened()
			s.show(s.home(s.say("recover.done.text", "Sign", s.sign(place))))
		})
	}
	return s.form("recover.device.title", s.begin, path, []fyne.CanvasObject{s.text("recover.answer.text")},
		card(s.quiet("recover.file.label"), path, s.quiet("settings.new.label"), fresh, note, s.button("recover.open.button", typeset.Primary, open)))
}

func readAnswer(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxAnswer))
}

// asking is slowly before a device is open.
func (s *Screens) asking(note *typeset.Label, do func(context.Context) error, done func()) {
	s.tell(note, s.say("people.working.text"))
	s.work(do, func(err error) {
		if err != nil {
			s.tell(note, s.passphraseTrouble(err))
			return
		}
		done()
	})
}
