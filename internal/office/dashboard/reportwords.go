package dashboard

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"leeward/internal/office/casework"
	"leeward/internal/office/report"
	"leeward/schema"
	"leeward/schema/codes"
	"leeward/schema/instrument"
)

// leaf is a table of a release in the language of the pages.
func (d *Dashboard) leaf(b report.Book, t report.Table) report.Leaf {
	l := report.Leaf{Lang: d.words.Lang(), Heading: t.ID + " " + d.tableTitle(t), Notes: d.reportNotes(b, t), At: b.At}
	if t.Finding != "" {
		l.Heading += " (" + d.say("report.finding."+string(t.Finding)) + ")"
	}
	if t.Refused != "" {
		return l
	}
	for y, line := range t.Lines() {
		told := make([]string, len(line))
		for x, text := range line {
			told[x] = text
			if (x == 0) != (y == 0) { // names of rows and columns; the others are numbers
				told[x] = d.className(t, text, y == 0)
			}
		}
		l.Lines = append(l.Lines, told)
	}
	if len(l.Lines) > 0 {
		l.Lines[0][0] = d.say("report.row")
	}
	return l
}

func (d *Dashboard) tableTitle(t report.Table) string {
	if key := "report.table." + t.ID; d.words.Has(key) {
		return d.say(key)
	}
	return t.Title
}

// className says in words what a row or a column counts. A code that this program has no words for stands as it is.
func (d *Dashboard) className(t report.Table, code string, column bool) string {
	if slices.Contains([]casework.Finding{"possible", "actual", "undetermined", "not"}, casework.Finding(code)) {
		return d.say("case.finding." + code)
	}
	slug := strings.ReplaceAll(strings.ReplaceAll(code, ",", ""), " ", "_")
	id := classesOf(t.ID, column)
	for _, key := range []string{"class." + id + "." + slug, "class." + slug} {
		if d.words.Has(key) {
			return d.say(key)
		}
	}
	if n, numbered := strings.CutPrefix(code, "place "); numbered {
		return d.say("report.place", "n", n)
	}
	if list, choice := choiceOf(id, code); list != "" {
		return d.choiceName(list, choice)
	}
	switch {
	case column || code == "" || unicode.IsDigit(rune(code[0])):
		return code
	case t.ID == "T18":
		return d.languageName(schema.Lang(code))
	case t.ID == "T10":
		return code + " " + d.choiceName("/data/assessment/l2/g1_branch", code)
	}
	to, rest := strings.CutSuffix(code, report.Elsewhere)
	to, from, flow := strings.Cut(to, report.Origin)
	switch {
	case flow:
		return d.say("report.flow", "from", d.countryName(from), "to", d.countryName(to))
	case rest:
		return d.say("report.rest", "to", d.className(t, to, false))
	}
	return d.countryName(code)
}

// classesOf is the table whose classes the rows, or the columns, of a table are.
func classesOf(id string, column bool) string {
	switch {
	case id == "T11-type" && column:
		return "T9"
	case strings.HasPrefix(id, "T11-") && !column:
		return "T11"
	}
	return id
}

// choiceOf is the question of the screening interview, and the choice there, that a class of a table is called by.
func choiceOf(table, code string) (list schema.Path, choice string) {
	switch table {
	case "T9":
		if code == "forced_crime" {
			code = "crime"
		}
		return "/data/assessment/l2/l2_purpose", code
	case "T15-education":
		return "/data/about/d7", code
	case "T15-marital":
		return "/data/about/d8/d8_marital", code
	}
	return "", ""
}

var unanswered = sync.OnceValue(func() *schema.State { return instrument.Form().Evaluate(nil, schema.Env{}) })

// choiceName is a choice of the screening interview in the language of the pages, or else its code.
func (d *Dashboard) choiceName(list schema.Path, choice string) string {
	if shown := unanswered().ChoiceLabel(list, choice, schema.Lang(d.words.Lang())); shown.Text != "" {
		return shown.Text
	}
	return choice
}

func (d *Dashboard) countryName(code string) string {
	if c, ok := codes.CountryByCode(code); ok {
		name, _ := c.Name(d.words.Lang())
		return name
	}
	return code
}

// reportNotes say what the numbers of a table are, and are not (report.Book.Notes, in every language).
func (d *Dashboard) reportNotes(b report.Book, t report.Table) []string {
	of := d.say("report.of.all")
	if t.Finding != "" {
		of = d.say("report.finding." + string(t.Finding))
	}
	notes := []string{
		d.say("report.note.counted", "people", report.Told(t.People), "of", of, "from", b.From, "to", b.To),
		d.say("report.note.asked", "at", d.clock(b.At)),
		d.say("report.note.hidden", "most", b.K-1, "k", b.K),
		d.say("report.note.meaning"),
	}
	id, _, _ := strings.Cut(t.ID, "-") // two tables of the same people share what has to be said of them
	if key := "report.note." + id; t.Note != "" && d.words.Has(key) {
		notes = append(notes, d.say(key))
	}
	switch {
	case t.Refused != "" && t.People == report.Hidden:
		notes = append(notes, d.say("report.note.few", "k", b.K))
	case t.Refused != "":
		notes = append(notes, d.say("report.note.apart", "k", b.K))
	}
	return notes
}

// tableOptions are the tables of a book, each once.
func (d *Dashboard) tableOptions(b report.Book, chosen string) (all []option) {
	last := ""
	for _, one := range b.Tables {
		if one.ID != last {
			all = append(all, option{one.ID, one.ID + " " + d.tableTitle(one), one.ID == chosen})
		}
		last = one.ID
	}
	return all
}

func (d *Dashboard) findingOptions(chosen casework.Finding) (all []option) {
	for _, one := range report.Findings() {
		all = append(all, option{string(one), d.say("report.finding." + string(one)), one == chosen})
	}
	return all
}
