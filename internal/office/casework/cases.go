package casework

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"leeward/internal/screening"
	"leeward/schema"
)

// CaseID names a case: what the office does for one person, over all their interviews.
type CaseID uuid.UUID

// DutyID names a duty.
type DutyID uuid.UUID

// NewCaseID makes an id that sorts after those made before it.
func NewCaseID() CaseID { return CaseID(uuid.Must(uuid.NewV7())) }

// NewDutyID makes an id for a duty.
func NewDutyID() DutyID { return DutyID(uuid.Must(uuid.NewV7())) }

// String returns the 36-character form.
func (id CaseID) String() string { return uuid.UUID(id).String() }

// String returns the 36-character form.
func (id DutyID) String() string { return uuid.UUID(id).String() }

// ParseCaseID reads the 36-character form; anything else is not found.
func ParseCaseID(s string) (CaseID, error) {
	id, err := uuid.Parse(s)
	if err != nil || len(s) != 36 {
		return CaseID{}, ErrNotFound
	}
	return CaseID(id), nil
}

// ParseDutyID reads the 36-character form; anything else is not found.
func ParseDutyID(s string) (DutyID, error) {
	id, err := ParseCaseID(s)
	return DutyID(id), err
}

// CaseStatus is how far the office is with a case. It is only ever added to: what it was stays in the events.
type CaseStatus string

// The states of a case (HTCDS cas_Status, and one for cases that became part of another).
const (
	CaseOpen     CaseStatus = "open"
	CaseFollowUp CaseStatus = "follow_up"
	CaseClosed   CaseStatus = "closed"
	CaseReferred CaseStatus = "referred" // closed, and in others' hands
	CaseMerged   CaseStatus = "merged"
)

// CaseStatuses are the states that a person may choose.
func CaseStatuses() []CaseStatus {
	return []CaseStatus{CaseOpen, CaseFollowUp, CaseClosed, CaseReferred}
}

// Over reports whether nothing more was to be done: the case is closed, here or in others' hands.
func (s CaseStatus) Over() bool { return s == CaseClosed || s == CaseReferred }

// Phone says whether the person may be called.
type Phone string

// What is known about a phone. Unknown is treated as unsafe.
const (
	PhoneUnknown Phone = "unknown"
	PhoneSafe    Phone = "safe"
	PhoneUnsafe  Phone = "unsafe"
)

// Finding is what people of the office found, on reasonable grounds. A score never sets one, and "not" holds only
// when a second person has read and agreed.
type Finding string

// The findings.
const (
	FindingOpen         Finding = ""
	FindingPossible     Finding = "possible"
	FindingActual       Finding = "actual"
	FindingUndetermined Finding = "undetermined"
	FindingNot          Finding = "not"
)

// Case is one case as a list shows it: neutral codes, times and levels.
type Case struct {
	ID      CaseID
	Code    screening.RespondentCode
	Status  CaseStatus
	Opened  time.Time
	Changed time.Time
	Version int64
	Owner   Person    // zero where nobody has taken it
	Level   string    // of the most urgent open duty: Red, Amber or ""
	Since   time.Time // since when that duty waits; zero where none is open
	Due     time.Time // when the next duty has to be done; zero where none is open
	Lang    schema.Lang
	Child   bool // treated as a child: age in doubt counts
	Phone   Phone
	Quiet   bool // do not contact
	Finding Finding
	Into    CaseID // the case that this one became part of; zero where it stands by itself
	Needs   []Need // open ones, red first
}

// DutyKind says what a duty is.
type DutyKind string

// The kinds of duty.
const (
	DutyNeed     DutyKind = "need"
	DutyTask     DutyKind = "task"
	DutyReferral DutyKind = "referral"
)

