package codes

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Spoken returns the languages that a person may name as their own, in the order of their English names:
// those of CLDR that migrants of the world speak most, and those of this package's table.
func Spoken() []Language { return slices.Clone(spoken()) }

var spoken = sync.OnceValue(func() (list []Language) {
	tags := strings.Fields(everyday)
	for _, n := range ownNames {
		if n.tag != "fa-AF" { // Dari, which stands there as prs
			tags = append(tags, n.tag)
		}
	}
	for _, tag := range tags {
		if l, ok := LanguageByTag(tag); ok {
			list = append(list, l)
		}
	}
	slices.SortFunc(list, func(a, b Language) int { return strings.Compare(a.English, b.English) })
	return slices.CompactFunc(list, func(a, b Language) bool { return a.Tag == b.Tag })
})

// Name returns the language's name in the language lang and the language of that name: lang itself, or
// "en" where there is no name in lang.
func (l Language) Name(lang string) (name, in string) {
	if lang == "en" {
		return l.English, "en"
	}
	if _, own := nameOf(l.Tag); !own && supported()[lang] && !wrong[lang] {
		t, err := language.Parse(l.Tag)
		if namer := display.Languages(language.Make(lang)); err == nil && namer != nil {
			if name := unhinted(namer.Name(t)); name != "" {
				return name, lang
			}
		}
	}
	return l.English, "en"
}
