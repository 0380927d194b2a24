package cases

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every case can be read in the ten languages of the program, and no file keeps a sentence that no case has.
func TestEveryCaseInTenLanguages(t *testing.T) {
	sentences := map[string]bool{}
	for _, c := range All() {
		for _, text := range c.words() {
			sentences[*text] = true
		}
	}
	if got := len(texts()); got != 9 {
		t.Fatalf("%d languages beside English, want 9", got)
	}
	for lang, words := range texts() {
		for text := range sentences {
			if words[text] == "" {
				t.Errorf("%s: not translated: %q", lang, text)
			}
		}
		for text := range words {
			if !sentences[text] {
				t.Errorf("%s: no case says %q any more", lang, text)
			}
		}
		for _, c := range All() {
			if got, in := c.In(lang); in != lang || got.Title == "" || got.ID != c.ID || got.Checks[0].Right != c.Checks[0].Right {
				t.Errorf("%s in %s came in %s", c.ID, lang, in)
			}
		}
	}
}

var figures = regexp.MustCompile(`[0-9]+`)

// western writes the digits of the languages that have their own in ASCII.
func western(s string) string {
	return strings.Map(func(r rune) rune {
		for _, zero := range []rune{'٠', '۰', '၀', '០', '๐', '໐'} {
			if r >= zero && r <= zero+9 {
				return '0' + r - zero
			}
		}
		return r
	}, s)
}

// An age, a sum or a number of hours is the same in every language, and so are choices that differ.
func TestTranslationsKeepFiguresAndChoicesApart(t *testing.T) {
	for lang, words := range texts() {
		for text, translated := range words {
			want, got := figures.FindAllString(text, -1), figures.FindAllString(western(translated), -1)
			slices.Sort(want)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%s: %v in %q, want %v", lang, got, translated, want)
			}
		}
		for _, c := range All() {
			said, _ := c.In(lang)
			for _, check := range said.Checks {
				if sorted := slices.Sorted(slices.Values(check.Choices)); len(slices.Compact(sorted)) != len(check.Choices) {
					t.Errorf("%s: %s: two choices read alike: %q", lang, c.ID, check.Choices)
				}
			}
		}
	}
}

// A language that lacks a sentence gives the whole case in English; the case that was asked stays as it was.
func TestACaseIsNeverHalfTranslated(t *testing.T) {
	c := All()[0]
	c.Story = "A sentence that nobody translated."
	if got, in := c.In("fr"); in != "en" || got.Title != c.Title {
		t.Errorf("came as %q in %s", got.Title, in)
	}
	if _, in := c.In("xx"); in != "en" {
		t.Errorf("an unknown language gave %s", in)
	}
	All()[0].In("fr")
	if got := All()[0].Checks[0].Choices[0]; got != "Yes" {
		t.Errorf("a translation wrote over the case: %q", got)
	}
}
