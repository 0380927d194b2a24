package source

import (
	"unicode/utf8"

	"leeward/schema"
)

// Count says how far one language is. Strings is what there is to translate; Draft, Reviewed and Approved
// add up to what is there, and Stale is how many of those English has left behind.
type Count struct {
	Strings  int `json:"strings"`
	Missing  int `json:"missing"`
	Stale    int `json:"stale"`
	Draft    int `json:"draft"`
	Reviewed int `json:"reviewed"`
	Approved int `json:"approved"`
}

// Survey counts every language that the structure lists, those without a text file too, but the source.
func (s *Source) Survey() map[schema.Lang]Count {
	keys, _ := s.Keys()
	out := map[schema.Lang]Count{}
	for _, lang := range s.Structure.Languages {
		if lang == s.Structure.Source {
			continue
		}
		c := Count{Strings: len(keys)}
		for _, k := range keys {
			e, ok := s.entry(lang, k.Name)
			switch {
			case !ok:
				c.Missing++
				continue
			case e.State == Reviewed:
				c.Reviewed++
			case e.State == Approved:
				c.Approved++
			default:
				c.Draft++
			}
			if s.stale(k.Name, e) {
				c.Stale++
			}
		}
		out[lang] = c
	}
	return out
}

func (s *Source) entry(lang schema.Lang, key string) (Entry, bool) {
	if s.Texts[lang] == nil {
		return Entry{}, false
	}
	e, ok := s.Texts[lang].Entries[key]
	return e, ok
}

// hash names the source wording of a key.
func (s *Source) hash(key string) string {
	return schema.WordingHash(s.Texts[s.Structure.Source].Entries[key].Text)
}

// stale reports whether English has changed since a translation was made or last compared.
func (s *Source) stale(key string, e Entry) bool { return e.Source != s.hash(key) }

// limit is the length, in characters, from which a translation is probably too long to be said in one
// breath or to fit its place: three times the source, and never less than sixty.
func limit(source string) int { return max(60, 3*utf8.RuneCountInString(source)) }
