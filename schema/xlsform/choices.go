package xlsform

import (
	"fmt"
	"slices"
	"strings"

	"leeward/schema"
)

// readChoices reads the sheet choices or external_choices.
func (im *importer) readChoices(t *table) {
	if t.header == nil {
		return
	}
	if !t.has("name") && len(t.rows) > 0 {
		im.fail(Problem{Code: CodeNoColumn, Sheet: t.name, Row: 1, Column: "name", Message: "there is no column name"})
		return
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
		again := seen[[2]string{list, name}] > 0
		l.Duplicates = l.Duplicates || again && duplicates
		switch {
		case name == "":
			im.fail(Problem{CodeNoChoice, t.name, r.number, t.headerOf("name"), fmt.Sprintf("a choice of the list %s has no name", list), "the name is what is kept as the answer"})
			continue
		case again && !duplicates:
			im.fail(Problem{
				CodeDuplicate, t.name, r.number, t.headerOf("name"), fmt.Sprintf("the list %s has the choice %s twice", list, name),
				fmt.Sprintf("the first is in row %d; allow_choice_duplicates in settings lets both stand", seen[[2]string{list, name}]),
			})
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
