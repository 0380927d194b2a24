package schema

import (
	"fmt"
	"io"
	"iter"
	"log/slog"
	"slices"
	"strings"
)

// State is what follows from a set of answers. It is immutable and safe for concurrent use.
//
// A State is personal data: every way of printing it gives "[state]".
type State struct {
	form      *Form
	env       Env
	cells     []cell    // by node
	remaining [][]int32 // rows that a choice_filter left, by node
	*shape
}

// shape is which instances there are. It is made once in an evaluation; States that follow from one another
// share it until an instance comes or goes.
type shape struct {
	instances []instance         // what the nodes after the slots are
	inside    map[within][]int32 // the instances of each repeat
	byPath    map[Path]int32     // nodes inside repeats
	counts    map[Path]tally
}

// Reason says what is wrong with an answer.
type Reason string

// The reasons, in the order in which they are looked for.
const (
	BadKind       Reason = "kind"       // not a value of this kind, or no such question
	BadChoice     Reason = "choice"     // not among the choices, twice, or beside a choice that stands alone
	BadConstraint Reason = "constraint" // the constraint does not hold
	BadRequired   Reason = "required"   // neither a value nor a missing reason
)

// Problem is what is wrong with the answer to one question. Text is the author's message in the language
// of the Env, with no text where the author gave none.
type Problem struct {
	Path   Path
	Reason Reason
	Text   Shown
}

// Node is everything about one item at this point of the interview.
type Node struct {
	Path     Path
	Item     *Item
	Relevant bool
	Required bool
	ReadOnly bool
	Answer   Answer   // as it counts now: computed, without choices that went away; zero if not relevant
	Choices  []Choice // what is offered, after the filter
	Problem  *Problem
	Stage    Stage
	Groups   []Path // the groups around it, outermost first
}

// Alert is an urgent need that a chosen choice stands for. It opens the action card, whatever else was
// answered.
type Alert struct {
	Kind  string // "safety", "health", …
	Level string // "red" or "amber"
	Path  Path
}

// Mark links a chosen choice to an indicator. It concludes nothing.
type Mark struct {
	Indicator string
	As        string // "present" or "possible"
	Path      Path
	Choice    string
}

// OpenGate is a gate whose condition holds.
type OpenGate struct {
	Path Path
	Do   string // "stop" or "warn"
	Text Shown
}

// Form returns the form that was evaluated.
func (s *State) Form() *Form { return s.form }

// Visible returns the relevant items that a person sees, in document order: questions and notes, neither
// groups nor calculations nor hidden items.
func (s *State) Visible() []Path {
	out := make([]Path, 0, len(s.cells)) // it is asked for after every answer, and thousands may be visible
	for n := range s.nodes() {
		k := s.def(n).item.Kind
		if s.cells[n].flags&isRelevant != 0 && (k.asked() || k == Note) {
			out = append(out, s.pathOf(n))
		}
	}
	return out
}

// Relevant reports whether the item at p, group or question, is relevant.
func (s *State) Relevant(p Path) bool {
	n, ok := s.find(p)
	return ok && s.cells[n].flags&isRelevant != 0
}

// Value returns the value that counts at p: "" where it is open, missing, unknown or not relevant.
func (s *State) Value(p Path) string {
	if n, ok := s.find(p); ok {
		return s.cells[n].value
	}
	return ""
}

// Node returns everything about the item at p, the zero Node for an unknown path.
func (s *State) Node(p Path) Node {
	n, ok := s.find(p)
	if !ok {
		return Node{}
	}
	return s.nodeAt(n, p)
}

func (s *State) nodeAt(n int32, p Path) Node {
	c, d := &s.cells[n], s.def(n)
	return Node{
		Path: p, Item: d.item, Stage: d.stage, Groups: s.groups(n),
		Relevant: c.flags&isRelevant != 0, Required: c.flags&isRequired != 0, ReadOnly: c.flags&isReadOnly != 0,
		Answer: c.answer(), Choices: s.choices(n), Problem: s.problemAt(n),
	}
}

// Overview walks every item and instance in document order, groups before what they hold.
func (s *State) Overview() iter.Seq2[Path, Node] {
	return func(yield func(Path, Node) bool) {
		for n := range s.nodes() {
			p := s.pathOf(n)
			if !yield(p, s.nodeAt(n, p)) {
				return
			}
		}
	}
}

func (c *cell) answer() Answer {
	a := Answer{Value: c.value, About: abouts[c.about]}
	if c.missing < unknownReason {
		a.Missing = reasons[c.missing]
	}
	return a
}

// groups returns the paths of what lies around a node, outermost first.
func (s *State) groups(n int32) []Path {
	d := s.def(n)
	if len(d.chain) == 0 {
		return d.groups
	}
	var out []Path
	for p := s.parentOf(n); p != none; p = s.parentOf(p) {
		out = append(out, s.pathOf(p))
	}
	slices.Reverse(out)
	return out
}

func (s *State) choices(n int32) []Choice {
	d := s.def(n)
	var out []Choice
	switch {
	case d.answers != none:
		for _, at := range s.remaining[n] {
			v := s.cells[at].value
			out = append(out, Choice{Name: v, Label: Text{s.form.q.Source: Wording{Text: v}}})
		}
	case d.list == none:
		return nil
	case d.filter == nil:
		out = s.form.lists[d.list].choices
	default:
		all := s.form.lists[d.list].choices
		out = make([]Choice, 0, len(s.remaining[n]))
		for _, row := range s.remaining[n] {
			out = append(out, all[row])
		}
	}
	return s.shuffled(n, out)
}

