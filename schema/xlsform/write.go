package xlsform

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"leeward/schema"
)

// Write makes an XLSForm workbook of a questionnaire, so that nobody is locked in. What XLSForm has no
// column for (stages, sensitivity, alerts, indicators, gates) stands in columns that begin with
// "leeward_", which other programs pass over.
func Write(q *schema.Questionnaire) ([]byte, error) {
	w := &writer{q: q, tables: map[string]*grid{}}
	for _, p := range q.Parameters {
		w.parameter(p)
	}
	for _, name := range labelled(q.Items) {
		w.label(name)
	}
	for i := range q.Items {
		w.item(&q.Items[i])
	}
	for i := range q.Choices {
		w.list(&q.Choices[i])
	}
	w.settings()
	book := excelize.NewFile()
	defer book.Close()
	if err := book.SetSheetName("Sheet1", "survey"); err != nil {
		return nil, fmt.Errorf("write workbook: %w", err)
	}
	for _, name := range []string{"survey", "choices", "settings"} {
		if err := w.sheet(name).put(book, name); err != nil {
			return nil, fmt.Errorf("write sheet %s: %w", name, err)
		}
	}
	b, err := book.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("write workbook: %w", err)
	}
	return b.Bytes(), nil
}

// grid is a sheet that is being written: columns in the order in which they are first needed.
type grid struct {
	columns []string
	rows    []map[string]string
}

func (g *grid) add() map[string]string {
	r := map[string]string{}
	g.rows = append(g.rows, r)
	return r
}

// set fills a cell; blanks make no column.
func (g *grid) set(r map[string]string, column, value string) {
	if value == "" {
		return
	}
	if !slices.Contains(g.columns, column) {
		g.columns = append(g.columns, column)
	}
	r[column] = value
}

func (g *grid) put(book *excelize.File, name string) error {
	if _, err := book.NewSheet(name); err != nil {
		return err
	}
	s, err := book.NewStreamWriter(name)
	if err != nil {
		return err
	}
	line := func(n int, cell func(column string) string) error {
		out := make([]any, len(g.columns))
		for i, c := range g.columns {
			if v := cell(c); v != "" {
				out[i] = v
			}
		}
		return s.SetRow(fmt.Sprintf("A%d", n), out)
	}
	if err := line(1, func(c string) string { return c }); err != nil {
		return err
	}
	for i, r := range g.rows {
		if err := line(i+2, func(c string) string { return r[c] }); err != nil {
			return err
		}
	}
	return s.Flush()
}

type writer struct {
	q      *schema.Questionnaire
	tables map[string]*grid
}

func (w *writer) sheet(name string) *grid {
	g, ok := w.tables[name]
	if !ok {
		g = &grid{}
		switch name {
		case "survey":
			g.columns = []string{"type", "name"}
		case "choices":
			g.columns = []string{"list_name", "name"}
		}
		w.tables[name] = g
	}
	return g
}

// text writes a text into one column for each language. Its forms for women and men, as listeners or as
// speakers, have no column in XLSForm and get one of ours, such as "leeward_label_f::العربية (ar)".
func (w *writer) text(g *grid, r map[string]string, column string, t schema.Text) {
	for _, l := range w.q.Languages {
		g.set(r, column+w.suffix(l), t[l.Tag].Text)
		for _, form := range slices.Sorted(maps.Keys(t[l.Tag].Forms)) {
			g.set(r, ours+strings.TrimPrefix(column, ours)+"_"+form+w.suffix(l), t[l.Tag].Forms[form])
		}
	}
}

// ours begins the columns that hold what XLSForm has no column for.
const ours = "leeward_"

func (w *writer) suffix(l schema.Language) string {
	if len(w.q.Languages) == 1 && l.Tag == undetermined {
		return ""
	}
	return "::" + w.header(l)
}

func (w *writer) header(l schema.Language) string {
	if strings.HasPrefix(string(l.Tag), undetermined) {
		return l.Name
	}
	return fmt.Sprintf("%s (%s)", l.Name, l.Tag)
}

func (w *writer) settings() {
	g := w.sheet("settings")
	r := g.add()
	g.set(r, "form_title", w.q.Title[w.q.Source].Text)
	g.set(r, "form_id", w.q.ID)
	g.set(r, "version", w.q.Version)
	g.set(r, "style", w.q.Style)
	if slices.ContainsFunc(w.q.Choices, func(l schema.ChoiceList) bool { return l.Duplicates }) {
		g.set(r, "allow_choice_duplicates", "yes")
	}
	if len(w.q.Languages) > 1 || w.q.Source != undetermined {
		g.set(r, "default_language", w.header(w.q.Languages[0]))
	}
	if c := w.q.Consent; c != nil {
		g.set(r, "leeward_consent", string(c.Agree))
		g.set(r, "leeward_consent_yes", strings.Join(c.Yes, " "))
		g.set(r, "leeward_keep", string(c.Keep))
		g.set(r, "leeward_tally", strings.Join(c.Tally, " "))
	}
	for _, it := range w.q.Items {
		if it.Name != "meta" {
			continue
		}
		for _, inner := range it.Items {
			if inner.Name == "instanceName" {
				g.set(r, "instance_name", inner.Calculation)
			}
		}
	}
}

