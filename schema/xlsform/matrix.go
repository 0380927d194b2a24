package xlsform

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"leeward/schema"
	"leeward/schema/expr"
)

// Matrix is the page on what of XLSForm is supported, in Markdown, made of the tables that the importer
// itself reads by. docs/xlsform.md is this text; a test compares them.
func Matrix() string {
	var b strings.Builder
	b.WriteString(matrixHead)
	b.WriteString("## Types\n\n| type | also written | what it is here |\n|---|---|---|\n")
	for _, f := range typeRows() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", f[0], f[1], f[2])
	}
	b.WriteString("\n## Columns of the sheet survey\n\n| column | also written |\n|---|---|\n")
	columns(&b, surveyColumns, surveyAliases)
	b.WriteString("\nWith `::language` each of " + quoted(translatable) + " is a column of its own for that language.\n")
	b.WriteString("\n## Columns of the sheets choices and external_choices\n\n| column | also written |\n|---|---|\n")
	columns(&b, []string{"list_name", "name", "label", "media::image", "media::big-image", "media::audio", "media::video"}, choicesAliases)
	b.WriteString("\nEvery further column whose name is a name can be used in a choice_filter.\n")
	b.WriteString("\n## Settings\n\n" + quoted(settingsColumns) + "\n\n" + consentNote)
	b.WriteString("\n## Functions\n\n" + quoted(expr.Functions()) + "\n")
	b.WriteString("\n## Refused by name\n\n| type | \n|---|\n")
	for _, r := range refusedTypes {
		fmt.Fprintf(&b, "| `%s` |\n", r)
	}
	writeDifferences(&b)
	writeCodes(&b)
	return b.String()
}

const matrixHead = `# What of XLSForm is supported

Made of the importer's own tables; ` + "`go test ./schema/xlsform -run TestMatrix -update`" + ` writes it anew. What the columns mean is
XLSForm's business (xlsform.org); where peers disagree on an expression, schema/FORMAT.md says what holds here and why.

` + "```" + `
leeward-office form lint FILE.xlsx              errors, warnings and missing translations, with sheet, row and column
leeward-office form preview FILE.xlsx -o P.html all questions in all languages on one page, for a review meeting
leeward-office form convert FILE.xlsx -o Q.json our JSON, and with -o FILE.xlsx back again
leeward-office form diff OLD NEW                what is new, changed or gone, and what becomes of drafts
leeward-office form run FILE.xlsx SCRIPT.json   answers by a script, and what is seen after each step
` + "```" + `

`

const consentNote = "`leeward_consent` names the select_one that asks for consent, `leeward_consent_yes` the choices that give it: without them " +
	"a questionnaire can be tried and not published to devices. `leeward_keep` and `leeward_tally` name, in the same way, the " +
	"question with which somebody asks only to be counted.\n"

var surveyColumns = []string{
	"type", "name", "label", "hint", "guidance_hint", "relevant", "required", "required_message", "constraint", "constraint_message",
	"calculation", "choice_filter", "default", "read_only", "repeat_count", "trigger", "parameters", "appearance", "bind::type",
	"media::image", "media::big-image", "media::audio", "media::video", "disabled",
}

var settingsColumns = []string{
	"form_title", "form_id", "version", "default_language", "instance_name", "style", "name", "allow_choice_duplicates", "clean_text_values",
	"leeward_consent", "leeward_consent_yes", "leeward_keep", "leeward_tally",
}

// refusedTypes are types of other programs, and those of XLSForm that are not carried over.
var refusedTypes = []string{"begin_kobomatrix", "begin_score", "begin_rank", "db:person", "tel", "select_one_with_other", "assign", "linked_table"}

func columns(b *strings.Builder, names []string, aliases map[string]string) {
	for _, name := range names {
		var also []string
		for _, alias := range slices.Sorted(maps.Keys(aliases)) {
			if aliases[alias] == name {
				also = append(also, alias)
			}
		}
		fmt.Fprintf(b, "| `%s` | %s |\n", name, quoted(also))
	}
}

func quoted(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = "`" + n + "`"
	}
	return strings.Join(out, ", ")
}

// typeRows lists each type with its aliases, the selects and groups first.
func typeRows() [][3]string {
	rows := [][3]string{
		{"begin_group … end_group", "`begin group`", "group"},
		{"begin_repeat … end_repeat", "`begin repeat`, `begin_lgroup`, `begin looped group`", "repeat"},
		{"begin_loop over L … end_loop", "`begin loop L`", "a group for each choice of the list"},
		{"select_one L", "`select one`, `select one from`, `select1`, `add select one prompt using`", "select_one"},
		{"select_multiple L", "`select multiple`, `select all that apply from`, `add select multiple prompt using`", "select_multiple"},
		{"select_one L or_other", "`or other`, `or specify other`", "a choice and a text more"},
		{"select_one_from_file F", "`select_multiple_from_file`; a file `.csv`, `.xml`, `.geojson`", "a file beside the workbook is read"},
		{"select_one_external L", "`select one external`", "choices of the sheet external_choices"},
		{"select_one ${question}", "", "choices are the answers of a repeat"},
		{"rank L", "", "rank"},
		{"osm L", "`osm`", "file"},
		{"csv-external", "`xml-external`", "a list for pulldata() and instance()"},
	}
	also := map[schema.Kind][]string{}
	for _, name := range slices.Sorted(maps.Keys(kinds)) {
		also[kinds[name]] = append(also[kinds[name]], name)
	}
	for _, kind := range slices.Sorted(maps.Keys(also)) {
		own := strings.ToLower(string(kind))
		names := slices.DeleteFunc(also[kind], func(n string) bool { return n == own })
		rows = append(rows, [3]string{string(kind), quoted(names), string(kind)})
	}
	return rows
}
