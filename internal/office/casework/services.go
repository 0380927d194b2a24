package casework

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// ServiceID names an entry of the directory.
type ServiceID uuid.UUID

// NewServiceID makes an id for an entry.
func NewServiceID() ServiceID { return ServiceID(uuid.Must(uuid.NewV7())) }

// String returns the 36-character form.
func (id ServiceID) String() string { return uuid.UUID(id).String() }

// ParseServiceID reads the 36-character form; anything else is not found.
func ParseServiceID(s string) (ServiceID, error) {
	id, err := ParseCaseID(s)
	return ServiceID(id), err
}

// Service is an entry of the directory: who helps, with what, whom and where (REQ-38).
type Service struct {
	ID        ServiceID
	Name      string
	Kinds     []string // of help, from HelpKinds
	Area      string
	Authority bool // police, embassy: only a supervisor refers there, on the person's own initiative
	Reviewed  time.Time
	Active    bool
	Version   int64
	Details   ServiceDetails
}

// ServiceDetails are what is told to who refers.
type ServiceDetails struct {
	Serves    string    `json:"serves,omitempty"` // sex and ages
	Hours     string    `json:"hours,omitempty"`
	Languages string    `json:"languages,omitempty"`
	Cost      string    `json:"cost,omitempty"`
	Phone     string    `json:"phone,omitempty"`
	Safety    string    `json:"safety,omitempty"`  // what to mind before a person is sent there
	Body      Recipient `json:"body,omitempty"`    // which of those that a person may want kept from what they said; "" for none
	SealTo    string    `json:"seal_to,omitempty"` // age recipient for what is handed over; "" for none
	Owner     string    `json:"owner,omitempty"`   // who keeps this entry right
}

// Recipient is a kind of recipient that a person may want kept from what they said. The words are the choices of
// question D12 of the screening interview.
type Recipient string

// The recipients.
const (
	Helper    Recipient = ""                // anybody else
	HomeState Recipient = "own_authorities" // authorities of the home country
	Embassy   Recipient = "embassy"
	HereState Recipient = "here" // police and authorities of this country
	Family    Recipient = "family"
)

// Recipients are all of them.
func Recipients() []Recipient { return []Recipient{Helper, HereState, Embassy, HomeState, Family} }

// Authority reports whether only a supervisor refers there.
func (r Recipient) Authority() bool { return r == HomeState || r == Embassy || r == HereState }

// Whom returns to whom nothing may be told, by an answer to question D12. An embassy is its country's: whoever names
// one means both. Where the person was not asked, or did not say, it is everybody (a missing answer counts as
// the most protective one).
func Whom(answer string) (shut []Recipient) {
	if answer == "" {
		return []Recipient{HereState, Embassy, HomeState, Family}
	}
	for _, choice := range strings.Fields(answer) {
		switch r := Recipient(choice); r {
		case HomeState, Embassy:
			shut = append(shut, HomeState, Embassy)
		case HereState, Family:
			shut = append(shut, r)
		}
	}
	return shut
}

// Shut reports whether a person who named these recipients may not be referred to s. An authority of which the directory
// does not say which one it is counts as any; who traces a family and does nothing else reaches it.
func (s Service) Shut(recipients []Recipient) bool {
	return slices.ContainsFunc(recipients, func(r Recipient) bool {
		switch {
		case s.Details.Body == r:
			return true
		case r == Family:
			return len(s.Kinds) == 1 && s.Kinds[0] == "family_tracing"
		}
		return s.Authority && s.Details.Body == Helper
	})
}

// HelpKinds are the kinds of help (domain.md 5.6, Primero and IOM).
func HelpKinds() []string {
	return []string{
		"shelter", "emergency_health", "reproductive_health", "mental_health", "counselling", "food", "items", "cash", "transport",
		"legal", "documents", "labour_claim", "protection", "child_protection", "family_tracing", "education", "livelihood",
		"life_skills", "interpreting", "return", "reintegration", "resettlement", "asylum", "burial",
	}
}

// KnownHelp reports whether kind is one of HelpKinds.
func KnownHelp(kind string) bool { return slices.Contains(HelpKinds(), kind) }
