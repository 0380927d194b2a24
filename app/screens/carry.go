package screens

import (
	"context"
	"os"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"leeward/app/typeset"
	"leeward/sync/courier"
)

// mounted lists the folders that a stick may be, below the places where this system shows them.
func mounted(below []string) (dirs []string) {
	for _, pattern := range below {
		found, _ := filepath.Glob(pattern) // a pattern that is wrong finds nothing
		for _, dir := range found {
			if info, err := os.Stat(dir); err == nil && info.IsDir() {
				dirs = append(dirs, dir)
			}
		}
	}
	return dirs
}

// carry is the way to the office without a network: sealed files on a stick, and the office's answers back.
// The names of the files say nothing.
func (s *Screens) carry(note string) view {
	message := s.notice()
	message.Set(note, s.words.Lang())
	folder := s.entry(func() {})
	folder.SetText(s.stick)
	back := func() { s.show(s.outbox("")) }
	look := chooser{
		Screens: s, title: "carry.stick.title", back: func() { s.show(s.carry("")) },
		chose: func(dir string) {
			s.stick = dir
			s.show(s.carry(""))
		},
	}
	sticks := []fyne.CanvasObject{s.button("chooser.look.button", typeset.Quiet, func() { s.show(look.at(s.startFolder())) })}
	for _, dir := range mounted(s.Mounts) {
		sticks = append(sticks, typeset.NewButton(dir, "en", func() { folder.SetText(dir) }))
	}
	with := func(do func(ctx context.Context, dir string) (string, error)) func() {
		return func() {
			if s.stick = folder.Text; !filepath.IsAbs(s.stick) {
				s.tell(message, s.say("carry.folder.text"))
				return
			}
			dir, said := s.stick, ""
			s.tell(message, s.say("outbox.syncing.text"))
			s.work(func(ctx context.Context) (err error) {
				said, err = do(ctx, dir)
				return err
			}, func(err error) {
				switch {
				case !s.open: // locked meanwhile
				case err != nil:
					s.show(s.carry(s.trouble(err)))
				default:
					s.show(s.carry(said))
				}
			})
		}
	}
	write := s.button("carry.write.button", typeset.Primary, with(func(ctx context.Context, dir string) (string, error) {
		var done courier.Carried
		done, err := s.Device.Carry(ctx, dir)
		return s.say("carry.written.text", "Number", done.Batches), err
	}))
	read := s.button("carry.read.button", typeset.Quiet, with(func(ctx context.Context, dir string) (string, error) {
		done, err := s.Device.Collect(ctx, dir)
		return s.say("carry.taken.text", "Number", done.Files), err
	}))
	objects := []fyne.CanvasObject{
		s.title("carry.stick.title"), s.quiet("carry.stick.text"), s.quiet("carry.folder.label"), folder, s.row(sticks...), message,
		write, read,
	}
	around := frameAround(nil, page(objects...), s.footer(s.row(s.button("app.back.button", typeset.Quiet, back)), s.row()))
	return view{body: around, focus: folder, key: s.escape(back)}
}

// handIn is for a device that nobody can open, or nobody who is here: everything that is sealed on it, for the office.
func (s *Screens) handIn() view {
	note := s.notice()
	folder := s.entry(func() {})
	folder.SetText(s.stick)
	var sticks []fyne.CanvasObject
	for _, dir := range mounted(s.Mounts) {
		sticks = append(sticks, typeset.NewButton(dir, "en", func() { folder.SetText(dir) }))
	}
	write := s.button("handin.write.button", typeset.Primary, func() {
		if s.stick = folder.Text; !filepath.IsAbs(s.stick) {
			s.tell(note, s.say("carry.folder.text"))
			return
		}
		dir := s.stick
		note.Color = theme.ColorNameForeground
		s.tell(note, s.say("people.working.text"))
		s.work(func(context.Context) error {
			_, err := s.Device.HandIn(dir)
			return err
		}, func(err error) {
			said := s.say("handin.written.text")
			if err != nil {
				note.Color, said = theme.ColorNameError, s.trouble(err)
			}
			s.tell(note, said)
		})
	})
	return s.form("handin.device.title", s.begin, folder, []fyne.CanvasObject{s.text("handin.device.text")},
		card(s.quiet("carry.folder.label"), folder, s.row(sticks...), note, write))
}
