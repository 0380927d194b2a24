package casework

import (
	"fmt"
	"log/slog"
	"time"

	"leeward/internal/screening"
	"leeward/schema"
)

// This file holds what crosses from intake to the records of an office: plain values. Intake decides
// what a batch is (verified, opened, parsed); an engine of records keeps it, each step in one
// transaction. The rules that an engine has to follow stand in the comments of intake.Ledger, and the
// one rule with cases, what a further record of an interview does, is a function: [Standing.Admit].

// Enrolled is one epoch of an enrolled device, as it was granted. A device that enrols again keeps its ID and gets the next
// epoch with new keys.
type Enrolled struct {
	ID       screening.DeviceID
	Epoch    uint64
	Current  bool     // no later epoch of this device was granted
	SignKey  [32]byte // Ed25519, signs batches
	TLSKey   [32]byte // Ed25519, signs connections; unique over all devices and epochs
	SealTo   string   // age recipient for what the office sends down
	Head     screening.BatchID
	Enrolled time.Time
	Revoked  time.Time // zero while the device is trusted
	Check    [32]byte  // of the request that was granted; zeros where an earlier program granted it
}

// Admission is a request for enrolment whose proof was verified. Code is what the device read from the
// enrolment code, as SHA-256("leeward/enrol-code/v1" | 0x00 | secret): the office keeps no secret of a
// code, only this hash.
type Admission struct {
	Code    [32]byte
	SignKey [32]byte
	TLSKey  [32]byte
	SealTo  string
	App     string // version of the program, for the list of devices
	At      time.Time
	Check   [32]byte // stands for the request and the root (batch.CheckDigest): both screens show it as words

	// Grant signs the grant of the epoch that is given, beside the log as it is before, and gives the entry
	// that the log gets for it. It is called inside the transaction.
	Grant func(e Enrolled, size uint64, root [32]byte) (grant, entry []byte, err error)
}

// Applicant is an enrolment code that is out and good, and what has asked with it.
type Applicant struct {
	Code     [32]byte // as in Admission: its name here
	Made     time.Time
	Expires  time.Time
	Approved bool               // who asks next with it, or the one that asked, is admitted
	Device   screening.DeviceID // that shall enrol again; zero for a new one
	Asked    time.Time          // zero while nobody has; the keys that asked first hold the code from then on
	App      string             // of who asked
	Check    [32]byte           // of the newest request, which the device shows as words
}

// Arrival is a batch whose header, signature and payload root were verified, as it is to be kept.
type Arrival struct {
	Batch    screening.BatchID // SHA-256 of the header, the one name of a batch
	Device   screening.DeviceID
	Epoch    uint64
	Seq      uint64
	Prev     screening.BatchID // the batch before it; zero for the first of a device
	Made     time.Time         // device time, rounded down to the hour; orders nothing
	Received time.Time
	Header   []byte         // canonical header bytes, clear but without anything about a person
	Sig      []byte         // 64 bytes
	Payload  []byte         // sealed; the only copy of what was said until the batch is opened
	Redacted bool           // Payload was replaced after a withdrawal, so the payload root no longer covers it
	Hold     screening.Code // not empty: keep as quarantined with this code and do not open (a revoked device)

	Entry     []byte // what the log says of the batch
	HoldEntry []byte // and, with Hold, of its outcome

	Log screening.Checkpoint // the log as the device says that it knows it, from the header
}

// Reception is what recording an arrival gave.
type Reception struct {
	Receipt   screening.Receipt // from stored state: the same batch gets the same answer each time
	Duplicate bool              // the batch was here before; nothing was written
	Freed     bool              // what was held of a revoked device turned out to be from before, and is due
	Ahead     bool              // more than Window ahead of the last one without a gap; nothing was written
	Redact    bool              // a withdrawal took effect, so that there are payloads to redact (Ledger.Take)
	Rival     []byte            // not nil: another header holds this (device, epoch, seq); the incident is recorded, the batch is not
}

