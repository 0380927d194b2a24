package vault

import (
	"errors"
	"fmt"
	"log/slog"
	"time"

	"leeward/internal/screening"
)

// Options are what a program may set. The zero value is right for programs.
type Options struct {
	Now  func() time.Time // time.Now if nil
	Log  *slog.Logger     // told of repairs, never of a name or a key; silent if nil
	KDF  KDF              // for Create; calibrated to this machine if zero
	Weak bool             // Create and changes take a passphrase under MinBits: tests and demonstrations only

	hook func(step) error // tests: end the process, or fail, before a step
}

// step is a place where tests can cut.
type step string

const (
	stepCount   step = "count"   // the counter is about to be written
	stepStretch step = "stretch" // the try is counted, Argon2id is about to run
	stepWrite   step = "write"   // the new file is about to be written
	stepRename  step = "rename"  // the new file is about to take the old one's place
	stepTried   step = "tried"   // the try was made and nothing came of it yet
)

func (o Options) at(s step) error {
	if o.hook == nil {
		return nil
	}
	return o.hook(s)
}

func (o Options) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}

func (o Options) log() *slog.Logger {
	if o.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return o.Log
}

// Errors of passphrases and parameters.
var (
	ErrWeak  = errors.New("passphrase too weak")
	ErrKDF   = errKDF
	ErrLimit = errLimit
	ErrTaken = errors.New("another slot holds this passphrase")
	ErrFull  = errors.New("no free slot")
	ErrPlace = errors.New("not a place: where a limit of tries is set, the place is named before a try")

	errPassphrase = errors.New("no slot opens")
)

// LimitError is beneath the screening.Error of CodeWrongPassphrase where a limit of tries is set: how many more tries
// in a row this place takes. At 0 its slot is destroyed, whether anybody had it or not.
type LimitError struct{ Left int }

// Error says how many tries are left.
func (e *LimitError) Error() string { return fmt.Sprintf("%d tries left at this place", e.Left) }

// WaitError is beneath the screening.Error of CodeWait: until when, on the device's clock, no passphrase is
// tried, and how long that is.
type WaitError struct {
	Until time.Time
	Left  time.Duration
}

// Error says how long to wait.
func (e *WaitError) Error() string { return fmt.Sprintf("wait %s", e.Left.Round(time.Second)) }

// accept refuses a passphrase that must not be set: CodeWeakPassphrase.
func (o Options) accept(passphrase []byte) error {
	normal := normalise(passphrase)
	defer clear(normal)
	if len(normal) == 0 {
		return screening.Fail(screening.CodeWeakPassphrase, ErrWeak)
	}
	if ok, _ := Strength(string(normal)); !ok && !o.Weak {
		return screening.Fail(screening.CodeWeakPassphrase, ErrWeak)
	}
	return nil
}
