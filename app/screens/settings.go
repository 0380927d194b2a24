package screens

import (
	"context"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
	"leeward/internal/screening"
	"leeward/schema/codes"
)

// settings is what a screener may change on the device: nothing here is about a person.
func (s *Screens) settings(note string) view {
	message := s.label(note)
	message.Bold = true
	back := s.button("app.back.button", typeset.Primary, func() { s.show(s.home("")) })
	choices := append(s.languageChoices(), s.sizeChoices()...)
	choices = append(append(choices, s.lockChoices()...), s.viewChoices()...)
	body := []fyne.CanvasObject{
		s.title("settings.device.title"), message, card(choices...), card(s.keysPart()...), card(s.practicePart()...),
		card(s.officePart()...), card(s.placePart()...), card(s.sitePart()...), card(s.numbersPart()...), card(s.voicesPart()...),
		card(s.heading("settings.about.title"), s.text("settings.about.text"), s.quiet("settings.wording.text"),
			s.quiet("settings.version.label", "Version", "\u2066"+s.Version+"\u2069"),
			s.row(s.button("impact.list.title", typeset.Quiet, func() { s.show(s.impact("app.back.button", func() { s.show(s.settings("")) })) }),
				s.button("licences.list.title", typeset.Quiet, func() { s.show(s.licenceList()) }))),
	}
	around := frameAround(nil, page(body...), s.footer(s.row(), s.rowEnd(back)))
	return view{body: around, focus: back, key: s.escape(func() { s.show(s.home("")) })}
}

// settingsAgain makes settings anew after a choice and leaves the keyboard on the button that was pressed, whatever
// it is called now.
func (s *Screens) settingsAgain(pressed *typeset.Button) {
	at := slices.Index(buttons(s.now.body), pressed)
	s.show(s.settings(""))
	if now := buttons(s.now.body); at >= 0 && at < len(now) {
		s.Window.Canvas().Focus(now[at])
	}
}

// buttons lists the buttons of a tree in the order in which the Tab key reaches them.
func buttons(root fyne.CanvasObject) (list []*typeset.Button) {
	find(root, func(o fyne.CanvasObject) bool {
		if b, ok := o.(*typeset.Button); ok {
			list = append(list, b)
		}
		return false
	})
	return list
}

// choices makes a row of buttons of which one is in force.
func (s *Screens) choices(names []string, langs []string, now int, choose func(i int)) fyne.CanvasObject {
	var buttons []fyne.CanvasObject
	for i, name := range names {
		b := typeset.NewButton(name, langs[i%len(langs)], nil)
		b.OnTapped = func() {
			choose(i)
			s.settingsAgain(b)
		}
		b.SetMarked(i == now)
		buttons = append(buttons, b)
	}
	return s.row(buttons...)
}

func (s *Screens) languageChoices() []fyne.CanvasObject {
	tags := s.Catalogue.Languages()
	var names []string
	now := 0
	for i, tag := range tags {
		names = append(names, codes.LanguageName(tag))
		if tag == s.words.Lang() {
			now = i
		}
	}
	return []fyne.CanvasObject{
		s.quiet("settings.language.label"),
		s.choices(names, tags, now, func(i int) {
			s.App.Preferences().SetString(prefLanguage, tags[i])
			s.useLanguage(tags[i])
		}),
	}
}

func (s *Screens) sizeChoices() []fyne.CanvasObject {
	names := []string{
		s.say("settings.size_normal.label"), s.say("settings.size_large.label"),
		s.say("settings.size_largest.label"), s.say("settings.size_threefold.label"),
	}
	now := 0
	for i, size := range textSizes {
		if size == s.textSize() {
			now = i
		}
	}
	return []fyne.CanvasObject{
		s.quiet("settings.size.label"),
		s.choices(names, []string{s.words.Lang()}, now, func(i int) {
			s.App.Preferences().SetFloat(prefTextSize, textSizes[i])
			s.useTextSize()
		}),
	}
}

func (s *Screens) lockChoices() []fyne.CanvasObject {
	var names []string
	now := 0
	for i, minutes := range lockTimes {
		names = append(names, s.say("app.minutes.text", "Count", minutes))
		if minutes == int(s.lockAfter().Minutes()) {
			now = i
		}
	}
	return []fyne.CanvasObject{
		s.quiet("settings.lock.label"),
		s.choices(names, []string{s.words.Lang()}, now, func(i int) {
			s.App.Preferences().SetInt(prefLock, lockTimes[i])
		}),
	}
}

// officePart says to which office the device belongs, or asks for the code to join one.
func (s *Screens) officePart() []fyne.CanvasObject {
	office, err := s.Device.Office(context.Background())
	part := []fyne.CanvasObject{s.heading("settings.enrol.title")}
	if err != nil || !office.Enrolled {
		return append(append(part, s.text("settings.enrol.text")), s.codePart("settings.enrol.label", "settings.enrol.button")...)
	}
	part = append(part, s.text("settings.enrolled.text", "Office", office.Name))
	if office.Demo {
		part = append(part, s.quiet("settings.demo.text"))
	}
	if office.Words != "" {
		words := typeset.NewLabel(office.Words, "en") // the list is English, so that the office reads the same
		words.Bold = true
		part = append(part, s.quiet("settings.words.label"), words)
	}
	part = append(part, s.sendingChoices()...)
	return append(part, s.codePart("settings.again.label", "settings.again.button")...)
}

// sendingChoices say whether what waits is sent by itself. A network may cost much, or be listened to: who knows says so.
func (s *Screens) sendingChoices() []fyne.CanvasObject {
	ctx := context.Background()
	byHand, err := s.Device.ByHand(ctx)
	if err != nil {
		return nil
	}
	names := []string{s.say("settings.sending_self.label"), s.say("settings.sending_hand.label")}
	return []fyne.CanvasObject{
		s.quiet("settings.sending.label"),
		s.choices(names, []string{s.words.Lang()}, index(byHand), func(i int) {
			if err := s.Device.SetByHand(ctx, i == 1); err != nil {
				s.Log.Error("keep how to send", "code", screening.CodeOf(err))
			}
		}),
	}
}

// codePart asks for an enrolment code.
func (s *Screens) codePart(label, button string) []fyne.CanvasObject {
	note := s.notice()
	var join func()
	code := s.entry(func() { join() })
	join = func() {
		typed := strings.TrimSpace(code.Text)
		if typed == "" {
			return
		}
		s.tell(note, s.say("settings.enrolling.text"))
		s.join(typed, func(err error) { s.tell(note, s.trouble(err)) })
	}
	return []fyne.CanvasObject{s.quiet(label), code, note, s.button(button, typeset.Quiet, join)}
}
