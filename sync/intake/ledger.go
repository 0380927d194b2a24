package intake

import (
	"context"

	"leeward/internal/office/casework"
	"leeward/internal/office/ledger"
	"leeward/internal/screening"
)

// Ledger is what intake needs of an office's records. Each method is one transaction, durable when it
// returns. What comes with an entry of the log is recorded together with it: both are there, or neither is.
// Receipts name the places of their entries. An error that a device should hear of carries a code of the wire in a screening.Error
// (EFull for a full disk, EBusy for a transaction that may be tried again); any other is E_INTERNAL.
type Ledger interface {
	// Device returns one epoch of a device, revoked ones too. Where it was never granted the error
	// carries ESig.
	Device(ctx context.Context, id screening.DeviceID, epoch uint64) (casework.Enrolled, error)

	// Receive records an arrival exactly once. The same batch again writes nothing and gives the receipt
	// of stored state. Another batch under the same (device, epoch, seq) is a fork: the incident is
	// recorded with both headers and signatures, the batch is not, and Reception.Rival is set. A batch more than
	// casework.Window ahead is not recorded and gives Reception.Ahead. One that does not link to its neighbours, or
	// whose device saw another log, is recorded with an incident (E_CHAIN, E_LOG). An arrival
	// with Hold is recorded as quarantined and is not due for opening. With E_REVOKED, whatever is held of the device and is
	// an ancestor of the head that it told of before (Greet) becomes due, and Reception.Freed says so.
	Receive(ctx context.Context, a casework.Arrival) (casework.Reception, error)

	// Open records what opening a batch gave. For each record that holds an interview or a withdrawal it
	// follows casework.Standing.Admit; Foreign ones are quarantined with E_OWNER. A record that comes with
	// a Code stays quarantined with it and neither shows nor owns anything, but Erase holds for it as well:
	// consent that was taken back covers what the office could not read. Where the verdict is Erase,
	// readable rows and every stored Body of that interview go, and each batch that holds any record of
	// it, quarantined ones too, becomes due for redaction, in the same transaction. A batch that was
	// settled before is left as it is, unless it was quarantined and now opens.
	Open(ctx context.Context, o casework.Opened) (casework.Settled, error)

	// Take is Receive and, unless the batch turns out to be held, a rival or ahead, Open, in one transaction: what
	// opening gave is known before the batch is recorded. It is the way of nearly every batch, so that it has to be fast.
	// Both rules hold in it; Reception.Receipt tells how far the batch came, and Reception.Redact what Settled.Redact
	// would.
	Take(ctx context.Context, a casework.Arrival, o casework.Opened) (casework.Reception, error)

	// Known returns the receipt of a batch that is here, from stored state. Nothing is written.
	Known(ctx context.Context, id screening.BatchID) (r screening.Receipt, known bool, err error)

	// Redact replaces the payload of a batch and ends its being due for the places that it names. The old
	// payload must not be recoverable from the file.
	Redact(ctx context.Context, r casework.Redaction) error

	// Due returns work to do, oldest first, at most max: batches recorded and not opened, batches to
	// redact. Batches named in skip were tried and are left out.
	Due(ctx context.Context, max int, skip []screening.BatchID) ([]casework.Task, error)

	// Greet notes where a device stands and answers for the batches it asks about. It answers for no
	// batch of another device.
	Greet(ctx context.Context, h casework.Hello) (casework.Account, error)

	// Report answers for the newest batches of an epoch of a device, at most so many, oldest first, as Greet does
	// for those that it is asked about: it goes by stick, to a device that cannot ask.
	Report(ctx context.Context, id screening.DeviceID, epoch uint64, most int) (casework.Account, error)

	// Prove proves entries of the log as it is committed, and that it continues the one of size from, which
	// may be longer than the office's own (ledger.Prove).
	Prove(ctx context.Context, from uint64, entries []uint64) (ledger.Proofs, error)
}

// Holdings is what intake needs of an office's records to show that it holds what it receipted.
type Holdings interface {
	// Stored returns a batch as it is kept, or casework.ErrNotFound.
	Stored(ctx context.Context, id screening.BatchID) (casework.Arrival, error)

	// Mend puts the sealed bytes of a batch that was recorded back in the place of what is there, if anything is. Nothing
	// changes, with casework.ErrNotFound, where the batch was never recorded, or where anything was taken out of it.
	Mend(ctx context.Context, id screening.BatchID, payload []byte) error

	// Unshown notes an incident (E_LOST) with the device's signed word that it was not shown a batch: once for each batch of
	// its own, and once for all that are not known here.
	Unshown(ctx context.Context, id screening.DeviceID, b screening.BatchID, word []byte) error
}

// Capsules is what intake needs of an office's records for recovery copies, by the rules of Ledger.
type Capsules interface {
	// TakeCapsule records a capsule once, by its id, and, where c.Opened is there, what opening it gave; one that was
	// recorded unopened, or could not be used, is looked at again when it comes again. Its record does what the same record
	// of a batch would. Where a later state of the interview stands, or it was withdrawn, the payload is emptied, with
	// OpenedCapsule.Erasure in the log, and so it is when that happens later. One with Hold is kept and not opened.
	TakeCapsule(ctx context.Context, c casework.Capsule) (casework.Recovery, error)

	// DueCapsules returns capsules that were recorded and not opened, oldest first, at most max, without those in skip.
	DueCapsules(ctx context.Context, max int, skip []casework.CapsuleID) ([]casework.Capsule, error)
}

// Register is what the HTTP handler needs of an office's records beside the Ledger.
type Register interface {
	// Enrolled lists the devices that may send: the current epoch of each, without the revoked ones.
	Enrolled(ctx context.Context) ([]casework.Enrolled, error)

	// DeviceOf returns the epoch of the device that was granted this TLS key, revoked ones too. Where no
	// device has it the error carries ESig.
	DeviceOf(ctx context.Context, tlsKey [32]byte) (casework.Enrolled, error)

	// Admit uses up an enrolment code and returns the epoch that it grants, with the grant that a.Grant signed: a
	// new device, or the next epoch of the device for which the code was made. The same code with the same keys gives the same
	// epoch again, so that an answer lost on the way can be asked for once more. A code that is unknown,
	// expired or used with other keys, and a key that another epoch has, give ECode. EWait says that the request was
	// noted and that people compare words first: the same request may come again until they have.
	Admit(ctx context.Context, a casework.Admission) (d casework.Enrolled, grant []byte, err error)
}
