package shaping

import (
	"strings"
	"testing"
)

// Syllables were divided by hand after the rule in burmese.go; nobody who reads Burmese has checked them.
func TestBurmeseSyllables(t *testing.T) {
	for _, want := range []string{
		"မြန်|မာ|နိုင်|ငံ",
		"ဟုတ်|ကဲ့",           // the dot below stands after the vowel
		"သင့်|အ|လုပ်|ရှင်",   // dot below between consonant and asat
		"ပစ္စည်း",            // stacked consonants stay together
		"အင်္ဂ|လိပ်",         // kinzi
		"ကျွန်ုပ်",           // a contraction: one written syllable
		"မ|နုဿ",              // great sa closes one syllable and opens the next
		"ရက် ၃၀ ထက်|ပို၍",    // digits and spaces are left alone
		"AB (က|ခ)",           // no break after a bracket or Latin
		"၂၅နှစ်",             // none between a number and its unit
		"သ|လား။ ဟုတ်|ပါ|သည်", // after the full stop comes a space
	} {
		text := []rune(strings.ReplaceAll(want, "|", ""))
		if got := divided(text, func(i int) bool { return syllableStart(text, i) }); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}
