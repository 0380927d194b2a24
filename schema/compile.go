package schema

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"leeward/schema/expr"
)

// CompileError is one mistake in the logic of a questionnaire. Member is the JSON member (XLSForm's
// column), Offset counts runes in it, Suggest is what the author probably meant.
type CompileError struct {
	Path    Path
	Member  string
	Offset  int
	Message string
	Suggest string
}

// Error returns "/data/g/q relevant at 4: message; did you mean ${age}?".
func (e *CompileError) Error() string {
	s := string(e.Path)
	if e.Member != "" {
		s += " " + e.Member
	}
	if e.Offset > 0 {
		s += fmt.Sprintf(" at %d", e.Offset)
	}
	if s += ": " + e.Message; e.Suggest != "" {
		s += "; did you mean " + e.Suggest + "?"
	}
	return strings.TrimPrefix(s, ": ")
}

// CompileErrors are all mistakes of a questionnaire, in document order. [errors.As] finds the first
// *[CompileError] in it.
type CompileErrors []*CompileError

// Error returns one line for each mistake.
func (e CompileErrors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the mistakes.
func (e CompileErrors) Unwrap() []error {
	out := make([]error, len(e))
	for i, one := range e {
		out[i] = one
	}
	return out
}

// Remark is something legal in a questionnaire that its author may not have meant.
type Remark struct {
	Path    Path
	Member  string
	Offset  int
	Message string
}

// Compile parses every expression of q, resolves its names and finds the order of evaluation. It refuses
// unknown names, names that are not unique where they are used, expressions that do not parse and
// cycles, which it names. All mistakes are reported at once, as [CompileErrors]. It takes questionnaires
// that did not come from [Parse] too (an import), and does not repeat the checks of texts.
//
// q must not be changed afterwards.
func Compile(q *Questionnaire) (*Form, error) {
	n := countItems(q.Items)
	c := &compiler{
		Form: &Form{
			q: q, ref: q.Ref(), defs: make([]def, 0, n), slots: make(map[Path]int32, n), named: make(map[string][]int32, n),
			places: make([]place, 0, n), treated: none, address: none, templates: map[string]template{},
		},
		listOf: map[string]int32{}, targets: map[place]expr.Target{},
	}
	for i := range q.Choices {
		c.listOf[q.Choices[i].Name] = int32(i)
		c.lists = append(c.lists, newList(&q.Choices[i]))
		if n := len(c.lists[i].columns) - columnMore; n > maxColumns {
			c.refuse("", "choices", fmt.Sprintf("list %s has %d columns, more than %d", q.Choices[i].Name, n, maxColumns), "")
			return nil, c.errs
		}
	}
	c.collect(q.Items, none, "/data", nil, "")
	c.repeating = slices.ContainsFunc(c.defs, func(d def) bool { return d.item.Kind == Repeat })
	c.placeEverything()
	for s := range c.defs {
		c.choicesFromAnswers(int32(s))
	}
	for s := range c.defs {
		c.logic(int32(s))
		c.trigger(int32(s))
		c.parameters(int32(s))
	}
	c.allTexts()
	if len(c.errs) == 0 {
		c.sortVertices()
	}
	if len(c.errs) == 0 {
		c.findDependents()
	}
	if len(c.errs) > 0 {
		return nil, c.errs
	}
	return c.Form, nil
}

// Bounds that keep a hostile or broken questionnaire from taking minutes or gigabytes to refuse.
const (
	maxColumns   = 200 // of one choice list
	maxSuggested = 20  // mistakes for which a near name is looked up
)

// compiler builds a Form.
type compiler struct {
	*Form
	listOf  map[string]int32 // list name -> index in lists
	targets map[place]expr.Target
	errs    CompileErrors
}

func (c *compiler) refuse(p Path, member, message, suggest string) {
	c.errs = append(c.errs, &CompileError{Path: p, Member: member, Message: message, Suggest: suggest})
}

func countItems(items []Item) int {
	n := len(items)
	for i := range items {
		n += countItems(items[i].Items)
	}
	return n
}

// collect lists the items in document order, groups before what they hold.
func (c *compiler) collect(items []Item, parent int32, base Path, groups []Path, stage Stage) {
	for i := range items {
		it := &items[i]
		slot := int32(len(c.defs))
		d := def{item: it, path: base + Path("/"+it.Name), parent: parent, groups: groups, stage: stage, list: none, answers: none}
		if parent == none {
			d.stage = it.Stage
		}
		c.enchain(&d, slot)
		switch {
		case !ValidName(it.Name):
			c.refuse(d.path, "name", "not a name", "")
		case !it.Kind.known():
			c.refuse(d.path, "kind", fmt.Sprintf("unknown kind %q", string(it.Kind)), "")
		}
		if _, twice := c.slots[d.path]; twice {
			c.refuse(d.path, "name", "duplicate name in this group", "")
		}
		if it.Kind.chooses() && it.answerList() == "" {
			list, ok := c.listOf[it.List]
			if d.list = list; !ok {
				c.refuse(d.path, "list", fmt.Sprintf("no choice list %q", it.List), "")
				d.list = none
			}
		}
		c.slots[d.path] = slot
		c.named[it.Name] = append(c.named[it.Name], slot)
		c.defs = append(c.defs, d)
		if it.Name == treatedAsChild && (it.Kind == Calculate || it.Kind == Hidden) {
			c.treated = slot
		}
		if it.Name == addressForm && (it.Kind == Calculate || it.Kind == Hidden) {
			c.address = slot
		}
		if it.Kind.holdsItems() {
			inner := append(slices.Clone(groups), d.path)
			c.collect(it.Items, slot, d.path, inner, d.stage)
		}
		c.defs[slot].end = int32(len(c.defs))
	}
}

// enchain notes in which repeats an item lies, and its place among what their instances bring.
func (c *compiler) enchain(d *def, slot int32) {
	if d.parent != none {
		d.chain = c.defs[d.parent].chain
	}
	switch {
	case d.item.Kind == Repeat:
		d.chain = append(slices.Clone(d.chain), slot)
		d.block = []int32{slot}
	case len(d.chain) > 0:
		around := &c.defs[d.chain[len(d.chain)-1]]
		d.offset = int32(len(around.block))
		around.block = append(around.block, slot)
	}
}

// logic compiles the expressions of one item.
func (c *compiler) logic(slot int32) {
	d := &c.defs[slot]
	it := d.item
	d.relevant = c.condition(slot, "relevant", it.Relevant)
	d.required = c.condition(slot, "required", it.Required)
	d.readOnly = c.condition(slot, "read_only", it.ReadOnly)
	d.constraint = c.condition(slot, "constraint", it.Constraint)
	d.calculation = c.program(slot, "calculation", it.Calculation, none)
	switch {
	case it.ChoiceFilter == "":
	case d.list != none:
		d.filter = c.program(slot, "choice_filter", it.ChoiceFilter, d.list)
	case d.answers != none:
		d.filter = c.programIn(slot, "choice_filter", it.ChoiceFilter, &scope{c: c, slot: slot, list: none, instance: c.innermost(d.answers)})
	}
	if it.Kind == Repeat {
		d.count = c.program(slot, "repeat_count", it.RepeatCount, none)
	}
	if it.Default != "" && it.Dynamic() {
		d.initial = c.program(slot, "default", it.Default, none)
	}
	if it.Gate != nil {
		d.gate = c.condition(slot, "gate", it.Gate.When)
	}
	c.hasFilter = c.hasFilter || d.filter != nil || d.answers != none
}

// condition compiles a truth. Besides expressions, XLSForm takes the words yes and no for a whole cell.
func (c *compiler) condition(slot int32, member, src string) *expr.Program {
	switch strings.ToLower(strings.TrimSpace(src)) {
	case "":
		return nil
	case "yes", "true":
		src = "true()"
	case "no", "false":
		src = "false()"
	}
	p := c.program(slot, member, src, none)
	if p != nil && p.Bare() {
		c.remarks = append(c.remarks, Remark{
			c.defs[slot].path, member, 0,
			"a reference alone is true wherever there is any value, \"no\" and \"false\" included",
		})
	}
	return p
}

func (c *compiler) program(slot int32, member, src string, list int32) *expr.Program {
	return c.programIn(slot, member, src, &scope{c: c, slot: slot, list: list, instance: none})
}

func (c *compiler) programIn(slot int32, member, src string, in *scope) *expr.Program {
	if src == "" {
		return nil
	}
	path := c.defs[slot].path
	p, err := expr.Compile(src, in)
	if err != nil {
		out := &CompileError{Path: path, Member: member, Message: err.Error()}
		var at *expr.Error
		if errors.As(err, &at) {
			out.Offset, out.Message, out.Suggest = at.Offset, at.Message, at.Suggest
		}
		c.errs = append(c.errs, out)
		return nil
	}
	for _, r := range p.Remarks() {
		c.remarks = append(c.remarks, Remark{path, member, r.Offset, r.Message})
	}
	return p
}

// Dynamic reports whether the default is an expression, worked out once, and not a literal, as pyxform
// tells them apart: a date is a literal even though it could be computed ("2024-01-05" is no subtraction).
func (it *Item) Dynamic() bool {
	if date, _, _ := strings.Cut(it.Default, "T"); expr.ValidDate(date) {
		return false
	}
	return expr.Computed(it.Default)
}
