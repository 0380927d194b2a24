package screens

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
	"leeward/schema/codes"
)

// settings is what a screener may change on the device: nothing here is about a person.
func (s *Screens) settings(note string) view {
	message := s.label(note)
	message.Bold = true
	back := s.button("app.back.button", typeset.Primary, func() { s.show(s.home("")) })
	body := []fyne.CanvasObject{s.title("settings.device.title"), message}
	body = append(body, s.languageChoices()...)
	body = append(body, s.sizeChoices()...)
	body = append(body, s.lockChoices()...)
	body = append(body, s.officePart()...)
	body = append(body,
		s.heading("settings.about.title"), s.text("settings.about.text"), s.quiet("settings.wording.text"),
		s.quiet("settings.version.label", "Version", s.Version), back)
	return view{body: page(body...), focus: back, key: s.escape(func() { s.show(s.home("")) })}
}

// choices makes a row of buttons of which one is in force.
func (s *Screens) choices(names []string, langs []string, now int, choose func(i int)) fyne.CanvasObject {
	var buttons []fyne.CanvasObject
	for i, name := range names {
		b := typeset.NewButton(name, langs[i%len(langs)], func() {
			choose(i)
			s.show(s.settings(""))
		})
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
	names := []string{s.say("settings.size_normal.label"), s.say("settings.size_large.label"), s.say("settings.size_largest.label")}
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
	if err == nil && office.Enrolled {
		part := []fyne.CanvasObject{
			s.heading("settings.enrol.title"), s.text("settings.enrolled.text", "Office", office.Name),
		}
		if office.Demo {
			part = append(part, s.quiet("settings.demo.text"))
		}
		return part
	}
	note := s.notice()
	var join func()
	code := s.entry(func() { join() })
	join = func() {
		typed := strings.TrimSpace(code.Text)
		if typed == "" {
			return
		}
		s.tell(note, s.say("settings.enrolling.text"))
		s.work(func(ctx context.Context) error { return s.Device.Enrol(ctx, typed) }, func(err error) {
			switch {
			case !s.open: // locked meanwhile
			case err != nil:
				s.tell(note, s.trouble(err))
			default:
				s.show(s.settings(""))
			}
		})
	}
	return []fyne.CanvasObject{
		s.heading("settings.enrol.title"), s.text("settings.enrol.text"),
		s.quiet("settings.enrol.label"), code, note, s.button("settings.enrol.button", typeset.Quiet, join),
	}
}
