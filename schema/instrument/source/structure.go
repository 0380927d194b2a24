package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"

	"leeward/schema"
)

// FormatStructure is the "format" member of structure.json.
const FormatStructure = "leeward/instrument-structure/1"

// Structure is the interview without words.
type Structure struct {
	Format     string          `json:"format"`
	ID         string          `json:"id"`
	Version    string          `json:"version"`
	Source     schema.Lang     `json:"source"`
	Languages  []schema.Lang   `json:"languages"` // the order in which those that have a text file are offered
	Consent    *schema.Consent `json:"consent"`
	Parameters []string        `json:"parameters"`
	Words      []string        `json:"words"` // first parts of the keys of texts that are in no question
	Lists      []List          `json:"lists"`
	Items      []Item          `json:"items"`
	Office     []Item          `json:"office"` // what only the office decides: a questionnaire of its own, on no device
}

// List is a choice list that several questions share. From adds to it: "countries" and "languages" from
// schema/codes, "texts" with the languages that have a text file.
type List struct {
	Name    string          `json:"name"`
	From    string          `json:"from,omitempty"`
	Choices []schema.Choice `json:"choices,omitempty"`
}

// Item is an item of the questionnaire without its texts, and what only its source says.
type Item struct {
	schema.Item
	Tier      string                            `json:"tier,omitempty"`       // "extended", or blank for core
	ChildSkip bool                              `json:"child_skip,omitempty"` // left to a specialist for a child
	Purpose   string                            `json:"purpose,omitempty"`    // why it is asked
	Choices   []schema.Choice                   `json:"choices,omitempty"`    // its own list
	Marks     map[string][]schema.IndicatorMark `json:"marks,omitempty"`      // of choices of a shared list, for this item
	Codes     map[string]string                 `json:"codes,omitempty"`      // HTCDS codes likewise
	Items     []Item                            `json:"items,omitempty"`
}

// Extended is the tier of items that only the longer talk asks.
const Extended = "extended"

// Source is everything that [Build] reads.
type Source struct {
	Structure Structure
	Texts     map[schema.Lang]*File
}

// Open reads structure.json and every text/*.json of a file system.
func Open(files fs.FS) (*Source, error) {
	s := &Source{Texts: map[schema.Lang]*File{}}
	if err := readFile(files, "structure.json", &s.Structure); err != nil {
		return nil, err
	}
	if s.Structure.Format != FormatStructure {
		return nil, fmt.Errorf("structure.json: format %q is not one that this program reads", s.Structure.Format)
	}
	names, err := fs.Glob(files, "text/*.json")
	if err != nil {
		return nil, fmt.Errorf("list texts: %w", err)
	}
	for _, name := range names {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", name, err)
		}
		f, err := ParseText(b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if name != "text/"+string(f.Language)+".json" {
			return nil, fmt.Errorf("%s says that it holds %q", name, f.Language)
		}
		if !slices.Contains(s.Structure.Languages, f.Language) {
			return nil, fmt.Errorf("%s: structure.json does not list the language", name)
		}
		s.Texts[f.Language] = f
	}
	if s.Texts[s.Structure.Source] == nil {
		return nil, fmt.Errorf("no text/%s.json, the source language", s.Structure.Source)
	}
	return s, nil
}

// Languages lists the languages that have a text file, in the order in which they are offered.
func (s *Source) Languages() (out []schema.Lang) {
	for _, l := range s.Structure.Languages {
		if s.Texts[l] != nil {
			out = append(out, l)
		}
	}
	return out
}

// Each calls fn for every item in document order, with the extended tier and the left-out of groups
// handed down to what lies in them.
func (s *Structure) Each(fn func(*Item)) {
	each(s.Items, "", false, fn)
	each(s.Office, "", false, fn)
}

func each(items []Item, tier string, skip bool, fn func(*Item)) {
	for i := range items {
		it := items[i] // a copy: what is handed down must not be written into the source
		if it.Tier == "" {
			it.Tier = tier
		}
		it.ChildSkip = it.ChildSkip || skip
		fn(&it)
		each(it.Items, it.Tier, it.ChildSkip, fn)
	}
}

func readFile(files fs.FS, name string, into any) error {
	b, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	if err := strict(b, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// strict reads JSON and refuses members that it does not know.
func strict(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() {
		return fmt.Errorf("something follows the object")
	}
	return nil
}
