package xlsform

import (
	"fmt"
	"slices"
	"strings"
)

// column is one column of a sheet: its key is XLSForm's name for it ("relevant", "media::image"), or the
// header as written where XLSForm has none. lang is what follows "::".
type column struct {
	index  int
	key    string
	lang   string
	header string
}

// aliases maps what people write to the key; all in lower case with _ for spaces.
var surveyAliases = map[string]string{
	"caption": "label", "command": "type", "tag": "name", "value": "name",
	"relevance": "relevant", "bind::relevant": "relevant", "bind::relevance": "relevant",
	"bind::constraint": "constraint", "bind::required": "required", "bind::calculate": "calculation",
	"calculate": "calculation", "bind::calculation": "calculation",
	"readonly": "read_only", "bind::readonly": "read_only", "bind::read_only": "read_only",
	"constraining_message": "constraint_message", "constraint_msg": "constraint_message",
	"jr:constraintmsg": "constraint_message", "bind::jr:constraintmsg": "constraint_message",
	"requiredmsg": "required_message", "required_msg": "required_message",
	"jr:requiredmsg": "required_message", "bind::jr:requiredmsg": "required_message",
	"count": "repeat_count", "jr:count": "repeat_count", "control::jr:count": "repeat_count", "body::jr:count": "repeat_count",
	"control::appearance": "appearance", "body::appearance": "appearance",
	"image": "media::image", "audio": "media::audio", "video": "media::video", "big-image": "media::big-image", "big_image": "media::big-image",
	"media::big_image": "media::big-image",
}

var choicesAliases = map[string]string{
	"caption": "label", "value": "name", "list": "list_name", "listname": "list_name",
	"image": "media::image", "audio": "media::audio", "video": "media::video", "big-image": "media::big-image", "big_image": "media::big-image",
	"media::big_image": "media::big-image",
}

var settingsAliases = map[string]string{"id_string": "form_id", "title": "form_title", "set_form_id": "form_id", "set_form_title": "form_title"}

// translatable are the columns that may carry a language.
var translatable = []string{
	"label", "hint", "guidance_hint", "constraint_message", "required_message",
	"media::image", "media::big-image", "media::audio", "media::video", "leeward_default",
}

// officeParameter begins the names of what an office fills in.
const officeParameter = "office."

// choiceLabel begins the names of calculations that stand for the label of a choice inside a text.
const choiceLabel = "choice."

// table is a sheet whose columns are understood.
type table struct {
	*sheet
	columns []column
	clean   bool // runs of spaces in logic cells are one space
}

// newTable understands the header of a sheet and reports columns that are given twice.
func (im *importer) newTable(s *sheet, aliases map[string]string) *table {
	if s == nil {
		return &table{sheet: &sheet{}}
	}
	t := &table{sheet: s, clean: true}
	double := slices.ContainsFunc(s.header, func(h string) bool { return strings.Contains(h, "::") })
	for i, h := range s.header {
		h = strings.TrimSpace(h)
		if h == "" {
			continue
		}
		c := readHeader(h, double, aliases)
		c.index = i
		// Columns that are nobody's business may resemble each other, but not be the same.
		meant := slices.Contains(surveyColumns, c.key) || slices.Contains(settingsColumns, c.key) || c.key == "list_name"
		same := func(o column) bool { return o.header == c.header || meant && o.key == c.key && o.lang == c.lang }
		if j := slices.IndexFunc(t.columns, same); j >= 0 {
			p := Problem{CodeDuplicateCol, s.name, 1, h, fmt.Sprintf("the columns %q and %q mean the same", t.columns[j].header, h), "keep one of them"}
			if s.name == "settings" {
				im.warn(p)
			} else {
				im.fail(p)
			}
			continue
		}
		t.columns = append(t.columns, c)
	}
	return t
}

// readHeader cuts "Label::English (en)" into key and language. Where no header of a sheet has "::", a
// single colon does, as in old workbooks.
func readHeader(h string, double bool, aliases map[string]string) column {
	var parts []string
	if double || !strings.Contains(h, ":") {
		parts = strings.Split(h, "::")
	} else {
		for _, p := range strings.Split(h, ":") {
			if n := len(parts); n > 0 && parts[n-1] == "jr" {
				parts[n-1] = "jr:" + p
				continue
			}
			parts = append(parts, p)
		}
	}
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	c := column{header: h}
	for n := min(len(parts), 3); n > 0; n-- {
		if key := headerKey(parts[:n], aliases); slices.Contains(translatable, key) {
			c.key, c.lang = key, strings.Join(parts[n:], "::")
			return c
		}
	}
	c.key = headerKey(parts, aliases)
	return c
}

func headerKey(parts []string, aliases map[string]string) string {
	words := make([]string, len(parts))
	for i, p := range parts {
		words[i] = strings.ToLower(strings.Join(strings.Fields(p), "_"))
	}
	key := strings.Join(words, "::")
	if to, ok := aliases[key]; ok {
		return to
	}
	return key
}

// at returns the cell of a column, cleaned as logic is: typographic quotes straight, runs of spaces one.
func (t *table) at(r row, key string) string {
	s := t.text(r, key, "")
	if s == "" {
		return ""
	}
	s = quotes.Replace(s)
	if t.clean {
		s = strings.Join(strings.Fields(s), " ")
	}
	return strings.TrimSpace(s)
}

var quotes = strings.NewReplacer("‘", "'", "’", "'", "“", "\"", "”", "\"", "‚", "'", "„", "\"")

// text returns a cell as it is.
func (t *table) text(r row, key, lang string) string {
	for _, c := range t.columns {
		if c.key == key && c.lang == lang {
			return r.cell(c.index)
		}
	}
	return ""
}

func (r row) cell(i int) string {
	if i < len(r.cells) {
		return r.cells[i]
	}
	return ""
}

// has reports whether there is such a column in any language.
func (t *table) has(key string) bool {
	return slices.ContainsFunc(t.columns, func(c column) bool { return c.key == key })
}

// header returns what the author wrote above a column.
func (t *table) headerOf(key string) string {
	for _, c := range t.columns {
		if c.key == key {
			return c.header
		}
	}
	return key
}

// filled reports whether the row has a text in that column in any language.
func (t *table) filled(r row, key string) bool {
	return slices.ContainsFunc(t.columns, func(c column) bool { return c.key == key && r.cell(c.index) != "" })
}
