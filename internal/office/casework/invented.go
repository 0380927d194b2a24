package casework

import (
	"fmt"
	"log/slog"
	"time"

	"leeward/internal/screening"
)

// Invented is a case of a demonstration: nobody in it is real. It has no sealed payload.
type Invented struct {
	Interview screening.Interview
	Needs     []Need // still open ones; older cases have none
	Met       []Need // those that somebody has seen to
	Signs     []Sign
	Child     bool
	Phone     Phone
	Quiet     bool
	Status    CaseStatus
	Owned     bool // by whoever fills the office
	Received  time.Time
	Facts     Facts
}

// Format prints nothing of the case.
func (i Invented) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[invented]") }

// LogValue keeps invented people out of logs as if they were real.
func (i Invented) LogValue() slog.Value { return slog.StringValue("[invented]") }