// Duty is something that has to be done for a person by a time.
type Duty struct {
	ID        DutyID
	Case      CaseID
	Kind      DutyKind
	Interview screening.InterviewID // in which it was said, or zero
	Service   ServiceID             // of a referral
	Level     string
	Made      time.Time
	Due       time.Time
	Done      time.Time // zero while open
	Owner     Person
	Version   int64
	Body      DutyBody
}

// DutyBody is what is hidden of a duty.
type DutyBody struct {
	Need     string         `json:"need,omitempty"`     // kind of need: "medical"
	Text     string         `json:"text,omitempty"`     // of a task, or the least that a service has to know
	Urgency  Urgency        `json:"urgency,omitempty"`  // of a referral
	Consent  int64          `json:"consent,omitempty"`  // when the person agreed to this recipient, ms UTC
	Lang     schema.Lang    `json:"lang,omitempty"`     // in which they were asked
	Answer   ReferralAnswer `json:"answer,omitempty"`   // what the service, or the person, said
	Answered int64          `json:"answered,omitempty"` // ms UTC
	FollowUp int64          `json:"follow_up,omitempty"`
	Expires  int64          `json:"expires,omitempty"` // of a referral: after it nothing is handed over, ms UTC
	Result   string         `json:"result,omitempty"`  // what came of it
}

// Urgency is within what time a service has to answer (REQ-36).
type Urgency string

// The urgencies.
const (
	WithinHour  Urgency = "1h"
	WithinDay   Urgency = "24h"
	WithinThree Urgency = "3d"
	Later       Urgency = "later"
)

// Urgencies are all of them, most urgent first.
func Urgencies() []Urgency { return []Urgency{WithinHour, WithinDay, WithinThree, Later} }

// Within returns how long a service has; a later one has two weeks.
func (u Urgency) Within() time.Duration {
	switch u {
	case WithinHour:
		return time.Hour
	case WithinDay:
		return 24 * time.Hour
	case WithinThree:
		return 72 * time.Hour
	}
	return 14 * 24 * time.Hour
}

// Level returns how a duty of this urgency stands in triage.
func (u Urgency) Level() string {
	switch u {
	case WithinHour:
		return Red
	case WithinDay:
		return Amber
	}
	return ""
}

// ReferralAnswer is what became of a referral (REQ-36).
type ReferralAnswer string

// The answers. Accepted and Waiting leave the loop open until the result is known.
const (
	AnswerNone        ReferralAnswer = ""
	AnswerAccepted    ReferralAnswer = "accepted"
	AnswerWaiting     ReferralAnswer = "waiting"
	AnswerDeclined    ReferralAnswer = "declined" // by the person; has no consequence
	AnswerUnavailable ReferralAnswer = "unavailable"
	AnswerReceives    ReferralAnswer = "receives" // has it already
	AnswerProvided    ReferralAnswer = "provided" // by us
)

// ReferralAnswers are those that a person may note.
func ReferralAnswers() []ReferralAnswer {
	return []ReferralAnswer{AnswerAccepted, AnswerWaiting, AnswerDeclined, AnswerUnavailable, AnswerReceives, AnswerProvided}
}

// CaseEvent is one line of what happened in a case; lines are only added.
type CaseEvent struct {
	N     int64
	At    time.Time
	Actor string
	Act   CaseAct
	Text  string // a reason, a note; hidden
}

// CaseAct is what happened.
type CaseAct string

