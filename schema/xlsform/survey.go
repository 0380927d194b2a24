package xlsform

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"leeward/schema"
	"leeward/schema/expr"
)

// frame is a group or repeat that is open while rows are read.
type frame struct {
	item  schema.Item
	path  schema.Path
	row   int
	names map[string]string // lower case -> as written
	table bool              // table-list: the next select gets a row of labels above it

	tableList string // the list that all selects of a table-list share
	isLoop    bool
	loop      string // begin_loop: the list that it goes over
}

// labelsRow begins the name of the row of labels above a table-list.
const labelsRow = "reserved_name_for_field_list_labels_"

// readSurvey builds the items.
func (im *importer) readSurvey() {
	stack := []*frame{{path: "/data", names: map[string]string{}}}
	for _, r := range im.survey.rows {
		cell := im.survey.at(r, "type")
		switch {
		case strings.EqualFold(im.survey.at(r, "disabled"), "yes"):
			im.warnRow(r, WarnDeprecated, "disabled", "the row is left out, as its column disabled says", "delete the row")
			continue
		case cell == "":
			im.untyped(r)
			continue
		case strings.HasPrefix(cell, "#"):
			im.warnRow(r, WarnRow, "type", "the row is taken for a comment", "")
			continue
		}
		if key := settingsAliases[strings.ReplaceAll(strings.ToLower(cell), " ", "_")]; key != "" {
			im.settingRow(r, key)
			continue
		}
		d, ok := readType(cell)
		if !ok {
			im.unknownType(r, d)
			continue
		}
		if d.style {
			im.warnRow(r, WarnStyle, "type", fmt.Sprintf("the type %q is written in another case", cell), "types are in lower case")
		}
		if d.edge == "end" {
			stack = im.endGroup(stack, r, d)
			continue
		}
		if d.kind == "" { // csv-external, xml-external
			name := im.survey.at(r, "name")
			im.fileList(name+"."+d.named[:3], r, "", "")
			if slices.ContainsFunc(stack, func(f *frame) bool { return f.item.Kind == schema.Repeat }) {
				im.failRow(r, CodeNotSupported, "type", "a list of a file cannot stand in a repeat", "move the row out of the repeat")
			}
			continue
		}
		stack = im.row(stack, r, d)
	}
	for len(stack) > 1 {
		top := stack[len(stack)-1]
		im.fail(Problem{CodeUnmatched, "survey", top.row, im.survey.headerOf("type"), fmt.Sprintf("the %s %s has no end", top.item.Kind, top.item.Name), "add a row end_" + string(top.item.Kind)})
		stack = im.close(stack)
	}
	im.q.Items = stack[0].item.Items
	if name := im.setting("instance_name"); name != "" {
		im.rowOf["/data/meta/instanceName"] = origin{im.settings, im.settings.rows[0].number, false}
		im.meta(schema.Item{Name: "instanceName", Kind: schema.Calculate, Calculation: im.logic(quotes.Replace(name))})
	}
	if len(im.metadata.Items) > 0 {
		im.q.Items = append(im.q.Items, im.metadata)
	}
	im.instances()
}

func (im *importer) failRow(r row, code, key, message, hint string) {
	im.fail(Problem{code, "survey", r.number, im.survey.headerOf(key), message, hint})
}

func (im *importer) warnRow(r row, code, key, message, hint string) {
	im.warn(Problem{code, "survey", r.number, im.survey.headerOf(key), message, hint})
}

func (im *importer) untyped(r row) {
	if im.survey.at(r, "name") != "" || im.survey.filled(r, "label") {
		im.failRow(r, CodeNoType, "type", "the row has no type", "text, integer, select_one …; delete the row if it is none")
		return
	}
	im.warnRow(r, WarnRow, "type", "a row without type, name and label is left out", "")
}

func (im *importer) unknownType(r row, d declared) {
	var known []string
	for k := range kinds {
		known = append(known, k)
	}
	known = append(known, "begin_group", "end_group", "begin_repeat", "end_repeat", "select_one", "select_multiple", "rank")
	slices.Sort(known)
	hint := ""
	first, _, _ := strings.Cut(strings.ToLower(d.named), " ")
	if near := expr.Nearest(first, known); near != "" {
		hint = "did you mean " + near + "?"
	}
	im.failRow(r, CodeUnknownType, "type", fmt.Sprintf("the type %q is not part of XLSForm", d.named), hint)
}

