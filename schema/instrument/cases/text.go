package cases

import (
	"embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

// Each file holds the English sentences of the cases beside those of one language. A sentence that is mended
// in English no longer finds its translation, and is shown in English until somebody translates it again.
//
//go:embed text/*.json
var files embed.FS

var texts = sync.OnceValue(func() map[string]map[string]string {
	list, err := files.ReadDir("text")
	if err != nil {
		panic("cases: " + err.Error())
	}
	out := map[string]map[string]string{}
	for _, entry := range list {
		raw, err := files.ReadFile("text/" + entry.Name())
		if err != nil {
			panic("cases: " + err.Error())
		}
		words := map[string]string{}
		if err := json.Unmarshal(raw, &words); err != nil {
			panic("cases: " + entry.Name() + ": " + err.Error())
		}
		out[strings.TrimSuffix(entry.Name(), ".json")] = words
	}
	return out
})

// In returns the case with its words in a language ("fr"), and the language they are in. That is English when
// the language is unknown, or when it lacks one sentence of this case: half a story in each of two languages
// would help nobody. All translations are machine drafts that no speaker has reviewed.
func (c Case) In(lang string) (Case, string) {
	words := texts()[lang]
	for _, text := range c.words() {
		if words[*text] == "" {
			return c, "en"
		}
	}
	c.Lesson = Lesson{Notice: slices.Clone(c.Lesson.Notice), Say: slices.Clone(c.Lesson.Say), Avoid: slices.Clone(c.Lesson.Avoid)}
	c.Checks = slices.Clone(c.Checks)
	for i := range c.Checks {
		c.Checks[i].Choices = slices.Clone(c.Checks[i].Choices)
	}
	for _, text := range c.words() {
		*text = words[*text]
	}
	return c, lang
}

// words are all the texts of a case, in the order of reading.
func (c *Case) words() []*string {
	out := []*string{&c.Title, &c.Story}
	for _, list := range [][]string{c.Lesson.Notice, c.Lesson.Say, c.Lesson.Avoid} {
		for i := range list {
			out = append(out, &list[i])
		}
	}
	for i := range c.Checks {
		check := &c.Checks[i]
		out = append(out, &check.Ask)
		for j := range check.Choices {
			out = append(out, &check.Choices[j])
		}
		out = append(out, &check.Why)
	}
	return out
}
