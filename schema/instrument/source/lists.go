package source

import (
	"slices"

	"leeward/schema"
	"leeward/schema/codes"
)

// choices returns the choices of a shared list: its own, then those that its From names.
func (b *builder) choices(l List) []schema.Choice {
	own := b.labelled(l.Name, l.Choices)
	switch l.From {
	case "countries":
		return append(own, b.countries()...)
	case "languages":
		return append(own, b.spokenLanguages()...)
	case "texts":
		return append(own, b.interviewLanguages()...)
	}
	return own
}

// countries are those of schema/codes in the order of the source language.
func (b *builder) countries() (out []schema.Choice) {
	for _, c := range codes.Countries(string(b.Structure.Source)) {
		country, _ := codes.CountryByCode(c.Code)
		label := schema.Text{}
		for _, lang := range b.langs {
			if name, in := country.Name(string(lang)); in == string(lang) {
				label[lang] = b.named(lang, name)
			}
		}
		out = append(out, schema.Choice{Name: c.Code, Label: label})
	}
	return out
}

// named is a name from a code list: nobody of this house drafted it, and nobody reviewed it here.
func (b *builder) named(lang schema.Lang, name string) schema.Wording {
	if lang == b.Structure.Source {
		return schema.Wording{Text: name}
	}
	return schema.Wording{Text: name, State: schema.MachineDraft}
}

// spokenLanguages are the languages that a person may speak, each under its English name and its own.
func (b *builder) spokenLanguages() (out []schema.Choice) {
	for _, l := range codes.Spoken() {
		out = append(out, schema.Choice{Name: l.Tag, Label: b.bilingual(l)})
	}
	return out
}

func (b *builder) interviewLanguages() (out []schema.Choice) {
	for _, tag := range b.langs {
		l, _ := codes.LanguageByTag(string(tag))
		out = append(out, schema.Choice{Name: string(tag), Label: b.bilingual(l)})
	}
	return out
}

// everywhere are the scripts that every font of the house has.
var everywhere = []string{"Latn", "Cyrl", "Grek"}

// drawn reports whether the own name of a language can be drawn: its script is that of a language of this
// interview, or one that every font has. Others would stand there as empty boxes.
func (b *builder) drawn(l codes.Language) bool {
	script := codes.Script(l.Tag)
	return slices.Contains(everywhere, script) || slices.ContainsFunc(b.langs, func(lang schema.Lang) bool {
		return codes.Script(string(lang)) == script
	})
}

// bilingual names a language for whoever looks for it in any script: the name in the reader's language
// where that is known, then its own name in brackets.
func (b *builder) bilingual(l codes.Language) schema.Text {
	label := schema.Text{}
	for _, lang := range b.langs {
		name, in := l.Name(string(lang))
		if in != string(lang) && lang != b.Structure.Source {
			name = l.English
		}
		if name != l.Own && b.drawn(l) {
			name += " (" + l.Own + ")"
		}
		label[lang] = b.named(lang, name)
	}
	return label
}
