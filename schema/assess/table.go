package assess

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed indicators.txt
var table string

// Strength is how much an indicator weighs in a list.
type Strength string

// The strengths. Absent is an indicator that a list does not have.
const (
	Strong Strength = "strong"
	Medium Strength = "medium"
	Weak   Strength = "weak"
	Absent Strength = ""
)

// ListID names one of the four lists.
type ListID string

// The lists.
const (
	AdultLabour ListID = "adult_labour"
	ChildLabour ListID = "child_labour"
	AdultSexual ListID = "adult_sexual"
	ChildSexual ListID = "child_sexual"
)

var lists = [...]ListID{AdultLabour, ChildLabour, AdultSexual, ChildSexual}

// Verified reports whether the strengths of a list were checked against a source. What is not must say so
// wherever it is shown, and must not be called ILO's.
func (l ListID) Verified() bool { return l == AdultLabour || l == ChildLabour }

// dimensions in the order of the brochure: the first three are about recruitment.
var dimensions = [...]string{"dr", "cr", "av", "ex", "cd", "vd"}

// indicator is one row of the table.
type indicator struct {
	id        string
	dimension string
	strength  map[ListID]Strength
}

var indicators = sync.OnceValue(func() (all []indicator) {
	strengths := map[byte]Strength{'S': Strong, 'M': Medium, 'W': Weak, '-': Absent}
	for line := range strings.Lines(table) {
		id, row, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || strings.HasPrefix(line, "#") || len(row) != len(lists) {
			continue
		}
		dimension, _, _ := strings.Cut(id, ".")
		one := indicator{id: id, dimension: dimension, strength: map[ListID]Strength{}}
		for i, list := range lists {
			one.strength[list] = strengths[row[i]]
		}
		all = append(all, one)
	}
	return all
})

// Positive is the dimension rule: two strong, or one strong and one other, or three medium, or two medium
// and one weak (ILO brochure p. 3, as cited by a secondary source).
func Positive(strong, medium, weak int) bool {
	switch {
	case strong >= 2, strong == 1 && medium+weak >= 1, medium >= 3, medium == 2 && weak >= 1:
		return true
	}
	return false
}
