package courier

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/sync/batch"
	"leeward/sync/bulletin"
)

// Outbox is what the courier needs of the device's store. Each method is one durable transaction.
type Outbox interface {
	// Enrolment returns the device's admission and the office's signed root document, or an error with
	// CodeNotEnrolled.
	Enrolment(ctx context.Context) (screening.Enrolment, []byte, error)
	// Waiting returns finished interviews and withdrawals that no batch holds, at most so many in all.
	Waiting(ctx context.Context, most int) ([]screening.Interview, []screening.Withdrawal, error)
	// Head returns the number and the id of the last batch; zero before the first of an epoch, with the id
	// of the last batch of the epoch before.
	Head(ctx context.Context) (seq uint64, prev screening.BatchID, err error)
	// Enqueue keeps a sealed batch and advances the head. It fails if something that the batch holds
	// changed since Waiting returned it.
	Enqueue(ctx context.Context, b screening.Batch) error
	// Unsent returns the batches without any receipt, oldest first, with their bytes and proofs.
	Unsent(ctx context.Context) ([]screening.Batch, error)
	// Unopened returns the ids of batches with a receipt that is not of level OPENED, oldest first.
	Unopened(ctx context.Context) ([]screening.BatchID, error)
	// Advance notes that a batch was sent.
	Advance(ctx context.Context, id screening.BatchID, rung screening.Rung) error
	// Acknowledge takes a receipt whose signature the courier verified. It compares the proof of a receipt
	// of level OPENED with the batch's and fails with CodeBadReceipt where they differ. A batch that is not
	// here gives screening.ErrNotFound.
	Acknowledge(ctx context.Context, r screening.Receipt, at time.Time) error
	// Drop lets go of the sealed bytes of opened batches whose outcome is among the first kept entries of the office's
	// log: a backup off its machine holds them.
	Drop(ctx context.Context, kept uint64) (int64, error)
	// Checkpoint returns the office's log as it was last seen; zero before the first time.
	Checkpoint(ctx context.Context) (screening.Checkpoint, error)
	// Remember keeps a checkpoint that was proved to continue the one before. A shorter one is passed over.
	Remember(ctx context.Context, c screening.Checkpoint) error
}

// Config is what a Courier works with. All fields are needed unless they say otherwise.
type Config struct {
	Outbox     Outbox
	Sign       seal.Signer                      // the key of the enrolment
	TLS        tls.Certificate                  // the key of the enrolment
	News       Newsroom                         // keeps what the office publishes; nil where nothing is
	Open       seal.Opener                      // opens what the office seals to this device; nil where nothing comes by stick
	URL        string                           // of the office: https://host:port
	Holds      Holds                            // whether the office holds what it receipted; nil where it is not asked
	Generation func() (n uint64, open [16]byte) // of the store
	Now        func() time.Time                 // the device's clock, however wrong
	Log        *slog.Logger                     // ids, codes and counts
	Dial       Dialer                           // nil: a direct connection
	Way        func() string                    // by which the office may be reached, as WayTo tells; nil where Run is to watch for none
	ByHand     func() bool                      // while true Run leaves all to whoever calls Sync; nil for never
	Every      time.Duration                    // between two calls at the office when nothing happens; zero means an hour
	Done       func(Result, error)              // told after each Sync of Run; may be nil
	Witness    func(root, receipts []byte)      // shown each receipts file that was believed, with the office's root; may be nil
}

// Format prints no part of a key, whatever the verb. A Courier prints the same.
func (c Config) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[courier]") }

// Dialer opens a connection of the network: directly, or through whatever a person set up.
type Dialer func(ctx context.Context, network, address string) (net.Conn, error)

// Result is what one Sync did.
type Result struct {
	Sealed        int              // interviews and withdrawals put into batches
	Sent          int              // batches of which every byte was sent and answered
	Stored        int              // receipts of level STORED
	Opened        int              // receipts of level OPENED
	Quarantined   int              // receipts of level QUARANTINED
	Missing       []screening.Span // numbers that the office lacks and this device has not sent in this sync either
	BytesNeeded   int64            // of the batches that were sent
	BytesResent   int64            // of them, sent again because a connection broke
	BytesSent     int64            // on the wire, encryption of the connection included
	BytesReceived int64
	Unshown       int       // batches with a receipt of which the office, asked for a chunk, could not show it
	News          News      // what came down
	Heard         time.Time // when, by its own clock, the office said the newest of what was taken
	HeardHere     time.Time // when that was by this device's clock
}

// Courier carries batches for one enrolled device. It is safe for use by many goroutines.
type Courier struct {
	Config
	kick chan struct{}

	sealing  sync.Mutex // one at a time takes the next number; never held while waiting for a network
	syncing  sync.Mutex // one at a time talks to the office
	patience time.Duration
	partial  map[bulletin.Sum][]byte // of documents that are on their way; under syncing

	reading  sync.Mutex
	root     batch.Root // of rootFile
	rootFile []byte

	over http.RoundTripper // instead of a network, in a simulation; nil anywhere else
}

// New returns a courier; nothing happens before Seal, Sync or Run.
func New(c Config) *Courier {
	if c.Dial == nil {
		c.Dial = (&net.Dialer{}).DialContext
	}
	if c.Every <= 0 {
		c.Every = time.Hour
	}
	return &Courier{Config: c, kick: make(chan struct{}, 1), patience: minPatience, partial: map[bulletin.Sum][]byte{}}
}

var errOtherKeys = errors.New("the keys of this vault are not those of the enrolment")

// membership is the enrolment with the root that it rests on.
type membership struct {
	screening.Enrolment
	root     batch.Root
	document []byte // of root
}

