package casework

import (
	"slices"
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
	Serves    string `json:"serves,omitempty"` // sex and ages
	Hours     string `json:"hours,omitempty"`
	Languages string `json:"languages,omitempty"`
	Cost      string `json:"cost,omitempty"`
	Phone     string `json:"phone,omitempty"`
	Safety    string `json:"safety,omitempty"` // what to mind before a person is sent there
	Owner     string `json:"owner,omitempty"`  // who keeps this entry right
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