// row reads one question, or the first row of a group.
func (im *importer) row(stack []*frame, r row, d declared) []*frame {
	top := stack[len(stack)-1]
	it := im.item(r, d)
	if im.background(r) && (it.Trigger == "" || it.Calculation != "") {
		im.failRow(r, CodeReference, "trigger", "a background-geopoint needs a trigger, and takes no calculation", "${question}")
	}
	name, sound := im.name(top, r, it)
	it.Name = name
	path := top.path + schema.Path("/"+name)
	if _, twice := im.rowOf[path]; !twice {
		im.rowOf[path] = origin{im.survey, r.number, !sound}
	}
	if parameter, ok := strings.CutPrefix(name, officeParameter); ok && d.kind == schema.Calculate && im.survey.filled(r, "leeward_default") {
		im.q.Parameters = append(im.q.Parameters, schema.Parameter{Name: parameter, Default: im.textOf(im.survey, r, "leeward_default")})
		return stack
	}
	if strings.HasPrefix(name, choiceLabel) && d.kind == schema.Calculate && strings.HasPrefix(it.Calculation, "jr:choice-name(") {
		return stack // stands in the texts themselves
	}
	if d.kind == schema.Group || d.kind == schema.Repeat {
		im.count(top, &it, r)
		f := &frame{item: it, path: path, row: r.number, names: map[string]string{}}
		im.groupTexts(f, r)
		if d.loop {
			f.loop = im.loopOver(r, d)
		}
		f.isLoop = d.loop
		return append(stack, f)
	}
	im.choose(&it, r, d, path)
	if top.tableList != "" && it.List != "" && it.List != top.tableList {
		im.failRow(r, CodeNoList, "type", fmt.Sprintf("the list %s differs from %s, the one of this table-list", it.List, top.tableList), "all selects of a table-list share one list")
	}
	if top.table && it.List != "" {
		top.table, top.tableList = false, it.List
		if it.ChoiceFilter != "" {
			im.failRow(r, CodeNotSupported, "choice_filter", "a table-list cannot have a choice_filter", "")
		}
		label := schema.Item{Name: labelsRow + strconv.Itoa(r.number), Kind: it.Kind, List: it.List, Appearance: "label", ChoiceFilter: it.ChoiceFilter}
		top.item.Items = append(top.item.Items, label)
	}
	if extra := built[strings.ToLower(im.survey.at(r, "type"))]; it.Constraint == "" {
		it.Constraint = extra.constraint
	}
	im.labelled(&it, r)
	if it.Kind == schema.Audit {
		im.meta(it)
		return stack
	}
	top.item.Items = append(top.item.Items, it)
	if d.other {
		im.other(top, &it, r)
	}
	return stack
}

// groupTexts checks what groups alone have. A table-list becomes a screen with its label as a note.
func (im *importer) groupTexts(f *frame, r row) {
	it := &f.item
	if it.Kind == schema.Repeat {
		if im.repeat[it.Name] || it.Name == "data" {
			im.failRow(r, CodeDuplicateName, "name", fmt.Sprintf("another repeat, or the questionnaire itself, has the name %s", it.Name), "give each repeat a name of its own")
		}
		im.repeat[it.Name] = true
	}
	if len(it.Text) == 0 {
		im.warnRow(r, WarnGroupLabel, "label", fmt.Sprintf("the %s %s has no label", it.Kind, it.Name), "")
	}
	if it.Kind == schema.Group && strings.Contains(it.Appearance, "table-list") {
		f.table = true
		it.Appearance = strings.ReplaceAll(it.Appearance, "table-list", "field-list")
		if len(it.Text) > 0 || len(it.Hint) > 0 {
			note := schema.Item{Name: "generated_table_list_label_" + strconv.Itoa(r.number), Kind: schema.Note, Text: it.Text, Hint: it.Hint}
			it.Items, it.Text, it.Hint = append(it.Items, note), nil, nil
		}
	}
	if whole(it.Required) != "false()" && it.Required != "" {
		im.warnRow(r, WarnIgnored, "required", "a group cannot be required", "make the questions in it required")
	}
	it.Required, it.Constraint, it.Calculation, it.Default, it.ConstText, it.RequiredText = "", "", "", "", nil, nil
}