// member reads the enrolment. Its keys have to be those of the vault, else the office would refuse all that
// is sealed from here on.
func (c *Courier) member(ctx context.Context) (membership, error) {
	e, office, err := c.Outbox.Enrolment(ctx)
	if err != nil {
		return membership{}, err
	}
	root, err := c.officeOf(office)
	if err != nil {
		return membership{}, screening.Fail(screening.CodeNotEnrolled, err)
	}
	if c.Sign.Public() != e.SignKey {
		return membership{}, screening.Fail(screening.CodeNotEnrolled, errOtherKeys)
	}
	return membership{e, root, office}, nil
}

// officeOf reads a root document. The same one again is not verified again: that costs more than a quiet day's answer.
func (c *Courier) officeOf(file []byte) (batch.Root, error) {
	c.reading.Lock()
	defer c.reading.Unlock()
	if c.rootFile != nil && bytes.Equal(file, c.rootFile) {
		return c.root, nil
	}
	root, err := batch.VerifyRoot(file)
	if err == nil {
		c.root, c.rootFile = root, bytes.Clone(file)
	}
	return root, err
}

// Seal puts everything that waits into sealed batches in the outbox and returns how many interviews and
// withdrawals that were. It needs no network and waits for none; call it before the vault is locked, so that nothing
// finished is held by the passphrase alone. An interview that cannot be encoded stays, and holds up no other:
// the error then tells of it, beside what was sealed.
func (c *Courier) Seal(ctx context.Context) (int, error) {
	m, err := c.member(ctx)
	if err != nil {
		return 0, fmt.Errorf("seal: %w", err)
	}
	return c.seal(ctx, m)
}

// What goes into one batch at most: the office decrypts a batch in memory, and a cut connection should not
// cost too much.
const (
	maxPerBatch   = 100
	bytesPerBatch = 4 << 20
	maxTries      = 3
)

func (c *Courier) seal(ctx context.Context, m membership) (sealed int, err error) {
	c.sealing.Lock()
	defer c.sealing.Unlock()
	most, tries := maxPerBatch, 0
	for {
		finals, withdrawals, werr := c.Outbox.Waiting(ctx, most)
		if werr != nil {
			return sealed, fmt.Errorf("seal: %w", werr)
		}
		records, holds, bad := collect(finals, withdrawals)
		if len(records) == 0 {
			if bad != nil && len(finals)+len(withdrawals) == most { // they fill the window: look behind them
				most *= 4
				continue
			}
			return sealed, bad
		}
		switch err := c.enqueue(ctx, m, records, holds); {
		case err == nil:
			sealed, tries = sealed+len(holds), 0
		case tries+1 >= maxTries:
			return sealed, errors.Join(err, bad)
		default: // somebody withdrew or changed something meanwhile: collect again
			tries++
		}
	}
}

// collect encodes what waits, withdrawals first, up to the size of one batch.
func collect(finals []screening.Interview, withdrawals []screening.Withdrawal) (records []batch.Record, holds []screening.InterviewID, bad error) {
	size := 0
	add := func(id screening.InterviewID, r batch.Record, err error) {
		if err != nil {
			bad = errors.Join(bad, fmt.Errorf("seal interview %s: %w", id, err))
			return
		}
		if size += len(r.Body); len(records) > 0 && (size > bytesPerBatch || len(records) >= maxPerBatch) {
			return // stays for the next batch
		}
		records, holds = append(records, r), append(holds, id)
	}
	for _, w := range withdrawals {
		r, err := batch.FromWithdrawal(w)
		add(w.Interview, r, err)
	}
	for _, iv := range finals {
		r, err := batch.FromInterview(iv)
		add(iv.ID, r, err)
	}
	return records, holds, bad
}

// enqueue makes the next batch. Its bytes are in the outbox before any of them can leave.
func (c *Courier) enqueue(ctx context.Context, m membership, records []batch.Record, holds []screening.InterviewID) error {
	seq, prev, err := c.Outbox.Head(ctx)
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	log, err := c.Outbox.Checkpoint(ctx)
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	heard, err := c.heard(ctx)
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	made := c.Now()
	packed, err := batch.Pack(batch.Parameters{
		Device: m.Device, Epoch: m.Epoch, Seq: seq + 1, Prev: prev, Made: made, RootVersion: m.root.Version,
		Generation: c.generation(), LogSize: log.Size, LogRoot: log.Root, Bulletin: heard,
	}, records, c.Sign, m.root.Payload)
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	err = c.Outbox.Enqueue(ctx, screening.Batch{
		ID: packed.ID, Seq: seq + 1, File: packed.File, Proof: packed.Proof, Rung: screening.RungSealed, Made: made, Holds: holds,
	})
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	c.Log.Info("sealed", "batch", packed.ID.Short(), "seq", seq+1, "records", len(records), "bytes", len(packed.File))
	return nil
}

// heard is the newest bulletin that is here.
func (c *Courier) heard(ctx context.Context) (uint64, error) {
	if c.News == nil {
		return 0, nil
	}
	have, err := c.News.News(ctx)
	return have.Bulletin, err
}

func (c *Courier) generation() batch.Generation {
	n, open := c.Generation()
	return batch.Generation{N: n, Open: open}
}

// stand is where this device stands: its newest batch, and the generation of its store. No batch that is packed
// meanwhile comes in between, for the office holds the two against each other.
func (c *Courier) stand(ctx context.Context) (seq uint64, head screening.BatchID, g batch.Generation, err error) {
	c.sealing.Lock()
	defer c.sealing.Unlock()
	seq, head, err = c.Outbox.Head(ctx)
	return seq, head, c.generation(), err
}
