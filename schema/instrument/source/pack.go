package source

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"leeward/schema"
)

// Row is one text in a translator's pack: what to translate, what it is for, and what stands there.
type Row struct {
	Lang         schema.Lang // the language of the pack; blank where a pack that came back does not say
	Key          string
	Item         string // the question at which it can be seen, or blank
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
			Lang: lang, Key: k.Name, Item: s.seenAt(k), Context: s.context(k), Source: english.Text, Hash: s.hash(k.Name), Note: english.Note,
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

// seenAt names the question at which a text can be seen: its own, the first that asks from its list, or the
// first that says the parameter. Words of the program stand in no question.
func (s *Source) seenAt(k Key) (item string) {
	parameter, isParameter := strings.CutPrefix(k.Name, "parameter.")
	s.Structure.Each(func(it *Item) {
		english := s.Texts[s.Structure.Source].Entries[it.Name+".label"].Text
		if item == "" && (it.Name == k.Item || it.List == k.Item && k.Item != "" || isParameter && strings.Contains(english, "${office."+parameter+"}")) {
			item = it.Name
		}
	})
	return item
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

// Merge takes a translated pack. A text that lost or invented a placeholder or markup, that holds what no
// text may hold, that another script is written in, that stands twice with different words or that skips a
// state is refused and what stood there stays; a blank changes nothing. A pack that says it is for another
// language is refused as a whole. What a translator changed becomes a draft again; the hash of the English
// it was made from comes with the row, so that what English changed meanwhile is stale.
func (s *Source) Merge(lang schema.Lang, rows []Row, by By) (*Merged, error) {
	if !slices.Contains(s.Structure.Languages, lang) || lang == s.Structure.Source {
		return nil, fmt.Errorf("no language %q to translate into", lang)
	}
	for _, row := range rows {
		if row.Lang != "" && base(row.Lang) != base(lang) {
			return nil, fmt.Errorf("the pack is for %q and not for %q", row.Lang, lang)
		}
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
	twice := differing(rows)
	for _, row := range rows {
		switch {
		case !known[row.Key]:
			out.Refused = append(out.Refused, Finding{row.Key, "there is no such text"})
		case twice[row.Key]:
			out.Refused = append(out.Refused, Finding{row.Key, "it stands more than once in the pack, with different words"})
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
	e := Entry{Text: strings.TrimSpace(row.Text), Forms: row.Forms, Source: row.Hash, Note: oneLine(row.Comment), State: row.State, Role: by.Role, Date: by.Date}
	same := there && e.Text == old.Text && maps.Equal(e.Forms, old.Forms)
	switch {
	case e.Source != "":
	case row.Source != "": // the column of hashes was lost, the English was not
		e.Source = schema.WordingHash(row.Source)
	case same:
		e.Source = old.Source
	}
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
	if why := s.refuse(row.Key, out.File.Language, e, old, english); why != "" {
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
