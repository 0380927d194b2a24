package screens

import (
	"context"
	"strings"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
	"leeward/internal/screening"
	"leeward/schema"
)

// practicePart begins and ends practice: interviews with invented people, in a store of their own that is
// gone with the next lock.
func (s *Screens) practicePart() []fyne.CanvasObject {
	key, text := "settings.practice_begin.button", "settings.practice.text"
	if s.Device.Practice() {
		key, text = "settings.practice_end.button", "settings.practising.text"
	}
	b := s.button(key, typeset.Quiet, nil)
	b.OnTapped = func() {
		if err := s.Device.SetPractice(context.Background(), !s.Device.Practice()); err != nil {
			s.show(s.settings(s.trouble(err)))
			return
		}
		s.settingsAgain(b)
	}
	row := s.row(b)
	if s.Device.Practice() {
		row.Add(s.trainingButton(func() { s.show(s.settings("")) }))
	}
	return []fyne.CanvasObject{s.heading("settings.practice.title"), s.text(text), row}
}

// trainingButton leads to the worked cases, and from there to where it stands.
func (s *Screens) trainingButton(back func()) *typeset.Button {
	return s.button("training.list.title", typeset.Quiet, func() { s.show(s.training(back)) })
}

// placePart is what the questionnaire leaves to the office, and the country of this device. Until an office
// has said it, the questionnaire's provisional words stand, marked as such.
func (s *Screens) placePart() []fyne.CanvasObject {
	here, err := s.Device.Local(context.Background())
	note := s.notice()
	if err != nil {
		note.Set(s.trouble(err), s.words.Lang())
	}
	objects := []fyne.CanvasObject{s.heading("settings.place.title"), s.quiet("settings.place.text"), s.quiet("settings.place.label")}
	country := s.entry(func() {})
	country.SetText(here.Place)
	objects = append(objects, country)
	source := s.Form.Questionnaire().Source
	said := make(map[string]*typeset.Entry)
	for _, p := range s.Form.Questionnaire().Parameters {
		label := s.label(p.Name) // an office's own questionnaire has parameters that the program has no words for
		if key := "settings." + p.Name + ".label"; s.words.Has(key) {
			label = s.text(key)
		}
		provisional := typeset.NewLabel(p.Default[source].Text, string(source))
		provisional.Color = typeset.ColorMuted
		e := s.entry(func() {})
		e.SetText(here.Office[p.Name][source].Text)
		said[p.Name] = e
		objects = append(objects, label, provisional, e)
	}
	save := func() {
		here.Place = strings.ToUpper(strings.TrimSpace(country.Text))
		here.Office = make(map[string]schema.Text)
		for name, e := range said {
			if text := strings.TrimSpace(e.Text); text != "" {
				here.Office[name] = schema.Text{source: {Text: text}}
			}
		}
		if err := s.Device.SetLocal(context.Background(), here); err != nil {
			s.tell(note, s.trouble(err))
			s.Log.Error("keep the place", "code", screening.CodeOf(err))
			return
		}
		s.show(s.settings(s.say("settings.saved.text")))
	}
	return append(objects, note, s.row(s.button("settings.save.button", typeset.Quiet, save)))
}
