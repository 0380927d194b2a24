package source

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"leeward/schema"
)

// PO is the format of gettext, which translators' programs read. Our state, hash and comment stand in its
// comments: "# " is the translator's, "#. " is for the translator, "#, fuzzy" is stale: whoever has compared
// takes that mark away. A form of a text is an entry of its own after it, "c3.label|f", because those
// programs let nobody write into comments.
//
// WritePO writes a pack as PO.
func WritePO(lang string, rows []Row) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "msgid \"\"\nmsgstr \"\"\n\"Content-Type: text/plain; charset=UTF-8\\n\"\n\"Content-Transfer-Encoding: 8bit\\n\"\n\"Language: %s\\n\"\n", lang)
	for _, r := range rows {
		b.WriteByte('\n')
		if r.Comment != "" {
			fmt.Fprintf(&b, "# %s\n", r.Comment)
		}
		fmt.Fprintf(&b, "#. %s\n", r.Context)
		if r.Note != "" {
			fmt.Fprintf(&b, "#. note: %s\n", r.Note)
		}
		fmt.Fprintf(&b, "#. at most %d characters\n#. hash: %s\n", r.Limit, r.Hash)
		if r.State != "" {
			fmt.Fprintf(&b, "#. state: %s\n", r.State)
		}
		if r.State == Behind {
			b.WriteString("#, fuzzy\n")
		}
		fmt.Fprintf(&b, "msgctxt %s\nmsgid %s\nmsgstr %s\n", quote(r.Key), quote(r.Source), quote(r.Text))
		for _, form := range slices.Sorted(maps.Keys(r.Forms)) {
			fmt.Fprintf(&b, "\n#. %s\nmsgctxt %s\nmsgid %s\nmsgstr %s\n", formMeaning[form], quote(r.Key+"|"+form), quote(r.Source), quote(r.Forms[form]))
		}
	}
	return b.Bytes()
}

// formMeaning says who speaks to whom in a form.
var formMeaning = map[string]string{"f": "said to a woman", "m": "said to a man", "_f": "said by a woman", "_m": "said by a man"}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(s) + `"`
}

// ReadPO reads a pack that came back as PO. A form without its text is dropped: the text was.
func ReadPO(b []byte) ([]Row, error) {
	var rows []Row
	var lang schema.Lang
	var one Row
	var field *string
	var skip string
	fuzzy := false
	flush := func() {
		if one.State == Behind && !fuzzy {
			one.State = Draft
		}
		one.Lang = lang
		key, form, isForm := strings.Cut(one.Key, "|")
		switch last := len(rows) - 1; {
		case isForm:
			if last >= 0 && rows[last].Key == key {
				rows[last].form(form, one.Text)
			}
		case key != "":
			rows = append(rows, one)
		case one.Source == "" && lang == "":
			lang = headLanguage(one.Text)
		}
		one, field, fuzzy = Row{}, nil, false
	}
	for n, line := range strings.Split(strings.ReplaceAll(strings.TrimPrefix(string(b), "\ufeff"), "\r\n", "\n"), "\n") {
		word, rest, _ := strings.Cut(line, " ")
		switch {
		case strings.TrimSpace(line) == "":
			flush()
			continue
		case strings.HasPrefix(line, "#,"):
			fuzzy = strings.Contains(line, "fuzzy")
			continue
		case strings.HasPrefix(line, "#"):
			one.comment(word, rest)
			continue
		case word == "msgctxt":
			field = &one.Key
		case word == "msgid":
			field = &one.Source
		case word == "msgstr":
			field = &one.Text
		case strings.HasPrefix(line, `"`):
			rest = line
		default:
			field, rest = &skip, `""`
		}
		text, err := strconv.Unquote(strings.TrimSpace(rest))
		if err != nil || field == nil {
			return nil, fmt.Errorf("line %d is not PO", n+1)
		}
		*field += text
	}
	flush()
	return rows, nil
}

// comment takes one comment line of an entry.
func (r *Row) comment(mark, rest string) {
	name, value, _ := strings.Cut(rest, ": ")
	switch {
	case mark == "#":
		r.Comment = strings.TrimSpace(r.Comment + " " + rest)
	case mark != "#.":
	case name == "hash":
		r.Hash = value
	case name == "state":
		r.State = State(value)
	}
}

// form adds a form; a blank one is none.
func (r *Row) form(name, text string) {
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	if r.Forms == nil {
		r.Forms = map[string]string{}
	}
	r.Forms[name] = text
}

// headLanguage reads the language from the head of a PO file, the text of its first entry.
func headLanguage(head string) schema.Lang {
	for line := range strings.Lines(head) {
		if name, value, _ := strings.Cut(line, ":"); strings.EqualFold(strings.TrimSpace(name), "Language") {
			return schema.Lang(strings.TrimSpace(value))
		}
	}
	return ""
}
