package casework

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// ErrTaken says that somebody has that name already.
var ErrTaken = errors.New("name is taken")

// ErrChanged says that somebody else saved the same thing in between: read it again, then decide.
var ErrChanged = errors.New("changed by somebody else meanwhile")

// Refusal is a rule of casework that stood in the way; its text is the last part of a key of words.
type Refusal string

// Error implements error.
func (r Refusal) Error() string { return "refused: " + string(r) }

// The rules.
const (
	RefuseSameReader Refusal = "same_reader"    // a second reader has to be somebody else
	RefuseNoProposal Refusal = "no_proposal"    // nothing waits for a second reader
	RefuseMerged     Refusal = "merged"         // the case is part of another, or the same
	RefuseReason     Refusal = "reason"         // a reason is needed
	RefuseConsent    Refusal = "consent"        // the person has to agree to this recipient first
	RefuseAuthority  Refusal = "authority"      // only a supervisor refers to an authority
	RefuseRehearse   Refusal = "rehearse"       // the recovery shares have to be tried first
	RefuseRoles      Refusal = "roles"          // these roles have to be kept apart
	RefuseSelf       Refusal = "self"           // nobody changes their own role
	RefuseShut       Refusal = "shut"           // the person does not want this recipient to know
	RefuseHold       Refusal = "hold"           // somebody else has to ask for it, too
	RefuseRevoked    Refusal = "revoked_device" // nobody would get a question
	RefuseLog        Refusal = "reopen_log"     // not a newer log of this office
	RefuseEnrol      Refusal = "enrol_revoked"  // what was revoked is trusted no more
	RefuseFuture     Refusal = "future"         // the time is still to come
	RefuseExport     Refusal = "export"         // followed by what is wrong with what was asked for
	RefuseExpired    Refusal = "expired"        // what was agreed to be handed over has expired
)

// Program is the actor of what the office program itself does.
const Program = "program"

// Person is somebody who signs in to the office.
type Person struct {
	ID     int64
	Name   string // as typed to sign in
	Role   Role
	Lang   string // in which this person reads, BCP 47
	Active bool
	Coded  bool      // has one-time codes set up
	Seen   time.Time // last signed in; zero if never
}

// Keys are what a person signs in with. They are read where somebody signs in, and nowhere else.
type Keys struct {
	Hash string // argon2id of the passphrase
	TOTP string // secret for one-time codes, base32; "" until it is set up
	Step int64  // of the last code that was taken; each works once
}

// Stage says what a session still waits for.
type Stage string

// The stages.
const (
	StageIn    Stage = "in"    // signed in
	StageCode  Stage = "code"  // the one-time code
	StageSetup Stage = "setup" // one-time codes are to be set up first
)

// Session is somebody who is signing in, or has. The browser holds a random token; the office only its SHA-256.
type Session struct {
	Person  Person
	Stage   Stage
	Started time.Time
	Seen    time.Time
	Proved  time.Time // when the person last showed who they are
}

// Act is what somebody did, in the audit log.
type Act string

// The acts that are written down.
const (
	ActSignIn   Act = "sign_in"
	ActSignFail Act = "sign_in_refused"
	ActCodeFail Act = "code_refused"
	ActSignOut  Act = "sign_out"
	ActProved   Act = "confirmed"
	ActView     Act = "view_interview"
	ActViewCase Act = "view_case"
	ActCase     Act = "change_case"
	ActMerge    Act = "merge_cases"
	ActPart     Act = "part_cases"
	ActEnrol    Act = "make_enrolment_codes"
	ActAdmit    Act = "admit_device"
	ActTurnAway Act = "turn_away_device" // or take back a code that nobody used
	ActRevoke   Act = "revoke_device"
	ActRelease  Act = "release_quarantine"
	ActErase    Act = "erase_case"
	ActUser     Act = "make_user"
	ActUserSet  Act = "change_user"
	ActService  Act = "change_directory"
	ActForm     Act = "publish_questionnaire"
	ActNews     Act = "publish_news"
	ActOrder    Act = "order_device"
	ActSetting  Act = "change_setting"
	ActAskField Act = "ask_field"
	ActRecover  Act = "recover_device"
	ActShares   Act = "recovery_shares"
	ActRoot     Act = "change_root"
	ActBackup   Act = "backup"
	ActRebuild  Act = "rebuild"
	ActReadLog  Act = "read_log"
	ActReport   Act = "report"
	ActExport   Act = "export"
	ActPacket   Act = "make_packet"
	ActCopy     Act = "copy_for_person"
	ActDemo     Act = "invent_cases"
	ActForget   Act = "forget"  // people whom a newer log says to have withdrawn
	ActReopen   Act = "reopen"  // after a restore
	ActRestore  Act = "restore" // the office was made from a copy
)

// Entry is one line of the audit log, which is only ever added to: each entry holds the hash of the one
// before it.
type Entry struct {
	N      int64
	At     time.Time
	Actor  string // a person's name, Program, or "" where a sign-in named nobody
	Act    Act
	Object string // an id, a name or a count, never an answer
}

// Hash chains an entry to the hash of the one before it (zero for the first): SHA-256 over
// "leeward/audit/v1", a zero byte, prev, and the members in their order, numbers as 8 bytes big-endian,
// texts with their length before them.
func (e Entry) Hash(prev [32]byte) [32]byte {
	b := append([]byte("leeward/audit/v1\x00"), prev[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(e.N))
	b = binary.BigEndian.AppendUint64(b, uint64(e.At.UnixMilli()))
	for _, text := range []string{e.Actor, string(e.Act), e.Object} {
		b = binary.BigEndian.AppendUint64(b, uint64(len(text)))
		b = append(b, text...)
	}
	return sha256.Sum256(b)
}

// BrokenAt is the error for an audit log whose n-th entry does not follow from the one before it.
func BrokenAt(n int) error { return fmt.Errorf("audit log is broken at entry %d", n) }

// EntryQuery asks for a page of the audit log, newest first.
type EntryQuery struct {
	Object string // an id, whole: who looked at this case, at this interview
	Actor  string
	Act    Act
	Before int64 // the number of the last entry of the page before; 0 for the newest
	Limit  int
}

// Format prints nothing of what somebody signs in with.
func (k Keys) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[keys]") }

// LogValue keeps keys out of logs.
func (k Keys) LogValue() slog.Value { return slog.StringValue("[keys]") }
