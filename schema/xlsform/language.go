package xlsform

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"leeward/schema"
	"leeward/schema/codes"
)

// spoken is one language of a workbook: the header's words and the tag made of them.
type spoken struct {
	header string // "English (en)", "" for columns without a language
	tag    schema.Lang
}

// undetermined is BCP 47 for "nobody said which language".
const undetermined = "und"

// findLanguages lists the languages of all translatable columns, the one to begin with first.
func (im *importer) findLanguages(first string) {
	unnamed := false
	add := func(header string) {
		if !slices.ContainsFunc(im.languages, func(s spoken) bool { return s.header == header }) {
			im.languages = append(im.languages, spoken{header: header})
		}
	}
	for _, t := range []*table{im.survey, im.choices, im.external} {
		for _, c := range t.columns {
			if !slices.Contains(translatable, c.key) {
				continue
			}
			if c.lang == "" {
				unnamed = true
				c.lang = first
			}
			add(c.lang)
		}
	}
	if len(im.languages) == 0 {
		add(first)
	}
	if unnamed && first != "" {
		im.unnamed = first
	}
	if i := slices.IndexFunc(im.languages, func(s spoken) bool { return s.header == first }); i > 0 {
		l := im.languages[i]
		im.languages = slices.Insert(slices.Delete(im.languages, i, i+1), 0, l)
	}
	taken := map[schema.Lang]bool{}
	for i := range im.languages {
		l := &im.languages[i]
		l.tag = tagOf(l.header)
		for n := 2; taken[l.tag]; n++ {
			l.tag = schema.Lang(fmt.Sprintf("%s-x-%d", tagOf(l.header), n))
		}
		taken[l.tag] = true
		im.tags[l.header] = l.tag
		if l.header != "" && !strings.HasSuffix(l.header, ")") {
			im.warn(Problem{
				Code: WarnLanguage, Sheet: "survey", Row: 1, Message: fmt.Sprintf("the language %q has no code", l.header),
				Hint: fmt.Sprintf("write %s (%s)", l.header, l.tag),
			})
		}
	}
	im.tags[""] = im.tags[im.unnamed]
}

// tagOf makes a BCP 47 tag of a header's language, or something that can stand in its place.
func tagOf(header string) schema.Lang {
	if header == "" || strings.EqualFold(header, "default") {
		return undetermined
	}
	if tag, ok := codes.FindLanguage(header); ok {
		return schema.Lang(tag)
	}
	var b strings.Builder
	for _, r := range strings.ToLower(header) {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) && b.Len() < 8 {
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 {
		return undetermined
	}
	return schema.Lang(undetermined + "-x-" + b.String())
}

// describe makes the questionnaire's list of languages. An undetermined language takes its direction from
// what is written in it.
func (im *importer) describe(q *schema.Questionnaire) {
	for _, l := range im.languages {
		tag := string(l.tag)
		out := schema.Language{Tag: l.tag, Name: codes.LanguageName(tag), RTL: codes.RTL(tag)}
		if strings.HasPrefix(tag, undetermined) || out.Name == tag {
			if out.Name = l.header; out.Name == "" {
				out.Name = "default"
			}
			out.RTL = im.rightToLeft[l.tag] > 0
		}
		q.Languages = append(q.Languages, out)
	}
	q.Source = q.Languages[0].Tag
}

// weigh counts letters for and against right to left.
func (im *importer) weigh(tag schema.Lang, s string) {
	if !strings.HasPrefix(string(tag), undetermined) {
		return
	}
	for _, r := range s {
		if !unicode.IsLetter(r) {
			continue
		}
		if unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam) {
			im.rightToLeft[tag]++
		} else {
			im.rightToLeft[tag]--
		}
	}
}

// textOf collects a text in all languages, and notes where it is missing in some.
func (im *importer) textOf(t *table, r row, key string) schema.Text {
	var out schema.Text
	for _, c := range t.columns {
		if c.key != key {
			continue
		}
		s := strings.ReplaceAll(r.cell(c.index), "\r\n", "\n")
		s = strings.TrimSpace(strings.Map(printable, s))
		if s == "" {
			continue
		}
		tag := im.tags[c.lang]
		if out == nil {
			out = schema.Text{}
		}
		if _, twice := out[tag]; !twice {
			out[tag] = schema.Wording{Text: s}
			im.weigh(tag, s)
		}
	}
	if len(out) == 0 {
		return nil
	}
	for _, l := range im.languages {
		if _, ok := out[l.tag]; !ok {
			im.Missing = append(im.Missing, Untranslated{l.name(), t.name, r.number, key})
		}
	}
	return out
}

func (s spoken) name() string {
	if s.header == "" {
		return "default"
	}
	return s.header
}

// printable drops control characters, which no questionnaire may hold.
func printable(r rune) rune {
	if r == '\n' || r == '\t' {
		return r
	}
	if r < ' ' || r == 0x7f || r == unicode.ReplacementChar {
		return -1
	}
	return r
}
