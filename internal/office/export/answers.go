package export

import (
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"leeward/schema"
)

// Numbers that stand in a coded column where there is no value: why there is none. They are far from any answer.
var missingCodes = map[schema.Missing]int{
	schema.Declined: -9991, schema.DoesNotKnow: -9992, schema.NotAsked: -9993, schema.NotApplicable: -9994,
}

// manyChoices is from how many choices on a list is written as its first few instead of a column for each.
const (
	manyChoices = 40
	firstFew    = 3
)

// column is one variable of a questionnaire's data. Everything in it is a whole number, a decimal, or nothing.
type column struct {
	name   string // at most 32 letters, digits and _
	label  string
	path   schema.Path // of the question, without places of instances
	codes  []code      // of a coded variable, in the order of the list
	choice string      // one choice of several: 1 chosen, 0 not
	nth    int         // of a long list: the n-th that was chosen, from 1
	year   bool        // of a date
	rank   bool        // the place of choice in an order, from 1
}

// code is one value of a coded variable, with the choice that it stands for.
type code struct {
	n     int
	name  string
	label string
}

// sheet is one table: of the people, or of the instances of a repeat. A row begins with the number of the person,
// and in a repeat with the place of the instance.
type sheet struct {
	name    string
	repeat  schema.Path // "" for the people
	columns []column
	at      map[schema.Path][]int // places of the columns of a question
	rows    []row
}

// row is a line of CSV without the number of the person, which is given out at the end.
type row struct {
	person int
	cells  string
}

// Answers are the coded answers of one version of a questionnaire: no text, no name, no date finer than a year, no
// place from an open list.
type Answers struct {
	form   *schema.Form
	lang   schema.Lang
	sheets []*sheet
	people int
}

// Format prints nothing that was said.
func (a Answers) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[answers of people]") }

// LogValue keeps what was said out of logs.
func (a Answers) LogValue() slog.Value { return slog.StringValue("[answers of people]") }

// NewAnswers makes the tables of a questionnaire, with labels in a language where there are such.
func NewAnswers(form *schema.Form, lang schema.Lang) *Answers {
	a := &Answers{form: form, lang: lang, sheets: []*sheet{newSheet("answers", "")}}
	used := map[string]bool{"person": true, "place": true, "answers": true, "variables": true, "values": true, "reasons": true, "labelled": true, "as_factors": true}
	a.walk(form.Questionnaire().Items, "/data", a.sheets[0], used)
	return a
}

func newSheet(name string, repeat schema.Path) *sheet {
	return &sheet{name: name, repeat: repeat, at: map[schema.Path][]int{}}
}

func (a *Answers) walk(items []schema.Item, base schema.Path, into *sheet, used map[string]bool) {
	for i := range items {
		it := &items[i]
		path := base + schema.Path("/"+it.Name)
		switch it.Kind {
		case schema.Group:
			a.walk(it.Items, path, into, used)
		case schema.Repeat:
			inner := newSheet(unique(it.Name, used), path)
			a.sheets = append(a.sheets, inner)
			a.walk(it.Items, path, inner, used)
		default:
			into.add(a.columnsOf(it, path, used))
		}
	}
}

func (s *sheet) add(all []column) {
	for _, c := range all {
		s.at[c.path] = append(s.at[c.path], len(s.columns))
		s.columns = append(s.columns, c)
	}
}

// leavesOut says that an item is in no data set: text, names, where somebody is, who they are.
func leavesOut(it *schema.Item) bool {
	_, out := kept[it.Local]
	return out || it.Sensitivity == schema.Identity || it.Sensitivity == schema.Narrative || slices.Contains(leading, it.Local)
}

// columnsOf are the variables of a question; none where it is left out.
func (a *Answers) columnsOf(it *schema.Item, path schema.Path, used map[string]bool) []column {
	if leavesOut(it) {
		return nil
	}
	one := column{label: a.said(it.Text, it.Name), path: path}
	named := func(c column, name string) column { c.name = unique(name, used); return c }
	switch it.Kind {
	case schema.Integer, schema.Decimal, schema.Range:
		return []column{named(one, it.Name)}
	case schema.Calculate:
		if it.Stored == schema.Integer || it.Stored == schema.Decimal {
			return []column{named(one, it.Name)}
		}
	case schema.Date, schema.DateTime:
		one.year = true
		return []column{named(one, it.Name+"_year")}
	case schema.Acknowledge:
		one.codes = []code{{1, "OK", "OK"}}
		return []column{named(one, it.Name)}
	case schema.SelectOne, schema.SelectMultiple, schema.Rank:
		if a.form.Open(path) || len(a.form.Choices(path)) == 0 {
			return nil // what can be chosen is not known here: names of places, or of people
		}
		return a.chosen(it, one, named)
	}
	return nil
}