// What happens in a case.
const (
	CaseOpened     CaseAct = "opened"
	CaseStatusSet  CaseAct = "status"
	CaseOwnerSet   CaseAct = "owner"
	CaseContactSet CaseAct = "contact"
	CaseNoted      CaseAct = "note"
	CaseCorrected  CaseAct = "correction" // what the person put right; an addition, never a contradiction
	CaseFound      CaseAct = "finding"
	CaseProposed   CaseAct = "finding_not" // a "not" that waits for its second reader
	CaseSeconded   CaseAct = "finding_seconded"
	CaseRejected   CaseAct = "finding_rejected"
	CaseJoined     CaseAct = "merge"   // another case became part of this one
	CaseParted     CaseAct = "unmerge" // and left it again
	CaseDuty       CaseAct = "duty"
	CaseDutyDone   CaseAct = "duty_done"
	CaseAsked      CaseAct = "asked_field" // a question went back to the device
	CaseCollided   CaseAct = "collided"    // somebody saved what another had changed meanwhile; nothing was taken
	CaseExported   CaseAct = "exported"    // the person's record left the office, for whom and for what
	CaseWithdrawn  CaseAct = "withdrawn"
	CaseApart      CaseAct = "apart"   // another case is not the same person's; the text is its id
	CaseAllowed    CaseAct = "allowed" // the person says that a recipient may be told after all; the text begins with which
	CasePacket     CaseAct = "packet"  // what a service is told was made to be handed over
	CaseHold       CaseAct = "hold"    // somebody asks to keep it beyond its date
	CaseHoldEnd    CaseAct = "hold_end"
	CaseErased     CaseAct = "erased"
	CaseHeld       CaseAct = "held"   // an interview of it came while its device may have been in other hands
	CaseCopied     CaseAct = "copied" // the person got a copy of what is held
)

// CaseFile is a case with everything in it. It is personal data.
type CaseFile struct {
	Case
	Interviews []Row
	Duties     []Duty // open first, soonest first; then done, newest first
	Events     []CaseEvent
	Parts      []Case      // cases that became part of this one
	Proposed   string      // who proposed "not", while it waits for a second reader; else ""
	Shut       []Recipient // to whom nothing about the person may be told
	Holders    []string    // who asks to keep it beyond its date; two hold it
	Alike      []Case      // that may be the same person's; to be looked at by who may merge
}

// CaseQuery asks for one page of cases, newest first. It is an address: see the dashboard's pages.
type CaseQuery struct {
	Code   string     // the beginning of a code
	Status CaseStatus // "" for all but merged ones
	Owner  int64      // a person's id; 0 for all
	After  Cursor     // ID is the case's
	Limit  int        // rows, 1 to 200
}

// CasePage is a part of the list of cases.
type CasePage struct {
	Rows  []Case
	Next  Cursor // zero on the last page
	Total int    // of all that the query asks for, at most MostCounted
}

// MostCounted is where counting for a heading stops: "10,000 or more" says enough.
const MostCounted = 10_000

// CaseChange is what somebody changes about a case. Nil means: as it is.
type CaseChange struct {
	Status  *CaseStatus
	Owner   *int64 // 0: nobody
	Phone   *Phone
	Quiet   *bool
	Finding *Finding
	Note    string // why, or what was learned
	Correct bool   // Note is a correction by the person
}

// Format prints a case without its needs, whatever the verb.
func (c Case) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "[case %s]", c.ID) }

// LogValue keeps needs out of logs.
func (c Case) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// Format prints a case without anything about the person.
func (c CaseFile) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "[case %s]", c.ID) }

// LogValue keeps the person out of logs.
func (c CaseFile) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// Format prints nothing of what is to be done.
func (d Duty) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "[duty %s]", d.ID) }

// LogValue keeps the person out of logs.
func (d Duty) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(d)) }

// Format prints nothing of what is to be done.
func (b DutyBody) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[duty]") }

// LogValue keeps the person out of logs.
func (b DutyBody) LogValue() slog.Value { return slog.StringValue("[duty]") }

// Format prints nothing of a note.
func (e CaseEvent) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "[event %d]", e.N) }

// LogValue keeps the person out of logs.
func (e CaseEvent) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(e)) }

// Format prints a count.
func (p CasePage) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "[page of %d cases]", len(p.Rows)) }

// LogValue keeps people out of logs.
func (p CasePage) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(p)) }

// Format prints nothing of a note.
func (c CaseChange) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[change]") }

// LogValue keeps the person out of logs.
func (c CaseChange) LogValue() slog.Value { return slog.StringValue("[change]") }
