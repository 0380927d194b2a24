package screening

import "errors"

// Code is a machine-readable reason. Codes of the wire begin with "E_" (sync/batch/FORMAT.md, Codes).
type Code string

// Codes that people meet in a program. Each has a message error.<code>.text and a hint
// error.<code>.hint in translations.
const (
	CodeWrongPassphrase Code = "wrong_passphrase"
	CodeWait            Code = "wait"            // too many wrong tries: wait
	CodeWeakPassphrase  Code = "weak_passphrase" // too easy to guess to be set
	CodeNoKeyFile       Code = "no_key_file"     // a file that is not a key file; nothing was tried
	CodeTornKeyFile     Code = "torn_key_file"   // a damaged key file; nothing was tried
	CodeDamaged         Code = "damaged"         // a file does not hold what was written
	CodeNewer           Code = "newer"           // a file was written by a newer program
	CodeInUse           Code = "in_use"          // another program holds the file
	CodeForeign         Code = "foreign"         // a file of another program
	CodeDiskFull        Code = "disk_full"       // nothing was written
	CodeDisk            Code = "disk"            // the disk answered with an error
	CodeOffline         Code = "offline"         // the office could not be reached
	CodeWrongOffice     Code = "wrong_office"    // whoever answered is not the office of the enrolment
	CodeNotEnrolled     Code = "not_enrolled"
	CodeBadCode         Code = "bad_code"     // enrolment code wrong, used or expired
	CodeOtherOffice     Code = "other_office" // enrolment code of another office than the one that the device belongs to
	CodeBadAnswer       Code = "bad_answer"   // what the office answered, or was asked, is not for this
	CodeBadOrder        Code = "bad_order"    // an order that is not for this device, or no longer
	CodeBadReceipt      Code = "bad_receipt"  // a receipt does not verify
	CodeBadNews         Code = "bad_news"     // what the office publishes does not verify
	CodeBadQuestions    Code = "bad_questionnaire"
	CodeRefused         Code = "refused" // the office refused the batch; it stays here
	CodeNoConsent       Code = "no_consent"
	CodeInternal        Code = "internal"
)

// Codes of the wire (design of the sync protocol, error table).
const (
	EFormat   Code = "E_FORMAT"
	EVersion  Code = "E_VERSION"
	ESig      Code = "E_SIG"
	ERoot     Code = "E_ROOT"
	EHash     Code = "E_HASH"
	ERevoked  Code = "E_REVOKED"
	EEpoch    Code = "E_EPOCH"
	EFork     Code = "E_FORK"
	EAhead    Code = "E_AHEAD"
	EOpen     Code = "E_OPEN"
	EQuota    Code = "E_QUOTA"
	EFull     Code = "E_FULL"
	EBusy     Code = "E_BUSY"
	EInternal Code = "E_INTERNAL"
	ECode     Code = "E_CODE"
	EWait     Code = "E_WAIT"  // people compare words before the device is admitted
	EForm     Code = "E_FORM"  // the questionnaire of an interview is not known here
	EOwner    Code = "E_OWNER" // the record belongs to another device
	ELog      Code = "E_LOG"   // a device saw another log of the office than the office has
	EChain    Code = "E_CHAIN" // a batch does not link to the one before it
	EOffset   Code = "E_OFFSET"
	EClock    Code = "E_CLOCK"  // the clock of a device was known to be wrong during an interview
	ELost     Code = "E_LOST"   // the office could not show a device what it has given a receipt for
	EBehind   Code = "E_BEHIND" // a device stands before a batch that the office has from it
)

// ErrNotFound says that nothing is kept under that name.
var ErrNotFound = errors.New("no such record")

// Error is an error that a person reads: Code chooses the words, in the reader's language, at the edge
// of the program. Hint is a further message key, or empty. Err is for logs and never holds an answer.
type Error struct {
	Code Code
	Hint string
	Err  error
}

// Error returns the code and what lies beneath it.
func (e *Error) Error() string {
	if e.Err == nil {
		return string(e.Code)
	}
	return string(e.Code) + ": " + e.Err.Error()
}

// Unwrap gives what lies beneath.
func (e *Error) Unwrap() error { return e.Err }

// Fail wraps err with a code.
func Fail(code Code, err error) error { return &Error{Code: code, Err: err} }

// CodeOf returns the code of err, or CodeInternal where it has none.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}
