package questions

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"leeward/app/typeset"
	"leeward/schema"
	"leeward/schema/codes"
)

// A list with more than longList choices is searched; at most maxFound of it stand as rows, so that a list of
// thousands neither stalls nor has to be scrolled through.
const (
	longList = 24
	maxFound = 8
)

// search is the line in which a long list is searched, in either language. A list of countries or of languages
// is found by other names as well: of other languages, former ones, and with a slip of the finger.
type search struct {
	field     *typeset.Entry
	hint      *typeset.Label
	folded    [][2]string                               // the captions as they are compared, in the order of the list; nil when they may have changed
	otherwise func(typed string, limit int) []codes.Hit // finds by other names; nil for a list of anything else
}

func newSearch(changed func()) *search {
	s := &search{field: typeset.NewEntry(), hint: hint()}
	s.field.OnChanged = func(string) { changed() }
	return s
}

func (s *search) objects() []fyne.CanvasObject { return []fyne.CanvasObject{s.hint, s.field} }

func (s *search) show(q Question) {
	s.hint.Set(q.Words.Say("interview.search.hint"), q.Words.Lang())
	s.field.SetLang(q.Words.Lang())
	s.folded = nil
	s.otherwise = byOtherNames(q.Node.Choices)
}

// byOtherNames returns what finds the choices of a list by names that are not their captions. A list is one of
// countries or languages when nearly all of its choices are codes of such; "at sea" may stand among them.
func byOtherNames(choices []schema.Choice) func(string, int) []codes.Hit {
	countries, languages := 0, 0
	for i := range choices {
		if _, ok := codes.CountryByCode(choices[i].Name); ok {
			countries++
		}
		if _, ok := codes.LanguageByTag(choices[i].Name); ok {
			languages++
		}
	}
	switch enough := len(choices) * 9 / 10; {
	case countries > enough:
		return codes.FindCountries
	case languages > enough:
		return codes.FindLanguages
	}
	return nil
}

// among returns what is chosen and, up to maxFound in all, the choices whose caption holds what was typed,
// in the order of the list. Captions that begin with it come before those that hold it further on, and those before what
// is found by another name.
func (s *search) among(names []string, chosen map[string]bool, q Question) []string {
	typed := fold(s.field.Text)
	if s.folded == nil && typed != "" {
		s.fold(names, q)
	}
	var begin, within []int
	for i, name := range names {
		switch {
		case chosen[name]:
		case typed == "" || strings.HasPrefix(s.folded[i][0], typed) || strings.HasPrefix(s.folded[i][1], typed):
			begin = append(begin, i)
		case len(within) < maxFound && (strings.Contains(s.folded[i][0], typed) || strings.Contains(s.folded[i][1], typed)):
			within = append(within, i)
		}
		if len(begin) >= maxFound {
			break
		}
	}
	found := append(begin, within...)
	if len(found) < maxFound && typed != "" && s.otherwise != nil {
		for _, hit := range s.otherwise(s.field.Text, maxFound) {
			at := slices.Index(names, hit.Code)
			if at >= 0 && !chosen[hit.Code] && !slices.Contains(found, at) {
				found = append(found, at)
			}
		}
	}
	found = found[:min(len(found), maxFound)]
	for i, name := range names {
		if chosen[name] {
			found = append(found, i)
		}
	}
	slices.Sort(found)
	out := make([]string, len(found))
	for i, at := range found {
		out[i] = names[at]
	}
	return out
}

// fold prepares the captions for comparing; ten thousand take some milliseconds, once for each change of the
// language or the list.
func (s *search) fold(names []string, q Question) {
	s.folded = make([][2]string, len(names))
	for i, name := range names {
		for n, lang := range []schema.Lang{q.Interview, q.Screener} {
			if n == 0 || lang != q.Interview {
				s.folded[i][n] = fold(q.Caption(name, lang).Text)
			}
		}
	}
}

// fold makes texts alike that are typed in several ways, digits of every script among them.
func fold(s string) string {
	return codes.Fold(strings.Map(func(r rune) rune {
		if value, digit := typeset.Digit(r); digit {
			return '0' + rune(value)
		}
		return r
	}, s))
}
