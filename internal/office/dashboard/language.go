package dashboard

import (
	"leeward/schema"
	"leeward/schema/codes"
)

// tongue is a language as a page names it.
type tongue struct {
	Tag  schema.Lang
	Name string // in the language of the pages
	Self string // in itself
	Dir  string // "ltr" or "rtl"
}

// languageName returns the English name of a language, or its tag where it has none here.
func languageName(lang schema.Lang) string { return tongueOf(lang).Name }

func tongueOf(lang schema.Lang) tongue {
	t := tongue{Tag: lang, Name: string(lang), Self: string(lang), Dir: "ltr"}
	if known, ok := codes.LanguageByTag(string(lang)); ok {
		t.Name, t.Self = known.English, known.Own
	}
	if codes.RTL(string(lang)) {
		t.Dir = "rtl"
	}
	return t
}
