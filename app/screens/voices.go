package screens

import (
	"context"
	"errors"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
	"leeward/app/voices"
	"leeward/schema/codes"
)

// voicesPart leads from the settings to the recorded voices, and says that none comes with the program.
func (s *Screens) voicesPart() []fyne.CanvasObject {
	open := s.button("voices.list.title", typeset.Quiet, func() { s.show(s.voicesView("")) })
	return []fyne.CanvasObject{s.heading("voices.list.title"), s.text("voices.list.text"), s.row(open)}
}

// voicesView lists the packs that are installed, and installs another.
func (s *Screens) voicesView(note string) view {
	back := func() { s.show(s.settings("")) }
	message := s.notice()
	message.Set(note, s.words.Lang())
	objects := []fyne.CanvasObject{s.title("voices.list.title"), s.quiet("voices.list.text"), message}
	packs := s.Voices.List()
	if len(packs) == 0 {
		objects = append(objects, s.text("voices.none.text"))
	}
	for _, p := range packs {
		remove := s.button("voices.remove.button", typeset.Quiet, func() {
			if err := s.Voices.Remove(p.Language); err != nil {
				s.show(s.voicesView(s.trouble(err)))
				return
			}
			s.show(s.voicesView(""))
		})
		objects = append(objects, card(append(s.packLines(p), s.row(remove))...))
	}
	add := s.button("voices.add.button", typeset.Primary, func() { s.show(s.packs().at(s.startFolder())) })
	leave := s.button("app.back.button", typeset.Quiet, back)
	body := frameAround(nil, page(objects...), s.footer(s.row(leave), s.rowEnd(add)))
	return view{body: body, focus: add, key: s.escape(back)}
}

// packs looks for the file of a pack.
func (s *Screens) packs() *chooser {
	return &chooser{
		Screens: s, title: "voices.add.button", kinds: []string{".zip"},
		chose: func(path string) { s.show(s.packView(path)) }, back: func() { s.show(s.voicesView("")) },
	}
}

// packLines says what a pack is.
func (s *Screens) packLines(p voices.Pack) []fyne.CanvasObject {
	name := typeset.NewLabel(codes.LanguageName(p.Language), p.Language)
	name.Bold = true
	return []fyne.CanvasObject{
		name, s.text("voices.pack.text", "Number", len(p.Sounds)),
		s.quiet("voices.speaker.text", "Speaker", p.Speaker), s.quiet("voices.licence.text", "Licence", p.Licence),
	}
}

// packView says what a file holds before it is installed. Nobody signs a pack: whoever installs it answers for what is
// said to people.
func (s *Screens) packView(path string) view {
	p, err := voices.Read(path)
	if err != nil {
		return s.voicesView(s.packTrouble(err))
	}
	note := s.notice()
	install := func() {
		s.tell(note, s.say("voices.installing.text"))
		s.work(func(context.Context) error {
			_, err := s.Voices.Install(path)
			return err
		}, func(err error) {
			switch {
			case !s.open: // locked meanwhile
			case err != nil:
				s.show(s.voicesView(s.packTrouble(err)))
			default:
				s.show(s.voicesView(""))
			}
		})
	}
	lines := []fyne.CanvasObject{card(s.packLines(p)...), s.text("voices.trust.text"), note}
	return s.ask("voices.add.button", lines,
		way{"voices.install.button", typeset.Primary, install},
		way{"app.back.button", typeset.Quiet, func() { s.show(s.voicesView("")) }},
	)
}

func (s *Screens) packTrouble(err error) string {
	if errors.Is(err, voices.ErrPack) {
		return s.say("voices.damaged.text")
	}
	return s.trouble(err)
}
