package source

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"leeward/schema"
)

// Row is one text in a translator's pack: what to translate, what it is for, and what stands there.
type Row struct {
	Key          string
	Context      string // where it stands and who reads it
	Source       string // English
	Hash         string // of English; comes back with the translation
	Note         string // of the author
	Placeholders string // what must stand in the translation too
	Limit        int    // characters
	Text         string
	Forms        map[string]string
	State        State  // Behind where English has changed: whoever has compared sets it to draft
	Comment      string // of the translator
}

// Behind is the state that a pack gives to what is stale. It stands in no file of texts.
const Behind State = "stale"

// FormNames are the forms that a pack has columns for (schema/FORMAT.md, Texts).
var FormNames = []string{"f", "m", "_f", "_m"}

// Pack lists every text of the interview for a translator into lang.
func (s *Source) Pack(lang schema.Lang) []Row {
	keys, _ := s.Keys()
	var out []Row
	for _, k := range keys {
		english := s.Texts[s.Structure.Source].Entries[k.Name]
		row := Row{
			Key: k.Name, Context: s.context(k), Source: english.Text, Hash: s.hash(k.Name), Note: english.Note,
			Placeholders: strings.Join(Placeholders(english.Text), " "), Limit: limit(english.Text),
		}
		if e, ok := s.entry(lang, k.Name); ok {
			row.Text, row.Forms, row.State, row.Comment = e.Text, e.Forms, e.State, e.Note
			if s.stale(k.Name, e) {
				row.State = Behind
			}
		}
		out = append(out, row)
	}
	return out
}

// context says in English where a text stands and who reads it.
func (s *Source) context(k Key) string {
	read := map[Kind]string{
		Label: "question, read to the person", Hint: "below the question, read to the person", Guidance: "for the screener alone",
		Child: "question to a child", Constraint: "when an answer cannot be", Gate: "neutral remark; a companion may read it",
		Choice: "answer, read to the person", Title: "title", Parameter: "until the office writes its own", Word: "word of the program",
	}[k.Kind]
	if k.Item == "" {
		return read
	}
	where := k.Item
	s.Structure.Each(func(it *Item) {
		if it.Name != k.Item {
			return
		}
		if it.Code != "" {
			where = it.Code
		}
		if it.Staff || it.Kind == schema.Group && k.Kind == Label {
			read = strings.Replace(read, "read to the person", "for the screener alone", 1)
		}
	})
	if k.Kind == Choice {
		read += " to: " + s.Texts[s.Structure.Source].Entries[k.Item+".label"].Text
	}
	return where + ": " + strings.TrimSuffix(read, " to: ")
}

// By is who brings texts in, and when.
type By struct {
	Role string // translator, reviewer, office
	Date string // YYYY-MM-DD
}

// Merged is what became of a pack.
type Merged struct {
	File    *File
	New     int
	Changed int
	Refused []Finding // left as they were
	Missing []string
	Stale   []string
	Long    []string
}

// Finding is a text that was refused, and why.
type Finding struct {
	Key string `json:"key"`
	Why string `json:"why"`
}

var markup = regexp.MustCompile(`<[^>]*>|\*\*|__`)

// Merge takes a translated pack. A text that lost or invented a placeholder or markup, that holds what no
// text may hold, or that skips a state is refused and what stood there stays; a blank changes nothing. What
// a translator changed becomes a draft again; the hash of the English it was made from comes with the row,
// so that what English changed meanwhile is stale.
func (s *Source) Merge(lang schema.Lang, rows []Row, by By) (*Merged, error) {
	if !slices.Contains(s.Structure.Languages, lang) || lang == s.Structure.Source {
		return nil, fmt.Errorf("no language %q to translate into", lang)
	}
	out := &Merged{File: &File{Language: lang, Entries: map[string]Entry{}}}
	if f := s.Texts[lang]; f != nil {
		maps.Copy(out.File.Entries, f.Entries)
	}
	keys, _ := s.Keys()
	known := map[string]bool{}
	for _, k := range keys {
		known[k.Name] = true
	}
	for _, row := range rows {
		switch {
		case !known[row.Key]:
			out.Refused = append(out.Refused, Finding{row.Key, "there is no such text"})
		case strings.TrimSpace(row.Text) == "":
		default:
			s.take(out, row, by)
		}
	}
	for _, k := range keys {
		e, ok := out.File.Entries[k.Name]
		english := s.Texts[s.Structure.Source].Entries[k.Name].Text
		switch {
		case !ok:
			out.Missing = append(out.Missing, k.Name)
			continue
		case s.stale(k.Name, e):
			out.Stale = append(out.Stale, k.Name)
		}
		if utf8.RuneCountInString(e.Text) > limit(english) {
			out.Long = append(out.Long, k.Name)
		}
	}
	return out, nil
}

// take puts one row into the file, or refuses it.
func (s *Source) take(out *Merged, row Row, by By) {
	old, there := out.File.Entries[row.Key]
	english := s.Texts[s.Structure.Source].Entries[row.Key].Text
	e := Entry{Text: strings.TrimSpace(row.Text), Forms: row.Forms, Source: row.Hash, Note: row.Comment, State: row.State, Role: by.Role, Date: by.Date}
	same := there && e.Text == old.Text && maps.Equal(e.Forms, old.Forms)
	if same && (row.State == Behind || e.Source == old.Source && (e.State == old.State || e.State == "")) {
		if e.Note != old.Note {
			old.Note = e.Note
			out.File.Entries[row.Key] = old
		}
		return
	}
	if e.State == "" || e.State == Behind || !same && e.State == old.State {
		e.State = Draft
	}
	if e.State == Draft && !slices.Contains(Roles[Draft], e.Role) {
		e.Role = "translator" // whoever writes a text anew translates
	}
	if why := s.refuse(row, e, old, english); why != "" {
		out.Refused = append(out.Refused, Finding{row.Key, why})
		return
	}
	if there {
		out.Changed++
	} else {
		out.New++
	}
	out.File.Entries[row.Key] = e
}

// refuse says why an entry may not be taken, or "".
func (s *Source) refuse(row Row, e, old Entry, english string) string {
	switch {
	case !slices.Equal(Placeholders(e.Text), Placeholders(english)):
		return "other placeholders than in English: " + strings.Join(Placeholders(english), " ")
	case !slices.Equal(markup.FindAllString(e.Text, -1), markup.FindAllString(english, -1)):
		return "other markup than in English"
	case !old.State.After(e.State):
		return fmt.Sprintf("%s cannot become %s: a text is drafted, reviewed, approved, in this order", stateName(old.State), e.State)
	case !slices.Contains(Roles[e.State], e.Role):
		return fmt.Sprintf("only %s may set it to %s", strings.Join(Roles[e.State], " or "), e.State)
	case e.State != Draft && row.Hash != s.hash(row.Key):
		return "English has changed since: compare again before it is " + string(e.State)
	}
	if err := e.check(); err != nil {
		return err.Error()
	}
	return ""
}

func stateName(s State) string {
	if s == "" {
		return "a new text"
	}
	return string(s)
}
