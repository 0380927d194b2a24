package xlsform

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"leeward/schema"
	"leeward/schema/expr"
)

// Options says what a workbook alone does not.
type Options struct {
	Name  string                           // the form_id where settings give none; "form" if blank
	Files func(name string) ([]byte, bool) // files beside the workbook: CSV lists; nil where there are none
}

// Import is what became of a workbook.
type Import struct {
	Questionnaire *schema.Questionnaire // nil where Errors has something
	Form          *schema.Form          // the same, compiled
	Errors        []Problem             // by sheet and row
	Warnings      []Problem             // by sheet and row
	Missing       []Untranslated        // texts that some language has not
	Languages     map[schema.Lang]string
}

// Err returns the errors as one error, or nil.
func (i *Import) Err() error {
	if len(i.Errors) == 0 {
		return nil
	}
	lines := make([]string, len(i.Errors))
	for n, p := range i.Errors {
		lines[n] = p.String()
	}
	return errors.New(strings.Join(lines, "\n"))
}

// importer reads one workbook.
type importer struct {
	*Import
	o Options
	q *schema.Questionnaire

	survey, choices, settings, external *table

	languages   []spoken
	tags        map[string]schema.Lang
	unnamed     string // the language of columns that name none
	rightToLeft map[schema.Lang]int

	lists    map[string]*schema.ChoiceList
	listed   []string // in the order of the sheet
	rowOf    map[schema.Path]origin
	metadata schema.Item // the group meta
	title    string
	repeat   map[string]bool
	root     *regexp.Regexp // absolute paths that begin with the name of the root in settings
}

// origin is where an item or a choice stands in the workbook.
type origin struct {
	table *table
	row   int
	typed bool // an error about its name, type or list was reported
}

func (o origin) sheet() string {
	if o.table == nil {
		return "survey"
	}
	return o.table.name
}

// Read imports a workbook. It never fails: what is wrong is in Errors.
func Read(file []byte, o Options) *Import {
	im := &importer{
		Import: &Import{Languages: map[schema.Lang]string{}}, o: o, tags: map[string]schema.Lang{}, rightToLeft: map[schema.Lang]int{},
		lists: map[string]*schema.ChoiceList{}, rowOf: map[schema.Path]origin{}, repeat: map[string]bool{},
	}
	sheets, names, err := open(file)
	if err != nil {
		im.fail(Problem(*err))
		return im.Import
	}
	im.spelling(sheets, names)
	if sheets["survey"] == nil || sheets["survey"].header == nil {
		im.fail(Problem{Code: CodeNoSurvey, Sheet: "survey", Message: "there is no sheet with the name survey, or it is blank", Hint: "the questions stand in a sheet named survey"})
		return im.Import
	}
	im.tables(sheets)
	im.questionnaire()
	im.finish()
	return im.Import
}

func (im *importer) fail(p Problem) { im.Errors = append(im.Errors, p) }
func (im *importer) warn(p Problem) { im.Warnings = append(im.Warnings, p) }

// spelling warns of sheets whose names are nearly those that XLSForm knows.
func (im *importer) spelling(sheets map[string]*sheet, names []string) {
	for _, want := range []string{"survey", "choices", "settings", "external_choices"} {
		if sheets[want] != nil {
			continue
		}
		for _, name := range names {
			low := strings.ToLower(strings.TrimSpace(name))
			if !strings.HasPrefix(low, "_") && !known[low] && expr.Nearest(low, []string{want}) != "" {
				im.warn(Problem{Code: WarnSheet, Sheet: name, Message: fmt.Sprintf("the sheet %q is not read", name), Hint: fmt.Sprintf("should it be %s? A name that begins with _ is left alone", want)})
			}
		}
	}
}

// tables understands the headers of all sheets.
func (im *importer) tables(sheets map[string]*sheet) {
	im.settings = im.newTable(sheets["settings"], settingsAliases)
	im.survey = im.newTable(sheets["survey"], surveyAliases)
	im.choices = im.newTable(sheets["choices"], choicesAliases)
	im.external = im.newTable(sheets["external_choices"], choicesAliases)
	if strings.EqualFold(im.setting("clean_text_values"), "no") {
		im.survey.clean, im.choices.clean = false, false
	}
	if !im.survey.has("type") {
		im.fail(Problem{Code: CodeNoColumn, Sheet: "survey", Row: 1, Column: "type", Message: "there is no column type", Hint: "the first row holds the names of the columns: type, name, label, …"})
	}
	if sheets["entities"] == nil || len(sheets["entities"].rows) == 0 {
		for _, r := range im.survey.rows {
			if im.survey.at(r, "save_to") != "" {
				im.failRow(r, CodeNotSupported, "save_to", "there is no sheet entities to save to", "clear the cell, or add the sheet")
			}
		}
	} else {
		im.warn(Problem{Code: WarnIgnored, Sheet: "entities", Message: "entities are not kept", Hint: "the answers themselves are"})
	}
	im.findLanguages(im.setting("default_language"))
}

// setting returns a cell of the sheet settings.
func (im *importer) setting(key string) string {
	if len(im.settings.rows) == 0 {
		return ""
	}
	return strings.TrimSpace(im.settings.text(im.settings.rows[0], key, ""))
}

