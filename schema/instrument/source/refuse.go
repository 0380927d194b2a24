package source

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"leeward/schema"
	"leeward/schema/codes"
)

var markup = regexp.MustCompile(`<[^>]*>|\*\*|__`)

// zawgyi finds what a text in the Burmese language holds only when it was typed in Zawgyi, an older encoding
// in the same block of Unicode that shows as nonsense: letters of other languages of the block, a virama
// that stacks nothing, and the vowel E or a medial before its consonant instead of after it (Unicode Technical
// Note 11).
var zawgyi = regexp.MustCompile("[\u1033\u1034\u105a\u1060-\u1097]|\u1039(?:$|[^\u1000-\u1021])|(?:^|[^\u1000-\u102a\u103a-\u103f])[\u1031\u103b-\u103e]")

// scriptRange are the letters of a script by its ISO 15924 code, for the languages that the interview has.
var scriptRange = map[string]*unicode.RangeTable{
	"Arab": unicode.Arabic, "Khmr": unicode.Khmer, "Laoo": unicode.Lao, "Latn": unicode.Latin, "Mymr": unicode.Myanmar, "Thai": unicode.Thai,
}

// cellError is what a spreadsheet leaves of a formula that does not work.
var cellError = regexp.MustCompile(`^(#(REF|N/A|NAME\?|VALUE|DIV/0|NULL|NUM)!?|Err:[0-9]+)$`)

// unreadable says why a text is not in the script of its language, or "": a pack of another language, question
// marks where a program could not write the letters, an old encoding, what is left of a formula. What
// stands there as in English (a name) may be in any script.
func unreadable(lang schema.Lang, text, english string) string {
	plain := placeholder.ReplaceAllString(text, "")
	letters := scriptRange[codes.Script(string(lang))]
	switch {
	case cellError.MatchString(text):
		return "it is what a formula left"
	case text == english || !strings.ContainsFunc(placeholder.ReplaceAllString(english, ""), unicode.IsLetter):
	case letters != nil && !strings.ContainsFunc(plain, func(r rune) bool { return unicode.IsLetter(r) && unicode.Is(letters, r) }):
		return "no letter of it is in the script of this language"
	case base(lang) == "my" && zawgyi.MatchString(plain):
		return "it is written in Zawgyi; convert it to Unicode"
	}
	return ""
}

// differing finds the keys that stand in a pack more than once and do not say the same.
func differing(rows []Row) map[string]bool {
	first, out := map[string]Row{}, map[string]bool{}
	for _, r := range rows {
		f, there := first[r.Key]
		switch {
		case !there:
			first[r.Key] = r
		case strings.TrimSpace(f.Text) != strings.TrimSpace(r.Text) || f.State != r.State || !maps.Equal(f.Forms, r.Forms):
			out[r.Key] = true
		}
	}
	return out
}

// base is a language without its region, as programs for translators add one: "km_KH" is "km".
func base(lang schema.Lang) string {
	tag, _, _ := strings.Cut(strings.ReplaceAll(string(lang), "_", "-"), "-")
	return strings.ToLower(strings.TrimSpace(tag))
}

// oneLine makes a remark of several lines one: a PO file has a line for each.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// refuse says why an entry may not be taken, or "".
func (s *Source) refuse(key string, lang schema.Lang, e, old Entry, english string) string {
	for _, text := range e.texts() {
		switch {
		case !slices.Equal(Placeholders(text), Placeholders(english)):
			return "other placeholders than in English: " + strings.Join(Placeholders(english), " ")
		case !slices.Equal(markup.FindAllString(text, -1), markup.FindAllString(english, -1)):
			return "other markup than in English"
		}
		if why := unreadable(lang, text, english); why != "" {
			return why
		}
	}
	switch {
	case !old.State.After(e.State):
		return fmt.Sprintf("%s cannot become %s: a text is drafted, reviewed, approved, in this order", stateName(old.State), e.State)
	case !slices.Contains(Roles[e.State], e.Role):
		return fmt.Sprintf("only %s may set it to %s", strings.Join(Roles[e.State], " or "), e.State)
	case e.State != Draft && e.Source != s.hash(key):
		return "English has changed since: compare again before it is " + string(e.State)
	}
	if err := e.check(); err != nil {
		return err.Error()
	}
	return ""
}

func stateName(s State) string {
	if s == "" {
		return "a new text"
	}
	return string(s)
}
