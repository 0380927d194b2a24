package shaping

import (
	"sync"

	"golang.org/x/text/language"
)

// rightToLeft holds the scripts that run from right to left (ISO 15924).
var rightToLeft = map[string]bool{
	"Arab": true, "Aran": true, "Hebr": true, "Syrc": true, "Thaa": true, "Nkoo": true, "Adlm": true, "Rohg": true,
}

// unlisted holds languages that CLDR gives no script, though people who need an interpreter speak them:
// Dari, Arabic as spoken, Pashto by region, and languages of Burma.
var unlisted = map[string]string{
	"prs": "Arab", "pbt": "Arab", "pst": "Arab",
	"acm": "Arab", "acq": "Arab", "acw": "Arab", "acx": "Arab", "adf": "Arab", "aec": "Arab", "afb": "Arab", "ars": "Arab",
	"ayh": "Arab", "ayl": "Arab", "ayn": "Arab", "ayp": "Arab", "pga": "Arab", "shu": "Arab", "ssh": "Arab",
	"rhg": "Latn", // no settled script; most of what people write is Latin
	"kar": "Mymr", "ksw": "Mymr", "kjp": "Mymr", "pwo": "Mymr", "rki": "Mymr", "rmz": "Mymr", "tvn": "Mymr",
}

// maxTags bounds what scripts remembers: a program sees a few dozen languages, only a fault sees more.
const maxTags = 1024

// scripts remembers the script of each language tag; a label asks at every refresh.
var scripts = struct {
	sync.Mutex
	byTag map[string]string
}{byTag: make(map[string]string)}

// Script returns the ISO 15924 code of the script in which a language (a BCP 47 tag) is usually written,
// "Zzzz" when nobody knows.
func Script(tag string) string {
	scripts.Lock()
	defer scripts.Unlock()
	if code, ok := scripts.byTag[tag]; ok {
		return code
	}
	script := lookup(tag)
	if len(scripts.byTag) < maxTags {
		scripts.byTag[tag] = script
	}
	return script
}

func lookup(tag string) string {
	parsed := language.Make(tag)
	base, _ := parsed.Base()
	script, sure := parsed.Script()
	if code, ok := unlisted[base.String()]; ok && sure != language.Exact {
		return code
	}
	return script.String()
}

// RTL reports whether a language is written from right to left: "ar", "fa", "ur", "ckb", "pa-Arab".
func RTL(tag string) bool { return rightToLeft[Script(tag)] }
