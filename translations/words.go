package translations

import (
	"fmt"
	"slices"

	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// Words speaks one language. It is safe for concurrent use.
type Words struct {
	entry
	own       map[string]bool   // keys with words in this language
	inSource  map[string]bool   // keys with words in the source language
	plain     map[string]string // words in this language that stand as they are, without a placeholder or a plural
	localizer *i18n.Localizer
}

func newWords(b *i18n.Bundle, e entry, own, inSource map[string]bool) *Words {
	return &Words{entry: e, own: own, inSource: inSource, localizer: i18n.NewLocalizer(b, e.Tag, source)}
}

// Lang returns the language's BCP 47 tag.
func (w *Words) Lang() string { return w.Tag }

// Name returns the language's name for itself.
func (w *Words) Name() string { return w.entry.Name }

// RTL reports whether the language is written from right to left.
func (w *Words) RTL() bool { return w.entry.RTL }

// Say returns the words of a key. Pairs fill its placeholders: Say("interview.code.label", "Code", code). The
// pair "Count", an int, also chooses the plural form.
//
// It never returns nothing: a key without words in this language is said in English, and a key that does
// not exist at all is returned as it is, so that a tester sees it on the screen.
func (w *Words) Say(key string, pairs ...any) string {
	if text, ok := w.plain[key]; ok { // most words, and many of them on one page
		return text
	}
	cfg := i18n.LocalizeConfig{MessageID: key}
	if len(pairs) > 0 {
		data := make(map[string]any, len(pairs)/2)
		for i := 0; i+1 < len(pairs); i += 2 {
			data[fmt.Sprint(pairs[i])] = pairs[i+1]
		}
		cfg.TemplateData = data
		if n, ok := data["Count"]; ok {
			cfg.PluralCount = fmt.Sprint(n) // as text, so that every kind of integer will do
		}
	}
	said, err := w.localizer.Localize(&cfg)
	if said == "" || (err != nil && !w.inSource[key]) {
		return key
	}
	return said
}

// Has reports whether a key exists, in this language or in English. Screens ask it where keys are made
// from data, as in need.<kind>.action3.
func (w *Words) Has(key string) bool { return w.own[key] || w.inSource[key] }

// Fallback reports whether a key is said in English for want of words in this language.
func (w *Words) Fallback(key string) bool { return !w.own[key] && w.inSource[key] }

// Unreviewed reports whether the words of a key are a machine draft that no translator has reviewed.
// Screens mark such words. English that stands in for missing words is not unreviewed; see [Words.Fallback].
func (w *Words) Unreviewed(key string) bool {
	return w.State == "machine_draft" && w.own[key] && !slices.Contains(w.Reviewed, key)
}

// Draft reports whether the language as a whole is a machine draft, for the remark beside its name.
func (w *Words) Draft() bool { return w.State == "machine_draft" }
