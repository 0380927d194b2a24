package codes

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Language is one language as a list shows it.
type Language struct {
	Tag     string // BCP 47: "my"
	English string // "Burmese"
	Own     string // its name for itself, in its own script
	RTL     bool   // written from right to left
}

// LanguageByTag describes a language. It knows every language of CLDR and those of this package's
// table; ok is false for a tag that is malformed or has no name at all.
func LanguageByTag(tag string) (l Language, ok bool) {
	t, err := language.Parse(tag)
	if err != nil {
		return Language{}, false
	}
	l = Language{Tag: tag, RTL: RTL(tag)}
	if n, found := nameOf(tag); found {
		l.English, l.Own = n.english, n.own
		return l, true
	}
	l.English = display.English.Languages().Name(t)
	if supported()[t.String()] || supported()[parent(t.String())] {
		l.Own = display.Self.Name(t)
	}
	if l.Own == "" {
		l.Own = l.English
	}
	return l, l.English != ""
}

// LanguageName returns a language's name for itself, for the list in which an interpreter finds it. An
// unknown tag is its own name.
func LanguageName(tag string) string {
	if l, ok := LanguageByTag(tag); ok {
		return l.Own
	}
	return tag
}

// ISO6392 returns the language's ISO 639-2 code in its terminological form, as HTCDS asks for
// ("my" gives "mya"), or the ISO 639-3 code where 639-2 has none ("rhg").
func ISO6392(tag string) string {
	t, err := language.Parse(tag)
	if err != nil {
		return ""
	}
	base, _ := t.Base()
	return base.ISO3()
}

// bibliographic maps the twenty ISO 639-2/B codes to their BCP 47 tags.
var bibliographic = map[string]string{
	"alb": "sq", "arm": "hy", "baq": "eu", "bur": "my", "chi": "zh", "cze": "cs", "dut": "nl", "fre": "fr",
	"geo": "ka", "ger": "de", "gre": "el", "ice": "is", "mac": "mk", "mao": "mi", "may": "ms", "per": "fa",
	"rum": "ro", "slo": "sk", "tib": "bo", "wel": "cy",
}

// FindLanguage reads a language as people write it in workbooks and forms: a tag ("ar"), an ISO 639-2
// code ("bur"), a bare English or own name in any case ("Arabic", "chinese", "العربية"), or a name with
// its tag in brackets ("Dari (prs)"; the brackets decide).
func FindLanguage(s string) (tag string, ok bool) {
	s = strings.TrimSpace(s)
	if open := strings.LastIndexByte(s, '('); open > 0 && strings.HasSuffix(s, ")") {
		if tag, ok := FindLanguage(s[open+1 : len(s)-1]); ok {
			return tag, true
		}
		s = strings.TrimSpace(s[:open])
	}
	low := strings.ToLower(s)
	if tag, ok := bibliographic[low]; ok {
		return tag, true
	}
	if tag, ok := byName()[low]; ok {
		return tag, true
	}
	t, err := language.Parse(s)
	if err != nil || strings.Contains(s, "_") {
		return "", false
	}
	if _, ok := LanguageByTag(t.String()); !ok {
		return "", false
	}
	return t.String(), true
}

// LanguageTags returns the tag of every language that has a name for itself here, sorted.
func LanguageTags() []string {
	tags := slices.Collect(maps.Keys(supported()))
	for _, n := range ownNames {
		tags = append(tags, n.tag)
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}
