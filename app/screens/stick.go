package screens

import (
	"io"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"leeward/app/typeset"
)

// stick is where a key file is to go: a folder that is typed or chosen, or what the system's own
// window gives where there is a Picker. It remembers none.
type stick struct {
	*Screens
	note *typeset.Label // says what is wrong
	path *typeset.Entry
}

// Landing is a place for one small file: Keep writes it, says where, and reads it back; End is called whether Keep was or not.
type Landing struct {
	Keep func(file []byte) (path string, read []byte, err error)
	End  func()
}

// Picker is the system's own window for files, on Fyne's goroutine. Where a person chooses nothing it calls nobody.
type Picker interface {
	Open(read func(io.Reader, error))
	Save(write func(Landing, error))
}

// stickFor begins with a stick that is there, but for the one that a file lies on already.
func (s *Screens) stickFor(note *typeset.Label, lies string) *stick {
	f := &stick{s, note, s.entry(func() {})}
	for _, dir := range mounted(s.Mounts) {
		if !strings.HasPrefix(lies, dir+string(filepath.Separator)) {
			f.path.SetText(dir)
			break
		}
	}
	return f
}

func (f *stick) lines() []fyne.CanvasObject {
	if f.Picker != nil {
		return nil
	}
	ways := []fyne.CanvasObject{f.button("chooser.look.button", typeset.Quiet, f.look)}
	for _, dir := range mounted(f.Mounts) {
		ways = append(ways, typeset.NewButton(dir, "en", func() { f.path.SetText(dir) }))
	}
	return []fyne.CanvasObject{f.quiet("carry.folder.label"), f.path, f.row(ways...)}
}

func (f *stick) look() {
	f.over(func(back func()) view {
		c := chooser{Screens: f.Screens, title: "keyfile.list.title", back: back}
		c.chose = func(dir string) {
			back()
			f.path.SetText(dir)
		}
		return c.at(f.startFolder())
	})
}

// with does something with the place, or asks for one.
func (f *stick) with(do func(Landing)) {
	if f.Picker != nil {
		f.Picker.Save(func(there Landing, err error) {
			if err != nil {
				f.wrong(f.trouble(err))
				return
			}
			do(there)
		})
		return
	}
	dir := f.path.Text
	if !filepath.IsAbs(dir) {
		f.wrong(f.say("carry.folder.text"))
		return
	}
	do(Landing{func(file []byte) (string, []byte, error) { return f.Device.KeepKeyFile(dir, file) }, func() {}})
}

func (f *stick) wrong(text string) {
	f.note.Color = theme.ColorNameError
	f.tell(f.note, text)
}
