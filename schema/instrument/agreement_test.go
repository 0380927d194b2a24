package instrument

import "testing"

// Where an agreement was heard and not read, somebody else heard it; for a child there is a ground beside the child's own
// agreement. Nobody else is asked for either (REQ-07, REQ-39).
func TestWitnessAndLegalBasis(t *testing.T) {
	adult := func(helps string) *interview {
		return agreed(begin(t).says("a1", "yes", "a2", "none", "a7", "adult", "a3", "none", "a5", "ar", "a9", helps))
	}
	adult("none").asked(false, "witness", "basis")
	heard := adult("audio")
	heard.asked(true, "witness")
	heard.asked(false, "basis")
	child := begin(t).says("a1", "yes", "a2", "guardian", "a7", "maybe", "a3", "none", "a5", "ar", "a9", "none")
	child.asked(false, "witness", "basis") // nobody agreed yet
	agreed(child).asked(true, "witness", "basis")
	child.says("witness", "guardian", "basis", "best_interests")
}

// Who has asked before, and when, is all that is taken down about an earlier talk (REQ-30).
func TestEarlierTalksOfOtherAgencies(t *testing.T) {
	i := begin(t).says("a1", "yes", "a2", "none", "a7", "adult", "a3", "none", "a5", "ar")
	i.asked(true, "a6_earlier")
	i.asked(false, "a6_earlier_when")
	i.says("a6_earlier", "none").asked(false, "a6_earlier_when")
	i.says("a6_earlier", "police ngo").asked(true, "a6_earlier_when")
	i.says("a6_earlier_when", "2026-02")
}