func (w *writer) list(l *schema.ChoiceList) {
	if l.File != "" {
		return
	}
	g := w.sheet("choices")
	for i := range l.Choices {
		c := &l.Choices[i]
		r := g.add()
		g.set(r, "list_name", l.Name)
		g.set(r, "name", c.Name)
		w.text(g, r, "label", c.Label)
		for _, kind := range slices.Sorted(maps.Keys(c.Media)) {
			w.text(g, r, "media::"+kind, c.Media[kind])
		}
		for _, column := range slices.Sorted(maps.Keys(c.Columns)) {
			g.set(r, column, c.Columns[column])
		}
		g.set(r, "leeward_alert", c.Alert)
		var marks []string
		for _, m := range c.Indicators {
			marks = append(marks, m.ID+"="+m.As)
		}
		g.set(r, "leeward_indicators", strings.Join(marks, " "))
	}
}

// parameter writes what an office fills in as a calculate of that name, so that ${office.name} in a text
// means something to every program; its wordings stand beside it.
func (w *writer) parameter(p schema.Parameter) {
	g := w.sheet("survey")
	r := g.add()
	g.set(r, "type", "calculate")
	g.set(r, "name", officeParameter+p.Name)
	g.set(r, "calculation", "'"+strings.ReplaceAll(p.Default[w.q.Source].Text, "'", "’")+"'")
	w.text(g, r, "leeward_default", p.Default)
}

// label writes the label of a choice, which our texts hold as ${choice.name}, as a calculation of that name.
func (w *writer) label(name string) {
	g := w.sheet("survey")
	r := g.add()
	g.set(r, "type", "calculate")
	g.set(r, "name", choiceLabel+name)
	g.set(r, "calculation", fmt.Sprintf("jr:choice-name(${%s}, '${%s}')", name, name))
}

// labelled lists the questions whose choice some text holds.
func labelled(items []schema.Item) (names []string) {
	for i := range items {
		for _, t := range []schema.Text{items[i].Text, items[i].Hint, items[i].Guidance, items[i].ChildText} {
			for _, w := range t {
				for _, m := range referenced.FindAllStringSubmatch(w.Text, -1) {
					if name, ok := strings.CutPrefix(m[1], choiceLabel); ok && !slices.Contains(names, name) {
						names = append(names, name)
					}
				}
			}
		}
		for _, name := range labelled(items[i].Items) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

func (w *writer) item(it *schema.Item) {
	if it.Name == "meta" && it.Kind == schema.Group {
		for i := range it.Items {
			if it.Items[i].Kind == schema.Audit {
				w.item(&it.Items[i])
			}
		}
		return
	}
	g := w.sheet("survey")
	r := g.add()
	edge := it.Kind == schema.Group || it.Kind == schema.Repeat
	kind := string(it.Kind)
	if edge {
		kind = "begin_" + kind
	}
	g.set(r, "type", w.typed(it, kind))
	g.set(r, "name", it.Name)
	w.text(g, r, "label", it.Text)
	w.text(g, r, "hint", it.Hint)
	w.text(g, r, "guidance_hint", it.Guidance)
	w.logic(g, r, it)
	if edge {
		for i := range it.Items {
			w.item(&it.Items[i])
		}
		g.set(g.add(), "type", "end_"+string(it.Kind))
	}
}

func (w *writer) typed(it *schema.Item, kind string) string {
	if it.List == "" {
		return kind
	}
	for _, l := range w.q.Choices {
		if l.Name == it.List && l.File != "" {
			return kind + "_from_file " + l.File
		}
	}
	return kind + " " + it.List
}

func (w *writer) logic(g *grid, r map[string]string, it *schema.Item) {
	for column, source := range it.Logic() {
		g.set(r, column, *source)
	}
	g.set(r, "appearance", it.Appearance)
	g.set(r, "leeward_stage", string(it.Stage))
	g.set(r, "leeward_sensitivity", string(it.Sensitivity))
	g.set(r, "leeward_code", it.Code)
	switch it.Stored {
	case schema.Integer:
		g.set(r, "bind::type", "int")
	case schema.Decimal:
		g.set(r, "bind::type", "decimal")
	}
	w.text(g, r, "required_message", it.RequiredText)
	w.text(g, r, "constraint_message", it.ConstText)
	for _, kind := range slices.Sorted(maps.Keys(it.Media)) {
		w.text(g, r, "media::"+kind, it.Media[kind])
	}
	var parameters []string
	for _, key := range slices.Sorted(maps.Keys(it.Parameters)) {
		parameters = append(parameters, key+"="+it.Parameters[key])
	}
	g.set(r, "parameters", strings.Join(parameters, " "))
	if it.Gate != nil {
		g.set(r, "leeward_gate", it.Gate.Do+": "+it.Gate.When)
		w.text(g, r, "leeward_gate_text", it.Gate.Text)
	}
	w.text(g, r, "leeward_child_text", it.ChildText)
}
