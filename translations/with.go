package translations

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"
)

// maxFile bounds a message file that comes from elsewhere, in bytes.
const maxFile = 1 << 20

var filling = regexp.MustCompile(`\{\{[^}]*\}\}`)

// With returns the catalogue with other words in one of its languages: a message file with the keys that change, as
// {"app.back.button": "Zurück"}. Its words count as reviewed. What could say something else than the program means is
// refused, with a reason: a language or a key that is not there, and placeholders that are not those of the English words.
func (c *Catalogue) With(tag string, file []byte) (*Catalogue, error) {
	fresh, err := c.read(tag, file)
	if err != nil {
		return nil, err
	}
	all, err := c.messages(tag)
	if err != nil {
		return nil, err
	}
	at := c.index(tag)
	entries := slices.Clone(c.entries)
	entries[at].Reviewed = slices.Clone(entries[at].Reviewed)
	for key, words := range fresh {
		all[key] = words
		entries[at].Reviewed = append(entries[at].Reviewed, key)
	}
	return c.over(tag, all, entries)
}

// Check says why With refuses a file, in a fraction of the time; nil where it does not.
func (c *Catalogue) Check(tag string, file []byte) error {
	_, err := c.read(tag, file)
	return err
}

// index is the place of a language among the entries; -1 where the program does not speak it.
func (c *Catalogue) index(tag string) int {
	return slices.IndexFunc(c.entries, func(e entry) bool { return e.Tag == tag })
}

// read returns the messages of a file that With takes.
func (c *Catalogue) read(tag string, file []byte) (fresh map[string]json.RawMessage, err error) {
	if c.index(tag) < 0 {
		return nil, fmt.Errorf("the program does not speak %.20q", tag)
	}
	if len(file) > maxFile {
		return nil, fmt.Errorf("a message file has more than %d bytes", maxFile)
	}
	if err := json.Unmarshal(file, &fresh); err != nil {
		return nil, fmt.Errorf("not a message file: %w", err)
	}
	if len(fresh) == 0 {
		return nil, errors.New("there are no words in it")
	}
	english, err := c.messages(source)
	if err != nil {
		return nil, err
	}
	for key, words := range fresh {
		if err := fits(key, words, english[key]); err != nil {
			return nil, err
		}
	}
	return fresh, nil
}

// over reads the catalogue anew with one other file.
func (c *Catalogue) over(tag string, words map[string]json.RawMessage, entries []entry) (*Catalogue, error) {
	list, err := json.Marshal(entries)
	if err != nil {
		return nil, fmt.Errorf("write languages: %w", err)
	}
	b, err := json.Marshal(words)
	if err != nil {
		return nil, fmt.Errorf("write words: %w", err)
	}
	return Read(changed{c.files, map[string][]byte{"languages.json": list, tag + ".json": b}})
}

// changed is files of which some are others.
type changed struct {
	fs.FS
	others map[string][]byte
}

// ReadFile implements fs.ReadFileFS.
func (c changed) ReadFile(name string) ([]byte, error) {
	if b, ok := c.others[name]; ok {
		return b, nil
	}
	return fs.ReadFile(c.FS, name)
}

func (c *Catalogue) messages(tag string) (all map[string]json.RawMessage, err error) {
	raw, err := fs.ReadFile(c.files, tag+".json")
	if err == nil {
		err = json.Unmarshal(raw, &all)
	}
	if err != nil {
		return nil, fmt.Errorf("read words of %s: %w", tag, err)
	}
	return all, nil
}

// fits refuses words that cannot stand in the place of the English ones.
func fits(key string, words, english json.RawMessage) error {
	if english == nil {
		return fmt.Errorf("%.60q: the program has no such words", key)
	}
	for _, w := range forms(words) {
		if strings.TrimSpace(w) == "" {
			return fmt.Errorf("%s: no words", key)
		}
		if got, want := fillings(w), fillings(forms(english)...); !subset(got, want) || bytes.HasPrefix(english, []byte(`"`)) && len(got) != len(want) {
			return fmt.Errorf("%s: its placeholders are not those of the English words", key)
		}
	}
	if len(forms(words)) == 0 {
		return fmt.Errorf("%s: neither words nor plural forms", key)
	}
	return nil
}

// forms are the wordings of a message: one, or those of its plural.
func forms(words json.RawMessage) (list []string) {
	var one string
	if json.Unmarshal(words, &one) == nil {
		return []string{one}
	}
	var plural map[string]string
	if json.Unmarshal(words, &plural) != nil || plural["other"] == "" {
		return nil
	}
	for _, w := range plural {
		list = append(list, w)
	}
	return list
}

func fillings(texts ...string) (list []string) {
	for _, t := range texts {
		list = append(list, filling.FindAllString(t, -1)...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func subset(of, all []string) bool {
	for _, one := range of {
		if !slices.Contains(all, one) {
			return false
		}
	}
	return true
}
