package intake

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/screening"
	"leeward/internal/seal"
	"leeward/schema"
	"leeward/sync/batch"
)

// Config is what an Intake works with. All fields are needed unless they say otherwise.
type Config struct {
	Ledger    Ledger
	Register  Register
	Capsules  Capsules    // nil where none are taken
	Holdings  Holdings    // nil where nobody may ask for chunks
	Tiles     Log         // nil where nobody may read the log over the network
	Root      []byte      // the office's signed root document, served as it is
	Before    [][]byte    // the roots before it, from the first on; nil where Root is the first
	Online    seal.Signer // signs receipts; the root names its key
	Registrar seal.Signer // signs grants; the root names its key
	Requests  seal.Opener // opens requests for enrolment; the root names its recipient

	// Payload lends the key that opens batches, or nil while it is locked away: then batches are stored
	// and get receipts of level STORED until Resume is called with the key at hand.
	Payload func() seal.Opener

	// Forms finds the compiled questionnaire that an interview was asked with.
	Forms func(schema.Ref) (*schema.Form, bool)

	Press Press // what the office publishes to devices; nil where it publishes nothing

	Parts string // folder for what is half sent: sealed bytes. The handler needs it

	Zone *time.Location // in which today() is evaluated; UTC if nil
	Now  func() time.Time
	Log  *slog.Logger
}

// Intake takes batches in. It is safe for use by many goroutines.
type Intake struct {
	Config
	root        batch.Root
	fingerprint [32]byte
	chain       map[uint64]batch.Root // by version, this one and those before

	work  sync.Mutex  // held by the one goroutine that does what is due
	again atomic.Bool // something became due meanwhile

	signing sync.Mutex
	signed  screening.Checkpoint // the last one

	pressing sync.Mutex
	news     *casework.News // what is out, once it was read
}

// New checks that the configuration fits together: the root verifies, and the keys are those it names.
func New(c Config) (*Intake, error) {
	root, err := batch.VerifyRoot(c.Root)
	if err != nil {
		return nil, fmt.Errorf("start intake: %w", err)
	}
	fingerprint, err := batch.Fingerprint(c.Root)
	if err != nil {
		return nil, fmt.Errorf("start intake: %w", err)
	}
	if c.Online.Public() != root.Online || c.Registrar.Public() != root.Registrar {
		return nil, fmt.Errorf("start intake: %w", errKeys)
	}
	if c.Zone == nil {
		c.Zone = time.UTC
	}
	chain, err := follow(append(slices.Clone(c.Before), c.Root))
	if err != nil {
		return nil, fmt.Errorf("start intake: %w", err)
	}
	return &Intake{Config: c, root: root, fingerprint: fingerprint, chain: chain}, nil
}

var (
	errKeys   = errors.New("a signing key is not the one that the root names")
	errOther  = errors.New("the batch is another device's")
	errClosed = errors.New("the device was revoked")
	errAhead  = errors.New("too many batches before it are missing")
	errFork   = errors.New("another batch has this number")
)

// Fork is the error for a batch whose place another one holds: the device was cloned or its records were
// put back to an older state. Both headers are recorded.
type Fork struct{ Rival []byte }

// Error implements error.
func (f *Fork) Error() string { return errFork.Error() }

// Receive takes one batch file from any carrier: it verifies, records once, opens and records what it
// read. The receipt tells how far it came, from what is committed: a batch that was recorded and could
// not be opened is no error. What a revoked device signed is kept, quarantined, for a supervisor.
//
// Errors carry codes of the wire: E_FORMAT, E_VERSION, E_SIG, E_ROOT, E_FORK (with a [Fork] beneath),
// E_FULL, E_BUSY, E_INTERNAL. After an error of the first five nothing will change by sending again.
func (i *Intake) Receive(ctx context.Context, file []byte) (screening.Receipt, error) {
	return i.receive(ctx, file, nil)
}

// receive is Receive; from is the device at the other end of a connection, or nil for a stick.
func (i *Intake) receive(ctx context.Context, file []byte, from *casework.Enrolled) (screening.Receipt, error) {
	envelope, err := batch.Parse(file)
	if err != nil {
		return screening.Receipt{}, err
	}
	h := envelope.Header()
	if from != nil && from.ID != h.Device {
		return screening.Receipt{}, screening.Fail(screening.ESig, errOther)
	}
	device, err := i.Ledger.Device(ctx, h.Device, h.Epoch)
	if err != nil {
		return screening.Receipt{}, fmt.Errorf("receive batch %s: %w", envelope.ID().Short(), err)
	}
	verified, err := envelope.Verify(device.SignKey)
	if err != nil {
		return screening.Receipt{}, err
	}
	// From here on the device's word stands. Who hangs up must not undo half of it.
	ctx = context.WithoutCancel(ctx)
	receipt, known, err := i.Ledger.Known(ctx, envelope.ID())
	if err != nil {
		return screening.Receipt{}, fmt.Errorf("look for batch %s: %w", envelope.ID().Short(), err)
	}
	if known && receipt.Level != screening.LevelStored {
		return receipt, nil // opened before, or held
	}
	got, err := i.record(ctx, verified, !device.Revoked.IsZero())
	if err != nil {
		return screening.Receipt{}, fmt.Errorf("record batch %s: %w", envelope.ID().Short(), err)
	}
	if got.Rival != nil {
		return screening.Receipt{}, screening.Fail(screening.EFork, &Fork{Rival: got.Rival})
	}
	if got.Ahead {
		return screening.Receipt{}, screening.Fail(screening.EAhead, errAhead)
	}
	if got.Freed || got.Redact {
		if err := i.Resume(ctx); err != nil {
			i.Log.Error("do what a batch made due", "batch", envelope.ID().Short(), "err", err)
		}
	}
	return got.Receipt, nil
}

