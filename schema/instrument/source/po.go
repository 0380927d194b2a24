package source

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// PO is the format of gettext, which translators' programs read. Our state, hash, forms and comment stand in
// its comments: "# " is the translator's, "#. " is for the translator, "#, fuzzy" is stale: whoever
// has compared takes that mark away.
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
		for _, form := range slices.Sorted(maps.Keys(r.Forms)) {
			fmt.Fprintf(&b, "#. form %s: %s\n", form, r.Forms[form])
		}
		if r.State == Behind {
			b.WriteString("#, fuzzy\n")
		}
		fmt.Fprintf(&b, "msgctxt %s\nmsgid %s\nmsgstr %s\n", quote(r.Key), quote(r.Source), quote(r.Text))
	}
	return b.Bytes()
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(s) + `"`
}

// ReadPO reads a pack that came back as PO.
func ReadPO(b []byte) ([]Row, error) {
	var rows []Row
	var one Row
	var field *string
	var skip string
	fuzzy := false
	flush := func() {
		if one.State == Behind && !fuzzy {
			one.State = Draft
		}
		fuzzy = false
		if one.Key != "" {
			rows = append(rows, one)
		}
		one, field = Row{}, nil
	}
	for n, line := range strings.Split(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n") {
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
	case strings.HasPrefix(name, "form "):
		if r.Forms == nil {
			r.Forms = map[string]string{}
		}
		r.Forms[strings.TrimPrefix(name, "form ")] = value
	}
}
