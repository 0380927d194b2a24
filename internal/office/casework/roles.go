package casework

import (
	"slices"
	"strings"
)

// Role is what a person of the office is there for (REQ-44). Somebody may have several, with spaces between.
type Role string

// The roles.
const (
	Reviewer      Role = "reviewer"      // reads interviews and finds, on reasonable grounds
	CaseWorker    Role = "case_worker"   // works on cases and refers
	Supervisor    Role = "supervisor"    // both, and what needs a second pair of eyes
	Registrar     Role = "registrar"     // enrols and revokes devices, publishes questionnaires, keeps the directory
	DataOfficer   Role = "data_officer"  // counts and de-identified tables only
	Auditor       Role = "auditor"       // the log only: the data-protection focal point
	Administrator Role = "administrator" // people and settings; no content
)

// Roles are all roles.
func Roles() []Role {
	return []Role{Reviewer, CaseWorker, Supervisor, Registrar, DataOfficer, Auditor, Administrator}
}

// Power is one thing that a role may do.
type Power string

// The powers. A page of the dashboard names the one that it needs.
const (
	SeeCases       Power = "see_cases"       // triage, lists, a case
	WorkCases      Power = "work_cases"      // change a case, its duties and referrals
	MergeCases     Power = "merge_cases"     // merge and part, refer to authorities
	ReadInterviews Power = "read_interviews" // what a person said
	Review         Power = "review"          // findings, second readings, questions to the field
	SeeArrivals    Power = "see_arrivals"    // batches and devices, no content
	KeepDevices    Power = "keep_devices"    // enrol, revoke
	KeepForms      Power = "keep_forms"      // publish questionnaires
	SeeServices    Power = "see_services"    // the directory
	KeepServices   Power = "keep_services"   // change it
	KeepPeople     Power = "keep_people"     // who may sign in
	KeepSettings   Power = "keep_settings"   // retention, k, policy
	ReadLog        Power = "read_log"        // the audit log, and who looked at which case
	SeeReports     Power = "see_reports"     // suppressed counts
	Export         Power = "export"          // de-identified tables
	ExportNamed    Power = "export_cases"    // case records, sealed to a named person
)

var powers = map[Role][]Power{
	Reviewer:      {SeeCases, ReadInterviews, Review, SeeServices, SeeArrivals},
	CaseWorker:    {SeeCases, WorkCases, ReadInterviews, SeeServices},
	Supervisor:    {SeeCases, WorkCases, MergeCases, ReadInterviews, Review, SeeServices, SeeArrivals, SeeReports, Export, ExportNamed},
	Registrar:     {SeeArrivals, KeepDevices, KeepForms, SeeServices, KeepServices},
	DataOfficer:   {SeeReports, Export},
	Auditor:       {ReadLog},
	Administrator: {SeeArrivals, KeepPeople, KeepSettings},
}

// All returns the single roles of r.
func (r Role) All() (all []Role) {
	for _, one := range strings.Fields(string(r)) {
		all = append(all, Role(one))
	}
	return all
}

// Known reports whether r is one role or several, all of which there are, and none twice.
func (r Role) Known() bool {
	all := r.All()
	for i, one := range all {
		if !slices.Contains(Roles(), one) || slices.Contains(all[:i], one) {
			return false
		}
	}
	return len(all) > 0
}

// Content reports whether r opens anything about a person.
func (r Role) Content() bool { return r.May(SeeCases) || r.May(ReadInterviews) || r.May(ExportNamed) }

// Apart reports whether r keeps apart what must be: who keeps people, settings and the log reads no cases, or the
// log would watch its own reader. A demonstration may leave that out.
func (r Role) Apart() bool {
	return !r.Content() || !(r.May(KeepPeople) || r.May(ReadLog))
}

// May reports whether somebody with r has a power.
func (r Role) May(p Power) bool {
	for _, one := range r.All() {
		if slices.Contains(powers[one], p) {
			return true
		}
	}
	return false
}