func (im *importer) endGroup(stack []*frame, r row, d declared) []*frame {
	top := stack[len(stack)-1]
	switch {
	case len(stack) == 1:
		im.failRow(r, CodeUnmatched, "type", fmt.Sprintf("an end_%s without a begin_%s", d.kind, d.kind), "delete the row, or add the beginning")
		return stack
	case top.item.Kind != d.kind || top.isLoop != d.loop:
		im.failRow(r, CodeUnmatched, "type", fmt.Sprintf("an end_%s where the %s %s of row %d is open", d.kind, top.item.Kind, top.item.Name, top.row), fmt.Sprintf("end_%s", top.item.Kind))
	}
	return im.close(stack)
}

func (im *importer) close(stack []*frame) []*frame {
	n := len(stack) - 1
	if stack[n].loop != "" {
		im.unroll(stack[n])
	}
	stack[n-1].item.Items = append(stack[n-1].item.Items, stack[n].item)
	return stack[:n]
}

// name checks the name of an item and makes one for those that need none.
func (im *importer) name(top *frame, r row, it schema.Item) (string, bool) {
	name := im.survey.at(r, "name")
	bad := ""
	switch {
	case name == "" && it.Kind == schema.Note:
		name = "generated_note_name_" + strconv.Itoa(r.number)
	case it.Kind == schema.Audit:
		if name != "" && name != "audit" {
			im.failRow(r, CodeBadName, "name", "an audit has the name audit", "leave the name blank")
		}
		return "audit", true
	case name == "":
		im.failRow(r, CodeNoName, "name", "the row has no name", "letters, digits and _, such as age")
		return "unnamed_" + strconv.Itoa(r.number), false
	case !schema.ValidName(name):
		bad = "invalid_" + strconv.Itoa(r.number)
		im.failRow(r, CodeBadName, "name", fmt.Sprintf("%q is not a name", name), "a letter or _, then letters, digits, _ - or .")
	case strings.EqualFold(name, "meta") && len(top.path) == len("/data"):
		im.failRow(r, CodeReserved, "name", "the name meta is reserved", "take another name")
	}
	if bad != "" {
		return bad, false
	}
	if other, twice := top.names[strings.ToLower(name)]; twice {
		if other == name {
			im.failRow(r, CodeDuplicateName, "name", fmt.Sprintf("the name %s is given twice in this group", name), "names in one group have to differ")
			return name + "_row_" + strconv.Itoa(r.number), false
		}
		im.warnRow(r, WarnCase, "name", fmt.Sprintf("the names %s and %s differ only by case", other, name), "")
	}
	top.names[strings.ToLower(name)] = name
	return name, true
}

// item reads the columns that all items have.
func (im *importer) item(r row, d declared) schema.Item {
	t := im.survey
	logic := func(key string) string { return im.logic(t.at(r, key)) }
	it := schema.Item{
		Kind: d.kind,
		Text: im.textOf(t, r, "label"), Hint: im.textOf(t, r, "hint"), Guidance: im.textOf(t, r, "guidance_hint"),
		Relevant: logic("relevant"), Required: logic("required"), RequiredText: im.textOf(t, r, "required_message"),
		Constraint: logic("constraint"), ConstText: im.textOf(t, r, "constraint_message"),
		Calculation: whole(logic("calculation")), ChoiceFilter: logic("choice_filter"), ReadOnly: logic("read_only"),
		Default: im.logic(t.at(r, "default")), Appearance: t.at(r, "appearance"), Trigger: t.at(r, "trigger"),
		Media: im.media(t, r), Parameters: im.parameters(r, d),
	}
	if d.kind == schema.Date {
		it.Default = strings.TrimSuffix(it.Default, " 00:00:00") // a cell that holds a date
	}
	if d.kind == schema.Repeat {
		it.RepeatCount = logic("repeat_count")
	}
	if d.kind == schema.Note || d.kind.Metadata() {
		it.Constraint, it.ConstText = "", nil
	}
	switch t.at(r, "bind::type") {
	case "int", "integer":
		it.Stored = schema.Integer
	case "decimal":
		it.Stored = schema.Decimal
	}
	if it.Kind == schema.TextKind && it.Stored != "" {
		it.Kind, it.Stored = it.Stored, ""
	}
	if it.Kind != schema.Calculate {
		it.Stored = ""
	}
	if d.tags {
		im.warnRow(r, WarnIgnored, "type", "osm tags are not asked for", "")
	}
	if it.Kind == schema.SimSerial || it.Kind == schema.SubscriberID {
		im.warnRow(r, WarnDeprecated, "type", "phones no longer give out "+string(it.Kind), "delete the row")
	}
	return it
}

