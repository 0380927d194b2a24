package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"leeward/schema"
)

// FormatText is the "format" member of a text file.
const FormatText = "leeward/instrument-text/1"

// File is every word of the interview in one language.
type File struct {
	Language schema.Lang
	Entries  map[string]Entry
	order    []string // keys as they stood in the file
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
	order, twice := keysOf(b)
	if twice != "" {
		return nil, fmt.Errorf("%s is given twice", twice)
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
	return &File{Language: raw.Language, Entries: raw.Entries, order: order}, nil
}

// texts are the text and its forms.
func (e Entry) texts() []string {
	out := []string{e.Text}
	for _, name := range slices.Sorted(maps.Keys(e.Forms)) {
		out = append(out, e.Forms[name])
	}
	return out
}

// hidden reports characters that nobody sees and that no text needs: controls, replacement characters, soft
// hyphens, those that turn the direction of what follows, and those that only a certain font has.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Co, r) || r == '\u00ad' || r == '\ufffd' || r == '\ufeff' ||
		r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

func (e Entry) check() error {
	for _, t := range e.texts() {
		if strings.TrimSpace(t) == "" || t != strings.TrimSpace(t) {
			return fmt.Errorf("blank, or blanks at its ends")
		}
		if strings.ContainsFunc(t, hidden) {
			return fmt.Errorf("holds a line feed, or a control or replacement character")
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

// keysOf lists the keys of the entries in their order, and one that stands twice, which encoding/json would
// not tell. What is no such file is left to the strict reader.
func keysOf(b []byte) (order []string, twice string) {
	var raw struct {
		Entries json.RawMessage `json:"entries"`
	}
	if json.Unmarshal(b, &raw) != nil {
		return nil, ""
	}
	d := json.NewDecoder(bytes.NewReader(raw.Entries))
	seen := map[string]bool{}
	if _, err := d.Token(); err != nil { // {
		return nil, ""
	}
	for d.More() {
		token, err := d.Token()
		key, ok := token.(string)
		if err != nil || !ok || d.Decode(new(json.RawMessage)) != nil {
			return nil, ""
		}
		if seen[key] {
			twice = key
		}
		seen[key] = true
		order = append(order, key)
	}
	return order, twice
}

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
	members := [][2]any{{"text", e.Text}}
	if len(e.Forms) > 0 {
		var forms [][2]any
		for _, name := range slices.Sorted(maps.Keys(e.Forms)) {
			forms = append(forms, [2]any{name, e.Forms[name]})
		}
		inner, err := object(forms)
		if err != nil {
			return "", err
		}
		members = append(members, [2]any{"forms", json.RawMessage(inner)})
	}
	for _, m := range [][2]any{{"source", e.Source}, {"state", string(e.State)}, {"role", e.Role}, {"date", e.Date}, {"note", e.Note}} {
		if m[1] != "" {
			members = append(members, m)
		}
	}
	return object(members)
}

// object writes members in their order. JSON that is given as such stays as it is.
func object(members [][2]any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	b.WriteString("{")
	for i, m := range members {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%q: ", m[0])
		if raw, ok := m[1].(json.RawMessage); ok {
			b.Write(raw)
			continue
		}
		if err := enc.Encode(m[1]); err != nil {
			return "", err
		}
		b.Truncate(b.Len() - 1) // the line feed of Encode
	}
	b.WriteString("}")
	return b.String(), nil
}
