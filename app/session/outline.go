package session

import (
	"fmt"
	"log/slog"

	"leeward/schema"
)

// Status is how a question stands in the outline.
type Status string

// The ways in which a question stands.
const (
	Open        Status = "open"
	Done        Status = "done"
	Missing     Status = "missing" // answered with a reason why there is no answer
	NotRelevant Status = "not_relevant"
)

// Entry is one question of the outline.
type Entry struct {
	Path     schema.Path
	Stage    schema.Stage
	Status   Status
	Required bool
}

// Format prints neither the question nor how it stands: what somebody declined says something about them.
func (e Entry) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[entry]") }

// LogValue keeps the person out of logs.
func (e Entry) LogValue() slog.Value { return slog.StringValue("[entry]") }

// Outline lists the questions for a list to jump from, document order, notes left out. Questions of the
// staff are in it only while their pages are open.
func (s *Session) Outline() (list []Entry) {
	for path, node := range s.state.Overview() {
		if !asks(node.Item.Kind) || node.Stage == schema.StageStaff && !s.staffOpen {
			continue
		}
		e := Entry{Path: path, Stage: node.Stage, Status: Done, Required: node.Required}
		switch a, _ := s.Standing(path); {
		case !node.Relevant:
			e.Status = NotRelevant
		case a.IsZero():
			e.Status = Open
		case a.Missing != "":
			e.Status = Missing
		}
		list = append(list, e)
	}
	return list
}

// asks reports whether items of the kind are questions to somebody.
func asks(k schema.Kind) bool {
	switch k {
	case schema.Group, schema.Repeat, schema.Note, schema.Calculate, schema.Hidden:
		return false
	}
	return !k.Metadata()
}
