package casework

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// ErrTaken says that somebody has that name already.
var ErrTaken = errors.New("name is taken")

// ErrChanged says that somebody else saved the same thing in between: read it again, then decide.
var ErrChanged = errors.New("changed by somebody else meanwhile")

// Program is the actor of what the office program itself does.
const Program = "program"

// Role is what a person of the office may do. This version has one; the engine keeps the word so that
// others can follow.
type Role string

// Reviewer reads interviews.
const Reviewer Role = "reviewer"

// Person is somebody who signs in to the office.
type Person struct {
	ID   int64
	Name string // as typed to sign in
	Role Role
	Lang string // in which this person reads, BCP 47
}

// Session is a signed-in person. The browser holds a random token; the office only its SHA-256.
type Session struct {
	Person  Person
	Started time.Time
	Seen    time.Time
}

// Act is what somebody did, in the audit log.
type Act string

// The acts that are written down.
const (
	ActSignIn   Act = "sign_in"
	ActSignFail Act = "sign_in_refused"
	ActSignOut  Act = "sign_out"
	ActView     Act = "view_interview"
	ActEnrol    Act = "make_enrolment_codes"
	ActUser     Act = "make_user"
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
