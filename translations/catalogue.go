package translations

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed languages.json en.json ar.json es.json fa.json fr.json km.json lo.json my.json th.json vi.json
var files embed.FS

// source is the language in which the words are written first; every key has words in it.
const source = "en"

// entry is one language of languages.json.
type entry struct {
	Tag      string   `json:"tag"`
	Name     string   `json:"name"`               // in its own script
	RTL      bool     `json:"rtl,omitempty"`      // written from right to left
	State    string   `json:"state"`              // "source", "machine_draft", "reviewed"
	Reviewed []string `json:"reviewed,omitempty"` // keys of a machine draft that a translator has reviewed
}

// Catalogue is all words of the program in all its languages. It is immutable.
type Catalogue struct {
	files   fs.FS
	bundle  *i18n.Bundle
	entries []entry
	words   []*Words // beside entries
	match   language.Matcher
}

// New returns the words of the embedded message files, which are read once.
func New() (*Catalogue, error) { return shipped() }

var shipped = sync.OnceValues(func() (*Catalogue, error) { return Read(files) })

// Read reads message files: languages.json and a file for each language that it names. The first is the source.
func Read(files fs.FS) (*Catalogue, error) {
	raw, err := fs.ReadFile(files, "languages.json")
	if err != nil {
		return nil, fmt.Errorf("read languages: %w", err)
	}
	c := &Catalogue{files: files, bundle: i18n.NewBundle(language.MustParse(source))}
	if err := json.Unmarshal(raw, &c.entries); err != nil {
		return nil, fmt.Errorf("read languages: %w", err)
	}
	tags := make([]language.Tag, 0, len(c.entries))
	keys, plain := map[string]map[string]bool{}, map[string]map[string]string{}
	for _, e := range c.entries {
		tag, err := language.Parse(e.Tag)
		if err != nil {
			return nil, fmt.Errorf("read language %s: %w", e.Tag, err)
		}
		tags = append(tags, tag)
		file, err := c.bundle.LoadMessageFileFS(files, e.Tag+".json")
		if err != nil {
			return nil, fmt.Errorf("read words of %s: %w", e.Tag, err)
		}
		keys[e.Tag], plain[e.Tag] = map[string]bool{}, map[string]string{}
		for _, m := range file.Messages {
			keys[e.Tag][m.ID] = true
			if m.One == "" && !strings.Contains(m.Other, "{{") {
				plain[e.Tag][m.ID] = m.Other
			}
		}
	}
	c.match = language.NewMatcher(tags)
	for _, e := range c.entries {
		w := newWords(c.bundle, e, keys[e.Tag], keys[source])
		w.plain = plain[e.Tag]
		c.words = append(c.words, w)
	}
	return c, nil
}

// Languages returns the tags of the languages in which the program speaks, the source first.
func (c *Catalogue) Languages() []string {
	tags := make([]string, len(c.entries))
	for i, e := range c.entries {
		tags[i] = e.Tag
	}
	return tags
}

// For returns the words for the reader of a language: those of the nearest language that the program
// speaks ("ar" for "ar-EG"), else English.
func (c *Catalogue) For(tag string) *Words {
	t, err := language.Parse(tag)
	if err != nil {
		return c.words[0]
	}
	_, i, sure := c.match.Match(t)
	if sure < language.High {
		return c.words[0]
	}
	return c.words[i]
}
