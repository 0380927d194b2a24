package casework

import (
	"fmt"
	"log/slog"
	"time"

	"leeward/internal/screening"
)

// CapsuleID names a capsule: a hash of its header.
type CapsuleID [32]byte

// Short is the beginning of the id, for people.
func (c CapsuleID) Short() string { return screening.BatchID(c).Short() }

// Capsule is a recovery copy of one interview, or of its withdrawal, whose signature and payload root were verified. It is
// personal data once it was opened.
type Capsule struct {
	ID       CapsuleID
	Device   screening.DeviceID
	Epoch    uint64
	Made     time.Time // device time, rounded down to the hour; orders nothing
	Received time.Time
	Header   []byte
	Sig      []byte
	Payload  []byte         // sealed
	Hold     screening.Code // not empty: keep as quarantined with this code and do not open (a revoked device)
	Entry    []byte         // what the log says of it
	Opened   *OpenedCapsule // nil while the key that opens it is locked away, and with Hold
}

// OpenedCapsule is what opening a capsule gave. With a Code it is quarantined; where that is E_OPEN there is no Record.
type OpenedCapsule struct {
	Code    screening.Code
	Record  OpenedRecord // Version of a draft is its number among the capsules of the interview
	Erasure []byte       // what the log says when the payload is emptied
}

// Format prints an id, whatever the verb.
func (c Capsule) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "[capsule %s]", c.ID.Short()) }

// LogValue keeps the person out of logs.
func (c Capsule) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(c)) }

// Format prints nothing of the person, whatever the verb.
func (o OpenedCapsule) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[opened capsule]") }

// LogValue keeps the person out of logs.
func (o OpenedCapsule) LogValue() slog.Value { return slog.StringValue(fmt.Sprint(o)) }

// Recovery is what a capsule came to.
type Recovery struct {
	Level     screening.Level
	Code      screening.Code // with quarantined
	Interview screening.InterviewID
	Shown     bool // it is now what the office knows of the interview; else that is here by another way, or was taken back
	Redact    bool // a withdrawal took effect, so that there are payloads to redact
}
