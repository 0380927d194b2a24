package xlsform

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"leeward/schema"
	"leeward/schema/expr"
)

// choose finds the choice list of a select question.
func (im *importer) choose(it *schema.Item, r row, d declared, path schema.Path) {
	switch d.kind {
	case schema.SelectOne, schema.SelectMultiple, schema.Rank:
	default:
		it.ChoiceFilter = ""
		return
	}
	bad := func(code, message, hint string) {
		im.failRow(r, code, "type", message, hint)
		at := im.rowOf[path]
		at.typed = true
		im.rowOf[path] = at
		it.ChoiceFilter = "" // it would be checked against no list
	}
	value, label := it.Parameters["value"], it.Parameters["label"]
	delete(it.Parameters, "value")
	delete(it.Parameters, "label")
	it.List = d.list
	switch {
	case d.list == "":
		bad(CodeNoList, "no choice list is named", "such as select_one yes_no")
	case strings.HasPrefix(d.list, "${"):
	case d.file || fileName.MatchString(d.list):
		if !fileName.MatchString(d.list) {
			bad(CodeNoList, fmt.Sprintf("%q is not the name of a file of choices", d.list), "a file .csv, .xml or .geojson")
			return
		}
		it.List = im.fileList(d.list, r, value, label)
	case im.lists[d.list] == nil:
		hint := "the choices stand in the sheet choices, with " + d.list + " in the column list_name"
		if near := expr.Nearest(d.list, slices.Sorted(maps.Keys(im.lists))); near != "" {
			hint = "did you mean " + near + "?"
		}
		bad(CodeNoList, fmt.Sprintf("there is no choice list %s", d.list), hint)
	case d.outside && it.ChoiceFilter == "":
		im.warnRow(r, WarnStyle, "choice_filter", "a select_one_external is meant for choices that are filtered", "")
	case d.kind != schema.SelectOne:
		im.spaced(d.list, r)
	}
	im.blankColumns(im.lists[it.List], it.ChoiceFilter)
	if d.other && it.ChoiceFilter != "" {
		im.failRow(r, CodeNotSupported, "choice_filter", "or_other cannot go together with a choice_filter", "add the choice other to the list, and a text question")
	}
}

var fileName = regexp.MustCompile(`(?i)\.(csv|xml|geojson)$`)

// spaced refuses choices with spaces where several answers are kept with a space between them.
func (im *importer) spaced(list string, r row) {
	for _, c := range im.lists[list].Choices {
		if strings.ContainsAny(c.Name, " \t\n") {
			at := im.rowOf[schema.Path("choices/"+list+"/"+c.Name)]
			p := Problem{CodeBadChoice, "choices", at.row, "name", fmt.Sprintf("the name %q has a space, and row %d of survey takes several choices", c.Name, r.number), "write _ in place of the space"}
			if !slices.Contains(im.Errors, p) {
				im.fail(p)
			}
		}
	}
}

// other adds the choice "other" and the question that asks what else.
func (im *importer) other(top *frame, it *schema.Item, r row) {
	first := im.languages[0].tag
	if l := im.lists[it.List]; l != nil && !slices.ContainsFunc(l.Choices, func(c schema.Choice) bool { return c.Name == "other" }) {
		label := schema.Text{}
		for _, lang := range im.languages {
			label[lang.tag] = schema.Wording{Text: "Other"}
		}
		l.Choices = append(l.Choices, schema.Choice{Name: "other", Label: label})
	}
	name := it.Name + "_other"
	if _, twice := top.names[strings.ToLower(name)]; twice {
		im.failRow(r, CodeDuplicateName, "name", fmt.Sprintf("or_other makes a question %s, and there is one", name), "")
		return
	}
	top.names[strings.ToLower(name)] = name
	im.rowOf[top.path+schema.Path("/"+name)] = origin{table: im.survey, row: r.number}
	top.item.Items = append(top.item.Items, schema.Item{
		Name: name, Kind: schema.TextKind, Text: schema.Text{first: {Text: "Specify other."}},
		Relevant: fmt.Sprintf("selected(../%s, 'other')", it.Name),
	})
}

var (
	instanceCall = regexp.MustCompile(`\binstance\(\s*['"]([^'"]+)['"]\s*\)`)
	pulldataCall = regexp.MustCompile(`\bpulldata\(\s*['"]([^'"]+)['"]`)
)

// instances makes lists of the files that pulldata() and instance() name, as far as they are at hand.
func (im *importer) instances() {
	for _, r := range im.survey.rows {
		for _, key := range []string{"calculation", "relevant", "constraint", "required", "read_only", "default", "choice_filter", "repeat_count"} {
			cell := im.survey.at(r, key)
			if !strings.Contains(cell, "(") {
				continue
			}
			for _, m := range pulldataCall.FindAllStringSubmatch(cell, -1) {
				im.fileList(strings.TrimSuffix(m[1], ".csv")+".csv", r, pulldataKey(cell), "")
			}
			for _, m := range instanceCall.FindAllStringSubmatch(cell, -1) {
				if im.lists[m[1]] == nil {
					im.fileList(m[1]+".xml", r, "", "")
				}
			}
		}
	}
}

// pulldataKey is the column in which pulldata() looks: it names the rows of the list.
func pulldataKey(cell string) string {
	m := regexp.MustCompile(`\bpulldata\(\s*['"][^'"]+['"]\s*,\s*['"][^'"]+['"]\s*,\s*['"]([^'"]+)['"]`).FindStringSubmatch(cell)
	if m == nil {
		return "name"
	}
	return m[1]
}

// blankColumns makes known the columns that a filter may mean and that no choice of its list fills in:
// they read as blank.
func (im *importer) blankColumns(l *schema.ChoiceList, filter string) {
	if l == nil || filter == "" || len(l.Choices) == 0 {
		return
	}
	for _, t := range []*table{im.choices, im.external} {
		for _, c := range t.columns {
			if !strings.Contains(filter, c.header) || !schema.ValidName(c.header) || c.key == "name" || c.key == "list_name" || slices.Contains(translatable, c.key) {
				continue
			}
			if slices.ContainsFunc(l.Choices, func(ch schema.Choice) bool { _, ok := ch.Columns[c.header]; return ok }) {
				continue
			}
			if l.Choices[0].Columns == nil {
				l.Choices[0].Columns = map[string]string{}
			}
			l.Choices[0].Columns[c.header] = ""
		}
	}
}
