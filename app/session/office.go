package session

import (
	"strings"

	"leeward/schema"
)

// officePrefix begins the name of a hidden question that holds a parameter of the office, so that rules
// can ask for it: office_hours_threshold holds the parameter hours_threshold.
const officePrefix = "office_"

// officeValue returns the office's value for the hidden question name, in the source language.
func (s *Session) officeValue(name string) (string, bool) {
	parameter, ok := strings.CutPrefix(name, officePrefix)
	if !ok {
		return "", false
	}
	said := s.Says(parameter, s.form.Questionnaire().Source)
	return said, said != ""
}

// Says returns what the office says for a parameter of the questionnaire ("contact"), in lang where it can, else in
// the source language or another; "" where it says nothing.
func (s *Session) Says(parameter string, lang schema.Lang) string {
	q, text := s.form.Questionnaire(), s.office[parameter]
	tags := []schema.Lang{lang, q.Source}
	for _, l := range q.Languages {
		tags = append(tags, l.Tag)
	}
	for _, tag := range tags {
		if w := text[tag]; w.Text != "" {
			return w.Text
		}
	}
	return ""
}