// Values returns the value of every relevant question and calculation, blanks included.
func (s *State) Values() map[Path]string {
	out := make(map[Path]string, len(s.cells))
	for n := range s.nodes() {
		if c := &s.cells[n]; c.flags&isRelevant != 0 && !s.def(n).item.Kind.holdsItems() {
			out[s.pathOf(n)] = c.value
		}
	}
	return out
}

// Kept returns the answers that count at the end: those of relevant questions, missing reasons included,
// without choices that a filter took away. Calculations are left out: they follow from the rest.
func (s *State) Kept() Answers {
	out := Answers{}
	for n := range s.nodes() {
		c, d := &s.cells[n], s.def(n)
		if c.flags&isRelevant == 0 || d.item.Kind == Calculate && d.calculation != nil {
			continue
		}
		if a := c.answer(); !a.IsZero() {
			out[s.pathOf(n)] = a
		}
	}
	s.keptCounts(out)
	return out
}

// Problems returns what stands against finishing, in document order.
func (s *State) Problems() []Problem {
	var out []Problem
	for n := range s.nodes() {
		if p := s.problemAt(n); p != nil {
			out = append(out, *p)
		}
	}
	return out
}

func (s *State) problemAt(n int32) *Problem {
	c := &s.cells[n]
	if c.problem == noProblem {
		return nil
	}
	reason := problems[c.problem]
	return &Problem{Path: s.pathOf(n), Reason: reason, Text: s.message(n, reason, s.env.Language)}
}

// message is what the author says about a problem.
func (s *State) message(n int32, reason Reason, lang Lang) (text Shown) {
	switch d := s.def(n); reason {
	case BadConstraint:
		text = s.show(n, d.item.ConstText, lang)
	case BadRequired:
		text = s.show(n, d.item.RequiredText, lang)
	}
	return text
}

// Message is the author's message about a problem in another language than the interview's: whoever leads the talk has
// to understand it. No text where the author gave none.
func (s *State) Message(p Problem, lang Lang) Shown {
	n, ok := s.find(p.Path)
	if !ok {
		return Shown{}
	}
	return s.message(n, p.Reason, lang)
}

// chosen calls fn for each choice that is chosen in a relevant question, in document order.
func (s *State) chosen(fn func(p Path, c *Choice)) {
	for n := range s.nodes() {
		d := s.def(n)
		if d.list == none || s.cells[n].value == "" {
			continue
		}
		l := s.form.lists[d.list]
		for name := range strings.FieldsSeq(s.cells[n].value) {
			if row, ok := l.index[name]; ok {
				fn(s.pathOf(n), &l.choices[row])
			}
		}
	}
}

// Alerts returns the urgent needs that were answered, red ones first, else in document order.
func (s *State) Alerts() []Alert {
	var out []Alert
	s.chosen(func(p Path, c *Choice) {
		level, kind, ok := c.alert()
		if a := (Alert{kind, level, p}); ok && !slices.Contains(out, a) {
			out = append(out, a)
		}
	})
	slices.SortStableFunc(out, func(a, b Alert) int { return strings.Compare(b.Level, a.Level) }) // "red" > "amber"
	return out
}

// Marks returns what the chosen choices say about indicators, in document order.
func (s *State) Marks() []Mark {
	var out []Mark
	s.chosen(func(p Path, c *Choice) {
		for _, m := range c.Indicators {
			out = append(out, Mark{m.ID, m.As, p, c.Name})
		}
	})
	return out
}

// Gates returns the gates whose condition holds, in document order, with what they say in the language of the Env. A
// gate of a question that is still open is never among them.
func (s *State) Gates() []OpenGate { return s.GatesIn(s.env.Language) }

// GatesIn is Gates in another language, such as the screener's.
func (s *State) GatesIn(lang Lang) []OpenGate {
	var out []OpenGate
	for n := range s.nodes() {
		if d := s.def(n); s.cells[n].flags&isGateOpen != 0 {
			out = append(out, OpenGate{s.pathOf(n), d.item.Gate.Do, s.show(n, d.item.Gate.Text, lang)})
		}
	}
	return out
}

// Format keeps answers out of every fmt verb.
func (s State) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[state]") }

// LogValue keeps answers out of logs.
func (s State) LogValue() slog.Value { return slog.StringValue("[state]") }

// Format names the question and the reason, which say something about the person only together with
// the questionnaire; never the answer or the text, which may quote it.
func (p Problem) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "[problem %s]", string(p.Reason)) }

// LogValue is Format for logs.
func (p Problem) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(p)) }

// Format keeps answers out of every fmt verb.
func (n Node) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[node]") }

// LogValue keeps answers out of logs.
func (n Node) LogValue() slog.Value { return slog.StringValue("[node]") }

// Format keeps what the person needs out of every fmt verb.
func (a Alert) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[alert]") }

// LogValue keeps what the person needs out of logs.
func (a Alert) LogValue() slog.Value { return slog.StringValue("[alert]") }

// Format keeps what was chosen out of every fmt verb.
func (m Mark) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[mark]") }

// LogValue keeps what was chosen out of logs.
func (m Mark) LogValue() slog.Value { return slog.StringValue("[mark]") }

// Format keeps what was answered out of every fmt verb.
func (g OpenGate) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[gate]") }

// LogValue keeps what was answered out of logs.
func (g OpenGate) LogValue() slog.Value { return slog.StringValue("[gate]") }