// questionnaire reads the sheets.
func (im *importer) questionnaire() {
	q := &schema.Questionnaire{Format: schema.FormatV1, ID: im.setting("form_id"), Version: im.setting("version")}
	im.q = q
	if q.ID == "" {
		q.ID = im.o.Name
	}
	if q.ID == "" {
		q.ID = "form"
	}
	im.title = im.setting("form_title")
	q.Style = im.setting("style")
	if root := im.setting("name"); root != "" && root != "data" {
		im.root = regexp.MustCompile(`(^|[^\w\]\).}/-])/` + regexp.QuoteMeta(root) + `\b`)
	}
	im.readChoices(im.choices)
	im.readChoices(im.external)
	im.readSurvey()
	q.Consent = im.consent()
	im.describe(q)
	if im.title == "" {
		im.title = q.ID
	}
	q.Title = schema.Text{q.Source: {Text: strings.Map(printable, im.title)}}
	for _, l := range im.languages {
		im.Languages[l.tag] = l.name()
	}
	first := im.languages[0].name()
	q.Gaps = slices.ContainsFunc(im.Missing, func(u Untranslated) bool { return u.Language == first })
	for _, name := range im.listed {
		q.Choices = append(q.Choices, *im.lists[name])
	}
	if len(q.Items) == 0 && len(im.Errors) == 0 {
		im.fail(Problem{Code: CodeNoSurvey, Sheet: "survey", Message: "the sheet survey holds no question"})
	}
}

// consent reads where a questionnaire keeps its consent step; nil where the sheet does not say.
func (im *importer) consent() *schema.Consent {
	agree, keep := im.setting("leeward_consent"), im.setting("leeward_keep")
	if agree == "" && keep == "" {
		return nil
	}
	return &schema.Consent{
		Agree: im.named(agree), Yes: strings.Fields(im.setting("leeward_consent_yes")),
		Keep: im.named(keep), Tally: strings.Fields(im.setting("leeward_tally")),
	}
}

var consentColumns = map[string]string{
	"consent.agree": "leeward_consent", "consent.yes": "leeward_consent_yes", "consent.keep": "leeward_keep", "consent.tally": "leeward_tally",
}

// checkConsent refuses a consent step that is none: a question of another kind, or a choice that is not in its list.
func (im *importer) checkConsent() {
	if im.q.Consent == nil || len(im.Errors) > 0 {
		return
	}
	_, err := schema.Parse(im.q.Canonical())
	if wrong, ok := errors.AsType[*schema.ParseError](err); ok && strings.HasPrefix(wrong.Path, "consent.") {
		im.fail(Problem{Code: CodeReference, Sheet: "settings", Column: consentColumns[strings.SplitN(wrong.Path, "[", 2)[0]], Message: wrong.Message, Hint: wrong.Hint})
	}
}

// named returns the path of a question that a setting names, by its path or its name alone.
func (im *importer) named(name string) schema.Path {
	for _, path := range slices.Sorted(maps.Keys(im.rowOf)) {
		if name != "" && strings.HasSuffix(string(path), "/"+name) {
			return path
		}
	}
	return schema.Path(name)
}

// finish compiles the questionnaire, turns what that finds into problems with rows, and sorts them.
func (im *importer) finish() {
	form, err := im.compile()
	var mistakes schema.CompileErrors
	if errors.As(err, &mistakes) {
		for _, m := range mistakes {
			im.mistake(m)
		}
	}
	im.unread()
	im.triggers()
	if err == nil {
		im.checkConsent()
	}
	sortProblems(im.Errors)
	if len(im.Errors) == 0 && err == nil {
		im.Questionnaire, im.Form = im.q, form
		for _, r := range form.Remarks() {
			at := im.rowOf[r.Path]
			im.warn(Problem{WarnLogic, "survey", at.row, im.columnOf(at, r.Member), r.Message, ""})
		}
	}
	if len(im.Missing) > 0 {
		im.warn(Problem{Code: WarnTranslation, Message: fmt.Sprintf("%d texts are missing in some language", len(im.Missing)), Hint: "they are shown in another language, marked"})
	}
	sortProblems(im.Warnings)
}

func (im *importer) columnOf(at origin, member string) string {
	if at.table == nil {
		return member
	}
	return at.table.headerOf(member)
}

// members maps the members of a questionnaire to XLSForm's columns, where they differ.
var members = map[string]string{"text": "label", "guidance": "guidance_hint", "list": "type", "kind": "type"}

// mistake turns an error of the compiler into a problem.
func (im *importer) mistake(m *schema.CompileError) {
	at := im.rowOf[m.Path]
	member, _, _ := strings.Cut(m.Member, ".")
	member = strings.TrimSuffix(strings.SplitN(member, "[", 2)[0], ".")
	if at.typed && (member == "name" || member == "kind" || member == "list") {
		return
	}
	if key, ok := members[member]; ok {
		member = key
	}
	p := Problem{Code: CodeExpression, Sheet: at.sheet(), Row: at.row, Column: im.columnOf(at, member), Message: m.Message}
	if m.Offset > 0 {
		p.Message += fmt.Sprintf(" (character %d)", m.Offset+1)
	}
	switch {
	case strings.HasPrefix(m.Message, "cycle"):
		p.Code, p.Column = CodeCycle, ""
	case strings.Contains(m.Message, "${") || m.Member == "trigger":
		p.Code = CodeReference
	case member == "parameters":
		p.Code = CodeParameters
	case member == "name":
		p.Code = CodeDuplicateName
	}
	if m.Suggest != "" {
		p.Hint = "did you mean " + m.Suggest + "?"
	}
	im.fail(p)
}

func sortProblems(list []Problem) {
	order := []string{"", "settings", "survey", "choices", "external_choices"}
	slices.SortStableFunc(list, func(a, b Problem) int {
		if d := slices.Index(order, a.Sheet) - slices.Index(order, b.Sheet); d != 0 {
			return d
		}
		return a.Row - b.Row
	})
}
