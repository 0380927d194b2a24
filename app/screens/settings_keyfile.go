package screens

import (
	"bytes"
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"leeward/app/typeset"
)

// keyFile is where somebody makes a key file, another one, or does without. What it means to lose it stands first.
func (s *Screens) keyFile() view {
	back := func() { s.show(s.settings("")) }
	has := s.Device.HasKeyFile()
	note := s.notice()
	var write func()
	mine := s.own(func() { write() })
	to := s.stickFor(note, "")
	write = func() {
		if mine.given() {
			to.with(func(there Landing) { s.makeKeyFile(mine, note, there) })
		}
	}
	key := "keyfile.make.button"
	if has {
		key = "keyfile.renew.button"
	}
	lines := []fyne.CanvasObject{s.text("keyfile.what.text"), s.text("keyfile.lost.text")}
	if s.nobodyElse() {
		alone := s.text("keyfile.alone.text")
		alone.Bold = true
		lines = append(lines, alone)
	}
	ways := []fyne.CanvasObject{s.button(key, typeset.Primary, func() { write() })}
	if has {
		ways = append(ways, s.button("keyfile.drop.button", typeset.Danger, func() {
			if mine.given() {
				s.dropKeyFile(mine, note)
			}
		}))
	}
	return s.form("keyfile.list.title", back, mine.passphrase, lines,
		card(mine.lines()...), card(append(to.lines(), note, s.row(ways...))...))
}

// makeKeyFile has the file written and then needed, and shows where it is.
func (s *Screens) makeKeyFile(mine *proof, note *typeset.Label, there Landing) {
	var path string
	var file []byte
	shown := mine.secret()
	s.slowly(note, func(ctx context.Context) error {
		defer there.End()
		return s.Device.MakeKeyFile(ctx, shown, func(made []byte) (read []byte, err error) {
			file = bytes.Clone(made)
			path, read, err = there.Keep(made)
			return read, err
		})
	}, func() {
		mine.forget()
		s.show(s.keyFileMade(path, file))
	})
}

func (s *Screens) dropKeyFile(mine *proof, note *typeset.Label) {
	shown := mine.secret()
	s.slowly(note, func(ctx context.Context) error { return s.Device.DropKeyFile(ctx, shown) }, func() {
		mine.forget()
		s.show(s.settings(s.say("keyfile.dropped.text")))
	})
}

// nobodyElse reports whether a lost passphrase would lose what is on this device: no colleague and no office could help.
func (s *Screens) nobodyElse() bool {
	people, err := s.Device.People(context.Background())
	return err == nil && len(people) < 2 && !s.Device.Recoverable()
}

// keyFileMade says where the file is, and offers the second copy while it is at hand.
func (s *Screens) keyFileMade(path string, file []byte) view {
	note := s.notice()
	to := s.stickFor(note, path)
	write := func() {
		to.with(func(there Landing) {
			var second string
			s.slowly(note, func(context.Context) (err error) {
				defer there.End()
				second, _, err = there.Keep(file)
				return err
			}, func() {
				note.Color = theme.ColorNameForeground
				s.tell(note, s.say("keyfile.copied.text", "Path", isolated(second)))
			})
		})
	}
	copies := s.button("keyfile.copy.button", typeset.Primary, write)
	made := s.text("keyfile.made.text", "Path", isolated(path))
	made.Bold = true
	return s.form("keyfile.list.title", func() {
		clear(file)
		s.show(s.settings(""))
	}, copies, []fyne.CanvasObject{made, s.text("keyfile.lost.text")},
		card(append([]fyne.CanvasObject{s.text("keyfile.second.text")}, append(to.lines(), note, copies)...)...))
}
