package device

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"leeward/internal/encvfs"
	"leeward/internal/screening"
	"leeward/internal/store"
	"leeward/internal/vault"
	"leeward/schema"
	"leeward/sync/courier"
)

// The keys of a device stand under one of two names in its vault; each kind has one. A second enrolment makes keys under the
// other name, and forgets the first when it went well.
const (
	keyName  = "device"
	otherKey = "device-2"
)

// defaultRetention is how long a readable copy stays after the office proved that it opened the interview.
const defaultRetention = 24 * time.Hour

// ErrLocked is for whatever needs the vault while it is locked.
var ErrLocked = errors.New("the device is locked")

// Options are what a program decides.
type Options struct {
	Form      *schema.Form  // the questionnaire for new interviews
	Version   string        // of the program, for the office's list of devices
	Retention time.Duration // of readable copies after OPENED; a day if zero

	AuditOne     int           // in so many visits the office is asked for a chunk of something that it has; 8 if zero
	CapsuleEvery time.Duration // how often recovery copies are made at most; 20 seconds if zero

	Background bool  // sync by itself while unlocked
	Reserve    int64 // bytes that both stores take from the beginning; four million if zero
	Vault      vault.Options
	Now        func() time.Time   // time.Now if nil
	Log        *slog.Logger       // ids, codes, counts and durations; silent if nil
	Compare    func(words string) // told while the office waits for people to compare these words; from any goroutine, may be nil
	AskEvery   time.Duration      // how often it is asked meanwhile; three seconds if zero
	Dial       func(ctx context.Context, network, address string) (net.Conn, error)
	Way        func(office string) func() string // how a way to an office shows; courier.WayTo if nil
	Synced     func(courier.Result, error)       // told after each sync that happened by itself; may be nil
	Witness    func(root, receipts []byte)       // shown each receipts file that was believed, with the office's root; may be nil
	Revoked    func()                            // told when the office trusts this device no more, and is to lock it; it locks itself if nil
	Wiped      func()                            // told when the office had the device wiped; may be nil
}

// Device is one device in one folder.
type Device struct {
	dir string
	o   Options

	mu   sync.Mutex
	open *opened // nil while locked
}

// opened is what stands open between unlocking and locking.
type opened struct {
	vault    *vault.Vault
	store    *store.Store
	id       string          // of the store
	practice *store.Store    // of invented people, while practice goes on
	rekey    progress        // of writing the store anew under another key
	pool     *vault.Pool     // of capsules
	ctx      context.Context // ends when the device is locked
	cancel   context.CancelFunc
	work     sync.WaitGroup // calls under way
	owned    sync.WaitGroup // what goes on beside them until the device is locked
	mu       sync.Mutex
	courier  *courier.Courier // nil until enrolled
	capsules *capsules        // likewise
	enrolled enrolled         // what hangs on the courier's enrolment
	news     *news            // of the office, that hold now
	revoked  atomic.Bool      // it has just heard that it is trusted no more
	byHand   atomic.Bool      // nothing is sent but when somebody says so
	told     told             // of time, by the office; under mu
	since    time.Time        // from when on the time that the device lies open is to be added; under mu
}

// New returns the device in dir, locked. The folder is made when a passphrase is.
func New(dir string, o Options) *Device {
	o.Retention = cmp.Or(o.Retention, defaultRetention)
	o.Reserve = cmp.Or(o.Reserve, defaultReserve)
	o.AuditOne = cmp.Or(o.AuditOne, auditOne)
	o.CapsuleEvery = cmp.Or(o.CapsuleEvery, defaultCapsuleEvery)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Way == nil {
		o.Way = courier.WayTo
	}
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	o.Vault.Now, o.Vault.Log = o.Now, o.Log
	return &Device{dir: dir, o: o}
}

func (d *Device) vaultPath() string { return filepath.Join(d.dir, "vault") }
func (d *Device) outboxDir() string { return filepath.Join(d.dir, vault.OutboxName) }

// Fresh reports whether no passphrase was made yet. A wipe that was cut short is seen through first.
func (d *Device) Fresh() bool {
	if err := d.finishWipe(context.Background()); err != nil {
		d.o.Log.Error("finish the wipe", "code", screening.CodeOf(err))
	}
	_, err := os.Stat(d.vaultPath())
	return errors.Is(err, fs.ErrNotExist)
}

// Create makes fresh keys behind a passphrase and opens the device. Errors are those of vault.Create.
func (d *Device) Create(ctx context.Context, passphrase string) error {
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return screening.Fail(screening.CodeDisk, fmt.Errorf("make the device's folder: %w", err))
	}
	if err := d.finishWipe(ctx); err != nil {
		return err
	}
	names := []string{keyName}
	v, err := vault.Create(ctx, d.vaultPath(), []byte(passphrase), vault.Spec{
		Sign: names, TLS: names, Seal: names, Data: true,
		Second: func(half int, key encvfs.Key) error { return d.makeSecond(ctx, 1-half, key) },
	}, d.o.Vault)
	if err != nil {
		return err
	}
	return d.start(ctx, v)
}