// whole turns the words yes and no, which may stand for a whole cell, into truths.
func whole(s string) string {
	switch s {
	case "yes", "Yes", "YES", "true", "True", "TRUE":
		return "true()"
	case "no", "No", "NO", "false", "False", "FALSE":
		return "false()"
	}
	return s
}

// logic puts /data in place of the name of the root.
func (im *importer) logic(s string) string {
	if im.root != nil && strings.Contains(s, "/") {
		return im.root.ReplaceAllString(s, "${1}/data")
	}
	return s
}

func (im *importer) background(r row) bool {
	return strings.EqualFold(im.survey.at(r, "type"), "background-geopoint")
}

// labelled checks that a person sees something, and hides what only computes.
func (im *importer) labelled(it *schema.Item, r row) {
	shown := len(it.Text) > 0 || len(it.Hint) > 0 || len(it.Media) > 0
	switch {
	case it.Kind == schema.Calculate:
		if it.Calculation == "" && !expr.Computed(it.Default) && !im.background(r) {
			im.failRow(r, CodeNoCalculation, "calculation", fmt.Sprintf("the calculate %s has no calculation", it.Name), "")
		}
	case it.Kind == schema.Hidden || it.Kind.Metadata() || shown || strings.HasPrefix(it.Name, labelsRow):
	case it.Calculation != "" || it.Trigger != "":
		switch it.Kind {
		case schema.Integer, schema.Decimal:
			it.Stored = it.Kind
		}
		it.Kind, it.List, it.ChoiceFilter, it.Parameters = schema.Calculate, "", "", nil
	case built[strings.ToLower(im.survey.at(r, "type"))].hint != "":
		it.Hint = schema.Text{im.languages[0].tag: {Text: built[strings.ToLower(im.survey.at(r, "type"))].hint}}
	default:
		im.failRow(r, CodeNoLabel, "label", fmt.Sprintf("the question %s has no label and no hint", it.Name), "")
	}
}

// count gives a repeat_count that is not one reference a question of its own, as pyxform does, so that
// the number of instances stands in the data.
func (im *importer) count(top *frame, it *schema.Item, r row) {
	name := it.Name + "_count"
	if it.RepeatCount == "" || oneReference.MatchString(it.RepeatCount) {
		return
	}
	if _, taken := top.names[strings.ToLower(name)]; taken {
		return
	}
	top.names[strings.ToLower(name)] = name
	im.rowOf[top.path+schema.Path("/"+name)] = origin{im.survey, r.number, false}
	top.item.Items = append(top.item.Items, schema.Item{Name: name, Kind: schema.Calculate, Calculation: it.RepeatCount})
	it.RepeatCount = "../" + name
}

var oneReference = regexp.MustCompile(`^\$\{[^}]*\}$`)

// meta puts an item into the group meta at the end, where XForms has what belongs to the interview and
// not to a question.
func (im *importer) meta(it schema.Item) {
	im.metadata.Name, im.metadata.Kind = "meta", schema.Group
	im.metadata.Items = append(im.metadata.Items, it)
}

// settingRow is a row of old workbooks that holds a setting: its type says which, its name the value.
func (im *importer) settingRow(r row, key string) {
	value := im.survey.at(r, "name")
	switch key {
	case "form_id":
		im.q.ID = value
	case "form_title":
		im.title = value
	}
	im.warnRow(r, WarnStyle, "type", "a setting among the questions", "settings stand in the sheet settings")
}