func (a *Answers) chosen(it *schema.Item, one column, named func(column, string) column) (all []column) {
	var codes []code
	for _, c := range a.form.Choices(one.path) {
		if !slices.ContainsFunc(codes, func(other code) bool { return other.name == c.Name }) { // a name may come twice in a list
			codes = append(codes, code{len(codes) + 1, c.Name, a.said(c.Label, c.Name)})
		}
	}
	question := one.label
	switch {
	case it.Kind == schema.SelectOne:
		one.codes = codes
		return []column{named(one, it.Name)}
	case it.Kind == schema.SelectMultiple && len(codes) > manyChoices:
		for n := range firstFew {
			one.codes, one.nth = codes, n+1
			all = append(all, named(one, fmt.Sprintf("%s_%d", it.Name, n+1)))
		}
		return all
	}
	for _, c := range codes {
		one.choice, one.rank, one.label = c.name, it.Kind == schema.Rank, c.label+": "+question
		if !one.rank {
			one.codes = []code{{0, "no", "not chosen"}, {1, "yes", "chosen"}}
		}
		all = append(all, named(one, it.Name+"_"+c.name))
	}
	return all
}

// said is a text in the language that was asked for, or in the one in which the questionnaire was written.
func (a *Answers) said(t schema.Text, otherwise string) string {
	for _, lang := range []schema.Lang{a.lang, a.form.Questionnaire().Source} {
		if w, ok := t[lang]; ok && w.Text != "" {
			return strings.Join(strings.Fields(w.Text), " ")
		}
	}
	return otherwise
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9_]+`)

// unique makes a name that R and Stata take, and that no other variable has.
func unique(name string, used map[string]bool) string {
	name = notInNames.ReplaceAllString(name, "_")
	if name == "" || name[0] >= '0' && name[0] <= '9' || name[0] == '_' {
		name = "v" + name
	}
	name = name[:min(len(name), 28)]
	out := name
	for n := 2; used[strings.ToLower(out)]; n++ {
		out = name + "_" + strconv.Itoa(n)
	}
	used[strings.ToLower(out)] = true
	return out
}

// Add puts the answers of one more person in.
func (a *Answers) Add(s *schema.State) {
	a.people++
	cells := map[*sheet]map[string][]string{} // by the place of the instance
	for path, n := range s.Overview() {
		if !n.Relevant || n.Answer.IsZero() {
			continue
		}
		pattern := path.WithoutIndexes()
		for _, into := range a.sheets {
			at := into.at[pattern]
			if len(at) == 0 {
				continue
			}
			if cells[into] == nil {
				cells[into] = map[string][]string{}
			}
			place := placeOf(path, into.repeat)
			if cells[into][place] == nil {
				cells[into][place] = make([]string, len(into.columns))
			}
			for _, i := range at {
				cells[into][place][i] = into.columns[i].cell(n.Answer)
			}
		}
	}
	for _, into := range a.sheets {
		if into.repeat == "" && cells[into] == nil {
			cells[into] = map[string][]string{"": make([]string, len(into.columns))}
		}
		for place, line := range cells[into] {
			if into.repeat != "" {
				line = append([]string{place}, line...)
			}
			into.rows = append(into.rows, row{a.people, strings.Join(line, ",")})
		}
	}
}

// placeOf is where in its repeats an instance stands: "2", or "1_2" for the second inside the first.
func placeOf(path, repeat schema.Path) string {
	if repeat == "" {
		return ""
	}
	var places []string
	for _, step := range strings.Split(string(path), "/") {
		if _, index, ok := strings.Cut(step, "["); ok {
			places = append(places, strings.TrimSuffix(index, "]"))
		}
	}
	return strings.Join(places, "_")
}

var plainNumber = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// cell is what stands in the column for an answer: a number or nothing, so that it can be neither text nor a formula.
func (c *column) cell(a schema.Answer) string {
	if n, is := missingCodes[a.Missing]; is {
		return strconv.Itoa(n)
	}
	chosen := strings.Fields(a.Value)
	switch {
	case c.rank:
		if i := slices.Index(chosen, c.choice); i >= 0 {
			return strconv.Itoa(i + 1)
		}
		return ""
	case c.choice != "":
		return map[bool]string{true: "1", false: "0"}[slices.Contains(chosen, c.choice)]
	case c.nth > 0:
		if c.nth > len(chosen) {
			return ""
		}
		return c.number(chosen[c.nth-1])
	case c.codes != nil:
		return c.number(a.Value)
	case c.year:
		return yearOf(a.Value)
	case plainNumber.MatchString(a.Value):
		return a.Value
	}
	return ""
}

func (c *column) number(name string) string {
	if i := slices.IndexFunc(c.codes, func(k code) bool { return k.name == name }); i >= 0 {
		return strconv.Itoa(c.codes[i].n)
	}
	return ""
}
