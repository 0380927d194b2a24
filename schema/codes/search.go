package codes

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxQuery bounds what is searched for, in runes: no name is longer, and the work grows with it.
const maxQuery = 64

// Index finds codes by their names, whatever the script, and in spite of a slip or two.
type Index struct {
	entries []entry
}

// entry is one name of one code, folded.
type entry struct {
	code  string
	name  string   // folded
	words []string // the words of the name after the first
	runes [][]rune // the name and those words, for slips
	order int      // place of the code among the codes, to settle ties
}

// Hit is a code that was found, best first.
type Hit struct {
	Code string
	Slip int // 0 exact, by code or by the beginning of a name; more for what lies further off
}

// NewIndex makes an index of codes and, for each, all its names. A code is itself a name.
func NewIndex(codes []string, names func(code string) []string) *Index {
	x := new(Index)
	for i, code := range codes {
		seen := map[string]bool{}
		for _, n := range append([]string{code}, names(code)...) {
			f := Fold(n)
			x.add(code, f, i, seen)
			if without, ok := strings.CutPrefix(f, "ال"); ok { // Arabic names are typed with and without "the"
				x.add(code, without, i, seen)
			}
		}
	}
	return x
}

func (x *Index) add(code, name string, order int, seen map[string]bool) {
	if name == "" || seen[name] {
		return
	}
	seen[name] = true
	e := entry{code: code, name: name, words: strings.Fields(name)[1:], runes: [][]rune{[]rune(name)}, order: order}
	for _, w := range e.words {
		e.runes = append(e.runes, []rune(w))
	}
	x.entries = append(x.entries, e)
}

// Find returns up to limit codes for what somebody typed: the whole name, its beginning, the beginning of one
// of its words, a part of it, and last names that differ by a slip (one letter left out, added, changed or
// two swapped; two from six letters on). A blank query finds nothing.
func (x *Index) Find(query string, limit int) []Hit {
	q := Fold(cut(query))
	if q == "" || limit <= 0 {
		return nil
	}
	letters := []rune(q)
	best := map[string]Hit{}
	at := map[string]int{}
	for i := range x.entries {
		e := &x.entries[i]
		slip, ok := e.match(q, letters)
		if !ok {
			continue
		}
		if have, found := best[e.code]; !found || slip < have.Slip {
			best[e.code], at[e.code] = Hit{e.code, slip}, e.order
		}
	}
	hits := make([]Hit, 0, len(best))
	for _, h := range best {
		hits = append(hits, h)
	}
	slices.SortFunc(hits, func(a, b Hit) int { return cmp.Or(cmp.Compare(a.Slip, b.Slip), cmp.Compare(at[a.Code], at[b.Code])) })
	return hits[:min(limit, len(hits))]
}

// cut keeps what is typed within bounds.
func cut(query string) string {
	n := 0
	for i := range query {
		if n++; n > maxQuery {
			return query[:i]
		}
	}
	return query
}

// match says how far a name lies from a folded query; ok is false where it is another word altogether.
func (e *entry) match(q string, letters []rune) (slip int, ok bool) {
	switch {
	case e.name == q:
		return 0, true
	case strings.HasPrefix(e.name, q):
		return 1, true
	case slices.ContainsFunc(e.words, func(w string) bool { return strings.HasPrefix(w, q) }):
		return 2, true
	case len(letters) >= 3 && strings.Contains(e.name, q):
		return 3, true
	case len(letters) < 4:
		return 0, false
	}
	allowed := 1
	if len(letters) >= 6 {
		allowed = 2
	}
	d := allowed + 1
	for _, part := range e.runes {
		d = min(d, slips(letters, part, allowed))
	}
	return 3 + d, d <= allowed
}

// Fold makes names comparable: lower case, without accents and vowel signs above and below, with one form of
// each Arabic letter, and a single space where there was anything but letters and digits.
func Fold(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(s) {
		if unicode.Is(unicode.Mn, r) && !vowelSign(r) {
			continue
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r) {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteRune(sameLetter(unicode.ToLower(r)))
	}
	return b.String()
}

// vowelSign reports whether a mark is a letter of its own in the scripts of South and South-East Asia, and
// not an accent: without them half of the names in a list would be the same.
func vowelSign(r rune) bool {
	return r >= 0x0900 && r <= 0x1AFF && !tone(r)
}

// tone reports whether a mark gives the tone of a syllable, which people leave out when they type in haste.
func tone(r rune) bool { return r >= 0x0E48 && r <= 0x0E4B || r >= 0x0EC8 && r <= 0x0ECB }

// sameLetter joins letters that are one letter to those who type them: Arabic, Persian and Urdu keyboards
// give different ones, and Latin has letters that no decomposition takes apart.
func sameLetter(r rune) rune {
	if r >= 'ぁ' && r <= 'ゖ' {
		return r + 'ァ' - 'ぁ' // names of countries are written in katakana, and begun in hiragana
	}
	switch r {
	case 'ى', 'ی', 'ې', 'ے', 'ئ':
		return 'ي'
	case 'ک', 'ڪ':
		return 'ك'
	case 'ة', 'ۀ', 'ہ', 'ە', 'ھ':
		return 'ه'
	case 'آ', 'أ', 'إ', 'ٱ':
		return 'ا'
	case 'ؤ':
		return 'و'
	case 'ı':
		return 'i'
	case 'ø':
		return 'o'
	case 'đ', 'ð':
		return 'd'
	case 'ł':
		return 'l'
	}
	return r
}
