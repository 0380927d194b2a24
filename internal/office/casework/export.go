package casework

import (
	"fmt"
	"log/slog"
	"time"

	"leeward/internal/screening"
)

// Told is one person as an export needs them: the newest interview of a case that stands by itself, and what the
// office found. It is personal data.
type Told struct {
	Case      CaseID
	Code      screening.RespondentCode // of the case
	Opened    time.Time                // when the office first knew of the person
	Finding   Finding
	Interview screening.Interview
}

// ToldQuery asks for people: those whom the office first knew of in [From, To), or one case by its code.
type ToldQuery struct {
	From, To time.Time
	Code     screening.RespondentCode
}

// Exported is one entry of the register of exports: what left the office, for what, and to whom. It names nobody who was
// interviewed.
type Exported struct {
	N       int64
	At      time.Time
	Actor   string
	Shape   string // how it was written: "htcds-json", …
	Scope   string // to what the people in it agreed
	People  int
	Sealed  bool
	Sum     [32]byte // SHA-256 of the file as it left
	Entry   uint64   // place in the log of the head of the audit log with this export
	Purpose string
	To      string // the person it was made for
	Key     string // the beginning of the recipient's key; "" for a file in clear
	Case    CaseID // of the one person in it; zero for many
}

// String is how the audit log names an export: everything but the case.
func (x Exported) String() string {
	how := "in clear"
	if x.Sealed {
		how = "sealed to " + x.Key
	}
	return fmt.Sprintf("%s, scope %s, %d people, for %s, %s, purpose: %s, sha256 %x", x.Shape, x.Scope, x.People, x.To, how, x.Purpose, x.Sum[:8])
}

// Format prints nothing of the person.
func (t Told) Format(s fmt.State, _ rune) { fmt.Fprintf(s, "[case %s]", t.Case) }

// LogValue keeps the person out of logs.
func (t Told) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(t)) }