// Window is how far a batch may be ahead of the last one of its epoch without a gap below it: sticks and
// networks overtake each other, a device that loses its count does not fill the office.
const Window = 1024

// Kind says what a record is (sync/batch/FORMAT.md, Records).
type Kind uint64

// The kinds that an office handles. Others are kept sealed and quarantined.
const (
	KindInterview  Kind = 1
	KindDraft      Kind = 3 // an interview that goes on; in capsules only
	KindHeartbeat  Kind = 6
	KindWithdrawal Kind = 7
)

// Opened is what opening one batch gave. Level is LevelOpened when every record could be used. Otherwise it
// is LevelQuarantined and Code says why: Records is empty where nothing could be read, and else holds all of
// them, those that could be used without a code.
type Opened struct {
	Batch   screening.BatchID
	Device  screening.DeviceID
	Level   screening.Level
	Code    screening.Code
	Proof   [32]byte // goes into the receipt; keep it, it cannot be computed again after a redaction
	At      time.Time
	Entry   []byte // what the log says of the outcome
	Records []OpenedRecord
}

// OpenedRecord is one record of an opened batch. It is personal data.
type OpenedRecord struct {
	Pos       int // place in the batch, from 0
	Kind      Kind
	Interview screening.InterviewID // zero for a heartbeat
	Version   uint64
	Leaf      [32]byte             // its hash in the tree that the signed header commits to
	Body      []byte               // canonical bytes as sealed; nil for heartbeats and where Redacted
	Content   *screening.Interview // the same, read; nil unless Kind is KindInterview and Code is empty
	At        time.Time            // device time of a withdrawal
	Code      screening.Code       // not empty: this record is quarantined, the others of its batch are not
	Redacted  bool                 // only Leaf is left
	Flags     []Flag               // what does not fit the questionnaire; noted, never a reason to refuse
	Needs     []Need               // red first
	Signs     []Sign
	Child     bool     // the person is treated as a child
	Phone     Phone    // whether the person may be called; "" counts as unknown
	Facts     Facts    // what reports may count of it
	Alike     []string // forms of who it is, for the suggestion that two cases are one person (internal/office/alike); none where that must not be asked
}

// Flag is a place where an interview does not fit its questionnaire, for a reviewer to look at. Reason
// is "required", "constraint", "kind", "choice", or "unknown" for a question that the form lacks.
type Flag struct {
	Path   schema.Path
	Reason string
}

// Sign is what a chosen answer says about an indicator: As is "present" or "possible".
type Sign struct {
	Indicator string
	As        string
	Path      schema.Path
	Choice    string
}

// Format prints a record without anything about the person, whatever the verb.
func (r OpenedRecord) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "[record %d kind %d]", r.Pos, r.Kind)
}

// LogValue keeps the person out of logs.
func (r OpenedRecord) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(r)) }

// Format prints a count, whatever the verb.
func (o Opened) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "[opened %s, %d records]", o.Batch.Short(), len(o.Records))
}

// LogValue keeps people out of logs.
func (o Opened) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(o)) }

// Format prints no path and no reason: where an answer is wrong says something about it.
func (f Flag) Format(s fmt.State, _ rune) { fmt.Fprint(s, "[flag]") }

// LogValue keeps the person out of logs.
func (f Flag) LogValue() slog.Value { return slog.StringValue("[flag]") }

// Format prints nothing of the indicator.
func (g Sign) Format(s fmt.State, _ rune) { fmt.Fprint(s, "[sign]") }

// LogValue keeps the person out of logs.
func (g Sign) LogValue() slog.Value { return slog.StringValue("[sign]") }

// Settled is what recording an opened batch gave: the receipt from stored state, and whether a
// withdrawal took effect, so that there are payloads to redact (they are then due).
type Settled struct {
	Receipt screening.Receipt
	Redact  bool
}

