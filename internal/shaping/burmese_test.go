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

// divided writes a bar wherever a line may break.
func divided(text []rune, at func(int) bool) string {
	var out strings.Builder
	for i, r := range text {
		if at(i) {
			out.WriteByte('|')
		}
		out.WriteRune(r)
	}
	return out.String()
}

func TestBurmeseWordsStayWhole(t *testing.T) {
	for _, want := range []string{
		"နိုင်ငံ|ကူး|လက်မှတ်",  // passport: two words of the list and a syllable
		"(အမှတ် AB 12345) ကို", // number
		"ဆရာဝန် သို့မဟုတ် ဆေး", // doctor, or, medicine
		"ဝါ|ဖျော့|ဗျော့|တာ",    // not in the list: syllables
	} {
		text := []rune(strings.ReplaceAll(want, "|", ""))
		breaks := burmeseBreaks(text, true)
		if got := divided(text, func(i int) bool { return breaks[i] }); got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

func TestWordList(t *testing.T) {
	last := ""
	for word := range strings.Lines(wordList) {
		word = strings.TrimSpace(word)
		text := []rune(word)
		if word <= last {
			t.Errorf("%q stands after %q: run burmese_words.py", word, last)
		}
		last = word
		if n := strings.Count(divided(text, func(i int) bool { return syllableStart(text, i) }), "|") + 1; n < 2 || n > maxWord {
			t.Errorf("%q has %d syllables, want 2 to %d", word, n, maxWord)
		}
		if len(burmeseBreaks(text, true)) != 0 {
			t.Errorf("%q of the list is divided", word)
		}
	}
	if last == "" {
		t.Error("the list is empty")
	}
}