// Unlock opens the device for whoever has the passphrase and no key file. Errors are those of UnlockAt.
func (d *Device) Unlock(ctx context.Context, passphrase string) error {
	return d.UnlockAt(ctx, vault.Anyone, vault.Passphrase(passphrase))
}

// UnlockAt opens the device for whoever has a place, which has to be said where Limit is not 0. Errors are those of
// vault.UnlockAt and of the store's opening, and ErrWiped.
func (d *Device) UnlockAt(ctx context.Context, place int, s vault.Secret) error {
	if err := d.finishWipe(ctx); err != nil {
		return err
	}
	v, err := vault.UnlockAt(ctx, d.vaultPath(), place, s, d.o.Vault)
	if err == nil {
		err = d.start(ctx, v)
	}
	if err != nil {
		return err
	}
	if wiped, err := d.wipeIfOrdered(ctx); wiped || err != nil {
		return errors.Join(ErrWiped, err)
	}
	return nil
}

// Limit says after how many wrong tries in a row the passphrase of a place is destroyed; 0 for never.
func (d *Device) Limit(ctx context.Context) (int, error) {
	return vault.Limit(ctx, d.vaultPath(), d.o.Vault)
}

// start opens the store with the vault's key and, where the device belongs to an office, the courier.
func (d *Device) start(ctx context.Context, v *vault.Vault) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open != nil {
		v.Lock()
		return screening.Fail(screening.CodeInUse, errors.New("the device is open"))
	}
	st, last, err := d.openStore(ctx, v)
	if err != nil {
		v.Lock()
		return err
	}
	for _, w := range st.Warnings() {
		d.o.Log.Warn("store", "event", w.String())
	}
	for half := range halves {
		if err := vault.MakePool(d.poolDir(half)); err != nil { // made again with the next unlock
			d.o.Log.Error("make the pool of capsules", "code", screening.CodeOf(err))
		}
	}
	o := &opened{vault: v, store: st, pool: v.Pool(d.poolDir(v.Half()))}
	if err := errors.Join(o.identify(ctx), d.sweepPractice(), d.readNews(ctx, o), o.readTime(ctx)); err != nil {
		err = errors.Join(err, st.Close())
		v.Lock()
		return err
	}
	o.ctx, o.cancel = context.WithCancel(context.Background())
	d.open = o
	if err := d.connect(ctx, o); err != nil && screening.CodeOf(err) != screening.CodeNotEnrolled {
		d.o.Log.Error("connect", "code", screening.CodeOf(err))
	}
	o.owned.Go(func() { // many batches take long to compare, and erasing builds the file anew: nobody waits for it
		d.purge(context.WithoutCancel(o.ctx), o)
		d.publish(o.ctx, o)
	})
	if v.Rekeying() {
		d.startRekey(o, last)
	}
	return nil
}

// Lock seals what is finished, closes the store and drops every key. It is no error to lock twice.
func (d *Device) Lock(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	o := d.open
	if o == nil {
		return nil
	}
	err := d.shut(ctx, o)
	d.levelTimes()
	return err
}

// shut is Lock for who holds d.mu.
func (d *Device) shut(ctx context.Context, o *opened) error {
	d.open = nil
	o.cancel()
	o.work.Wait()
	o.owned.Wait()
	if c := o.carrier(); c != nil {
		if _, err := c.Seal(ctx); err != nil { // it stays finished in the store, and is sealed after the next unlock
			d.o.Log.Error("seal before lock", "code", screening.CodeOf(err))
		}
	}
	d.publish(ctx, o)
	d.noteTime(context.WithoutCancel(ctx), o, time.Time{}, time.Time{}, false)
	if c := o.copier(); c != nil {
		c.flush(context.WithoutCancel(ctx))
	}
	if err := o.store.Reserve(context.WithoutCancel(ctx), d.o.Reserve); err != nil { // the next lock tries again
		d.o.Log.Error("reserve room", "code", screening.CodeOf(err))
	}
	err := errors.Join(d.endPractice(o), o.store.Close())
	o.vault.Lock()
	return err
}

// publish writes the sealed batches beside the store. The bytes in the store are what counts, so an error
// is noted and tried again with the next batch or unlock.
func (d *Device) publish(ctx context.Context, o *opened) {
	if err := o.store.PublishOutbox(ctx, d.outboxDir()); err != nil && ctx.Err() == nil { // a lock publishes by itself
		d.o.Log.Error("publish outbox", "code", screening.CodeOf(err))
	}
}

// enter returns what is open and keeps it open until leave is called.
func (d *Device) enter() (o *opened, leave func(), err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open == nil {
		return nil, nil, ErrLocked
	}
	d.open.work.Add(1)
	return d.open, d.open.work.Done, nil
}

// copier makes the recovery copies; nil until enrolled.
func (o *opened) copier() *capsules {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.capsules
}

func (o *opened) carrier() *courier.Courier {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.courier
}
