package dashboard

import (
	"context"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
)

// CaseBook is the cases of an office. A method that changes one names the version that the person saw; where
// another was quicker the error is casework.ErrChanged and nothing was taken.
type CaseBook interface {
	Triage(ctx context.Context, by time.Time, after casework.Cursor, limit int) (casework.CasePage, error)
	Cases(ctx context.Context, q casework.CaseQuery) (casework.CasePage, error)
	CaseOf(ctx context.Context, id screening.InterviewID) (casework.Case, error)
	// ViewCase returns a case after it has written who looked; without that line there is no look.
	ViewCase(ctx context.Context, actor string, id casework.CaseID) (casework.CaseFile, error)
	CaseChanger
	DutyBook
}

// CaseChanger changes cases.
type CaseChanger interface {
	ChangeCase(ctx context.Context, actor string, id casework.CaseID, version int64, c casework.CaseChange) error
	Second(ctx context.Context, actor string, id casework.CaseID, version int64, agree bool, reason string) error
	Merge(ctx context.Context, actor string, from casework.CaseID, fromVersion int64, into casework.CaseID, intoVersion int64, reason string) error
	Part(ctx context.Context, actor string, id casework.CaseID, version int64, reason string) error
	// Apart notes that another case is not the same person's, Allow that a recipient may be told after all.
	Apart(ctx context.Context, actor string, id casework.CaseID, version int64, other casework.CaseID) error
	Allow(ctx context.Context, actor string, id casework.CaseID, version int64, r casework.Recipient, reason string) error
}

// DutyBook keeps what has to be done.
type DutyBook interface {
	AddDuty(ctx context.Context, actor string, version int64, d casework.Duty, may func(casework.Power) bool) (casework.DutyID, error)
	Duty(ctx context.Context, of casework.CaseID, id casework.DutyID) (casework.Duty, error)
	ChangeDuty(ctx context.Context, actor string, d casework.Duty) error
	// Hold asks to keep a case beyond its date, which takes two people, and EndHold ends that.
	Hold(ctx context.Context, actor string, id casework.CaseID, version int64, reason string) error
	EndHold(ctx context.Context, actor string, id casework.CaseID, version int64, reason string) error
	// HandOver notes that what a service is told was made to be handed over, and refuses where that may not be.
	HandOver(ctx context.Context, actor string, of casework.CaseID, id casework.DutyID) (casework.CaseFile, casework.Duty, error)
	// Copied notes that the person of an interview got a copy of it.
	Copied(ctx context.Context, actor string, id screening.InterviewID) error
}

// Directory is who helps, with what.
type Directory interface {
	Services(ctx context.Context, all bool) ([]casework.Service, error)
	Service(ctx context.Context, id casework.ServiceID) (casework.Service, error)
	PutService(ctx context.Context, actor string, s casework.Service) error
}

// Gate is who asks to be admitted. The code of a casework.Applicant is its name.
type Gate interface {
	Applicants(ctx context.Context) ([]casework.Applicant, error)
	// AdmitApplicant admits what asked, if check still is that of its newest request.
	AdmitApplicant(ctx context.Context, actor string, code, check [32]byte) error
	TurnAway(ctx context.Context, actor string, code [32]byte) error
}

// Exports is what leaves the office for a named person, and the register of it.
type Exports interface {
	Exported(ctx context.Context) ([]casework.Exported, error)
	// Export enters an export into the register and returns it as it leaves: sealed. A casework.Refusal says what is wrong
	// with what was asked for, or that nobody agreed to it.
	Export(ctx context.Context, actor string, a ExportAsk) ([]byte, error)
}

// House is the office's own people, its log and what comes in.
type House interface {
	People(ctx context.Context) ([]casework.Person, error)
	AddPerson(ctx context.Context, actor string, p casework.Person, hash string) (int64, error)
	SetPerson(ctx context.Context, actor string, p casework.Person) error
	SetPassphrase(ctx context.Context, actor string, id int64, hash string, anew bool) error
	AuditPage(ctx context.Context, q casework.EntryQuery) (page []casework.Entry, next int64, err error)
	Arrivals(ctx context.Context) ([]casework.Incoming, error)
	// Release lets a held batch of a revoked device be opened.
	Release(ctx context.Context, actor string, id screening.BatchID) error
	// Held is what is held of a device, with the newest of it listed; ReleaseDevice lets all of that be opened, and nothing that
	// came since, or gives casework.ErrChanged.
	Held(ctx context.Context, device screening.DeviceID, limit int) (casework.Held, error)
	ReleaseDevice(ctx context.Context, actor string, device screening.DeviceID, seen casework.Held) error
	// KeptFor is for how many months the office keeps a closed case; 0 for ever.
	KeptFor(ctx context.Context) (months int, err error)
	Setting(ctx context.Context, name string) (string, error) // "" where it is not set
	PutSetting(ctx context.Context, actor, name, value string) error
}
