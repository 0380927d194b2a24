package screening

import (
	"fmt"
	"time"
)

// Rung is how far an interview or a batch has come. Screens show it, and each rung is backed by the
// proof it names, never by a hope.
type Rung int

// The ladder of the outbox.
const (
	RungSaved       Rung = iota + 1 // encrypted on this device
	RungSealed                      // in a signed batch that only the office can open
	RungSent                        // every byte was handed to the courier
	RungStored                      // the office's signed receipt: stored
	RungOpened                      // the office's signed receipt, with proof that it was opened
	RungQuarantined                 // stored, but the office could not use it; kept here
)

// String returns the rung's message key suffix: "saved", "sealed", ….
func (r Rung) String() string {
	names := [...]string{"", "saved", "sealed", "sent", "stored", "opened", "quarantined"}
	if r < RungSaved || int(r) >= len(names) {
		return fmt.Sprintf("rung %d", int(r))
	}
	return names[r]
}

// Level is what an office says of a batch in a receipt (sync/batch/FORMAT.md, Receipts).
type Level uint64

// The levels of a receipt.
const (
	LevelStored      Level = 1 // on disk, after commit
	LevelOpened      Level = 2 // decrypted, parsed and recorded, with proof
	LevelQuarantined Level = 3 // on disk, not usable; Code says why
)

// Receipt is an office's signed word about one batch. Only a verified one of LevelOpened lets a device
// purge.
type Receipt struct {
	Batch BatchID
	Level Level
	Code  Code     // empty, or why it is quarantined
	Proof [32]byte // LevelOpened: only who decrypted the batch can compute it
	Next  uint64   // the sequence number that the office expects next

	Entry   uint64 // where the office's log names the batch
	Outcome uint64 // where it names what opening gave; meaningless with LevelStored
}

// Checkpoint is an office's log as somebody saw it. What is seen later has to begin with it.
type Checkpoint struct {
	Size uint64 // entries; zero for a log that nobody has seen yet
	Root [32]byte
	Note []byte // the office's signed words; empty where a grant told of it
}

// Span is a run of numbers, both ends included.
type Span struct{ From, To uint64 }

// Batch is a sealed batch as it waits on the device.
type Batch struct {
	ID    BatchID
	Seq   uint64
	File  []byte   // the bytes that travel; a retry sends exactly these
	Proof [32]byte // what a receipt of LevelOpened has to show
	Rung  Rung
	Made  time.Time
	Holds []InterviewID // the interviews (and withdrawals) inside
}

// Enrolment is a device's admission by an office.
type Enrolment struct {
	Device      DeviceID
	Epoch       uint64   // +1 with each re-enrolment, which brings new keys
	SignKey     [32]byte // Ed25519, signs batches
	TLSKey      [32]byte // Ed25519, signs connections
	SealTo      string   // age recipient for what the office sends down
	RootVersion uint64
	At          time.Time
	Head        BatchID // to which the first batch of this epoch links: what the office has last of the epoch before
}
