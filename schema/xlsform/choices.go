package xlsform

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"path"
	"slices"
	"strings"

	"leeward/schema"
)

// readChoices reads the sheet choices or external_choices.
func (im *importer) readChoices(t *table) {
	if t.header == nil {
		return
	}
	for _, key := range []string{"list_name", "name"} {
		if !t.has(key) {
			im.fail(Problem{Code: CodeNoColumn, Sheet: t.name, Row: 1, Column: key, Message: "there is no column " + key})
			return
		}
	}
	more := im.furtherColumns(t)
	duplicates := whole(im.setting("allow_choice_duplicates")) == "true()"
	seen := map[[2]string]int{}
	for _, r := range t.rows {
		list, name := t.at(r, "list_name"), t.at(r, "name")
		if list == "" {
			continue
		}
		l := im.listNamed(list)
		switch {
		case name == "":
			im.fail(Problem{CodeNoChoice, t.name, r.number, t.headerOf("name"), fmt.Sprintf("a choice of the list %s has no name", list), "the name is what is kept as the answer"})
			continue
		case seen[[2]string{list, name}] > 0:
			if !duplicates {
				im.fail(Problem{
					CodeDuplicate, t.name, r.number, t.headerOf("name"), fmt.Sprintf("the list %s has the choice %s twice", list, name),
					fmt.Sprintf("the first is in row %d; allow_choice_duplicates in settings lets both stand", seen[[2]string{list, name}]),
				})
			}
			continue
		}
		seen[[2]string{list, name}] = r.number
		c := schema.Choice{Name: name, Label: im.textOf(t, r, "label"), Media: im.media(t, r)}
		if len(c.Label) == 0 && len(c.Media) == 0 {
			im.warn(Problem{WarnChoiceLabel, t.name, r.number, t.headerOf("label"), fmt.Sprintf("the choice %s has no label", name), "its name is shown"})
		}
		for _, col := range more {
			if v := r.cell(col.index); v != "" {
				if c.Columns == nil {
					c.Columns = map[string]string{}
				}
				c.Columns[col.header] = quotes.Replace(strings.Join(strings.Fields(v), " "))
			}
		}
		im.rowOf[schema.Path("choices/"+list+"/"+name)] = origin{table: t, row: r.number}
		l.Choices = append(l.Choices, c)
	}
}

// furtherColumns are those that a choice_filter may use.
func (im *importer) furtherColumns(t *table) []column {
	var out []column
	for _, c := range t.columns {
		switch {
		case c.key == "list_name" || c.key == "name" || slices.Contains(translatable, c.key):
		case strings.ContainsAny(c.header, " \t\n") || !schema.ValidName(c.header):
			im.warn(Problem{WarnColumn, t.name, 1, c.header, "a column whose name is no name cannot be used in a choice_filter and is left out", "use letters, digits and _"})
		default:
			out = append(out, c)
		}
	}
	return out
}

func (im *importer) listNamed(name string) *schema.ChoiceList {
	l, ok := im.lists[name]
	if !ok {
		l = &schema.ChoiceList{Name: name, Choices: []schema.Choice{}}
		im.lists[name] = l
		im.listed = append(im.listed, name)
	}
	return l
}

// media collects the file names of pictures and sounds.
func (im *importer) media(t *table, r row) map[string]schema.Text {
	var out map[string]schema.Text
	for _, kind := range []string{"image", "big-image", "audio", "video"} {
		if !t.filled(r, "media::"+kind) {
			continue
		}
		if out == nil {
			out = map[string]schema.Text{}
		}
		out[kind] = im.textOf(t, r, "media::"+kind)
	}
	return out
}

// fileList makes a list of a CSV file beside the workbook; where the file is not at hand, a list whose
// choices are not known.
func (im *importer) fileList(file string, r row, value, label string) string {
	stem := strings.TrimSuffix(path.Base(file), path.Ext(file))
	if l, ok := im.lists[stem]; ok && (l.File != "" || len(l.Choices) > 0) {
		return stem
	}
	l := im.listNamed(stem)
	l.File = file
	if im.o.Files != nil && strings.EqualFold(path.Ext(file), ".csv") {
		if b, ok := im.o.Files(file); ok {
			im.readCSV(l, b, r, value, label)
			return stem
		}
	}
	im.warn(Problem{WarnFile, "survey", r.number, im.survey.headerOf("type"), fmt.Sprintf("the choices are in the file %s, which is not at hand", file), "put it beside the workbook"})
	return stem
}

func (im *importer) readCSV(l *schema.ChoiceList, b []byte, r row, value, label string) {
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))))
	reader.FieldsPerRecord, reader.LazyQuotes = -1, true
	records, err := reader.ReadAll()
	if err != nil || len(records) == 0 || len(records) > maxRows {
		im.fail(Problem{CodeBroken, "survey", r.number, im.survey.headerOf("type"), fmt.Sprintf("the file %s cannot be read as CSV", l.File), ""})
		return
	}
	header := records[0]
	seen := map[string]bool{}
	for _, rec := range records[1:] {
		c := schema.Choice{Columns: map[string]string{}}
		for i, cell := range rec {
			cell = strings.TrimSpace(strings.Map(printable, cell))
			if i >= len(header) || cell == "" {
				continue
			}
			switch key := strings.TrimSpace(header[i]); {
			case key == value:
				c.Name = cell
			case key == label:
				c.Label = schema.Text{im.languages[0].tag: {Text: cell}}
			case key != "" && key != "name" && key != "label":
				c.Columns[key] = cell
			}
		}
		if c.Name == "" || seen[c.Name] {
			continue
		}
		seen[c.Name] = true
		l.Choices = append(l.Choices, c)
	}
}
