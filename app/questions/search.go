package questions

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
	"leeward/schema"
)

// A list with more than longList choices is searched; at most maxFound of it stand as rows, so that a list of
// thousands neither stalls nor has to be scrolled through.
const (
	longList = 24
	maxFound = 8
)

// search is the line in which a long list is searched, in either language.
type search struct {
	field *typeset.Entry
	hint  *typeset.Label
}

func newSearch(changed func()) *search {
	s := &search{field: typeset.NewEntry(), hint: hint()}
	s.field.OnChanged = func(string) { changed() }
	return s
}

func (s *search) objects() []fyne.CanvasObject { return []fyne.CanvasObject{s.hint, s.field} }

func (s *search) show(q Question) { s.hint.Set(q.Words.Say("interview.search.hint"), q.Words.Lang()) }

// among returns what is chosen and, up to maxFound in all, the choices whose caption holds what was typed,
// in the order of the list. Captions that begin with it come before those that hold it further on.
func (s *search) among(names []string, chosen map[string]bool, q Question) []string {
	typed := strings.ToLower(strings.TrimSpace(s.field.Text))
	var begin, within []string
	for _, name := range names {
		switch {
		case chosen[name]:
		case captionMatches(name, q, func(c string) bool { return strings.HasPrefix(c, typed) }):
			begin = append(begin, name)
		case captionMatches(name, q, func(c string) bool { return strings.Contains(c, typed) }):
			within = append(within, name)
		}
		if len(begin) >= maxFound {
			break
		}
	}
	found := append(begin, within...)
	found = found[:min(len(found), maxFound)]
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		return !chosen[name] && !slices.Contains(found, name)
	})
}

func captionMatches(name string, q Question, matches func(string) bool) bool {
	for _, lang := range []schema.Lang{q.Interview, q.Screener} {
		if matches(strings.ToLower(q.Caption(name, lang).Text)) {
			return true
		}
	}
	return false
}
