// Package alike tells that two people may be one, though their names were written by ear, in different scripts, by
// different screeners: Mohammed, Muhamad and محمد are alike.
//
// # What it is for
//
// A suggestion to a supervisor, who asks and decides; nothing is ever merged by it. Two rules keep it from harm
// (docs/reviewer.md, The same person?): a name alone is never enough, so every form below holds sex, nationality and the year
// of birth, too; and of people who asked to be kept by a code or only to be counted, no form is made at all.
//
// # What is kept
//
// The forms are words, and words can be guessed: an office keeps a hash of each under a key of its own (internal/office/engine),
// never the form.
package alike

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/mozillazg/go-unidecode"
)

// Person is what an interview says of who somebody is.
type Person struct {
	Name        string
	Sex         string // any code, the same for the same
	Nationality string // ISO 3166-1 alpha-2
	Born        int    // year, by the age that was told; 0 unknown
}

// Forms returns the forms of a person; two people who share one may be the same. There are none where anything but
// the name, or the name, is missing. Years of birth that are one apart share a form: an age is told in whole years, and
// often by guess.
func Forms(p Person) []string {
	name := Sound(p.Name)
	if name == "" || p.Sex == "" || p.Nationality == "" || p.Born == 0 {
		return nil
	}
	form := func(year int) string { return fmt.Sprintf("%s|%s|%s|%d", name, p.Sex, p.Nationality, year) }
	return []string{form(p.Born), form(p.Born + 1)}
}

// little are the words of names that some write and others leave out.
var little = []string{"al", "el", "ul", "bin", "ibn", "ben", "bint", "mr", "mrs", "ms", "u", "daw", "ko", "ma", "de", "la", "da"}

// Sound is what is left of a name when everything goes that depends on who wrote it: the script, vowels, doubled letters,
// letters that languages hear alike, small words, and the order of the words. It is "" where too little is left to say anything.
func Sound(name string) string {
	var kept []string
	words := strings.FieldsFunc(strings.ToLower(unidecode.Unidecode(name)), func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '`' })
	for _, w := range words {
		if len(words) > 1 && slices.Contains(little, w) {
			continue
		}
		if s := consonants(w); s != "" {
			kept = append(kept, s)
		}
	}
	slices.Sort(kept)
	kept = slices.Compact(kept)
	if all := strings.Join(kept, " "); len(all) > 1 {
		return all
	}
	return ""
}

// heard are letters, and pairs of them, that are heard as one.
var heard = strings.NewReplacer(
	"kh", "k", "gh", "k", "ck", "k", "ph", "f", "th", "t", "dh", "t", "sh", "s", "ch", "s", "zh", "s", "dj", "k", "ts", "s",
	"q", "k", "c", "k", "g", "k", "j", "k", "x", "ks", "z", "s", "d", "t", "p", "b", "v", "b",
)

// consonants of a word, no letter twice in a row.
func consonants(word string) string {
	var b strings.Builder
	last := rune(0)
	for _, r := range heard.Replace(word) {
		if !strings.ContainsRune("bfhklmnrst", r) {
			continue // vowels, y and w, which some scripts write for them, and signs
		}
		if r != last {
			b.WriteRune(r)
		}
		last = r
	}
	return strings.TrimSuffix(b.String(), "h") // Fatimah, Fatima
}
