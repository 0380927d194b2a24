package codes

import (
	"fmt"
	"testing"
	"unicode"
)

func TestScriptAndDirection(t *testing.T) {
	for tag, want := range map[string]struct {
		script string
		rtl    bool
	}{
		"ar": {"Arab", true}, "ar-EG": {"Arab", true}, "ar-Latn": {"Latn", false}, "fa": {"Arab", true}, "fa-AF": {"Arab", true},
		"prs": {"Arab", true}, "prs-AF": {"Arab", true}, "ur": {"Arab", true}, "ur-Aran": {"Aran", true}, "ps": {"Arab", true},
		"pbt": {"Arab", true}, "sd": {"Arab", true}, "ug": {"Arab", true}, "acm": {"Arab", true}, "apc": {"Arab", true},
		"ckb": {"Arab", true}, "ku": {"Latn", false}, "ku-Arab": {"Arab", true}, "kmr": {"Latn", false},
		"pa": {"Guru", false}, "pa-Arab": {"Arab", true}, "pa-PK": {"Arab", true},
		"uz": {"Latn", false}, "uz-Arab": {"Arab", true}, "uz-AF": {"Arab", true}, "uz-Cyrl": {"Cyrl", false},
		"az": {"Latn", false}, "az-Arab": {"Arab", true}, "az-IR": {"Arab", true},
		"rhg": {"Latn", false}, "rhg-Rohg": {"Rohg", true}, "rhg-Arab": {"Arab", true}, "rhg-Latn": {"Latn", false},
		"dv": {"Thaa", true}, "he": {"Hebr", true}, "yi": {"Hebr", true}, "ff": {"Latn", false}, "ff-Adlm": {"Adlm", true},
		"my": {"Mymr", false}, "ksw": {"Mymr", false}, "kar": {"Mymr", false}, "shn": {"Mymr", false}, "th": {"Thai", false},
		"lo": {"Laoo", false}, "km": {"Khmr", false}, "hmn": {"Latn", false}, "cnh": {"Latn", false}, "vi": {"Latn", false},
		"bn": {"Beng", false}, "hi": {"Deva", false}, "ne": {"Deva", false}, "si": {"Sinh", false}, "ta": {"Taml", false},
		"am": {"Ethi", false}, "ti": {"Ethi", false}, "zh": {"Hans", false}, "zh-Hant": {"Hant", false}, "zh-TW": {"Hant", false},
		"ru": {"Cyrl", false}, "uk": {"Cyrl", false}, "fil": {"Latn", false}, "tpi": {"Latn", false}, "id": {"Latn", false},
		"": {"Zzzz", false}, "not a tag": {"Zzzz", false}, "zzz": {"Zzzz", false},
	} {
		if got := Script(tag); got != want.script || RTL(tag) != want.rtl {
			t.Errorf("%q: script %s, right to left %v, want %s, %v", tag, got, RTL(tag), want.script, want.rtl)
		}
	}
}

// Every language that has a name for itself runs in the direction of the letters of that name.
func TestDirectionIsThatOfTheOwnName(t *testing.T) {
	for _, tag := range LanguageTags() {
		l, ok := LanguageByTag(tag)
		if !ok {
			t.Errorf("%s has no name", tag)
			continue
		}
		letters := false
		for _, r := range l.Own {
			letters = letters || unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Thaana, unicode.Syriac, unicode.Nko, unicode.Adlam,
				unicode.Hanifi_Rohingya, unicode.Mandaic, unicode.Samaritan)
		}
		if l.RTL != letters || RTL(tag) != letters {
			t.Errorf("%s: right to left %v, but its own name is %s", tag, l.RTL, l.Own)
		}
	}
}

// A program that is fed nonsense remembers only so much of it.
func TestScriptsRemembersALimitedNumber(t *testing.T) {
	for i := range 2 * maxTags {
		Script(fmt.Sprintf("nonsense%d", i))
	}
	scripts.Lock()
	defer scripts.Unlock()
	if len(scripts.byTag) > maxTags {
		t.Errorf("remembers %d tags, want %d at most", len(scripts.byTag), maxTags)
	}
}