// record records a batch, and what it holds where that can be read now. Where only the reading or what was read is at
// fault the batch is recorded alone, and Resume tries again.
func (i *Intake) record(ctx context.Context, v *batch.Verified, revoked bool) (casework.Reception, error) {
	a := i.arrival(v)
	if revoked {
		a.Hold, a.HoldEntry = screening.ERevoked, batch.OutcomeEntry(a.Batch, screening.LevelQuarantined, screening.ERevoked)
		return i.Ledger.Receive(ctx, a)
	}
	o, read, err := i.read(v)
	if err == nil && read {
		got, failed := i.Ledger.Take(ctx, a, o)
		if failed == nil || passing(failed) {
			return got, failed
		}
		err = failed
	}
	if err != nil {
		i.Log.Error("open batch", "batch", a.Batch.Short(), "code", screening.CodeOf(err), "err", err)
	}
	return i.Ledger.Receive(ctx, a)
}

// passing says whether an error is about the office's state, so that the device is to try again.
func passing(err error) bool {
	code := screening.CodeOf(err)
	return code == screening.EBusy || code == screening.EFull
}

func (i *Intake) arrival(v *batch.Verified) casework.Arrival {
	h := v.Header()
	header, sig, payload := v.Parts()
	return casework.Arrival{
		Batch: v.ID(), Device: h.Device, Epoch: h.Epoch, Seq: h.Seq, Prev: h.Prev, Made: h.MadeAt(), Received: i.Now().UTC(),
		Header: header, Sig: sig, Payload: payload, Entry: batch.BatchEntry(v.ID()),
		Log: screening.Checkpoint{Size: h.LogSize, Root: h.LogRoot},
	}
}

// Resume does what is due: it opens batches that were recorded and not opened, and takes withdrawn
// records out of payloads. It is called at the start, whenever the payload key becomes available, and
// after a withdrawal; calls at the same time become one. What fails is logged and tried again at the
// next call.
func (i *Intake) Resume(ctx context.Context) error {
	i.again.Store(true)
	for i.again.Load() && i.work.TryLock() {
		i.again.Store(false)
		err := errors.Join(i.resume(ctx), i.resumeCapsules(ctx))
		i.work.Unlock()
		if err != nil {
			return fmt.Errorf("resume intake: %w", err)
		}
	}
	return nil
}

func (i *Intake) resume(ctx context.Context) error {
	const some = 16
	var failed []screening.BatchID
	for ctx.Err() == nil && i.payloadKey() != nil {
		tasks, err := i.Ledger.Due(ctx, some, failed)
		if err != nil || len(tasks) == 0 {
			return err
		}
		for _, task := range tasks {
			if err := i.do(ctx, task); err != nil {
				failed = append(failed, task.Arrival.Batch)
				i.Log.Error("work on batch", "batch", task.Arrival.Batch.Short(), "code", screening.CodeOf(err), "err", err)
			}
		}
	}
	return ctx.Err()
}

// do opens or redacts one stored batch.
func (i *Intake) do(ctx context.Context, task casework.Task) error {
	a := task.Arrival
	device, err := i.Ledger.Device(ctx, a.Device, a.Epoch)
	if err != nil {
		return err
	}
	envelope, err := batch.Restore(a.Header, a.Sig, a.Payload, a.Redacted)
	if err != nil {
		return err
	}
	v, err := envelope.Verify(device.SignKey)
	if err != nil {
		return err
	}
	if len(task.Redact) == 0 {
		return i.open(ctx, v)
	}
	return i.redact(ctx, v, task.Redact)
}

// redact replaces a payload by one without the withdrawn records.
func (i *Intake) redact(ctx context.Context, v *batch.Verified, places []int) error {
	key := i.payloadKey()
	if key == nil {
		return errLocked
	}
	contents, err := v.Open(key, len(i.sealedTo(v.Header())))
	if err != nil {
		return err
	}
	payload, err := contents.Redact(places, i.sealedTo(v.Header()))
	if err != nil {
		return err
	}
	gone := make([][32]byte, len(places))
	for n, place := range places {
		gone[n] = contents.Records[place].Leaf
	}
	return i.Ledger.Redact(ctx, casework.Redaction{
		Batch: v.ID(), Payload: payload, Places: places, At: i.Now().UTC(), Entry: batch.ErasureEntry(v.ID(), gone),
	})
}

func (i *Intake) payloadKey() seal.Opener {
	if i.Payload == nil {
		return nil
	}
	return i.Payload()
}

// wireCode is the code of err that a device is told. A disk that does not answer may be back in a minute.
func wireCode(err error) screening.Code {
	code := screening.CodeOf(err)
	if code == screening.CodeDisk {
		return screening.EBusy
	}
	if strings.HasPrefix(string(code), "E_") {
		return code
	}
	return screening.EInternal
}
