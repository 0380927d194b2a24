package schema

import (
	"maps"
	"slices"
	"strings"

	"leeward/schema/expr"
)

// Form is a compiled questionnaire. It is immutable and safe for concurrent use.
type Form struct {
	q         *Questionnaire
	ref       Ref
	defs      []def // in document order; the index is the item's slot
	slots     map[Path]int32
	named     map[string][]int32
	lists     []*list
	places    []place // what expr.Targets stand for; the first are the slots
	order     []vertex
	depend    dependents
	templates map[string]template // texts that hold ${…}
	treated   int32               // slot of treated_as_child, or none
	address   int32               // slot of address_form, or none
	hasFilter bool                // some choices are filtered, shuffled or answers of a repeat
	repeating bool                // there are repeats
	sources   []int32             // slots that set something off when they are answered
	keepers   []int32             // slots whose calculation keeps what it computed once
	remarks   []Remark
}

// none is the slot or list that does not exist.
const none int32 = -1

// treatedAsChild names the item that selects ChildText (FORMAT.md, Texts).
const treatedAsChild = "treated_as_child"

// addressForm names the item that selects among the Forms of a wording (FORMAT.md, Texts).
const addressForm = "address_form"

// def is one item with its logic compiled. A nil program is a column that was left blank.
type def struct {
	item   *Item
	path   Path
	parent int32
	end    int32 // the slot after everything inside
	groups []Path
	stage  Stage
	list   int32

	chain  []int32 // repeats around it, outermost first; a repeat is in its own chain
	offset int32   // its place in the block of the innermost repeat
	block  []int32 // repeat: the slots that each instance brings, itself first, without those of inner repeats

	relevant, required, readOnly, constraint *expr.Program
	calculation, filter, initial, gate       *expr.Program
	count                                    *expr.Program
	seed                                     *expr.Program // of the order of its choices

	answers  int32   // slot of the question in a repeat whose answers are the choices, or none
	triggers []int32 // what is worked out when this is answered
	scale    *scale  // of a range
}

// Questionnaire returns the definition; it must not be changed.
func (f *Form) Questionnaire() *Questionnaire { return f.q }

// Ref names the questionnaire.
func (f *Form) Ref() Ref { return f.ref }

// Remarks lists what is legal and probably not meant, in document order.
func (f *Form) Remarks() []Remark { return f.remarks }

// Item returns the item at p; the indexes of repeats in p do not matter.
func (f *Form) Item(p Path) (*Item, bool) {
	s, ok := f.slot(p)
	if !ok {
		return nil, false
	}
	return f.defs[s].item, true
}

// slot finds the item of a path with or without indexes.
func (f *Form) slot(p Path) (int32, bool) {
	s, ok := f.slots[p]
	if !ok && f.repeating {
		s, ok = f.slots[withoutIndexes(p)]
	}
	return s, ok
}

// WithoutIndexes names the question as the questionnaire does, whichever round of a repeat p lies in.
func (p Path) WithoutIndexes() Path { return withoutIndexes(p) }

// Name is the last part of the path: the question's own name, with the index of an instance where it has one.
func (p Path) Name() string { return string(p[strings.LastIndexByte(string(p), '/')+1:]) }

// withoutIndexes removes every [n].
func withoutIndexes(p Path) Path {
	var b strings.Builder
	for rest := string(p); ; {
		before, after, found := strings.Cut(rest, "[")
		b.WriteString(before)
		if !found {
			return Path(b.String())
		}
		_, rest, _ = strings.Cut(after, "]")
	}
}

// Paths returns every item in document order, groups before what they hold, without indexes.
func (f *Form) Paths() []Path {
	out := make([]Path, len(f.defs))
	for i := range f.defs {
		out[i] = f.defs[i].path
	}
	return out
}

// Stage returns the stage of the top-level group that holds p, or is p.
func (f *Form) Stage(p Path) Stage {
	if s, ok := f.slot(p); ok {
		return f.defs[s].stage
	}
	return ""
}

// Choices returns the choice list of the question at p, before any filter.
func (f *Form) Choices(p Path) []Choice {
	if s, ok := f.slot(p); ok && f.defs[s].list != none {
		return f.lists[f.defs[s].list].choices
	}
	return nil
}

// list is a choice list made ready for lookup. As a place it is a table: row 0… are the choices, column 0
// is the row itself, then name, label and the further columns.
type list struct {
	name    string
	file    string
	choices []Choice
	index   map[string]int32
	columns []string
	base    expr.Node // of row 0, column 0
	twice   bool      // names may come twice; index has the first
}

// itextID is the column that pyxform gives to translated choices, for jr:itext(): here it is the label.
const itextID = "itextId"

const (
	columnRow = iota
	columnName
	columnLabel
	columnMore
)

func newList(l *ChoiceList) *list {
	out := &list{name: l.Name, file: l.File, twice: l.Duplicates, choices: l.Choices, index: make(map[string]int32, len(l.Choices))}
	more := map[string]bool{}
	for i := range l.Choices {
		if _, ok := out.index[l.Choices[i].Name]; !ok {
			out.index[l.Choices[i].Name] = int32(i)
		}
		for name := range l.Choices[i].Columns {
			more[name] = true
		}
	}
	out.columns = append([]string{"", "name", "label"}, slices.Sorted(maps.Keys(more))...)
	return out
}

func (l *list) nodes() int { return len(l.choices) * len(l.columns) }

// at returns the node of a row and column.
func (l *list) at(row, column int) expr.Node {
	return l.base + expr.Node(row*len(l.columns)+column)
}