// Task is work that is due: a stored batch to open where Redact is empty, or else a batch whose records
// at the places Redact are to be reduced to their hashes.
type Task struct {
	Arrival Arrival
	Redact  []int
}

// Redaction replaces the payload of a batch by one that holds only the hash of each withdrawn record.
type Redaction struct {
	Batch   screening.BatchID
	Payload []byte // sealed again, to the same recipients
	Places  []int  // which records are gone from it
	At      time.Time
	Entry   []byte // what the log says of the erasure
}

// Hello is what a device says when it connects: where it stands, and which batches it asks about.
type Hello struct {
	Device  screening.DeviceID
	Epoch   uint64
	Seq     uint64 // its last sequence number
	Head    screening.BatchID
	Pending []screening.BatchID
	LogSize uint64 // of the office's log as it remembers it
	News    uint64 // the newest bulletin that it has
	Store   Generation
	At      time.Time
	Direct  bool // said just now; what came by stick may have been said long ago
}

// Generation is how often a device's store was opened, and a random id of the newest opening; N is 0 where nothing is
// said of it.
type Generation struct {
	N    uint64
	Open [16]byte
}

// Account answers a Hello: a receipt for each pending batch that the office holds and that belongs to
// the device, and the next sequence number that it expects (one after the last without a gap).
type Account struct {
	Receipts []screening.Receipt
	Next     uint64
	Missing  []screening.Span // numbers up to the device's last one that are not here, the first few runs
	Kept     uint64           // entries of the log that a backup off the machine is known to have
	LogSize  uint64           // of the log as the device last said that it remembers it
}

// Revocation ends the trust in a device, from now on or from a time that was chosen.
type Revocation struct {
	Device screening.DeviceID
	From   time.Time // by the office's clock; zero is now
	// Sign signs the revocation of the last epoch, beside the log as it is at the place from which it counts, and gives the
	// log's entry for it. Hold gives the log's entry for a batch that is held.
	Sign func(epoch, size uint64, root [32]byte) (statement, entry []byte, err error)
	Hold func(id screening.BatchID) []byte
}

// Revoked is what revoking a device did.
type Revoked struct {
	Device    screening.DeviceID
	Epoch     uint64 // the last one
	Epochs    int
	Statement []byte // as the registrar signed it
	Held      int    // batches and capsules that were here and wait for a supervisor now
}

// Gap is a run of batches of one epoch that never came, though later ones did.
type Gap struct {
	Device screening.DeviceID
	Epoch  uint64
	Span   screening.Span
	Since  time.Time // when the first batch behind it came
}

// Verdict is what a record does to the interview it belongs to.
type Verdict int

// The verdicts.
const (
	Show    Verdict = iota + 1 // this version is now the interview
	History                    // kept among the versions; a later one stands
	Erase                      // consent was taken back: no readable row may remain, the payloads that hold any version are due for redaction
	Foreign                    // belongs to another device: quarantine the record with E_OWNER for a supervisor
)

// Standing is what an office holds of one interview before it takes a further record of it. The zero
// Standing means that there is nothing yet.
type Standing struct {
	Known     bool
	Owner     screening.DeviceID // the device, over all its epochs, that first recorded it
	Version   uint64             // the version that stands
	Withdrawn bool
	Edition   uint64 // the highest number of a draft that was read of it
}

// Admit says what a record of kind k and version v, sent by a device, does to the interview. A record
// belongs to the device that first recorded it. A withdrawal beats every version, earlier or later; of
// versions the highest stands, and of equal ones the first. Every version beats a draft, and of drafts the highest
// number stands.
func (s Standing) Admit(from screening.DeviceID, k Kind, v uint64) Verdict {
	switch {
	case s.Known && s.Owner != from:
		return Foreign
	case k == KindWithdrawal, s.Withdrawn:
		return Erase
	case k == KindDraft && (s.Version > 0 || v <= s.Edition):
		return History
	case k != KindDraft && s.Known && v <= s.Version:
		return History
	default:
		return Show
	}
}
