package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"leeward/schema"
)

// FormatText is the "format" member of a text file.
const FormatText = "leeward/instrument-text/1"

// File is every word of the interview in one language.
type File struct {
	Language schema.Lang
	Entries  map[string]Entry
}

// State says how far a translation may be relied on. The order is draft, reviewed, approved; none is
// skipped.
type State string

// The states of a translated text.
const (
	Draft    State = "draft"
	Reviewed State = "reviewed"
	Approved State = "approved"
)

// Entry is one text. Those of the source language have no Source, State, Role and Date.
type Entry struct {
	Text   string            `json:"text"`
	Forms  map[string]string `json:"forms,omitempty"`  // by speaker and listener (schema/FORMAT.md, Texts)
	Source string            `json:"source,omitempty"` // schema.WordingHash of the source text it was made from
	State  State             `json:"state,omitempty"`
	Role   string            `json:"role,omitempty"` // who brought it to this state: machine, translator, reviewer, office
	Date   string            `json:"date,omitempty"` // the day of that, YYYY-MM-DD
	Note   string            `json:"note,omitempty"` // for the next reader
}

// Roles are who may bring a text to a state.
var Roles = map[State][]string{
	Draft:    {"machine", "translator"},
	Reviewed: {"reviewer"},
	Approved: {"office"},
}

// translation returns the state as the questionnaire knows it.
func (s State) translation() schema.Translation {
	switch s {
	case Reviewed:
		return schema.Reviewed
	case Approved:
		return schema.Approved
	}
	return schema.MachineDraft
}

// After reports whether a text may go from state s to next: one step up, or back to a draft.
func (s State) After(next State) bool {
	return next == Draft || s == next || s == Draft && next == Reviewed || s == Reviewed && next == Approved
}

type textFile struct {
	Format   string           `json:"format"`
	Language schema.Lang      `json:"language"`
	Entries  map[string]Entry `json:"entries"`
}

var placeholder = regexp.MustCompile(`\$\{[^}]*\}|\{[a-z]+\}`)

// Placeholders returns what a translation must carry over, sorted: ${…} and {word}.
func Placeholders(text string) []string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return found
}

// ParseText reads a text file. It refuses unknown members, keys given twice, and entries that say
// nothing or something impossible; the error names the key and never the text.
func ParseText(b []byte) (*File, error) {
	if key, twice := givenTwice(b); twice {
		return nil, fmt.Errorf("%s is given twice", key)
	}
	var raw textFile
	if err := strict(b, &raw); err != nil {
		return nil, err
	}
	if raw.Format != FormatText {
		return nil, fmt.Errorf("format %q is not one that this program reads", raw.Format)
	}
	for key, e := range raw.Entries {
		if err := e.check(); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
	}
	return &File{Language: raw.Language, Entries: raw.Entries}, nil
}

func (e Entry) check() error {
	texts := []string{e.Text}
	for _, t := range e.Forms {
		texts = append(texts, t)
	}
	for _, t := range texts {
		if strings.TrimSpace(t) == "" || t != strings.TrimSpace(t) {
			return fmt.Errorf("blank, or blanks at its ends")
		}
		if strings.ContainsFunc(t, func(r rune) bool { return r < ' ' || r == '\u00ad' || r == '\ufffd' }) {
			return fmt.Errorf("holds a control or replacement character")
		}
		if !slices.Equal(Placeholders(t), Placeholders(e.Text)) {
			return fmt.Errorf("a form has other placeholders than the text")
		}
	}
	if e.State == "" {
		return nil
	}
	if !slices.Contains(Roles[e.State], e.Role) {
		return fmt.Errorf("state %q by role %q", e.State, e.Role)
	}
	if _, err := time.Parse(time.DateOnly, e.Date); err != nil {
		return fmt.Errorf("the date is not a day")
	}
	return nil
}

// givenTwice finds a key that stands twice among the entries, which encoding/json would not tell.
func givenTwice(b []byte) (string, bool) {
	seen := map[string]bool{}
	for _, m := range entryLine.FindAllSubmatch(b, -1) {
		if seen[string(m[1])] {
			return string(m[1]), true
		}
		seen[string(m[1])] = true
	}
	return "", false
}

var entryLine = regexp.MustCompile(`(?m)^\s*"([^"]+)": \{"text"`)

// Encode writes a text file, one entry a line, in the order of keys; entries with other keys are left
// out.
func (f *File) Encode(keys []string) ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n \"format\": %q,\n \"language\": %q,\n \"entries\": {", FormatText, f.Language)
	comma := "\n"
	for _, key := range keys {
		e, ok := f.Entries[key]
		if !ok {
			continue
		}
		line, err := e.line()
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", key, err)
		}
		fmt.Fprintf(&b, "%s  %q: %s", comma, key, line)
		comma = ",\n"
	}
	b.WriteString("\n }\n}\n")
	return b.Bytes(), nil
}

// line is an entry as one line with a blank after each comma and colon.
func (e Entry) line() (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	b.WriteString("{")
	write := func(name string, v any) error {
		if b.Len() > 1 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%q: ", name)
		if err := enc.Encode(v); err != nil {
			return err
		}
		b.Truncate(b.Len() - 1) // the line feed of Encode
		return nil
	}
	if err := write("text", e.Text); err != nil {
		return "", err
	}
	if len(e.Forms) > 0 {
		if err := write("forms", e.Forms); err != nil {
			return "", err
		}
	}
	for _, m := range []struct{ name, value string }{
		{"source", e.Source}, {"state", string(e.State)}, {"role", e.Role}, {"date", e.Date}, {"note", e.Note},
	} {
		if m.value == "" {
			continue
		}
		if err := write(m.name, m.value); err != nil {
			return "", err
		}
	}
	b.WriteString("}")
	return b.String(), nil
}
