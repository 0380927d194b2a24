package questions

import (
	"slices"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"golang.org/x/text/unicode/norm"

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
	field  *typeset.Entry
	hint   *typeset.Label
	folded [][2]string // the captions as they are compared, in the order of the list; nil when they may have changed
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
}

// among returns what is chosen and, up to maxFound in all, the choices whose caption holds what was typed,
// in the order of the list. Captions that begin with it come before those that hold it further on.
func (s *search) among(names []string, chosen map[string]bool, q Question) []string {
	typed := fold(strings.TrimSpace(s.field.Text))
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

// sameLetter are letters that people type for each other: Arabic and Persian yeh and kaf, alef maksura, teh
// marbuta.
var sameLetter = map[rune]rune{'ی': 'ي', 'ى': 'ي', 'ک': 'ك', 'ة': 'ه', 'ۀ': 'ه'}

// fold makes texts alike that are typed in several ways: capitals and small letters, accents of Latin, points of
// Hebrew and vowel signs of Arabic, forms of alef, digits of every script. The marks of other scripts are
// letters, and stay.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch value, digit := typeset.Digit(r); {
		case r < 0x0900 && unicode.Is(unicode.Mn, r):
			return -1
		case digit:
			return '0' + rune(value)
		}
		if same, ok := sameLetter[r]; ok {
			return same
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(s))
}
