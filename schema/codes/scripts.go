package codes

import (
	"sync"

	"golang.org/x/text/language"
)

// rightToLeft are the scripts in use that run from right to left.
var rightToLeft = map[string]bool{
	"Adlm": true, "Arab": true, "Aran": true, "Hebr": true, "Mand": true, "Nkoo": true, "Rohg": true, "Samr": true, "Syrc": true,
	"Thaa": true,
}

// unnamed are the scripts of languages that neither CLDR nor the table of names has one for, though people who
// need an interpreter speak them: Arabic as spoken, Pashto by region, and languages of Burma and its neighbours.
var unnamed = map[string]string{
	"acm": "Arab", "acq": "Arab", "acw": "Arab", "acx": "Arab", "adf": "Arab", "aec": "Arab", "afb": "Arab", "ajp": "Arab",
	"apc": "Arab", "apd": "Arab", "ars": "Arab", "ayh": "Arab", "ayl": "Arab", "ayn": "Arab", "ayp": "Arab", "bgn": "Arab",
	"bgp": "Arab", "bcc": "Arab", "haz": "Arab", "pbt": "Arab", "pga": "Arab", "pst": "Arab", "shu": "Arab", "ssh": "Arab",
	"blk": "Mymr", "kar": "Mymr", "rmz": "Mymr", "tvn": "Mymr",
	"ctg": "Beng", "rkt": "Beng",
}

// maxTags bounds what scripts remembers: a program sees a few dozen languages, only a fault sees more.
const maxTags = 1024

// scripts remembers the script of each language tag; a label asks at every refresh.
var scripts = struct {
	sync.Mutex
	byTag map[string]string
}{byTag: make(map[string]string)}

// Script returns the ISO 15924 code of the script in which a language (a BCP 47 tag) is written, "Zzzz" when
// nobody knows. The script in the tag decides ("pa-Arab", "ur-Aran"), then the tables of this package, then
// CLDR, which also heeds the region ("az-IR"). Plain "rhg" is "Latn": Rohingya is a spoken language without a
// settled script, and most of what people write of it is Latin.
func Script(tag string) string {
	scripts.Lock()
	defer scripts.Unlock()
	if code, ok := scripts.byTag[tag]; ok {
		return code
	}
	script := scriptOf(tag)
	if len(scripts.byTag) < maxTags {
		scripts.byTag[tag] = script
	}
	return script
}

func scriptOf(tag string) string {
	parsed := language.Make(tag)
	base, _ := parsed.Base()
	script, sure := parsed.Script()
	if sure == language.Exact && script.String() != "Zzzz" {
		return script.String()
	}
	if n, ok := nameOf(base.String()); ok && n.script != "" {
		return n.script
	}
	if code, ok := unnamed[base.String()]; ok {
		return code
	}
	if parsed.IsRoot() {
		return "Zzzz"
	}
	return script.String()
}

// RTL reports whether text in this language runs from right to left, as its [Script] does: "ar", "fa", "ur",
// "ckb", "pa-Arab".
func RTL(tag string) bool { return rightToLeft[Script(tag)] }
