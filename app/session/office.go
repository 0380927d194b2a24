package session

import "strings"

// officePrefix begins the name of a hidden question that holds a parameter of the office, so that rules
// can ask for it: office_hours_threshold holds the parameter hours_threshold.
const officePrefix = "office_"

// officeValue returns the office's value for the hidden question name, in the source language.
func (s *Session) officeValue(name string) (string, bool) {
	parameter, ok := strings.CutPrefix(name, officePrefix)
	if !ok {
		return "", false
	}
	text := s.office[parameter]
	if w, ok := text[s.form.Questionnaire().Source]; ok && w.Text != "" {
		return w.Text, true
	}
	for _, l := range s.form.Questionnaire().Languages {
		if w, ok := text[l.Tag]; ok && w.Text != "" {
			return w.Text, true
		}
	}
	return "", false
}
