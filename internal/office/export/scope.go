package export

import (
	"slices"
	"strings"

	"leeward/schema"
)

// Scope is what the people of an export agreed to. Whoever did not is in none.
type Scope string

// Statistics is agreed to by question B5, once for everybody who counts: such an export is de-identified. Any other scope
// is a kind of helper that the person chose in question B4; such an export holds one person.
const Statistics Scope = "statistics"

// Scopes are those that an export can have. Police, embassies and families are left out: who tells them anything is a
// supervisor, by a referral, on the person's own initiative (field rule 10).
func Scopes() []Scope {
	return []Scope{Statistics, "health", "shelter", "psychosocial", "legal", "child_protection", "labour"}
}

// One reports whether the export holds one person, with a record that leads to them.
func (s Scope) One() bool { return s != Statistics }

// covers reports whether a person agreed. No answer is no, and so is a talk that was not agreed to, or of which nothing
// was to be kept.
func (s Scope) covers(st *schema.State) bool {
	if !agreedToBeKept(st) {
		return false
	}
	for path, n := range st.Overview() {
		switch {
		case !n.Relevant:
		case s == Statistics && path.Name() == "b5":
			return n.Answer.Value == "yes"
		case s != Statistics && path.Name() == "b4":
			chosen := strings.Fields(n.Answer.Value)
			return slices.Contains(chosen, string(s)) && !slices.Contains(chosen, "none")
		}
	}
	return false
}

// agreedToBeKept reports whether the person agreed to the talk, and that answers are kept.
func agreedToBeKept(s *schema.State) bool {
	c := s.Form().Questionnaire().Consent
	return c != nil && slices.Contains(c.Yes, s.Value(c.Agree)) && s.Value(c.Keep) != "" && !slices.Contains(c.Tally, s.Value(c.Keep))
}
