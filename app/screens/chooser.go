package screens

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
)

// chooser finds a file or a folder on this computer with the program's own words and letters: the system's window for
// that speaks the system's language, remembers what was opened, and shows pictures of files.
type chooser struct {
	*Screens
	title string   // key of its words
	kinds []string // endings of the files that are looked for; none for a folder
	small int64    // files of at most so many bytes are looked for, whatever they are called; 0 where it is about kinds
	chose func(path string)
	back  func()
}

// maxListed is how many entries of a folder are shown.
const maxListed = 200

// at shows a folder: what it holds, the way up, and the places where a stick appears.
func (c *chooser) at(dir string) view {
	dir = filepath.Clean(dir)
	here := c.label("\u2066" + dir + "\u2069") // a path reads from the left in every script
	here.Bold = true
	objects := []fyne.CanvasObject{c.Screens.title(c.title), here}
	var places []fyne.CanvasObject
	to := func(caption, lang, dir string) *typeset.Button {
		return typeset.NewButton(caption, lang, func() { c.show(c.at(dir)) })
	}
	if up := filepath.Dir(dir); up != dir {
		places = append(places, to(c.say("chooser.up.button"), c.words.Lang(), up))
	}
	for _, stick := range mounted(c.Mounts) {
		if stick != dir {
			places = append(places, to(stick, "en", stick))
		}
	}
	objects = append(objects, c.row(places...))
	folders, files, err := c.list(dir)
	switch {
	case err != nil:
		objects = append(objects, c.text("chooser.unread.text"))
	case len(folders)+len(files) == 0:
		objects = append(objects, c.quiet("chooser.empty.text"))
	}
	var first fyne.Focusable
	for _, name := range append(folders, files...) {
		path := filepath.Join(dir, name)
		b := to(name+string(filepath.Separator), "en", path)
		if !slices.Contains(folders, name) {
			b = typeset.NewButton(name, "en", func() { c.chose(path) })
			b.Weight = typeset.Primary
		}
		if objects = append(objects, b); first == nil {
			first = b
		}
	}
	if len(folders)+len(files) == maxListed {
		objects = append(objects, c.quiet("chooser.more.text", "Number", maxListed))
	}
	leave := c.button("app.back.button", typeset.Quiet, c.back)
	end := c.row()
	if len(c.kinds) == 0 && c.small == 0 {
		take := c.button("chooser.take.button", typeset.Primary, func() { c.chose(dir) })
		end, first = c.rowEnd(take), take
	} else if first == nil {
		first = leave
	}
	body := frameAround(nil, page(objects...), c.footer(c.row(leave), end))
	return view{body: body, focus: first, key: c.escape(c.back)}
}

// list reads a folder: folders and files of the kinds that are looked for, by name. What is hidden stays so.
func (c *chooser) list(dir string) (folders, files []string, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		name := e.Name()
		info, statErr := os.Stat(filepath.Join(dir, name)) // what a link leads to
		switch {
		case strings.HasPrefix(name, ".") || statErr != nil || len(folders)+len(files) == maxListed:
		case info.IsDir():
			folders = append(folders, name)
		case c.small > 0 && info.Mode().IsRegular() && info.Size() <= c.small, slices.Contains(c.kinds, strings.ToLower(filepath.Ext(name))):
			files = append(files, name)
		}
	}
	return folders, files, err
}

// startFolder is where looking begins: a stick where there is one, else the home of whoever is signed in.
func (s *Screens) startFolder() string {
	if sticks := mounted(s.Mounts); len(sticks) > 0 {
		return sticks[0]
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return string(filepath.Separator)
	}
	return home
}
